"""One column under watch: which of its cells hold personal data, and whether the column as a whole speaks against it.

Twelve digits may be an identity card or a parcel of land. What a number alone cannot tell, the column does: its name,
how many of its numbers have the form, and whether they obey the rule of another kind of number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow
import pyarrow.compute as pc

from catalog.layout import UNSHIFTED, RowNumbers
from schemas.personal_blocks import Cells, Flags
from schemas.personal_forms import Span, canonical, spans_in
from schemas.personal_labels import (
    folded_label,
    harmless_cells,
    says_amount,
    says_code,
    says_household,
    says_place,
    says_thing,
    topics_of,
)
from schemas.personal_masks import mask_span
from schemas.personal_public import NOTHING_PUBLIC, PublicValues
from schemas.personal_sieve import NUMBERS, SIEVE
from schemas.places import Places

_KNOWN_CELLS = 50_000
_SHARE_OF_WHOLE_CELLS = 0.5
"""Nine digits alone are no identity card; a column that mostly holds them is one."""
_SHARE_OF_NAMES = 0.3
_SURE_NAMES = 0.25
_NEARLY_ALL = 0.8
_MANY_NAMES = 10
"""A list of streets may hold unknown namesakes too; a list of so many that are nearly all names is one of persons."""
_SAME_RULE = 0.9
_FEW = 5
_FEW_CODES = 10

_BARE = r"^[ '`]*(?:\d{10}|\d{12})[ '`]*$"
_BARE_ONLY = r"^(?:\d{10}|\d{12})$"
_BARE_KINDS = {"phone": r"^0[35789]\d{8}$", "cccd": r"^0(?:0[1-9]|[1-9]\d)[0-3]\d{8}$"}
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_NAMES = ("name", "perhaps-name")
_WHOLE_KINDS = {
    "plate": "plate", "short-plate": "plate", "cmnd": "cmnd", "passport": "passport", "cccd": "cccd",
    "name": "name", "perhaps-name": "name"
}  # fmt: skip
"""Forms of whole cells, each with the kind it is told as."""


@dataclass(slots=True)
class _Bare:
    """Cells that are nothing but so many digits: how many there are, how many may be personal, and how many of them
    obey stricter rules."""

    cells: int = 0
    alike: Places = field(default_factory=Places)
    strict: int = 0
    tax_numbers: int = 0
    kinds: set[str] = field(default_factory=set)


@dataclass(slots=True)
class WatchedColumn:
    """``known``: the dictionary names it; ``public``: it says that the column may be shown;
    ``counts``: it counts something in a unit; ``harmless``: all cells are of a kind that clears a suspect name."""

    name: str
    label: str
    title: str = ""
    known: bool = False
    watched: bool = True
    public: bool = False
    counts: bool = False
    harmless: bool = True
    numbers: RowNumbers = UNSHIFTED
    allowed: PublicValues = NOTHING_PUBLIC
    inside: dict[str, Places] = field(default_factory=dict)
    whole: dict[str, Places] = field(default_factory=dict)
    filled: int = 0
    _bare: dict[int, _Bare] = field(default_factory=dict)
    _suspects: dict[str, bool] = field(default_factory=dict)
    _bares: dict[str, bool] = field(default_factory=dict)
    _verdicts: dict[str, tuple[tuple[str, bool, str], ...]] = field(default_factory=dict)

    @property
    def folded(self) -> str:
        return folded_label(self.label)

    @property
    def is_cleared(self) -> bool:
        """Whether a name that points to personal data is cleared by what the column holds."""
        return self.filled > 0 and self.harmless

    @property
    def is_masked(self) -> bool:
        """Whether its very label is personal, so that it goes by another name."""
        return not self.known and "•" in self.name

    @property
    def is_of_households(self) -> bool:
        return says_household(self.folded, f"{self.label} {self.title}")

    def look(self, cells: Cells, number: Callable[[int], int]) -> None:
        """Take a block of cells; ``number`` gives the number of a row."""
        self.filled += cells.filled()
        topics = topics_of(self.folded)
        suspect = cells.matches(f"{SIEVE}|{NUMBERS}" if topics else SIEVE, self._suspects)
        self._count_bare(cells)
        harmless = harmless_cells(self.folded)
        self.harmless = self.harmless and bool(harmless) and bool(cells.matches(harmless).all())
        if suspect.any():
            self._judge(cells, suspect, topics, number)

    def findings(self) -> Iterator[tuple[str, Places]]:
        """Kinds of personal data in the column, each with its places."""
        for length, kind in ((12, "cccd"), (10, "phone")):
            bare = self._bare.get(length)
            if bare is not None and bare.alike.count and self._speaks_for(kind, bare):
                _join(self.inside.setdefault(kind, Places()), bare.alike)
        found = {kind: [places] for kind, places in self.inside.items()}
        for kind, told in _WHOLE_KINDS.items():
            places = self.whole.get(kind, Places())
            if places.count and self._speaks_for_whole(kind, told):
                found.setdefault(told, []).append(places)
        for kind, parts in found.items():
            places = Places()
            for part in parts:
                _join(places, part)
            if places.count:
                yield kind, places

    @property
    def holds_unnamed_cards(self) -> bool:
        """Whether identity cards are found by their form alone, nothing but digits in columns that do not say so."""
        bare = self._bare.get(12)
        return bare is not None and bare.alike.count > 0

    def distrust_cards(self) -> None:
        """Take those numbers for something else: they contradict the rows they stand in."""
        self._bare.pop(12, None)

    @property
    def holds_names(self) -> bool:
        """Whether this is a column of persons' names."""
        sure, perhaps = (self.whole.get(kind, Places()).count for kind in _NAMES)
        if self.inside.get("name", Places()).count >= max(1, self.filled * _SHARE_OF_WHOLE_CELLS):
            return True
        if not sure + perhaps:
            return False
        if says_place(self.folded):
            return sure >= max(_MANY_NAMES, self.filled * _NEARLY_ALL)
        announced = "name" in topics_of(self.folded)
        enough = sure + perhaps >= self.filled * _SHARE_OF_NAMES and sure >= self.filled * _SURE_NAMES
        return announced or enough

    def _judge(self, cells: Cells, suspect: Flags, topics: frozenset[str], number: Callable[[int], int]) -> None:
        found: dict[tuple[str, bool], list[int]] = {}
        if not topics and not self.allowed:
            suspect = self._set_bare_apart(cells, suspect, found)
        for place, text in zip(np.flatnonzero(suspect).tolist(), cells.texts(suspect), strict=True):
            for kind, sure, _ in self._verdict(text, topics):
                found.setdefault((kind, sure), []).append(place)
        for (kind, sure), values in found.items():
            flags = np.zeros(len(suspect), dtype=np.bool_)
            flags[values] = True
            target = self._target(kind, sure)
            rows = sorted((number(int(row)), int(row)) for row in _first(cells.rows(flags)))
            for told, row in rows:
                shown = {name: masked for name, _, masked in self._verdict(cells.text(row), topics)}
                target.add(self.numbers.in_source(told), shown[kind])
            target.count += int(np.count_nonzero(cells.by_row(flags))) - len(rows)

    def _set_bare_apart(self, cells: Cells, suspect: Flags, found: dict[tuple[str, bool], list[int]]) -> Flags:
        """Judge whole cells of ten or twelve digits at once; returns what is left to be judged one by one."""
        bare = cells.matches(_BARE_ONLY)
        if not bare.any():
            return suspect
        for kind, pattern in _BARE_KINDS.items():
            places = np.flatnonzero(bare & cells.matches(pattern)).tolist()
            if places:
                found[(f"bare-{kind}", True)] = places
        return suspect & ~bare

    def _target(self, kind: str, sure: bool) -> Places:
        if kind.startswith("bare-"):
            return self._bare.setdefault(12 if kind == "bare-cccd" else 10, _Bare()).alike
        return (self.inside if sure else self.whole).setdefault(kind, Places())

    def _verdict(self, text: str, topics: frozenset[str]) -> tuple[tuple[str, bool, str], ...]:
        """Kinds in one cell, whether each is sure, and how it is shown; remembered for equal cells."""
        known = self._verdicts.get(text)
        if known is None:
            if len(self._verdicts) >= _KNOWN_CELLS:
                self._verdicts.clear()
            plain = canonical(text)
            spans = self.allowed.without(plain, spans_in(plain, topics))
            kinds = {_kind(plain, span, topics): span for span in sorted(spans, key=lambda span: span.sure)}
            known = tuple((kind, span.sure, mask_span(plain, span)) for kind, span in kinds.items())
            self._verdicts[text] = known
        return known

    def _count_bare(self, cells: Cells) -> None:
        bare = cells.matches(_BARE, self._bares)
        if not bare.any():
            return
        values = pc.utf8_trim(cells.values.filter(pyarrow.array(bare)), characters=" '`")
        weights = np.bincount(cells.codes, minlength=len(cells.values))[bare] if cells.codes is not None else None
        lengths = pc.binary_length(values).to_numpy(zero_copy_only=False)
        for length in (10, 12):
            chosen = lengths == length
            if not chosen.any():
                continue
            tally = self._bare.setdefault(length, _Bare())
            times = np.ones(int(chosen.sum()), dtype=np.int64) if weights is None else weights[chosen]
            digits = _digits(values.filter(pyarrow.array(chosen)), length)
            tally.cells += int(times.sum())
            if length == 10:
                tally.tax_numbers += int(times[_are_tax_numbers(digits)].sum())
            else:
                strict = _are_strict_cards(digits)
                tally.strict += int(times[strict].sum())
                tally.kinds.update(map(str, np.unique(digits[strict, 3]).tolist()))

    def _speaks_for(self, kind: str, bare: _Bare) -> bool:
        if bare.alike.count < bare.cells * _SHARE_OF_WHOLE_CELLS:
            return False
        if kind == "phone":
            are_tax_numbers = bare.cells >= _FEW and bare.tax_numbers >= bare.cells * _SAME_RULE
            return not are_tax_numbers and not says_code(self.folded)
        if not says_code(self.folded):
            return True
        few = bare.cells < _FEW_CODES and not says_thing(self.folded)
        return bare.strict >= bare.cells * _SAME_RULE and (few or len(bare.kinds) > 1)

    def _speaks_for_whole(self, kind: str, told: str) -> bool:
        """Whether whole cells of this form are personal: by their share, unless the name of the column speaks against
        it. A plate of five figures is one wherever it stands alone."""
        if told == "name":
            return self.holds_names
        if says_code(self.folded) or (kind == "cmnd" and says_amount(self.folded)):
            return False
        alike = sum(self.whole.get(other, Places()).count for other, name in _WHOLE_KINDS.items() if name == told)
        alike += self.inside.get(told, Places()).count
        return kind == "plate" or alike >= self.filled * _SHARE_OF_WHOLE_CELLS


def _kind(text: str, span: Span, topics: frozenset[str]) -> str:
    """Bare digits of a column that says nothing are told apart: the column as a whole decides about them."""
    bare = text.strip(" '`")
    if span.kind in ("cccd", "phone") and span.kind not in topics and bare.isdigit() and len(bare) in (10, 12):
        return f"bare-{span.kind}"
    return span.kind


def _join(places: Places, more: Places) -> None:
    for example in more.examples:
        places.add(example.row, example.value)
    places.count += more.count - len(more.examples)


def _first(rows: np.ndarray) -> np.ndarray:
    return rows[:5]


def _digits(values: pyarrow.Array, length: int) -> np.ndarray:
    """Texts of so many digits as a matrix of figures."""
    joined = "".join(values.to_pylist()).encode()
    figures: np.ndarray = np.frombuffer(joined, dtype=np.uint8).reshape(-1, length) - 48
    return figures


def _are_tax_numbers(digits: np.ndarray) -> np.ndarray:
    """Whether the tenth digit is the check digit of a tax number (of an enterprise, or of a person)."""
    total = digits[:, :9].astype(np.int64) @ np.array(_TAX_WEIGHTS)
    right: np.ndarray = digits[:, 9] == 10 - total % 11
    return right


def _are_strict_cards(digits: np.ndarray) -> np.ndarray:
    """Whether a number is one of an identity card of somebody who may be alive: province, century and sex, year."""
    number = digits.astype(np.int64)
    province = number[:, 0] * 100 + number[:, 1] * 10 + number[:, 2]
    year = number[:, 4] * 10 + number[:, 5]
    lives = ((number[:, 3] < 2) & (year >= 15)) | ((number[:, 3] // 2 == 1) & (year <= 40))
    right: np.ndarray = (province >= 1) & (province <= 96) & lives
    return right
