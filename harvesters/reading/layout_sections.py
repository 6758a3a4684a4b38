"""Sections within a table: what they are called, how they nest, and the dictionary's field that their names feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.dictionary import Field, TableSchema
from catalog.layout import Evidence
from catalog.vietnamese import clean, fold
from harvesters.reading.layout_units import as_unit, unit_of_label
from harvesters.reading.layout_words import is_of_which

DRAFT_COLUMN = "Nhóm"
_NUMBERING = re.compile(
    r"(?:(?P<letter>[A-HĐ])|(?P<roman>[IVX]+)|(?P<number>\d+(?:\.\d+)*))\s*(?:[.)/:–-]+\s*|\s+(?=\S))"
)
_TITLE = re.compile(r"(?:danh sach|danh muc|bang|bieu|phu luc|bao cao|tong hop|ket qua|thong ke|table|list)\b")
_GROUP_WORDS = (
    ("thanh thi", "nong thon", "khu vuc", "noi cu tru", "dia ban"),
    ("vung", "mien", "khu vuc", "region"),
    ("huyen", "thi xa", "thanh pho", "quan", "cap huyen", "don vi hanh chinh", "dia phuong"),
    ("xa", "phuong", "thi tran", "cap xa", "don vi hanh chinh"),
    ("cong lap", "loai hinh", "loai truong"),
    ("nam", "nu", "gioi tinh"),
)
_GENERAL = re.compile(
    r"\b(?:nhom|loai|khu vuc|vung|mien|phan to|muc|linh vuc|cap|nganh|thanh phan|section|group|phan)\b"
)


@dataclass(slots=True)
class Sections:
    """The sections of a table in order with their levels (1 for A, 2 for I, 3 for others), and how often each row label
    stands in the table. ``figured`` are levels of rows with figures, ``shouted`` counts those written in capitals."""

    names: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    shouted: int = 0
    figured: set[int] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)


def section_text(texts: Sequence[str]) -> str:
    return " ".join(" ".join(text for text in texts if text.strip()).split())


def section_name(text: str) -> str:
    """What a section is called, without its numbering and colon: "I. Miền núi:" is "Miền núi"."""
    name = _NUMBERING.sub("", clean(text), count=1) if _NUMBERING.match(clean(text)) else clean(text)
    return name.strip().rstrip(":").strip() or clean(text)


def below(sections: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The sections that hold from here on: a section ends those of its own level and below, letters standing above
    Roman figures, these above others. "Trong đó:" is none."""
    text = section_text(texts)
    if is_of_which(section_name(text)):
        return list(sections)
    return [*(one for one in sections if level_of(one) < level_of(text)), text]


def level_of(text: str) -> int:
    """1 for "A. …", 2 for "I. …", 3 for any other."""
    found = _NUMBERING.match(clean(text))
    if not found:
        return 3
    return 1 if found["letter"] else 2 if found["roman"] else 3


def section_field(names: Sequence[str], schema: TableSchema, taken: Mapping[int, str]) -> tuple[str, bool]:
    """The field that the sections feed, and whether it is sure; empty where the dictionary has none for them."""
    rest = [item for item in schema.fields if item.name not in taken.values() and item.type in ("string", "any")]
    for item in rest:
        listed = {fold(str(value)) for value in item.constraints.get("enum", ())}
        if listed and sum(fold(name) in listed for name in names) * 2 > len(names):
            return item.name, True
    told = [item.name for item in rest if _is_for(names, item)]
    if len(told) == 1:
        return told[0], True
    general = [item.name for item in rest if _GENERAL.search(fold(f"{item.title} {item.name.replace('_', ' ')}"))]
    if len(general) == 1:
        return general[0], len(rest) == 1
    return "", False


def _is_for(names: Sequence[str], item: Field) -> bool:
    title = fold(f"{item.title} {item.name.replace('_', ' ')}")
    for words in _GROUP_WORDS:
        pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
        if pattern.search(title) and sum(bool(pattern.match(fold(name))) for name in names) * 2 > len(names):
            return True
    return False


def section_units(names: Sequence[str]) -> list[str]:
    """The units that sections state, in order."""
    return [unit for name in names if (unit := as_unit(name, alone=True) or unit_of_label(name))]


def sections_told(names: Sequence[str], column: str, schema: TableSchema | None) -> Iterator[Evidence]:
    shown = "; ".join(f"“{name}”" for name in names[:4])
    if column:
        yield Evidence(
            "columns",
            f"Tên {len(names)} nhóm dòng ({shown}) thành cột “{column}”.",
            f"The names of {len(names)} sections ({shown}) become the column “{column}”.",
        )
    elif schema is not None:
        yield Evidence(
            "columns",
            f"Tên {len(names)} nhóm dòng ({shown}) không thành cột: từ điển không có trường cho nhóm.",
            f"The names of {len(names)} sections ({shown}) become no column: the dictionary has no field for them.",
        )


def section_doubts(sections: Sections, column: str, sure: bool, unit: str) -> Iterator[Evidence]:
    """Why the sections of a table are for a person to judge."""
    yield from _doubtful_units(sections, unit)
    yield from _doubtful_places(sections)
    twice = sorted(label for label, count in sections.labels.items() if count > 1)
    if twice and not column and len(sections.names) > 1:
        yield Evidence(
            "area",
            f"Nhãn dòng lặp lại giữa các nhóm (“{twice[0]}” …): thiếu cột tên nhóm thì không phân biệt được.",
            f"Labels come again in several sections (“{twice[0]}” …): without a column of sections they look alike.",
        )
    if column and not sure:
        yield Evidence(
            "columns",
            f"Trường “{column}” có thể là tên nhóm dòng: cần người xác nhận.",
            f"Field “{column}” may be for the names of sections: a person must confirm.",
        )


def _doubtful_units(sections: Sections, unit: str) -> Iterator[Evidence]:
    units = section_units(sections.names)
    if units and (len(set(units)) > 1 or len(sections.names) > len(units) or (unit and units[0] != unit)):
        shown = "; ".join(f"“{name}”" for name in sections.names[:4])
        yield Evidence(
            "unit",
            f"Đơn vị tính đổi giữa các nhóm dòng ({shown}): tách thành từng bảng, hoặc chỉ đọc một nhóm.",
            f"The unit changes from section to section ({shown}): split the table, or read one section alone.",
            sections.rows[0],
        )


def _doubtful_places(sections: Sections) -> Iterator[Evidence]:
    """Sections that may be rows of data without figures, or titles of other tables."""
    rows = sections.labels.total()
    for row, name in _like_data(sections):
        yield Evidence(
            "area",
            f"Dòng {row} (“{name}”) không có số trong khi dòng cùng cấp có số: là dòng nhóm, hay thiếu số liệu?",
            f"Row {row} (“{name}”) has no figures though others of its level have: a section, or missing values?",
            row,
        )
    for row, name in zip(sections.rows, sections.names, strict=True):
        if _TITLE.match(fold(name)):
            yield Evidence(
                "area",
                f"Dòng {row} giống tên bảng khác: các dòng dưới nó có thể không thuộc bảng này.",
                f"Row {row} looks like the title of another table: the rows below it may not belong here.",
                row,
            )
            break
    if len(sections.rows) > 2 * rows:
        yield Evidence(
            "area",
            f"{len(sections.rows)} dòng nhóm mà chỉ {rows} dòng số liệu: có thể đều là số liệu.",
            f"{len(sections.rows)} sections and only {rows} rows of data: these may be data too.",
            sections.rows[0],
        )


def _like_data(sections: Sections) -> list[tuple[int, str]]:
    """The first section that is numbered, worded or written in capitals as rows with figures are; or none."""
    rows = sections.labels.total()
    firsts = Counter(label.split()[0] for label in sections.labels.elements())
    for row, name, level in zip(sections.rows, sections.names, sections.levels, strict=True):
        worded = firsts[name.split()[0].casefold()] * 2 > rows if name else False
        loud = name.isupper() and sections.shouted * 2 > rows
        if worded or loud or (level < 3 and level in sections.figured):
            return [(row, name)]
    return []
