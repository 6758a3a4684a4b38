"""The state of a catalogue as its users can tell it apart, and the promises that hold in every state of it.

Equal states, equal values: times, runs and take-overs differ between two histories and are left out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from catalog.checking import find_drift
from catalog.model import Dataset, Version
from catalog.ports import CatalogReader, Topic
from catalog.questions import RowQuery, SearchQuery
from catalog.sources import Outcome, RunState
from portal.wiring import Parts

_STANDING = {Outcome.UNCHANGED: Outcome.PUBLISHED}
"""A run that came to its end just before the kill makes the next one find everything unchanged."""

_WELL = (Outcome.PUBLISHED, Outcome.UNCHANGED)
_SHRINK_LIMIT = 0.8
_RUNS_LOOKED_AT = 40


def catalogue_state(parts: Parts) -> dict[str, Any]:
    """What is published with which bytes, what became of every table, and what can be found and asked."""
    with parts.store.read() as reader:
        datasets = reader.datasets()
        versions = _versions(reader)
        derived = reader.derived_files([version.id for version in versions])
        outcomes = {
            (source.name, key): (
                _STANDING.get(outcome.outcome, outcome.outcome),
                outcome.snapshot_sha256,
                outcome.issues,
            )
            for source in reader.sources()
            for key, outcome in reader.last_outcomes(source.id).items()
        }
        waiting = len(reader.outbox())
        running = [run.state for source in reader.sources() for run in reader.runs(source.id) if not run.state.is_over]
    return {
        "datasets": [(d.name, d.title, d.status, d.issued is None) for d in datasets],
        "versions": [(v.id, v.number, v.row_count, v.snapshot_sha256, v.columns, v.files) for v in versions],
        "derived": {key: sorted(files, key=lambda file: file.format) for key, files in derived.items()},
        "outcomes": outcomes,
        "waiting": waiting,
        "running": running,
        "files": sorted(parts.files.keys()),
        "rows": sorted(parts.rows.versions()),
        "found": sorted(hit.name for hit in parts.index.search(SearchQuery(limit=1000)).hits),
    }


def _versions(reader: CatalogReader) -> list[Version]:
    """All versions, those of one table together and newest first."""
    return [version for key in sorted(reader.latest_versions()) for version in reader.versions(key)]


def broken_promises(parts: Parts, *, settled: bool = False) -> list[str]:
    """What the catalogue promises at every moment, also right after a process was killed, and does not keep. With
    ``settled`` nothing may be left to do either: a worker has done what there was, and drift was mended."""
    broken = [*_unexplained_drift(parts, settled=settled)]
    with parts.store.read() as reader:
        versions, datasets = _versions(reader), reader.datasets()
        broken += [*_odd_versions(reader, versions), *_unaudited(reader, versions, datasets)]
        broken += [*_undelivered(reader, versions, datasets), *_untrue_runs(reader, versions, datasets)]
        newest = reader.latest_versions()
        active = [source.name for source in reader.sources() if reader.active_run(source.id)]
    for version in newest.values():
        broken += _rows_unlike_file(parts, version)
    return broken + [f"{name} still has a run that is not over" for name in active if settled]


def _unexplained_drift(parts: Parts, *, settled: bool) -> Iterator[str]:
    """Until everything is delivered the index may lag behind by what waits; until somebody mends it, files of a
    publication that never came to be may lie about."""
    with parts.store.read() as reader:
        waiting = {event.key for event in reader.outbox(100_000) if event.topic == Topic.DATASET}
    for drift in find_drift(parts.indexing, parts.files, hashes=True):
        counted = drift.kind == "index" and not drift.key and waiting
        excused = drift.kind in ("outbox", "orphan-file", "orphan-rows") or drift.key in waiting or counted
        if settled or not excused:
            yield f"{drift.kind}: {drift.message_en}"


def _odd_versions(reader: CatalogReader, versions: Sequence[Version]) -> Iterator[str]:
    for distribution_id, group in groupby(versions, key=lambda version: version.distribution_id):
        ordered = sorted(group, key=lambda version: version.number)
        numbers = [version.number for version in ordered]
        if numbers != list(range(1, len(ordered) + 1)):
            yield f"{distribution_id} has the versions {numbers}"
        for before, after in pairwise(ordered):
            if before.files == after.files:
                yield f"versions {before.number} and {after.number} of {distribution_id} are the same"
            if after.row_count < before.row_count * _SHRINK_LIMIT and not _was_released(reader, after):
                yield f"version {after.number} of {distribution_id} lost too many rows and nobody released it"
        if reader.dataset(ordered[0].dataset_id).issued is None:
            yield f"the dataset of {distribution_id} has versions, but was never issued"


def _was_released(reader: CatalogReader, version: Version) -> bool:
    return any(issue.code == "shrunken-table" for issue in reader.version_report(version.id).issues)


def _unaudited(reader: CatalogReader, versions: Sequence[Version], datasets: Sequence[Dataset]) -> Iterator[str]:
    events = Counter((event.action, event.object_id) for event in reader.audit(1_000_000))
    published = {key: count for (action, key), count in events.items() if action == "version.publish"}
    ids = {version.id for version in versions}
    if published != dict.fromkeys(ids, 1):
        odd = {key: count for key, count in published.items() if count != 1 or key not in ids}
        yield f"the audit of publications differs from the versions: {odd}, without: {ids - published.keys()}"
    created = {key for action, key in events if action == "dataset.create" and events[(action, key)] == 1}
    for dataset in datasets:
        if dataset.id not in created:
            yield f"the audit does not tell once that {dataset.name} was made"


def _undelivered(reader: CatalogReader, versions: Sequence[Version], datasets: Sequence[Dataset]) -> Iterator[str]:
    """Versions without their further formats for which no work waits, and work about what is not there."""
    known: dict[str, set[str]] = {
        Topic.VERSION: {item.id for item in versions},
        Topic.DATASET: {item.id for item in datasets},
    }
    derived = reader.derived_files([version.id for version in versions])
    outbox = reader.outbox(100_000)
    waiting = {event.key for event in outbox if event.topic == Topic.VERSION}
    for version in versions:
        formats = {file.format for file in derived.get(version.id, ())}
        if version.id not in waiting and not formats >= {"json", "xlsx"}:
            yield f"version {version.id} has only {sorted(formats)}, and nothing waits to be done"
    for event in outbox:
        if event.key not in known[event.topic]:
            yield f"work waits about {event.topic} {event.key}, which is not there"


def _untrue_runs(reader: CatalogReader, versions: Sequence[Version], datasets: Sequence[Dataset]) -> Iterator[str]:
    by_id = {version.id: version for version in versions}
    dataset_ids = {dataset.id for dataset in datasets}
    for source in reader.sources():
        runs = reader.runs(source.id, limit=_RUNS_LOOKED_AT)
        if sum(not run.state.is_over for run in runs) > 1:
            yield f"{source.name} has more than one run that is not over"
        for run in runs:
            outcomes = reader.outcomes(run.id)
            if run.state is RunState.SUCCESS and any(outcome.outcome not in _WELL for outcome in outcomes):
                yield f"a run of {source.name} is called a success, but was none"
            for outcome in outcomes:
                is_version = outcome.outcome is Outcome.PUBLISHED and outcome.dataset_id
                version = by_id.get(outcome.version_id) if outcome.version_id else None
                if is_version and (version is None or version.run_id != run.id):
                    yield f"{outcome.table_key} of {source.name} is said to be published by a run that did not"
        for mark in reader.remote_marks(source.id).values():
            if mark.dataset_id is not None and mark.dataset_id not in dataset_ids:
                yield f"record {mark.identifier} of {source.name} belongs to a dataset that is not there"


def _rows_unlike_file(parts: Parts, version: Version) -> Iterator[str]:
    """What the API answers for a version, held against the file that it publishes."""
    stored = version.file("csv")
    if stored is None:
        yield f"version {version.id} has no CSV file"
        return
    with parts.files.open(stored.sha256) as stream:
        header, *lines = csv.reader(io.StringIO(stream.read().decode("utf-8-sig"), newline=""))
    page = parts.rows.rows(RowQuery(version.id, fields=tuple(header), limit=len(lines) + 1))
    answered = [["" if cell is None else str(cell) for cell in row] for row in page.rows]
    if page.total != version.row_count or sorted(answered) != sorted(lines):
        yield f"the rows of version {version.id} ({page.total}) are not those of its file ({len(lines)})"
