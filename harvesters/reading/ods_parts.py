"""Opens an ODS workbook: its sheets with fonts, notes, merged and hidden cells, and what lies beside them.

Links to other files are never followed, macros never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.layout import LooseText
from harvesters.reading.ods_content import ContentReader, OdsSheet
from harvesters.reading.ods_styles import Styles
from harvesters.reading.packages import (
    MAX_SHEETS,
    MAX_SMALL_PART_BYTES,
    MAX_UNPACKED_BYTES,
    Damaged,
    Package,
    children,
    local_name,
    locked,
    too_many_sheets,
    xml_parser,
)
from harvesters.reading.spool import Spool
from harvesters.reading.workbook_cells import RawBook, RawRow, RawSheet

_PROPERTIES = {
    "creator": "người sửa cuối",
    "initial-creator": "tác giả",
    "printed-by": "người in",
    "title": "tiêu đề",
    "subject": "chủ đề",
    "description": "ghi chú",
    "keyword": "từ khóa",
}


def open_ods(path: Path) -> RawBook:
    """The workbook. Raises ``SourceUnreadable`` for one with a password, and what :mod:`packages` knows."""
    package = Package(path)
    if _is_locked(package):
        raise locked(path, "LibreOffice")
    styles, spool = Styles(), Spool()
    beside = _read(package, "styles.xml", styles, spool, MAX_SMALL_PART_BYTES) if "styles.xml" in package else None
    content = _read(package, "content.xml", styles, spool, MAX_UNPACKED_BYTES)
    if len(content.sheets) > MAX_SHEETS:
        raise too_many_sheets(path, len(content.sheets))
    if not content.sheets:
        raise Damaged("no sheet")
    return RawBook(
        "ods",
        tuple(_sheet(sheet, spool) for sheet in content.sheets),
        tuple(styles.looks),
        watched=content.has_runs,
        program="LibreOffice",
        loose=(*_properties(package), *(beside.loose if beside else ()), *content.loose),
        remarks=tuple(_remarks(package, content)),
    )


def _is_locked(package: Package) -> bool:
    if "encrypted-package" in package:
        return True
    tree = package.xml("META-INF/manifest.xml")
    return tree is not None and any(True for _ in children(tree, "encryption-data"))


def _read(package: Package, part: str, styles: Styles, spool: Spool, limit: int) -> ContentReader:
    parser = xml_parser(" ")
    reader = ContentReader(parser, styles, spool)
    with package.stream(part, limit) as stream:
        for block in stream.blocks():
            parser.Parse(block, False)
    parser.Parse(b"", True)
    return reader


def _sheet(sheet: OdsSheet, spool: Spool) -> RawSheet:
    def rows() -> Iterator[RawRow]:
        return sheet.rows(spool)

    return RawSheet(
        sheet.name, rows, sheet.hidden, tuple(sheet.merges), frozenset(sheet.hidden_columns), tuple(sheet.loose)
    )


def _properties(package: Package) -> Iterator[LooseText]:
    tree = package.xml("meta.xml")
    for item in () if tree is None else tree.iter():
        name = local_name(item)
        own = next((value for key, value in item.attrib.items() if key.endswith("}name")), "")
        label = own if name == "user-defined" else _PROPERTIES.get(name, "")
        if label and item.text and item.text.strip():
            yield LooseText(f"thuộc tính tệp: {label}", item.text.strip())


def _remarks(package: Package, content: ContentReader) -> Iterator[tuple[str, str]]:
    if any(name.startswith(("basic/", "scripts/")) for name in package.names):
        yield "Tệp có macro: không chạy, chỉ đọc số liệu.", "The file holds macros: they are not run."
    if content.has_links:
        yield (
            "Tệp có liên kết tới tệp khác: không mở theo, chỉ dùng giá trị đã lưu.",
            "The file links to other files: they are not opened, saved values are used.",
        )
