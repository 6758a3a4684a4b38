"""The definitions that come with the program: table schemas and code lists, as JSON beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from catalog.dictionary import Code, CodeList, TableSchema

CODE_LISTS = "code-lists"


def shipped_schemas() -> tuple[TableSchema, ...]:
    """All table schemas of ``definitions`` and its folders, by name. Raises ``ValueError`` naming the file that is
    none."""
    return tuple(sorted(_schemas(files("schemas") / "definitions"), key=lambda schema: schema.name))


def shipped_code_lists() -> tuple[CodeList, ...]:
    """All code lists of ``definitions/code-lists``, by name. Raises ``ValueError`` naming the file that is none."""
    folder = files("schemas") / "definitions" / CODE_LISTS
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name.endswith(".json"):
            try:
                found.append(code_list_from(json.loads(file.read_text(encoding="utf-8"))))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{file.name}: not a code list ({error!r})") from error
    return tuple(sorted(found, key=lambda code_list: code_list.name))


def _schemas(folder: Traversable) -> Iterator[TableSchema]:
    for item in folder.iterdir():
        if item.is_dir() and item.name != CODE_LISTS:
            yield from _schemas(item)
        elif item.name.endswith(".json"):
            try:
                yield TableSchema.from_descriptor(json.loads(item.read_text(encoding="utf-8")))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{item.name}: not a table schema ({error!r})") from error


def code_list_from(descriptor: Mapping[str, Any]) -> CodeList:
    """Read the JSON form of a code list; raises ``KeyError``, ``TypeError`` or ``ValueError`` where it is not one."""
    return CodeList(
        name=descriptor["name"],
        version=descriptor["version"],
        title=descriptor["title"],
        title_en=descriptor.get("titleEn") or "",
        codes=tuple(_code(item) for item in descriptor["codes"]),
        source_decision=descriptor.get("sourceDecision") or "",
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
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
