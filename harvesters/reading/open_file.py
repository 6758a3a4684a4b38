"""Opens a file by what it is, not by what it calls itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from catalog.errors import SourceUnreadable
from catalog.layout import TableLayout
from harvesters.reading.grid import Book
from harvesters.reading.packages import FLAT_MARKS, PAGE_BEGINS

_OTHERS: Sequence[tuple[bytes, str, str]] = (
    (b"%PDF", "PDF", "PDF"),
    (b"Rar!", "tệp nén RAR", "a RAR archive"),
    (b"7z\xbc\xaf", "tệp nén 7z", "a 7z archive"),
    (b"\x1f\x8b", "tệp nén gzip", "a gzip archive"),
    (b"\x89PNG", "ảnh", "a picture"),
    (b"\xff\xd8\xff", "ảnh", "a picture"),
    (b"{\\rtf", "văn bản RTF", "an RTF text"),
    (b"SQLite format 3", "cơ sở dữ liệu SQLite", "an SQLite database"),
    (b"PAR1", "Parquet", "Parquet"),
    (b"MIME-Version:", "trang web lưu một tệp (MHT)", "a web page in one file (MHT)"),
)
_PAGE_SUFFIXES = (".xls", ".xlsx", ".htm", ".html")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02")


def open_file(path: Path, names: Sequence[str] = (), layout: TableLayout | None = None, place: str = "") -> Book:
    """The file as a book. ``names`` of the dictionary help to find the delimiter, ``place`` leads to the records of
    JSON. Raises ``SourceUnreadable`` for what is no table, with the remedy."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise _refusal(path, "là tệp trống; gửi lại tệp có số liệu", "is empty; send a file that holds the data")
    for mark, what, what_en in _OTHERS:
        if head.startswith(mark):
            raise _refusal(
                path,
                f"là {what}, không phải bảng; lưu bảng dạng .xlsx hoặc CSV UTF-8 rồi gửi lại",
                f"is {what_en}, no table; save the table as .xlsx or CSV UTF-8 and send it again",
            )
    if head.startswith(_WORKBOOKS):
        from harvesters.reading.workbooks import open_workbook

        return open_workbook(path)
    suffix = path.suffix.lower()
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    is_page = text.lower().startswith(PAGE_BEGINS)
    if is_page and suffix not in _PAGE_SUFFIXES:
        raise _refusal(
            path,
            "thật ra là trang web (HTML), có thể là trang báo lỗi hoặc đăng nhập; mở bằng Excel rồi lưu lại dạng .xlsx",
            "is a web page (HTML), maybe one that reports an error or asks to sign in; save it as .xlsx in Excel",
        )
    if is_page or (text.startswith(b"<") and any(mark in text for mark in FLAT_MARKS)):
        from harvesters.reading.workbooks import open_workbook

        return open_workbook(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"[", b"{")) and suffix not in (".csv", ".tsv", ".txt"):
        from harvesters.reading.records import open_json

        return open_json(path, place or (layout.record_path if layout else ""))
    if start.startswith(b"<"):
        from harvesters.reading.records import open_xml

        return open_xml(path)
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods") and b"\x00" in head and not _is_wide_text(head):
        from harvesters.reading.workbooks import open_workbook

        return open_workbook(path)
    from harvesters.reading.text_files import open_text

    return open_text(path, (*names, *(column.label for column in layout.columns)) if layout else names)


def _is_wide_text(head: bytes) -> bool:
    """Whether the file says it is UTF-16 and is no markup: Excel's "Unicode Text", whatever it was called."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) and not head[2:].replace(b"\x00", b"").lstrip().startswith(b"<")


def _refusal(path: Path, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(f"Tệp “{path.name}” {why}.", f"File “{path.name}” {why_en}.", file=path.name)
