"""Opens an ODS workbook: its sheets with fonts, notes, merged and hidden cells, and what lies beside them.

Links to other files are never followed, macros never run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from catalog.layout import LooseText
from harvesters.reading.ods_content import PROPERTIES, ContentReader, OdsSheet
from harvesters.reading.ods_styles import Styles
from harvesters.reading.packages import (
    MAX_SHEETS,
    MAX_SMALL_PART_BYTES,
    Damaged,
    Package,
    children,
    local_name,
    locked,
    too_many_sheets,
    xml_parser,
)
from harvesters.reading.spool import Spool
from harvesters.reading.workbook_cells import RawBook, RawSheet


def open_ods(path: Path) -> RawBook:
    """The workbook. Raises ``SourceUnreadable`` for one with a password, and what :mod:`packages` knows."""
    package = Package(path)
    if _is_locked(package):
        raise locked(path, "LibreOffice")
    styles, spool = Styles(), Spool()
    beside = list[LooseText]()
    if "styles.xml" in package:
        with package.stream("styles.xml", MAX_SMALL_PART_BYTES) as stream:
            beside = _read(stream.blocks(), styles, spool).loose
    with package.stream("content.xml") as stream:
        content = _read(stream.blocks(), styles, spool)
    book = _book(path, content, styles)
    remarks = (*_macro_remarks(package), *book.remarks)
    return replace(book, loose=(*_properties(package), *beside, *book.loose), remarks=remarks)


def book_of_content(path: Path, blocks: Iterable[bytes]) -> RawBook:
    """The workbook of a flat file, whose styles and content are one."""
    styles = Styles()
    return _book(path, _read(blocks, styles, Spool()), styles)


def _book(path: Path, content: ContentReader, styles: Styles) -> RawBook:
    if len(content.sheets) > MAX_SHEETS:
        raise too_many_sheets(path, len(content.sheets))
    if not content.sheets:
        raise Damaged("no sheet")
    return RawBook(
        "ods",
        tuple(map(_sheet, content.sheets)),
        tuple(styles.looks),
        watched=content.has_runs,
        program="LibreOffice",
        loose=tuple(content.loose),
        remarks=tuple(_link_remarks(content)),
    )


def _is_locked(package: Package) -> bool:
    if "encrypted-package" in package:
        return True
    tree = package.xml("META-INF/manifest.xml")
    return tree is not None and any(True for _ in children(tree, "encryption-data"))


def _read(blocks: Iterable[bytes], styles: Styles, spool: Spool) -> ContentReader:
    parser = xml_parser(" ")
    reader = ContentReader(parser, styles, spool)
    for block in blocks:
        parser.Parse(block, False)
    parser.Parse(b"", True)
    return reader


def _sheet(sheet: OdsSheet) -> RawSheet:
    return RawSheet(
        sheet.name,
        sheet.kept.rows,
        sheet.hidden,
        tuple(sheet.merges),
        frozenset(sheet.hidden_columns),
        tuple(sheet.loose),
    )


def _properties(package: Package) -> Iterator[LooseText]:
    tree = package.xml("meta.xml")
    for item in () if tree is None else tree.iter():
        name = local_name(item)
        own = next((value for key, value in item.attrib.items() if key.endswith("}name")), "")
        label = own if name == "user-defined" else PROPERTIES.get(name, "")
        if label and item.text and item.text.strip():
            yield LooseText(f"thuộc tính tệp: {label}", item.text.strip())


def _macro_remarks(package: Package) -> Iterator[tuple[str, str]]:
    if any(name.startswith(("basic/", "scripts/")) for name in package.names):
        yield "Tệp có macro: không chạy, chỉ đọc số liệu.", "The file holds macros: they are not run."


def _link_remarks(content: ContentReader) -> Iterator[tuple[str, str]]:
    if content.has_links:
        yield (
            "Tệp có liên kết tới tệp khác: không mở theo, chỉ dùng giá trị đã lưu.",
            "The file links to other files: they are not opened, saved values are used.",
        )
