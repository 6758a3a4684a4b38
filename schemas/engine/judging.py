"""Judges one block of a file: which of its records are faulty, and what its keys need to know of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy
import pyarrow
import pyarrow.compute as pc

from schemas.engine.blocks import Block
from schemas.engine.columns import ColumnJudge, Judged
from schemas.engine.conditions import Condition, broken_groups
from schemas.engine.exact import Allowed, Signs
from schemas.engine.keys import NONE_KEY, key_of, row_keys, text_keys
from schemas.engine.plan import PRIMARY, WHOLE, Plan


@dataclass(slots=True)
class JudgedBlock:
    """``faulty``: the positions of the faulty records, ascending; for every record the numbers of the plan's ``keys``,
    and the ``signs`` of the fields that keys into the table itself need."""

    count: int
    faulty: numpy.ndarray
    keys: dict[str, numpy.ndarray] = field(default_factory=dict)
    signs: dict[str, pyarrow.Array] = field(default_factory=dict)


class BlockJudge:
    """Judges the blocks of one file by one plan. May be used by several threads."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._missing = plan.common_missing
        self._judges = {
            item.name: ColumnJudge(item, plan.readers[item.name], plan.missing_of(item), plan.patterns.get(item.name))
            for item in plan.expected
        }
        self._signs = Signs()
        self._allowed = [
            (key.fields, Allowed.of(key.allowed, len(key.fields), self._signs))
            for key in plan.foreign_keys
            if key.allowed is not None
        ]
        formulas = [check.formula for check in plan.checks if check.type == "row-constraint"]
        self._conditions = [Condition(formula, tuple(plan.position)) for formula in formulas]
        names = [name for _, key in plan.own_keys for name in (*key.fields, *key.reference_fields)]
        self._signed = [name for name in dict.fromkeys(names) if name in plan.position]

    def judge(self, block: Block) -> JudgedBlock:
        plan = self._plan
        judged = {
            name: judge.judge(column, nulls_known=self._missing is not None)
            for (name, judge), column in zip(self._judges.items(), block.columns, strict=True)
        }
        of_fields = {name: self._judges[name].keys(judged[name]) for name in plan.key_fields}
        bad = self._blank(judged, block) | self._without_primary_key(of_fields)
        for column in judged.values():
            bad |= column.bad
        for fields, allowed in self._allowed:
            bad |= allowed.lacks([self._judges[name].signs(judged[name], self._signs) for name in fields])
        for condition in self._conditions:
            bad |= self._broken(condition, judged, len(bad))
        signs = {name: self._judges[name].signs(judged[name], self._signs) for name in self._signed}
        keys = self._together(of_fields, lambda: self._whole(judged, len(bad)))
        found = JudgedBlock(block.count, numpy.flatnonzero(bad), keys, signs)
        return found if block.rows is None else self._with_ragged(found, block, block.rows)

    def _blank(self, judged: Mapping[str, Judged], block: Block) -> numpy.ndarray:
        """Records of nothing."""
        blank = numpy.ones(len(block.columns[0]) if block.columns else 0, dtype=bool)
        for column in judged.values():
            if not blank.any():
                break
            filled = column.filled
            blank &= False if filled is None else ~filled
        return blank

    def _broken(self, condition: Condition, judged: Mapping[str, Judged], count: int) -> numpy.ndarray:
        """Where a row constraint does not hold."""
        numbers = {name: self._judges[name].numbers(judged[name]) for name in condition.names}
        sure = condition.surely(numbers.get, count)
        broken = sure.false.copy()
        rows = numpy.flatnonzero(~(sure.true | sure.false))
        if not len(rows):
            return broken
        texts, codes = {}, {}
        for name in condition.names:
            encoded = judged[name].cells.take(pyarrow.array(rows)).dictionary_encode(null_encoding="encode")
            texts[name], codes[name] = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
        groups = _groups(codes, texts, len(rows))
        _, first, group_of = numpy.unique(groups, return_index=True, return_inverse=True)
        places = {name: codes[name][first].tolist() for name in condition.names}
        values = {name: self._judges[name].typed(texts[name]) for name in condition.names}
        broken[rows] = broken_groups(condition, places, values)[group_of]
        return broken

    def _without_primary_key(self, keys: Mapping[str, numpy.ndarray]) -> numpy.ndarray | bool:
        """Records of which no cell of the primary key holds anything."""
        empty = [keys[name] == NONE_KEY for name in self._plan.primary_key]
        return numpy.all(empty, axis=0) if empty else False

    def _together(
        self, of_fields: Mapping[str, numpy.ndarray], whole: Callable[[], numpy.ndarray]
    ) -> dict[str, numpy.ndarray]:
        """The plan's keys, from those of single fields and of whole records."""
        several = {PRIMARY: lambda: row_keys([of_fields[name] for name in self._plan.primary_key]), WHOLE: whole}
        return {name: several[name]() if name in several else of_fields[name] for name in self._plan.keys}

    def _whole(self, judged: Mapping[str, Judged], count: int) -> numpy.ndarray:
        """A number for each record, equal where Frictionless finds two the same."""
        shown = [self._judges[name].shown(column) for name, column in judged.items()]
        return text_keys(pc.binary_join_element_wise(*shown, ",")) if shown else numpy.zeros(count, dtype=numpy.uint64)

    # --- records that have too many cells or too few -----------------------------------------------------------------

    def _with_ragged(self, found: JudgedBlock, block: Block, rows: numpy.ndarray) -> JudgedBlock:
        """The same for all records of a block, ragged ones too, which are faulty all."""
        aside = numpy.array(sorted(block.ragged), dtype=numpy.int64)
        order = numpy.empty(block.count, dtype=numpy.int64)
        order[rows] = numpy.arange(len(rows))
        order[aside] = len(rows) + numpy.arange(len(aside))
        ragged = [block.ragged[place] for place in aside.tolist()]
        ragged_keys = self._ragged_keys(ragged)
        return JudgedBlock(
            block.count,
            numpy.sort(numpy.concatenate([rows[found.faulty], aside])),
            {name: numpy.concatenate([keys, ragged_keys[name]])[order] for name, keys in found.keys.items()},
            {
                name: pyarrow.concat_arrays([signs, self._ragged_signs(name, ragged)]).take(pyarrow.array(order))
                for name, signs in found.signs.items()
            },
        )

    def _ragged_keys(self, ragged: list[list[str]]) -> dict[str, numpy.ndarray]:
        of_fields = {
            name: numpy.array([key_of(self._plan.value_in(name, cells)) for cells in ragged], dtype=numpy.uint64)
            for name in self._plan.key_fields
        }
        return self._together(of_fields, lambda: self._ragged_whole(ragged))

    def _ragged_signs(self, name: str, ragged: list[list[str]]) -> pyarrow.Array:
        return self._signs.of_each(self._plan.value_in(name, cells) for cells in ragged)

    def _ragged_whole(self, ragged: list[list[str]]) -> numpy.ndarray:
        def shown(cells: list[str]) -> Iterator[str]:
            return (str(self._plan.value_in(name, cells)) for name in self._plan.position)

        return text_keys(pyarrow.array([",".join(shown(cells)) for cells in ragged], type=pyarrow.string()))


def _groups(codes: Mapping[str, numpy.ndarray], texts: Mapping[str, list[Any]], count: int) -> numpy.ndarray:
    """Rows alike in all columns get the same number; without columns all are alike."""
    groups = numpy.zeros(count, dtype=numpy.int64)
    for name, column in codes.items():
        _, groups = numpy.unique(groups * len(texts[name]) + column, return_inverse=True)
    return groups
