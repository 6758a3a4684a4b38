"""The use case that lets the search index heal by itself: a worker looks now and then whether it holds everything."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from catalog.delivering import FIRST_PAUSE, LONGEST_PAUSE, Deliveries, Rest
from catalog.errors import IndexDamaged, IndexIncomplete, IndexMissing, IndexUnavailable
from catalog.index_keeping import IndexComparison, IndexState, compare_member, count_of, mend_index
from catalog.indexing import Indexing, Progress, untold
from catalog.ports import Topic

logger = logging.getLogger(__name__)

COUNT_AFTER = 5.0
"""Seconds after which the datasets are counted again."""

WHOLE_AFTER = 600.0
"""Seconds after which all revisions are compared again, and the files of an embedded index read."""

AGAIN_AFTER = 30.0
"""The same where what differs may be on its way."""

LOST_AFTER = 600.0
"""Seconds after which an index of which parts are not to be had is given up: a node that starts again takes less."""

COST = 4.0
"""Building that failed twice is left alone for at least so many times the time that it took."""

LONGEST_COST = 900.0
"""Seconds, at most, as after damage that comes again and again: a disk that is full for days costs a part of a
processor and not all of it."""

Alone = Callable[[str], AbstractContextManager[bool]]
"""Gives whether no other process mends this member just now, and keeps others from it meanwhile."""


@dataclass(slots=True)
class _Looks:
    """When a member is looked at next. ``built`` is the rest after it was built because of damage, ``incomplete_since``
    when it was first seen without some of its parts."""

    count_at: float = float("-inf")
    whole_at: float = float("-inf")
    rest: Rest = field(default_factory=Rest)
    built: Rest = field(default_factory=Rest)
    is_down: bool = False
    incomplete_since: float | None = None


@dataclass(slots=True)
class IndexWatch:
    """Looks at every member of the index and mends or builds those that lost datasets, are gone, damaged or of another
    layout.

    What waits in the outbox is no reason to. One process mends a member at a time; one that cannot be asked or built is
    left alone for growing pauses, as is one that is damaged again after it was built. The index proper is trusted when
    it holds all.
    """

    indexing: Indexing
    deliveries: Deliveries
    alone: Alone
    progress: Progress = untold
    monotonic: Callable[[], float] = time.monotonic
    _looks: dict[str, _Looks] = field(default_factory=dict)

    def look(self) -> list[IndexUnavailable]:
        """One look at each member whose time it is, or whose absence a delivery met; returns what went wrong."""
        failures: list[IndexUnavailable] = []
        is_missed = any(isinstance(error, IndexMissing) for error in tuple(self.deliveries.failures))
        for name in self.indexing.parts:
            looks = self._looks.setdefault(name, _Looks())
            begun = self.monotonic()
            if begun < looks.rest.until or (begun < looks.count_at and not is_missed):
                continue
            try:
                self._look_at(name, looks)
            except IndexUnavailable as error:
                self._note(name, looks, error, begun)
                failures.append(error)
        return failures

    def _note(self, name: str, looks: _Looks, error: IndexUnavailable, begun: float) -> None:
        if not looks.is_down:
            logger.warning("search index, %s: [%s] %s", name, error.code, error.message_en)
        looks.is_down = True
        if not isinstance(error, IndexIncomplete):
            looks.incomplete_since = None
        looks.whole_at = float("-inf")
        now = self.monotonic()
        cost = COST * (now - begun) if looks.rest.pause else 0.0  # what fails once may have met something passing
        least = max(FIRST_PAUSE, min(cost, LONGEST_COST))
        looks.rest.prolong(now, least=least, most=max(LONGEST_PAUSE, min(COST * cost, LONGEST_COST)))

    def _look_at(self, name: str, looks: _Looks) -> None:
        is_proper = name == next(iter(self.indexing.parts))
        holds_all = self._holds_all(name, looks) or self._mended(name, looks, is_proper)
        looks.count_at = self.monotonic() + COUNT_AFTER
        looks.rest = Rest()
        looks.incomplete_since = None
        if looks.is_down:
            logger.info("search index, %s: it can be asked again", name)
            looks.is_down = False
            self.deliveries.hurry()
        if is_proper and holds_all and self.deliveries.index_is_current:
            self.indexing.trust(True)
            if not self.deliveries.index_is_current:  # it failed this very moment
                self.indexing.trust(False)

    def _holds_all(self, name: str, looks: _Looks) -> bool:
        """Counted, or compared whole where it is time to or the count is wrong."""
        try:
            held = count_of(self.indexing.parts[name])
        except IndexMissing:
            return False
        except IndexIncomplete:
            if self._is_lost(looks):
                return False
            raise
        with self.indexing.store.read() as reader:
            off = abs(reader.dataset_count() - held)
            waiting = reader.outbox_size(Topic.DATASET)
        if off <= waiting and self.monotonic() < looks.whole_at:
            return True
        found = compare_member(self.indexing, name)
        lacks_only = found.state is IndexState.DIFFERS and not (found.surplus or found.newer)
        if lacks_only and found.differing <= found.waiting:
            looks.whole_at = self.monotonic() + AGAIN_AFTER
            return True  # as far as can be told: what it lacks is on its way
        looks.whole_at = self.monotonic() + WHOLE_AFTER
        return found.agrees

    def _is_lost(self, looks: _Looks) -> bool:
        """Whether parts of it have been away for so long that nobody will bring them back."""
        now = self.monotonic()
        if looks.incomplete_since is None:
            looks.incomplete_since = now
        return now - looks.incomplete_since >= LOST_AFTER

    def _mended(self, name: str, looks: _Looks, is_proper: bool) -> bool:
        """Whether it holds all now: not where another process is about to mend it."""
        if is_proper:
            self.indexing.trust(False)
        with self.alone(name) as mine:
            if not mine:
                return False
            begun = self.monotonic()
            found = compare_member(self.indexing, name)
            if isinstance(found.trouble, IndexDamaged):
                if begun < looks.built.until:
                    raise found.trouble
                looks.built.prolong(begun, least=WHOLE_AFTER / 10, most=LONGEST_COST)
            count = mend_index(self.indexing, [_given_up(found)], self.progress)
            logger.info("search index, %s: %d datasets written in %.1f s", name, count, self.monotonic() - begun)
        self.deliveries.hurry()
        return True


def _given_up(found: IndexComparison) -> IndexComparison:
    """One of which parts are lost is built like one that is not there."""
    is_lost = isinstance(found.trouble, IndexIncomplete)
    return replace(found, state=IndexState.MISSING) if is_lost else found
