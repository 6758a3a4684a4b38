"""The data dictionary for people: what each column of each table means, and which values it may hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, render_template

from catalog.dictionary import CodeList, DefinitionStatus, Field, TableSchema
from catalog.dictionary_changes import DefinitionDiff, code_list_diff, schema_diff
from catalog.errors import NotFound
from catalog.model import Dataset
from catalog.ports import CatalogReader
from catalog.vietnamese import sort_key
from portal.context import language, links, parts
from portal.pages.languages import _, marked
from portal.pages.overview import overview
from portal.pages.writing import write_number

pages = Blueprint("dictionary", __name__)

USERS_SHOWN = 8

_TYPES = {
    "string": marked("văn bản"),
    "integer": marked("số nguyên"),
    "number": marked("số"),
    "boolean": marked("có hoặc không"),
    "date": marked("ngày"),
    "datetime": marked("ngày giờ"),
    "time": marked("giờ"),
    "year": marked("năm"),
    "yearmonth": marked("tháng"),
    "geopoint": marked("tọa độ"),
    "geojson": marked("hình học GeoJSON"),
    "array": marked("danh sách"),
    "object": marked("đối tượng"),
}


_STATUSES = {
    DefinitionStatus.DRAFT: marked("bản thảo"),
    DefinitionStatus.ISSUED: marked("đang dùng"),
    DefinitionStatus.REPLACED: marked("đã được thay thế"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A schema with the public datasets that have a table of it."""

    schema: TableSchema
    datasets: tuple[Dataset, ...]


@pages.get("/schemas")
def schema_list() -> str:
    with parts().store.read() as reader:
        schemas, code_lists = reader.table_schemas(), reader.code_lists()
    return render_template(
        "schemas.html", entries=dictionary_entries(schemas), code_lists=code_lists, shown=USERS_SHOWN
    )


@pages.get("/schema/<name>")
def schema(name: str) -> str:
    with parts().store.read() as reader:
        found = reader.table_schema(name)
        code_lists = code_lists_of(reader, found)
        history = schema_history(reader, name)
    (entry,) = dictionary_entries((found,))
    return render_template(
        "schema.html", entry=entry, code_lists=code_lists, history=history, links=links(), shown=USERS_SHOWN
    )


@pages.get("/code-list/<name>")
def code_list(name: str) -> str:
    with parts().store.read() as reader:
        found = reader.code_list(name)
        history = code_list_history(reader, name)
        schemas = reader.table_schemas()
    today = parts().clock().date()
    users = [schema for schema in schemas if any(field.code_list == name for field in schema.fields)]
    return render_template(
        "code_list.html",
        list=found,
        valid=[code for code in found.codes if code.valid_to is None or code.valid_to >= today],
        former=[code for code in found.codes if code.valid_to is not None and code.valid_to < today],
        titles=found.titles(),
        shown=USERS_SHOWN,
        users=sorted(users, key=lambda schema: sort_key(schema.title)),
        history=history,
        links=links(),
    )


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of a definition; ``diff`` from the version before it, ``None`` for the first."""

    version: str
    diff: DefinitionDiff | None


def schema_history(reader: CatalogReader, name: str) -> tuple[HistoryEntry, ...]:
    """The versions of a schema, newest first, each with what it changed."""
    versions = [reader.table_schema(name, version) for version in reader.table_schema_versions(name)]
    older = [schema_diff(before, after) for after, before in pairwise(versions)]
    return _history([version.version for version in versions], older)


def code_list_history(reader: CatalogReader, name: str) -> tuple[HistoryEntry, ...]:
    """The versions of a code list, likewise."""
    versions = [reader.code_list(name, version) for version in reader.code_list_versions(name)]
    older = [code_list_diff(before, after) for after, before in pairwise(versions)]
    return _history([version.version for version in versions], older)


def _history(versions: Sequence[str], diffs: Sequence[DefinitionDiff]) -> tuple[HistoryEntry, ...]:
    return tuple(map(HistoryEntry, versions, [*diffs, None]))


def status_in_words(status: DefinitionStatus) -> str:
    """The life of a definition, for people."""
    return _(_STATUSES[status])


def dictionary_entries(schemas: Iterable[TableSchema]) -> tuple[Entry, ...]:
    """The schemas by title, each with the public datasets that use it."""
    users: dict[str, list[Dataset]] = {}
    for item in overview(parts()).owed:
        for name in dict.fromkeys(table.schema_name for table in item.dataset.distributions if table.schema_name):
            users.setdefault(name, []).append(item.dataset)
    entries = (Entry(schema, tuple(users.get(schema.name, ()))) for schema in schemas)
    return tuple(sorted(entries, key=lambda entry: sort_key(entry.schema.title)))


def code_lists_of(reader: CatalogReader, schema: TableSchema) -> tuple[CodeList, ...]:
    """The code lists that columns of the schema take their values from, each once."""
    found = []
    for name in dict.fromkeys(field.code_list for field in schema.fields if field.code_list):
        try:
            found.append(reader.code_list(name))
        except NotFound:
            continue  # the check of tables reports a code list that is missing; the page shows the rest
    return tuple(found)


def type_in_words(field: Field) -> str:
    """What kind of values a column holds."""
    return _(_TYPES[field.type]) if field.type in _TYPES else field.type


def rules_in_words(field: Field) -> tuple[str, ...]:
    """What a column demands of its values, each demand a short phrase."""
    limits, rules = field.constraints, []
    if limits.get("required"):
        rules.append(_("bắt buộc"))
    if limits.get("unique"):
        rules.append(_("không trùng"))
    low, high = (_limit(limits.get(name)) for name in ("minimum", "maximum"))
    if low and high:
        rules.append(_("từ %(low)s đến %(high)s", low=low, high=high))
    elif low:
        rules.append(_("không nhỏ hơn %(low)s", low=low))
    elif high:
        rules.append(_("không lớn hơn %(high)s", high=high))
    if "enum" in limits:
        rules.append(_("một trong: %(values)s", values=", ".join(str(value) for value in limits["enum"])))
    if "minLength" in limits:
        rules.append(_("ít nhất %(count)s ký tự", count=limits["minLength"]))
    if "maxLength" in limits:
        rules.append(_("nhiều nhất %(count)s ký tự", count=limits["maxLength"]))
    return tuple(rules)


def _limit(value: object) -> str:
    if value is None:
        return ""
    # Years and other four-digit limits read better ungrouped: from 1990 to 2100.
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10_000:
        return write_number(value, language())
    if isinstance(value, float):
        return write_number(value, language())
    return str(value)
