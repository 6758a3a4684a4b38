"""Sources: how the last harvest of each department's database went, told so that its clerk can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model import Dataset, DistributionId, Organization, Version
from catalog.ports import CatalogReader
from catalog.questions import Viewer
from catalog.reading import is_visible
from catalog.sources import HarvestRun, HarvestSource, SourceTable, TableOutcome
from portal.context import parts
from portal.pages.overview import STUCK, overview

pages = Blueprint("sources", __name__)

RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TableStanding:
    """A table of a source: what came of it last, its public dataset (``None`` if that is not public) and the version
    that is public now."""

    table: SourceTable
    dataset: Dataset | None
    title: str
    title_en: str
    outcome: TableOutcome | None
    version: Version | None

    @property
    def is_stuck(self) -> bool:
        return self.outcome is not None and self.outcome.outcome in STUCK


@dataclass(frozen=True, slots=True)
class PastRun:
    run: HarvestRun
    outcomes: tuple[TableOutcome, ...]

    @property
    def stuck_count(self) -> int:
        return sum(outcome.outcome in STUCK for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class SourcePage:
    """``runs`` newest first. ``done`` counts the tables that the newest run has finished."""

    source: HarvestSource
    organization: Organization
    tables: tuple[TableStanding, ...]
    runs: tuple[PastRun, ...]

    @property
    def last_run(self) -> PastRun | None:
        return self.runs[0] if self.runs else None

    @property
    def stuck(self) -> tuple[TableStanding, ...]:
        return tuple(table for table in self.tables if table.is_stuck)


@pages.get("/sources")
def source_list() -> str:
    return render_template("sources.html", seen=overview(parts()))


@pages.get("/source/<name>")
def source(name: str) -> ResponseReturnValue:
    with parts().store.read() as reader:
        page = source_page(reader, name)
    if page.source.name != name:
        return redirect(url_for("sources.source", name=page.source.name), 301)
    return render_template("source.html", page=page)


def source_page(reader: CatalogReader, key: str) -> SourcePage:
    source = reader.source(key)
    datasets = {item.id: item for item in reader.datasets({table.dataset_id for table in source.tables})}
    latest = reader.latest_versions(datasets.keys())
    outcomes = reader.last_outcomes(source.id)
    return SourcePage(
        source=source,
        organization=reader.organization(source.organization_id),
        tables=tuple(_standing(table, datasets.get(table.dataset_id), outcomes, latest) for table in source.tables),
        runs=tuple(PastRun(run, reader.outcomes(run.id)) for run in reader.runs(source.id, limit=RUNS_SHOWN)),
    )


def _standing(
    table: SourceTable,
    dataset: Dataset | None,
    outcomes: Mapping[str, TableOutcome],
    latest: Mapping[DistributionId, Version],
) -> TableStanding:
    """What is not public about a dataset stays so: its table is named by its key only."""
    public = dataset if dataset and is_visible(dataset, Viewer.PUBLIC) else None
    distributions = {item.id: item for item in public.distributions} if public else {}
    distribution = distributions.get(table.distribution_id)
    return TableStanding(
        table=table,
        dataset=public,
        title=distribution.title if distribution else table.key,
        title_en=distribution.title_en if distribution else table.key,
        outcome=outcomes.get(table.key),
        version=latest.get(table.distribution_id) if public else None,
    )
