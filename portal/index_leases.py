"""Who mends or builds the search index of this portal, and by which names its members go among its machines."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from catalog.errors import IndexUnavailable
from catalog.index_leases import IndexLeases
from portal.settings import Settings
from portal.wiring import Parts, process_is_dead, process_name


def index_leases(parts: Parts) -> IndexLeases:
    return IndexLeases(parts.store, process_name(), process_is_dead, parts.clock)


def alone(parts: Parts, *members: str) -> AbstractContextManager[bool]:
    """Whether nobody else mends these members of the index, or any; nobody begins to before the end of the block."""
    names = names_of(parts.settings)
    wanted = members or tuple(parts.indexing.parts)
    return index_leases(parts).alone([names[member] for member in wanted])


@contextmanager
def alone_or_refused(parts: Parts) -> Iterator[None]:
    """Raises ``IndexUnavailable`` where another process is at it."""
    with alone(parts) as mine:
        if not mine:
            raise IndexUnavailable(
                "Một tiến trình khác đang sửa hoặc dựng lại chỉ mục; hãy thử lại sau.",
                "Another process is mending or rebuilding the index; try again later.",
            )
        yield


def names_of(settings: Settings) -> Mapping[str, str]:
    """A cluster goes by the name of the index in it, however its hosts are written; a folder by its machine."""
    scheme, _, place = settings.index_url.partition("://")
    is_shared = scheme != "tantivy"
    proper = f"{scheme.partition('+')[0]}:{place.rpartition('/')[2]}" if is_shared else _on_this_machine(place)
    copy = settings.index_copy_folder
    return {"index": proper} if copy is None else {"index": proper, "copy": _on_this_machine(str(copy))}


def _on_this_machine(path: str) -> str:
    return f"{socket.gethostname()}:{path}"
