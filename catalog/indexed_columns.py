"""What of the data dictionary a search index holds: the columns of a table schema, the labels of a code list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.common_lists import is_commune
from catalog.dictionary import Code, CodeList, TableSchema
from catalog.quality import ColumnFacts
from catalog.version_codes import coded_columns

PERIOD_LIST = "ky-so-lieu"
_TIMES = frozenset({"date", "datetime", "year", "yearmonth"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stand in a coded column: the codes of a list, or these values."""

    code_list: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexedColumns:
    """What of a table schema is indexed. ``periods`` are the columns that tell which period a row speaks of: times in
    the key, and those of the list of periods. ``facts`` are what the quality of its tables is judged by."""

    titles: tuple[str, ...]
    titles_en: tuple[str, ...]
    coded: Mapping[str, Allowed]
    periods: frozenset[str]
    facts: ColumnFacts

    @classmethod
    def of(cls, schema: TableSchema) -> IndexedColumns:
        values = {field.name: tuple(map(str, field.constraints.get("enum", ()))) for field in schema.fields}
        return cls(
            titles=tuple(dict.fromkeys(field.title for field in schema.fields if field.title)),
            titles_en=tuple(dict.fromkeys(field.title_en for field in schema.fields if field.title_en)),
            coded={name: Allowed(code_list, values[name]) for name, code_list in coded_columns(schema).items()},
            periods=frozenset(
                field.name
                for field in schema.fields
                if field.code_list == PERIOD_LIST or (field.type in _TIMES and field.name in schema.primary_key)
            ),
            facts=ColumnFacts.of(schema),
        )


@dataclass(frozen=True, slots=True)
class IndexedCodes:
    """A code list: what each code is called, and of each commune those that took its place with it."""

    labels: Mapping[str, Mapping[str, None]]
    communes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, code_list: CodeList) -> IndexedCodes:
        known = {code.code: code for code in code_list.codes}
        communes = {code.code: tuple(_with_successors(code, known)) for code in code_list.codes if is_commune(code)}
        labels = {
            code.code: dict.fromkeys(filter(None, (code.title, code.title_en)))
            for code in code_list.codes
            if code.code not in communes
        }
        return cls(labels, communes)


NO_CODES = IndexedCodes({}, {})


def _with_successors(code: Code, known: Mapping[str, Code]) -> Iterable[str]:
    """The commune, and those that took its place, however often."""
    found = {code.code: None}
    waiting = [code]
    while waiting:
        for successor in waiting.pop().replaced_by:
            if successor not in found:
                found[successor] = None
                if successor in known:
                    waiting.append(known[successor])
    return found
