"""Harvests the records of another catalogue: read to the end, compared with what is remembered, applied in batches.

Nothing is concluded from a listing that broke off. A record that did not change costs one look. Records that vanish are
given a time of grace, then their datasets are withdrawn, with a note; at the second run already where the catalogue
itself says that a record is gone or not for the public any more. When too many vanish at once nothing is changed until
a person has looked. Every dataset is committed with its record, so that a killed run goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from catalog.errors import SourceUnreadable
from catalog.issues import FAULTS_KEPT, Example, Fault, Issue, Report, Severity
from catalog.known_content import KnownListing, known_listing, report_as_before, take_as_before
from catalog.listings import Listing, described, read_listing, told_gone, vanished
from catalog.model import Dataset, DatasetId, DatasetStatus, DistributionId
from catalog.ports import AuditEvent, CatalogReader, CatalogTransaction, Topic
from catalog.released_reports import Judged, apply_release, record_publication
from catalog.remote import (
    KeptRecord,
    RemoteCatalog,
    RemoteDataset,
    RemoteMark,
    RemoteRecord,
)
from catalog.remote_datasets import dataset_of, name_of
from catalog.runs import Harvester, Tell
from catalog.sources import CATALOG_KEY, CATALOG_SCHEMA, HarvestRun, HarvestSource, Outcome, TableOutcome, catalog_table

GRACE = timedelta(days=7)
"""How long a dataset may be missing from the other catalogue's listing before it is withdrawn here."""

BATCH = 200
LARGEST_RECORD = 1_000_000
"""In characters of JSON; a larger record is no description of a dataset."""

_TOLD_EVERY = 500


def harvest_catalog(
    harvester: Harvester, run: HarvestRun, source: HarvestSource, remote: RemoteCatalog, folder: Path, tell: Tell
) -> None:
    """Bring the datasets of ``source`` into the catalogue and record what came of it as the outcome
    :data:`CATALOG_KEY` of the run. Raises ``SourceError`` when the listing cannot be read to its end, with nothing
    changed."""
    started = time.monotonic()
    with harvester.store.read() as reader:
        marks = reader.remote_marks(source.id)
        known = known_listing(reader, run, source, remote.mapping_version)
    listing = read_listing(remote, marks, folder, tell, known.fingerprint)
    if known.recognised(listing):
        take_as_before(listing, known, marks)
    steps = {"read": time.monotonic() - started}
    missing = sorted(marks.keys() - listing.seen)
    if not listing.read:
        raise _empty(source)
    held = vanished(missing, marks) if listing.complete else None
    with harvester.store.read() as reader:
        judged = Judged(_digest_of(missing), CATALOG_SCHEMA, Report(listing.read, (held,) if held else ()))
        released = apply_release(reader, source.id, catalog_table(source), judged)
    outcome = _outcome(harvester, run, listing, judged.snapshot_sha256)
    if held and released.release is None:
        report = Report(listing.read, (*released.report.issues, *listing.notices))
        counts = {"read": listing.read, "missing": len(missing)}
        kept = replace(outcome, outcome=Outcome.HELD, issues=report.issues, steps=steps, counts=counts)
        with harvester.store.write() as transaction:
            transaction.hold_lease(run.id, harvester.owner)
            transaction.add_outcome(kept, report)
        return
    applying = _Applying(harvester, run, source, remote, marks)
    counts = applying.apply(listing, missing if listing.complete else (), tell)
    steps["write"] = time.monotonic() - started - steps["read"]
    with harvester.store.write() as transaction:
        transaction.hold_lease(run.id, harvester.owner)
        now = harvester.clock()
        report = _report(transaction, source, listing, released.report.issues, known)
        counts["rejected"] = sum(issue.count for issue in report.issues if issue.severity is Severity.ERROR)
        if released.release:
            record_publication(transaction, source, released.release, run.id, now)
        fingerprint = known.next_fingerprint(listing)
        ended = replace(outcome, outcome=_kind(counts, listing.read), issues=report.issues, steps=steps, counts=counts)
        ended = replace(ended, fingerprint=fingerprint, finished_at=now)
        transaction.add_outcome(ended, report)


# --- guarding --------------------------------------------------------------------------------------------------------


def _empty(source: HarvestSource) -> SourceUnreadable:
    return SourceUnreadable(
        f"Nguồn “{source.name}” trả lời nhưng không có bộ dữ liệu nào; không thay đổi gì ở đây.",
        f"Source “{source.name}” answers, but lists no dataset; nothing is changed here.",
        remedy="Kiểm tra địa chỉ và bộ lọc của nguồn.",
        remedy_en="Check the address and the filter of the source.",
    )


def _digest_of(names: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


# --- applying --------------------------------------------------------------------------------------------------------


class _Applying:
    """Puts what was read into the catalogue, batch by batch."""

    def __init__(
        self,
        harvester: Harvester,
        run: HarvestRun,
        source: HarvestSource,
        remote: RemoteCatalog,
        marks: Mapping[str, RemoteMark],
    ) -> None:
        self._harvester = harvester
        self._run = run
        self._source = source
        self._remote = remote
        self._marks = marks
        self._grace = timedelta(days=int(source.options.get("grace_days") or GRACE.days))
        self.counts: Counter[str] = Counter()

    def apply(self, listing: Listing, missing: Sequence[str], tell: Tell) -> dict[str, int]:
        """Returns how many records were read, added, changed, unchanged, missing and withdrawn."""
        for batch in _batched(listing.changed):
            tell("write", CATALOG_KEY, self.counts["added"] + self.counts["changed"])
            self._apply_batch(batch, listing.digests)
        back = [name for name in listing.unchanged if self._marks[name].missing_since is not None]
        for names in _batched(back):
            self._bring_back(names)
        gone = self._told_gone(missing, listing)
        for names in _batched(missing):
            self._let_go(names, gone)
        if not (listing.mark and listing.mark.unchanged):
            self.counts["read"] = listing.read
        self.counts["unchanged"] = len(listing.unchanged) - len(back)
        return dict(self.counts)

    def _apply_batch(self, batch: Sequence[RemoteRecord], digests: Mapping[str, str]) -> None:
        told = [(record, *described(self._remote, record)) for record in batch]
        with self._harvester.store.write() as transaction:
            transaction.hold_lease(self._run.id, self._harvester.owner)
            now = self._harvester.clock()
            good = [(record, said) for record, said, _ in told if said is not None]
            datasets = self._datasets(transaction, good, now)
            self._put(transaction, list(datasets.values()), now)
            transaction.put_remote_records(
                self._source.id,
                [
                    KeptRecord(
                        identifier=record.identifier,
                        digest=digests[record.identifier],
                        dataset_id=self._dataset_id(record, datasets),
                        raw=_bounded(record.raw),
                        problems=problems,
                        position=record.position,
                        changed_at=now,
                        rejected=said is None,
                    )
                    for record, said, problems in told
                ],
            )

    def _dataset_id(self, record: RemoteRecord, datasets: Mapping[str, Dataset]) -> DatasetId | None:
        """Of a record that cannot be read any more the last good dataset stays."""
        if record.identifier in datasets:
            return datasets[record.identifier].id
        mark = self._marks.get(record.identifier)
        return mark.dataset_id if mark else None

    def _datasets(
        self, reader: CatalogReader, good: Sequence[tuple[RemoteRecord, RemoteDataset]], now: datetime
    ) -> dict[str, Dataset]:
        known = {mark.dataset_id for record, _ in good if (mark := self._marks.get(record.identifier))} - {None}
        stored = {dataset.id: dataset for dataset in reader.datasets([name for name in known if name])} if known else {}
        plain = {record.identifier: name_of(said, record, self._source, ()) for record, said in good}
        taken = dict(reader.dataset_names(set(plain.values())))
        datasets: dict[str, Dataset] = {}
        for record, said in good:
            mark = self._marks.get(record.identifier)
            before = stored.get(mark.dataset_id) if mark and mark.dataset_id else None
            name = name_of(said, record, self._source, taken)
            dataset = dataset_of(self._source, record, said, name, before, now)
            taken.setdefault(dataset.name, dataset.id)
            datasets[record.identifier] = dataset
        return datasets

    def _put(self, transaction: CatalogTransaction, datasets: Sequence[Dataset], now: datetime) -> None:
        new = [dataset for dataset in datasets if not dataset.revision]
        transaction.add_datasets(new, now)
        changed = [dataset for dataset in datasets if dataset.revision]
        for dataset in changed:
            transaction.put_dataset(dataset, now)
        self.counts["added"] += len(new)
        self.counts["changed"] += len(changed)
        self._follow(transaction, new, "dataset.create", now)
        self._follow(transaction, changed, "dataset.update", now)

    def _follow(
        self, transaction: CatalogTransaction, datasets: Sequence[Dataset], action: str, now: datetime, **more: str
    ) -> None:
        """The audit and the outbox of a change."""
        actor = f"run:{self._run.id}"
        transaction.add_audit(
            *(AuditEvent(now, actor, action, "dataset", item.id, {"name": item.name, **more}) for item in datasets)
        )
        transaction.add_events(Topic.DATASET, [dataset.id for dataset in datasets], now)

    def _bring_back(self, names: Sequence[str]) -> None:
        """Records that were missing and are there again, as they were."""
        with self._harvester.store.write() as transaction:
            transaction.hold_lease(self._run.id, self._harvester.owner)
            self._set_status(transaction, names, DatasetStatus.PUBLISHED, "dataset.restore")
            transaction.mark_missing(self._source.id, names, None)
        self.counts["changed"] += len(names)

    def _told_gone(self, missing: Sequence[str], listing: Listing) -> frozenset[str]:
        """Which of the records that were missing before have a public dataset, and are gone as their catalogue says."""
        before = {name: self._marks[name].dataset_id for name in missing if self._marks[name].missing_since}
        ids = [dataset_id for dataset_id in before.values() if dataset_id]
        if not ids:
            return frozenset()
        with self._harvester.store.read() as reader:
            public = {item.id for item in reader.datasets(ids) if item.status is DatasetStatus.PUBLISHED}
        return told_gone(self._remote, [name for name in before if before[name] in public], listing.seen)

    def _let_go(self, names: Sequence[str], gone: Collection[str]) -> None:
        """Records that are not listed: remembered as missing, and withdrawn when they are ``gone`` as their catalogue
        says, or their time of grace is over."""
        now = self._harvester.clock()
        never_accepted = [name for name in names if self._marks[name].dataset_id is None]
        fresh = [name for name in names if self._marks[name].missing_since is None]
        told = [name for name in names if name in gone]
        over = [name for name in names if (since := self._marks[name].missing_since) and since + self._grace <= now]
        with self._harvester.store.write() as transaction:
            transaction.hold_lease(self._run.id, self._harvester.owner)
            transaction.mark_missing(self._source.id, fresh, now)
            transaction.forget_remote_records(self._source.id, never_accepted)
            for reason, withdrawn in (("gone-at-source", told), ("not-listed-at-source", over)):
                self.counts["withdrawn"] += self._set_status(
                    transaction, withdrawn, DatasetStatus.WITHDRAWN, "dataset.withdraw", reason=reason
                )
        self.counts["missing"] += len(names)

    def _set_status(
        self, transaction: CatalogTransaction, names: Sequence[str], status: DatasetStatus, action: str, **more: str
    ) -> int:
        ids = [mark.dataset_id for name in names if (mark := self._marks[name]).dataset_id is not None]
        stored = transaction.datasets([key for key in ids if key]) if ids else ()
        changed = [replace(dataset, status=status) for dataset in stored if dataset.status is not status]
        now = self._harvester.clock()
        for dataset in changed:
            transaction.put_dataset(dataset, now)
        self._follow(transaction, changed, action, now, **more)
        return len(changed)


_T = TypeVar("_T")


def _batched(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _bounded(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record as it is kept; one that is too large is kept by its size alone."""
    size = len(json.dumps(raw, ensure_ascii=False))
    return raw if size <= LARGEST_RECORD else {"_too_large": size}


# --- telling ---------------------------------------------------------------------------------------------------------


def _report(
    reader: CatalogReader, source: HarvestSource, listing: Listing, before: Iterable[Issue], known: KnownListing
) -> Report:
    """Faults of the listing and of every rejected record that it still has, grouped by what is wrong."""
    if last := known.recognised(listing):
        return report_as_before(reader, last)
    seen = listing.seen
    kept = [record for record in reader.rejected_records(source.id) if record.identifier in seen]
    places = [
        *((record.position, record.identifier, issue) for record, issue in listing.faults),
        *((record.position, record.identifier, issue) for record in kept for issue in record.problems),
    ]
    places.sort(key=lambda place: place[:2])
    faults = tuple(Fault(issue.code, row, issue.field or "", value=name[:100]) for row, name, issue in places)
    issues = (*before, *listing.notices, *_grouped(places))
    return Report(listing.read, issues, faults=faults[:FAULTS_KEPT])


def _grouped(places: Sequence[tuple[int, str, Issue]]) -> Iterator[Issue]:
    groups: dict[tuple[str, str | None], list[tuple[int, str, Issue]]] = {}
    for place in places:
        groups.setdefault((place[2].code, place[2].field), []).append(place)
    for members in groups.values():
        examples = tuple(Example(row, name[:100]) for row, name, _ in members[:5])
        yield replace(members[0][2], count=len(members), examples=examples)


def _outcome(harvester: Harvester, run: HarvestRun, listing: Listing, snapshot: str) -> TableOutcome:
    return TableOutcome(
        run_id=run.id,
        table_key=CATALOG_KEY,
        dataset_id=DatasetId(""),
        distribution_id=DistributionId(""),
        outcome=Outcome.FAILED,
        finished_at=harvester.clock(),
        row_count=listing.read,
        snapshot_sha256=snapshot,
        schema_digest=CATALOG_SCHEMA.digest,
    )


def _kind(counts: Mapping[str, int], listed: int) -> Outcome:
    done = sum(counts.get(name, 0) for name in ("added", "changed", "withdrawn"))
    if counts["rejected"]:
        return Outcome.PARTIAL if counts["rejected"] < listed else Outcome.REJECTED
    return Outcome.PUBLISHED if done else Outcome.UNCHANGED
