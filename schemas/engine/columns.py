"""Judges a column of text at once: which cells are surely right, which must be looked at one by one.

What a test here accepts Frictionless accepts; whatever it does not accept is given, each different text once, to
Frictionless's own reader of the field. Beside that the cells of a judged column are had in other forms: as numbers for
keys, as signs for keys into tables, as Python shows their values, and as numbers to reckon with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import pyarrow
import pyarrow.compute as pc

from schemas.engine.accepting import accept_of, mask_of, true_mask
from schemas.engine.exact import NUL, Signs, text_signs
from schemas.engine.keys import NONE_KEY, keys_of, text_keys
from schemas.engine.patterns import SafePattern

KEPT_TEXTS = 50_000
"""Different suspect texts of one column that are remembered."""

NO_VALUE = "None"
"""How Python shows that there is no value."""

_PLAIN_NUMBER = r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,6})?\z"
"""Numbers that Python shows as they are written."""

_MISSING = pyarrow.scalar(None, pyarrow.string())

Reader = Callable[[Any], tuple[Any, Mapping[str, str] | None]]


@dataclass(slots=True)
class Judged:
    """``cells``: null where nothing stands; ``bad``: the mask of those in which Frictionless finds something;
    ``suspect``: of those that were looked at closely (``None``: none were); ``values``: the others as numbers."""

    cells: pyarrow.Array
    bad: numpy.ndarray
    suspect: numpy.ndarray | None
    values: numpy.ndarray | None

    @property
    def filled(self) -> numpy.ndarray | None:
        """The mask of the cells that hold something; ``None``: all do."""
        return mask_of(pc.is_valid(self.cells)) if self.cells.null_count else None


class ColumnJudge:
    """Judges the cells of one field. May be used by several threads."""

    def __init__(self, field: Any, reader: Reader, missing: Sequence[str], pattern: SafePattern | None) -> None:
        self._field = field
        self._reader = reader
        self._missing = pyarrow.array(list(missing), type=pyarrow.string())
        self._required = bool(field.constraints.get("required"))
        self._pattern = pattern
        self._accept = accept_of(field, pattern)
        self._is_text = field.type == "any" or (field.type == "string" and field.format == "default")
        self._known: dict[str, tuple[Any, bool]] = {}

    def judge(self, column: pyarrow.Array, *, nulls_known: bool) -> Judged:
        """``nulls_known``: what stands for nothing is null in ``column`` already."""
        if not nulls_known and len(self._missing):
            column = pc.if_else(pc.is_in(column, value_set=self._missing), _MISSING, column)
        accepted, values = self._accept(column)
        judged = Judged(column, numpy.zeros(len(column), dtype=bool), None, values)
        filled = judged.filled
        if filled is not None and self._required:
            judged.bad |= ~filled
        suspect = None if accepted is None else (~accepted if filled is None else ~accepted & filled)
        if suspect is not None and suspect.any():
            judged.suspect = suspect
            places = numpy.flatnonzero(suspect)
            read, codes = self._each(column.take(pyarrow.array(places)))
            judged.bad[places] = numpy.array([bad for _, bad in read], dtype=bool)[codes]
        return judged

    def keys(self, judged: Judged) -> numpy.ndarray:
        """A number for each cell. A value whose number is that of no value counts as bad, so that it is looked at."""
        if self._field.type in ("string", "any"):
            keys = text_keys(judged.cells)
        elif judged.values is not None:
            keys = judged.values.view(numpy.uint64).copy()
            if judged.suspect is not None:
                places = numpy.flatnonzero(judged.suspect)
                read, codes = self._each(judged.cells.take(pyarrow.array(places)))
                keys[places] = keys_of([value for value, _ in read])[codes]
        else:
            read, codes = self._each(judged.cells)
            keys = keys_of([value for value, _ in read] or [None])[codes]
        filled = judged.filled
        unlucky = keys == NONE_KEY
        if filled is not None:
            unlucky &= filled
            keys[~filled] = NONE_KEY
        judged.bad |= unlucky
        return keys

    def signs(self, judged: Judged, signs: Signs) -> pyarrow.Array:
        """The signs of the values; null for none."""
        if self._is_text:
            return text_signs(judged.cells)
        direct: pyarrow.Array | None = None
        if self._field.type == "integer" and judged.values is not None:
            direct = pc.binary_join_element_wise(f"{NUL}i", pyarrow.array(judged.values).cast(pyarrow.string()), "")
        elif self._field.type == "date" and judged.values is not None:
            direct = pc.binary_join_element_wise(f"{NUL}d", judged.cells, "")
        return self._form(judged, direct, judged.suspect, signs.of)

    def shown(self, judged: Judged) -> pyarrow.Array:
        """The values as Python's ``str`` shows them."""
        direct: pyarrow.Array | None = None
        unsure = judged.suspect
        if self._is_text:
            return judged.cells.fill_null(NO_VALUE)
        if self._field.type == "integer" and judged.values is not None:
            direct = pyarrow.array(judged.values).cast(pyarrow.string())
        elif self._field.type == "date" and judged.values is not None:
            direct = judged.cells
        elif self._field.type == "number" and judged.values is not None and self._is_plain_number:
            direct = judged.cells
            unplain = ~true_mask(pc.match_substring_regex(judged.cells, _PLAIN_NUMBER))
            filled = judged.filled
            unsure = unplain if filled is None else unplain & filled
        return self._form(judged, direct, unsure, str).fill_null(NO_VALUE)

    def numbers(self, judged: Judged) -> numpy.ndarray | None:
        """The cells of a column of numbers, NaN where nothing stands and where it is not certain."""
        if self._field.type not in ("integer", "number") or judged.values is None:
            return None
        numbers: numpy.ndarray = judged.values.astype(numpy.float64)
        filled = judged.filled
        if filled is not None:
            numbers[~filled] = numpy.nan
        if judged.suspect is not None:
            numbers[judged.suspect] = numpy.nan
        return numbers

    def typed(self, texts: Sequence[str | None]) -> list[Any]:
        """The values of single texts."""
        read = self._read([text for text in texts if text is not None])
        return [None if text is None else read[text][0] for text in texts]

    @property
    def _is_plain_number(self) -> bool:
        return not {"group_char", "decimal_char", "bare_number"} & set(self._field.list_defined())

    def _form(
        self,
        judged: Judged,
        direct: pyarrow.Array | None,
        unsure: numpy.ndarray | None,
        form: Callable[[Any], str | None],
    ) -> pyarrow.Array:
        """The cells in another form: ``direct`` but where that is not certain; null where nothing stands."""
        if direct is None:
            return self._formed(judged.cells, form)
        if judged.cells.null_count:
            direct = pc.if_else(pc.is_valid(judged.cells), direct, _MISSING)
        if unsure is None or not unsure.any():
            return direct
        mask = pyarrow.array(unsure)
        return pc.replace_with_mask(direct, mask, self._formed(judged.cells.filter(mask), form))

    def _formed(self, cells: pyarrow.Array, form: Callable[[Any], str | None]) -> pyarrow.Array:
        encoded = cells.dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        read = self._read(texts)
        return pyarrow.array([form(read[text][0]) for text in texts], type=pyarrow.string()).take(encoded.indices)

    def _each(self, cells: pyarrow.Array) -> tuple[list[tuple[Any, bool]], numpy.ndarray]:
        """What the reader says of the different texts, and which of them stands in each cell (0 where none does)."""
        encoded = cells.dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        read = self._read(texts)
        codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        return [read[text] for text in texts], codes

    def _read(self, texts: Sequence[str]) -> Mapping[str, tuple[Any, bool]]:
        known = self._known
        unknown = [text for text in texts if text not in known]
        if unknown:
            if self._pattern is not None:
                self._pattern.learn(unknown)
            for text in unknown:
                value, notes = self._reader(text)
                known[text] = (value, bool(notes))
            if len(known) > KEPT_TEXTS:
                self._known = {}
        return known
