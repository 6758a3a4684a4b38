"""``dulieumo schema layout``: shows how a file would be read and why, and writes that down as a person corrects it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.errors import CatalogError, InvalidInput, SourceUnreadable
from catalog.layout import Confidence, LayoutProposal, TableLayout
from catalog.working_folders import working_folder
from portal.commands.options import as_json, print_json

if TYPE_CHECKING:
    from catalog.dictionary import TableSchema
    from harvesters.reading.layout_by_hand import Pointed

EXIT_UNSURE = 1
EXIT_UNREADABLE = 2
SHOWN_COLUMNS = 60
_CONFIDENCE = {
    Confidence.PLAIN: "tệp đơn giản, chỉ có một cách đọc",
    Confidence.LIKELY: "có một cách đọc rõ nhất; hãy xem rồi chấp nhận",
    Confidence.UNSURE: "chưa chắc: cần người chọn",
}


@click.command("layout")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schema", "where", default="", help="Tên, tệp hoặc địa chỉ của lược đồ.")
@click.option("--sheet", default="", help="Trang tính, với sổ tính.")
@click.option("--header-rows", default="", help="Các dòng tiêu đề cột: 3, 3-4 hoặc 3,5.")
@click.option("--first-row", type=click.IntRange(1), default=None, help="Dòng số liệu đầu tiên.")
@click.option("--last-row", type=click.IntRange(1), default=None, help="Dòng cuối của bảng.")
@click.option("--columns", default="", help="Chỉ các cột này: A-F, A,C-E hoặc 1-6.")
@click.option("--map", "maps", multiple=True, metavar="NHÃN=TRƯỜNG", help="Cột (nhãn hoặc chữ cái) vào trường này.")
@click.option("--unit", default=None, help="Đơn vị tính của cả bảng.")
@click.option("--section-column", default=None, help="Trường nhận tên nhóm dòng; để trống là bỏ.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Ghi cách đọc vào tệp JSON này.")
@as_json
def layout(
    file: Path,
    where: str,
    sheet: str,
    header_rows: str,
    first_row: int | None,
    last_row: int | None,
    columns: str,
    maps: tuple[str, ...],
    unit: str | None,
    section_column: str | None,
    out: Path | None,
    json_output: bool,
) -> None:
    """Cho biết bảng nằm thế nào trong FILE, kèm căn cứ, và ghi lại cách đọc đã sửa bằng tay.

    Chỗ nào máy đọc chưa đúng thì sửa bằng các tùy chọn; kết quả (--out hoặc --json) dùng với
    `dulieumo schema check FILE --layout TỆP`.

    Mã thoát: 0 đã rõ; 1 chưa chắc, cần người chọn; 2 không đọc được tệp hoặc tùy chọn không đúng.

    (Shows how the table lies in FILE and why; options correct it; `schema check --layout` reads the result.)
    """
    from harvesters.reading.layout_by_hand import Pointed, columns_of, rows_of

    try:
        schema = _schema(where)
        pointed = Pointed(
            rows_of(header_rows) if header_rows else (),
            first_row or 0,
            last_row or 0,
            columns_of(columns) if columns else (),
        )
        found = _proposal(file, schema, sheet, pointed)
        found = _corrected(found, maps, unit, section_column, schema)
    except CatalogError as error:
        _say(error, json_output)
        sys.exit(EXIT_UNREADABLE)
    if out is not None:
        out.write_text(json.dumps(_as_json(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if json_output:
        print_json(_as_json(found))
    else:
        for line in _words(file, found):
            click.echo(line)
        if out is None:
            print_json(found.layout.as_json())
        else:
            click.echo(f"Đã ghi {out}; kiểm tệp bằng: dulieumo schema check {file} --schema … --layout {out}")
    by_hand = found.layout.by_hand or bool(maps) or unit is not None or section_column is not None
    sys.exit(EXIT_UNSURE if found.confidence is Confidence.UNSURE and not by_hand else 0)


def _schema(where: str) -> TableSchema | None:
    if not where:
        return None
    from portal.definitions import as_dictionary_schema, load_descriptor

    return as_dictionary_schema(load_descriptor(where), where)


def _proposal(file: Path, schema: TableSchema | None, sheet: str, pointed: Pointed) -> LayoutProposal:
    """What the reader proposes; for what a person pointed at, what stands there."""
    from harvesters.reading import read_file
    from harvesters.reading.layout_by_hand import pointed_at

    with working_folder() as folder:
        try:
            found = read_file(file, schema, folder, sheet=sheet).proposal
        except SourceUnreadable:
            if not pointed.header_rows:
                raise
            found = None
        if pointed:
            base = found.layout if found else TableLayout("", sheet=sheet)
            found = read_file(file, schema, folder, sheet=sheet, layout=pointed_at(base, pointed)).proposal
    if found is None:
        raise AssertionError("a file that was read has a proposal")
    return found


def _corrected(
    found: LayoutProposal, maps: tuple[str, ...], unit: str | None, section: str | None, schema: TableSchema | None
) -> LayoutProposal:
    from harvesters.reading.layout_by_hand import with_fields

    if unit is not None:
        found = replace(found, layout=replace(found.layout, unit=unit.strip(), by_hand=True))
    if section is not None:
        if section and schema is not None and schema.field(section) is None:
            raise InvalidInput(
                f"Lược đồ không có trường “{section}”; có: {', '.join(schema.field_names)}.",
                f"The schema has no field “{section}”; it has: {', '.join(schema.field_names)}.",
            )
        found = replace(found, layout=replace(found.layout, section_column=section.strip()))
    pairs = []
    for written in maps:
        label, mark, name = written.rpartition("=")
        if not mark or not label.strip():
            raise InvalidInput(
                f'Không hiểu --map “{written}”; hãy viết --map "Diện tích=dien_tich" hoặc --map C=dien_tich.',
                f'--map “{written}” makes no sense; write --map "LABEL=FIELD" or --map C=FIELD.',
            )
        pairs.append((label.strip(), name.strip()))
    return with_fields(found, pairs, schema)


def _as_json(found: LayoutProposal) -> dict[str, Any]:
    """The layout, with the evidence beside it; readers of layouts pass over what they do not know."""
    return {
        **found.layout.as_json(),
        "confidence": found.confidence.value,
        "evidence": [asdict(item) for item in found.evidence],
        "unmatched": list(found.unmatched),
        "missing": list(found.missing),
        "others": list(found.others),
    }


def _words(file: Path, found: LayoutProposal) -> Iterator[str]:
    from harvesters.reading.grid import column_letters

    layout = found.layout
    place = f", trang “{layout.sheet}”" if layout.sheet else ""
    yield f"{file.name}{place} ({layout.format}): {_CONFIDENCE[found.confidence]}."
    rows = ", ".join(map(str, layout.header_rows))
    end = f", đến dòng {layout.last_row}" if layout.last_row else ""
    yield f"Tiêu đề ở dòng {rows}; số liệu từ dòng {layout.first_row}{end}."
    for column in layout.columns[:SHOWN_COLUMNS]:
        unit = f" [{column.unit}]" if column.unit else ""
        field = f" → {column.field}" if column.field else ""
        yield f"  {column_letters(column.position - 1)}\t{column.label or '(không có tiêu đề)'}{unit}{field}"
    if len(layout.columns) > SHOWN_COLUMNS:
        yield f"  … và {len(layout.columns) - SHOWN_COLUMNS} cột nữa"
    if layout.section_column:
        yield f"  (nhóm)\ttên nhóm dòng → {layout.section_column}"
    yield "Căn cứ:"
    for item in found.evidence:
        yield f"  - {item.message}"
    if found.missing:
        yield f'Trường chưa có cột: {", ".join(found.missing)} (sửa: --map "NHÃN=TRƯỜNG").'
    if found.unmatched:
        yield f"Cột chưa vào trường nào: {'; '.join(label or '(không có tiêu đề)' for label in found.unmatched)}."
    if found.others:
        yield f"Bảng khác trong tệp: {'; '.join(found.others)} (chọn: --sheet, --columns, --header-rows)."


def _say(error: CatalogError, json_output: bool) -> None:
    if json_output:
        told = {"code": error.code, "message": error.message, "message_en": error.message_en}
        print_json({"error": told})
    else:
        click.echo(f"Lỗi [{error.code}]: {error.message}", err=True)


def accepted_layout(path: Path) -> TableLayout:
    """The layout that a file of this command holds. Raises ``InvalidInput`` with the remedy."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        read = TableLayout.from_json(stored)
        usable = bool(read.format) and all(isinstance(row, int) for row in (*read.header_rows, read.first_row))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_layout(path) from error
    if not usable:
        raise _no_layout(path)
    return read


def _no_layout(path: Path) -> InvalidInput:
    return InvalidInput(
        f"Tệp “{path.name}” không phải cách đọc; tạo lại bằng: dulieumo schema layout TỆP --out {path.name}.",
        f"“{path.name}” holds no layout; make one with: dulieumo schema layout FILE --out {path.name}.",
        file=path.name,
    )
