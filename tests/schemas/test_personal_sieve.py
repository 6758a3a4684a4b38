"""The sieve lets through whatever the exact look would find: else speed would cost findings."""

from __future__ import annotations

import unicodedata

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.vietnamese import fold
from schemas.personal_forms import canonical, spans_in
from schemas.personal_sieve import SIEVE
from tests.schemas.personal_corpus import look_alikes, planted

_SIEVE = re2.compile(SIEVE)
_TEXTS = sorted({cell for cases in (planted(), look_alikes()) for case in cases for row in case.rows for cell in row})


def is_let_through(text: str) -> bool:
    return _SIEVE.search(text) is not None


def test_every_text_of_the_corpus_that_holds_something_is_let_through() -> None:
    found = [text for text in _TEXTS if spans_in(canonical(text))]
    assert len(found) > 1_000
    assert [text for text in found if not is_let_through(text)] == []


def test_most_texts_that_hold_nothing_are_not() -> None:
    clean = [text for text in _TEXTS if not spans_in(canonical(text))]
    assert sum(map(is_let_through, clean)) < len(clean) / 4


_WAYS = (str, str.upper, str.lower, fold, lambda text: unicodedata.normalize("NFD", text), lambda text: f"({text})")


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(_TEXTS),
    st.sampled_from(_TEXTS),
    st.sampled_from(("", " ", ", ", ": ", "; ", " - ", "\n", ".")),
    st.sampled_from(_WAYS),
    st.sampled_from(("", "Ông ", "CCCD ", "xe ", "STK: ", "nhà riêng ", "x")),
)
def test_nor_does_joining_or_rewriting_texts_hide_anything(
    first: str, second: str, joint: str, way: object, before: str
) -> None:
    assert callable(way)
    text = way(f"{before}{first}{joint}{second}")
    if spans_in(canonical(text)):
        assert is_let_through(text)
