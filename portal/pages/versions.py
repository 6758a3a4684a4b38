"""The page of one version of a table: what it holds, how its check ended, and how it differs from the one before."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from catalog.dictionary import TableSchema
from catalog.errors import NotFound
from catalog.issues import Report
from catalog.model import StoredFile, Version
from catalog.reading import PORTAL_FORMATS, PublishedDataset, published_dataset
from portal.context import links, parts, viewer
from portal.pages.dataset import TableHistory, sources_of_dataset, table_history

pages = Blueprint("versions", __name__)


@dataclass(frozen=True, slots=True)
class VersionPage:
    """``previous`` is the version before it, ``newest`` the one that is public now."""

    published: PublishedDataset
    history: TableHistory
    version: Version
    report: Report
    schema: TableSchema
    files: tuple[StoredFile, ...]

    @property
    def previous(self) -> Version | None:
        return next((item for item in self.history.versions if item.number < self.version.number), None)

    @property
    def newest(self) -> Version:
        return self.history.versions[0]


@pages.get("/dataset/<name>/versions/<table>/<int:number>")
def version(name: str, table: str, number: int) -> str:
    return render_template("version.html", page=version_page(name, table, number), links=links())


def version_page(name: str, table_name: str, number: int) -> VersionPage:
    """``NotFound`` where there is no such version, or its rows are not public."""
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
        table = published.table(table_name)
        if table is None or table.version is None:
            raise NotFound.of("bảng", table_name)
        history = table_history(reader, table, sources_of_dataset(reader, published.dataset))
        chosen = next((item for item in history.versions if item.number == number), None)
        if chosen is None:
            raise NotFound.of("phiên bản", str(number))
        files = (*chosen.files, *reader.derived_files([chosen.id]).get(chosen.id, ()))
        return VersionPage(
            published=published,
            history=history,
            version=chosen,
            report=reader.version_report(chosen.id),
            schema=reader.table_schema(chosen.schema_name, chosen.schema_version),
            files=tuple(sorted(files, key=lambda file: PORTAL_FORMATS.index(file.format))),
        )
