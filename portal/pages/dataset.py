"""The page of one dataset, in the order people ask: what, how fresh, the rows, the files, the columns, who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.duties import Duty
from catalog.issues import Report
from catalog.model import Dataset, DistributionId, Version
from catalog.ports import CatalogReader
from catalog.quality import quality_of
from catalog.quality_values import QualityScore
from catalog.reading import PublishedDataset, PublishedTable, published_dataset, told_of
from catalog.sources import HarvestSource, TableOutcome
from catalog.usage import UseKind
from portal.context import language, links, parts, viewer
from portal.pages.overview import STUCK
from portal.pages.preview import Preview, PreviewQuestion, look_at_rows, preview_question
from portal.pages.quality import QualityLine, quality_lines
from portal.pages.samples import Sample, code_samples
from portal.pages.similar import similar_datasets
from portal.usage import note_use
from publishers.schema_org import dataset_json_ld

pages = Blueprint("dataset", __name__)

VERSIONS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TableHistory:
    """A table of the dataset with what was published of it and what the source brought last.

    ``report`` is that of the published version. ``stuck`` is the newest outcome, if it did not become public.
    """

    table: PublishedTable
    versions: tuple[Version, ...]
    report: Report | None
    source: HarvestSource | None
    stuck: TableOutcome | None

    @property
    def name(self) -> str:
        return self.table.distribution.name


@dataclass(frozen=True, slots=True)
class DatasetPage:
    published: PublishedDataset
    duty: Duty
    tables: tuple[TableHistory, ...]
    selected: TableHistory | None
    question: PreviewQuestion | None
    preview: Preview | None
    score: QualityScore | None
    quality: tuple[QualityLine, ...]
    samples: tuple[Sample, ...]
    similar: tuple[PublishedDataset, ...] = ()

    @property
    def stuck(self) -> tuple[TableHistory, ...]:
        return tuple(table for table in self.tables if table.stuck)


@pages.get("/dataset/<name>")
def dataset(name: str) -> ResponseReturnValue:
    page = dataset_page(name)
    if page.published.dataset.name != name:
        return redirect(url_for("dataset.dataset", name=page.published.dataset.name), 301)
    note_use(page.published.dataset.id, UseKind.VIEW)
    json_ld = dataset_json_ld(page.published, links(), language())
    return render_template("dataset.html", page=page, json_ld=json_ld, links=links(), shown=VERSIONS_SHOWN)


def dataset_page(name: str) -> DatasetPage:
    """Everything the page says; rows are asked for only of the table that is looked at."""
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
        sources = sources_of_dataset(reader, published.dataset)
        tables = tuple(table_history(reader, table, sources) for table in published.tables)
    wanted = request.args.get("table", "")
    selected = next((item for item in tables if item.name == wanted), tables[0] if tables else None)
    question = preview_question(published.dataset.name, selected.table, request.args) if selected else None
    now = parts().clock()
    duty = published.duty(now)
    judged = quality_of(published, {item.table.distribution.id: item.report for item in tables if item.report}, now)
    reports = [(item.table.distribution.title, item.report) for item in tables if item.report]
    return DatasetPage(
        published=published,
        duty=duty,
        tables=tables,
        selected=selected,
        question=question,
        preview=look_at_rows(parts().rows, question) if question else None,
        score=judged,
        quality=quality_lines(published, reports, duty, judged),
        samples=code_samples(published, selected.table, links()) if selected and selected.table.version else (),
        similar=similar_datasets(parts(), published, viewer()),
    )


Sources = Mapping[DistributionId, tuple[HarvestSource, TableOutcome | None]]


def sources_of_dataset(reader: CatalogReader, dataset: Dataset) -> Sources:
    """Where each table comes from, with its newest outcome."""
    found: dict[DistributionId, tuple[HarvestSource, TableOutcome | None]] = {}
    for source in reader.sources():
        own = [table for table in source.tables if table.dataset_id == dataset.id]
        outcomes = reader.last_outcomes(source.id) if own else {}
        for table in own:
            outcome = outcomes.get(table.key)
            found[table.distribution_id] = (source, told_of(outcome, dataset) if outcome else None)
    return found


def table_history(reader: CatalogReader, table: PublishedTable, sources: Sources) -> TableHistory:
    source, outcome = sources.get(table.distribution.id, (None, None))
    return TableHistory(
        table=table,
        versions=reader.versions(table.distribution.id) if table.version else (),
        report=reader.version_report(table.version.id) if table.version else None,
        source=source,
        stuck=outcome if outcome and outcome.outcome in STUCK else None,
    )
