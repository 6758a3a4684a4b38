"""Cells that may only take known values: one written another way gets its own spelling, if it can be no other.

A name stands for its code, a code that a spreadsheet robbed of its zeros gets them back, "Hoằng Hoá" is "Hoằng Hóa".
Names that differ in more than the place of the tone are different names: Đồng Tiến is not Đông Tiến. A unit that was
renamed or merged is found by its former name, unless a unit of today bears that name or several took its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalog.dictionary import Code, CodeList, Field
from catalog.vietnamese import canonical_tone
from schemas.readings import Kind, Reading

_KIND = re.compile(r"(?:xã|phường|thị trấn|thị xã|thành phố|tỉnh|huyện|quận|đặc khu)\s+")
_SHORT_KINDS = {
    "p": "phường",
    "x": "xã",
    "tt": "thị trấn",
    "tx": "thị xã",
    "tp": "thành phố",
    "h": "huyện",
    "q": "quận",
}
_SHORT_KIND = re.compile(rf"({'|'.join(_SHORT_KINDS)})\.\s*(?=\S)")
_FIXED_LENGTH = re.compile(r"\^?(?:\\d|\[0-9\])\{(\d+)\}\$?")
_ROBBED = re.compile(r"(\d+)(?:\.0)?", re.ASCII)

Names = dict[str, set[str]]
"""Names to the known values that they may mean."""


class Spelling:
    """The known values of a column and the other ways in which each may be written. Of ``others`` the first mapping
    that knows a name decides; a name that may mean several values means none."""

    def __init__(self, known: Iterable[str], others: Iterable[Names], length: int = 0, kind: Kind = Kind.CODE) -> None:
        self.known = frozenset(known)
        self._others = tuple(others)
        self._length = length
        self._kind = kind

    def read(self, text: str) -> Reading:
        """The known value that ``text`` can only mean; else the text itself, for the check to name it."""
        if text in self.known:
            return Reading(text)
        if self._length:
            digits = _ROBBED.fullmatch(text)
            padded = digits[1].zfill(self._length) if digits else ""
            if digits and padded in self.known:
                return Reading(padded, (Kind.ZEROS if len(digits[1]) < self._length else Kind.SPELLING,))
        key = _SHORT_KIND.sub(lambda short: f"{_SHORT_KINDS[short[1]]} ", _key(text), count=1)
        for names in self._others:
            meant = names.get(key)
            if meant:
                return Reading(next(iter(meant)), (self._kind,)) if len(meant) == 1 else Reading(text)
        return Reading(text)


def spelling_of(field: Field, code_lists: Mapping[str, CodeList], today: date | None) -> Spelling | None:
    """How the cells of a column are to be spelt; ``None`` for a column of free values."""
    if field.type != "string":
        return None
    code_list = code_lists.get(field.code_list or "")
    if code_list is not None:
        valid = [code for code in code_list.codes if today is None or code.valid_to is None or code.valid_to >= today]
        former = _former_names(code_list.codes, valid)
        return Spelling((code.code for code in valid), (_names(valid), former), _length(field, valid))
    allowed = [value for value in field.constraints.get("enum", ()) if isinstance(value, str)]
    if not allowed:
        return None
    others: Names = {}
    for value in allowed:
        others.setdefault(_key(value), set()).add(value)
    return Spelling(allowed, (others,), kind=Kind.SPELLING)


def _length(field: Field, codes: Sequence[Code]) -> int:
    """How many digits every code has, by the field's pattern or by the list itself; 0 if that differs."""
    match = _FIXED_LENGTH.fullmatch(str(field.constraints.get("pattern", "")))
    if match:
        return int(match[1])
    lengths = {len(code.code) if code.code.isdecimal() else 0 for code in codes}
    return lengths.pop() if len(lengths) == 1 else 0


def _names(codes: Iterable[Code]) -> Names:
    """Every name of a valid code, with and without the kind of unit before it, to the codes it may mean."""
    names: Names = {}
    for code in codes:
        _add_names(names, code.title, {code.code})
    return names


def _former_names(codes: Iterable[Code], valid: Iterable[Code]) -> Names:
    """What valid codes were called before, and the names of those whose place they took."""
    names: Names = {}
    valid_codes = set()
    for code in valid:
        valid_codes.add(code.code)
        for alias in code.aliases:
            _add_names(names, alias, {code.code})
    for code in codes:
        if code.code not in valid_codes and code.replaced_by:
            # One that ended in several stands for all of them, and so for none.
            for name in (code.title, *code.aliases):
                _add_names(names, name, set(code.replaced_by))
    return {name: meant for name, meant in names.items() if meant <= valid_codes}


def _add_names(names: Names, name: str, meant: set[str]) -> None:
    key = _key(name)
    for form in {key, _KIND.sub("", key, count=1)}:
        names.setdefault(form, set()).update(meant)


def _key(text: str) -> str:
    return " ".join(canonical_tone(text).casefold().split())
