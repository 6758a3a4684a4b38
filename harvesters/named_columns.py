"""Which of a service's columns the dictionary asks for, by name, and the staged table made of its records."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.errors import SourceUnreadable
from catalog.ports import Progress, StagedTable, TableRequest
from catalog.vietnamese import nfc
from harvesters.json_services import text_of_json
from harvesters.staging import StagingFile

BATCH_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column goes, and whether by its own name or by one that is only written otherwise."""

    index: int
    by_name: bool


class NamedColumns:
    """Finds the dictionary's field for each of a service's columns: one of the same name without regard to case, else
    one whose letters and digits are the same (``maXa``, ``dia_chi.xa`` for ``ma_xa``, ``dia_chi_xa``)."""

    def __init__(self, request: TableRequest) -> None:
        self.fields = request.schema.field_names
        self._table = request.table.key
        self._by_name = {_folded(name): index for index, name in enumerate(self.fields)}
        squeezed = [_squeezed(name) for name in self.fields]
        self._by_letters = {text: index for index, text in enumerate(squeezed) if squeezed.count(text) == 1}
        self._places: dict[str, _Place | None] = {}
        self._names: dict[int, str] = {}

    def meet(self, names: Iterable[str]) -> None:
        """Learn of columns. Raises ``SourceUnreadable`` where two go by one name."""
        for name in names:
            if name not in self._places:
                self._places[name] = self._met(name)

    def row(self, record: Mapping[str, Any]) -> list[object]:
        """The values of a record for every field of the dictionary. Raises ``SourceUnreadable`` as :meth:`meet`."""
        row: list[object] = [None] * len(self.fields)
        for name, value in record.items():
            if name not in self._places:
                self.meet([name])
            place = self._places[name]
            if place is not None and self._names[place.index] == name:
                row[place.index] = text_of_json(value) if isinstance(value, list | dict) else value
        return row

    @property
    def found(self) -> tuple[str, ...]:
        """The fields that the service has a column for, in the dictionary's order."""
        return tuple(name for index, name in enumerate(self.fields) if index in self._names)

    @property
    def given(self) -> tuple[str, ...]:
        """All columns of the service."""
        return tuple(self._places)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that the dictionary does not ask for."""
        taken = set(self._names.values())
        return tuple(name for name in self._places if name not in taken)

    def _met(self, name: str) -> _Place | None:
        by_name = self._by_name.get(_folded(name))
        index = self._by_letters.get(_squeezed(name)) if by_name is None else by_name
        if index is None:
            return None
        place = _Place(index, by_name is not None)
        other = self._names.get(index)
        before = self._places[other] if other is not None else None
        if before is None or (place.by_name and not before.by_name):
            self._names[index] = name
        elif before.by_name == place.by_name:
            raise SourceUnreadable(
                f"Bảng “{self._table}”: hai cột “{other}” và “{name}” cùng ứng với “{self.fields[index]}”; đặt tên khác"
                " nhau cho từng cột.",
                f"Table “{self._table}”: the columns “{other}” and “{name}” both stand for “{self.fields[index]}”; give"
                " each its own name.",
                table=self._table,
                column=name,
            )
        return place


def _folded(name: str) -> str:
    return nfc(name).casefold()


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", _folded(name))


def stage_records(
    columns: NamedColumns, records: Iterable[Mapping[str, Any]], path: Path, key: str, progress: Progress
) -> StagedTable:
    """The records as a staged table of the fields that the service has. Raises what ``records`` raises."""
    draft = path.with_name(path.name + ".tam")
    rows = map(columns.row, records)
    try:
        with StagingFile(draft, columns.fields) as staging:
            while batch := list(islice(rows, BATCH_ROWS)):
                staging.write_rows(batch)
                progress(key, staging.row_count)
        if columns.found != columns.fields:
            with StagingFile(path, columns.found) as staging:
                for some in _kept(draft, columns):
                    staging.write_rows(some)
        else:
            draft.rename(path)
            staging.path = path
    finally:
        draft.unlink(missing_ok=True)
    return staging.table(key, columns.left_out)


def _kept(draft: Path, columns: NamedColumns) -> Iterator[list[list[str]]]:
    """The rows of the draft without the fields that no record had."""
    kept = [columns.fields.index(name) for name in columns.found]
    csv.field_size_limit(1 << 30)
    with draft.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        while batch := list(islice(reader, BATCH_ROWS)):
            yield [[row[index] for index in kept] for row in batch]
