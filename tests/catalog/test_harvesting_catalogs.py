"""What a harvest of another catalogue leaves behind: identifiers kept, faults named, nothing lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.editing_sources import read_anew
from catalog.errors import SourceUnreachable
from catalog.harvesting import harvest
from catalog.harvesting_catalogs import GRACE
from catalog.holding import approve_release, held_table, request_release
from catalog.issues import Dimension, Issue, Severity
from catalog.model import Dataset, DatasetStatus
from catalog.ports import OpenCatalog
from catalog.remote import (
    InvalidRecord,
    ListedItem,
    ListingMark,
    ListingNotice,
    RemoteDataset,
    RemoteDistribution,
    RemoteRecord,
)
from catalog.sources import CATALOG_KEY, HarvestRun, HarvestSource, Outcome, RunState, SourceId, TableOutcome
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import HEALTH, example_source
from tests.portal.sample import open_sample_parts


@dataclass
class Listing:
    """Another catalogue that says what the test gave it. A record is its identifier, its title and, if wanted, more."""

    records_: list[Mapping[str, Any]]
    notices: Sequence[ListingNotice] = ()
    breaks_off: bool = False
    described: list[str] = field(default_factory=list)
    mapping_version: int = 1
    mark: str = ""
    """By what the listing is recognised, if the test wants it to be."""
    known: str | None = None
    """What it was asked to recognise."""

    def records(self, folder: Path, known: str | None = None) -> Iterator[ListedItem]:
        self.known = known
        if self.mark and known == self.mark:
            yield ListingMark(known, unchanged=True)
            return
        for position, raw in enumerate(self.records_, 1):
            yield RemoteRecord(position, raw.get("id", ""), raw)
        yield from self.notices
        if self.breaks_off:
            raise SourceUnreachable("Nguồn ngừng trả lời.", "The source stopped answering.")
        if self.mark:
            yield ListingMark(self.mark)

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        self.described.append(record.identifier)
        if record.raw.get("broken"):
            raise InvalidRecord(
                Issue("record-broken", Severity.ERROR, Dimension.CORRECT, "Bản ghi hỏng.", "The record is broken.")
            )
        return RemoteDataset(
            title=record.raw.get("title", ""),
            license=record.raw.get("license", ""),
            distributions=(RemoteDistribution("Tệp", "https://nguon.example/a.csv", format="CSV"),),
        )


def listing_of(*titles: str) -> Listing:
    return Listing([{"id": f"id-{title}", "title": title} for title in titles])


NAMES = tuple(f"Bảng {number}" for number in range(1, 11))


@dataclass
class Clocked:
    """The portal with a clock that the test sets."""

    parts: Parts
    now: datetime = datetime(2026, 11, 1, 2, tzinfo=UTC)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Clocked]:
    opened = open_sample_parts(tmp_path / "home")
    clocked = Clocked(opened)
    clocked.parts = replace(opened, clock=lambda: clocked.now)
    yield clocked
    opened.store.close()


@pytest.fixture
def source(portal: Clocked) -> HarvestSource:
    remote = replace(example_source("danh-muc-bo"), kind="dcat", options={"url": "https://nguon.example/data.json"})
    with portal.parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(remote)
    return remote


def run_of(portal: Clocked, source: HarvestSource, listing: Listing) -> HarvestRun:
    opened: OpenCatalog = lambda source: listing  # noqa: E731
    harvester = replace(open_harvester(portal.parts), open_catalog=opened)
    return harvest(harvester, source.id, trigger="test")


def outcome_of(portal: Clocked, source: HarvestSource) -> TableOutcome:
    with portal.parts.store.read() as reader:
        return reader.last_outcomes(source.id)[CATALOG_KEY]


def datasets_of(portal: Clocked, source: HarvestSource) -> dict[str, Dataset]:
    """The datasets of the source by their identifier there."""
    with portal.parts.store.read() as reader:
        found = reader.datasets()
    return {item.origin.identifier: item for item in found if item.origin and item.origin.source_id == source.id}


def test_records_become_datasets_that_keep_their_identifiers(portal: Clocked, source: HarvestSource) -> None:
    listing = Listing([{"id": "a/1", "title": "Dân số", "license": "https://creativecommons.org/licenses/by/4.0/"}])
    assert run_of(portal, source, listing).state is RunState.SUCCESS
    (dataset,) = datasets_of(portal, source).values()
    assert (dataset.title, dataset.name, dataset.license_id) == ("Dân số", "dan-so", "cc-by")
    assert dataset.organization_id == source.organization_id
    assert dataset.distributions[0].access_url == "https://nguon.example/a.csv"
    assert outcome_of(portal, source).counts == {
        "read": 1, "added": 1, "changed": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip


def test_two_records_of_one_title_get_names_of_their_own(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, Listing([{"id": "1", "title": "Dân số"}, {"id": "2", "title": "Dân số"}]))
    names = sorted(dataset.name for dataset in datasets_of(portal, source).values())
    assert len(set(names)) == 2
    assert names[0] == "dan-so"
    assert names[1].startswith("dan-so-")


def test_the_second_run_changes_nothing_and_looks_at_no_record(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    before = datasets_of(portal, source)
    again = listing_of(*NAMES)
    portal.now += timedelta(days=1)
    assert run_of(portal, source, again).state is RunState.SUCCESS
    assert outcome_of(portal, source).outcome is Outcome.UNCHANGED
    assert again.described == []
    assert datasets_of(portal, source) == before


def test_a_changed_record_changes_its_dataset_alone(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    before = datasets_of(portal, source)
    listing = listing_of(*NAMES)
    listing.records_[0] = {"id": "id-Bảng 1", "title": "Bảng một"}
    portal.now += timedelta(days=1)
    run_of(portal, source, listing)
    after = datasets_of(portal, source)
    assert listing.described == ["id-Bảng 1"]
    assert after["id-Bảng 1"].recorded == portal.now
    assert after["id-Bảng 1"].title == "Bảng một"
    assert after["id-Bảng 1"].name == before["id-Bảng 1"].name
    assert {name for name, item in after.items() if item != before[name]} == {"id-Bảng 1"}


def test_a_better_reading_describes_unchanged_records_anew(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    again = replace(listing_of(*NAMES), mapping_version=2)
    run_of(portal, source, again)
    assert len(again.described) == len(NAMES)


FAULTY: dict[str, Mapping[str, Any]] = {
    "record-without-identifier": {"title": "Không mã"},
    "duplicate-identifier": {"id": "id-Bảng 1", "title": "Lặp"},
    "record-without-title": {"id": "x", "title": "  "},
    "record-broken": {"id": "y", "title": "Hỏng", "broken": True},
}


@pytest.mark.parametrize("code", FAULTY)
def test_a_malformed_record_is_named_and_the_others_are_taken(
    portal: Clocked, source: HarvestSource, code: str
) -> None:
    listing = listing_of(*NAMES)
    listing.records_.append(FAULTY[code])
    for _ in range(2):  # the second time it is remembered, and told of again
        run = run_of(portal, source, listing)
        assert run.state is RunState.PARTIAL
        outcome = outcome_of(portal, source)
        assert [issue.code for issue in outcome.issues] == [code]
        assert outcome.counts["rejected"] == 1
        with portal.parts.store.read() as reader:
            (fault,) = reader.outcome_report(run.id, CATALOG_KEY).faults
        assert (fault.code, fault.row) == (code, 11)
    assert len(datasets_of(portal, source)) == len(NAMES)


def test_a_record_that_turns_bad_leaves_its_dataset_as_it_was(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    listing = listing_of(*NAMES)
    listing.records_[0] = {"id": "id-Bảng 1", "title": "Bảng 1", "broken": True}
    assert run_of(portal, source, listing).state is RunState.PARTIAL
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.PUBLISHED
    assert run_of(portal, source, listing_of(*NAMES)).state is RunState.SUCCESS


def test_a_dataset_that_vanishes_is_withdrawn_after_its_time_of_grace(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    run_of(portal, source, listing_of(*NAMES[1:]))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.PUBLISHED
    portal.now += GRACE - timedelta(seconds=1)
    run_of(portal, source, listing_of(*NAMES[1:]))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.PUBLISHED
    portal.now += timedelta(seconds=1)
    run_of(portal, source, listing_of(*NAMES[1:]))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.WITHDRAWN
    assert outcome_of(portal, source).counts["withdrawn"] == 1
    with portal.parts.store.read() as reader:
        (told,) = [event for event in reader.audit() if event.action == "dataset.withdraw"]
    assert told.details["reason"] == "not-listed-at-source"


@dataclass
class Answering(Listing):
    """One that can be asked for single records: those in ``hidden`` it does not show."""

    hidden: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def gone(self, identifiers: Sequence[str], witness: str) -> frozenset[str]:
        self.asked += identifiers
        assert witness in {record["id"] for record in self.records_}
        return self.hidden & frozenset(identifiers)


def test_what_the_source_itself_says_is_gone_is_withdrawn_at_the_second_run(
    portal: Clocked, source: HarvestSource
) -> None:
    """A province must not go on showing what another took from the public; one refusal may be a slip."""
    run_of(portal, source, listing_of(*NAMES))
    hidden = frozenset({"id-Bảng 1"})
    for asked, status in (
        ([], DatasetStatus.PUBLISHED),
        (["id-Bảng 1", "id-Bảng 2"], DatasetStatus.WITHDRAWN),
        (["id-Bảng 2"], DatasetStatus.WITHDRAWN),
    ):
        portal.now += timedelta(days=1)
        run_of(portal, source, answering := Answering(listing_of(*NAMES[2:]).records_, hidden=hidden))
        assert sorted(answering.asked) == asked
        assert datasets_of(portal, source)["id-Bảng 1"].status is status
        assert datasets_of(portal, source)["id-Bảng 2"].status is DatasetStatus.PUBLISHED
    with portal.parts.store.read() as reader:
        (told,) = [event for event in reader.audit() if event.action == "dataset.withdraw"]
    assert told.details["reason"] == "gone-at-source"


def test_a_dataset_that_comes_back_is_public_again(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    for _ in range(2):
        run_of(portal, source, listing_of(*NAMES[1:]))
        portal.now += GRACE
    run_of(portal, source, listing_of(*NAMES[1:]))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.WITHDRAWN
    run_of(portal, source, listing_of(*NAMES))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.PUBLISHED
    portal.now += GRACE
    run_of(portal, source, listing_of(*NAMES))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.PUBLISHED


def vanish(portal: Clocked, source: HarvestSource) -> HarvestRun:
    run_of(portal, source, listing_of(*NAMES))
    return run_of(portal, source, listing_of(*NAMES[3:]))


def test_when_too_many_vanish_at_once_nothing_is_changed_until_two_persons_agree(
    portal: Clocked, source: HarvestSource
) -> None:
    assert vanish(portal, source).state is RunState.HELD
    with portal.parts.store.read() as reader:
        held = held_table(reader, source.name, CATALOG_KEY)
        assert not any(mark.missing_since for mark in reader.remote_marks(source.id).values())
    assert [issue.code for issue in held.holds] == ["shrunken-catalog"]
    at = portal.now
    request_release(
        portal.parts.store, source.name, CATALOG_KEY, reason="Bộ đã gộp ba bảng này.", requested_by="An", at=at
    )
    approve_release(portal.parts.store, source.name, CATALOG_KEY, approved_by="Bình", at=at)
    assert run_of(portal, source, listing_of(*NAMES[3:])).state is RunState.SUCCESS
    with portal.parts.store.read() as reader:
        assert sum(mark.missing_since is not None for mark in reader.remote_marks(source.id).values()) == 3


def test_a_release_does_not_cover_others_that_vanish(portal: Clocked, source: HarvestSource) -> None:
    vanish(portal, source)
    request_release(
        portal.parts.store, source.name, CATALOG_KEY, reason="Bộ đã gộp ba bảng này.", requested_by="An", at=portal.now
    )
    approve_release(portal.parts.store, source.name, CATALOG_KEY, approved_by="Bình", at=portal.now)
    assert run_of(portal, source, listing_of(*NAMES[4:])).state is RunState.HELD


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: listing_of(), id="no dataset at all"),
        pytest.param(lambda: replace(listing_of(*NAMES[:2], "Mới"), breaks_off=True), id="broken off"),
    ],
)
def test_nothing_is_concluded_from_a_listing_that_is_empty_or_broken_off(
    portal: Clocked, source: HarvestSource, make: Callable[[], Listing]
) -> None:
    run_of(portal, source, listing_of(*NAMES))
    before = datasets_of(portal, source)
    assert run_of(portal, source, make()).state is RunState.FAILED
    assert datasets_of(portal, source) == before


def test_what_an_incomplete_listing_does_not_name_is_not_missing(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, listing_of(*NAMES))
    notice = ListingNotice(
        Issue("pages-repeat", Severity.WARNING, Dimension.COMPLETE, "Các trang lặp lại.", "Pages repeat."), False
    )
    run_of(portal, source, replace(listing_of(*NAMES[5:]), notices=[notice]))
    with portal.parts.store.read() as reader:
        assert not any(mark.missing_since for mark in reader.remote_marks(source.id).values())
    assert [issue.code for issue in outcome_of(portal, source).issues] == ["pages-repeat"]


def test_two_sources_may_use_the_same_identifiers(portal: Clocked, source: HarvestSource) -> None:
    other = replace(source, id=SourceId("khac"), name="danh-muc-khac")
    with portal.parts.store.write() as transaction:
        transaction.put_source(other)
    run_of(portal, source, listing_of(*NAMES))
    assert run_of(portal, other, listing_of(*NAMES)).state is RunState.SUCCESS
    assert len(datasets_of(portal, source)) == len(datasets_of(portal, other)) == len(NAMES)


# --- listings that are recognised ------------------------------------------------------------------------------------


def marked(*titles: str, mark: str = "v1") -> Listing:
    return replace(listing_of(*titles), mark=mark)


def test_a_listing_that_is_recognised_is_not_read_and_says_the_same_as_before(
    portal: Clocked, source: HarvestSource
) -> None:
    first = marked(*NAMES)
    first.records_.append(FAULTY["record-without-identifier"])
    run_of(portal, source, first)
    before, said = datasets_of(portal, source), outcome_of(portal, source)
    again = marked(mark="v1")  # would be a failure if it were read: it is empty
    run = run_of(portal, source, again)
    after = outcome_of(portal, source)
    assert (first.known, again.known) == ("", "v1")
    assert (run.state, after.outcome, after.issues) == (RunState.PARTIAL, Outcome.PARTIAL, said.issues)
    assert after.counts == {"unchanged": len(NAMES), "rejected": 1}
    assert after.row_count == said.row_count == len(NAMES) + 1
    assert datasets_of(portal, source) == before
    with portal.parts.store.read() as reader:
        assert reader.outcome_report(run.id, CATALOG_KEY) == reader.outcome_report(said.run_id, CATALOG_KEY)


def test_it_is_recognised_again_and_again(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, marked(*NAMES))
    for _ in range(3):
        run_of(portal, source, again := marked())
        assert (again.known, outcome_of(portal, source).outcome) == ("v1", Outcome.UNCHANGED)


def test_the_time_of_grace_runs_out_while_the_listing_stays_as_it_is(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, marked(*NAMES))
    run_of(portal, source, marked(*NAMES[1:], mark="v2"))
    portal.now += GRACE
    run_of(portal, source, marked(mark="v2"))
    assert datasets_of(portal, source)["id-Bảng 1"].status is DatasetStatus.WITHDRAWN
    assert outcome_of(portal, source).counts["withdrawn"] == 1
    assert datasets_of(portal, source)["id-Bảng 2"].status is DatasetStatus.PUBLISHED
    run_of(portal, source, marked(mark="v2"))
    assert outcome_of(portal, source).outcome is Outcome.UNCHANGED


def asked_after(portal: Clocked, source: HarvestSource, *between: Listing) -> str | None:
    """What the listing is asked to recognise after it was read once and then came ``between``."""
    run_of(portal, source, marked(*NAMES))
    for listing in between:
        run_of(portal, source, listing)
    last = marked(*NAMES)
    run_of(portal, source, last)
    return last.known


def test_nothing_is_recognised_after_a_run_that_broke_off(portal: Clocked, source: HarvestSource) -> None:
    """It may have applied a part of another listing."""
    assert asked_after(portal, source, replace(marked(*NAMES, "Mới", mark="v2"), breaks_off=True)) == ""


def test_nothing_is_recognised_after_a_listing_that_was_held(portal: Clocked, source: HarvestSource) -> None:
    assert asked_after(portal, source, marked(*NAMES[5:], mark="v2")) == ""


def test_nothing_is_recognised_after_an_operator_asked_for_everything(portal: Clocked, source: HarvestSource) -> None:
    run_of(portal, source, marked(*NAMES))
    before = datasets_of(portal, source)
    read_anew(portal.parts.store, source.id, actor="van-hanh", at=portal.now)
    run_of(portal, source, full := marked(*NAMES))
    assert (full.known, outcome_of(portal, source).outcome) == ("", Outcome.UNCHANGED)
    assert datasets_of(portal, source) == before
    run_of(portal, source, after := marked(*NAMES))
    assert after.known == "v1"


def test_nothing_is_recognised_of_a_listing_that_was_not_complete(portal: Clocked, source: HarvestSource) -> None:
    issue = Issue("pages-repeat", Severity.ERROR, Dimension.COMPLETE, "Các trang lặp lại.", "Pages repeat.")
    assert asked_after(portal, source, replace(marked(*NAMES, mark="v2"), notices=[ListingNotice(issue, False)])) == ""


def test_nothing_is_recognised_by_a_better_reading_or_with_other_options(
    portal: Clocked, source: HarvestSource
) -> None:
    run_of(portal, source, marked(*NAMES))
    run_of(portal, source, better := replace(marked(*NAMES), mapping_version=2))
    assert better.known == ""
    with portal.parts.store.write() as transaction:
        transaction.put_source(replace(source, options={"url": "https://khac.example/data.json"}))
    run_of(portal, source, elsewhere := replace(marked(*NAMES), mapping_version=2))
    assert elsewhere.known == ""


def test_a_run_that_another_took_over_recognises_nothing(
    portal: Clocked, source: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process before it may have applied a part of what the source had then."""
    run_of(portal, source, marked(*NAMES))

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Listing, "describe", killed)
        with pytest.raises(KeyboardInterrupt):
            run_of(portal, source, marked("Mới", *NAMES, mark="v2"))
    last = marked(*NAMES)
    assert run_of(portal, source, last).attempt == 2
    assert last.known == ""
