"""What the communes are called whose codes stand in published tables, by the code lists of administrative units."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from catalog.common_lists import is_commune
from catalog.dictionary import CodeList
from catalog.ports import CatalogReader

KEPT_FOR = timedelta(minutes=10)


def commune_names(code_lists: Iterable[CodeList]) -> Mapping[str, str]:
    """The names of communes by their five-digit codes, found in whatever list has them."""
    return {code.code: code.title for code_list in code_lists for code in code_list.codes if is_commune(code)}


class KeptCommunes:
    """The names of communes, read anew after some minutes: they change with a law, and reading the lists takes as long
    as the rest of a page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: Mapping[str, str] = {}
        self._read_at: datetime | None = None

    def get(self, reader: CatalogReader, now: datetime) -> Mapping[str, str]:
        with self._lock:
            if self._read_at is None or abs(now - self._read_at) > KEPT_FOR:
                self._names = commune_names(reader.code_lists())
                self._read_at = now
            return self._names
