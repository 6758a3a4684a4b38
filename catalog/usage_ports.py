"""Doors for what the portal is asked for: searches that found nothing, uses of datasets (:mod:`catalog.usage`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from catalog.model import DatasetId

if TYPE_CHECKING:
    from catalog.usage import SearchDemand, UseKind


class UsageReader(Protocol):
    """Questions about use. Days are those of the province."""

    def demand(self, since: date) -> tuple[SearchDemand, ...]:
        """Searches that found nothing on this day or later, each text once, most frequent first."""

    def uses(self, since: date, ids: Collection[DatasetId] | None = None) -> dict[DatasetId, int]:
        """How often datasets were used, in whatever way, on this day or later; those never used are left out."""

    def use_grades(self) -> dict[DatasetId, int]:
        """The grade of use that each dataset was last indexed with; those without one are left out."""

    def has_usage_before(self, day: date) -> bool:
        """Whether there are counts of an earlier day."""


class UsageTransaction(UsageReader, Protocol):
    """Changes to what is counted."""

    def add_demand(self, day: date, counts: Mapping[str, int]) -> None:
        """Count searches of a day: so many more of each text. Two at once are both counted."""

    def add_uses(self, day: date, counts: Mapping[tuple[DatasetId, UseKind], int]) -> None:
        """Count uses of a day: so many more of each dataset and kind. Two at once are both counted."""

    def put_use_grades(self, grades: Mapping[DatasetId, int]) -> None:
        """Note the grades that these datasets are indexed with; 0 forgets it."""

    def prune_usage(self, before: date) -> None:
        """Forget what was counted on earlier days."""
