"""What every ``CatalogStore`` promises about harvest runs: one at a time, one worker each, nothing lost in a crash."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest

from catalog.errors import LeaseLost, NotFound, RunInProgress, SourceUnreachable, StorageError
from catalog.issues import Report
from catalog.ports import CatalogStore
from catalog.sources import HarvestRun, Lease, Outcome, RunId, RunState, SourceId
from catalog.storage.database import SqlCatalogStore
from tests.contracts.records import MINUTE, NOW, department, findings, health_source, outcome

T = TypeVar("T")

SOURCE = SourceId("src-y-te")
FIRST = Lease("may-1:100", NOW + 2 * MINUTE)
SECOND = Lease("may-2:200", NOW + 5 * MINUTE)


def nobody_is_dead(_owner: str) -> bool:
    return False


def enqueue(store: CatalogStore, source_id: SourceId = SOURCE) -> HarvestRun:
    with store.write() as transaction:
        return transaction.enqueue_run(source_id, "manual", NOW)


def claim(
    store: CatalogStore, run: HarvestRun, lease: Lease = FIRST, is_dead: Callable[[str], bool] = nobody_is_dead
) -> HarvestRun:
    with store.write() as transaction:
        return transaction.claim_run(run.id, lease, NOW + MINUTE, is_dead)


def finish(store: CatalogStore, run: HarvestRun, state: RunState = RunState.SUCCESS) -> HarvestRun:
    with store.write() as transaction:
        return transaction.finish_run(run.id, state, NOW + 2 * MINUTE)


@pytest.fixture(autouse=True)
def source(catalog: CatalogStore) -> None:
    """The department's source stands in every catalogue of this suite."""
    with catalog.write() as transaction:
        transaction.put_organization(department())
        transaction.put_source(health_source())


class TestQueue:
    def test_a_run_waits_in_the_queue_until_it_is_claimed(self, catalog: CatalogStore) -> None:
        run = enqueue(catalog)
        assert run == HarvestRun(run.id, SOURCE, RunState.QUEUED, "manual", NOW)
        with catalog.read() as reader:
            assert reader.run(run.id) == run
            assert reader.active_run(SOURCE) == run

    def test_a_source_has_one_active_run_and_the_refusal_names_it(self, catalog: CatalogStore) -> None:
        run = enqueue(catalog)
        with pytest.raises(RunInProgress) as refused:
            enqueue(catalog)
        assert refused.value.details["run_id"] == run.id
        claim(catalog, run)
        with pytest.raises(RunInProgress) as refused:
            enqueue(catalog)
        assert refused.value.details["run_id"] == run.id

    def test_after_the_end_the_next_run_may_come(self, catalog: CatalogStore) -> None:
        first = claim(catalog, enqueue(catalog))
        finish(catalog, first)
        with catalog.read() as reader:
            assert reader.active_run(SOURCE) is None
        assert enqueue(catalog).id != first.id

    def test_a_run_needs_its_source(self, catalog: CatalogStore) -> None:
        with pytest.raises(NotFound):
            enqueue(catalog, SourceId("la"))

    def test_runs_come_newest_first_whatever_the_clock_says(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_source(health_source("src-khac", "khac"))
        runs: list[HarvestRun] = []
        for step in range(3):
            with catalog.write() as transaction:
                run = transaction.enqueue_run(SOURCE, "schedule", NOW - step * MINUTE)
                runs.insert(0, transaction.finish_run(run.id, RunState.SUCCESS, NOW))
        other = enqueue(catalog, SourceId("src-khac"))
        with catalog.read() as reader:
            assert reader.runs() == (other, *runs)
            assert reader.runs(SOURCE, limit=2) == tuple(runs[:2])

    def test_of_many_who_ask_at_once_one_gets_a_run(self, catalog_url: str) -> None:
        def ask(store: SqlCatalogStore) -> RunId | None:
            try:
                return enqueue(store).id
            except RunInProgress as refused:
                told.append(refused.details["run_id"])
                return None

        told: list[object] = []
        given = [run_id for run_id in all_at_once(catalog_url, ask, 4) if run_id]
        assert len(given) == 1
        assert told == given * 3


class TestClaim:
    def test_a_claimed_run_is_its_owners(self, catalog: CatalogStore) -> None:
        run = enqueue(catalog)
        claimed = claim(catalog, run)
        assert claimed == replace(run, state=RunState.RUNNING, started_at=NOW + MINUTE, attempt=1, lease=FIRST)
        with catalog.read() as reader:
            assert reader.run(run.id) == reader.active_run(SOURCE) == claimed

    def test_a_held_run_cannot_be_claimed_not_even_by_its_owner_again(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        for lease in (SECOND, FIRST):
            with pytest.raises(RunInProgress) as refused:
                claim(catalog, run, lease)
            assert refused.value.details["run_id"] == run.id

    def test_a_run_whose_lease_is_over_can_be_taken_over(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        with catalog.write() as transaction:
            with pytest.raises(RunInProgress):
                transaction.claim_run(run.id, SECOND, FIRST.until - MINUTE / 60, nobody_is_dead)
            taken = transaction.claim_run(run.id, SECOND, FIRST.until, nobody_is_dead)
        assert (taken.attempt, taken.lease, taken.started_at) == (2, SECOND, run.started_at)

    def test_a_run_whose_owner_is_dead_need_not_be_waited_for(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        asked: list[str] = []

        def is_dead(owner: str) -> bool:
            asked.append(owner)
            return owner == FIRST.owner

        assert claim(catalog, run, SECOND, is_dead).attempt == 2
        assert asked == [FIRST.owner]

    def test_a_run_that_is_over_cannot_be_claimed(self, catalog: CatalogStore) -> None:
        run = finish(catalog, claim(catalog, enqueue(catalog)))
        with pytest.raises(RunInProgress):
            claim(catalog, run, SECOND)

    def test_while_one_is_claiming_another_waits(self, catalog: CatalogStore, hasty_catalog: CatalogStore) -> None:
        run = enqueue(catalog)
        with catalog.write() as transaction:
            transaction.claim_run(run.id, FIRST, NOW, nobody_is_dead)
            with pytest.raises(StorageError):
                claim(hasty_catalog, run, SECOND)
        with pytest.raises(RunInProgress):
            claim(hasty_catalog, run, SECOND)

    def test_of_many_workers_exactly_one_wins(self, catalog: CatalogStore, catalog_url: str) -> None:
        for _ in range(5):
            run = enqueue(catalog)

            def try_to_claim(store: SqlCatalogStore, run: HarvestRun = run) -> bool:
                try:
                    claim(store, run, Lease(str(id(store)), SECOND.until))
                except RunInProgress:
                    return False
                return True

            assert sorted(all_at_once(catalog_url, try_to_claim, 3)) == [False, False, True]
            with catalog.read() as reader:
                assert reader.run(run.id).attempt == 1
            finish(catalog, run)

    def test_of_many_who_take_over_exactly_one_wins(self, catalog: CatalogStore, catalog_url: str) -> None:
        run = claim(catalog, enqueue(catalog))

        def try_to_take_over(store: SqlCatalogStore) -> bool:
            try:
                claim(store, run, Lease(str(id(store)), SECOND.until), lambda owner: owner == FIRST.owner)
            except RunInProgress:
                return False
            return True

        assert sorted(all_at_once(catalog_url, try_to_take_over, 3)) == [False, False, True]


class TestLease:
    def test_its_owner_may_renew_it(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        longer = replace(FIRST, until=NOW + 9 * MINUTE)
        with catalog.write() as transaction:
            transaction.renew_lease(run.id, longer)
        with catalog.read() as reader:
            assert reader.run(run.id).lease == longer

    def test_who_lost_it_can_neither_renew_nor_hold_it(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        claim(catalog, run, SECOND, lambda _owner: True)
        with catalog.write() as transaction:
            with pytest.raises(LeaseLost):
                transaction.renew_lease(run.id, FIRST)
            with pytest.raises(LeaseLost):
                transaction.hold_lease(run.id, FIRST.owner)
            transaction.hold_lease(run.id, SECOND.owner)

    def test_it_ends_with_the_run(self, catalog: CatalogStore) -> None:
        run = finish(catalog, claim(catalog, enqueue(catalog)))
        assert run.lease is None
        with catalog.write() as transaction:
            with pytest.raises(LeaseLost):
                transaction.hold_lease(run.id, FIRST.owner)
            with pytest.raises(LeaseLost):
                transaction.renew_lease(run.id, FIRST)

    def test_while_it_is_held_nobody_takes_the_run_over(
        self, catalog: CatalogStore, hasty_catalog: CatalogStore
    ) -> None:
        run = claim(catalog, enqueue(catalog))
        with catalog.write() as transaction:
            transaction.hold_lease(run.id, FIRST.owner)
            with pytest.raises(StorageError):
                claim(hasty_catalog, run, SECOND, lambda _owner: True)
            transaction.finish_run(run.id, RunState.HELD, NOW)
        with pytest.raises(RunInProgress):
            claim(hasty_catalog, run, SECOND, lambda _owner: True)


class TestEnd:
    def test_a_run_ends_once(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        ended = finish(catalog, run, RunState.PARTIAL)
        assert ended == replace(run, state=RunState.PARTIAL, finished_at=NOW + 2 * MINUTE, lease=None)
        with pytest.raises(LeaseLost):
            finish(catalog, run)
        with catalog.read() as reader:
            assert reader.run(run.id) == ended

    def test_a_run_that_failed_says_why(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        error = SourceUnreachable("Máy chủ của Sở không trả lời", "The department's server does not answer")
        with catalog.write() as transaction:
            ended = transaction.finish_run(run.id, RunState.FAILED, NOW, error)
        with catalog.read() as reader:
            assert reader.run(run.id) == ended
        assert (ended.error_code, ended.error, ended.error_en) == (error.code, error.message, error.message_en)

    def test_a_run_cannot_end_as_running(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        with catalog.write() as transaction, pytest.raises(ValueError, match="running"):
            transaction.finish_run(run.id, RunState.RUNNING, NOW)


class TestOutcomes:
    def test_an_outcome_and_its_report_come_back_and_can_be_replaced(self, catalog: CatalogStore) -> None:
        run = claim(catalog, enqueue(catalog))
        with catalog.write() as transaction:
            transaction.add_outcome(outcome(run.id, kind=Outcome.FAILED), Report(0))
            transaction.add_outcome(outcome(run.id), findings())
            transaction.add_outcome(outcome(run.id, "a"), Report(7))
        with catalog.read() as reader:
            assert reader.outcomes(run.id) == (outcome(run.id, "a"), outcome(run.id))
            assert reader.outcome_report(run.id, "nha_thuoc") == findings()

    def test_an_outcome_needs_its_run(self, catalog: CatalogStore) -> None:
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.add_outcome(outcome(RunId("la")), Report(0))

    def test_the_last_outcome_of_each_table_is_that_of_its_newest_run(self, catalog: CatalogStore) -> None:
        last = {}
        for tables in (("a", "b"), ("b", "c"), ("c",)):
            run = enqueue(catalog)
            with catalog.write() as transaction:
                for key in tables:
                    last[key] = outcome(run.id, key)
                    transaction.add_outcome(last[key], Report(0))
            finish(catalog, run)
        with catalog.read() as reader:
            assert reader.last_outcomes(SOURCE) == last
            assert reader.last_outcomes(SourceId("la")) == {}


def all_at_once(url: str, act: Callable[[SqlCatalogStore], T], times: int) -> list[T]:
    """What ``act`` gives to each of so many threads that start together, each with a store of its own."""
    start = Barrier(times)

    def begin_together(_number: int) -> T:
        store = SqlCatalogStore(url)
        with store.read() as reader:
            reader.sources()
        start.wait()
        try:
            return act(store)
        finally:
            store.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin_together, range(times)))
