"""Where sources may lie on this machine: not every steward who may describe a source may read the server's disk.

A source names folders, database files and servers. Folders and files must lie in ``HOME/departments`` or in one of the
folders that the operator names (``DULIEUMO_SOURCE_FOLDERS``); without that setting any folder outside ``HOME`` will do
while the portal is not in production. The catalogue's own database is no source, nor is, in production, a database on
this very machine, unless loopback is allowed.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from catalog.errors import SourceError
from catalog.sources import HarvestSource
from portal.settings import Settings

DEPARTMENTS = "departments"


@dataclass(frozen=True, slots=True)
class SourcePlaces:
    """The rule for one portal. ``folders`` is ``None`` where anything outside ``home`` will do."""

    home: Path
    folders: tuple[Path, ...] | None
    catalog_url: str
    refuses_loopback: bool

    @classmethod
    def of(cls, settings: Settings) -> SourcePlaces:
        named = tuple(Path(text).expanduser().resolve() for text in settings.source_folders.split(":") if text.strip())
        return cls(
            home=settings.folder,
            folders=named if named or settings.is_production else None,
            catalog_url=settings.catalog_url,
            refuses_loopback=settings.is_production and not settings.allow_loopback,
        )

    def check(self, source: HarvestSource) -> None:
        """Raises ``SourceError`` if a source, options filled in, leads to where none may lie."""
        if source.kind == "files" and source.options.get("path"):
            self._check_path(Path(source.options["path"]))
        if source.kind == "sql":
            self._check_database(source.options.get("url", ""))

    def _check_path(self, path: Path) -> None:
        place = path.expanduser().resolve()
        if place.is_relative_to(self.home / DEPARTMENTS):
            return
        allowed = not place.is_relative_to(self.home) and not self.home.is_relative_to(place)
        if self.folders is not None:
            allowed = allowed and any(place.is_relative_to(folder) for folder in self.folders)
        if not allowed:
            raise SourceError(
                "Thư mục hoặc tệp của nguồn không nằm trong những thư mục mà người vận hành cho phép"
                " (DULIEUMO_SOURCE_FOLDERS).",
                "The folder or file of the source does not lie in a folder that the operator allows"
                " (DULIEUMO_SOURCE_FOLDERS).",
            )

    def _check_database(self, text: str) -> None:
        try:
            url = make_url(text)
        except ArgumentError:
            return  # the kind itself says what is wrong with it
        if url.get_backend_name() == "sqlite":
            self._check_path(Path(url.database or "/"))
        elif self._is_catalog(url) or (self.refuses_loopback and _is_here(url)):
            raise SourceError(
                "Cơ sở dữ liệu này là của chính cổng hoặc nằm trên máy chủ của cổng, không được dùng làm nguồn.",
                "This database is the portal's own or lies on its machine; it is no source.",
            )

    def _is_catalog(self, url: URL) -> bool:
        own = make_url(self.catalog_url)
        if own.get_backend_name() != url.get_backend_name():
            return False
        same_server = _server(own) == _server(url) or (_is_here(own) and _is_here(url))
        return same_server and own.database == url.database


def _server(url: URL) -> tuple[str, int | None]:
    return (str(url.query.get("host", "") or url.host or "").lower(), url.port)


def _is_here(url: URL) -> bool:
    host, _ = _server(url)
    if not host or host.startswith("/") or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
