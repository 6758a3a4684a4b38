"""Sentences for clerks: what each fault is called, where it is, and what to do about it. Vietnamese first.

Numbers in sentences are written the Vietnamese way (1.234,5); rows count the header as row 1, as a spreadsheet shows
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalog.dictionary import CodeList, ForeignKey, TableSchema
from catalog.issues import Dimension, Fault, Issue, Severity
from schemas.fault_words import FAULT_WORDS, UNKNOWN_FAULT
from schemas.places import Places

_TYPES: Mapping[str, tuple[str, str, str, str]] = {
    "integer": ("số nguyên", "an integer", "chỉ gồm chữ số, không có đơn vị hay dấu chấm: 1234", "digits only: 1234"),
    "number": ("số", "a number", "số viết gọn, dấu thập phân là dấu chấm: 1234.5", "a plain number: 1234.5"),
    "boolean": ("đúng/sai", "true or false", "true hoặc false", "true or false"),
    "date": ("ngày", "a date", "một ngày có thật, dạng 2026-02-28", "a date that exists, such as 2026-02-28"),
    "datetime": ("thời điểm", "a time", "dạng 2026-02-28T13:00:00", "the form 2026-02-28T13:00:00"),
    "time": ("giờ", "a time of day", "dạng 13:00:00", "the form 13:00:00"),
    "year": ("năm", "a year", "bốn chữ số: 2026", "four digits: 2026"),
    "yearmonth": ("tháng", "a month", "dạng 2026-02", "the form 2026-02"),
}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TEXT = ("giá trị đã quy định", "the declared kind", "đúng dạng ghi trong từ điển dữ liệu", "the dictionary's form")


def number_text(value: float, digits: int = 0) -> str:
    """A number as Vietnamese readers expect it: 1.234,5."""
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\x00").replace(".", ",").replace("\x00", ".")


def limit_text(value: object) -> str:
    """A limit as the dictionary states it; large numbers and days as Vietnamese readers write them, years ungrouped."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        digits = len(f"{value}".partition(".")[2]) if isinstance(value, float) and not value.is_integer() else 0
        return number_text(value, digits) if digits or abs(value) >= 10_000 else f"{value:.0f}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return f"{text[8:]}/{text[5:7]}/{text[:4]}" if _ISO_DAY.fullmatch(text) else text


def column_name(schema: TableSchema, name: str) -> str:
    """A column as clerks know it: its name and its title."""
    field = schema.field(name)
    return f"{name} ({field.title})" if field and field.title else name


def first_seen(places: Places) -> tuple[str, str]:
    """The end of a sentence that names the first place, in Vietnamese and English; empty if there is none."""
    example = next(iter(places.examples), None)
    if example is None or example.row is None:
        return "", ""
    shown = f": {example.value}" if example.value else ""
    return f", ví dụ dòng {number_text(example.row)}{shown}", f", e.g. row {example.row:,}{shown}"


def issue(
    code: str,
    severity: Severity,
    dimension: Dimension,
    texts: tuple[str, str, str, str],
    places: Places,
    field: str | None = None,
) -> Issue:
    """An issue from its four sentences (message, its English, remedy, its English) and the places it was seen at."""
    return Issue(
        code=code,
        severity=severity,
        dimension=dimension,
        message=texts[0],
        message_en=texts[1],
        remedy=texts[2],
        remedy_en=texts[3],
        field=field,
        count=places.count,
        examples=tuple(places.examples),
    )


def issue_for_fault(schema: TableSchema, fault: Fault, places: Places, code_lists: Mapping[str, CodeList]) -> Issue:
    """The issue for a group of faults of one kind in one column or key; ``fault`` is the first of them."""
    match fault.code:
        case "type-error":
            return _type_error(schema, fault, places)
        case "constraint-error":
            return _constraint_error(schema, fault, places)
        case "foreign-key":
            return _foreign_key(schema, fault, places, code_lists)
        case "unique-error" | "primary-key":
            return _duplicate(schema, fault, places)
        case _:
            return _fault_in_words(schema, fault, places)


def _fault_in_words(schema: TableSchema, fault: Fault, places: Places) -> Issue:
    """A fault that its place and Frictionless's note tell entirely; one that nobody knows is still told."""
    words = FAULT_WORDS.get(fault.code, UNKNOWN_FAULT)
    name = fault.field or (fault.fields[0] if len(fault.fields) == 1 else "")
    known = {"value": fault.value, "note": fault.note or fault.code, "code": fault.code}
    wrong = words.wrong.format(count=number_text(places.count), field=column_name(schema, name), **known)
    wrong_en = words.wrong_en.format(count=f"{places.count:,}", field=name, **known)
    seen, seen_en = ("", "") if fault.code.endswith(("-label", "-header")) else first_seen(places)
    texts = (f"{wrong}{seen}.", f"{wrong_en}{seen_en}.", words.remedy, words.remedy_en)
    return issue(fault.code, Severity.ERROR, words.dimension, texts, places, name or None)


def _type_error(schema: TableSchema, fault: Fault, places: Places) -> Issue:
    name = fault.fields[0]
    field = schema.field(name)
    kind, kind_en, form, form_en = _TYPES.get(field.type if field else "", _TEXT)
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {column_name(schema, name)}: {number_text(places.count)} dòng không đúng kiểu {kind}{seen}.",
        f"Column {name}: {places.count:,} rows are not {kind_en}{seen_en}.",
        f"Sửa các ô đó ở nguồn thành {form}.",
        f"Correct these cells at the source: {form_en}.",
    )
    return issue(fault.code, Severity.ERROR, Dimension.CORRECT, texts, places, name)


def _constraint_error(schema: TableSchema, fault: Fault, places: Places) -> Issue:
    name = fault.fields[0]
    field = schema.field(name)
    limit = field.constraints.get(fault.constraint) if field else None
    seen, seen_en = first_seen(places)
    wrong, wrong_en, remedy, remedy_en = _constraint_words(fault.constraint, limit)
    texts = (
        f"Cột {column_name(schema, name)}: {number_text(places.count)} dòng {wrong}{seen}.",
        f"Column {name}: {places.count:,} rows {wrong_en}{seen_en}.",
        remedy,
        remedy_en,
    )
    dimension = Dimension.COMPLETE if fault.constraint == "required" else Dimension.CORRECT
    found = issue(fault.code, Severity.ERROR, dimension, texts, places, name)
    return replace(found, constraint=fault.constraint)


def _constraint_words(constraint: str, limit: object) -> tuple[str, str, str, str]:
    plain = ", ".join(map(str, limit)) if isinstance(limit, Sequence) and not isinstance(limit, str) else str(limit)
    allowed = limit_text(limit)
    words: Mapping[str, tuple[str, str, str, str]] = {
        "required": (
            "để trống ô bắt buộc",
            "leave a required cell empty",
            "Điền đủ các ô bắt buộc ở nguồn.",
            "Fill in the required cells at the source.",
        ),
        "minimum": (
            f"nhỏ hơn mức thấp nhất {allowed}",
            f"are below the minimum {plain}",
            "Kiểm tra lại số và đơn vị tính ở nguồn.",
            "Check the number and its unit at the source.",
        ),
        "maximum": (
            f"lớn hơn mức cao nhất {allowed}",
            f"are above the maximum {plain}",
            "Kiểm tra lại số và đơn vị tính ở nguồn.",
            "Check the number and its unit at the source.",
        ),
        "pattern": (
            f"không đúng mẫu {plain}",
            f"do not match the pattern {plain}",
            "Sửa mã ở nguồn cho đúng mẫu; giữ các số 0 ở đầu (định dạng cột là văn bản).",
            "Correct the code at the source; keep leading zeros (format the column as text).",
        ),
        "enum": (
            "có giá trị không nằm trong các giá trị cho phép",
            "hold a value that is not allowed",
            f"Dùng đúng một trong các giá trị: {plain}.",
            f"Use one of: {plain}.",
        ),
        "minLength": (
            f"ngắn hơn {allowed} ký tự",
            f"are shorter than {plain} characters",
            "Ghi đầy đủ giá trị ở nguồn.",
            "Write the whole value at the source.",
        ),
        "maxLength": (
            f"dài hơn {allowed} ký tự",
            f"are longer than {plain} characters",
            "Rút ngắn giá trị ở nguồn.",
            "Shorten the value at the source.",
        ),
    }
    other = (
        f"không thỏa điều kiện {constraint} = {plain}",
        f"break the constraint {constraint} = {plain}",
        "Sửa các ô đó ở nguồn theo từ điển dữ liệu.",
        "Correct these cells at the source as the dictionary says.",
    )
    return words.get(constraint.replace("exclusiveM", "m"), other)


def _foreign_key(schema: TableSchema, fault: Fault, places: Places, code_lists: Mapping[str, CodeList]) -> Issue:
    names = ", ".join(column_name(schema, name) for name in fault.fields)
    code_list = code_lists.get(fault.constraint)
    where = f"danh mục “{code_list.title}”" if code_list else f"bảng “{fault.constraint or schema.title}”"
    where_en = (
        f"code list “{code_list.title_en or code_list.name}”"
        if code_list
        else f"table “{fault.constraint or schema.name}”"
    )
    seen, seen_en = first_seen(places)
    former = _former_code(code_list, fault.value)
    texts = (
        f"Cột {names}: {number_text(places.count)} dòng có mã không có trong {where}{seen}{former}.",
        f"Column {', '.join(fault.fields)}: {places.count:,} rows hold a code that is not in {where_en}{seen_en}.",
        f"Dùng mã đang có hiệu lực trong {where}."
        if code_list
        else f"Bổ sung dòng còn thiếu vào {where} hoặc sửa lại giá trị.",
        f"Use a code that is valid in {where_en}."
        if code_list
        else f"Add the missing row to {where_en}, or correct the value.",
    )
    field = fault.fields[0] if len(fault.fields) == 1 else None
    return issue(fault.code, Severity.ERROR, Dimension.CONSISTENT, texts, places, field)


def _former_code(code_list: CodeList | None, value: str) -> str:
    code = next((code for code in code_list.codes if code.code == value), None) if code_list else None
    if code is None or code.valid_to is None:
        return ""
    return f" ({code.title}, hết hiệu lực ngày {code.valid_to:%d/%m/%Y})"


def _duplicate(schema: TableSchema, fault: Fault, places: Places) -> Issue:
    is_key = fault.code == "primary-key"
    fields = fault.fields or (schema.primary_key if is_key else ())
    names = ", ".join(column_name(schema, name) for name in fields)
    seen, seen_en = first_seen(places)
    texts = (
        f"{'Khóa' if is_key else 'Cột'} {names}: {number_text(places.count)} dòng trùng hoặc để trống{seen}."
        if is_key
        else f"Cột {names}: {number_text(places.count)} dòng có giá trị trùng với dòng trước{seen}.",
        (
            f"{'Key' if is_key else 'Column'} {', '.join(fields)}: {places.count:,} rows repeat an earlier row"
            f"{' or are empty' if is_key else ''}{seen_en}."
        ),
        "Xóa dòng trùng ở nguồn, hoặc sửa lại mã cho mỗi dòng một mã riêng.",
        "Remove the repeated rows at the source, or give each row its own code.",
    )
    return issue(fault.code, Severity.ERROR, Dimension.CLEAN, texts, places, fields[0] if len(fields) == 1 else None)


def unchecked_reference(schema: TableSchema, key: ForeignKey) -> Issue:
    """A foreign key whose other side is not there to be compared with."""
    names = ", ".join(column_name(schema, name) for name in key.fields)
    places = Places(count=1)
    texts = (
        f"Cột {names}: chưa đối chiếu được vì thiếu “{key.reference}”.",
        f"Column {', '.join(key.fields)}: not compared, because “{key.reference}” is missing.",
        "Nạp danh mục hoặc bảng đó rồi chạy lại.",
        "Load that code list or table and run again.",
    )
    return issue("reference-missing", Severity.HOLD, Dimension.CONSISTENT, texts, places, key.fields[0])
