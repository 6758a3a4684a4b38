"""The data dictionary: table schemas and code lists (từ điển dữ liệu, danh mục dùng chung).

A table schema is a Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/) with the properties that
the province's dictionary asks for: title in two languages, business definition, unit, code list, source decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

MULTIPLIERS: Mapping[str, int] = {
    "": 1,
    "chục": 10,
    "trăm": 100,
    "nghìn": 1_000,
    "ngàn": 1_000,
    "vạn": 10_000,
    "triệu": 1_000_000,
    "tỷ": 1_000_000_000,
    "nghìn tỷ": 1_000_000_000_000,
}
"""What one unit of a column is worth in the base unit, in the words of offices."""


class Sensitivity(StrEnum):
    """How a column stands to persons. ``PUBLIC``: looks personal and may be shown (hotlines of agencies, tax codes of
    enterprises, procedure codes); ``NORMAL``: not personal, and looked at by the gate; ``PERSONAL`` and ``SENSITIVE``
    (Decree 356/2025/NĐ-CP, articles 3 and 4): never published."""

    PUBLIC = "public"
    NORMAL = "normal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class DefinitionStatus(StrEnum):
    """The life of a version of a schema or code list."""

    DRAFT = "draft"
    ISSUED = "issued"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Field:
    """One column as the dictionary defines it. ``constraints`` are Table Schema constraints, unchanged.

    ``description`` is the business definition; ``multiplier`` a key of :data:`MULTIPLIERS`: the column counts in
    thousands, millions … of ``unit``. ``owner`` is the organization code that answers for the meaning.
    """

    name: str
    type: str
    title: str
    title_en: str = ""
    description: str = ""
    unit: str = ""
    format: str = "default"
    code_list: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    multiplier: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    source_decision: str = ""
    owner: str = ""

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values must stand in a column of a code list or of another table of the same dataset."""

    fields: tuple[str, ...]
    reference: str
    reference_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check beyond Table Schema, declared in the dictionary by name with its options; see :mod:`schemas.rules`."""

    name: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """What correct content of one table looks like. ``version`` is semantic; ``descriptor`` is the published JSON."""

    name: str
    version: str
    title: str
    title_en: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    rules: tuple[Rule, ...] = ()
    missing_values: tuple[str, ...] = ("",)
    source_decision: str = ""
    status: DefinitionStatus = DefinitionStatus.ISSUED
    owner: str = ""
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.fields)

    @property
    def digest(self) -> str:
        """sha256 of the descriptor in canonical JSON: changes whenever anything that the gate may check changes."""
        canonical = json.dumps(self.descriptor, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def field(self, name: str) -> Field | None:
        return next((column for column in self.fields if column.name == name), None)

    @classmethod
    def from_descriptor(cls, descriptor: Mapping[str, Any]) -> TableSchema:
        """Read the JSON form; raises ``KeyError``, ``TypeError`` or ``ValueError`` where it is not one of ours."""
        key = descriptor.get("primaryKey", ())
        return cls(
            name=descriptor["name"],
            version=descriptor["version"],
            title=descriptor["title"],
            title_en=descriptor.get("titleEn", ""),
            description=descriptor.get("description", ""),
            fields=tuple(_field(item) for item in descriptor["fields"]),
            primary_key=(key,) if isinstance(key, str) else tuple(key),
            foreign_keys=tuple(_foreign_key(item) for item in descriptor.get("foreignKeys", ())),
            rules=tuple(
                Rule(item["rule"], {k: v for k, v in item.items() if k != "rule"})
                for item in descriptor.get("rules", ())
            ),
            missing_values=tuple(descriptor.get("missingValues", ("",))),
            source_decision=descriptor.get("sourceDecision", ""),
            status=DefinitionStatus(descriptor.get("status", "issued")),
            owner=descriptor.get("owner", ""),
            descriptor=dict(descriptor),
        )


def _field(item: Mapping[str, Any]) -> Field:
    return Field(
        name=item["name"],
        type=item.get("type", "string"),
        title=item["title"],
        title_en=item.get("titleEn", ""),
        description=item.get("description", ""),
        unit=item.get("unit", ""),
        format=item.get("format", "default"),
        code_list=item.get("codeList"),
        constraints=dict(item.get("constraints", {})),
        multiplier=item.get("multiplier", ""),
        sensitivity=Sensitivity(item.get("sensitivity", "normal")),
        source_decision=item.get("sourceDecision", ""),
        owner=item.get("owner", ""),
    )


def _foreign_key(item: Mapping[str, Any]) -> ForeignKey:
    def names(value: str | list[str]) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else tuple(value)

    reference = item["reference"]
    return ForeignKey(names(item["fields"]), reference["resource"], names(reference["fields"]))


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; ``code`` is text always, leading zeros kept. ``aliases`` are other names it goes by
    (former ones too); ``replaced_by`` the codes that took its place when it ended."""

    code: str
    title: str
    title_en: str = ""
    parent: str = ""
    description: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeList:
    """A shared list of codes (danh mục dùng chung), e.g. the 166 communes. ``name`` is what foreign keys refer to."""

    name: str
    version: str
    title: str
    title_en: str
    codes: tuple[Code, ...]
    source_decision: str = ""
    status: DefinitionStatus = DefinitionStatus.ISSUED

    def titles(self) -> dict[str, str]:
        """Code to Vietnamese title."""
        return {code.code: code.title for code in self.codes}
