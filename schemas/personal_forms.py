"""The forms of personal data in one text: numbers of cards, telephones, accounts, plates, names, and more.

Decree 356/2025/NĐ-CP, articles 3 and 4, lists what is personal. Forms are those of the identity card (Circular
07/2016/TT-BCA), of the health insurance card (15 characters, and its 10 digits since 2021), of Vietnamese telephones
and number plates. A number that could be anything (10 digits, an account) counts only beside a word that says what.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from catalog.vietnamese import clean, fold
from schemas.personal_persons import leading_name, looks_like_a_name, titled_names

_ALONE_BEFORE = r"(?<![\d.])(?:(?<![,/])|(?<=\d{6},)|(?<=\d{3}/))"
_ALONE_AFTER = r"(?!\d|[.,]\d{1,3}(?!\d)|/\d{1,4}(?!\d))"
"""Not part of a longer number, a decimal or a document's number; another number may follow a comma or a stroke."""
CCCD = re.compile(
    rf"{_ALONE_BEFORE}(?<![\dA-Za-z]-)0(?:0[1-9]|[1-9]\d)"
    r"(?:[0-3]\d{8}|([ .-])[0-3]\d\d\1?\d{6}|([ .-])[0-3]\d\d\2\d{3}\2\d{3}|[0-3]([ .-])\d{4}\3\d{4}"
    rf"|([ .-])[0-3]\4\d\d\4\d{{6}}){_ALONE_AFTER}",
    re.ASCII,
)
PHONE = re.compile(
    rf"{_ALONE_BEFORE}(?:\(?(?:\+|00)?84\)?[ .-]?(?:\(0\)[ .-]?|0)?|0|\(0(?=\d{{2,3}}\)))"
    r"(?:[35789]\d{8}|1(?:2\d|6[2-9]|8[68]|99)\d{7}|[35789]\d{2}\)?([ .-])\d{3}[ .-]?\d{3}|[35789]\d{2}\) ?\d{6,7}"
    r"|[35789]\d\)?([ .-])\d{3}\2?\d{4}|[35789]\d\) ?\d{7}"
    r"|[35789]\d{2}([ .-])\d{2}\3\d{2}\3\d{2}|[35789]\d{3}([ .-])\d{5}|[35789]\d([ .-])\d{4}\5\d{3})"
    rf"{_ALONE_AFTER}(?!-\d{{3}}(?!\d))",
    re.ASCII,
)
LANDLINE = re.compile(
    r"(?<![\d.,/])(?:\+84[ .-]?|\(?0)2(?:\d\)?[ .-]?\d{4}[ .-]?\d{4}|\d{2}\)?[ .-]?(?:\d{7}|\d{3}[ .-]\d{4}"
    r"|\d{4}[ .-]\d{3}|\d[ .-]\d{3}[ .-]\d{3}))(?!\d)",
    re.ASCII,
)
_DOT = r"(?:\.|[(\[{] ?dot ?[)\]}])"
# An account has at most 64 characters (RFC 5321); without that bound a long text would take quadratic time.
EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64} ?(?:@|[(\[{] ?(?:at|@|a còng) ?[)\]}]) ?(?!(?:[\w-]{1,63}\.){0,6}gov\.vn\b)"
    rf"[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{1,63}}){{0,5}}{_DOT}[A-Za-z]{{2,24}}\b",
    re.ASCII | re.IGNORECASE,
)
_OFFICE_ACCOUNT = re.compile(
    r"(?:info|contact|lienhe|vanthu|hotro|support|admin|tuyensinh|webmaster|no-?reply|hanhchinh|phongkhtc|bbt|banbientap"
    r"|sales?|cskh|hr|tuyendung|phongdaotao|office)@(?!(?:gmail|yahoo|hotmail|outlook|icloud|live)\.)",
    re.IGNORECASE,
)
HEALTH_CARD = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}(?:\d{13}|[ .-]?[1-5](?:[ .-]?\d){12})(?!\d)", re.ASCII)
_HEALTH_CARD_NAMED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d(?:[ .-]?\d){12}(?!\d)", re.ASCII)
_PLATE_CARS = r"[1-9]\d[ -]?(?:[A-ZĐ]\d?|[A-Z]{2}|MĐ\d?)[ .-]{0,3}"
PLATE = re.compile(rf"{_PLATE_CARS}\d{{3}}\.?\d{{2}}")
SHORT_PLATE = re.compile(rf"{_PLATE_CARS}\d{{4}}")
_PLATE_INSIDE = re.compile(rf"(?<![\w/.-])(?:{_PLATE_CARS}\d{{3}}\.\d{{2}}|[1-9]\d[A-ZĐ]\d?-\d{{5}})(?![\w/]|[.,-]\d)")
_PLATE_LED = re.compile(
    r"(?:bien so|bien kiem soat|\bbks\b|\bbsx?\b|bien xe|\bxe\b|o to|mo to|phuong tien)[^\n;]{0,30}?"
    r"(?P<value>(?<![\w/.-])[1-9]\d[ -]?(?:[a-z]\d?|[a-z]{2}|md\d?)[ .-]{0,3}(?:\d{3}\.?\d{2}|\d{4}))(?![\w/]|[.,]\d)"
)
OLD_CARD = re.compile(r"\d{9}", re.ASCII)
_CARD_WITHOUT_ZERO = re.compile(r"[1-9]\d[0-3]\d{8}", re.ASCII)
PASSPORT = re.compile(r"[A-Z]\d{7}", re.ASCII)

_GAP = r"[^\d\n;]{0,25}?"
_LED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "cccd",
        re.compile(
            r"(?:cccd|can cuoc|dinh danh(?: ca nhan)?|cmnd|cmtnd|\bcmt|chung minh|giay to tuy than|gttt)"
            rf"{_GAP}(?P<value>(?<!\d)\d(?:[ .-]?\d){{11}}|(?<!\d)\d(?:[ .]?\d){{8}})(?!\d)"
        ),
    ),
    (
        "bhxh",
        re.compile(
            r"(?:bhxh|bao hiem xa hoi|bhyt|bao hiem y te)"
            rf"{_GAP}(?P<value>(?<!\d)\d(?:[ .-]?\d){{9}})(?!\d|[.,]\d)"
            r"(?! ?(?:dong|vnd|nguoi|trieu|ty|nghin|luot|the|ho)\b)"
        ),
    ),
    (
        "tax",
        re.compile(
            r"(?:mst|ma so thue)(?: thu nhap)?(?: cua)?[ :]{0,2}(?:ca nhan|tncn|ho kinh doanh|hkd|ho kd|ho ca the|ong"
            r"|ba|anh|chi|nguoi nop|chu ho)\b[^\d\n;]{0,40}?(?P<value>(?<!\d)(?:\d{12}|\d{10}(?:[ -]?\d{3})?))(?!\d)"
        ),
    ),
    (
        "bank",
        re.compile(
            rf"(?:\bstk|so tk|so tai khoan|tai khoan (?:so|ngan hang|ca nhan)|\ba/c|account(?: no)?){_GAP}"
            r"(?P<value>(?<!\d)\d(?:[ .-]?\d){5,18})(?!\d|[.,]\d)"
        ),
    ),
    ("bank", re.compile(rf"(?:tai khoan|\btk\b){_GAP}(?P<value>(?<!\d)\d(?:[ .]?\d){{7,18}})(?!\d|[.,]\d)")),
    ("passport", re.compile(rf"(?:ho chieu|passport){_GAP}(?P<value>(?<![a-z0-9])[a-z]\d{{7}})(?!\d)")),
    (
        "phone",
        re.compile(
            r"(?:\bdt|sdt|dien thoai|di dong|lien he|goi|\btel|phone|zalo|hotline)[^\d\n;+]{0,25}?"
            r"(?P<value>(?<![\d+])(?:0[35789](?:[ .-]\d\d){4}|0[35789](?:[ .-]?\d){8}|[35789]\d{8}))(?!\d|[.,/]\d)"
        ),
    ),
)
_BANKS = (
    r"(?:vietcombank|\bvcb\b|agribank|bidv|vietinbank|\bctg\b|techcombank|\btcb\b|\bmb ?bank|\bmb\b|\bacb\b|sacombank"
    r"|vpbank|tpbank|\bshb\b|hdbank|\bvib\b|\bocb\b|seabank|lpbank|lienvietpostbank|\bmsb\b|eximbank|nam a bank"
    r"|bac a bank|pvcombank|abbank|\bncb\b|kienlongbank|ngan hang|\bnh\b)"
)
_BANK = re.compile(_BANKS)
_AT_A_BANK = re.compile(
    rf"(?P<value>(?<![\d.,/])\d(?:[ .]?\d){{7,18}})(?!\d|[.,]\d)[^\d\n;]{{0,12}}?{_BANKS}"
    rf"|{_BANKS}[^\d\n;]{{0,15}}?(?P<other>(?<![\d.,/])\d(?:[ .-]?\d){{7,18}})(?!\d|[.,]\d)"
)
_NO_ACCOUNT = re.compile(
    r"[1-9]\d{0,2}(?:[.,]\d{3})+|1[89]00[ .-]?\d{4,6}|0?2\d{2}[ .]?\d{3,4}[ .]?\d{3,4}|\d{4}[ -]\d{4}"
)
_TREASURY = re.compile(r"kho bac|kbnn")
_ENTERPRISE = re.compile(r"cong ty|doanh nghiep|\bhtx\b|hop tac xa|chi nhanh|\btnhh\b|co phan")
_TAX_NUMBER = re.compile(r"(?:mst|ma so thue)[^\d\n;]{0,25}?(?P<value>(?<!\d)(?:\d{12}|\d{10}(?:-\d{3})?))(?!\d)")
_CODE_BEFORE = re.compile(
    r"\b(?:ma vach|barcode|thua dat|thua so|serial|imei|so khung|van don|hoa don|don hang|ho so|ma so|mst"
    r"|ma so thue|doanh nghiep|gpkd|dkkd|so lo|quyet dinh|\bqd|van ban|ma)(?: so)?[ :.#]{0,3}$"
)
_AT_HOME = re.compile(r"nha rieng|dt nha|dien thoai nha|may nha|nha ong|nha ba|chu ho|ho ong|ho ba|ca nhan")
_IN_OFFICE = re.compile(r"co quan|truc ban|duong day nong|van phong|ubnd|hotline|tong dai|tru so|so [a-z]+ va")
_POINT = re.compile(
    r"(?<![\d.,])(?:(?:8|9|1\d|2[0-3])[.,]\d{3,}°?[NB]?[ ,;/]{1,3}10[2-9][.,]\d{3,}"
    r"|10[2-9][.,]\d{3,}°?[EĐ]?[ ,;/]{1,3}(?:8|9|1\d|2[0-3])[.,]\d{3,})"
)
HOME = re.compile(
    r"(?:^|[\s,;(:–-])(?:so nha|nha so|sn|so \d|thon|xom|ban|lang|ap|to dan pho|tdp|to \d|khu pho|kp|tieu khu|doi \d"
    r"|ngo|ngach|hem|kiet|\d+[a-z]?(?:/\d+[a-z]?)* (?:duong|pho|ngo|ngach|hem)|duong|pho)\b"
)
_STRONG_HOME = re.compile(
    r"(?:^|[\s,;(:–-])(?:so nha|nha so|sn|thon|xom|ban|lang|ap|to dan pho|tdp|to \d|khu pho|tieu khu|thuong tru|tru tai"
    r"|o tai|ho khau|noi o|cu tru|dia chi)\b"
)
COMMUNE = re.compile(r"\b(?:xa|phuong|thi tran|huyen|tp|thanh pho|p\.|x\.|tt\.)\s?[a-z]")
_STREET_AFTER = re.compile(r"[ :,;(–-]*(?:tu|doan|den|duong|pho|dai lo|ngo|ngach|hem)\b")
_END_OF_ADDRESS = re.compile(r"[;\n]|\. [a-z]")
_BORN = re.compile(
    r"\b(?:sinh(?: ngay| nam)?|nam sinh|ngay sinh|sn)\b[ :]{0,3}"
    r"(?P<value>(?:\d{1,2}[/.-]\d{1,2}[/.-])?(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)\b"
)
_BORN_BESIDE = re.compile(r"[(,;–-] ?(?P<value>\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|19[2-9]\d)(?= ?[),;–-]|$)")


@dataclass(frozen=True, slots=True)
class Span:
    """A personal value from ``start`` to ``end``. Not ``sure``: it is one only where most of its column are alike."""

    kind: str
    start: int
    end: int
    sure: bool = True


def canonical(text: str) -> str:
    """The text in the form that spans are found in: composed, without invisible characters, digits narrow."""
    return text if text.isascii() else clean(unicodedata.normalize("NFKC", text))


def spans_in(text: str, topics: Collection[str] = ()) -> list[Span]:
    """Every personal value in a canonical text. ``topics``: kinds that the name of its column announces."""
    found = _Spans(len(text))
    if "@" in text or "(" in text or "[" in text:
        found.add(Span("email", *match.span()) for match in EMAIL.finditer(text) if not _OFFICE_ACCOUNT.match(match[0]))
    folded = fold(text)
    names = [Span("name", *place) for place in titled_names(text)]
    leading = None if names else leading_name(text)
    if any(map(str.isdigit, text)):
        found.add(_led(folded, bool(names)))
        found.add(_numbers(text, folded, topics))
        found.add(_lines_of_homes(text, folded, bool(names)))
    if names or leading:
        found.add(_beside(text, folded, names, leading))
    return found.kept + names + _alone(text, topics)


class _Spans:
    """Spans of one text; where sure ones overlap, the one that came first stays."""

    def __init__(self, length: int) -> None:
        self.kept: list[Span] = []
        self._covered = bytearray(length)

    def add(self, more: Iterable[Span]) -> None:
        for span in more:
            if 1 not in self._covered[span.start : span.end]:
                self.kept.append(span)
                if span.sure:
                    self._covered[span.start : span.end] = b"\x01" * (span.end - span.start)


def _numbers(text: str, folded: str, topics: Collection[str]) -> Iterator[Span]:
    """Numbers whose form alone tells what they are; that of a whole cell also by the name of the column."""
    yield from _whole(text.strip(" '`"), text, topics)
    for match in HEALTH_CARD.finditer(text):
        yield Span("bhyt", *match.span())
    for kind, pattern in (("cccd", CCCD), ("phone", PHONE)):
        for match in pattern.finditer(text):
            if not _CODE_BEFORE.search(folded, max(0, match.start() - 30), match.start()):
                yield Span(kind, *match.span())
    for match in _PLATE_INSIDE.finditer(text):
        yield Span("plate", *match.span())


def _whole(stripped: str, text: str, topics: Collection[str]) -> Iterator[Span]:
    """The kinds of a cell that is nothing but one number."""
    start = text.find(stripped)
    compact = re.sub(r"[ .,()-]", "", stripped)

    def whole(kind: str, sure: bool) -> Span:
        return Span(kind, start, start + len(stripped), sure)

    if compact.isdigit() and topics:
        length = len(compact)
        if "cccd" in topics and length in (9, 11, 12):
            yield whole("cccd" if length > 9 else "cmnd", sure=True)
        elif "bhxh" in topics and length == 10:
            yield whole("bhxh", sure=True)
        elif "bhyt" in topics and length in (10, 13, 15):
            yield whole("bhyt", sure=True)
        elif "bank" in topics and 6 <= length <= 19 and not _NO_ACCOUNT.fullmatch(stripped):
            yield whole("bank", sure=True)
        elif "tax" in topics and length in (10, 12, 13):
            yield whole("tax", sure=True)
        elif "phone" in topics and re.fullmatch(r"0?[35789]\d{8}", compact):
            yield whole("phone", sure=True)
    if "bhyt" in topics and _HEALTH_CARD_NAMED.fullmatch(stripped):
        yield whole("bhyt", sure=True)
    if PLATE.fullmatch(stripped.upper()):
        yield whole("plate", sure="plate" in topics)
    elif SHORT_PLATE.fullmatch(stripped.upper()):
        yield whole("plate" if "plate" in topics else "short-plate", sure="plate" in topics)
    if OLD_CARD.fullmatch(stripped) and not stripped.endswith("000"):
        yield whole("cmnd", sure=False)
    if _CARD_WITHOUT_ZERO.fullmatch(stripped) and not stripped.startswith("84"):
        yield whole("cccd", sure="cccd" in topics)  # a spreadsheet took it for a number
    if PASSPORT.fullmatch(stripped.upper() if "passport" in topics else stripped):
        yield whole("passport", sure="passport" in topics)


def _led(folded: str, with_a_name: bool) -> Iterator[Span]:
    """Numbers that a word before them gives away."""
    treasury = _TREASURY.search(folded) is not None
    for kind, pattern in _LED:
        if kind == "bank" and treasury:
            continue
        for match in pattern.finditer(folded):
            value = match["value"]
            if kind == "bank" and _NO_ACCOUNT.fullmatch(value):
                continue
            told = "bhyt" if kind == "bhxh" and match[0].startswith(("bhyt", "bao hiem y te")) else kind
            told = "cmnd" if told == "cccd" and len(re.sub(r"\D", "", value)) == 9 else told
            yield Span(told, *match.span("value"))
    for match in _PLATE_LED.finditer(folded):
        yield Span("plate", *match.span("value"))
    if not treasury and _BANK.search(folded):
        for match in _AT_A_BANK.finditer(folded):
            group = "value" if match["value"] else "other"
            if not _NO_ACCOUNT.fullmatch(match[group]):
                yield Span("bank", *match.span(group))
    if with_a_name and not _ENTERPRISE.search(folded):
        for match in _TAX_NUMBER.finditer(folded):
            yield Span("tax", *match.span("value"))


def _lines_of_homes(text: str, folded: str, with_a_name: bool) -> Iterator[Span]:
    """Landlines said to stand at somebody's home, or beside a person's name and no agency's."""
    of_office = _IN_OFFICE.search(folded) or _ENTERPRISE.search(folded)
    if _AT_HOME.search(folded) or (with_a_name and not of_office):
        for match in LANDLINE.finditer(text):
            yield Span("phone", *match.span())


def _beside(text: str, folded: str, names: list[Span], leading: tuple[int, int] | None) -> Iterator[Span]:
    """What is personal because a person is named beside it: birth, address, the point of a home. A name that leads in
    a sentence is a person's only if one of them follows."""
    end = names[0].end if names else leading[1] if leading else 0
    born = _BORN.search(folded) or _BORN_BESIDE.search(folded, end)
    if not names:
        if leading is None or not (born or _STRONG_HOME.search(folded)) or _STREET_AFTER.match(folded, end):
            return
        names.append(Span("name", *leading))
    for pattern in (_BORN, _BORN_BESIDE):
        for match in pattern.finditer(folded):
            yield Span("birth", *match.span("value"))
    if COMMUNE.search(folded):
        yield from _addresses(folded)
    for match in _POINT.finditer(text):
        yield Span("coordinates", *match.span())


def _addresses(folded: str) -> Iterator[Span]:
    """Each from the first word of the address to the end of its sentence."""
    place = 0
    while home := HOME.search(folded, place):
        start = home.start()
        while not folded[start].isalnum():
            start += 1
        stop = _END_OF_ADDRESS.search(folded, start)
        place = stop.start() if stop else len(folded)
        yield Span("address", start, place)


def _alone(text: str, topics: Collection[str]) -> list[Span]:
    """A cell that is nothing but a name."""
    stripped = text.strip()
    sureness = looks_like_a_name(stripped)
    if sureness == 0:
        return []
    start = text.find(stripped)
    kind = "name" if sureness == 1 or "name" in topics else "perhaps-name"
    return [Span(kind, start, start + len(stripped), sure=False)]
