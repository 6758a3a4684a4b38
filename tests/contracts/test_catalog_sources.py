"""What every ``CatalogStore`` promises about sources and what is remembered of them: progress and the wish to end,
records of other catalogues, notifications, and a history that does not grow without bound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import AlreadyExists, LeaseLost, NotFound, RunInProgress
from catalog.issues import Dimension, Example, Issue, Report, Severity
from catalog.model import DatasetId, Origin, SourceShape
from catalog.notices import Channel, Notification
from catalog.ports import CatalogStore, Topic
from catalog.remote import KeptRecord, RemoteMark
from catalog.sources import HarvestRun, Lease, RunProgress, RunState, SourceId
from tests.contracts.records import MINUTE, NOW, department, health_source, outcome, pharmacies, publication

SOURCE = SourceId("src-y-te")
MINE = Lease("may-1:100", NOW + 2 * MINUTE)


@pytest.fixture(autouse=True)
def source(catalog: CatalogStore) -> None:
    with catalog.write() as transaction:
        transaction.put_organization(department())
        transaction.put_source(health_source())


def running(catalog: CatalogStore) -> HarvestRun:
    with catalog.write() as transaction:
        run = transaction.enqueue_run(SOURCE, "test", NOW)
        return transaction.claim_run(run.id, MINE, NOW, lambda owner: False)


def ended(catalog: CatalogStore, at_minute: int) -> HarvestRun:
    run = running(catalog)
    with catalog.write() as transaction:
        return transaction.finish_run(run.id, RunState.SUCCESS, NOW + at_minute * MINUTE)


class TestProgress:
    def test_a_beat_renews_the_lease_and_keeps_how_far_the_run_has_come(self, catalog: CatalogStore) -> None:
        run = running(catalog)
        progress = RunProgress("check", "nhà-thuốc", 1_200, NOW)
        with catalog.write() as transaction:
            assert transaction.beat(run.id, replace(MINE, until=NOW + 9 * MINUTE), progress) == ""
            assert transaction.beat(run.id, replace(MINE, until=NOW + 9 * MINUTE), None) == ""
        with catalog.read() as reader:
            found = reader.run(run.id)
        assert found.progress == progress
        assert found.lease == replace(MINE, until=NOW + 9 * MINUTE)

    def test_a_beat_of_somebody_else_is_refused(self, catalog: CatalogStore) -> None:
        run = running(catalog)
        with pytest.raises(LeaseLost), catalog.write() as transaction:
            transaction.beat(run.id, Lease("may-2:200", NOW), None)

    def test_the_worker_of_a_running_run_hears_that_it_is_to_end(self, catalog: CatalogStore) -> None:
        run = running(catalog)
        with catalog.write() as transaction:
            assert transaction.cancel_run(run.id, "cán bộ", NOW).state is RunState.RUNNING
        with catalog.write() as transaction:
            assert transaction.beat(run.id, MINE, None) == "cán bộ"

    def test_a_queued_run_is_cancelled_at_once(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            run = transaction.enqueue_run(SOURCE, "test", NOW)
            cancelled = transaction.cancel_run(run.id, "cán bộ", NOW + MINUTE)
        assert (cancelled.state, cancelled.finished_at) == (RunState.CANCELLED, NOW + MINUTE)
        with catalog.read() as reader:
            assert reader.active_run(SOURCE) is None

    def test_a_run_that_is_over_cannot_be_cancelled(self, catalog: CatalogStore) -> None:
        run = ended(catalog, 1)
        with pytest.raises(RunInProgress), catalog.write() as transaction:
            transaction.cancel_run(run.id, "cán bộ", NOW)


ISSUE = Issue(
    "record-without-title",
    Severity.ERROR,
    Dimension.CORRECT,
    "Không tiêu đề.",
    "No title.",
    examples=(Example(3, "c"),),
)


def record(identifier: str, digest: str = "d1", *, rejected: bool = False, position: int = 1) -> KeptRecord:
    return KeptRecord(
        identifier=identifier,
        digest=digest,
        dataset_id=None if rejected else DatasetId(f"ds-{identifier}"),
        raw={"title": "Dữ liệu", "danh sách": [1, {"a": None}]},
        problems=(ISSUE,) if rejected else (),
        position=position,
        changed_at=NOW,
        rejected=rejected,
    )


class TestRemoteRecords:
    def test_records_are_kept_and_replaced(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_remote_records(SOURCE, [record("a"), record("b", rejected=True)])
            transaction.put_remote_records(SOURCE, [record("a", "d2")])
            transaction.put_remote_records(SOURCE, [])
        with catalog.read() as reader:
            assert reader.remote_record(SOURCE, "a") == record("a", "d2")
            assert reader.remote_marks(SOURCE) == {
                "a": RemoteMark("a", "d2", DatasetId("ds-a")),
                "b": RemoteMark("b", "d1", None),
            }
            with pytest.raises(NotFound):
                reader.remote_record(SOURCE, "c")

    def test_rejected_ones_are_told_in_the_order_of_the_listing(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_remote_records(
                SOURCE, [record("x", rejected=True, position=9), record("y", rejected=True, position=2), record("z")]
            )
        with catalog.read() as reader:
            assert [item.identifier for item in reader.rejected_records(SOURCE)] == ["y", "x"]
            assert reader.rejected_records(SOURCE)[0].problems == (ISSUE,)
            assert len(reader.rejected_records(SOURCE, limit=1)) == 1

    def test_missing_ones_are_marked_and_may_come_back_or_be_forgotten(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_remote_records(SOURCE, [record("a"), record("b"), record("c")])
            transaction.mark_missing(SOURCE, ["a", "b"], NOW)
            transaction.mark_missing(SOURCE, ["b"], None)
            transaction.forget_remote_records(SOURCE, ["c"])
        with catalog.read() as reader:
            assert {mark.identifier: mark.missing_since for mark in reader.remote_marks(SOURCE).values()} == {
                "a": NOW,
                "b": None,
            }


class TestManyDatasets:
    def test_many_are_added_at_once_with_what_follows(self, catalog: CatalogStore) -> None:
        origin = Origin(SOURCE, "a/1", "https://nguon.example/1", "Bộ Y tế", "riêng", NOW, None)
        datasets = [replace(pharmacies(f"ds-{number}", f"nha-thuoc-{number}"), origin=origin) for number in range(3)]
        with catalog.write() as transaction:
            transaction.add_datasets(datasets, NOW)
            transaction.add_events(Topic.DATASET, [item.id for item in datasets], NOW)
        with catalog.read() as reader:
            assert reader.datasets() == tuple(replace(item, revision=1, recorded=NOW) for item in datasets)
            assert [event.key for event in reader.outbox()] == [item.id for item in datasets]
            assert reader.dataset_names(["nha-thuoc-1", "khong-co"]) == {"nha-thuoc-1": "ds-1"}

    def test_one_name_that_is_taken_refuses_them_all(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_dataset(pharmacies(), NOW)
        with pytest.raises(AlreadyExists), catalog.write() as transaction:
            transaction.add_datasets([pharmacies("ds-moi", "moi"), pharmacies("ds-trung", "nha-thuoc")], NOW)
        with catalog.read() as reader:
            assert [item.name for item in reader.datasets()] == ["nha-thuoc"]

    def test_the_shape_of_the_source_is_kept_with_its_version(self, catalog: CatalogStore) -> None:
        shape = SourceShape({"mã": "text", "số": ""}, ("mã",))
        version = replace(publication(), source_shape=shape)
        with catalog.write() as transaction:
            transaction.put_dataset(pharmacies(), NOW)
            transaction.add_version(version, Report(1))
        with catalog.read() as reader:
            assert reader.version(version.id).source_shape == shape


def notice(number: int, *, minute: int = 0, topic: str = "t", waits: bool = True) -> Notification:
    at = NOW + minute * MINUTE
    return Notification(
        f"n-{number}",
        SOURCE,
        "run",
        Channel.EMAIL,
        topic,
        "Tiêu đề",
        "Nội dung",
        at,
        next_attempt_at=at if waits else None,
    )


class TestNotifications:
    def test_those_that_are_due_are_given_to_one_worker_for_a_while(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for item in (notice(1), notice(2, minute=5), notice(3, waits=False)):
                transaction.add_notification(item)
        with catalog.write() as transaction:
            taken = transaction.take_notifications(NOW + MINUTE, NOW + 3 * MINUTE)
        assert [item.id for item in taken] == ["n-1"]
        with catalog.write() as transaction:
            assert transaction.take_notifications(NOW + 2 * MINUTE, NOW + 9 * MINUTE) == ()
            assert len(transaction.take_notifications(NOW + 3 * MINUTE, NOW + 9 * MINUTE)) == 1

    def test_what_became_of_one_is_kept(self, catalog: CatalogStore) -> None:
        sent = replace(notice(1), attempts=2, next_attempt_at=None, sent_at=NOW + MINUTE, error="máy chủ bận")
        with catalog.write() as transaction:
            transaction.add_notification(notice(1))
            transaction.put_notification(sent)
        with catalog.read() as reader:
            assert reader.notifications(SOURCE) == (sent,)

    def test_the_newest_says_what_was_told_last(self, catalog: CatalogStore) -> None:
        with catalog.read() as reader:
            assert reader.last_topic(SOURCE) == ""
        with catalog.write() as transaction:
            transaction.add_notification(notice(1, minute=5, topic="cũ"))
            transaction.add_notification(notice(2, topic="mới"))
        with catalog.read() as reader:
            assert reader.last_topic(SOURCE) == "mới"

    def test_old_ones_are_forgotten_but_not_the_newest_nor_what_waits(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for item in (notice(1, waits=False), notice(2), notice(3, waits=False)):
                transaction.add_notification(item)
            assert transaction.prune_notifications(NOW + MINUTE) == 1
        with catalog.read() as reader:
            assert [item.id for item in reader.notifications(SOURCE)] == ["n-3", "n-2"]


class TestHistory:
    def test_what_a_source_recognises_its_content_by_is_forgotten_of_that_source_alone(
        self, catalog: CatalogStore
    ) -> None:
        other = replace(health_source(), id=SourceId("khac"), name="khac")
        with catalog.write() as transaction:
            transaction.put_source(other)
            runs = [transaction.enqueue_run(key, "test", NOW) for key in (SOURCE, other.id)]
            for run in runs:
                transaction.add_outcome(replace(outcome(run.id), fingerprint="etag-1"), Report(0))
            transaction.forget_fingerprints(SOURCE)
        with catalog.read() as reader:
            marks = [item.fingerprint for run in runs for item in reader.outcomes(run.id)]
        assert marks == ["", "etag-1"]

    def test_old_runs_are_forgotten_but_not_the_newest_nor_the_last_outcome_of_a_table(
        self, catalog: CatalogStore
    ) -> None:
        runs = [ended(catalog, minute) for minute in range(6)]
        with catalog.write() as transaction:
            transaction.add_outcome(outcome(runs[0].id, "bang-cu"), Report(0))
            transaction.add_outcome(outcome(runs[1].id, "bang"), Report(0))
            transaction.add_outcome(outcome(runs[2].id, "bang"), Report(0))
        with catalog.write() as transaction:
            assert transaction.prune_runs(NOW + 5 * MINUTE, keep=2, limit=100) == 2
        with catalog.read() as reader:
            assert [run.id for run in reader.runs(SOURCE)] == [runs[index].id for index in (5, 4, 2, 0)]
            assert reader.last_outcomes(SOURCE).keys() == {"bang", "bang-cu"}

    def test_only_what_is_old_enough_goes_and_not_too_much_at_once(self, catalog: CatalogStore) -> None:
        for minute in range(6):
            ended(catalog, minute)
        with catalog.read() as reader:
            assert reader.has_history_before(NOW + MINUTE)
            assert not reader.has_history_before(NOW)
        with catalog.write() as transaction:
            assert transaction.prune_runs(NOW + 2 * MINUTE, keep=0, limit=1) == 1
            assert transaction.prune_runs(NOW + 2 * MINUTE, keep=0, limit=100) == 1
            assert transaction.prune_runs(NOW + 2 * MINUTE, keep=0, limit=100) == 0

    def test_a_source_is_forgotten_with_all_that_was_kept_of_it(self, catalog: CatalogStore) -> None:
        run = ended(catalog, 1)
        with catalog.write() as transaction:
            transaction.add_outcome(outcome(run.id, "bang"), Report(0))
            transaction.put_remote_records(SOURCE, [record("a")])
            transaction.add_notification(notice(1))
            transaction.delete_source(SOURCE)
        with catalog.read() as reader:
            assert reader.sources() == ()
            assert reader.runs() == ()
            assert reader.remote_marks(SOURCE) == {}
