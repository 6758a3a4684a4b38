"""One RE2 pattern that lets through every text in which :mod:`schemas.personal_forms` may find something.

It is run over whole columns in compiled code; only what it lets through is judged one by one. It may let through too
much, never too little: a test holds the two against each other.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from catalog.vietnamese import fold
from schemas.personal_persons import SURNAMES

_BLANKS = r"[ .()\x{a0}-]"
_MARKED = {"a": "aàáảãạăằắẳẵặâầấẩẫậ", "e": "eèéẻẽẹêềếểễệ", "i": "iìíỉĩị", "o": "oòóỏõọôồốổỗộơờớởỡợ", "d": "dđ"}
_MARKED |= {"u": "uùúủũụưừứửữự", "y": "yỳýỷỹỵ"}


def _anyhow(words: str) -> str:
    """A pattern for folded words that accepts any marks on them."""
    return "".join(f"[{_MARKED[letter]}]" if letter in _MARKED else letter for letter in words)


_LEADING_WORDS = (
    "cccd|can cuoc|dinh danh|cmnd|cmtnd|cmt|chung minh|giay to tuy than|gttt|bhxh|bao hiem|bhyt|mst|ma so thue|stk|tk"
    "|tai khoan|a/c|account|ho chieu|passport|dt|dien thoai|di dong|lien he|goi|tel|phone|zalo|hotline|bien so"
    "|bien kiem soat|bks|bs|bien xe|xe|o to|mo to|phuong tien|vietcombank|vcb|agribank|bidv|vietinbank|ctg|techcombank"
    "|tcb|mb|acb|sacombank|vpbank|tpbank|shb|hdbank|vib|ocb|seabank|lpbank|lienvietpostbank|msb|eximbank|nam a bank"
    "|bac a bank|pvcombank|abbank|ncb|kienlongbank|ngan hang|nh"
)
_BANKS_AFTER = "bank|vcb|bidv|ctg|tcb|mb|acb|shb|vib|ocb|msb|ncb|nh"
_TITLES = (
    "ong|ba|anh|chi|co|chu|bac|cu|chau|em|vo|chong|con|me|bo|cha|ho|nhan|bn|benh|nha|can|cao|tuong|khai|ten|sinh|vien"
    "|nop|don|thue|he|huong|khoan|xe|dung|d/c|si|so|doanh|hkd|dan|tre"
)
_names = "|".join(sorted({*SURNAMES, *map(fold, SURNAMES)}))

NAME_START = rf"^[^\p{{L}}\d]{{0,2}}(?i:{_names})[ \x{{a0}}]"
"""How a name of a person begins; whether it is one, the column decides."""
TITLE_AND_NAME = rf"(?i:(?:{_anyhow(_TITLES)})(?: là)?[:.]? {{0,2}}(?:{_names}) )"
SIEVE = "|".join(
    (
        "@",
        r"[(\[{] ?(?i:at|@|a còng) ?[)\]}]",
        r"[\x{300}-\x{331}\x{200b}-\x{200f}\x{2060}-\x{2064}\x{feff}\x{ff00}-\x{ff5e}\x{ad}\x{a0}]",
        rf"(?:^|[^\d.])\(?(?:\+|00)?(?:84|0)\)?{_BLANKS}{{0,3}}[1235789](?:{_BLANKS}{{0,2}}\d){{7}}",
        r"(?:^|[^\d.])0\d(?:[ .-]?\d){10}",
        r"(?:^|[^A-Za-z0-9])[A-Z]{2}[ .-]?\d(?:[ .-]?\d){12}",
        r"(?:^|[^0-9A-Za-z/.-])[1-9]\d[ -]?(?:[A-Za-zĐđ]\d?|[A-Za-z]{2}|[Mm][Đđ]\d?)[ .-]{0,3}\d{3}\.?\d",
        r"^[ '`]*(?:\d{9}|\d{11}|[A-Z]\d{7})[ '`]*$",
        rf"(?i:{_anyhow(_LEADING_WORDS)})[^\n]*\d(?:[ .-]?\d){{5}}",
        rf"\d(?:[ .]?\d){{7}}[^\d\n;]{{0,12}}(?i:{_BANKS_AFTER}|{_anyhow('ngan hang')})",
        NAME_START,
        TITLE_AND_NAME,
    )
)
NUMBERS = r"\d(?:\D?\d){5}"
"""What a column whose name announces personal data is sifted with."""


def may_hold(text: str) -> bool:
    """Whether a single text has to be looked at closely."""
    return _compiled().search(text.encode(errors="replace")) is not None


@cache
def _compiled() -> Any:
    import re2

    return re2.compile(SIEVE)
