"""Numbers as offices write them: decimal and grouping characters, percents, units, brackets for minus, footnotes.

All by declaration. Arithmetic is decimal and exact; a number that would lose a digit is refused instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.dictionary import Field
from schemas.footnotes import without_marks
from schemas.readings import Kind, Mark, Reader, Reading
from schemas.units import EXACT, factor_between, split_unit

PLAIN_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
THREE_PLACES = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)
"""A number with a decimal point, or to an office one with a grouping point."""
LONGEST_NUMBER = 40

_MINUS = ("-", "\u2212", "\u2013")
_PARTS = re.compile(
    r"(?P<before>[^\d(+\-\u2212\u2013]*?)\s*(?P<open>\()?(?P<sign>[+\-\u2212\u2013])?\s*"
    r"(?P<number>\d(?:[\d.,\u00a0 ']*\d)?)"
    r"\s*(?P<inner>%)?\s*(?P<close>\))?\s*(?P<after>[^\d()]*?)"
)
# A decimal point that cannot be a grouping one: a database's own number, not the office's way of writing.
_OWN = re.compile(r"\d+\.(?:\d{1,2}|\d{4,})", re.ASCII)
_WITH_COMMAS = re.compile(r"-?\d+(?:,\d+)+(?:\.\d+)?", re.ASCII)
# To a program the number 1, to an office a thousand.
_ROUND_GROUP = re.compile(r"[+-]?\d{1,3}\.000", re.ASCII)
_PERCENTS = {"percent": Decimal(1), "fraction": Decimal("0.01")}


def is_declared(raw: Mapping[str, Any]) -> bool:
    """Whether the dictionary says how the office writes the numbers of a field."""
    return bool(raw.get("groupChar")) or raw.get("decimalChar", ".") != "." or raw.get("bareNumber") is False


def declared_characters(raw: Mapping[str, Any]) -> tuple[str, str]:
    """The grouping and the decimal character of a field; blanks of all kinds are plain, as in mended cells.
    Where points part the thousands and nothing else is declared, a comma parts the decimals."""
    group = str(raw.get("groupChar", "")).replace("\u00a0", " ").replace("\u202f", " ")
    return group, str(raw.get("decimalChar", "," if group == "." else "."))


def number_reader(field: Field, raw: Mapping[str, Any], file_factor: Decimal = Decimal(1)) -> Reader:
    """Reads the numbers of a field. ``file_factor`` is by what a number without a unit beside it is multiplied, because
    the file counts in another unit than the dictionary. Raises ``ValueError`` for a declaration that makes no sense."""
    return _NumberReader(field, raw, file_factor)


def percent_factor(field: Field, raw: Mapping[str, Any]) -> Decimal | None:
    """What a written percent counts in this field: 1 where it holds percents, 0.01 where it holds fractions; ``None``
    where percents may not stand."""
    declared = raw.get("percent", "percent" if field.unit.strip() == "%" else None)
    if declared is None:
        return None
    if declared not in _PERCENTS or (declared == "fraction" and field.type == "integer"):
        raise ValueError(f"{field.name}: percent “{declared}” of type {field.type}; known: {', '.join(_PERCENTS)}")
    return _PERCENTS[declared]


class _NumberReader:
    """The reading of one field's cells; see :func:`number_reader`."""

    def __init__(self, field: Field, raw: Mapping[str, Any], file_factor: Decimal) -> None:
        self._field = field
        self._integer = field.type == "integer"
        self._declared = is_declared(raw)
        self._bare = raw.get("bareNumber") is not False
        self._footnotes = bool(raw.get("footnotes"))
        self._percent = percent_factor(field, raw)
        self._says_percent = "percent" in raw
        self._file_factor = file_factor
        self._group, self._decimal = declared_characters(raw)
        if self._group and self._group == self._decimal:
            raise ValueError(f"{field.name}: groupChar and decimalChar are both “{self._group}”")
        group, decimal = re.escape(self._group), re.escape(self._decimal)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if group else r"\d+"
        fraction = "" if self._integer else rf"(?:{decimal}\d+)?"
        self._written = re.compile(whole + fraction, re.ASCII)
        self._simple = re.compile("-?" + whole + fraction, re.ASCII)
        self._three_decimals = re.compile(rf"-?[1-9]\d{{0,2}}{decimal}\d{{3}}", re.ASCII)
        self._one_group = re.compile(rf"-?[1-9]\d{{0,2}}{group}\d{{3}}", re.ASCII)
        self._grouped = re.compile(rf"-?\d{{1,3}}(?:{group}\d{{3}})+(?:{decimal}\d+)?", re.ASCII)

    def __call__(self, cell: str) -> Reading:
        if len(cell) > LONGEST_NUMBER:
            return Reading(None, (Kind.NUMBER,)) if self._declared else Reading(cell)
        if self._declared and self._simple.fullmatch(cell):
            return self._finished(cell, self._plain(cell), self._file_factor, (), self._marks(cell))
        if not self._declared:
            plain = _as_python_reads(cell, integer=self._integer)
            if plain is not None:
                marks = (Mark.THREE_PLACES,) if THREE_PLACES.fullmatch(cell) else ()
                return self._finished(cell, plain, self._file_factor, (), marks)
        return self._decorated(cell)

    def _marks(self, cell: str) -> tuple[Mark, ...]:
        if self._group:
            if self._three_decimals.fullmatch(cell):
                return (Mark.THREE_DECIMALS,)
            if self._grouped.fullmatch(cell):
                return (Mark.GROUPED, Mark.ONE_GROUP) if self._one_group.fullmatch(cell) else (Mark.GROUPED,)
            if self._group == "." and "." in cell:
                return (Mark.DECIMAL_POINT,)
        return ()

    def _plain(self, number: str) -> str:
        """A number in the declared way, as a program writes it."""
        sign, digits = ("-", number[1:]) if number[0] == "-" else ("", number)
        if self._group:
            digits = digits.replace(self._group, "")
        if self._decimal != ".":
            digits = digits.replace(self._decimal, ".")
        if digits[0] == "0" and len(digits) > 1 and digits[1] != ".":
            digits = digits.lstrip("0")
            if not digits or digits[0] == ".":
                digits = "0" + digits
        return sign + digits

    def _decorated(self, cell: str) -> Reading:
        """A number with something around it: a mark, a unit, a percent sign, brackets."""
        kinds: tuple[Kind, ...] = ()
        text = cell
        while (bare := without_marks(text, declared=self._footnotes)) is not None and bare[0] != text:
            text, kinds = bare[0].strip(), (*kinds, bare[1])
        read = self._with_words(text, kinds)
        if read is not None:
            return read
        lack = self._lack(text)
        if lack is None and not self._declared:
            return Reading(cell, (), (Mark.COMMA,) if _WITH_COMMAS.fullmatch(cell) else ())
        return Reading(None, (lack or Kind.NUMBER,))

    def _with_words(self, text: str, kinds: tuple[Kind, ...]) -> Reading | None:
        parts = _PARTS.fullmatch(text)
        if parts is None or bool(parts["open"]) != bool(parts["close"]) or (parts["open"] and parts["sign"]):
            return None
        number = parts["number"]
        plain = self._number(number)
        words = f"{parts['before']} {parts['inner'] or ''} {parts['after']}".strip()
        factor = self._factor(" ".join(words.split()))
        if plain is None or factor is None:
            return None
        if not self._declared and (parts["open"] or words not in ("", "%")):
            return None  # to a program brackets and words are no part of a number
        negative = bool(parts["open"]) or parts["sign"] in _MINUS
        marks = self._marks(("-" if negative else "") + number)
        if words == "%":
            kinds, marks = (*kinds, Kind.PERCENT), (*marks, Mark.PERCENT_SIGN)
        elif words:
            kinds = (*kinds, Kind.UNIT)
        return self._finished(text, ("-" if negative else "") + plain, factor, kinds, marks)

    def _number(self, number: str) -> str | None:
        if self._written.fullmatch(number):
            return self._plain(number)
        return number if not self._integer and _OWN.fullmatch(number) else None

    def _factor(self, words: str) -> Decimal | None:
        """By what a number with these words beside it is multiplied; ``None`` if they are none that may stand there."""
        if not words:
            return self._file_factor
        if words == "%" and self._percent is not None:
            return self._percent
        if self._bare:
            return None
        if self._field.unit:
            return factor_between(words, self._field)
        return Decimal(1) if split_unit(words)[0] == 1 else None

    def _finished(
        self, cell: str, plain: str, factor: Decimal, kinds: tuple[Kind, ...], marks: tuple[Mark, ...]
    ) -> Reading:
        if factor != 1:
            multiplied = _multiplied(plain, factor, integer=self._integer)
            if multiplied is None:
                return Reading(None, (Kind.UNIT,))
            if Kind.PERCENT not in kinds and Kind.UNIT not in kinds and multiplied != plain:
                kinds = (*kinds, Kind.UNIT)
            plain = multiplied
        if self._says_percent and Mark.PERCENT_SIGN not in marks and self._could_be_other(plain):
            marks = (*marks, Mark.BARE_PERCENT)
        if plain != cell and not kinds:
            kinds = (Kind.NUMBER,)
        return Reading(plain, kinds, marks)

    def _could_be_other(self, plain: str) -> bool:
        """Whether a number without a sign may be a fraction in a column of percents, or a percent in one of
        fractions."""
        value = abs(float(plain))
        return value > 1 if self._percent == _PERCENTS["fraction"] else 0 < value <= 1

    def _lack(self, text: str) -> Kind | None:
        """What the dictionary would have to declare for this cell to be a number."""
        if text.endswith("%") and not self._field.unit and self._is_number(text[:-1].rstrip()):
            return Kind.PERCENT
        marked = None if self._footnotes else without_marks(text, declared=True)
        return marked[1] if marked is not None and self._is_number(marked[0]) else None

    def _is_number(self, text: str) -> bool:
        return self._simple.fullmatch(text) is not None


def _as_python_reads(cell: str, *, integer: bool) -> str | None:
    """Numbers that Python reads but that are not written plainly (+5, 007, 1e3, 5.0 for an integer), plainly; ``None``
    for any other text."""
    if (PLAIN_INTEGER if integer else PLAIN_NUMBER).fullmatch(cell):
        return cell
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > LONGEST_NUMBER:
        return None
    if integer and (value != value.to_integral_value() or _ROUND_GROUP.fullmatch(cell)):
        return None
    return format(value.to_integral_value() if integer else value, "f")


def _multiplied(plain: str, factor: Decimal, *, integer: bool) -> str | None:
    value = EXACT.multiply(Decimal(plain), factor)
    if integer and value != value.to_integral_value():
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
