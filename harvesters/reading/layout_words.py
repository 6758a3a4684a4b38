"""The words by which offices mark what is no data: letterheads, totals, sections, footers, column numbers.

All patterns are matched against folded text (:func:`catalog.vietnamese.fold`), so accents and capitals do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalog.vietnamese import clean, fold
from harvesters.reading.layout_units import unit_of_label

_LETTERHEAD = re.compile(
    r"^(?:ubnd|uy ban nhan dan|cong hoa xa hoi|doc lap\s*[-–]|so:|so \S+/|bieu(?: mau)?(?: so)?\s*[:\d]"
    r"|phu luc|mau (?:so|bieu)|don vi(?: nhan)?(?: bao cao)?\s*:|\(?kem theo|\(?ban hanh|bang\s+\d|table\s+\d)"
)
_OFFICE = re.compile(
    r"(?:UBND|ỦY BAN|SỞ|BỘ|CỤC|CHI CỤC|TỔNG CỤC|PHÒNG|BAN|TRƯỜNG|BỆNH VIỆN|TRUNG TÂM|HỘI ĐỒNG|TỈNH|HUYỆN|THÀNH PHỐ|XÃ"
    r"|PHƯỜNG|VĂN PHÒNG|KHO BẠC|THỐNG KÊ)\s+\S"
)
_SPAN = re.compile(
    r"(?:trong do|chia (?:ra|theo)|phan theo|of which|by\s|(?:uoc |du toan |quyet toan |ke hoach |thuc hien )?"
    r"(?:nam|nam hoc|quy|thang|vu|ky|giai doan)\s+[\divx]|(?:quy|nam|thang|ky|gioi tinh|khu vuc|do tuoi)$)"
)
_FOOTER = re.compile(
    r"^(?:\(?\*+\)?|ghi chu|chu thich|(?:\(?[*\d]\)?\s*)?nguon(?: so lieu| du lieu| tai lieu)?\s*[:/]"
    r"|sources?\s*:|notes?\b|nguoi (?:lap|ghi|kiem)|lap bieu|thu truong|giam doc|pho giam doc|ke toan|chu tich"
    r"|pho chu tich|hieu truong|truong phong|thu quy|cuc truong|chi cuc truong|tm\.|kt\.|tl\.|tuq\.|noi nhan"
    r"|nguon\s*[-–]\s*source|danh sach (?:nay |tren )?(?:gom|co)\b|\(?(?:so tien )?(?:viet )?bang chu\s*[:)]"
    r"|.{2,30}, ngay\b.*\bthang\b|ngay\b.{0,8}\bthang\b|\(ky\b|\(ghi ro)"
)
_CONTINUED = re.compile(r"\btiep theo\b|\(tiep\)|\(cont|\bcontinued\b|^(?:trang|page)\s*:?\s*\d+(?:\s*/\s*\d+)?$")
_NOTE = re.compile(r"^(?:\(([1-9*]+)\)|([1-9])(?:\s*/|\)|\s+(?=[^\W\d_]))|([¹²³⁴⁵⁶⁷⁸⁹*]+))")
_TOTAL = re.compile(
    r"(?:tổng cộng|tổng số|tổng(?!\s+(?:công ty|cục|hợp|đài|kho|thầu|lãnh|bí|thư))"
    r"|cộng(?!\s+(?:đồng|tác|hòa|hoà|sinh|hưởng|sản))|toàn tỉnh|cả nước|total|whole country)(?!\w)"
)
_TOTAL_UNMARKED = re.compile(r"(?:tong cong|tong so|tong|cong|toan tinh|ca nuoc)\s*:?")
_SECTION = re.compile(r"^(?:[ivx]+[.)/]\s|[a-h][.)]\s|chia ra|trong do|of which|phan theo|vung\s|khu vuc\s|region)|:$")
_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,\s]*\)?\s*%?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ORDINAL = re.compile(r"\(?(?:\d{1,3}|[a-n])\)?(?:\s*=.*)?$")
_MARK = re.compile(r"(?<=[^\W\d_A-Zm])[1-9]$|\s?\([1-9*]+\)$|(?<=[\w)])\s?\*+$")
_MISSING = frozenset({"..", "...", "…", "-", "–", "x", "na", "n/a", "dang cap nhat", "khong co", "chua co"})
_ROMAN = re.compile(r"[ivx]{1,5}\.?$|[a-h]\.?$")
_COUNTED = re.compile(
    r"quy|thang|so|loai|nhom|khu|vung|lop|cap|bac|nam|to|thon|ap|pho|phuong|quan|dot|ky|lan|khoa|hang|giai|diem|tuyen|km"
    r"|muc|bieu|tap|bai|chuong|doi|tang|phan|dieu|khoan|type|phase|no|vu|thu|bang|phu|mau|hinh|ke|hoach"
)
_SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"
NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "no.", "stt / no", "tt / no", "#"})


def without_mark(label: str) -> str:
    """The label without the footnote mark at its end ("Cân đối2", "Thu (1)", "Thu *"). A digit after a blank stays
    ("Quý 1"), and so does one in a technical name ("go_nghin_m3", "CO2")."""
    if unit_of_label(label) or (label.isascii() and " " not in label):
        return label.strip()
    return _MARK.sub("", label).strip()


def without_note(text: str, notes: Sequence[str]) -> str:
    """The label without the mark of a footnote that stands below the table, one of ``notes`` ("1", "(1)", "*", "¹"). A
    bare digit counts only behind a blank and a word that is not itself counted: "Thu về vốn 1", not "Quý 1"."""
    label = text.rstrip()
    for note in notes:
        if not label.endswith(note) or len(label) == len(note):
            continue
        before = label[: -len(note)]
        if note.isdecimal() and note not in _SUPERSCRIPTS:
            words = fold(before).split()
            if not before[-1].isspace() or len(words) < 2 or _COUNTED.fullmatch(words[-1]) or not words[-1].isalpha():
                continue
        elif not any(letter.isalpha() for letter in before):
            continue
        return before.rstrip()
    return text


def is_letterhead(text: str) -> bool:
    return bool(_LETTERHEAD.match(fold(clean(text))))


def is_office(text: str) -> bool:
    """Whether a text in capitals is the name of an office, as letterheads write it: "SỞ Y TẾ", "HUYỆN THỌ XUÂN"."""
    cleaned = clean(text)
    return cleaned.isupper() and bool(_OFFICE.match(cleaned))


def is_footer(text: str) -> bool:
    return bool(_FOOTER.match(fold(clean(text))))


def is_total(text: str) -> bool:
    told = clean(text).lower()
    return bool(_TOTAL.match(told) or (told.isascii() and _TOTAL_UNMARKED.fullmatch(told)))


def is_ordinal(text: str) -> bool:
    """A number as it stands before a title: "35", "35.", "2-"."""
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,2})*\s*[.)/-]?", clean(text)))


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


def is_continued(text: str) -> bool:
    """Whether a line says that a table goes on, as pages of a print do: "Biểu 12 (tiếp theo)", "Trang 2"."""
    return bool(_CONTINUED.search(fold(clean(text))))


def is_of_which(text: str) -> bool:
    """Whether a line only says that parts of the row above follow: "Trong đó:", "Chia ra:"."""
    return bool(
        re.match(
            r"(?:trong do|chia ra|tr\.\s?do|bao gom|gom|of which)\s*:?(?:[\s/–-]*of which\s*:?)?$", fold(clean(text))
        )
    )


def is_span(text: str) -> bool:
    """Whether a label stands over several columns by what it says: "Chia ra", "Phân theo vùng", "Năm 2023"."""
    return bool(_SPAN.match(fold(clean(text))))


def note_of(text: str) -> str:
    """The mark that a footnote begins with: "(1)" for "(1) Bao gồm …", "1" for "1 Bao gồm …", "¹", "*"; else empty."""
    found = _NOTE.match(clean(text))
    if not found:
        return ""
    return f"({found[1]})" if found[1] else found[2] or found[3]


def are_column_numbers(texts: Sequence[str], bare: bool = False) -> bool:
    """Whether the filled cells of a row number the columns: "A B 1 2 3=1+2", "(1) (2) (3)"; ``bare`` numbers without
    letter, bracket or formula ("1 2 3") may as well be values, and count only when asked for."""
    filled = [fold(clean(text)) for text in texts if text.strip()]
    if len(filled) < 3 or not all(_ORDINAL.match(text) for text in filled):
        return False
    if not bare and all(text.isdecimal() for text in filled):
        return False
    letters = [text for text in filled if text[:1].isalpha()]
    if _are_letters(texts):
        return True
    if letters != list("abcdefghi")[: len(letters)] and any(len(text) == 1 for text in letters):
        return False
    numbers = [int(match.group()) for text in filled if (match := re.search(r"^\(?\d+", text.replace("(", "")))]
    return len(numbers) + len(letters) // 2 >= 2 and numbers == list(range(1, len(numbers) + 1))


def _are_letters(texts: Sequence[str]) -> bool:
    """Whether the filled cells are the first letters of the alphabet in order: "a b c d đ=c-d"."""
    letters = [re.sub(r"\s*=.*", "", clean(text).lower()).strip("()") for text in texts if text.strip()]
    return letters in (list("abcdđeghiklmn")[: len(letters)], list("abcdefghijklm")[: len(letters)])
