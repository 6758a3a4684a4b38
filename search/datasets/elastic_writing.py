"""Changes on their way to Elasticsearch: in bulk, each with its revision as version, so that the newest stays.

The engine itself compares versions; programs that write at the same time need no lock. A change goes to the current
index and to the one that is being built, if there is one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch

from catalog.indexed import IndexedDataset
from catalog.model import DatasetId
from search.datasets.document import document_for
from search.datasets.elastic_client import unavailable
from search.datasets.elastic_mapping import REMOVED, source_of

CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 5_000_000
_REMOVED_PREFIX = "removed:"
_TRIES_WHEN_BUSY = 5
_CONFLICT = 409
_BUSY = 429
_NOT_FOUND = 404

_MEMORY_SECONDS = 0.1
_MEMORY_TRIES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One or two lines of a bulk request, and the key of the document that they change."""

    key: str
    lines: tuple[bytes, ...]

    def __len__(self) -> int:
        return sum(map(len, self.lines))


class IndexGone(Exception):
    """What was written to is not there any more: ask anew where to write."""


def put_of(dataset: IndexedDataset) -> Change:
    """One dataset to be held, unless a newer revision of it is."""
    return _indexed(dataset.id, source_of(document_for(dataset)), dataset.revision)


def removal_noted(dataset_id: DatasetId) -> Change:
    """Told to an index that is being built, whose builder may add the dataset after it was removed."""
    key = _REMOVED_PREFIX + dataset_id
    return Change(key, (orjson.dumps({"index": {"_id": key}}), orjson.dumps({REMOVED: dataset_id})))


def removal_forgotten(dataset_id: DatasetId) -> Change:
    """The dataset was put again."""
    key = _REMOVED_PREFIX + dataset_id
    return Change(key, (orjson.dumps({"delete": {"_id": key}}),))


def _indexed(key: str, source: dict[str, Any], version: int) -> Change:
    action = {"index": {"_id": key, "version": version, "version_type": "external_gte"}}
    return Change(key, (orjson.dumps(action), orjson.dumps(source)))


def _deleted(key: str, version: int) -> Change:
    action = {"delete": {"_id": key, "version": version, "version_type": "external_gte"}}
    return Change(key, (orjson.dumps(action),))


def in_chunks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """At most 500 changes and about 5 MB at a time."""
    chunk: list[Change] = []
    size = 0
    for change in changes:
        chunk.append(change)
        size += len(change)
        if len(chunk) >= CHUNK_DOCUMENTS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class Bulk:
    """Sends changes to one alias or index. Raises ``IndexUnavailable`` with the first reason if any was refused,
    ``IndexGone`` if the alias or index is not there."""

    client: Callable[[], Elasticsearch]
    target: str
    is_alias: bool = True

    def put(self, changes: list[Change]) -> None:
        """A newer version that is there is no error. For a moment the engine also remembers the version of what was
        deleted: that stands in nobody's way but is waited for."""
        for _ in range(_MEMORY_TRIES):
            older = self.send(changes)
            held = self._versions([change.key for change in older])
            changes = [change for change in older if change.key not in held]
            if not changes:
                return
            time.sleep(_MEMORY_SECONDS)
            self.refresh()
        raise unavailable("đang có thay đổi khác; hãy thử lại sau", "is being changed; try again later")

    def refresh(self) -> None:
        """What was sent is found from now on."""
        self.client().indices.refresh(index=self.target)

    def send(self, changes: list[Change]) -> list[Change]:
        """Those that met a newer version. When the cluster is busy it is tried again."""
        older: list[Change] = []
        for attempt in range(_TRIES_WHEN_BUSY):
            busy = self._try(changes, older)
            if not busy:
                return older
            changes = busy
            time.sleep(0.2 * 2**attempt)
        raise unavailable("đang quá tải; hãy thử lại sau", "is too busy; try again later")

    def _try(self, changes: list[Change], older: list[Change]) -> list[Change]:
        """What the cluster was too busy for."""
        lines: list[Any] = [line for change in changes for line in change.lines]
        try:
            answered = self.client().bulk(
                index=self.target,
                operations=lines,
                require_alias=self.is_alias or None,
                filter_path="errors,items.*.status,items.*.error",
            )
        except ApiError as refusal:
            if refusal.meta.status != _BUSY:
                raise
            return changes  # its memory is full for the moment
        if not answered["errors"]:
            return []
        busy: list[Change] = []
        for change, item in zip(changes, answered["items"], strict=True):
            (result,) = item.values()
            error = result.get("error")
            if error is None:
                continue
            if result["status"] == _CONFLICT:
                older.append(change)
            elif result["status"] == _NOT_FOUND:
                raise IndexGone
            elif result["status"] == _BUSY and "rejected" in str(error.get("type")):
                busy.append(change)
            else:
                reason = f"{result['status']} {error.get('type')}: {error.get('reason')} ({change.key})"
                raise unavailable("không nhận thay đổi", "refuses a change", reason)
        return busy

    def delete(self, ids: Collection[str]) -> None:
        """Each at the version that it has, so that it may come again with the same revision."""
        left = list(ids)
        for _ in range(_TRIES_WHEN_BUSY):
            held = self._versions(left)
            if not held:
                return
            changes = [_deleted(key, version) for key, version in held.items()]
            left = [change.key for chunk in in_chunks(changes) for change in self.send(chunk)]
        raise unavailable("đang có thay đổi khác; hãy thử lại sau", "is being changed; try again later")

    def _versions(self, ids: Collection[str]) -> dict[str, int]:
        if not ids:
            return {}
        answered = self.client().mget(index=self.target, ids=list(ids), source=False)
        for document in answered["docs"]:
            if "error" in document:
                raise IndexGone
        return {document["_id"]: document["_version"] for document in answered["docs"] if document["found"]}
