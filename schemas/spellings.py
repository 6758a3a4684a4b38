"""Cells that may only take known values: one written another way gets its own spelling, if it can be no other.

A name stands for its code, a code that a spreadsheet robbed of its zeros gets them back, "Hoằng Hoá" is "Hoằng Hóa".
Names that differ in more than the place of the tone are different names: Đồng Tiến is not Đông Tiến.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalog.dictionary import Code, CodeList, Field
from catalog.vietnamese import canonical_tone

_KIND = re.compile(r"(?:xã|phường|thị trấn|thành phố|tỉnh|đặc khu)\s+")
_FIXED_LENGTH = re.compile(r"\^?\\d\{(\d+)\}\$?")
_ROBBED = re.compile(r"(\d+)(?:\.0)?", re.ASCII)


class Spelling:
    """The known values of a column and the other ways in which each may be written."""

    def __init__(self, known: Iterable[str], others: Mapping[str, set[str]], length: int = 0) -> None:
        self._known = frozenset(known)
        self._others = {key: next(iter(values)) for key, values in others.items() if len(values) == 1}
        self._length = length

    def knows_all(self, cells: Sequence[str]) -> bool:
        """Whether all cells are spelt as they should be, or empty."""
        return self._known.issuperset(cells) or self._known.issuperset(cell for cell in cells if cell)

    def of(self, text: str) -> str:
        """The known value that ``text`` can only mean; else the text itself, for the check to name it."""
        if text in self._known:
            return text
        if self._length:
            digits = _ROBBED.fullmatch(text)
            padded = digits[1].zfill(self._length) if digits else ""
            if padded in self._known:
                return padded
        return self._others.get(_key(text), text)


def spelling_of(field: Field, code_lists: Mapping[str, CodeList], today: date | None) -> Spelling | None:
    """How the cells of a column are to be spelt; ``None`` for a column of free values."""
    if field.type != "string":
        return None
    code_list = code_lists.get(field.code_list or "")
    if code_list is not None:
        valid = [code for code in code_list.codes if today is None or code.valid_to is None or code.valid_to >= today]
        match = _FIXED_LENGTH.fullmatch(str(field.constraints.get("pattern", "")))
        return Spelling((code.code for code in valid), _names(valid), int(match[1]) if match else 0)
    allowed = [value for value in field.constraints.get("enum", ()) if isinstance(value, str)]
    if not allowed:
        return None
    others: dict[str, set[str]] = {}
    for value in allowed:
        others.setdefault(_key(value), set()).add(value)
    return Spelling(allowed, others)


def _names(codes: Iterable[Code]) -> dict[str, set[str]]:
    """Every name of a valid code, with and without the kind of unit before it, to the codes it may mean."""
    names: dict[str, set[str]] = {}
    for code in codes:
        key = _key(code.title)
        for name in {key, _KIND.sub("", key, count=1)}:
            names.setdefault(name, set()).add(code.code)
    return names


def _key(text: str) -> str:
    return " ".join(canonical_tone(text).casefold().split())
