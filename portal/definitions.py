"""Finds a definition by what somebody writes on the command line: a name, a file or an address."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalog.dictionary import CodeList, TableSchema
from catalog.errors import CatalogError, InvalidInput, NotFound
from catalog.ports import CatalogReader
from catalog.sources import HarvestSource
from catalog.vietnamese import slug
from portal.settings import Settings

MOST_BYTES = 5_000_000
DICTIONARY_ENTRY = "dictionaryEntry"
"""The property by which a public Table Schema names the address of the dictionary's own entry, with all its rules."""
_OF_THE_DICTIONARY = ("name", "version", "title")


def load_descriptor(where: str) -> dict[str, Any]:
    """The descriptor at an address (http, https), in a file, or of this name in the catalogue or among the shipped
    definitions (``name@version`` for an older one). Raises ``InvalidInput``, ``NotFound``, ``SourceError``."""
    if where.startswith(("http://", "https://")):
        from harvesters.http_client import fetch_document
        from portal.outgoing import client_settings

        content = fetch_document(where, most_bytes=MOST_BYTES, settings=client_settings(Settings()))
        return _parsed(content, where)
    path = Path(where)
    if path.is_file():
        if path.stat().st_size > MOST_BYTES:
            raise _no_schema(where, "lớn quá 5 MB", "larger than 5 MB")
        return _parsed(path.read_bytes(), where)
    return dict(named_schema(where).descriptor)


def full_descriptor(descriptor: Mapping[str, Any], where: str) -> tuple[Mapping[str, Any], bool]:
    """The dictionary's own entry of a public Table Schema that came from the address ``where`` and names it on the same
    site; any other descriptor as it is. Also whether rules may be missing: an entry is named, but not where the
    descriptor came from. Raises ``SourceError``, and ``InvalidInput`` for an entry of another schema."""
    address = descriptor.get(DICTIONARY_ENTRY)
    if not isinstance(address, str) or not address:
        return descriptor, False
    address = urljoin(where, address)
    if not where.startswith(("http://", "https://")) or _site(address) != _site(where):
        return descriptor, True
    entry = load_descriptor(address)
    if any(entry.get(name) != descriptor.get(name) for name in ("name", "version")):
        raise _no_schema(address, f"không phải mục từ điển của “{where}”", f"not the entry of “{where}”")
    return entry, False


def _site(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.casefold()


def named_schema(name: str) -> TableSchema:
    """A schema of the catalogue, else of the shipped definitions. Raises ``NotFound``."""
    from schemas.definitions_loader import shipped_schemas

    name, _, version = name.partition("@")
    with suppress(CatalogError), _reader() as reader:
        return reader.table_schema(name, version or None)
    for folder in ("", "thanh-hoa"):
        found = shipped_schemas(folder).get(name)
        if found and version in ("", found.version):
            return found
    raise NotFound.of("lược đồ bảng", f"{name}@{version}" if version else name)


def known_source(name: str) -> HarvestSource:
    """A harvest source of the catalogue. Raises ``NotFound``."""
    with _reader() as reader:
        return reader.source(name)


def known_code_lists() -> dict[str, CodeList]:
    """The newest code lists: the catalogue's where there is one, else those the program brings."""
    from portal.demo.communes import commune_code_list
    from schemas.definitions_loader import shipped_code_lists

    lists = {**shipped_code_lists(), commune_code_list().name: commune_code_list()}
    with suppress(CatalogError), _reader() as reader:
        lists |= {code_list.name: code_list for code_list in reader.code_lists()}
    return lists


@contextmanager
def _reader() -> Iterator[CatalogReader]:
    """A reader of the catalogue that the settings name; ``NotFound`` where there is none yet, and none is made."""
    from portal.wiring import open_store

    settings = Settings()
    if not settings.catalog and not (settings.folder / "catalog.db").is_file():
        raise NotFound.of("gói dữ liệu", str(settings.folder))
    with closing(open_store(settings.catalog_url)) as store, store.read() as reader:
        yield reader


def is_dictionary_schema(descriptor: Mapping[str, Any]) -> bool:
    """Whether a descriptor is one of a data dictionary (name, version and titles), not a plain Table Schema."""
    return all(isinstance(descriptor.get(name), str) for name in _OF_THE_DICTIONARY) and all(
        isinstance(field, dict) and "title" in field for field in descriptor.get("fields", ())
    )


def as_dictionary_schema(descriptor: Mapping[str, Any], where: str) -> TableSchema:
    """A descriptor as a schema of a dictionary; what a plain Table Schema lacks (name, version, titles) is filled in.
    Raises ``InvalidInput`` naming what is wrong."""
    try:
        fields = [{"title": field["name"], **field} for field in descriptor["fields"]]
        name = slug(Path(where.split("?")[0]).stem) or "bang"
        filled = {"name": name, "version": "0.0.0", "title": name, **descriptor, "fields": fields}
        return TableSchema.from_descriptor(filled)
    except KeyError as error:
        raise _no_schema(where, f"thiếu {error}", f"{error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _no_schema(where, str(error), str(error)) from error


def _parsed(content: bytes, where: str) -> dict[str, Any]:
    try:
        descriptor = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _no_schema(where, "không phải JSON", "not JSON") from error
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("fields"), list):
        raise _no_schema(where, "không có danh sách “fields”", "it has no list “fields”")
    return descriptor


def _no_schema(where: str, why: str, why_en: str) -> InvalidInput:
    return InvalidInput(
        f"“{where}” không phải lược đồ bảng (Table Schema): {why}.",
        f"“{where}” is no table schema: {why_en}.",
        schema=where,
    )
