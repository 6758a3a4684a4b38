"""Words for faults of headers, rows and files: one entry for each error type of Frictionless that needs no more than
its place to be told. Types, constraints and keys have sentences of their own in :mod:`schemas.messages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.issues import Dimension


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong and what to do, Vietnamese then English. ``{count}`` is how many places, ``{value}`` the first of
    them, ``{field}`` the column it concerns, ``{note}`` what Frictionless says of it (English)."""

    dimension: Dimension
    wrong: str
    wrong_en: str
    remedy: str
    remedy_en: str


_CORRECT, _COMPLETE, _CLEAN, _SAME = Dimension.CORRECT, Dimension.COMPLETE, Dimension.CLEAN, Dimension.CONSISTENT
_SEPARATORS = ("Kiểm tra dấu phân cách và dấu nháy kép ở các dòng đó.", "Check delimiters and quotes in these rows.")
_NAMES = (
    "Đặt lại tên cột theo từ điển dữ liệu, mỗi cột một tên.",
    "Name the columns as the dictionary does, each once.",
)
_SAVE_AGAIN = (
    "Mở tệp bằng phần mềm đã tạo ra nó và lưu lại dạng CSV UTF-8 hoặc XLSX.",
    "Open the file in the program that made it and save it again as CSV UTF-8 or XLSX.",
)
_REPAIR = (
    "Sửa các ô đó ở nguồn theo từ điển dữ liệu.",
    "Correct these cells at the source as the dictionary says.",
)
_AGREED = (
    "Gửi lại tệp đầy đủ, hoặc sửa con số đã khai báo.",
    "Send the complete file again, or correct the declared figure.",
)

FAULT_WORDS: Mapping[str, Words] = {
    "blank-header": Words(_CORRECT, "Dòng tiêu đề để trống", "The header is entirely blank", *_NAMES),
    "blank-label": Words(_CORRECT, "{count} cột không có tên", "{count} columns have no name", *_NAMES),
    "duplicate-label": Words(
        _CORRECT, "Tên cột “{value}” bị lặp lại", "The column name “{value}” is used more than once", *_NAMES
    ),
    "missing-label": Words(
        _COMPLETE,
        "Thiếu cột {field}",
        "Column {field} is missing",
        "Trả lại tên cột cũ ở nguồn, hoặc đề nghị sửa từ điển dữ liệu.",
        "Restore the column's name at the source, or ask for a change of the dictionary.",
    ),
    "extra-label": Words(
        _SAME,
        "Cột “{value}” không có trong từ điển dữ liệu",
        "Column “{value}” is not in the dictionary",
        "Bỏ cột đó ở nguồn, hoặc đề nghị bổ sung vào từ điển dữ liệu.",
        "Remove the column at the source, or ask for it to be added to the dictionary.",
    ),
    "incorrect-label": Words(
        _SAME,
        "Cột “{value}” đứng ở chỗ của cột {field}",
        "Column “{value}” stands in the place of column {field}",
        "Xếp và đặt tên các cột đúng như từ điển dữ liệu.",
        "Order and name the columns as the dictionary does.",
    ),
    "unmatched-header": Words(
        _SAME, "Không cột nào có tên như từ điển dữ liệu", "No column is named as the dictionary does", *_NAMES
    ),
    "blank-row": Words(
        _CLEAN,
        "{count} dòng hoàn toàn trống",
        "{count} rows are entirely empty",
        "Xóa các dòng trống ở giữa bảng.",
        "Delete the empty rows inside the table.",
    ),
    "duplicate-row": Words(
        _CLEAN,
        "{count} dòng giống hệt một dòng trước",
        "{count} rows are the same as an earlier row",
        "Xóa các dòng lặp lại ở nguồn.",
        "Delete the repeated rows at the source.",
    ),
    "row-constraint": Words(
        _CORRECT,
        "{count} dòng không thỏa điều kiện giữa các cột ({note})",
        "{count} rows break a condition between columns ({note})",
        "Kiểm tra lại các cột trong điều kiện đó ở nguồn.",
        "Check the columns of that condition at the source.",
    ),
    "extra-cell": Words(
        _CORRECT,
        "{count} ô nằm ngoài các cột có tiêu đề",
        "{count} cells lie beyond the last header",
        *_SEPARATORS,
    ),
    "missing-cell": Words(
        _CORRECT,
        "Cột {field}: {count} dòng không có ô này",
        "Column {field}: {count} rows have no such cell",
        *_SEPARATORS,
    ),
    "ascii-value": Words(
        _CLEAN, "Cột {field}: {count} ô có ký tự ngoài ASCII", "Column {field}: {count} cells are not ASCII", *_REPAIR
    ),
    "forbidden-value": Words(
        _CORRECT,
        "Cột {field}: {count} ô có giá trị bị cấm",
        "Column {field}: {count} cells hold a forbidden value",
        *_REPAIR,
    ),
    "sequential-value": Words(
        _CORRECT,
        "Cột {field}: {count} ô không đúng thứ tự",
        "Column {field}: {count} cells are out of sequence",
        *_REPAIR,
    ),
    "truncated-value": Words(
        _COMPLETE,
        "Cột {field}: {count} ô có thể đã bị cắt cụt",
        "Column {field}: {count} cells may have been cut off",
        "Ghi đầy đủ giá trị ở nguồn.",
        "Write the whole value at the source.",
    ),
    "deviated-value": Words(
        _CORRECT,
        "Cột {field}: {count} giá trị khác hẳn các giá trị còn lại",
        "Column {field}: {count} values deviate from all others",
        *_REPAIR,
    ),
    "deviated-cell": Words(
        _CORRECT,
        "Cột {field}: {count} ô dài khác hẳn các ô còn lại",
        "Column {field}: {count} cells differ in length from all others",
        *_REPAIR,
    ),
    "required-value": Words(
        _COMPLETE,
        "Cột {field}: thiếu giá trị bắt buộc ({note})",
        "Column {field}: a required value is missing ({note})",
        *_REPAIR,
    ),
    "table-dimensions": Words(
        _COMPLETE,
        "Số dòng hoặc số cột không đúng quy định ({note})",
        "The table has not the required number of rows or columns ({note})",
        *_AGREED,
    ),
    "byte-count": Words(_COMPLETE, "Dung lượng tệp khác khai báo", "The file has not the declared size", *_AGREED),
    "hash-count": Words(_CORRECT, "Mã băm của tệp khác khai báo", "The file has not the declared hash", *_AGREED),
    "field-count": Words(
        _COMPLETE, "Số cột khác khai báo", "The table has not the declared number of columns", *_AGREED
    ),
    "row-count": Words(_COMPLETE, "Số dòng khác khai báo", "The table has not the declared number of rows", *_AGREED),
    "encoding-error": Words(
        _CORRECT,
        "Không giải mã được chữ trong tệp ({note})",
        "The text of the file cannot be decoded ({note})",
        *_SAVE_AGAIN,
    ),
    "format-error": Words(
        _CORRECT, "Tệp không đúng định dạng ({note})", "The file is not in its format ({note})", *_SAVE_AGAIN
    ),
    "compression-error": Words(
        _CORRECT, "Không giải nén được tệp ({note})", "The file cannot be decompressed ({note})", *_SAVE_AGAIN
    ),
    "source-error": Words(
        _CORRECT,
        "Không đọc được bảng trong tệp ({note})",
        "The table in the file cannot be read ({note})",
        *_SAVE_AGAIN,
    ),
    "scheme-error": Words(
        _CORRECT,
        "Không lấy được tệp ({note})",
        "The file cannot be fetched ({note})",
        "Kiểm tra lại địa chỉ của tệp.",
        "Check the address of the file.",
    ),
    "schema-error": Words(
        _SAME,
        "Lược đồ của bảng không hợp lệ ({note})",
        "The table's schema is not valid ({note})",
        "Sửa lược đồ theo chuẩn Table Schema.",
        "Correct the schema as Table Schema demands.",
    ),
}
"""By Frictionless's error type."""

UNKNOWN_FAULT = Words(
    _CORRECT,
    "{count} chỗ không đạt phép kiểm “{code}” ({note})",
    "{count} places fail the check “{code}” ({note})",
    "Xem lại các chỗ đó ở nguồn theo từ điển dữ liệu.",
    "Look at these places at the source, by the dictionary.",
)
"""For a check that nobody has put into words yet."""
