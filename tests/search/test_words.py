"""How text becomes words, and what a person typed becomes wishes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.datasets.asking import MAX_QUERY_WORDS, read_wishes
from search.datasets.words import spellings, words_of


def exact(text: str) -> list[str]:
    return [word.exact for word in words_of(text)]


def folded(text: str) -> list[str]:
    return [word.folded for word in words_of(text)]


def test_words_are_lower_case_in_two_forms() -> None:
    assert exact("Đất ĐAI, năm 2026!") == ["đất", "đai", "năm", "2026"]
    assert folded("Đất ĐAI, năm 2026!") == ["dat", "dai", "nam", "2026"]


@pytest.mark.parametrize(
    ("one", "other"), [("Thanh Hoá", "THANH HÓA"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("quý", "quý"), ("toà", "tòa")]
)
def test_the_place_of_the_tone_and_the_normal_form_make_no_difference(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)
    assert words_of(unicodedata.normalize("NFD", one)) == words_of(other)


def test_final_i_and_y_are_one_in_the_folded_form_where_both_are_written() -> None:
    assert folded("bác sỹ bác sĩ") == ["bac", "si", "bac", "si"]
    assert folded("kỹ kĩ mỹ mĩ lý lí tỷ tỉ hy hi quý quí") == [
        "ki",
        "ki",
        "mi",
        "mi",
        "li",
        "li",
        "ti",
        "ti",
        "hi",
        "hi",
        "qui",
        "qui",
    ]
    assert folded("y tế, thủy, tai, tay") == ["y", "te", "thuy", "tai", "tay"]
    assert set(spellings("si")) == {"si", "sy"}
    assert spellings("te") == ("te",)


def test_letters_digits_and_pictographs_are_words_all_else_is_between_them() -> None:
    assert exact("ma_don_vi/x-y 45.492 🙂🙂 «a»") == ["ma", "don", "vi", "x", "y", "45", "492", "🙂", "🙂", "a"]


def test_quotes_and_minus() -> None:
    wishes = read_wishes('"hộ nghèo" xã -"cận nghèo" -huyện “y tế”')
    assert [word.exact for word in wishes.words] == ["hộ", "nghèo", "xã", "y", "tế"]
    assert [[word.exact for word in row] for row in wishes.phrases] == [["hộ", "nghèo"], ["y", "tế"]]
    assert [[word.exact for word in row] for row in wishes.unwanted] == [["cận", "nghèo"], ["huyện"]]


@pytest.mark.parametrize("text", ["2020-2025", "2020 -2025", "2020 - 2025", '"2020 2025', 'x"2020 2025'])
def test_a_dash_and_a_lonely_quote_mean_nothing(text: str) -> None:
    wishes = read_wishes(text)
    assert [word.exact for word in wishes.words][-2:] == ["2020", "2025"]
    assert (wishes.phrases, wishes.unwanted) == ((), ())


@given(st.text(max_size=300))
def test_any_text_has_a_reading(text: str) -> None:
    wishes = read_wishes(text)
    assert len(wishes.words) + sum(map(len, wishes.unwanted)) <= MAX_QUERY_WORDS
    assert all(word.exact and word.folded for word in wishes.words)


def test_a_long_text_is_cut() -> None:
    assert len(read_wishes("từ " * 5_000).words) == MAX_QUERY_WORDS
    assert [len(word.exact) for word in read_wishes("x" * 5_000).words] == [64]
