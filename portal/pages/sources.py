"""Sources: how the last harvest of each department's database went, told so that its clerk can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.model import Dataset, DatasetId, DistributionId, Organization, Version
from catalog.ports import CatalogReader
from catalog.public_sources import told_listing, told_run
from catalog.questions import Viewer
from catalog.reading import is_visible, may_read_rows, public_outcomes, public_tables, told_of
from catalog.sources import HarvestRun, HarvestSource, RunState, SourceTable, TableOutcome
from portal.context import parts
from portal.pages.overview import STUCK, Overview, SourceStanding, overview

pages = Blueprint("sources", __name__)

RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TableStanding:
    """A table of a source: what came of it last, its public dataset and the version whose rows are open now."""

    table: SourceTable
    dataset: Dataset
    title: str
    title_en: str
    outcome: TableOutcome | None
    version: Version | None

    @property
    def is_open(self) -> bool:
        """Whether its rows may be told of."""
        return may_read_rows(self.dataset, Viewer.PUBLIC)

    @property
    def is_stuck(self) -> bool:
        return self.outcome is not None and self.outcome.outcome in STUCK


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as the public may know it; ``listing`` is what came of another catalogue's listing in it."""

    run: HarvestRun
    outcomes: tuple[TableOutcome, ...]
    listing: TableOutcome | None = None

    @property
    def stuck_count(self) -> int:
        return sum(outcome.outcome in STUCK for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class SourcePage:
    """``runs`` newest first; ``standing`` is what the boards say of the source."""

    source: HarvestSource
    organization: Organization
    tables: tuple[TableStanding, ...]
    runs: tuple[PastRun, ...]
    standing: SourceStanding

    @property
    def last_run(self) -> PastRun | None:
        return self.runs[0] if self.runs else None

    @property
    def last_good(self) -> HarvestRun | None:
        """The newest run that published all it had, or found nothing new."""
        return next((past.run for past in self.runs if past.run.state is RunState.SUCCESS), None)

    @property
    def stuck(self) -> tuple[TableStanding, ...]:
        return tuple(table for table in self.tables if table.is_stuck)


@pages.get("/sources")
def source_list() -> str:
    """All sources, or those of one organization."""
    seen, name = overview(parts()), request.args.get("organization", "")
    owner = next((item for item in seen.organizations if item.name == name), None)
    if name and owner is None:
        raise NotFound.of("cơ quan", name)
    return render_template("sources.html", sources=seen.sources_of(owner.id) if owner else seen.sources, owner=owner)


@pages.get("/source/<name>")
def source(name: str) -> ResponseReturnValue:
    seen = overview(parts())
    with parts().store.read() as reader:
        page = source_page(reader, name, seen)
    if page.source.name != name:
        return redirect(url_for("sources.source", name=page.source.name), 301)
    return render_template("source.html", page=page)


def source_page(reader: CatalogReader, key: str, seen: Overview) -> SourcePage:
    """``NotFound`` where the source feeds no public dataset, as if it did not exist."""
    source = reader.source(key)
    described = reader.datasets({table.dataset_id for table in source.tables})
    public = {item.id: item for item in described if is_visible(item, Viewer.PUBLIC)}
    tables = public_tables(source, public)
    standing = seen.source(source.id)
    if standing is None or not (tables or standing.origins.public):
        raise NotFound.of("nguồn thu thập", key)
    latest = reader.latest_versions(public.keys())
    outcomes = reader.last_outcomes(source.id)
    return SourcePage(
        source=source,
        organization=reader.organization(source.organization_id),
        tables=tuple(_standing(table, public[table.dataset_id], outcomes, latest) for table in tables),
        runs=tuple(_past_run(reader, run, public, standing) for run in reader.runs(source.id, limit=RUNS_SHOWN)),
        standing=standing,
    )


def _past_run(
    reader: CatalogReader, run: HarvestRun, public: Mapping[DatasetId, Dataset], standing: SourceStanding
) -> PastRun:
    every, origins = reader.outcomes(run.id), standing.origins
    told = told_run(run, every, public, origins)
    return PastRun(told, public_outcomes(every, public), told_listing(every, origins))


def _standing(
    table: SourceTable,
    dataset: Dataset,
    outcomes: Mapping[str, TableOutcome],
    latest: Mapping[DistributionId, Version],
) -> TableStanding:
    distribution = next((item for item in dataset.distributions if item.id == table.distribution_id), None)
    outcome = outcomes.get(table.key)
    return TableStanding(
        table=table,
        dataset=dataset,
        title=distribution.title if distribution else table.key,
        title_en=distribution.title_en if distribution else table.key,
        outcome=told_of(outcome, dataset) if outcome else None,
        version=latest.get(table.distribution_id) if may_read_rows(dataset, Viewer.PUBLIC) else None,
    )
