"""A text cut between its blanks has the words that it has as a whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.datasets.cutting import cut
from search.datasets.joined_words import parts_of
from search.datasets.words import words_of

LETTERS = "aAdđĐêễoóÓhHyÝ19.,-_/()\n\t\x1c\xa0\u200b\u2003\u0301\u0323ΣςİK한☀ "


@given(st.text(LETTERS, max_size=30) | st.text(max_size=30))
@example("Σ ΑΣ Α")
@example("hoa\u0301 \u0301thuỷ a\u200bb \x1cc")
def test_cutting_between_blanks_changes_no_word(text: str) -> None:
    made, words = cut(text), words_of(text)
    assert made.exact.split() == [word.exact for word in words]
    assert made.folded.split(" ") == ([word.folded for word in words] or [""])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Danh mục OpenData (TênĐơnVị), OpenData", ("open data", "tên đơn vị")),
        ("danh mục", ()),
        ("", ()),
    ],
)
def test_words_written_together_are_texts_of_their_own_too(text: str, parts: tuple[str, ...]) -> None:
    assert tuple(part.exact for part in cut(text).parts) == parts
    assert len(parts) == len(parts_of(text))
