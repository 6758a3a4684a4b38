"""Vietnamese text: one normal form, one folding, one order."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.vietnamese import canonical_tone, clean, fold, grouped, nfc, slug, sort_key

FAMILIES = {
    "a": "àáảãạăằắẳẵặâầấẩẫậ",
    "d": "đ",
    "e": "èéẻẽẹêềếểễệ",
    "i": "ìíỉĩị",
    "o": "òóỏõọôồốổỗộơờớởỡợ",
    "u": "ùúủũụưừứửữự",
    "y": "ỳýỷỹỵ",
}


@pytest.mark.parametrize(("plain", "marked"), FAMILIES.items())
def test_every_marked_letter_folds_to_its_plain_one_in_both_cases_and_normal_forms(plain: str, marked: str) -> None:
    for letter in marked:
        for form in ("NFC", "NFD"):
            assert fold(unicodedata.normalize(form, letter)) == plain
            assert fold(unicodedata.normalize(form, letter.upper())) == plain


def test_folds_words() -> None:
    assert fold("ĐẤT ĐAI Thanh Hóa – 2026, café Ñ") == "dat dai thanh hoa – 2026, cafe n"


@given(st.text())
@example("İstanbul ẞ ŉ ǰ ΐ")
@example("각 漢字 ﬁ")
def test_folding_keeps_positions(text: str) -> None:
    assert len(fold(text)) == len(nfc(text))


def test_letters_made_of_other_letters_stay_themselves() -> None:
    assert fold("각 漢字") == "각 漢字"


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_gives_nfc(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert nfc(cleaned) == cleaned
    assert cleaned == cleaned.strip()


def test_cleaning_removes_what_nobody_sees() -> None:
    assert clean(" \ufeffSở\u200b\u00a0Y tế\x00\u202e ") == "Sở Y tế"
    assert clean(unicodedata.normalize("NFD", "Thanh Hóa")) == "Thanh Hóa"
    assert clean("a\tb\nc") == "a\tb\nc"


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("hoá", "hóa"),
        ("Thanh Hoá", "Thanh Hóa"),
        ("HOÀ", "HÒA"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Thuỵ", "Thụy"),
        ("uỷ ban", "ủy ban"),
        ("luỹ", "lũy"),
        (unicodedata.normalize("NFD", "hoá"), "hóa"),
    ],
)
def test_the_tone_of_open_syllables_moves_to_the_first_vowel(newer: str, older: str) -> None:
    assert canonical_tone(newer) == older
    assert canonical_tone(older) == older


@pytest.mark.parametrize(
    "word", ["hoàn", "toán", "quý", "Quỳnh", "quả", "khoảng", "huyện", "xoáy", "thuyền", "hoặc", "loét"]
)
def test_other_syllables_keep_their_tone(word: str) -> None:
    assert canonical_tone(word) == word


@given(st.text())
def test_moving_tones_keeps_positions_and_settles_at_once(text: str) -> None:
    moved = canonical_tone(text)
    assert len(moved) == len(nfc(text))
    assert canonical_tone(moved) == moved


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Danh sách cơ sở y tế tỉnh Đồng Nai", "danh-sach-co-so-y-te-tinh-dong-nai"),
        ("  Sở KH&CN – 2026/Q1 ", "so-kh-cn-2026-q1"),
        ("漢字", ""),
        ("a" * 200, "a" * 90),
    ],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text(), st.integers(1, 100))
def test_a_slug_fits_into_an_address(text: str, limit: int) -> None:
    name = slug(text, limit=limit)
    assert len(name) <= limit
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")
    assert not name.endswith("-")


def test_sorts_as_a_dictionary_does() -> None:
    words = [
        "2 tháng", "10 tháng", "An sinh", "an toàn", "Ăn uống", "Ấp", "Dân số", "Du lịch", "Đất đai", "Đông Sơn", "Ly",
        "ma", "mà", "mả", "mã", "má", "mạ", "mạ kẽm", "man", "Ô nhiễm", "Ốc", "Ơn", "Y tế",
    ]  # fmt: skip
    expected = ["10 tháng", "2 tháng", *words[2:]]
    shuffled = words.copy()
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == expected


def test_sorting_ignores_case_and_normal_form() -> None:
    assert sort_key("ĐẤT") == sort_key("đất") == sort_key(unicodedata.normalize("NFD", "Đất"))
    assert sort_key("Đông Tiến") != sort_key("Đồng Tiến")
    assert sort_key("thuỷ")[0] == sort_key("thủy")[0]


@given(st.lists(st.text(max_size=10), max_size=5))
def test_any_texts_have_one_order(texts: list[str]) -> None:
    keys = [sort_key(text) for text in sorted(texts, key=sort_key)]
    assert keys == sorted(map(sort_key, reversed(texts)))
    assert all(len(letters) == len(tones) for letters, tones in keys)


def test_whole_numbers_are_grouped_with_points() -> None:
    assert [grouped(number) for number in (0, 999, 1_234, -1_234_567)] == ["0", "999", "1.234", "-1.234.567"]
