"""Serves the application with Granian."""

from __future__ import annotations

import os
import socket

import click

from catalog.checking import make_ready
from catalog.errors import IndexUnavailable, InvalidInput, StorageError
from catalog.ports import CatalogStore
from portal.settings import Settings
from portal.wiring import Parts, open_parts


def serve_portal(host: str | None, port: int | None) -> None:
    """Serve until interrupted. An empty catalogue is made ready first; an older one has to be upgraded by hand."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    overrides = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=overrides)
    _refuse_taken_port(settings)
    _prepare_empty_catalogue(settings)
    # The worker processes read their settings from the environment.
    os.environ.update(DULIEUMO_HOME=str(settings.folder), DULIEUMO_HOST=settings.host, DULIEUMO_PORT=str(settings.port))
    click.echo(f"Cổng dữ liệu mở: {settings.public_url}/   (Ctrl+C để dừng)")
    Granian(
        "portal.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=8,
        factory=True,
        websockets=False,
        # One that the system ended, for want of memory or of the end of a file that it held, costs its requests alone.
        respawn_failed_workers=True,
        # A worker told to end while it is still starting never hears it; the others finish their requests meanwhile.
        workers_kill_timeout=10,
        log_level=LogLevels.error,
    ).serve()


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise InvalidInput(
                f"Không mở được {settings.host}:{settings.port} ({error.strerror}). Chọn cổng khác: PORT=8080.",
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). Choose another PORT.",
            ) from error


def prepare(parts: Parts) -> int:
    """Makes catalogue and index ready; returns how many datasets there are. An index that cannot be asked just now is
    no reason to stop: the worker builds it as soon as it can."""
    try:
        return make_ready(parts.indexing)
    except IndexUnavailable as error:
        click.echo(f"Chưa có tìm kiếm [{error.code}]: {error.message} Bộ chạy nền sẽ dựng chỉ mục sau.", err=True)
    with parts.store.read() as reader:
        return reader.dataset_count()


def _prepare_empty_catalogue(settings: Settings) -> None:
    parts = open_parts(settings)
    try:
        if _is_empty(parts.store):
            prepare(parts)
    finally:
        parts.store.close()


def _is_empty(store: CatalogStore) -> bool:
    """Whether there is no catalogue yet. An SQLite file that is not there cannot be read; upgrading makes it, and says
    what is wrong if the database is there but refuses."""
    try:
        with store.read() as reader:
            return reader.schema_revision() is None
    except StorageError:
        return True
