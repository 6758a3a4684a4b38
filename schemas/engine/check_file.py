"""The whole check of one file: header, blocks in two threads, keys at the end, faulty rows read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy

from catalog.issues import Fault
from schemas.engine import fallback
from schemas.engine.blocks import Block, Dialect, Irregular, parse_block, raw_blocks, slow_blocks
from schemas.engine.columns import NONE_KEY, ColumnJudge
from schemas.engine.keys import ForeignKeys, repeats, row_keys
from schemas.engine.plan import Plan, Reference
from schemas.engine.replay import Replay

THREADS = 2
AHEAD = 4
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

    def faults(self) -> Iterator[Fault]:
        """The same as faults of ours."""
        return (fault_of(error) for error in self.errors())


def check_file(
    path: Path,
    descriptor: Mapping[str, Any],
    *,
    references: Sequence[Reference] = (),
    dialect: Dialect | None = None,
    encoding: str = "utf-8-sig",
    duplicate_rows: bool = False,
    storable_only: bool = False,
) -> Findings:
    """Check the file at ``path``. ``dialect``: how it is written, if that is known; else it is found out as Frictionless
    does. ``references`` hold the values that foreign keys to other tables may take.
    ``storable_only``: numbers that no file of ours can hold are of the wrong type. Raises ``InvalidInput`` for a schema
    that makes no sense, ``SourceUnreadable`` for a file that is no text."""
    plan = Plan.of(descriptor, references, storable_only=storable_only, duplicate_rows=duplicate_rows)
    known = dialect or fallback.sniffed_dialect(path, encoding)
    labels, start = fallback.header_or_refusal(path, known)
    if not labels or not plan.can_judge(labels):
        return fallback.by_frictionless(path, plan, known)
    plan = plan.for_labels(labels)
    try:
        return _Run(path, plan, known, labels).by_arrow(start)
    except Irregular:
        return _Run(path, plan, known, labels).by_python(encoding)


@dataclass(slots=True)
class _Part:
    """What is kept of a judged block: which of its records are faulty, and numbers for its keys."""

    count: int
    faulty: dict[int, list[str]]
    keys: dict[str, numpy.ndarray] = field(default_factory=dict)
    block: bytes | list[list[str]] = b""


class _Run:
    def __init__(self, path: Path, plan: Plan, dialect: Dialect, labels: list[str]) -> None:
        self._path = path
        self._plan = plan
        self._dialect = dialect
        self._labels = labels
        self._judges = {
            item.name: ColumnJudge(item, plan.readers[item.name], plan.missing_of(item), plan.patterns.get(item.name))
            for item in plan.expected
        }

    def by_arrow(self, start: int) -> Findings:
        missing = self._plan.common_missing

        def work(block: bytes) -> _Part:
            return self._judge(parse_block(block, len(self._plan.expected), self._dialect, missing))

        parts = list(_in_order(work, raw_blocks(self._path, start)))
        return self._findings(parts, "columns", lambda: raw_blocks(self._path, start))

    def by_python(self, encoding: str) -> Findings:
        def blocks() -> Iterator[Block]:
            return slow_blocks(self._path, encoding, len(self._plan.expected), self._dialect, self._plan.common_missing)

        parts = [self._judge(block) for block in blocks()]
        return self._findings(parts, "columns, slow parser", blocks)

    def _judge(self, block: Block) -> _Part:
        plan = self._plan
        bad: list[numpy.ndarray] = []
        keys: dict[str, numpy.ndarray] = {}
        blank = numpy.ones(len(block.columns[0]), dtype=bool)
        for item, column in zip(plan.expected, block.columns, strict=True):
            judged = self._judges[item.name].judge(
                column, nulls_known=plan.common_missing is not None, with_keys=item.name in plan.key_fields
            )
            bad.append(judged.bad)
            if judged.keys is not None:
                keys[item.name] = judged.keys
            if blank.any():
                blank &= plan.is_null(item, column)
        places = numpy.unique(numpy.concatenate([*bad, numpy.flatnonzero(blank)]))
        if block.rows is not None:
            places = block.rows[places]
            keys = {name: self._spread(name, values, block) for name, values in keys.items()}
        faulty = dict(zip(places.tolist(), block.records(places.tolist(), self._dialect), strict=True))
        faulty.update(block.ragged)
        return _Part(block.count, faulty, keys)

    def _spread(self, name: str, values: numpy.ndarray, block: Block) -> numpy.ndarray:
        """Keys of all records of a block, ragged ones too."""
        spread = numpy.full(block.count, NONE_KEY, dtype=numpy.uint64)
        spread[block.rows] = values
        place = self._plan.position[name]
        for row, cells in block.ragged.items():
            if place < len(cells):
                spread[row] = self._plan.key_of(name, cells[place])
        return spread

    def _findings(self, parts: list[_Part], taken: str, blocks: Callable[[], Iterator[Any]]) -> Findings:
        plan = self._plan
        counts = numpy.cumsum([0, *(part.count for part in parts)])
        faulty = {
            int(base) + row: cells
            for base, part in zip(counts, parts, strict=False)
            for row, cells in part.faulty.items()
        }
        keys = {
            name: numpy.concatenate([part.keys[name] for part in parts]) if parts else numpy.empty(0, numpy.uint64)
            for name in plan.key_fields
        }
        for part in parts:
            part.keys.clear()
        suspects = set(self._key_suspects(keys))
        unknown = sorted(suspects - faulty.keys())
        faulty.update(self._records(unknown, counts, blocks))
        replay = Replay(plan, self._labels, faulty, suspects, keys)
        return Findings(int(counts[-1]), self._labels, len(plan.schema.fields), taken, replay.errors)

    def _key_suspects(self, keys: Mapping[str, numpy.ndarray]) -> Iterator[int]:
        """Rows whose keys repeat, are empty or lead nowhere, or may do so."""
        plan = self._plan
        for name in plan.unique:
            yield from repeats(keys[name], empty=NONE_KEY).tolist()
        if plan.primary_key:
            columns = [keys[name] for name in plan.primary_key]
            yield from repeats(row_keys(columns), empty=None).tolist()
            empty = numpy.logical_and.reduce([column == NONE_KEY for column in columns])
            yield from numpy.flatnonzero(empty).tolist()
        for foreign in plan.foreign_keys:
            yield from ForeignKeys(foreign, plan).misses(keys).tolist()
        if plan.duplicate_rows:
            yield from repeats(row_keys([keys[item.name] for item in plan.expected]), empty=None).tolist()

    def _records(
        self, rows: Sequence[int], counts: numpy.ndarray, blocks: Callable[[], Iterator[Any]]
    ) -> dict[int, list[str]]:
        """The cells of these rows, from a second look at the blocks they stand in."""
        found: dict[int, list[str]] = {}
        wanted = numpy.array(rows, dtype=numpy.int64)
        if not len(wanted):
            return found
        for number, block in enumerate(blocks()):
            first, last = int(counts[number]), int(counts[number + 1])
            here = wanted[numpy.searchsorted(wanted, first) : numpy.searchsorted(wanted, last)]
            if len(here):
                held = block if isinstance(block, Block) else Block([], last - first, None, {}, block)
                places = (here - first).tolist()
                found.update(zip(here.tolist(), held.records(places, self._dialect), strict=True))
        return found


def _in_order(work: Callable[[bytes], _Part], blocks: Iterator[bytes]) -> Iterator[_Part]:
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
    return Fault(
        code=str(error["type"]),
        row=error.get("rowNumber", rows[0]),
        field=str(error.get("fieldName", "")),
        field_number=error.get("fieldNumber"),
        fields=tuple(error.get("fieldNames", ())),
        value=str(error.get("cell", error.get("label", ""))),
        constraint=str(error.get("referenceName", constraint)),
        note=note,
    )


def counted(faults: Iterator[Fault]) -> Counter[tuple[str, str, str]]:
    """How many faults of each kind, field and constraint."""
    return Counter((fault.code, fault.field, fault.constraint) for fault in faults)
