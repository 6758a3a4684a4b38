"""The shipped schemas and code lists by name, read once: the demo's tables are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from catalog.dictionary import CodeList, TableSchema
from schemas.definitions_loader import shipped_code_lists, shipped_schemas


def demo_schema(name: str) -> TableSchema:
    """The shipped schema of this name; ``KeyError`` if there is none."""
    return _schemas()[name]


def demo_code_list(name: str) -> CodeList:
    """The shipped code list of this name; ``KeyError`` if there is none."""
    return _code_lists()[name]


def demo_code_lists() -> tuple[CodeList, ...]:
    """All shipped code lists, by name; the communes are not among them (:mod:`portal.demo.communes`)."""
    return tuple(_code_lists().values())


@lru_cache(maxsize=1)
def _schemas() -> Mapping[str, TableSchema]:
    return {schema.name: schema for schema in shipped_schemas()}


@lru_cache(maxsize=1)
def _code_lists() -> Mapping[str, CodeList]:
    return {code_list.name: code_list for code_list in shipped_code_lists()}
