"""Units as tables state them: in a line of their own, alone in a cell beside the title, or within a label.

Patterns are matched against folded text. A unit may carry its translation ("Nghìn người - Thous. pers."), which is
left off.
"""

from __future__ import annotations

import re

from catalog.vietnamese import clean, fold

_LINE = re.compile(
    r"^\(?\s*(?:(?P<sure>don vi\s+tinh|dvt|d\.v\.t|dv tinh)|don vi|dv|unit)\s*(?:[-–/(]\s*unit\s*\)?)?\s*"
    r"(?P<colon>[:：]?)\s*(?P<unit>\S.*?)\s*\)?$"
)
_MULTIPLIER = r"(?:nghin|ngan|tram|trieu|tr\.?|ty|ti|1\.?000\.?000|1[.,]?000|10{2,6})"
_CLEAR = (
    r"dong|vnd|usd|do la my|eur|ha|hec-?ta|tan|ta|kg|km|km2|km²|m2|m²|m3|m³|mm|nguoi|luot nguoi|luot khach|luot"
    r"|nguoi-km|hanh khach|ho|con|hoc sinh|kwh|mw|lit|%|‰|phan tram|do c|°c|oc|tan[.-]?km|khach[.-]?km"
    r"|m3 go|tan quy thoc"
)
_OTHER = (
    r"cai|chiec|xa|phuong|huyen|giuong|giuong benh|lan|ngay|ngay cong|gio|truong|lop|lop hoc|phong hoc|phong|sinh vien"
    r"|giao vien|hs|bac si|bac sy|co so|doanh nghiep|dn|du an|cong trinh|vu|ca|tre|tre em|thue bao|may|bao|doi|bo|vien"
    r"|ong|hop|trang|ban|cuon|cay|to|tau|cv|xe|diem|diem phan tram|m|met|cm|g|gam|yen|don vi|may|trang in|dia diem|cum"
)
_ENGLISH = (
    r"(?:thous|mill|bill|trill|thousand|million|billion|trillion)?[.s]*\s*(?:of\s+)?(?:pers|persons?|people|dongs?|vnds?"
    r"|usd|tons?|tonnes?|ha|has|kg|kgs|heads?|km2|m2|m3|litres?|percent|households?|pupils?|students?|times?|pieces?|%)"
    r"[.s]*"
)
_PER = rf"(?:\s*/\s*(?:{_MULTIPLIER}\s+)?(?:{_CLEAR}|{_OTHER}|thang|nam|khau|vu))?"
_PLAIN_UNIT = re.compile(rf"(?:{_MULTIPLIER}\s+)*(?:{_CLEAR}|{_OTHER}){_PER}")
_CLEAR_UNIT = re.compile(
    rf"(?:{_MULTIPLIER}\s+)+(?:{_CLEAR}|{_OTHER}){_PER}|(?:{_CLEAR}){_PER}|(?:{_CLEAR}|{_OTHER})\s*/\s*(?:{_CLEAR}|{_OTHER})"
)
_MULTIPLIER_ALONE = re.compile(rf"(?:{_MULTIPLIER}\s*)+")
_ENGLISH_UNIT = re.compile(_ENGLISH)
_ENGLISH_COUNT = re.compile(rf"(?:thous|mill|bill|trill)\S*\s*{_ENGLISH}")
_BRACKETS = re.compile(r"\(([^()]{1,40})\)")
_AFTER_MARK = re.compile(r"\s*(?:[-–]|,)\s*([^-–,()/]{1,20}(?:/[^-–,()/]{1,12})?)$")
_NAMED = re.compile(r"^(?:don vi(?: tinh)?|dvt|unit)\s*[:：]?\s*")
_LONGEST = 40


def _first_language(text: str) -> tuple[str, bool]:
    """A unit without its translation, and whether it had one: "Tỷ đồng -Bill. dongs" is ("Tỷ đồng", True)."""
    for mark in re.finditer(r"\s*(?:\s[-–]|[-–]\s|/)\s*(?=\S)", text):
        before, after = text[: mark.start()].strip(), fold(text[mark.end() :]).strip()
        if (_PLAIN_UNIT.fullmatch(fold(before)) or _MULTIPLIER_ALONE.fullmatch(fold(before))) and (
            _ENGLISH_UNIT.match(after) and not _PLAIN_UNIT.fullmatch(fold(text))
        ):
            return before, True
    return text, False


def as_unit(text: str, *, alone: bool = False) -> str:
    """The unit that a text is, without brackets and translation; empty if it is none. ``alone``: only units that no
    one takes for a label ("Nghìn người", "%", "Tỷ đồng"; not "Xã", "Trường")."""
    cleaned = clean(text)
    if cleaned.startswith("(") and cleaned.endswith(")"):
        cleaned = cleaned[1:-1].strip()
    named = _NAMED.match(fold(cleaned))
    cleaned = cleaned[named.end() :] if named else cleaned
    unit, translated = _first_language(" ".join(cleaned.split()))
    folded = fold(unit).strip(" .:")
    if alone and not translated and not _CLEAR_UNIT.fullmatch(folded):
        return unit if _ENGLISH_COUNT.fullmatch(folded) else ""
    known = _PLAIN_UNIT.fullmatch(folded) or _ENGLISH_UNIT.fullmatch(folded) or translated
    return unit.strip() if known and folded else ""


def unit_of_line(text: str) -> str:
    """The unit that a line such as "Đơn vị tính: triệu đồng" states, as written and without its translation; empty for
    any other text. "Đơn vị: Trường THPT Hàm Rồng" names an office, no unit."""
    cleaned = " ".join(clean(text).split())
    found = _LINE.match(fold(cleaned))
    if not found:
        return ""
    told = cleaned[found.start("unit") : found.end("unit")].strip(" :")
    told = told if _ENGLISH_UNIT.fullmatch(fold(told)) else told.rstrip(" .")
    if not found["colon"] and not as_unit(told):
        return ""
    parts = [as_unit(part) for part in re.split(r"[,;]|\bvà\b", told)]
    if all(parts):
        return _first_language(told)[0]
    return told if found["sure"] and found["colon"] and len(told) <= _LONGEST else as_unit(told)


def unit_of_label(label: str) -> str:
    """The unit within a label, "Diện tích (ha)" or "Sản lượng - tấn", if it is one that offices use."""
    return _found_in(label)[0]


def without_unit(label: str) -> str:
    """The label without the unit that stands in it."""
    unit, start, end = _found_in(label)
    return f"{label[:start].rstrip()}{label[end:]}".strip() if unit else label


def _found_in(label: str) -> tuple[str, int, int]:
    for found in _BRACKETS.finditer(label):
        if unit := as_unit(found.group(1)):
            return unit, found.start(), found.end()
    after = _AFTER_MARK.search(label)
    if after and after.start() > 0 and (unit := as_unit(after.group(1), alone=True)):
        return unit, after.start(), after.end()
    return "", 0, 0
