"""How text becomes words."""

from __future__ import annotations

import unicodedata

import pytest

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
