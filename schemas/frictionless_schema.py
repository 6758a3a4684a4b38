"""The dictionary in Frictionless's words: one form for judging canonical tables, one for the published files.

Both describe canonical values (ISO dates, plain numbers, true and false), not the habits that the dictionary declares
for reading; and both are self-contained, so that nobody who uses them has to fetch anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from catalog.dictionary import Field, TableSchema
from schemas.staged_rows import declared

Reading = tuple[Any, Mapping[str, str] | None]
"""What a cell means, and what is wrong with it: constraint (or "type") to Frictionless's note."""

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
"""Table Schema of Data Package 2.0; only its constraints include exclusiveMinimum and exclusiveMaximum."""

_HABITS = frozenset({"decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "format"})
_ISO_TYPES = frozenset({"date", "time", "datetime"})


def public_descriptor(schema: TableSchema) -> dict[str, Any]:
    """A plain Table Schema for the published CSV and for whoever reads it: Frictionless validates the file by it.

    Properties of the dictionary (unit, code list, English titles, decision) stay, since Table Schema allows further
    ones; keys into other tables are left out, because those are not beside the file.
    """
    raw = declared(schema)
    descriptor: dict[str, Any] = {
        "$schema": PROFILE,
        "name": schema.name,
        "title": schema.title,
        "titleEn": schema.title_en,
        "description": schema.description,
        "version": schema.version,
        "sourceDecision": schema.source_decision,
        "fields": [_published_field(field, raw.get(field.name, {})) for field in schema.fields],
        "missingValues": [""],
    }
    if schema.primary_key:
        descriptor["primaryKey"] = list(schema.primary_key)
    return {name: value for name, value in descriptor.items() if value not in ("", None)}


def _published_field(field: Field, raw: Mapping[str, Any]) -> dict[str, Any]:
    more = {name: value for name, value in raw.items() if name not in _HABITS and value not in ("", None, {})}
    return {**more, **_canonical_field(field)}


def _canonical_field(field: Field) -> dict[str, Any]:
    """The field as its canonical values are: no format but that of a string, no characters but those of a program."""
    canonical: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title}
    if field.format != "default" and field.type not in _ISO_TYPES:
        canonical["format"] = field.format
    if field.constraints:
        canonical["constraints"] = dict(field.constraints)
    if field.type == "boolean":
        canonical |= {"trueValues": ["true"], "falseValues": ["false"]}
    return canonical


def judging_descriptor(schema: TableSchema, absent: Collection[str] = ()) -> dict[str, Any]:
    """What canonical rows are judged by. Fields in ``absent`` are not required: that they are missing is said once, not
    once a row; a primary key that needs one of them is left out."""
    fields = []
    for field in schema.fields:
        item = _canonical_field(field)
        if field.name in absent:
            item.pop("constraints", None)
        fields.append(item)
    descriptor: dict[str, Any] = {"$schema": PROFILE, "fields": fields, "missingValues": [""]}
    if schema.primary_key and not set(schema.primary_key) & set(absent):
        descriptor["primaryKey"] = list(schema.primary_key)
    return descriptor


def cell_readers(descriptor: Mapping[str, Any]) -> list[Callable[[str], Reading]]:
    """The engine's reader for each field: Frictionless's own, with patterns matched in linear time, and with numbers
    that no file of ours can hold (NaN, infinite, beyond 64 bits) of the wrong type."""
    from schemas.engine.plan import Plan

    plan = Plan.of(descriptor, (), storable_only=True)
    plan = plan.for_labels([field["name"] for field in descriptor["fields"]])
    return [plan.readers[field["name"]] for field in descriptor["fields"]]
