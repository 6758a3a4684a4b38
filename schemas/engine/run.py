"""The whole check of one file: header, blocks in two threads, keys at the end, faulty rows read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy
import pyarrow

from catalog.issues import Fault
from schemas.engine import fallback
from schemas.engine.blocks import (
    Block,
    Dialect,
    Irregular,
    RawBlock,
    parse_block,
    raw_blocks,
    record_at,
    record_ends,
    slow_blocks,
)
from schemas.engine.exact import Allowed
from schemas.engine.judging import BlockJudge, JudgedBlock
from schemas.engine.keys import NONE_KEY
from schemas.engine.plan import Plan, Reference, RowCheck
from schemas.engine.repeats import KeyRows, Repeats
from schemas.engine.replay import Replay

THREADS = 2
AHEAD = 3
"""Blocks that are parsed before they are needed: memory stays bounded."""

Judged = tuple[JudgedBlock, int, int]
"""A block, its place in the file and its length."""

_NO_ROWS = numpy.empty(0, dtype=numpy.int64)


@dataclass(slots=True)
class Findings:
    """What was found. ``errors`` gives Frictionless's own descriptors, row by row, and reads the file again for them;
    ``faulty_rows`` says at once how many rows have any; ``path_taken`` is "columns", "columns, slow parser" or
    "frictionless"."""

    rows: int
    labels: list[str]
    fields: int
    path_taken: str
    errors: Callable[[], Iterator[dict[str, Any]]]
    primary_key: tuple[str, ...] = ()
    key_places: tuple[int, ...] = ()
    faulty_rows: int = 0

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
    checks: Sequence[RowCheck] = (),
    storable_only: bool = False,
) -> Findings:
    """Check the file at ``path``.

    ``dialect``: how it is written, if that is known; else it is found out as Frictionless does. ``references`` hold the
    values that foreign keys to other tables may take. ``storable_only``: numbers that no file of ours can hold are of
    the wrong type. ``checks`` of whole rows come in their order. Raises ``InvalidInput`` for a schema that makes no
    sense. Memory is bounded however many faults there are.
    """
    plan = Plan.of(descriptor, references, storable_only=storable_only, checks=checks)
    known = dialect or fallback.sniffed_dialect(path, encoding)
    if dialect is None and not fallback.header_comes_first(path, encoding, known):
        return fallback.by_frictionless(path, plan, known)
    labels, start = fallback.header_or_refusal(path, known)
    if not labels or not plan.can_judge(labels):
        return fallback.by_frictionless(path, plan, known)
    plan = plan.for_labels(labels)
    if start is not None:
        with suppress(Irregular):
            return _Run(path, plan, known, labels).by_arrow(start)
    return _Run(path, plan, known, labels).by_python(encoding)


@dataclass(slots=True)
class _Part:
    """What is kept of a judged block: no cells and no keys, but where it lies in the file."""

    count: int
    faulty: numpy.ndarray
    signs: dict[str, pyarrow.Array]
    start: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The rows to look at, ascending, and which of them are right themselves but repeated by others."""

    rows: numpy.ndarray
    right: numpy.ndarray
    own_misses: Mapping[int, numpy.ndarray]


Records = Callable[[numpy.ndarray], Iterator[list[str]]]
"""Gives the cells of some rows, in ascending order."""


class _Run:
    """The check of one file by the columns."""

    def __init__(self, path: Path, plan: Plan, dialect: Dialect, labels: list[str]) -> None:
        self._path = path
        self._plan = plan
        self._dialect = dialect
        self._labels = labels
        self._missing = plan.common_missing
        self._judge = BlockJudge(plan)

    def by_arrow(self, start: int) -> Findings:
        """Raises ``Irregular`` where Arrow might read the file otherwise than Python."""
        judged = _in_order(self._judge_raw, raw_blocks(self._path, start))
        parts, repeated = self._gathered(judged)
        return self._findings(parts, repeated, "columns", lambda rows: self._records_of_file(rows, parts))

    def by_python(self, encoding: str) -> Findings:
        judged = ((self._judge.judge(block), 0, 0) for block in self._python_blocks(encoding))
        parts, repeated = self._gathered(judged)
        again = partial(self._records_again, encoding=encoding)
        return self._findings(parts, repeated, "columns, slow parser", again)

    def _judge_raw(self, raw: RawBlock) -> Judged:
        block = parse_block(raw, len(self._plan.expected), self._dialect, self._missing)
        if block.ends is None or len(block.ends) != block.count:
            raise Irregular
        return self._judge.judge(block), raw.start, raw.size

    def _gathered(self, judged: Iterable[Judged]) -> tuple[list[_Part], list[Repeats]]:
        """All blocks without their keys, and what the keys tell."""
        parts: list[_Part] = []
        with ExitStack() as stack:
            keys = {
                name: stack.enter_context(KeyRows(empty=NONE_KEY if is_single else None))
                for name, is_single in self._plan.keys.items()
            }
            for block, start, size in judged:
                for name, rows in keys.items():
                    rows.add(block.keys[name])
                parts.append(_Part(block.count, block.faulty, block.signs, start, size))
            with ThreadPoolExecutor(THREADS) as threads:
                return parts, list(threads.map(KeyRows.repeats, keys.values()))

    def _python_blocks(self, encoding: str) -> Iterator[Block]:
        return slow_blocks(self._path, encoding, len(self._plan.expected), self._dialect, self._missing)

    def _findings(self, parts: list[_Part], repeated: list[Repeats], taken: str, records: Records) -> Findings:
        plan = self._plan
        suspects = self._suspects(parts, repeated)

        def errors() -> Iterator[dict[str, Any]]:
            cells = records(suspects.rows)
            rows = zip(suspects.rows.tolist(), suspects.right.tolist(), cells, strict=True)
            return Replay(plan, suspects.own_misses).errors(rows)

        places = tuple(plan.position[name] for name in plan.primary_key)
        return Findings(
            sum(part.count for part in parts),
            self._labels,
            len(plan.schema.fields),
            taken,
            errors,
            plan.primary_key,
            places,
            int(numpy.count_nonzero(~suspects.right)),
        )

    def _suspects(self, parts: list[_Part], repeated: list[Repeats]) -> _Suspects:
        """The faulty rows, and those whose keys repeat or lead nowhere."""
        bases = numpy.cumsum([0, *(part.count for part in parts)])
        faulty = [part.faulty + base for part, base in zip(parts, bases.tolist(), strict=False)]
        own_misses = self._own_misses(parts)
        faulty += [numpy.flatnonzero(misses) for misses in own_misses.values()]
        wrong = _together([*faulty, *(found.again for found in repeated)])
        rows = _together([wrong, *(found.first for found in repeated)])
        right = numpy.isin(rows, wrong, assume_unique=True, invert=True)
        return _Suspects(rows, right, own_misses)

    def _own_misses(self, parts: list[_Part]) -> dict[int, numpy.ndarray]:
        """For each key into the table itself the mask of the rows that lead nowhere."""
        count = sum(part.count for part in parts)

        def column(name: str) -> pyarrow.ChunkedArray:
            if name not in self._plan.position:
                return pyarrow.chunked_array([pyarrow.nulls(count, pyarrow.string())])
            return pyarrow.chunked_array([part.signs[name] for part in parts], type=pyarrow.string())

        found = {}
        for number, key in self._plan.own_keys:
            allowed = Allowed([column(name) for name in key.reference_fields])
            found[number] = allowed.lacks([column(name) for name in key.fields])
        return found

    def _records_of_file(self, rows: numpy.ndarray, parts: list[_Part]) -> Iterator[list[str]]:
        """The cells of these rows, read from their places in the file."""
        bases = numpy.cumsum([0, *(part.count for part in parts)])
        with self._path.open("rb") as stream:
            for number, part in enumerate(parts):
                here = rows[numpy.searchsorted(rows, bases[number]) : numpy.searchsorted(rows, bases[number + 1])]
                if not len(here):
                    continue
                stream.seek(part.start)
                held = stream.read(part.size)
                ends = record_ends(RawBlock(held, part.size, part.start), part.count)
                for place in (here - bases[number]).tolist():
                    yield record_at(held, ends, place, self._dialect)

    def _records_again(self, rows: numpy.ndarray, encoding: str) -> Iterator[list[str]]:
        """The cells of these rows, from reading the file again."""
        base = 0
        for block in self._python_blocks(encoding) if len(rows) else ():
            here = rows[numpy.searchsorted(rows, base) : numpy.searchsorted(rows, base + block.count)]
            for place in (here - base).tolist():
                yield block.cells[place]
            base += block.count


def _together(rows: list[numpy.ndarray]) -> numpy.ndarray:
    return numpy.unique(numpy.concatenate([_NO_ROWS, *rows]))


def _in_order(work: Callable[[RawBlock], Judged], blocks: Iterator[RawBlock]) -> Iterator[Judged]:
    """What comes of each block, worked on by some threads with few blocks in memory."""
    waiting: list[Future[Judged]] = []
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
