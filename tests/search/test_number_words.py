"""Numbers in a question, with the words that belong to them."""

from __future__ import annotations

import pytest

from search.datasets.number_words import number_places
from search.datasets.words import words_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("hộ nghèo 2024", "2024"),
        ("hộ nghèo năm 2024", "năm 2024"),
        ("thu ngân sách quý 3/2024", "quý 3 2024"),
        ("thu ngân sách quí III năm 2024", "quí iii năm 2024"),
        ("tháng 6-2025 mưa", "tháng 6 2025"),
        ("lúa 1.500 ha", "1 500 ha"),
        ("vốn 45.492 tỷ đồng", "45 492 tỷ"),
        ("lớp 10", "10"),
        ("ha ta năm quý", ""),
        ("khu vực iii", ""),
        ("5g QL45 m2", ""),
        ("", ""),
    ],
)
def test_numbers_take_their_units_and_periods_along(text: str, numbers: str) -> None:
    words = words_of(text)
    found = number_places(words)
    assert " ".join(word.exact for place, word in enumerate(words) if place in found) == numbers
