"""The judgement of how a table lies in a sheet: title, units, header, data, footer, and the dictionary's columns.

It looks at the first rows and at the last ones, proposes one reading with its evidence, and calls it unsure where a
person must choose. A plain file (header first, nothing around) is read as anybody would read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalog.dictionary import TableSchema
from catalog.layout import Confidence, Evidence, LayoutProposal
from harvesters.reading.grid import Book
from harvesters.reading.layout_changes import check_layout
from harvesters.reading.layout_rows import around, sheet_of, table_rows
from harvesters.reading.layout_sheet import fields_fed, nothing_found, propose_tables

__all__ = ["around", "check_layout", "propose", "table_rows"]


def propose(book: Book, schema: TableSchema | None, sheet: str = "") -> LayoutProposal:
    """The best reading of the sheet named, else of the visible sheet that fits the schema best. A file in which no
    table is found gives an unsure proposal without columns."""
    if sheet:
        named = sheet_of(book, sheet)
        candidates = tuple(one for one in (named,) if one)
    else:
        candidates = tuple(one for one in book.sheets if not one.hidden)
    proposals = [propose_tables(book, one, schema)[0] for one in candidates]
    if not proposals:
        return nothing_found(book, sheet)
    best = max(range(len(proposals)), key=lambda place: (_worth(proposals[place], schema), -place))
    chosen, others = proposals[best], tuple(one.name for place, one in enumerate(candidates) if place != best)
    rivals = [one for place, one in enumerate(proposals) if place != best and one.layout.columns]
    if rivals and (schema is None or any(_worth(one, schema) >= _worth(chosen, schema) for one in rivals)):
        chosen = replace(
            chosen, confidence=Confidence.UNSURE, evidence=(_which_sheet(chosen, rivals), *chosen.evidence)
        )
    elif others and chosen.confidence is Confidence.PLAIN:
        chosen = replace(chosen, confidence=Confidence.LIKELY)
    return replace(chosen, others=(*chosen.others, *others))


def _which_sheet(chosen: LayoutProposal, rivals: Sequence[LayoutProposal]) -> Evidence:
    names = ", ".join(f"“{one.layout.sheet}”" for one in rivals[:8])
    return Evidence(
        "sheet",
        f"Tệp có nhiều trang có bảng; đang đọc trang “{chosen.layout.sheet}”, còn {names}: hãy chọn trang.",
        f"Several sheets hold tables; “{chosen.layout.sheet}” is read, there are also {names}: choose one.",
    )


def _worth(proposal: LayoutProposal, schema: TableSchema | None) -> int:
    return int(bool(proposal.layout.columns)) if schema is None else fields_fed(proposal)
