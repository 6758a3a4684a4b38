"""What every rule is given, and how it reads the table: columns of canonical text, numbers where they can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from catalog.dictionary import CodeList, TableSchema
from schemas.messages import column_name
from schemas.places import Places
from schemas.staged_rows import FIRST_ROW

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The table as text, its schema, the options the dictionary gives to the rule, and what lies beside the table."""

    frame: pandas.DataFrame
    schema: TableSchema
    options: Mapping[str, Any]
    code_lists: Mapping[str, CodeList]
    today: date

    @property
    def field(self) -> str:
        """The name of the field that the rule is about."""
        return str(self.options["field"])

    def names(self, option: str) -> list[str]:
        """The fields that an option names, one or several."""
        return names_in(self.options.get(option))

    def title(self, name: str) -> str:
        return column_name(self.schema, name)

    def numbers(self, name: str) -> pandas.Series[float]:
        """A column as numbers; what is no number is NaN, which no comparison finds."""
        import pandas

        return pandas.to_numeric(self.frame[name], errors="coerce").astype("float64")

    def places(self, found: Iterable[tuple[int, str]]) -> Places:
        """Positions in the table with what to show of them, as numbered rows."""
        places = Places()
        for position, shown in found:
            places.add(position + FIRST_ROW, shown)
        return places


def names_in(value: object) -> list[str]:
    """The field names in an option of a rule."""
    if isinstance(value, str):
        return [value]
    return [str(name) for name in value] if isinstance(value, list | tuple) else []


def positions(mask: pandas.Series[bool]) -> Iterator[int]:
    """Where a mask is true, from the top."""
    return (int(position) for position in mask.to_numpy().nonzero()[0])
