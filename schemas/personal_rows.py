"""What is personal because it stands in one row with a person: the birth, the address, the point of the home.

A day, an address or a pair of coordinates says nothing by itself. Where a column holds names of persons or households,
the table is read a second time, and what stands beside each name is looked at, whatever its column is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow
import pyarrow.compute as pc

from catalog.dictionary import TableSchema
from catalog.ports import StagedTable
from catalog.vietnamese import fold
from schemas import personal_labels as labels
from schemas.personal_blocks import Flags, TableBlock, read_blocks
from schemas.personal_columns import WatchedColumn
from schemas.personal_forms import COMMUNE, HOME, LANDLINE, canonical
from schemas.personal_masks import mask, mask_words
from schemas.personal_sieve import NAME_START, TITLE_AND_NAME
from schemas.places import Places

OLDEST = 110
"""Years: who was born longer ago is no living person."""

_ENOUGH_ROWS = 5
_SOME_AGREE = 0.1

_DAY = r"^\s*(?:(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.+Z]*)?|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d)\s*$"
_DAY_OR_YEAR = _DAY[:-5] + r"|(?:\d{1,2}[/.-])?(?:19|20)\d\d(?:\.0)?)\s*$"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?:\D|$)"
_LATITUDE = r"^\s*(?:[89]|1\d|2[0-3])[.,]\d{{{decimals},}}\s*$"
_LONGITUDE = r"^\s*10[2-9][.,]\d{{{decimals},}}\s*$"
_POINT = (
    r"(?:^|\D)(?:(?:[89]|1\d|2[0-3])[.,]\d{3,}[^\d]{1,4}10[2-9][.,]\d{3,}"
    r"|10[2-9][.,]\d{3,}[^\d]{1,4}(?:[89]|1\d|2[0-3])[.,]\d{3,})"
)
_LANDLINE_LIKE = r"(?:\+84|0)[ .()-]{0,2}2\d[\d .()-]{7,}"
_TAX_NUMBER = r"^[ '`]*(?:\d{12}|\d{10}(?:[ -]?\d{3})?)[ '`]*$"
_PERSON = f"{NAME_START}|{TITLE_AND_NAME}"
_BUSINESS_HOUSEHOLD = r"^\s*(?i:hộ kinh doanh|ho kinh doanh|hkd|hộ kd)\b"
_TEXTS = ("string", "any", "array", "object", "list", "geojson", "geopoint", "")


@dataclass(slots=True)
class Beside:
    """What stands beside persons in one column, of one kind. ``partner``: the column that completes it."""

    kind: str
    position: int
    places: Places = field(default_factory=Places)
    partner: int | None = None
    old: int = 0


def beside_persons(
    table: StagedTable, schema: TableSchema, columns: Sequence[WatchedColumn], today: date
) -> tuple[list[Beside], list[int]]:
    """What personal data stands in one row with a person, and the positions of the columns that name persons."""
    columns = columns[: len(table.columns)]
    named = [place for place, column in enumerate(columns) if column.holds_names and not column.public]
    types = {place: _type(column, schema) for place, column in enumerate(columns)}
    homes = [
        place
        for place, column in enumerate(columns)
        if column.is_of_households and types[place] in _TEXTS and not column.public
    ]
    taxed = [place for place, column in enumerate(columns) if labels.says_tax(column.folded) and not column.public]
    if not named and not homes and not taxed:
        return [], []
    search = _Search(columns, types, frozenset({*named, *homes}), today, bool(homes))
    wanted = sorted(
        {*search.looked_at, *named, *homes, *(place for place in types if taxed and types[place] in _TEXTS)}
    )
    for block in read_blocks(table, wanted):
        search.look(block, named, homes)
    return search.found(), named


def distrust_contradicted_cards(table: StagedTable, columns: Sequence[WatchedColumn]) -> None:
    """Twelve digits whose place of the birth year hardly ever says the year of birth in the row are no identity cards,
    unless the table names persons."""
    columns = columns[: len(table.columns)]
    births = [place for place, column in enumerate(columns) if labels.says_birth(column.folded)]
    cards = [place for place, column in enumerate(columns) if column.holds_unnamed_cards]
    if not births or not cards or any(column.holds_names for column in columns):
        return
    compared = dict.fromkeys(cards, 0)
    agreeing = dict.fromkeys(cards, 0)
    for block in read_blocks(table, sorted({*births, *cards})):
        cells = block.columns[births[0]]
        born = _years(cells.values)
        born = born if cells.codes is None else born[cells.codes]
        for place in cards:
            cells = block.columns[place]
            said = _years_of_cards(cells.values)
            said = said if cells.codes is None else said[cells.codes]
            both = (born > 0) & (said > 0)
            compared[place] += int(np.count_nonzero(both))
            agreeing[place] += int(np.count_nonzero(both & (born == said)))
    for place in cards:
        if compared[place] >= _ENOUGH_ROWS and agreeing[place] < compared[place] * _SOME_AGREE:
            columns[place].distrust_cards()


def _years_of_cards(values: pyarrow.Array) -> np.ndarray:
    """The year of birth that each identity card number says; 0 for what has not its form."""
    found = pc.extract_regex(values, r"^0\d\d(?P<century>[0-3])(?P<year>\d\d)\d{6}$")
    century, year = (
        pc.fill_null(pc.cast(pc.struct_field(found, name), pyarrow.int64()), -1).to_numpy(zero_copy_only=False)
        for name in ("century", "year")
    )
    years: np.ndarray = np.where(century < 0, 0, 1900 + century // 2 * 100 + year)
    return years


def _type(column: WatchedColumn, schema: TableSchema) -> str:
    known = schema.field(column.name) if column.known else None
    return known.type if known else ""


class _Search:
    """Looks at the rows of a table for what stands beside its persons."""

    def __init__(
        self,
        columns: Sequence[WatchedColumn],
        types: Mapping[int, str],
        persons: frozenset[int],
        today: date,
        of_households: bool,
    ) -> None:
        self._columns = columns
        self._today = today
        self._found: dict[tuple[str, int], Beside] = {}
        folded = [column.folded for column in columns]
        others = [place for place in range(len(columns)) if place not in persons and not columns[place].public]
        texts = [place for place in others if types[place] in _TEXTS]
        of_organisations = any(labels.says_organisation(folded[place]) for place in texts)
        self._has_commune = any(map(labels.says_commune, folded))
        self._days = [
            place
            for place in others
            if not labels.says_event(folded[place])
            and (types[place] in (*_TEXTS, "date", "datetime") or labels.says_birth(folded[place]))
        ]
        self._addresses = [
            place
            for place in texts
            if labels.says_home(folded[place])
            or labels.says_hamlet(folded[place])
            or not (of_organisations or labels.says_organisation(folded[place]) or labels.says_commune(folded[place]))
        ]
        numeric = [place for place in others if types[place] in (*_TEXTS, "number")]
        self._points = numeric if of_households or not of_organisations else []
        self._lines = [] if of_organisations else [p for p in texts if not labels.says_office_line(folded[p])]
        self._taxes = [place for place in others if labels.says_tax(folded[place])]
        self._texts = texts
        self.looked_at = {*self._days, *self._addresses, *self._points, *self._lines, *self._taxes}

    def look(self, block: TableBlock, named: Sequence[int], homes: Sequence[int]) -> None:
        persons = np.zeros(block.count, dtype=np.bool_)
        for place in named:
            cells = block.columns[place]
            persons |= cells.by_row(cells.composed().matches(_PERSON))
        for place in homes:
            cells = block.columns[place]
            persons |= cells.by_row(cells.matches(r"\S"))
        if persons.any():
            self._births(block, persons)
            self._homes(block, persons)
            self._coordinates(block, persons)
            for place in self._lines:
                self._note("phone", place, block, persons & _by_text(block, place, _LANDLINE_LIKE, _is_landline), mask)
        if self._taxes:
            self._tax_numbers(block, persons)

    def found(self) -> list[Beside]:
        """Of days in a column that says nothing, most must lie some years back: births do, what offices note does
        not."""
        return [
            item
            for item in self._found.values()
            if item.places.count
            and (
                item.kind != "birth"
                or labels.says_birth(self._columns[item.position].folded)
                or item.old * 2 >= item.places.count
            )
        ]

    def _births(self, block: TableBlock, persons: Flags) -> None:
        for place in self._days:
            cells = block.columns[place]
            is_birth = labels.says_birth(self._columns[place].folded)
            flags = cells.matches(_DAY_OR_YEAR if is_birth else _DAY)
            if not flags.any():
                continue
            years = _years(cells.values)
            lived = flags & (years >= self._today.year - OLDEST) & (years <= self._today.year)
            beside = self._note("birth", place, block, persons & cells.by_row(lived), lambda _: "•••")
            beside.old += int(np.count_nonzero(persons & cells.by_row(lived & (years <= self._today.year - 2))))

    def _homes(self, block: TableBlock, persons: Flags) -> None:
        for place in self._addresses:
            folded = self._columns[place].folded
            whole = labels.says_hamlet(folded) or (labels.says_home(folded) and not labels.says_commune(folded))
            communes = self._has_commune or labels.says_address(folded)

            def is_home(text: str, whole: bool = whole, communes: bool = communes) -> bool:
                plain = fold(canonical(text))
                return whole or (HOME.search(plain) is not None and (communes or COMMUNE.search(plain) is not None))

            self._note("address", place, block, persons & _by_text(block, place, r"\pL\pL", is_home), mask_words)

    def _coordinates(self, block: TableBlock, persons: Flags) -> None:
        axes: dict[str, list[tuple[int, Flags]]] = {"lat": [], "lon": []}
        for place in self._points:
            cells, axis = block.columns[place], labels.axis_of(self._columns[place].folded)
            decimals = 2 if axis in ("lat", "lon") else 4
            for name, pattern in (("lat", _LATITUDE), ("lon", _LONGITUDE)):
                flags = cells.by_row(cells.matches(pattern.format(decimals=decimals)))
                if flags.any():
                    axes[name].append((place, flags))
            points = cells.matches(_POINT)
            if points.any():
                self._note("coordinates", place, block, persons & cells.by_row(points), lambda _: "•••")
        for latitude, north in axes["lat"]:
            for longitude, east in axes["lon"]:
                found = self._note("coordinates", latitude, block, persons & north & east, lambda _: "•••")
                found.partner = longitude

    def _tax_numbers(self, block: TableBlock, persons: Flags) -> None:
        owners = persons.copy()
        for place in self._texts:
            cells = block.columns[place]
            owners |= cells.by_row(cells.matches(_BUSINESS_HOUSEHOLD))
        if owners.any():
            for place in self._taxes:
                cells = block.columns[place]
                self._note("tax", place, block, owners & cells.by_row(cells.matches(_TAX_NUMBER)), mask)

    def _note(self, kind: str, place: int, block: TableBlock, flags: Flags, shown: Callable[[str], str]) -> Beside:
        found = self._found.setdefault((kind, place), Beside(kind, place))
        column = self._columns[place]
        rows = np.flatnonzero(flags)
        kept = [
            row for row in rows[:50].tolist() if not column.allowed.allows(canonical(block.columns[place].text(row)))
        ][:5]
        for row in kept:
            value = canonical(block.columns[place].text(row)).strip()
            found.places.add(column.numbers.in_source(block.number(row)), shown(value))
        if kept:
            found.places.count += len(rows) - len(kept)
        return found


def _by_text(block: TableBlock, place: int, sieve: str, judge: Callable[[str], bool]) -> Flags:
    """The rows whose cell passes the sieve and the judge."""
    cells = block.columns[place]
    flags = cells.matches(sieve)
    if flags.any():
        flags = flags.copy()
        flags[np.flatnonzero(flags)] = [judge(text) for text in cells.texts(flags)]
    return cells.by_row(flags)


def _is_landline(text: str) -> bool:
    return LANDLINE.search(text) is not None


def _years(values: pyarrow.Array) -> np.ndarray:
    """The first year in each text; 0 where there is none."""
    found = pc.struct_field(pc.extract_regex(values, _YEAR), "year")
    years: np.ndarray = pc.fill_null(pc.cast(found, pyarrow.int64()), 0).to_numpy(zero_copy_only=False)
    return years
