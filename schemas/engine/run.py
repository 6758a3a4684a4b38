"""The whole check of one file: header, blocks in two threads, keys at the end, faulty rows read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy

from catalog.issues import Fault
from schemas.engine import fallback
from schemas.engine.blocks import Block, Dialect, Irregular, RawBlock, parse_block, raw_blocks, record_at, slow_blocks
from schemas.engine.columns import NONE_KEY, ColumnJudge
from schemas.engine.keys import ForeignKeys, repeats, row_keys
from schemas.engine.plan import Plan, Reference
from schemas.engine.replay import Replay

THREADS = 2
AHEAD = 3
"""Blocks that are parsed before they are needed: memory stays bounded."""


@dataclass(slots=True)
class Findings:
    """What was found. ``errors`` gives Frictionless's own descriptors, row by row; ``path_taken`` is "columns",
    "columns, slow parser" or "frictionless"."""

    rows: int
    labels: list[str]
    fields: int
    path_taken: str
    errors: Callable[[], Iterator[dict[str, Any]]]
    primary_key: tuple[str, ...] = ()
    key_places: tuple[int, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """The same as faults of ours; a key is told by its cells."""
        for error in self.errors():
            fault = fault_of(error)
            if fault.code == "primary-key":
                cells = error["cells"]
                shown = ", ".join(cells[place] if place < len(cells) else "" for place in self.key_places)
                fault = replace(fault, fields=self.primary_key, value=shown)
            yield fault


def check_file(
    path: Path,
    descriptor: Mapping[str, Any],
    *,
    references: Sequence[Reference] = (),
    dialect: Dialect | None = None,
    encoding: str = "utf-8-sig",
    duplicate_rows: bool = False,
    storable_only: bool = False,
    most_rows: int | None = None,
) -> Findings:
    """Check the file at ``path``.

    ``dialect``: how it is written, if that is known; else it is found out as Frictionless does. ``references`` hold the
    values that foreign keys to other tables may take. ``storable_only``: numbers that no file of ours can hold are of
    the wrong type. ``most_rows``: faults of further faulty rows are not told, so that memory stays bounded however many
    there are. Raises ``InvalidInput`` for a schema that makes no sense.
    """
    plan = Plan.of(descriptor, references, storable_only=storable_only, duplicate_rows=duplicate_rows)
    known = dialect or fallback.sniffed_dialect(path, encoding)
    if dialect is None and not fallback.header_comes_first(path, encoding, known):
        return fallback.by_frictionless(path, plan, known)
    labels, start = fallback.header_or_refusal(path, known)
    if not labels or not plan.can_judge(labels):
        return fallback.by_frictionless(path, plan, known)
    plan = plan.for_labels(labels)
    if start is not None:
        with suppress(Irregular):
            return _Run(path, plan, known, labels, most_rows).by_arrow(start)
    return _Run(path, plan, known, labels, most_rows).by_python(encoding)


@dataclass(slots=True)
class _Part:
    """What is kept of a judged block: the cells of its faulty records, numbers for its keys, and where its records
    lie in the file."""

    count: int
    faulty: dict[int, list[str]]
    keys: dict[str, numpy.ndarray]
    start: int = 0
    ends: numpy.ndarray | None = None


class _Run:
    """The check of one file by the columns."""

    def __init__(
        self, path: Path, plan: Plan, dialect: Dialect, labels: list[str], most_rows: int | None = None
    ) -> None:
        self._most_rows = most_rows
        self._path = path
        self._plan = plan
        self._dialect = dialect
        self._labels = labels
        self._missing = plan.common_missing
        self._judges = [
            ColumnJudge(item, plan.readers[item.name], plan.missing_of(item), plan.patterns.get(item.name))
            for item in plan.expected
        ]
        self._keyed = set(plan.key_fields)

    def by_arrow(self, start: int) -> Findings:
        """Raises ``Irregular`` where Arrow might read the file otherwise than Python."""
        parts = self._bounded(_in_order(self._arrow_part, raw_blocks(self._path, start)))
        return self._findings(parts, "columns", self._records_of_file)

    def by_python(self, encoding: str) -> Findings:
        parts = self._bounded(self._python_part(block) for block in self._python_blocks(encoding))
        return self._findings(parts, "columns, slow parser", lambda places, _: self._records_again(places, encoding))

    def _bounded(self, parts: Iterable[_Part]) -> list[_Part]:
        """All parts; the cells of faulty records only as far as they will be told."""
        kept: list[_Part] = []
        told = 0
        for part in parts:
            if self._most_rows is not None and told >= self._most_rows:
                part.faulty.clear()
            told += len(part.faulty)
            kept.append(part)
        return kept

    def _arrow_part(self, raw: RawBlock) -> _Part:
        block = parse_block(raw, len(self._plan.expected), self._dialect, self._missing)
        places, keys = self._judge(block)
        ends = block.ends
        if ends is None or len(ends) != block.count:
            raise Irregular
        faulty = {place: record_at(raw.held, ends, place, self._dialect) for place in places}
        return _Part(block.count, faulty | block.ragged, keys, raw.start, ends if self._keyed else None)

    def _python_part(self, block: Block) -> _Part:
        places, keys = self._judge(block)
        return _Part(block.count, {place: block.cells[place] for place in places} | block.ragged, keys)

    def _python_blocks(self, encoding: str) -> Iterator[Block]:
        return slow_blocks(self._path, encoding, len(self._plan.expected), self._dialect, self._missing)

    def _judge(self, block: Block) -> tuple[list[int], dict[str, numpy.ndarray]]:
        """The positions of faulty records (ragged ones apart), and the numbers for keys."""
        plan = self._plan
        bad: list[numpy.ndarray] = []
        keys: dict[str, numpy.ndarray] = {}
        blank: numpy.ndarray | None = None
        for item, judge, column in zip(plan.expected, self._judges, block.columns, strict=True):
            judged = judge.judge(column, nulls_known=self._missing is not None, with_keys=item.name in self._keyed)
            bad.append(judged.bad)
            if judged.keys is not None:
                keys[item.name] = judged.keys
            if blank is None or blank.any():
                null = plan.is_null(item, column)
                blank = null if blank is None else blank & null
        if blank is not None:
            bad.append(numpy.flatnonzero(blank))
        places = numpy.unique(numpy.concatenate(bad))
        if block.rows is not None:
            places = block.rows[places]
            keys = {name: self._spread(name, values, block) for name, values in keys.items()}
        return places.tolist(), keys

    def _spread(self, name: str, values: numpy.ndarray, block: Block) -> numpy.ndarray:
        """Numbers for all records of a block, ragged ones too."""
        spread = numpy.full(block.count, NONE_KEY, dtype=numpy.uint64)
        spread[block.rows] = values
        place = self._plan.position[name]
        for row, cells in block.ragged.items():
            if place < len(cells):
                spread[row] = self._plan.key_of(name, cells[place])
        return spread

    def _findings(
        self, parts: list[_Part], taken: str, records: Callable[[list[int], list[_Part]], Mapping[int, list[str]]]
    ) -> Findings:
        plan = self._plan
        bases = numpy.cumsum([0, *(part.count for part in parts)]).tolist()
        faulty = {
            base + place: cells
            for base, part in zip(bases, parts, strict=False)
            for place, cells in part.faulty.items()
        }
        keys = {
            name: numpy.concatenate([part.keys.pop(name) for part in parts]) if parts else numpy.empty(0, numpy.uint64)
            for name in self._keyed
        }
        suspects = set(self._key_suspects(keys))
        faulty.update(records(sorted(suspects - faulty.keys())[: self._most_rows], parts))
        replay = Replay(plan, faulty, keys)
        places = tuple(plan.position[name] for name in plan.primary_key)
        return Findings(
            bases[-1], self._labels, len(plan.schema.fields), taken, replay.errors, plan.primary_key, places
        )

    def _key_suspects(self, keys: Mapping[str, numpy.ndarray]) -> Iterator[int]:
        """Rows whose keys repeat, are empty or lead nowhere, or may do so; each key is looked through on its own."""
        plan = self._plan
        work: list[Callable[[], numpy.ndarray]] = [partial(repeats, keys[name], empty=NONE_KEY) for name in plan.unique]
        if plan.primary_key:
            columns = [keys[name] for name in plan.primary_key]
            work.append(lambda: repeats(row_keys(columns), empty=None))
            work.append(lambda: numpy.flatnonzero(numpy.logical_and.reduce([c == NONE_KEY for c in columns])))
        work += [partial(ForeignKeys(foreign).misses, keys) for foreign in plan.foreign_keys]
        if plan.duplicate_rows:
            work.append(lambda: repeats(row_keys([keys[item.name] for item in plan.expected]), empty=None))
        with ThreadPoolExecutor(THREADS) as threads:
            for rows in threads.map(lambda act: act(), work):
                yield from rows.tolist()

    def _records_of_file(self, rows: list[int], parts: list[_Part]) -> dict[int, list[str]]:
        """The cells of these rows, read from their places in the file."""
        found: dict[int, list[str]] = {}
        bases = numpy.cumsum([0, *(part.count for part in parts)])
        with self._path.open("rb") as stream:
            for row in rows:
                number = int(numpy.searchsorted(bases, row, side="right")) - 1
                part, place = parts[number], row - int(bases[number])
                if part.ends is None:
                    raise LookupError(row)
                first = int(part.ends[place - 1]) if place else 0
                stream.seek(part.start + first)
                record = stream.read(int(part.ends[place]) - first)
                found[row] = record_at(record, numpy.array([len(record)]), 0, self._dialect)
        return found

    def _records_again(self, rows: list[int], encoding: str) -> dict[int, list[str]]:
        """The cells of these rows, from reading the file again."""
        wanted, found, base = set(rows), dict[int, list[str]](), 0
        for block in self._python_blocks(encoding) if wanted else ():
            here = wanted.intersection(range(base, base + block.count))
            found.update({row: block.cells[row - base] for row in here})
            base += block.count
        return found


def _in_order(work: Callable[[RawBlock], _Part], blocks: Iterator[RawBlock]) -> Iterator[_Part]:
    """Each block's part, worked on by some threads with few blocks in memory."""
    waiting: list[Future[_Part]] = []
    with ThreadPoolExecutor(THREADS) as threads:
        for block in blocks:
            waiting.append(threads.submit(work, block))
            if len(waiting) > AHEAD:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Frictionless's descriptor of an error as a fault of ours."""
    note = str(error.get("note", ""))
    constraint = note.split('"')[1] if error["type"] == "constraint-error" else ""
    rows = error.get("rowNumbers") or [None]
    fields = tuple(error.get("fieldNames", ())) or tuple(filter(None, [str(error.get("fieldName", ""))]))
    return Fault(
        code=str(error["type"]),
        row=error.get("rowNumber", rows[0]),
        field=str(error.get("fieldName", "")),
        field_number=error.get("fieldNumber"),
        fields=fields,
        value=", ".join(error["fieldCells"])
        if "fieldCells" in error
        else str(error.get("cell", error.get("label", ""))),
        constraint=str(error.get("referenceName", constraint)),
        note=note,
    )


def counted(faults: Iterator[Fault]) -> Counter[tuple[str, str, str]]:
    """How many faults of each kind, field and constraint."""
    return Counter((fault.code, fault.field, fault.constraint) for fault in faults)
