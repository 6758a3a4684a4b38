"""The words by which offices mark what is no data: units, letterheads, totals, sections, footers, column numbers.

All patterns are matched against folded text (:func:`catalog.vietnamese.fold`), so accents and capitals do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalog.vietnamese import clean, fold

_UNIT_LINE = re.compile(r"^\(?\s*(?:don vi(?: tinh)?|dvt|unit)\s*(?:/\s*unit)?\s*[:：]\s*(.+?)\s*\)?$")
_UNIT_WORD = re.compile(
    r"(?:(?:nghin|ngan|trieu|ty|1\.?000)\s+)*(?:dong|vnd|usd|ha|tan|ta|ta/ha|kg|km|km2|km²|m2|m²|m3|m³|m|mm|nguoi|ho|con"
    r"|cai|chiec|xa|giuong|lan|ngay|gio|nguoi/km2|nguoi/km²|kwh|mw|lit|truong|lop|hoc sinh|%|‰|do c|°c|thous\. pers\.?)"
)
_IN_BRACKETS = re.compile(r"\(([^()]{1,30})\)\s*$")
_AFTER_DASH = re.compile(r"\s[-–]\s([^-–]{1,20})$")
_LETTERHEAD = re.compile(
    r"^(?:ubnd|uy ban nhan dan|cong hoa xa hoi|doc lap\s*[-–]|so:|so \S+/|bieu(?: mau)?(?: so)?\s*[:\d]|phu luc|mau so"
    r"|\(?kem theo|\(?ban hanh|bang\s+\d|table\s+\d)"
)
_FOOTER = re.compile(
    r"^(?:\(?\*+\)?|ghi chu|chu thich|nguon(?: so lieu| du lieu)?\s*:|source\s*:|notes?\b"
    r"|nguoi lap|thu truong|giam doc|ke toan truong|tm\.|kt\."
    r"|tl\.|noi nhan|.{2,30}, ngay\b.*\bthang\b|ngay\b.{0,8}\bthang\b|\(ky)"
)
_TOTAL = re.compile(r"^(?:tong cong|tong so|tong|cong|toan tinh|ca nuoc|total|whole country)\b\s*[:(]?")
_SECTION = re.compile(r"^(?:[ivx]+[.)/]\s|[a-h][.)]\s|chia ra|trong do|of which|phan theo|vung\s|khu vuc\s|region)|:$")
_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,\s]*\)?\s*%?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ORDINAL = re.compile(r"\(?(?:\d{1,3}|[a-d])\)?(?:\s*=.*)?$")
_MARK = re.compile(r"(?<=[^\W\d_A-Zm])[1-9]$|\s?\([1-9*]+\)$|(?<=[\w)])\s?\*+$")
_MISSING = frozenset({"..", "...", "-", "–", "x", "na", "n/a", "dang cap nhat", "khong co", "chua co"})
_ROMAN = re.compile(r"[ivx]{1,5}\.?$|[a-h]\.?$")
NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "no.", "stt / no", "tt / no", "#"})


def unit_of_line(text: str) -> str:
    """The unit that a line such as "Đơn vị tính: triệu đồng" states, as written; empty for any other text."""
    cleaned = clean(text)
    found = _UNIT_LINE.match(fold(cleaned))
    return cleaned[found.start(1) : found.end(1)].strip() if found else ""


def unit_of_label(label: str) -> str:
    """The unit at the end of a label, "Diện tích (ha)" or "Sản lượng - tấn", if it is one that offices use."""
    for pattern in (_IN_BRACKETS, _AFTER_DASH):
        found = pattern.search(label)
        if found:
            inside = re.sub(r"^(?:don vi(?: tinh)?|dvt)\s*:\s*", "", fold(found.group(1)).strip())
            if _UNIT_WORD.fullmatch(inside):
                return found.group(1).split(":")[-1].strip()
    return ""


def without_unit(label: str) -> str:
    """The label without the unit at its end."""
    unit = unit_of_label(label)
    return re.sub(r"\s*(?:\([^()]*\)|[-–][^-–]*)\s*$", "", label) if unit else label


def without_mark(label: str) -> str:
    """The label without the footnote mark at its end ("Cân đối2", "Thu (1)", "Thu *"). A digit after a blank stays
    ("Quý 1"), and so does one in a technical name ("go_nghin_m3", "CO2")."""
    if unit_of_label(label) or (label.isascii() and " " not in label):
        return label.strip()
    return _MARK.sub("", label).strip()


def is_letterhead(text: str) -> bool:
    return bool(_LETTERHEAD.match(fold(clean(text))))


def is_footer(text: str) -> bool:
    return bool(_FOOTER.match(fold(clean(text))))


def is_total(text: str) -> bool:
    return bool(_TOTAL.match(fold(clean(text))))


def is_section(text: str) -> bool:
    cleaned = clean(text)
    return bool(_SECTION.search(fold(cleaned))) or (cleaned.isupper() and len(cleaned) > 5 and " " in cleaned)


def is_roman(text: str) -> bool:
    return bool(_ROMAN.fullmatch(fold(clean(text))))


def is_number(text: str) -> bool:
    return bool(_NUMBER.match(text.strip()))


def is_year(text: str) -> bool:
    return bool(_YEAR.match(text.strip()))


def is_missing(text: str) -> bool:
    return fold(clean(text)) in _MISSING


def are_column_numbers(texts: Sequence[str], bare: bool = False) -> bool:
    """Whether the filled cells of a row number the columns: "A B 1 2 3=1+2", "(1) (2) (3)"; ``bare`` numbers without
    letter, bracket or formula ("1 2 3") may as well be values, and count only when asked for."""
    filled = [fold(clean(text)) for text in texts if text.strip()]
    if len(filled) < 3 or not all(_ORDINAL.match(text) for text in filled):
        return False
    if not bare and all(text.isdecimal() for text in filled):
        return False
    numbers = [int(match.group()) for text in filled if (match := re.search(r"^\(?\d+", text.replace("(", "")))]
    return len(numbers) >= 2 and numbers == list(range(1, len(numbers) + 1))
