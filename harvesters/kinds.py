"""What every kind of source does, beside declaring itself: be tried out, list what it has, read tables or records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.errors import InvalidInput
from catalog.ports import Fetched, Progress, TableRequest
from catalog.remote import RemoteCatalog
from catalog.source_kinds import CheckStep, OfferedTable, SourceKind
from catalog.sources import HarvestSource
from harvesters.outside import Outside


class Kind(SourceKind, ABC):
    """A kind of source that can be read. The options of ``source`` come filled in: variables replaced, secrets in the
    clear. Nothing here ever writes to a source, logs an option or puts one into an error."""

    @abstractmethod
    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        """Try the source out step by step, as far as it goes well; each step explains itself."""

    def offered(self, source: HarvestSource, outside: Outside) -> Iterator[OfferedTable]:
        """The tables that could be harvested, as far as the source can list them. Raises ``SourceError``."""
        return iter(())

    def fetch(
        self,
        source: HarvestSource,
        requests: Sequence[TableRequest],
        folder: Path,
        progress: Progress,
        outside: Outside,
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        """See :class:`catalog.ports.Fetch`."""
        raise _cannot(source, "bảng", "tables")

    def catalog(self, source: HarvestSource, outside: Outside) -> RemoteCatalog:
        """The other catalogue, opened for one run."""
        raise _cannot(source, "danh mục", "a catalogue")


def _cannot(source: HarvestSource, what: str, what_en: str) -> InvalidInput:
    return InvalidInput(
        f"Nguồn “{source.name}” thuộc loại “{source.kind}”, không có {what} để đọc.",
        f"Source “{source.name}” is of the kind “{source.kind}”, which has no {what_en} to read.",
        source=source.name,
        kind=source.kind,
    )
