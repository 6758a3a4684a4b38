"""Opens an XLSX or XLSM workbook: its sheets in order, what its styles say, its texts, and what lies beside the cells.

Parts are found by their relationships (ECMA-376 part 2), names of elements without regard to the namespace, so that
strict and transitional files and prefixes of any program read alike. Macros and links to other files are never
followed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from catalog.layout import LooseText
from harvesters.reading.number_formats import number_format
from harvesters.reading.packages import (
    MAX_SHEETS,
    MAX_STRINGS_BYTES,
    Damaged,
    LocalNames,
    Package,
    attribute,
    children,
    local_name,
    refusing_damage,
    too_many_sheets,
    xml_parser,
)
from harvesters.reading.workbook_cells import (
    CellMaker,
    Interest,
    Look,
    RawBook,
    RawRow,
    RawSheet,
    RichText,
    Run,
    TextRow,
    font_encoding,
)
from harvesters.reading.xlsx_rows import XlsxRows
from harvesters.reading.xlsx_sheets import joined_runs, read_frame, unescaped

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_LOOSE_LIMIT = 2_000
_PROPERTIES = {
    "creator": "tác giả",
    "lastModifiedBy": "người sửa cuối",
    "title": "tiêu đề",
    "subject": "chủ đề",
    "description": "ghi chú",
    "keywords": "từ khóa",
    "category": "loại",
    "Company": "cơ quan",
    "Manager": "người quản lý",
}


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def open_xlsx(path: Path) -> RawBook:
    """The workbook; its rows are read on demand. Raises ``SourceUnreadable`` and what :mod:`packages` knows."""
    package = Package(path)
    main = _main_part(package)
    tree = package.xml(main)
    if tree is None or local_name(tree) != "workbook":
        raise Damaged("no workbook part")
    relations = _relations(package, main)
    looks = _looks(package, relations)
    strings = _strings(package, relations)
    sheets, skipped = [], list[str]()
    items = list(children(tree, "sheet"))
    if len(items) > MAX_SHEETS:
        raise too_many_sheets(path, len(items))
    for item in items:
        relation = relations.get(attribute(item, "id"))
        if relation is None or relation.kind != "worksheet" or relation.target not in package:
            skipped.append(attribute(item, "name"))
            continue
        sheets.append(_sheet(path, package, item, relation.target, strings, looks))
    return RawBook(
        format="xlsx",
        sheets=tuple(sheets),
        looks=looks,
        from_1904=any(attribute(item, "date1904") in ("1", "true") for item in children(tree, "workbookPr")),
        watched=any(isinstance(text, tuple) for text in strings),
        loose=(*_properties(package), *_defined_names(tree), *_drawn_texts(package)),
        remarks=tuple(_remarks(package, skipped)),
    )


def _main_part(package: Package) -> str:
    for relation in _relations(package, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return "xl/workbook.xml"


def _relations(package: Package, part: str) -> Mapping[str, _Relation]:
    """What a part refers to inside the package, by identifier."""
    folder, name = posixpath.split(part)
    tree = package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, _Relation] = {}
    for item in () if tree is None else children(tree, "Relationship"):
        if attribute(item, "TargetMode") == "External":
            continue
        target = attribute(item, "Target")
        whole = target if target.startswith("/") else posixpath.join("/", folder, target)
        kind = attribute(item, "Type").rpartition("/")[2]
        found[attribute(item, "Id")] = _Relation(kind, posixpath.normpath(whole).lstrip("/"))
    return found


def _target(relations: Mapping[str, _Relation], kind: str, usual: str) -> str:
    return next((relation.target for relation in relations.values() if relation.kind == kind), usual)


def _looks(package: Package, relations: Mapping[str, _Relation]) -> tuple[Look, ...]:
    tree = package.xml(_target(relations, "styles", "xl/styles.xml"))
    if tree is None:
        return (Look(),)
    codes = {int(attribute(item, "numFmtId")): attribute(item, "formatCode") for item in children(tree, "numFmt")}
    fonts = [_font(item) for group in children(tree, "fonts") for item in children(group, "font")]
    looks = []
    for group in children(tree, "cellXfs"):
        for item in children(group, "xf"):
            font, number = int(attribute(item, "fontId") or 0), int(attribute(item, "numFmtId") or 0)
            name, bold = fonts[font] if 0 <= font < len(fonts) else ("", None)
            looks.append(Look(*font_encoding(name), bold, number_format(codes.get(number, ""), number)))
    return tuple(looks) or (Look(),)


def _font(item: Element) -> tuple[str, bool | None]:
    name, bold = "", False
    for part in item:
        tag = local_name(part)
        if tag == "name":
            name = attribute(part, "val")
        elif tag == "b":
            bold = attribute(part, "val") not in ("0", "false")
    return name, bold


class _StringReader:
    """Takes the events of the XML parser and collects the shared texts (18.4), spoken helps left out."""

    def __init__(self, parser: XMLParserType) -> None:
        self.strings: list[str | RichText] = []
        self._names = LocalNames()
        self._runs: list[Run] = []
        self._text = ""
        self._font: str | None = None
        self._raised = self._phonetic = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self._text += text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match self._names[name]:
            case "t":
                self._text = ""
            case "rPh":
                self._phonetic = True
            case "rFont":
                self._font = attributes.get("val")
            case "vertAlign":
                self._raised = attributes.get("val") == "superscript"

    def _end(self, name: str) -> None:
        match self._names[name]:
            case "t":
                if not self._phonetic:
                    self._runs.append(Run(unescaped(self._text), self._font, self._raised))
            case "r":
                self._font, self._raised = None, False
            case "rPh":
                self._phonetic = False
            case "si":
                self.strings.append(joined_runs(self._runs))
                self._runs = []


def _strings(package: Package, relations: Mapping[str, _Relation]) -> list[str | RichText]:
    part = _target(relations, "sharedStrings", "xl/sharedStrings.xml")
    if part not in package:
        return []
    parser = xml_parser()
    reader = _StringReader(parser)
    with package.stream(part, MAX_STRINGS_BYTES) as stream:
        for block in stream.blocks():
            parser.Parse(block, False)
    parser.Parse(b"", True)
    return reader.strings


def _sheet(
    path: Path,
    package: Package,
    item: Element,
    part: str,
    strings: list[str | RichText],
    looks: tuple[Look, ...],
) -> RawSheet:
    name = attribute(item, "name")
    frame = read_frame(package, part)

    found = XlsxRows(package, part, strings, len(looks))

    def rows() -> Iterator[RawRow]:
        with refusing_damage(path):
            yield from found.raw()

    def texts(maker: CellMaker) -> Iterator[TextRow]:
        with refusing_damage(path):
            yield from found.texts(maker)

    def telling(interest: Interest) -> Iterator[RawRow]:
        with refusing_damage(path):
            yield from found.telling(interest, frame.hidden_columns)

    margins = (LooseText(f"đầu trang, chân trang của trang “{name}”", text) for text in frame.margins)
    return RawSheet(
        name=name,
        rows=rows,
        hidden=attribute(item, "state") in ("hidden", "veryHidden"),
        merges=frame.merges,
        hidden_columns=frame.hidden_columns,
        loose=(*margins, *_comments(package, part, name)),
        texts=texts,
        telling=None if attribute(item, "state") in ("hidden", "veryHidden") else telling,
    )


def _comments(package: Package, part: str, sheet: str) -> Iterator[LooseText]:
    for relation in _relations(package, part).values():
        if relation.kind not in ("comments", "threadedComment"):
            continue
        tree = package.xml(relation.target)
        for item in () if tree is None else children(tree, "author"):
            if item.text:
                yield LooseText(f"người viết ghi chú, trang “{sheet}”", item.text)
        for tag in ("comment", "threadedComment"):
            for item in () if tree is None else children(tree, tag):
                pieces = [unescaped(text.text or "") for text in item.iter() if local_name(text) in ("t", "text")]
                text = "".join(pieces).strip()
                if text:
                    yield LooseText(f"ghi chú ô {attribute(item, 'ref')}, trang “{sheet}”", text)


def _properties(package: Package) -> Iterator[LooseText]:
    for part in ("docProps/core.xml", "docProps/app.xml"):
        tree = package.xml(part)
        for item in () if tree is None else tree:
            label = _PROPERTIES.get(local_name(item), "")
            if label and item.text and item.text.strip():
                yield LooseText(f"thuộc tính tệp: {label}", item.text.strip())
    tree = package.xml("docProps/custom.xml")
    for item in () if tree is None else children(tree, "property"):
        text = "".join(item.itertext()).strip()
        if text:
            yield LooseText(f"thuộc tính tệp: {attribute(item, 'name')}", text)


def _defined_names(tree: Element) -> Iterator[LooseText]:
    for item in list(children(tree, "definedName"))[:_LOOSE_LIMIT]:
        yield LooseText(
            f"tên vùng “{attribute(item, 'name')}”", " ".join(filter(None, (item.text, attribute(item, "comment"))))
        )


def _drawn_texts(package: Package) -> Iterator[LooseText]:
    """Texts in shapes and text boxes."""
    for name in sorted(package.names):
        if not name.startswith("xl/drawings/drawing") or not name.endswith(".xml"):
            continue
        tree = package.xml(name)
        for body in () if tree is None else children(tree, "txBody"):
            text = "\n".join("".join(piece.text or "" for piece in children(line, "t")) for line in children(body, "p"))
            if text.strip():
                yield LooseText("hộp chữ, hình vẽ", text.strip())


def _remarks(package: Package, skipped: list[str]) -> Iterator[tuple[str, str]]:
    for name in skipped:
        yield (
            f"Trang “{name}” là biểu đồ hoặc macro, không có bảng số liệu: bỏ qua.",
            f"Sheet “{name}” is a chart or macro sheet without a table: skipped.",
        )
    if any(name.endswith("vbaproject.bin") for name in package.names):
        yield "Tệp có macro: không chạy, chỉ đọc số liệu.", "The file holds macros: they are not run."
    if any(name.startswith("xl/externallinks/") for name in package.names):
        yield (
            "Tệp có liên kết tới tệp khác: không mở theo, chỉ dùng giá trị đã lưu.",
            "The file links to other files: they are not opened, saved values are used.",
        )
