"""What of a dataset's tables and links a search index holds: what they are called, and what is said of them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from catalog.reading import PublishedDataset

MOST_TABLES = 200
"""Tables and links of a dataset that it is found by, at most."""

_FILE = re.compile(r"[^?#]*://[^?#]*/([^/?#]+)\.\w{1,8}(?:[?#].*)?", re.DOTALL)
_MADE_UP = re.compile(r"[0-9a-fA-F-]{16,}")


def table_texts(published: PublishedDataset) -> tuple[str, ...]:
    """Titles in both languages and descriptions, each once; of links the name of the file too, which is public as far
    as the address is."""
    texts: dict[str, None] = {}
    for table in published.tables[:MOST_TABLES]:
        told = table.distribution
        texts[told.title] = texts[told.title_en] = texts[told.description] = None
    texts.update((_file_name(link.access_url or ""), None) for link in published.elsewhere[:MOST_TABLES])
    texts.pop("", None)
    return tuple(texts)


def _file_name(address: str) -> str:
    """The name without its ending; empty where the address names no file, or one by a number that says nothing."""
    found = _FILE.fullmatch(address)
    name = unquote(found[1]) if found else ""
    return "" if _MADE_UP.fullmatch(name) else name
