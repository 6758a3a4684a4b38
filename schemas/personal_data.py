"""Finds personal data before it is published: in every cell of every column, those the dictionary does not know too.

Decree 356/2025/NĐ-CP, articles 3 and 4, lists what is personal; the forms are those of the identity card (Circular
07/2016/TT-BCA), the health insurance card, Vietnamese mobile numbers and number plates. What is found holds the table
for a person to decide; only masked samples are kept. A field marked ``"sensitivity": "public"`` in the dictionary
(hotlines of agencies, tax codes of enterprises) is not looked at, nor are columns of numbers, dates and checked codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from catalog.dictionary import Sensitivity, TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.ports import StagedTable
from catalog.vietnamese import fold
from schemas.messages import first_seen, issue, number_text
from schemas.normalise import column_positions
from schemas.places import Places
from schemas.staged_rows import SEPARATOR, declared, read_rows

CCCD = re.compile(
    r"(?<![\d.,])0(?:0[1-9]|[1-8]\d|9[0-6])"
    r"(?:[0-3]\d{8}|([ .-])[0-3]\d\d\1\d{6}|([ .-])[0-3]\d\d\2\d{3}\2\d{3})(?!\d)",
    re.ASCII,
)
PHONE = re.compile(
    r"(?<![\d.,])(?:\+?84[ .-]?|0)"
    r"(?:[35789]\d{8}|1(?:2\d|6[2-9]|8[68]|99)\d{7}|[35789]\d{2}([ .-])\d{3}\1\d{3}|[35789]\d([ .-])\d{3}\2\d{4}"
    r"|[35789]\d{2}([ .-])\d{2}\3\d{2}\3\d{2})(?!\d)",
    re.ASCII,
)
# An account has at most 64 characters (RFC 5321); without that bound a long text would take quadratic time.
EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?!(?:[\w-]{1,63}\.){0,6}gov\.vn\b)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}",
    re.ASCII,
)
HEALTH_CARD = re.compile(r"\b[A-Z]{2}[1-5]\d{12}\b", re.ASCII)
PLATE = re.compile(r"\d{2}[- ]?[A-Z]{1,2}\d?[- .]?\d{3}\.?\d{2}", re.ASCII)
OLD_CARD = re.compile(r"\d{9}", re.ASCII)
PASSPORT = re.compile(r"[A-Z]\d{7}", re.ASCII)
BANK_ACCOUNT = re.compile(
    r"(?i:\b(?:stk|số tk|so tk|số tài khoản|so tai khoan|tài khoản(?: số)?|tai khoan(?: so)?))"
    r"[ :.]{0,3}\d[\d .-]{5,22}\d"
)
_MANY_DIGITS = re.compile(r"\d(?:[ .-]?\d){8}", re.ASCII)

DECLARED = "personal-data-declared"

_INSIDE_TEXT: Mapping[str, re.Pattern[str]] = {
    "cccd": CCCD,
    "phone": PHONE,
    "email": EMAIL,
    "bhyt": HEALTH_CARD,
    "bank": BANK_ACCOUNT,
}
_WHOLE_CELLS: Mapping[str, re.Pattern[str]] = {"plate": PLATE, "cmnd": OLD_CARD, "passport": PASSPORT}
_SHARE_OF_WHOLE_CELLS = 0.5
"""Nine digits alone are no identity card; a column that mostly holds them is one."""

_KINDS: Mapping[str, tuple[str, str]] = {
    "cccd": ("số căn cước công dân", "identity card numbers"),
    "phone": ("số điện thoại di động", "mobile phone numbers"),
    "email": ("địa chỉ thư điện tử", "e-mail addresses"),
    "bhyt": ("số thẻ bảo hiểm y tế", "health insurance card numbers"),
    "bank": ("số tài khoản ngân hàng", "bank account numbers"),
    "name": ("họ tên người", "names of persons"),
    "plate": ("biển số xe", "number plates"),
    "cmnd": ("số chứng minh nhân dân", "old identity card numbers"),
    "passport": ("số hộ chiếu", "passport numbers"),
}
_NAMES_OF_IDENTITY = re.compile(
    r"(?:^|_)(?:cccd|cmnd|can_cuoc|so_dinh_danh|dinh_danh_ca_nhan|ho_chieu|so_tai_khoan|so_the_bhyt|so_bhxh|so_so_bhxh"
    r"|dia_chi_thuong_tru|thuong_tru|noi_cu_tru)(?:_|$)"
)
_NAMES_OF_PERSONS = re.compile(
    r"^(?:sdt|so_dien_thoai|dien_thoai|di_dong|email|ho_ten|ho_va_ten|ngay_sinh|nam_sinh|gioi_tinh|que_quan|dan_toc|ton_giao"
    r"|bien_so|nhom_mau|tinh_trang_hon_nhan|chu_ho|nguoi_dai_dien)(?:_|$)"
)
_FULL_NAME = re.compile(r"^(?:ho_ten|ho_va_ten|ten_cong_dan|ten_chu_ho|chu_ho|ho_dem|nguoi_[a-z_]+)(?:_|$)")
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Dương|Lý|Đinh|Trịnh|Đoàn|Lâm|Trương|Lương|Tạ|Hà|Lưu"
    "|Quách|Thái|Tống|Nghiêm|Mạc|Doãn|Khổng|Lò|Cầm|Vi|Quàng|Hà Văn|Lục|Triệu|Phùng|Kiều|Chu|Tô|Văn"
)
_LETTER = "[A-ZÀ-ỸĐ][a-zà-ỹđ]*"
_PERSON_ALONE = re.compile(rf"(?:{_SURNAMES})(?: {_LETTER}){{2,4}}")
_PERSON = re.compile(rf"(?:\A|\x1f)(?:{_SURNAMES})(?: {_LETTER}){{2,4}}(?:\x1f|\Z)")
_NAMES_OF_PLACES = re.compile(
    r"duong|pho|truong|xa|phuong|thon|cau|cho|di_tich|le_hoi|dia_danh|tuyen|cong_trinh|ten_goi|danh"
)
_ABOUT_A_PERSON = re.compile(
    r"^(?:ngay_sinh|nam_sinh|que_quan|noi_sinh|dia_chi|sdt|so_dien_thoai|cccd|cmnd|gioi_tinh)(?:_|$)"
)


def find_personal_data(table: StagedTable, schema: TableSchema) -> list[Issue]:
    """What looks personal in a table as it came from its source, one issue for each kind and column."""
    columns = _columns_to_look_at(table, schema)
    issues = [*_declared_columns(columns, schema), *_suspect_names(columns), *_around(table)]
    for first_row, rows in read_rows(table.path):
        filled = zip_longest(*rows, fillvalue="")
        for position, cells in enumerate(filled):
            if position >= len(columns):
                columns.append(_Watched(f"(cột {position + 1})", "", known=False, numbers=table.row_numbers))
            if columns[position].watched:
                columns[position].look(first_row, cells)
    for column in columns:
        issues.extend(column.findings())
    return issues


def mask(value: str) -> str:
    """A personal value that can be recognised by its owner and by nobody else: 038•••••••12."""
    if "@" in value:
        account, _, domain = value.partition("@")
        return f"{account[:1]}•••@{domain}"
    kept_first, kept_last = (3, 2) if len(value) >= 8 else (1, 1)
    return value[:kept_first] + "•" * (len(value) - kept_first - kept_last) + value[-kept_last:]


def mask_inside(text: str) -> str:
    """``text`` with every identity card, phone, e-mail and health card number in it masked."""
    for pattern in _INSIDE_TEXT.values():
        text = pattern.sub(lambda match: mask(match.group()), text)
    return text


def is_public(schema: TableSchema, name: str | None) -> bool:
    """Whether the dictionary says that this field may be shown although it looks personal."""
    return name is not None and declared(schema).get(name, {}).get("sensitivity") == "public"


@dataclass(slots=True)
class _Watched:
    """One column under watch. ``known``: the dictionary names it."""

    name: str
    folded: str
    known: bool
    watched: bool = True
    public: bool = False
    numbers: RowNumbers = UNSHIFTED
    inside: dict[str, Places] = field(default_factory=dict)
    whole: dict[str, Places] = field(default_factory=dict)
    filled: int = 0

    def look(self, first_row: int, cells: Sequence[str]) -> None:
        joined = SEPARATOR.join(cells)
        numbers = _MANY_DIGITS.search(joined) is not None
        may_hold = {
            "email": "@" in joined,
            "cccd": numbers,
            "phone": numbers,
            "bhyt": numbers,
            "bank": numbers,
            "cmnd": numbers,
        }
        for kind, pattern in _INSIDE_TEXT.items():
            if may_hold[kind] and pattern.search(joined):
                self._collect(self.inside.setdefault(kind, Places()), first_row, cells, pattern.search)
        self.filled += len(cells) - cells.count("")
        for kind, pattern in _WHOLE_CELLS.items():
            if may_hold.get(kind, True) and pattern.search(joined):
                self._collect(self.whole.setdefault(kind, Places()), first_row, cells, pattern.fullmatch)
        if not _NAMES_OF_PLACES.search(self.folded) and _PERSON.search(joined):
            self._collect(self.whole.setdefault("name", Places()), first_row, cells, _PERSON_ALONE.fullmatch)

    def findings(self) -> Iterator[Issue]:
        for kind, places in self.inside.items():
            if places.count:
                yield _values_issue(kind, self.name, places)
        for kind, places in self.whole.items():
            if places.count and places.count >= self.filled * _SHARE_OF_WHOLE_CELLS:
                yield _values_issue(kind, self.name, places)

    def _collect(
        self, places: Places, first_row: int, cells: Sequence[str], found: Callable[[str], re.Match[str] | None]
    ) -> None:
        for position, cell in enumerate(cells):
            match = found(cell)
            if match:
                places.add(self.numbers.in_source(first_row + position), mask(match.group()))


def _columns_to_look_at(table: StagedTable, schema: TableSchema) -> list[_Watched]:
    fields = {position: name for name, position in column_positions(table.columns, schema).items()}
    coded = {name for key in schema.foreign_keys for name in key.fields}
    columns = []
    for position, label in enumerate(table.columns):
        known = schema.field(fields.get(position, ""))
        column = _Watched(label, fold(label).replace(" ", "_"), known is not None, numbers=table.row_numbers)
        if known is not None:
            column.name = known.name
            column.public = is_public(schema, known.name)
            is_text = known.type in ("string", "any", "array", "object", "list")
            column.watched = is_text and not column.public and not known.code_list and known.name not in coded
        columns.append(column)
    return columns


def _declared_columns(columns: Sequence[_Watched], schema: TableSchema) -> Iterator[Issue]:
    """Columns that the dictionary itself calls personal: they are never published, whatever they hold."""
    for column in columns:
        field = schema.field(column.name)
        if field is not None and field.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
            texts = (
                f"Cột {column.name}: từ điển xếp là dữ liệu cá nhân, không được công bố.",
                f"Column {column.name}: the dictionary calls it personal; it is not to be published.",
                "Bỏ cột này khỏi bảng gửi công bố.",
                "Leave this column out of the table.",
            )
            yield issue(DECLARED, Severity.HOLD, Dimension.SHARED, texts, Places(count=1), column.name)


def _around(table: StagedTable) -> Iterator[Issue]:
    """Personal data in what lies beside the table: titles, footers, comments, hidden parts, properties of the file."""
    for kind, pattern in _INSIDE_TEXT.items():
        found = [(text.place, match) for text in table.around if (match := pattern.search(text.text))]
        if found:
            title, title_en = _KINDS[kind]
            places = Places()
            for place, match in found:
                places.add(None, f"{place}: {mask(match.group())}")
            texts = (
                f"Ngoài bảng có {title} ở {number_text(len(found))} chỗ, ví dụ {places.examples[0].value}.",
                f"Beside the table there are {title_en} in {len(found)} places, e.g. {places.examples[0].value}.",
                "Xóa phần đó khỏi tệp (ghi chú, trang ẩn, chân trang); tệp gốc không được công bố nhưng phải sạch.",
                "Remove it from the file (comments, hidden sheets, footers); keep the file clean.",
            )
            yield issue(f"personal-data-{kind}", Severity.HOLD, Dimension.SHARED, texts, places)


def _suspect_names(columns: Sequence[_Watched]) -> Iterator[Issue]:
    """Columns whose very name says that they are about persons. A name that is harmless in a table of statistics
    (dan_toc, gioi_tinh) is suspect only where the dictionary does not know the column."""
    open_columns = [column for column in columns if not column.public]
    for column in open_columns:
        if _NAMES_OF_IDENTITY.search(column.folded) or (not column.known and _NAMES_OF_PERSONS.search(column.folded)):
            yield _name_issue("personal-data-column", [column.name])
    names = [column.name for column in open_columns if _FULL_NAME.search(column.folded)]
    about = [column.name for column in open_columns if _ABOUT_A_PERSON.search(column.folded)]
    if names and about:
        yield _name_issue("personal-data-person", names[:1] + about)


def _name_issue(code: str, names: Sequence[str]) -> Issue:
    shown = ", ".join(names)
    texts = (
        f"Tên cột cho thấy có dữ liệu cá nhân: {shown}.",
        f"The names of these columns point to personal data: {shown}.",
        "Bỏ cột khỏi dữ liệu công bố hoặc tổng hợp thành số liệu; nếu không phải dữ liệu cá nhân, ghi lý do khi duyệt.",
        "Leave the column out or aggregate it; if it is not personal, say why when releasing.",
    )
    return issue(code, Severity.HOLD, Dimension.SHARED, texts, Places(count=1), names[0])


def _values_issue(kind: str, name: str, places: Places) -> Issue:
    title, title_en = _KINDS[kind]
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {name}: {number_text(places.count)} ô có {title}{seen}.",
        f"Column {name}: {places.count} cells hold {title_en}{seen_en}.",
        "Bỏ các giá trị đó ở nguồn, hoặc tổng hợp thành số liệu; nếu là thông tin công khai, ghi lý do khi duyệt.",
        "Remove these values at the source or aggregate them; if they are public, say why when releasing.",
    )
    return issue(f"personal-data-{kind}", Severity.HOLD, Dimension.SHARED, texts, places, name)
