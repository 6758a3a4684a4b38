from __future__ import annotations

import pytest

from catalog.vietnamese import fold
from catalog.vietnamese_syllables import is_plain_syllable
from search.datasets.lexicon import no_lexicon
from search.datasets.word_forms import other_forms, with_other_forms
from search.datasets.words import as_word, words_of


def forms(word: str) -> list[str]:
    return [other.exact for other in other_forms(as_word(word))]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("park", "parks"), ("school", "schools"), ("library", "libraries"), ("highway", "highways"), ("tax", "taxes"),
        ("church", "churches"), ("address", "addresses"), ("house", "houses"), ("service", "services"),
        ("child", "children"), ("woman", "women"), ("analysis", "analyses"),
    ],
)  # fmt: skip
def test_a_noun_leads_from_one_to_many_and_back(one: str, many: str) -> None:
    assert many in forms(one)
    assert one in forms(many)


@pytest.mark.parametrize("word", ["us", "gas", "2024", "co2", "trường", "x"])
def test_codes_short_words_and_accents_have_no_other_form(word: str) -> None:
    assert forms(word) == []


@pytest.mark.parametrize(
    ("text", "with_forms"),
    [
        ("parks", ["parks"]),
        ("pet licenses", ["pet", "licenses"]),
        ("dat dai", []),
        ("bệnh viện", []),
        ("truong hoc 2024", []),
        ("map", ["map"]),
    ],
)
def test_only_english_words_have_other_forms(text: str, with_forms: list[str]) -> None:
    segments = with_other_forms(no_lexicon().segments(words_of(text)))
    assert [segment.words[0].exact for segment in segments if segment.rows] == with_forms


@pytest.mark.parametrize("text", ["giáo dục", "nghiêng ngả", "khuỷu tay", "quyết định", "yếu tố", "xoong nồi", "gì"])
def test_vietnamese_without_marks_is_known_as_such(text: str) -> None:
    assert all(map(is_plain_syllable, fold(text).split()))


@pytest.mark.parametrize("word", ["park", "school", "data", "crime", "bank", "tree", "zip", "energy", ""])
def test_english_is_no_vietnamese_syllable(word: str) -> None:
    assert not is_plain_syllable(word)
