"""Use cases that hold the search index against the catalogue, name how they differ, and make them agree again.

An index may consist of several members, each of which holds everything: the index proper and an embedded copy of it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.errors import IndexMissing, IndexUnavailable
from catalog.indexing import EVERYTHING, LOT, Indexing, Progress, rebuild_index, untold, update_index
from catalog.model import DatasetId
from catalog.ports import DatasetIndex, Topic

logger = logging.getLogger(__name__)


class IndexState(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"
    """It is empty, gone or of another layout, and must be built."""
    DOWN = "down"
    """It cannot be asked just now."""


@dataclass(frozen=True, slots=True)
class IndexComparison:
    """How one member stands to the catalogue. ``missing`` datasets are not in it, ``surplus`` are no more in the
    catalogue, ``older`` are held with an older revision and ``newer`` with one that the catalogue never had: it was
    restored from a backup. ``waiting`` events may explain what is missing or older."""

    member: str
    state: IndexState
    datasets: int
    held: int = 0
    missing: tuple[DatasetId, ...] = ()
    surplus: tuple[DatasetId, ...] = ()
    older: tuple[DatasetId, ...] = ()
    newer: tuple[DatasetId, ...] = ()
    waiting: int = 0
    trouble: IndexUnavailable | None = None

    @property
    def agrees(self) -> bool:
        return self.state is IndexState.AGREES

    @property
    def differing(self) -> int:
        return len(self.missing) + len(self.surplus) + len(self.older) + len(self.newer)


def compare_index(indexing: Indexing) -> tuple[IndexComparison, ...]:
    """Every member beside the catalogue, dataset by dataset. What changes meanwhile is no difference."""
    return tuple(compare_member(indexing, name) for name in indexing.parts)


def compare_member(indexing: Indexing, name: str) -> IndexComparison:
    found, held = _compared(indexing, name)
    if found.state is not IndexState.DIFFERS:
        return found
    again, held_now = _compared(indexing, name)
    if again.state is not IndexState.DIFFERS:
        return again
    stuck = {key for key in held.keys() | held_now.keys() | {*again.missing} if held.get(key) == held_now.get(key)}
    return _in_both(found, again, stuck)


def _compared(indexing: Indexing, name: str) -> tuple[IndexComparison, Mapping[DatasetId, int]]:
    try:
        held: Mapping[DatasetId, int] = indexing.parts[name].revisions()
        trouble = None
    except IndexUnavailable as error:
        held, trouble = {}, error
    with indexing.store.read() as reader:  # afterwards: what the index got meanwhile lies in the catalogue before
        truth = reader.dataset_revisions()
        waiting = reader.outbox_size(Topic.DATASET)
    if trouble is not None:
        state = IndexState.MISSING if isinstance(trouble, IndexMissing) else IndexState.DOWN
        return IndexComparison(name, state, len(truth), waiting=waiting, trouble=trouble), held
    common = truth.keys() & held.keys()
    found = IndexComparison(
        member=name,
        state=IndexState.AGREES if held == truth else IndexState.DIFFERS,
        datasets=len(truth),
        held=len(held),
        missing=tuple(sorted(truth.keys() - held.keys())),
        surplus=tuple(sorted(held.keys() - truth.keys())),
        older=tuple(sorted(key for key in common if held[key] < truth[key])),
        newer=tuple(sorted(key for key in common if held[key] > truth[key])),
        waiting=waiting,
    )
    return found, held


def _in_both(first: IndexComparison, second: IndexComparison, stuck: Collection[DatasetId]) -> IndexComparison:
    """What differs in both and was not changed in between: the rest was on its way."""

    def kept(before: Iterable[DatasetId], after: Iterable[DatasetId]) -> tuple[DatasetId, ...]:
        return tuple(sorted({*before}.intersection(after, stuck)))

    behind = {*first.missing, *first.older}
    found = replace(
        second,
        missing=kept(behind, second.missing),
        surplus=kept(first.surplus, second.surplus),
        older=kept(behind, second.older),
        newer=kept(first.newer, second.newer),
    )
    return found if found.differing else replace(found, state=IndexState.AGREES)


def mend_index(indexing: Indexing, found: Iterable[IndexComparison], progress: Progress = untold) -> int:
    """Make the members that differ agree: what is missing or older is written, what is surplus removed; one that is
    missing, differs in most or holds what the catalogue never had is built anew. Returns how many datasets were written
    or removed. Raises ``IndexUnavailable`` where a member cannot be asked, after the others were mended."""
    done = 0
    troubles: list[IndexUnavailable] = []
    for item in found:
        if item.agrees:
            continue
        try:
            done += _mended(indexing, item, progress)
        except IndexUnavailable as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return done


def _mended(indexing: Indexing, found: IndexComparison, progress: Progress) -> int:
    if found.state is IndexState.DOWN and found.trouble is not None:
        raise found.trouble
    member = indexing.parts[found.member]
    logger.warning(
        "search index, %s: %s (%d of %d datasets missing, %d older, %d newer, %d surplus); it is mended",
        *(found.member, found.state, len(found.missing), found.datasets, len(found.older), len(found.newer)),
        len(found.surplus),
    )
    if found.state is IndexState.MISSING or found.newer or found.differing > found.datasets // 2:
        return rebuild_index(indexing, member, progress)
    differing = (*found.missing, *found.older, *found.surplus)
    done = 0
    for lot in _lots(differing):
        update_index(indexing, lot, member)
        done += len(lot)
        progress(done, len(differing))
    left = compare_member(indexing, found.member)
    if not {*left.missing, *left.older, *left.surplus}.isdisjoint(differing):
        return rebuild_index(indexing, member, progress)  # the engine remembers removals that were not ours
    return done


def _lots(ids: tuple[DatasetId, ...]) -> Iterator[tuple[DatasetId, ...]]:
    for start in range(0, len(ids), LOT):
        yield ids[start : start + LOT]


def count_of(member: DatasetIndex) -> int:
    """How many datasets a member holds, of every status and level; what this costs does not grow with them."""
    return member.search(EVERYTHING).total
