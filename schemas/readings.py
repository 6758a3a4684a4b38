"""What reading one cell came to, and the words for what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from catalog import vietnamese_letters as letters


class Kind(StrEnum):
    """What was done to a cell, or (of a refused one) what it would have needed."""

    UNICODE = letters.UNICODE
    INVISIBLE = letters.INVISIBLE
    SPACES = letters.SPACES
    WIDTH = letters.WIDTH
    HOMOGLYPH = letters.HOMOGLYPH
    TONE = "tone"
    MISSING = "missing"
    NUMBER = "number"
    PERCENT = "percent"
    UNIT = "unit"
    FOOTNOTE = "footnote"
    PRELIMINARY = "preliminary"
    DATE = "date"
    PERIOD = "period"
    BOOLEAN = "boolean"
    CODE = "code"
    ZEROS = "zeros"
    SPELLING = "spelling"


KIND_LABELS: Mapping[Kind, tuple[str, str]] = {
    Kind.UNICODE: ("dạng Unicode", "Unicode form"),
    Kind.INVISIBLE: ("ký tự ẩn", "invisible characters"),
    Kind.SPACES: ("khoảng trắng", "spaces"),
    Kind.WIDTH: ("chữ toàn khổ", "full-width characters"),
    Kind.HOMOGLYPH: ("chữ cái của bảng chữ khác", "letters of another alphabet"),
    Kind.TONE: ("vị trí dấu thanh", "place of the tone mark"),
    Kind.MISSING: ("dấu thay cho ô trống", "marks for nothing"),
    Kind.NUMBER: ("cách viết số", "number format"),
    Kind.PERCENT: ("dấu phần trăm", "percent sign"),
    Kind.UNIT: ("đơn vị tính", "unit"),
    Kind.FOOTNOTE: ("dấu chú thích", "footnote marks"),
    Kind.PRELIMINARY: ("dấu số sơ bộ", "marks of preliminary figures"),
    Kind.DATE: ("cách viết ngày", "date format"),
    Kind.PERIOD: ("cách viết kỳ", "form of the period"),
    Kind.BOOLEAN: ("có/không", "yes or no"),
    Kind.CODE: ("tên đổi thành mã", "code from name"),
    Kind.ZEROS: ("số 0 ở đầu mã", "lost zeros"),
    Kind.SPELLING: ("cách viết giá trị", "spelling of a value"),
}


class Mark(StrEnum):
    """What a cell says about its column: two that contradict each other leave the column without a sure reading."""

    THREE_DECIMALS = "three-decimals"
    GROUPED = "grouped"
    ONE_GROUP = "one-group"
    DECIMAL_POINT = "decimal-point"
    THREE_PLACES = "three-places"
    COMMA = "comma"
    MAYBE_GROUPED = "maybe-grouped"
    EITHER_DAY = "either-day"
    OTHER_ORDER = "other-order"
    PERCENT_SIGN = "percent-sign"
    BARE_PERCENT = "bare-percent"
    FOREIGN_LETTERS = letters.FOREIGN_LETTERS
    LOST_CHARACTERS = letters.LOST_CHARACTERS


class Reading(NamedTuple):
    """The canonical text of a cell (``None`` if it must not be read in any way), the kinds of what was done for it (of
    a refused cell: of what it lacks), and what it says about its column."""

    text: str | None
    kinds: tuple[Kind, ...] = ()
    marks: tuple[Mark, ...] = ()


Reader = Callable[[str], Reading]
"""Reads a cell that is not empty and whose letters are mended; gives back as it is what it does not know."""
