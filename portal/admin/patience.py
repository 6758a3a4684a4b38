"""Waits for a source no longer than a person does.

A source that does not answer is waited for by a thread of its own until its driver gives up; the page is answered long
before. Only a few such threads may be waiting at once in one process.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.errors import CatalogError

PATIENCE_SECONDS = 20.0
MOST_WAITING = 4

_Item = TypeVar("_Item")
_places = threading.BoundedSemaphore(MOST_WAITING)


class TooManyWaiting(CatalogError):
    code = "busy"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Heard(Generic[_Item]):
    """What was said in time; ``is_whole`` is false where more might have come."""

    items: tuple[_Item, ...]
    is_whole: bool


def heard_from(ask: Callable[[], Iterable[_Item]], seconds: float = PATIENCE_SECONDS) -> Heard[_Item]:
    """What ``ask`` yields within ``seconds``. Raises what it raises in that time, and ``TooManyWaiting``."""
    place = _places
    if not place.acquire(blocking=False):
        raise TooManyWaiting(
            "Cổng đang chờ nhiều nguồn khác trả lời; hãy thử lại sau một phút.",
            "The portal is waiting for several other sources; try again in a minute.",
        )
    said: queue.SimpleQueue[_Item | Exception | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(ask, said, place), name="waits-for-a-source", daemon=True).start()
    items: list[_Item] = []
    ends = time.monotonic() + seconds
    while True:
        try:
            item = said.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            return Heard(tuple(items), is_whole=False)
        if item is None:
            return Heard(tuple(items), is_whole=True)
        if isinstance(item, Exception):
            raise item
        items.append(item)


def _listen(
    ask: Callable[[], Iterable[_Item]],
    said: queue.SimpleQueue[_Item | Exception | None],
    place: threading.BoundedSemaphore,
) -> None:
    try:
        for item in ask():
            said.put(item)
        said.put(None)
    except Exception as error:
        said.put(error)
    finally:
        place.release()
