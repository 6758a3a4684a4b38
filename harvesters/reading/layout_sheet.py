"""The proposals for one sheet: its one table, tables side by side, or the one that a person points at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalog.dictionary import TableSchema
from catalog.errors import SourceUnreadable
from catalog.layout import Confidence, Evidence, LayoutProposal, TableLayout
from catalog.vietnamese import clean, fold
from harvesters.reading.grid import EMPTY_CELL, Book, Row, Sheet
from harvesters.reading.header_labels import header_of
from harvesters.reading.headers import find_header
from harvesters.reading.layout_area import HEAD_ROWS, first_and_last
from harvesters.reading.layout_blocks import Block, blocks_told, find_blocks
from harvesters.reading.layout_rows import BLANK, filled, texts_of
from harvesters.reading.layout_table import propose_table


def nothing_found(book: Book, sheet: str) -> LayoutProposal:
    told = Evidence("area", "Không thấy bảng số liệu nào.", "No table was found.")
    return LayoutProposal(
        TableLayout(book.format, book.encoding, book.delimiter, sheet=sheet), Confidence.UNSURE, (told,)
    )


def propose_tables(book: Book, sheet: Sheet, schema: TableSchema | None) -> list[LayoutProposal]:
    """One proposal for each table that stands beside another in the sheet, the best one first; one alone is usual."""
    rows = first_and_last(sheet)
    header = find_header(rows[:HEAD_ROWS], sheet.merges)
    if header is None or not header.labels:
        return [nothing_found(book, sheet.name)]
    blocks = find_blocks(rows[:HEAD_ROWS], header)
    if not blocks:
        return [propose_table(book, sheet, schema, rows, header)]
    found = [_propose_block(book, block.cut(sheet), schema) for block in blocks]
    best = max(range(len(found)), key=lambda place: (fields_fed(found[place]), -place))
    return [
        _beside(found[best], [one for one in found if one is not found[best]], blocks, blocks[best]),
        *(one for one in found if one is not found[best]),
    ]


def fields_fed(proposal: LayoutProposal) -> int:
    return sum(bool(column.field) for column in proposal.layout.columns)


def _propose_block(book: Book, sheet: Sheet, schema: TableSchema | None) -> LayoutProposal:
    rows = first_and_last(sheet)
    header = find_header(rows[:HEAD_ROWS], sheet.merges)
    if header is None or not header.labels:
        return nothing_found(book, sheet.name)
    proposal = propose_table(book, sheet, schema, rows, header)
    skipped = proposal.layout.skipped
    layout = replace(proposal.layout, skipped=skipped if BLANK in skipped else (*skipped, BLANK))
    return replace(proposal, layout=layout)


def _beside(
    chosen: LayoutProposal, others: Sequence[LayoutProposal], blocks: Sequence[Block], block: Block
) -> LayoutProposal:
    """The chosen block, with the others named. It is sure only if it has every field, and no other block has."""
    sure = bool(fields_fed(chosen)) and not chosen.missing and all(one.missing for one in others)
    confidence = chosen.confidence if chosen.confidence is Confidence.UNSURE else Confidence.LIKELY
    named = tuple(
        f"bảng ở cột {part.letters} (dòng {min(one.layout.header_rows, default=0)}): "
        + ", ".join(column.label for column in one.layout.columns)
        for part, one in zip([part for part in blocks if part != block], others, strict=True)
    )
    return replace(
        chosen,
        confidence=confidence if sure else Confidence.UNSURE,
        evidence=(blocks_told(blocks, block), *chosen.evidence),
        others=(*chosen.others, *named),
    )


def propose_by_hand(book: Book, sheet: Sheet, schema: TableSchema | None, wanted: TableLayout) -> LayoutProposal:
    """The table whose header rows, first and last row and columns a person named in ``wanted`` (0 and no columns: as
    they come), with labels, units and fields as the file has them. Raises ``SourceUnreadable`` where it has no such
    rows."""
    rows = first_and_last(sheet)
    lines = [row for row in rows if row.number in wanted.header_rows]
    if len(lines) < len(wanted.header_rows) or not any(filled(texts_of(row)) for row in lines):
        last = rows[-1].number if rows else 0
        raise SourceUnreadable(
            f"Dòng tiêu đề {_listed(wanted.header_rows)} trống hoặc không có (trang có {last} dòng); xem lại số dòng.",
            f"Header rows {_listed(wanted.header_rows)} are empty or missing (the sheet has {last} rows).",
        )
    positions = {column.position for column in wanted.columns}
    cut = only_columns(sheet, positions, wanted.last_row)
    rows = first_and_last(cut)
    lines = [row for row in rows if row.number in wanted.header_rows]
    first = wanted.first_row or lines[-1].number + 1
    proposal = propose_table(book, cut, schema, rows, header_of(lines, first, cut.merges))
    mark = _line_below(sheet, wanted.last_row) if wanted.last_row else proposal.layout.end_mark
    layout = replace(
        proposal.layout,
        first_row=wanted.first_row or proposal.layout.first_row,
        last_row=wanted.last_row,
        end_mark=mark,
        by_hand=True,
    )
    confidence = Confidence.LIKELY if proposal.confidence is Confidence.PLAIN else proposal.confidence
    return replace(proposal, layout=layout, confidence=confidence)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def only_columns(sheet: Sheet, positions: set[int], last_row: int = 0) -> Sheet:
    """The sheet up to this row (0: whole) with the cells of these columns alone (none: all)."""

    def rows() -> Iterator[Row]:
        for row in sheet.rows():
            if last_row and row.number > last_row:
                return
            if positions:
                kept = (cell if at in positions else EMPTY_CELL for at, cell in enumerate(row.cells, start=1))
                yield replace(row, cells=tuple(kept))
            else:
                yield row

    merges = tuple(merge for merge in sheet.merges if not positions or merge.first_column in positions)
    return replace(sheet, rows=rows, merges=merges)


def _line_below(sheet: Sheet, last_row: int) -> str:
    """The folded beginning of the first filled row below ``last_row``."""
    below = (filled(texts_of(row)) for row in sheet.rows() if row.number > last_row)
    return next((fold(clean(told[0]))[:40] for told in below if told), "")
