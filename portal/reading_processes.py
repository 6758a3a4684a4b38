"""Reads what the index holds of all datasets in processes of their own, while this one writes the index: Python uses
one processor, and there are more.

A reader sends lot by lot into a pipe and is a few lots ahead at the most, so memory stays small. It needs nobody to end
it: when this process is gone, killed outright or not, the pipe breaks and the reader with it.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from queue import Queue
from threading import Thread
from typing import cast

from catalog.errors import CatalogError, StorageError
from catalog.indexed import IndexedDataset
from catalog.indexing import ReadMany, collecting_seldom, indexed_datasets
from catalog.model import DatasetId

MOST_READERS = 3
"""More than the one who writes could take from."""

_SENT_AT_ONCE = 50

_PIPE_BYTES = 1 << 20
"""Room for what is sent at once (Linux gives everyone as much as this)."""

_AHEAD = 40
"""Messages that wait to be sent while the next are made: a reader asks the database by fits and starts, and nobody is
to wait because of that."""

_Message = tuple[IndexedDataset, ...] | CatalogError | None
_Send = Callable[[_Message], None]

_NO_MORE = b""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one of ``count`` readers reads. Which datasets these are follows from their ids alone: each reader looks for
    itself at what there is, a moment after another, and still none is read twice or by nobody.

    Small as it is, it fits into the pipe to a process that starts. That process may die there without having read
    anything, and who writes more than fits would wait for ever.
    """

    catalog_url: str
    site: str
    now: datetime
    place: int
    count: int

    def has(self, dataset_id: DatasetId) -> bool:
        return zlib.crc32(dataset_id.encode()) % self.count == self.place


def read_many_from(catalog_url: str, site: str) -> ReadMany:
    """Reads from the catalogue at this URL, and describes under the address of this site."""
    return partial(_read_many, catalog_url, site)


def _read_many(catalog_url: str, site: str, now: datetime) -> Iterator[IndexedDataset]:
    count = max(1, min(MOST_READERS, (os.cpu_count() or 2) - 1))
    with ExitStack() as readers:
        parts = [_Part(catalog_url, site, now, place, count) for place in range(count)]
        yield from _received([readers.enter_context(_reader(part)) for part in parts])


@contextmanager
def _reader(part: _Part) -> Iterator[Connection]:
    """What a reader of this part sends. It ends at the latest with the context."""
    context = get_context("spawn")  # a forked process would have locks of this one that nobody opens again
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_all, args=(sending, part), daemon=True)
    with receiving:
        with sending:
            fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            try:
                process.start()
            except OSError as error:
                raise _lost() from error
        try:
            yield receiving
        finally:
            process.kill()  # it only reads
            process.join()
            process.close()


def _received(pipes: list[Connection]) -> Iterator[IndexedDataset]:
    """What the readers send, until each has said that it is done."""
    while pipes:
        for pipe in cast(list[Connection], wait(pipes)):
            try:
                message: _Message = pickle.loads(pipe.recv_bytes())  # noqa: S301  our own process wrote it
            except (EOFError, OSError) as error:  # between two messages, or within one
                raise _lost() from error
            if message is None:
                pipes.remove(pipe)
            elif isinstance(message, CatalogError):
                raise message
            else:
                yield from message


def _send_all(pipe: Connection, part: _Part) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all of its processes; ours is told by the other
    with _sending(pipe) as send, collecting_seldom():
        try:
            _send_datasets(send, part)
        except CatalogError as error:
            send(StorageError(error.message, error.message_en))
        else:
            send(None)


@contextmanager
def _sending(pipe: Connection) -> Iterator[_Send]:
    """Sends what it is given while more is made, all of it by the end of the context."""
    waiting: Queue[bytes] = Queue(_AHEAD)
    sender = Thread(target=_pass_on, args=(waiting, pipe), daemon=True)
    sender.start()
    yield lambda message: waiting.put(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    waiting.put(_NO_MORE)
    sender.join()


def _pass_on(waiting: Queue[bytes], pipe: Connection) -> None:
    try:
        while (message := waiting.get()) is not _NO_MORE:
            pipe.send_bytes(message)
    except BrokenPipeError:
        os._exit(0)  # nobody takes what is being made


def _send_datasets(send: _Send, part: _Part) -> None:
    from portal.describing import describe_under
    from portal.wiring import open_store

    store = open_store(part.catalog_url)
    lot: list[IndexedDataset] = []
    with store.read() as reader:
        ids = list(filter(part.has, reader.dataset_revisions()))
        for dataset in indexed_datasets(reader, ids, describe_under(part.site), part.now):
            lot.append(dataset)
            if len(lot) == _SENT_AT_ONCE:
                send(tuple(lot))
                lot.clear()
    send(tuple(lot))
    store.close()


def _lost() -> StorageError:
    return StorageError(
        "Một tiến trình đọc danh mục để dựng chỉ mục đã dừng giữa chừng; hãy dựng lại.",
        "A process that read the catalogue for the index ended halfway; build the index again.",
    )
