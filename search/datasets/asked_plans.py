"""What a person typed, as a plan: what must hold, and what each thing that holds is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate, pairwise

from catalog.vietnamese_syllables import is_syllable
from search.datasets import document as fields
from search.datasets.asking import Wishes
from search.datasets.common_words import YEAR
from search.datasets.conditions import plan_condition
from search.datasets.document import ABOUT, TEXT, WRITTEN, exact, folded
from search.datasets.lexicon import Lexicon, Segment
from search.datasets.number_words import number_places
from search.datasets.plan import AnyTerm, Both, Plan, StartsWith, Term, Worth
from search.datasets.word_forms import with_other_forms
from search.datasets.words import Word
from search.datasets.worths import (
    Worths,
    nothing_but,
    one_of,
    signals,
    together,
    uses,
    weighed,
    words_in_row,
    worth_of,
)

CALLED_BY = ("title", "title_en", "keywords")
"""Where the words are looked for first of somebody who still types."""

PAIRS_LOOKED_AT = 8
COMMUNE_DIGITS = 5
ENOUGH_OF_THE_WORDS = 0.6
"""The part of a question's words that must stand in a dataset where none holds them all."""
SOME_OF_THE_WORDS = 0.5
"""The part, of the words that are no numbers, where none holds so many either; one at least."""
LONG_QUESTION = 4
FEW_ANSWERS = 3
"""A question of so many parts is seldom answered by all its words: where fewer datasets than this hold them all, those
with most of them follow."""
LONGEST_NAME = 6
"""Words: *xã Hoàng Su Phì* is the name of one place, and others are not missed where a dataset has it."""


class Asked:
    """A person's question in plans: one of its alternatives must hold. ``words`` are those that are asked for,
    ``marks`` those that say something, with what means the same. ``segments`` are what must hold, where there are no
    alternatives."""

    def __init__(self, asked: Sequence[Wishes], lexicon: Lexicon, now: datetime, *, unfinished: bool) -> None:
        self._sides = tuple(
            _Side(wishes, lexicon, now, unfinished=unfinished and wishes is asked[-1]) for wishes in asked
        )
        self.words = tuple(word for side in self._sides for word in side.words)
        self.marks = frozenset().union(*(side.marks for side in self._sides))
        self.segments = self._sides[0].segments if len(self._sides) == 1 else ()
        self.is_long = all(side.length >= LONG_QUESTION for side in self._sides)

    def strict(self) -> Plan:
        return one_of([side.strict() for side in self._sides])

    def named(self) -> Plan:
        """All words in what datasets are called."""
        return one_of([side.named() for side in self._sides])

    def in_a_row(self) -> Plan | None:
        """The words of what may be a name one after another, and what else must hold."""
        if not self.is_long or any(len(side.words) > LONGEST_NAME for side in self._sides):
            return None
        return one_of([side.in_a_row() for side in self._sides])

    def without_numbers(self) -> Plan | None:
        """All words but numbers; ``None`` where that would be all, or none."""
        return self._wider([side.without_numbers() for side in self._sides])

    def most(self) -> Plan | None:
        """Most of the words; ``None`` where that would be all of them."""
        return self._wider([side.most() for side in self._sides])

    def some(self) -> Plan | None:
        """Some of the words, in what a dataset is about; ``None`` where that says nothing."""
        return self._wider([side.some() for side in self._sides])

    def _wider(self, plans: Sequence[Plan | None]) -> Plan | None:
        if not any(plans):
            return None
        return one_of([plan or side.strict() for plan, side in zip(plans, self._sides, strict=True)])


class _Side:
    """One alternative in plans. ``core`` are its words without those that say little."""

    def __init__(self, wishes: Wishes, lexicon: Lexicon, now: datetime, *, unfinished: bool) -> None:
        self._wishes = wishes
        self._now = now
        self.words = wishes.words
        self._has_accents = any(not word.is_plain for word in wishes.words)
        segments = with_other_forms(lexicon.segments(wishes.words))
        places = list(accumulate((len(segment.words) for segment in segments), initial=0))
        self._segments: list[Segment] = []
        self._core: list[Word] = []
        for segment, place in zip(segments, places, strict=False):
            if not wishes.optional.issuperset(range(place, place + len(segment.words))):
                self._segments.append(segment)
                self._core += segment.words
        self.segments = tuple(self._segments)
        self.length = len(self._segments)
        numbers = number_places(wishes.words)
        self._saying = [
            segment
            for segment, place in zip(segments, places, strict=False)
            if segment in self._segments and not numbers.issuperset(range(place, place + len(segment.words)))
        ]
        self._begun = segments[-1] if unfinished and segments else None
        same = {" ".join(word.folded for word in row) for segment in segments for row in segment.rows}
        self.marks = frozenset(word.folded for word in self._core) | same

    def strict(self) -> Plan:
        return Both(must=(*map(self._meant, self._segments), *self._firm()), may=self._ranking(), never=self._never())

    def named(self) -> Plan:
        """Ranked by less than a whole question: who types on sees the titles and needs them at once."""
        called = (one_of([self._meant(segment, within) for within in CALLED_BY]) for segment in self._segments)
        return Both(must=(*called, *self._firm()), may=self._ranking_of_names(), never=self._never())

    def _ranking_of_names(self) -> tuple[Plan, ...]:
        begun = self._begun.words[-1:] if self._begun in self._segments and self._begun else ()
        accented = [word.exact for word in self._core if not word.is_plain and word not in begun]
        steps: list[tuple[Plan, float]] = []
        if self._core:
            steps.append((Both(must=tuple(self._meant(item, "title") for item in self._segments)), Worths.IN_TITLE))
            steps.append((self._in_a_row(folded("title"), "folded"), Worths.PHRASE_IN_TITLE))
        if accented:
            steps.append((together(exact(TEXT), accented), Worths.ACCENTED_WORDS))
        steps += [(StartsWith(exact(ABOUT), word.exact), Worths.ACCENTED_WORDS) for word in begun if not word.is_plain]
        return (*worth_of(steps), *uses())

    def in_a_row(self) -> Plan:
        return Both(must=(self._in_a_row(folded(ABOUT), "folded"), *self._firm()), never=self._never())

    def without_numbers(self) -> Plan | None:
        if len(self._saying) == self.length or not self._saying or self._begun:
            return None
        meant = (self._meant(segment, as_written=True) for segment in self._saying)
        return self._all_or(Both(must=(*meant, *self._firm())), self._ranking(relaxed=True))

    def most(self) -> Plan | None:
        saying = self._saying or self._segments
        enough = math.ceil(ENOUGH_OF_THE_WORDS * len(saying))
        if enough == len(saying):
            return None
        meant = tuple(self._meant(segment, as_written=True) for segment in saying)
        worth = tuple(Worth(plan, Worths.RELAXED_SEGMENT) for plan in meant)
        return self._all_or(Both(may=meant, enough=enough), (*worth, *self._ranking(relaxed=True)))

    def some(self) -> Plan | None:
        """A number alone says nothing, quotes mean what they say, and the rest of a begun word is yet to come."""
        saying = self._saying
        if len(self._core) < 2 or not saying or self._wishes.phrases or self._begun:
            return None
        within = TEXT if self.length >= LONG_QUESTION else ABOUT
        meant = tuple(self._meant(segment, within, as_written=True) for segment in saying)
        words = sum(1 if segment.communes else len(segment.words) for segment in saying)
        enough = max(1, math.floor(SOME_OF_THE_WORDS * words))
        if enough > 1 or self.length == 1:
            meant = tuple(plan for segment in saying for plan in self._by_word(segment, within))
        worth = [(plan, Worths.RELAXED_SEGMENT) for plan in meant]
        worth += [(self._meant(segment, "title"), Worths.RELAXED_IN_TITLE) for segment in saying]
        ranking = (*worth_of(worth), *weighed(self._core, Worths.RELAXED_BM25), *self._ranking(relaxed=True))
        return self._all_or(Both(may=meant, enough=enough), ranking)

    def _by_word(self, segment: Segment, within: str) -> Iterable[Plan]:
        """As many plans as words, so that a segment counts for as many as it has; the name of a commune is one."""
        whole = self._meant(segment, within, as_written=True)
        if len(segment.words) == 1 or segment.communes:
            return (whole,)
        return (one_of([self._meant(Segment((word,)), within, as_written=True), whole]) for word in segment.words)

    def _all_or(self, less: Plan, worth: Iterable[Plan]) -> Plan:
        """Who holds all that was asked for is found in any case, and first."""
        all_asked = Both(must=(*map(self._meant, self._segments), *self._firm()))
        first = Worth(all_asked, self.length * Worths.RELAXED_SEGMENT)
        numbers = (segment for segment in self._segments if segment not in self._saying)
        held = (Worth(self._meant(segment), Worths.RELAXED_NUMBER) for segment in numbers)
        must = (one_of([all_asked, less]), *self._conditions())
        return Both(must=must, may=(first, *held, *worth), never=self._never())

    def _conditions(self) -> tuple[Plan, ...]:
        return tuple(map(plan_condition, self._wishes.conditions))

    def _firm(self) -> Iterable[Plan]:
        """What must hold beside the words."""
        yield from (words_in_row(folded(TEXT), [word.folded for word in phrase]) for phrase in self._wishes.phrases)
        yield from self._conditions()

    def _never(self) -> tuple[Plan, ...]:
        return tuple(words_in_row(folded(TEXT), [word.folded for word in row]) for row in self._wishes.unwanted)

    def _meant(self, segment: Segment, within: str = TEXT, *, as_written: bool = False) -> Plan:
        """The words of a segment, or what means the same. With ``as_written`` accents that were typed must be there,
        and none where somebody who types accents gave none: where some words may be missing, others in their place
        would be one liberty too many."""
        if as_written and self._is_written(segment):
            field, typed = exact(within), [word.exact for word in segment.words]
        else:
            field, typed = folded(within), [word.folded for word in segment.words]
        words: Plan
        if segment is self._begun:
            *whole, last = typed
            begun = StartsWith(field, last)
            words = Both(must=(together(field, whole), begun)) if whole else begun
        else:
            words = together(field, typed)
        same: list[Plan] = [words_in_row(folded(within), [word.folded for word in row]) for row in segment.rows]
        if segment.communes and within in WRITTEN:
            same.append(AnyTerm("commune", segment.communes))
        same += _numbers(segment)
        return one_of([words, *same])

    def _is_written(self, segment: Segment) -> bool:
        if not all(word.is_plain for word in segment.words):
            return True
        return self._has_accents and all(is_syllable(word.exact) for word in segment.words)

    def _ranking(self, *, relaxed: bool = False) -> tuple[Plan, ...]:
        """Where it is ``relaxed``, what holds a word has it as it was written already."""
        words = self._core
        if not words:
            return ()
        plain, written = [word.folded for word in words], [word.exact for word in words]
        accented = [word.exact for word in words if not word.is_plain]
        steps: list[tuple[Plan, float]] = [
            (self._in_a_row(folded(ABOUT), "folded"), Worths.PHRASE),
            (together(folded("title"), plain), Worths.IN_TITLE),
            (self._in_a_row(folded("title"), "folded"), Worths.PHRASE_IN_TITLE),
            (self._in_a_row(folded("keywords"), "folded"), Worths.IN_KEYWORDS),
            (words_in_row(folded("tables"), [word.folded for word in self.words]), Worths.IN_TABLES),
            (nothing_but(fields.CALLED, (self._core, self.words)), Worths.CALLED),
            (nothing_but(fields.FILED_UNDER, (self._core, self.words)), Worths.FILED_UNDER),
            # Words typed without accents do not say that none are meant, so they weigh little.
            (together(exact(TEXT), written), Worths.PLAIN_WORDS),
        ]
        if accented and not relaxed:
            steps.append((self._in_a_row(exact(ABOUT), "exact"), Worths.EXACT_PHRASE))
            steps.append((together(exact(TEXT), accented), Worths.ACCENTED_WORDS))
        pairs = list(pairwise(plain))[:PAIRS_LOOKED_AT]
        steps += [(words_in_row(folded("title"), pair), Worths.PAIRS / len(pairs)) for pair in pairs]
        if len(words) < len(self.words):
            steps.append((together(folded("title"), [word.folded for word in self.words]), Worths.ALL_IN_TITLE))
        if len(self._segments) == 1 and self._segments[0].rows:
            steps.append((nothing_but(fields.CALLED, self._segments[0].rows), Worths.SAME_CALLED))
        for segment in self._segments:
            for row in segment.rows:
                steps.append((words_in_row(folded("title"), [word.folded for word in row]), Worths.SAME_IN_TITLE))
            if segment.communes:
                steps.append((AnyTerm("commune", segment.communes), Worths.COMMUNE))
        return (*worth_of(steps), *signals(self._now), *weighed(words))

    def _in_a_row(self, field: str, form: str) -> Plan:
        """The words one after another, with or without those that say little."""
        rows = dict.fromkeys(tuple(getattr(word, form) for word in words) for words in (self._core, self.words))
        return one_of([words_in_row(field, row) for row in rows])


def _numbers(segment: Segment) -> Iterable[Plan]:
    """A year is also one that the data speak of, and five digits may be a commune's code."""
    written = segment.words[0].exact if len(segment.words) == 1 else ""
    if YEAR.fullmatch(written):
        yield Term("year", written)
    elif len(written) == COMMUNE_DIGITS and written.isdecimal():
        yield Term("commune", written)
