"""Which tables of a source are harvested, and into which dataset each goes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.dictionary import TableSchema
from catalog.errors import AlreadyExists, CatalogError, EditConflict, InvalidInput, NotFound, SourceError
from catalog.model import Dataset
from catalog.people import Action, allowed, may
from catalog.ports import CatalogReader
from catalog.source_kinds import OfferedTable
from catalog.sources import HarvestSource
from catalog.vietnamese import slug, sort_key
from catalog.vocabularies import THEMES
from harvesters import kind_of
from portal.admin.guard import requires, user
from portal.admin.patience import Heard, heard_from
from portal.admin.reach import reached, source_for
from portal.context import parts
from portal.pages.languages import plain_in_language
from portal.source_access import SourceAccess
from portal.source_editing import add_table, remove_table

pages = Blueprint("source_tables", __name__)

FIELDS = ("locator", "schema", "dataset", "title", "theme")
MOST_OFFERED = 500
MOST_DATASETS = 500


@dataclass(frozen=True, slots=True)
class TableChoices:
    """What one may choose from: the dictionary's schemas, and the datasets of the organization that hold tables."""

    schemas: tuple[TableSchema, ...]
    datasets: tuple[Dataset, ...]


@pages.get("/source/<name>/tables")
@requires(Action.SOURCE_EDIT)
def tables(name: str) -> str:
    return _page(source_for(name, Action.SOURCE_EDIT), dict(request.args))


@pages.post("/source/<name>/tables/list")
@requires(Action.SOURCE_TEST)
def offered(name: str) -> Response:
    """Ask the source what it has."""
    source = source_for(name, Action.SOURCE_TEST)
    access = SourceAccess.of(parts())
    try:
        heard = heard_from(lambda: access.offered(source))
    except CatalogError as error:
        return make_response(_page(source, {}, error=error), 200 if isinstance(error, SourceError) else 503)
    return make_response(_page(source, {}, heard=heard))


@pages.post("/source/<name>/tables")
@requires(Action.SOURCE_EDIT)
def add(name: str) -> Response:
    source, opened = source_for(name, Action.SOURCE_EDIT), parts()
    given = {field: request.form.get(field, "").strip() for field in FIELDS}
    try:
        _check(source, given)
        add_table(
            opened,
            source.id,
            locator=given["locator"],
            schema=given["schema"],
            dataset=given["dataset"],
            title=given["title"],
            theme=given["theme"],
            table_key=_free_key(source, given["schema"], given["locator"]),
            actor=user().name,
        )
    except (InvalidInput, NotFound, AlreadyExists, EditConflict) as error:
        return make_response(_page(source, given, error=error), error.http_status)
    return redirect(url_for(".tables", name=source.name), 303)


@pages.post("/source/<name>/tables/remove")
@requires(Action.SOURCE_EDIT)
def remove(name: str) -> Response:
    source = source_for(name, Action.SOURCE_EDIT)
    remove_table(parts(), source.id, request.form.get("key", ""), actor=user().name)
    return redirect(url_for(".tables", name=source.name), 303)


def _check(source: HarvestSource, given: dict[str, str]) -> None:
    """Raises ``InvalidInput`` for what is missing, and for a dataset that the person may not fill."""
    for field, said, said_en in (
        ("locator", "Hãy cho biết bảng nào của nguồn.", "Say which table of the source."),
        ("schema", "Hãy chọn lược đồ trong từ điển.", "Choose a schema of the dictionary."),
        ("dataset", "Hãy cho tên bộ dữ liệu nhận bảng.", "Name the dataset that gets the table."),
    ):
        if not given[field]:
            raise InvalidInput(said, said_en, option=field)
    if slug(given["dataset"]) != given["dataset"]:
        raise InvalidInput(
            f"Tên bộ dữ liệu chỉ gồm chữ thường không dấu, số và gạch nối; ví dụ “{slug(given['dataset'])}”.",
            f"The dataset's name has small letters, digits and hyphens only; “{slug(given['dataset'])}”, say.",
            option="dataset",
        )
    with parts().store.read() as reader:
        try:
            dataset = reader.dataset(given["dataset"])
        except NotFound:
            return
    if dataset.organization_id != source.organization_id or not may(user(), Action.SOURCE_EDIT, dataset):
        raise InvalidInput(
            f"Tên “{given['dataset']}” đã thuộc cơ quan khác; hãy đặt tên khác.",
            f"The name “{given['dataset']}” belongs to another organization; choose another.",
            option="dataset",
        )


def _free_key(source: HarvestSource, schema: str, locator: str) -> str:
    """The schema's name, or one made of the locator where a table of the source has that already."""
    taken = {table.key for table in source.tables}
    wanted = slug(schema, limit=60)
    return wanted if wanted not in taken else slug(f"{schema} {locator}", limit=60)


def _choices(reader: CatalogReader, source: HarvestSource) -> TableChoices:
    schemas = sorted(reader.table_schemas(), key=lambda item: sort_key(item.title))
    own = [
        item
        for item in allowed(user(), Action.SOURCE_EDIT, reader.datasets())
        if item.organization_id == source.organization_id and item.origin is None
    ]
    return TableChoices(tuple(schemas), tuple(sorted(own, key=lambda item: item.name))[:MOST_DATASETS])


def _page(
    source: HarvestSource,
    values: dict[str, str],
    *,
    heard: Heard[OfferedTable] | None = None,
    error: CatalogError | None = None,
) -> str:
    field = str(error.details.get("option", "")) if error else ""
    message = plain_in_language(error.message, error.message_en) if error else ""
    with parts().store.read() as reader:
        source = reached(reader, source.id, Action.SOURCE_EDIT)
        choices = _choices(reader, source)
        titles = {item.id: item.title for item in reader.datasets({table.dataset_id for table in source.tables})}
    return render_template(
        "admin/source_tables.html",
        source=source,
        kind=kind_of(source.kind),
        values=values,
        choices=choices,
        titles=titles,
        themes=THEMES,
        heard=heard,
        most=MOST_OFFERED,
        chosen={table.locator for table in source.tables},
        errors={field: message} if field in FIELDS else {},
        problem="" if field in FIELDS else message,
    )
