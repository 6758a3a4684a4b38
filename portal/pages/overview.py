"""The whole public catalogue at one glance: what the home page and the boards of organizations and sources count.

Made from the database alone, so that these pages stand when search is down. Making it costs one reading of all
datasets, so it is kept until the newest audit event or the newest run is another.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from catalog.duties import Duty, Freshness, duty
from catalog.model import (
    AccessLevel,
    Dataset,
    DatasetId,
    DistributionId,
    Organization,
    OrganizationId,
    OrganizationKind,
    Version,
)
from catalog.ports import CatalogReader
from catalog.public_sources import NO_ORIGINS, Origins, origins_by_source, told_listing, told_run
from catalog.questions import Viewer
from catalog.reading import is_visible, public_outcomes, public_tables
from catalog.schedule import next_due
from catalog.sources import HarvestRun, HarvestSource, Outcome, SourceId, SourceTable, TableOutcome
from catalog.vietnamese import sort_key
from portal.wiring import Parts

OVERVIEW = "dulieumo.overview"
LONGEST_KEPT = timedelta(minutes=1)
STUCK = frozenset({Outcome.HELD, Outcome.REJECTED, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Owed:
    """A public dataset with its owner and what is owed for it."""

    dataset: Dataset
    organization: Organization
    duty: Duty
    versions: tuple[Version, ...]

    @property
    def row_count(self) -> int:
        return sum(version.row_count for version in self.versions)


@dataclass(frozen=True, slots=True)
class StuckTable:
    """A table whose newest state in its source could not be published, with the public dataset it belongs to."""

    source: HarvestSource
    dataset: Dataset
    outcome: TableOutcome


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How a harvest source stands: its newest run, its tables of public datasets with the newest outcome of each, and
    these datasets. ``due`` is when it is read next. Of a source that is another catalogue, ``listing`` is the newest
    outcome of its listing and ``origins`` counts what came of it."""

    source: HarvestSource
    organization: Organization
    tables: tuple[SourceTable, ...]
    last_run: HarvestRun | None
    outcomes: tuple[TableOutcome, ...]
    datasets: Mapping[DatasetId, Dataset]
    due: datetime | None = None
    listing: TableOutcome | None = None
    origins: Origins = NO_ORIGINS

    def count(self, *kinds: Outcome) -> int:
        return sum(outcome.outcome in kinds for outcome in self.outcomes)

    @property
    def stuck(self) -> tuple[TableOutcome, ...]:
        """Tables whose newest state in the source is not public."""
        return tuple(outcome for outcome in self.outcomes if outcome.outcome in STUCK)

    @property
    def stuck_tables(self) -> tuple[StuckTable, ...]:
        """The same with their datasets."""
        return tuple(StuckTable(self.source, self.datasets[outcome.dataset_id], outcome) for outcome in self.stuck)


@dataclass(frozen=True, slots=True)
class Overview:
    """``owed`` is ordered by title, ``organizations`` and ``sources`` by name, all as a Vietnamese dictionary is;
    ``owed_by`` holds the same as ``owed``, by owner."""

    made_at: datetime
    organizations: tuple[Organization, ...]
    owed: tuple[Owed, ...]
    owed_by: Mapping[OrganizationId, tuple[Owed, ...]]
    sources: tuple[SourceStanding, ...]

    @property
    def open_count(self) -> int:
        return sum(item.dataset.access_level is AccessLevel.OPEN for item in self.owed)

    @property
    def simulated_count(self) -> int:
        return sum(item.dataset.simulated for item in self.owed)

    @property
    def row_count(self) -> int:
        return sum(item.row_count for item in self.owed)

    def source(self, source_id: SourceId) -> SourceStanding | None:
        """``None`` for one that feeds no public dataset."""
        return next((item for item in self.sources if item.source.id == source_id), None)

    def with_freshness(self, *kinds: Freshness) -> tuple[Owed, ...]:
        """Those that stand so, the most urgent first."""
        found = [item for item in self.owed if item.duty.freshness in kinds]
        return tuple(sorted(found, key=lambda item: item.duty.due or self.made_at))

    def newest(self, count: int) -> tuple[Owed, ...]:
        published = [item for item in self.owed if item.dataset.modified]
        return tuple(sorted(published, key=lambda item: item.dataset.modified or self.made_at, reverse=True)[:count])

    def of(self, organization_id: OrganizationId) -> tuple[Owed, ...]:
        return self.owed_by.get(organization_id, ())

    def sources_of(self, organization_id: OrganizationId) -> tuple[SourceStanding, ...]:
        return tuple(item for item in self.sources if item.source.organization_id == organization_id)

    @property
    def obliged(self) -> tuple[Organization, ...]:
        """Those that must offer open data: the departments and agencies that exist now."""
        kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.AGENCY)
        return tuple(item for item in self.organizations if item.is_current and item.kind in kinds)

    @property
    def fulfilling(self) -> tuple[Organization, ...]:
        """Those of the obliged that offer at least one open dataset that has been published."""
        owners = {
            item.dataset.organization_id
            for item in self.owed
            if item.dataset.access_level is AccessLevel.OPEN and item.dataset.modified
        }
        return tuple(item for item in self.obliged if item.id in owners)


def overview(parts: Parts) -> Overview:
    """The catalogue as it stands now."""
    kept: KeptOverview = current_app.extensions[OVERVIEW]
    return kept.get(parts)


def _make(reader: CatalogReader, now: datetime) -> Overview:
    organizations = {item.id: item for item in reader.organizations()}
    every = reader.datasets()
    origins = origins_by_source(every)
    visible = [dataset for dataset in every if is_visible(dataset, Viewer.PUBLIC)]
    latest = reader.latest_versions()
    owed = [_owed(dataset, organizations[dataset.organization_id], latest, now) for dataset in visible]
    owed.sort(key=lambda item: sort_key(item.dataset.title))
    owed_by: dict[OrganizationId, list[Owed]] = {}
    for item in owed:
        owed_by.setdefault(item.dataset.organization_id, []).append(item)
    public = {dataset.id: dataset for dataset in visible}
    sources = tuple(
        _standing(reader, source, organizations[source.organization_id], public, came, now)
        for source in reader.sources()
        if (came := origins.get(source.id, NO_ORIGINS)).public or public_tables(source, public)
    )
    return Overview(
        made_at=now,
        organizations=tuple(sorted(organizations.values(), key=lambda item: sort_key(item.title))),
        owed=tuple(owed),
        owed_by={owner: tuple(items) for owner, items in owed_by.items()},
        sources=tuple(sorted(sources, key=lambda item: sort_key(item.source.title))),
    )


def _owed(
    dataset: Dataset, organization: Organization, latest: Mapping[DistributionId, Version], now: datetime
) -> Owed:
    readable = dataset.distributions if dataset.access_level is AccessLevel.OPEN else ()
    versions = tuple(latest[item.id] for item in readable if item.id in latest)
    return Owed(dataset, organization, duty(dataset, now), versions)


def _standing(
    reader: CatalogReader,
    source: HarvestSource,
    organization: Organization,
    public: Mapping[DatasetId, Dataset],
    origins: Origins,
    now: datetime,
) -> SourceStanding:
    newest = next(iter(reader.runs(source.id, limit=1)), None)
    outcomes = reader.last_outcomes(source.id)
    tables = public_tables(source, public)
    known = public_outcomes((outcomes[table.key] for table in tables if table.key in outcomes), public)
    return SourceStanding(
        source=source,
        organization=organization,
        tables=tables,
        last_run=told_run(newest, reader.outcomes(newest.id), public, origins) if newest else None,
        outcomes=known,
        datasets={table.dataset_id: public[table.dataset_id] for table in tables},
        due=next_due(source, newest, now),
        listing=told_listing(outcomes.values(), origins),
        origins=origins,
    )


class KeptOverview:
    """The newest overview of one catalogue, made anew when something has happened or a minute is over. One thread makes
    it, others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: object = None
        self._overview: Overview | None = None

    def get(self, parts: Parts) -> Overview:
        now = parts.clock()
        with self._lock, parts.store.read() as reader:
            stamp = (reader.audit(limit=1), reader.runs(limit=1))
            kept = self._overview
            if kept is None or stamp != self._stamp or abs(now - kept.made_at) > LONGEST_KEPT:
                kept = self._overview = _make(reader, now)
                self._stamp = stamp
            return kept
