"""Sentences about columns as a whole: missing, unknown, ragged."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from catalog.dictionary import Field, TableSchema
from catalog.issues import Dimension, Issue, Severity
from catalog.vietnamese import fold
from schemas.messages import column_name, first_seen, issue, number_text
from schemas.places import Places


def missing_columns(schema: TableSchema, missing: Sequence[str], others: Sequence[str]) -> list[Issue]:
    """One issue for each column that the source does not have, naming columns it may have been renamed to. A column
    that the dictionary requires rejects the table; another holds it for a person."""
    issues = []
    for name in missing:
        field = schema.field(name)
        vital = bool(field and field.required) or name in schema.primary_key
        alike = _alike(name, field, others)
        hint = f" Có thể đã đổi tên thành: {', '.join(alike)}." if alike else ""
        hint_en = f" It may be called now: {', '.join(alike)}." if alike else ""
        texts = (
            f"Thiếu cột {column_name(schema, name)}.{hint}",
            f"Column {name} is missing.{hint_en}",
            "Trả lại tên cột cũ ở nguồn, hoặc đề nghị sửa từ điển dữ liệu.",
            "Restore the column's name at the source, or ask for a change of the dictionary.",
        )
        severity = Severity.ERROR if vital else Severity.HOLD
        issues.append(issue("missing-label", severity, Dimension.COMPLETE, texts, Places(count=1), name))
    return issues


def _alike(name: str, field: Field | None, others: Sequence[str]) -> list[str]:
    folded = {fold(other).replace(" ", "_"): other for other in others}
    names = [fold(name), *([fold(field.title).replace(" ", "_")] if field else [])]
    near = [match for wanted in names for match in difflib.get_close_matches(wanted, list(folded), n=3, cutoff=0.6)]
    return list(dict.fromkeys(folded[match] for match in near))


def extra_columns(extra: Sequence[str]) -> Issue:
    """Columns of a file that the dictionary does not know; they are never published, but a person should know."""
    texts = (
        f"Có {len(extra)} cột không có trong từ điển dữ liệu: {', '.join(extra)}. Các cột này không được công bố.",
        f"{len(extra)} columns are not in the dictionary: {', '.join(extra)}. They are not published.",
        "Bỏ các cột đó ở nguồn, hoặc đề nghị bổ sung vào từ điển dữ liệu.",
        "Remove these columns at the source, or ask for them to be added to the dictionary.",
    )
    return issue("extra-columns", Severity.HOLD, Dimension.CONSISTENT, texts, Places(count=len(extra)))


def columns_left_out(left_out: Sequence[str]) -> Issue:
    """Columns of a database table that were not even read."""
    texts = (
        f"Không đọc {len(left_out)} cột của nguồn vì từ điển dữ liệu không yêu cầu: {', '.join(left_out)}.",
        f"{len(left_out)} columns of the source were not read, as the dictionary does not ask: {', '.join(left_out)}.",
        "",
        "",
    )
    return issue("columns-left-out", Severity.NOTE, Dimension.CONSISTENT, texts, Places(count=len(left_out)))


def extra_cells(places: Places) -> Issue:
    """Rows longer than the header."""
    seen, seen_en = first_seen(places)
    texts = (
        f"{number_text(places.count)} ô nằm ngoài các cột có tiêu đề{seen}.",
        f"{places.count} cells lie beyond the last header{seen_en}.",
        "Kiểm tra dấu phân cách và dấu nháy kép ở các dòng đó.",
        "Check delimiters and quotes in these rows.",
    )
    return issue("extra-cell", Severity.ERROR, Dimension.CORRECT, texts, places)


def missing_cells(schema: TableSchema, name: str, places: Places) -> Issue:
    """Rows that end before this column."""
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {column_name(schema, name)}: {number_text(places.count)} dòng không có ô này{seen}.",
        f"Column {name}: {places.count} rows have no such cell{seen_en}.",
        "Kiểm tra dấu phân cách và dấu nháy kép ở các dòng đó.",
        "Check delimiters and quotes in these rows.",
    )
    return issue("missing-cell", Severity.ERROR, Dimension.CORRECT, texts, places, name)
