"""What every ``CatalogStore`` promises about who mends an index: one process at a time, on whatever machine."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from catalog import index_leases
from catalog.index_leases import LEASE, IndexLeases
from catalog.ports import CatalogStore
from catalog.sources import Lease
from catalog.storage.database import SqlCatalogStore
from tests.contracts.records import MINUTE, NOW

NAME = "elasticsearch:cong"
MINE = Lease("may-1/100/1", NOW + MINUTE)
THEIRS = Lease("may-2/200/2", NOW + MINUTE)


def leases_of(store: CatalogStore, owner: str = MINE.owner, *, now: datetime = NOW, dead: str = "") -> IndexLeases:
    return IndexLeases(store, owner, lambda name: name == dead, lambda: now)


def is_alone(leases: IndexLeases, *names: str) -> bool:
    with leases.alone(names or (NAME,)) as mine:
        return mine


def claimed(catalog: CatalogStore, lease: Lease, at: datetime = NOW) -> bool:
    with catalog.write() as transaction:
        return transaction.claim_index(NAME, lease, at, lambda owner: False)


def test_who_comes_second_is_told_until_the_first_has_ended(catalog: CatalogStore) -> None:
    first, second = leases_of(catalog), leases_of(catalog, THEIRS.owner)
    with first.alone([NAME]) as mine:
        assert mine
        assert not is_alone(second)
        assert not is_alone(first), "nor does another thread of the same process"
        assert is_alone(second, "elasticsearch:another")
    assert is_alone(second)


def test_who_ends_by_an_error_keeps_nobody_waiting(catalog: CatalogStore) -> None:
    with pytest.raises(KeyboardInterrupt), leases_of(catalog).alone([NAME]):
        raise KeyboardInterrupt
    assert is_alone(leases_of(catalog, THEIRS.owner))


def test_who_was_killed_keeps_others_waiting_no_longer_than_its_lease(catalog: CatalogStore) -> None:
    assert claimed(catalog, replace(MINE, until=NOW + LEASE))
    assert not is_alone(leases_of(catalog, THEIRS.owner, now=NOW + LEASE - MINUTE / 60))
    assert is_alone(leases_of(catalog, THEIRS.owner, now=NOW + LEASE))


def test_who_is_known_to_be_dead_keeps_nobody_waiting(catalog: CatalogStore) -> None:
    assert claimed(catalog, MINE)
    assert is_alone(leases_of(catalog, THEIRS.owner, dead=MINE.owner))


def test_whoever_wants_several_gets_all_or_none(catalog: CatalogStore) -> None:
    with leases_of(catalog).alone(["b"]):
        assert not is_alone(leases_of(catalog, THEIRS.owner), "a", "b", "c")
        assert is_alone(leases_of(catalog, "may-3"), "a", "c"), "what was taken in vain was given back"


def test_a_lease_is_renewed_while_the_work_goes_on(catalog: CatalogStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_leases, "BEAT_SECONDS", 0.01)
    later = NOW + 10 * LEASE
    beats = threading.Semaphore(0)
    times = iter([NOW])

    def clock() -> datetime:
        beats.release()
        return next(times, later)

    with IndexLeases(catalog, MINE.owner, lambda name: False, clock).alone([NAME]):
        for _ in range(3):  # at the beginning, at the first beat, and when that has been written down
            assert beats.acquire(timeout=60)
        assert not is_alone(leases_of(catalog, THEIRS.owner, now=later))


def test_a_lease_that_was_taken_over_is_neither_renewed_nor_given_back_by_who_had_it(catalog: CatalogStore) -> None:
    assert claimed(catalog, MINE)
    assert claimed(catalog, replace(THEIRS, until=NOW + 2 * MINUTE), at=MINE.until)
    with catalog.write() as transaction:
        assert not transaction.renew_index(NAME, MINE)
        transaction.leave_index(NAME, MINE.owner)
        assert transaction.renew_index(NAME, THEIRS)


@pytest.mark.parametrize("left_over", [False, True])
def test_of_many_who_come_at_once_one_gets_it(catalog: CatalogStore, catalog_url: str, left_over: bool) -> None:
    """On machines of their own: each has its own connections."""
    if left_over:
        assert claimed(catalog, replace(MINE, until=NOW))
    stores = [SqlCatalogStore(catalog_url) for _ in range(8)]
    together = threading.Barrier(len(stores))

    def come(number: int) -> bool:
        together.wait()
        return claimed(stores[number], Lease(f"may-{number}", NOW + MINUTE))

    with ThreadPoolExecutor(len(stores)) as pool:
        taken = list(pool.map(come, range(len(stores))))
    for store in stores:
        store.close()
    assert taken.count(True) == 1
