"""Where a table ends: at its sources and signatures, at footnotes whose marks its labels carry, at the next table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.layout import Evidence, LayoutColumn
from catalog.vietnamese import clean, fold
from harvesters.reading.grid import Row
from harvesters.reading.layout_language import is_translation
from harvesters.reading.layout_rows import begins_footer, filled, texts_of
from harvesters.reading.layout_units import unit_of_line
from harvesters.reading.layout_words import is_continued, is_footer, is_number, is_year, note_of, without_note

_Words = list[tuple[int, str]]
_MARK_LENGTH = 40
_TITLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class End:
    """``mark`` is the folded text with which the footer begins (empty: none), ``place`` where it does in the body,
    ``next_table`` the title of a table below."""

    mark: str
    place: int
    next_table: str = ""


def find_end(body: Sequence[Row], width: int, header: Sequence[Row], above: Sequence[Row]) -> End:
    """``body`` are the rows from the first data row on, ``header`` those of the header, ``above`` all before them."""
    end = _signed(body, width)
    notes = _notes_above(body[: end.place])
    if notes is not None:
        end = End(_lasting(fold(clean(filled(texts_of(body[notes]))[0]))), notes)
    title = _next_title(body[: end.place], header, [_words(row) for row in above if _words(row)])
    if title is not None:
        text = " ".join(filled(texts_of(body[title])))
        return End(fold(clean(text))[:_MARK_LENGTH], title, " ".join(clean(text).split()))
    return end


def _signed(body: Sequence[Row], width: int) -> End:
    for place, row in enumerate(body):
        told = filled(texts_of(row))
        if told and is_footer(told[0]):
            mark = _lasting(fold(clean(told[0])))
            if begins_footer(texts_of(row), mark, width):
                return End(mark, place)
    return End("", len(body))


def _lasting(text: str) -> str:
    """The part of a footer's first line that does not change from one period to the next: up to a colon or digit."""
    found = re.match(r"(\W*[\d*]*\W*)([^\d:]*:?)", text)
    lasting = "".join(found.groups()).strip() if found else ""
    return (lasting if len(lasting) > 3 or lasting == text else text)[:_MARK_LENGTH]


def _notes_above(table: Sequence[Row]) -> int | None:
    """The place of the first footnote: lines without figures below the last row with one, each a single text, the
    first beginning with a mark or stating the unit."""
    first = len(table)
    while first and not any(map(is_number, texts_of(table[first - 1]))) and len(filled(texts_of(table[first - 1]))) < 2:
        first -= 1
    if not first:
        return None
    for place in range(first, len(table)):
        told = filled(texts_of(table[place]))
        if told and (note_of(told[0]) or unit_of_line(told[0])):
            return place
    return None


def _next_title(table: Sequence[Row], header: Sequence[Row], above: Sequence[_Words]) -> int | None:
    """The place of the first line between the last figures and a header that is there once more, if it is a title of
    its own: "14. Chỉ số phát triển …"; not one that says that the table goes on, or that stands above it already."""
    wanted = [_words(row) for row in header if len(_words(row)) > 1]
    for place, row in enumerate(table):
        if not wanted or _words(row) != wanted[0] or not place:
            continue
        last = place
        while last and place - last < _TITLE_ROWS and not _has_figures(table[last - 1]):
            last -= 1
        lines = [at for at in range(last, place) if filled(texts_of(table[at])) and _words(table[at]) not in above]
        while lines and last and is_translation(_first_text(table[last - 1]), _first_text(table[lines[0]])):
            lines.pop(0)  # the English of the last row's label
        told = [text for at in lines for text in filled(texts_of(table[at]))]
        if lines and not any(is_continued(text) for text in told):
            return lines[0]
    return None


def _first_text(row: Row) -> str:
    return next(iter(filled(texts_of(row))), "")


def _words(row: Row) -> _Words:
    return [(place, " ".join(text.split()).casefold()) for place, text in enumerate(texts_of(row)) if text.strip()]


def _has_figures(row: Row) -> bool:
    return any(is_number(text) and not is_year(text) for text in texts_of(row)[1:])


def notes_below(rest: Sequence[Row]) -> dict[str, str]:
    """The marks of the footnotes that stand below a table, each with its line."""
    found: dict[str, str] = {}
    for row in rest:
        for text in filled(texts_of(row))[:1]:
            told = re.sub(r"^\s*(?:ghi chú|chú thích|notes?)\s*[:.]?\s*", "", clean(text), flags=re.IGNORECASE)
            if mark := note_of(told):
                found.setdefault(mark, told)
    return found


def usable_notes(notes: dict[str, str], labels: Sequence[str]) -> dict[str, list[str]]:
    """The marks that some label carries, with these labels. A mark that would make two labels the same, or that is one
    of a row of numbers ("Loại hình 1", "Loại hình 2" with a note 1 alone), is not used."""
    used: dict[str, list[str]] = {}
    for mark in notes:
        marked = [label for label in dict.fromkeys(labels) if without_note(label, (mark,)) != label]
        bare = {fold(without_note(label, (mark,))) for label in marked}
        others = {fold(re.sub(r"\s*\(?\d+\)?$", "", label)) for label in labels if label not in marked}
        if marked and not bare & others:
            used[mark] = marked
    return used


def unmarked(columns: Sequence[LayoutColumn], notes: Sequence[str]) -> tuple[LayoutColumn, ...]:
    return tuple(replace(column, label=without_note(column.label, notes)) for column in columns)


def notes_told(used: dict[str, list[str]], notes: dict[str, str]) -> Iterator[Evidence]:
    for mark, labels in used.items():
        shown = "; ".join(f"“{label}”" for label in labels[:3])
        note = notes[mark][:60]
        yield Evidence(
            "footer",
            f"Bỏ số chú thích “{mark}” ở {len(labels)} nhãn ({shown}): dưới bảng có chú thích “{note}”.",
            f"Footnote mark “{mark}” taken off {len(labels)} labels ({shown}): below the table stands “{note}”.",
        )
