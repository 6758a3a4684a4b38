"""Use cases that read: datasets as their viewers may see them, with everything a page or an export tells about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.dictionary import TableSchema
from catalog.duties import Duty, duty
from catalog.errors import NotFound, Withdrawn
from catalog.listed import ListedDataset
from catalog.model import (
    AccessLevel,
    Dataset,
    DatasetId,
    DatasetStatus,
    Distribution,
    DistributionId,
    DistributionKind,
    Organization,
    StoredFile,
    Version,
    VersionId,
)
from catalog.ports import CatalogReader
from catalog.questions import PUBLIC_LEVELS, Viewer
from catalog.sources import HarvestRun, HarvestSource, Outcome, SourceTable, TableOutcome, state_of_run
from catalog.vocabularies import FORMATS, LICENSES, THEMES, License, Theme

PORTAL_FORMATS = tuple(FORMATS)
"""The formats a table is offered in, in the order people look for them."""


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table of a dataset with its newest version (``None`` before the first publication) and all files of it,
    stored and derived, in the order of :data:`PORTAL_FORMATS`. In lists of datasets the ``schema`` is left out."""

    distribution: Distribution
    schema: TableSchema | None
    version: Version | None
    files: tuple[StoredFile, ...]

    def file(self, file_format: str) -> StoredFile | None:
        return next((file for file in self.files if file.format == file_format), None)


@dataclass(frozen=True, slots=True)
class PublishedDataset:
    """A dataset with everything around it that a page, an API or an export says. Files and rows of a dataset that is
    not open are left out: its description is public, its content is not."""

    dataset: Dataset
    organization: Organization
    theme: Theme | None
    license: License
    tables: tuple[PublishedTable, ...]

    @property
    def elsewhere(self) -> tuple[Distribution, ...]:
        """The ways to content that lies elsewhere; none of a dataset that is not open."""
        if self.dataset.access_level is not AccessLevel.OPEN:
            return ()
        links = (table.distribution for table in self.tables if table.distribution.kind is DistributionKind.LINK)
        return tuple(link for link in links if link.access_url)

    @property
    def is_elsewhere(self) -> bool:
        """Whether nothing of it is published here: another catalogue describes it, and so do we."""
        return all(table.distribution.kind is DistributionKind.LINK for table in self.tables) and bool(self.tables)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats it can be had in now, each once, those of the portal first."""
        held = {file.format for table in self.tables for file in table.files}
        others = dict.fromkeys(link.format for link in self.elsewhere if link.format)
        held |= others.keys()
        return (
            *(name for name in PORTAL_FORMATS if name in held),
            *(name for name in others if name not in PORTAL_FORMATS),
        )

    @property
    def row_count(self) -> int:
        return sum(table.version.row_count for table in self.tables if table.version)

    def table(self, key: str) -> PublishedTable | None:
        """The table with this name or distribution id."""
        return next((t for t in self.tables if key in (t.distribution.name, t.distribution.id)), None)

    def duty(self, now: datetime) -> Duty:
        return duty(self.dataset, now)


def is_visible(dataset: Dataset, viewer: Viewer) -> bool:
    """Whether a viewer may know that the dataset exists."""
    if viewer is Viewer.STAFF:
        return True
    return dataset.status is DatasetStatus.PUBLISHED and dataset.access_level in PUBLIC_LEVELS


def may_read_rows(dataset: Dataset, viewer: Viewer) -> bool:
    """Whether a viewer may have the content: the public only that of open data."""
    return is_visible(dataset, viewer) and (viewer is Viewer.STAFF or dataset.access_level is AccessLevel.OPEN)


def published_dataset(reader: CatalogReader, key: str, viewer: Viewer = Viewer.PUBLIC) -> PublishedDataset:
    """One dataset by name or id; ``NotFound`` where the viewer may not see it, as if it did not exist. One of another
    catalogue that is not listed there any more is ``Withdrawn``: its going is no secret, but nothing more is said."""
    dataset = reader.dataset(key)
    if not is_visible(dataset, viewer):
        was_public = dataset.status is DatasetStatus.WITHDRAWN and dataset.access_level in PUBLIC_LEVELS
        if was_public and dataset.issued is not None and dataset.origin is not None:
            raise Withdrawn(
                "Bộ dữ liệu này đã được thu hồi, không còn công bố ở đây.",
                "This dataset was withdrawn and is not published here any more.",
            )
        raise NotFound.of("bộ dữ liệu", key)
    return _with_surroundings(reader, (dataset,), viewer, schemas=True)[0]


def published_datasets(
    reader: CatalogReader,
    ids: Collection[DatasetId] | None = None,
    viewer: Viewer = Viewer.PUBLIC,
    *,
    schemas: bool = False,
) -> tuple[PublishedDataset, ...]:
    """All visible datasets by name, or those asked for in the order asked; unknown and hidden ones are left out.
    Tables carry their schemas only if asked for: a list has no use for them, and they are the larger part."""
    visible = [dataset for dataset in reader.datasets(ids) if is_visible(dataset, viewer)]
    if ids is not None:
        position = {dataset_id: place for place, dataset_id in enumerate(ids)}
        visible.sort(key=lambda dataset: position[dataset.id])
    return _with_surroundings(reader, visible, viewer, schemas=schemas)


def as_listed(published: PublishedDataset) -> ListedDataset:
    """What a list shows of it."""
    dataset, organization = published.dataset, published.organization
    return ListedDataset(
        id=dataset.id,
        revision=dataset.revision,
        name=dataset.name,
        title=dataset.title,
        title_en=dataset.title_en,
        description=dataset.description,
        description_en=dataset.description_en,
        organization=organization.name,
        organization_title=organization.title,
        organization_title_en=organization.title_en,
        theme=dataset.theme,
        keywords=dataset.keywords,
        license=dataset.license_id,
        access_level=dataset.access_level,
        frequency=dataset.frequency,
        formats=published.formats,
        row_count=published.row_count,
        simulated=dataset.simulated,
        issued=dataset.issued,
        modified=dataset.modified,
        recorded=dataset.recorded,
        decisions=dataset.decisions,
    )


def listed_now(reader: CatalogReader, found: Sequence[ListedDataset], viewer: Viewer) -> tuple[ListedDataset, ...]:
    """Datasets that the search index found, as they are now: what has changed since the index took it is read from the
    catalogue, and what the viewer may not see any more, or is gone, is left out. One small question where nothing has
    changed, as mostly."""
    revisions = reader.dataset_revisions([item.id for item in found])
    changed = [item.id for item in found if revisions.get(item.id, item.revision) != item.revision]
    again = (
        {item.dataset.id: as_listed(item) for item in published_datasets(reader, changed, viewer)} if changed else {}
    )
    return tuple(
        again.get(item.id, item) for item in found if item.id in again or revisions.get(item.id) == item.revision
    )


def published_table(
    reader: CatalogReader, distribution_id: str, viewer: Viewer = Viewer.PUBLIC
) -> tuple[PublishedDataset, PublishedTable]:
    """A table by its distribution id, with its dataset; ``NotFound`` where the viewer may not have its rows."""
    key = DistributionId(distribution_id)
    dataset_id = reader.datasets_of([key]).get(key)
    # One refusal for all reasons: which of them it was would tell of datasets the viewer may not know.
    refusal = NotFound.of("bảng", distribution_id)
    if dataset_id is None or not may_read_rows(reader.dataset(dataset_id), viewer):
        raise refusal
    published = published_dataset(reader, dataset_id, viewer)
    table = published.table(distribution_id)
    if table is None or table.version is None:
        raise refusal
    return published, table


def published_version(
    reader: CatalogReader, version_id: str, viewer: Viewer = Viewer.PUBLIC
) -> tuple[PublishedDataset, PublishedTable, Version]:
    """One version by its id, with its table and dataset; ``NotFound`` where the viewer may not have its rows."""
    refusal = NotFound.of("phiên bản", version_id)
    try:
        version = reader.version(VersionId(version_id))
        return *published_table(reader, version.distribution_id, viewer), version
    except NotFound as error:
        raise refusal from error


def _with_surroundings(
    reader: CatalogReader, datasets: Sequence[Dataset], viewer: Viewer, *, schemas: bool
) -> tuple[PublishedDataset, ...]:
    return Surroundings(reader).of(datasets, viewer, schemas=schemas)


class Surroundings:
    """Tells everything around datasets, of one state of the catalogue. Organizations and table schemas are read once,
    however many datasets are asked for, one lot after another."""

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self.organizations = {organization.id: organization for organization in reader.organizations()}
        self._schemas: dict[str, TableSchema | None] = {}

    def of(self, datasets: Sequence[Dataset], viewer: Viewer, *, schemas: bool) -> tuple[PublishedDataset, ...]:
        """The datasets, which the viewer may see, with what the viewer may have of each."""
        readable = {dataset.id: dataset for dataset in datasets if may_read_rows(dataset, viewer)}
        latest = self._reader.latest_versions(list(readable)) if readable else {}
        derived = self._reader.derived_files([version.id for version in latest.values()]) if latest else {}
        if schemas:
            self._learn({table.schema_name for dataset in datasets for table in dataset.distributions})

        def table(distribution: Distribution) -> PublishedTable:
            version = latest.get(distribution.id)
            files: tuple[StoredFile, ...] = ()
            if version:
                held = version.files + derived.get(version.id, ())
                files = tuple(sorted(held, key=lambda file: PORTAL_FORMATS.index(file.format)))
            schema = self._schemas.get(distribution.schema_name or "") if schemas else None
            return PublishedTable(distribution, schema, version, files)

        return tuple(
            PublishedDataset(
                dataset=dataset,
                organization=self.organizations[dataset.organization_id],
                theme=THEMES.get(dataset.theme),
                license=LICENSES.get(dataset.license_id, LICENSES["notspecified"]),
                tables=tuple(map(table, dataset.distributions)),
            )
            for dataset in datasets
        )

    def _learn(self, names: Collection[str | None]) -> None:
        unknown = {name for name in names if name} - self._schemas.keys()
        if unknown:
            self._schemas.update(dict.fromkeys(unknown))
            self._schemas.update((schema.name, schema) for schema in self._reader.table_schemas(unknown))


def public_tables(source: HarvestSource, public: Collection[DatasetId]) -> tuple[SourceTable, ...]:
    """The tables of a source that feed public datasets. A source without any is itself nobody's business."""
    return tuple(table for table in source.tables if table.dataset_id in public)


def public_outcomes(outcomes: Iterable[TableOutcome], public: Mapping[DatasetId, Dataset]) -> tuple[TableOutcome, ...]:
    """What may be told of them: nothing of hidden datasets, and of data that is shared only how it ended."""
    return tuple(told_of(outcome, public[outcome.dataset_id]) for outcome in outcomes if outcome.dataset_id in public)


def told_of(outcome: TableOutcome, dataset: Dataset) -> TableOutcome:
    """The outcome without counts and findings, which quote cells, unless the content is open; why a source could not be
    read is for those who look after it."""
    if not may_read_rows(dataset, Viewer.PUBLIC):
        return replace(outcome, row_count=None, issues=(), counts={})
    return replace(outcome, issues=()) if outcome.outcome is Outcome.FAILED else outcome


def told_of_listing(outcome: TableOutcome, *, all_public: bool) -> TableOutcome:
    """The outcome of another catalogue's listing without its findings, which quote records, and without its counts
    unless everything that came of it is public."""
    return replace(outcome, row_count=None, issues=(), counts=outcome.counts if all_public else {})


def public_run(run: HarvestRun, every: Collection[TableOutcome], told: tuple[TableOutcome, ...]) -> HarvestRun:
    """The run as it went for the tables that are told of: a hidden one that failed must not show in its state."""
    if run.state.is_over and told and len(told) < len(every):
        return replace(run, state=state_of_run(told))
    return run
