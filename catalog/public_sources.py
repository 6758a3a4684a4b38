"""What the public may know of harvest sources that are other catalogues: nothing of datasets that are hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.model import Dataset, DatasetId, DatasetStatus
from catalog.questions import Viewer
from catalog.reading import is_visible, public_outcomes, public_run, told_of_listing
from catalog.sources import CATALOG_KEY, HarvestRun, TableOutcome


@dataclass(frozen=True, slots=True)
class Origins:
    """How many datasets that are described here came from the listing of a source: those that are public, and others
    that live."""

    public: int = 0
    hidden: int = 0


NO_ORIGINS = Origins()


def origins_by_source(datasets: Iterable[Dataset]) -> dict[str, Origins]:
    """By id of the source, what came from listings."""
    counted: dict[str, list[int]] = {}
    for dataset in datasets:
        if dataset.origin is not None and dataset.status is not DatasetStatus.WITHDRAWN:
            counted.setdefault(dataset.origin.source_id, [0, 0])[not is_visible(dataset, Viewer.PUBLIC)] += 1
    return {source_id: Origins(public, hidden) for source_id, (public, hidden) in counted.items()}


def told_listing(outcomes: Iterable[TableOutcome], origins: Origins) -> TableOutcome | None:
    """What came of the listing, as far as it may be told; nothing where nothing public came of it."""
    found = next((item for item in outcomes if item.table_key == CATALOG_KEY), None) if origins.public else None
    return told_of_listing(found, all_public=not origins.hidden) if found else None


def told_run(
    run: HarvestRun, every: Collection[TableOutcome], public: Mapping[DatasetId, Dataset], origins: Origins
) -> HarvestRun:
    """The run, of which ``every`` outcome is known, as it went for what is public."""
    listing = told_listing(every, origins)
    told = public_outcomes(every, public)
    return public_run(run, every, (*told, listing) if listing else told)
