"""Where the header of a table stands in the first rows of a sheet, and the one label that each column gets of it.

The rows are judged by what they carry: a table's rows are wide, titles are not; values begin where the columns that
hold numbers further down hold numbers; a row that fills what the row above left blank continues the header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from harvesters.reading.grid import CellKind, Merge, Row
from harvesters.reading.header_labels import Header, header_of, is_translated_row
from harvesters.reading.layout_language import is_english, names_a_column
from harvesters.reading.layout_rows import filled, texts_of
from harvesters.reading.layout_stated_units import is_unit_row
from harvesters.reading.layout_units import as_unit, unit_of_line
from harvesters.reading.layout_words import (
    are_column_numbers,
    is_letterhead,
    is_missing,
    is_number,
    is_office,
    is_ordinal,
    is_roman,
    is_section,
    is_span,
    is_year,
)

_DEEPEST = 6
_LONGEST_STUB = 12


def find_header(rows: Sequence[Row], merges: Sequence[Merge]) -> Header | None:
    """``None`` where no row looks like a header of two columns or more (one, in a file that is one column wide)."""
    width = _usual_width(rows)
    if not width:
        return None
    numbered = _numbered(rows, width)
    start = _start(rows, width, numbered)
    if start is None:
        return None
    end = numbered if numbered is not None and start < numbered <= start + _DEEPEST else _end(rows, start, merges)
    start = _spanning_above(rows, _below_titles(rows, start, end), merges)
    header = [row for row in rows[start:end] if not _is_unit_row(row) and filled(texts_of(row))]
    after = end + 1 if end == numbered else end
    first = rows[after].number if after < len(rows) else rows[-1].number + 1
    found = header_of(header, first, merges)
    labels = found.labels
    if len(labels) > 1 and len(set(labels.values())) == 1:  # a title over merged cells, as on a cover
        return None
    counted = rows[end] if end == numbered else None
    return replace(found, column_numbers=bool(counted), doubts=_doubts(rows, header, counted, bool(merges)))


def _numbered(rows: Sequence[Row], width: int) -> int | None:
    """The place of the row that numbers the columns. Bare numbers count only below more than one filled row."""
    above = 0
    for place, row in enumerate(rows[:40]):
        bare = len(filled(texts_of(row))) >= width - 1 and (above > 1 or _has_words_below(rows, row.number))
        if above and are_column_numbers(texts_of(row), bare=bare):
            return place
        above += bool(filled(texts_of(row)))
    return None


def _are_units(row: Row) -> bool:
    return all(as_unit(text, alone=not text.strip().startswith("(")) for text in filled(texts_of(row)))


def _has_words_below(rows: Sequence[Row], number: int) -> bool:
    """Whether a column that holds a number in this row holds words further down, so that the number is no value."""
    here = {at for row in rows if row.number == number for at, text in enumerate(texts_of(row)) if is_number(text)}
    below = [row for row in rows if number < row.number < number + 50 and filled(texts_of(row))]
    for at in here:
        told = [texts_of(row)[at] for row in below if at < len(row.cells) and row.cells[at].text.strip()]
        words = [text for text in told if not is_number(text) and not is_missing(text)]
        if len(told) >= 2 and len(words) * 4 >= len(told) * 3:
            return True
    return False


def _usual_width(rows: Sequence[Row]) -> int:
    """The number of filled cells that at least a third of the filled rows reach; labels alone in their rows say
    nothing of it, unless nearly all rows are so."""
    widths = sorted((len(filled(texts_of(row))) for row in rows if filled(texts_of(row))), reverse=True)
    wide = [width for width in widths if width > 1]
    told = wide if len(wide) * 5 >= len(widths) else widths
    return told[len(told) // 3] if told else 0


def _start(rows: Sequence[Row], width: int, numbered: int | None) -> int | None:
    least = max(min(2, width), (width + 1) // 2)
    for place, row in enumerate(rows):
        told = filled(texts_of(row))
        if place == numbered:
            return None
        if len(told) < least or _is_unit_row(row) or (is_letterhead(told[0]) and len(told) <= 3 < width + 1):
            continue
        if len(told) < width and (all(map(_is_named_value, told)) or (len(told) == 2 and is_ordinal(told[0]))):
            continue
        heads = [is_letterhead(text) or is_office(text) for text in told]
        if all(heads) or (any(heads) and len(told) < width and len(told) <= 3):
            continue
        return place
    return None


def _is_named_value(text: str) -> bool:
    """ "Tỉnh: Thanh Hóa", as it stands above a form."""
    name, mark, value = text.partition(":")
    return bool(mark and name.strip() and value.strip())


def _is_unit_row(row: Row) -> bool:
    told = filled(texts_of(row))
    return is_unit_row(row) or (0 < len(told) <= 2 and any(unit_of_line(text) for text in told))


def _below_titles(rows: Sequence[Row], start: int, end: int) -> int:
    """The place below the last row between that is a title: one long text in the first column, no label."""
    for place in range(end - 1, start, -1):
        told = filled(texts_of(rows[place - 1]))
        if len(told) == 1 and texts_of(rows[place - 1])[0].strip() and len(told[0].strip()) > _LONGEST_STUB:
            return place
    return start


def _spanning_above(rows: Sequence[Row], start: int, merges: Sequence[Merge]) -> int:
    """Rows directly above whose labels span columns of the table, or label the first one where nothing else does."""
    while start > 0 and _spans(rows[start - 1], rows[start], merges):
        start -= 1
    return start


def _spans(row: Row, below: Row, merges: Sequence[Merge]) -> bool:
    told = filled(texts_of(row))
    places = [place for place, text in enumerate(texts_of(row), start=1) if text.strip()]
    if not told or _is_unit_row(row) or is_letterhead(told[0]):
        return False
    by_merge = any(merge.first_row == row.number and merge.first_column in places for merge in merges)
    if places[0] == 1:
        labelled = bool(texts_of(below)[0].strip())
        return not labelled and len(told) > 1 and (by_merge or any(is_span(text) for text in told[1:]))
    title = told[0].isupper() or told[0].startswith("(") or (len(told) == 1 and places[0] == 2)
    return by_merge or is_span(told[0]) or not title


def value_columns(rows: Sequence[Row]) -> set[int]:
    """Places (from 0) in which most filled cells are numbers."""
    told: dict[int, list[bool]] = {}
    for row in rows:
        for place, cell in enumerate(row.cells):
            if cell.kind is not CellKind.DATE and cell.text.strip() and not is_missing(cell.text):
                told.setdefault(place, []).append(cell.kind is CellKind.NUMBER or is_number(cell.text))
    return {place for place, values in told.items() if sum(values) * 5 >= len(values) * 3}


def _end(rows: Sequence[Row], start: int, merges: Sequence[Merge]) -> int:
    """The place of the first row that is no header any more."""
    values = value_columns(rows[start + 1 :])
    end = start + 1
    while end < min(len(rows), start + _DEEPEST):
        ahead = end + 1 if _is_unit_row(rows[end]) else end  # a unit line belongs to the header it stands within
        if ahead >= len(rows) or not _continues(rows, start, ahead, values, merges):
            break
        end = ahead + 1
    return end


def _continues(rows: Sequence[Row], start: int, end: int, values: set[int], merges: Sequence[Merge]) -> bool:
    row, texts = rows[end], texts_of(rows[end])
    told = filled(texts)
    if not told:
        return False
    if any(
        merge.first_row < row.number <= merge.last_row and merge.first_row >= rows[start].number for merge in merges
    ):
        return True
    if end == start + 1 and is_translated_row(rows[start], row) and len(told) * 2 >= len(filled(texts_of(rows[start]))):
        beside_figures = any(place in values for place, text in enumerate(texts) if text.strip())
        if not beside_figures and sum(map(names_a_column, told)) * 2 < len(told):
            return False
        return not _is_english_throughout(
            rows[end + 1 : end + 21], {at for at, text in enumerate(texts) if text.strip()}
        )
    numbers = [text for text in told if is_number(text)]
    above = [texts_of(earlier) for earlier in rows[start:end]]
    known = {place for line in above for place, text in enumerate(line) if text.strip()}
    here = {place for place, text in enumerate(texts) if text.strip()}
    if numbers and not all(is_year(text) for text in numbers):
        return False
    if numbers:
        return 0 not in here or any(not is_number(texts[place]) for place in here - known)
    if len(told) == 1 and (is_section(told[0]) or min(here) <= 1):
        return False
    if len(told) == 2 and 0 in here and is_roman(told[0]) and not is_roman(told[1]):  # "I", "Khối tỉnh": a section
        return False
    in_values = [place for place in here & values if not is_missing(texts[place])]
    return bool(in_values) and (
        len(in_values) > 1 or bool(here - known) or 0 not in here or (end - start > 1 and here < known)
    )


def _is_english_throughout(rows: Sequence[Row], places: set[int]) -> bool:
    """Whether what follows in these columns is English too, so that its first row is no translation of the header."""
    told = [text for row in rows for at, text in enumerate(texts_of(row)) if at in places and text.strip()]
    return sum(map(is_english, told)) * 2 > len(told)


def _doubts(
    rows: Sequence[Row], header: Sequence[Row], numbered: Row | None, merged: bool
) -> tuple[tuple[str, str], ...]:
    doubts: list[tuple[str, str]] = []
    if not header:
        return (("Không thấy dòng tiêu đề cột.", "No header row was found."),)
    texts = [text for row in header for text in filled(texts_of(row))]
    if numbered and all(map(str.isdecimal, filled(texts_of(numbered)))) and not _has_words_below(rows, numbered.number):
        doubts.append(
            (
                f"Dòng {numbered.number} có thể là dòng đánh số cột, hoặc là số liệu.",
                f"Row {numbered.number} may number the columns, or be data.",
            )
        )
    if any(is_number(text) and not is_year(text) for text in texts):
        doubts.append(("Dòng tiêu đề có số: có thể là dòng số liệu.", "The header holds numbers: it may be data."))
    if any(is_letterhead(text) for text in texts):
        doubts.append(("Tiêu đề cột lẫn tên bảng hoặc số hiệu.", "The header mixes labels with a title."))
    widths = [len(filled(texts_of(row))) for row in header]
    below = [row for upper, row in pairwise(header) if not is_translated_row(upper, row) and not _are_units(row)]
    late = max((len(filled(texts_of(row))) for row in below), default=0)
    if not merged and widths[0] >= _usual_width(rows) and late * 4 >= widths[0] * 3:
        doubts.append(
            (
                f"Dòng {header[0].number} đã đủ tiêu đề: dòng kế tiếp có thể là số liệu.",
                f"Row {header[0].number} labels all columns: the next row may be data.",
            )
        )
    return tuple(doubts)
