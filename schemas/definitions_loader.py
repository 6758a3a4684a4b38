"""The definitions that come with the program: table schemas and code lists, as JSON beside this module.

Each folder of ``definitions`` belongs to one profile; the schemas that stand in none belong to the simulated province.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar

from catalog.dictionary import Code, CodeList, DefinitionStatus, TableSchema

_CODE_LISTS = "code-lists"
_Definition = TypeVar("_Definition", TableSchema, CodeList)


@cache
def shipped_schemas(folder: str = "") -> Mapping[str, TableSchema]:
    """The table schemas that stand right in ``definitions`` or in this folder of it, by name and in its order; read
    once. Raises ``ValueError`` naming the file that is none."""
    return _by_name(_definitions(folder, TableSchema.from_descriptor))


@cache
def shipped_code_lists() -> Mapping[str, CodeList]:
    """The code lists of ``definitions/code-lists``, likewise."""
    return _by_name(_definitions(_CODE_LISTS, code_list_from))


def _definitions(folder: str, read: Callable[[Mapping[str, Any]], _Definition]) -> Iterable[_Definition]:
    for item in files("schemas").joinpath("definitions", folder).iterdir():
        if item.name.endswith(".json"):
            try:
                yield read(json.loads(item.read_text(encoding="utf-8")))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{item.name}: {read.__qualname__} cannot read it ({error!r})") from error


def _by_name(definitions: Iterable[_Definition]) -> Mapping[str, _Definition]:
    found = {definition.name: definition for definition in definitions}
    return MappingProxyType({name: found[name] for name in sorted(found)})


def code_list_from(descriptor: Mapping[str, Any]) -> CodeList:
    """Read the JSON form of a code list; raises ``KeyError``, ``TypeError`` or ``ValueError`` where it is not one."""
    return CodeList(
        name=descriptor["name"],
        version=descriptor["version"],
        title=descriptor["title"],
        title_en=descriptor.get("titleEn") or "",
        codes=tuple(_code(item) for item in descriptor["codes"]),
        source_decision=descriptor.get("sourceDecision") or "",
        status=DefinitionStatus(descriptor.get("status", "issued")),
    )


def _code(item: Mapping[str, Any]) -> Code:
    code = item["code"]
    if not isinstance(code, str):
        raise TypeError(f"code {code!r} must be text")
    return Code(
        code=code,
        title=item["title"],
        title_en=item.get("titleEn") or "",
        parent=item.get("parent") or "",
        description=item.get("description") or "",
        valid_from=_day(item.get("validFrom")),
        valid_to=_day(item.get("validTo")),
        aliases=tuple(item.get("aliases", ())),
        replaced_by=tuple(item.get("replacedBy", ())),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
