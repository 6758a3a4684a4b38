"""Vietnamese typed while the input method was off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.vietnamese_syllables import is_syllable
from search.datasets.keyboard_residue import decode_residue


def decoded(text: str) -> str:
    return " ".join(decode_residue(word) or word for word in text.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giaos ducj", "giáo dục"),
        ("ddaats ddai", "đất đai"),
        ("tuyeenr sinh", "tuyển sinh"),
        ("TUYEENR", "tuyển"),
        ("truwowngf truongwf truwongf", "trường trường trường"),
        ("dduowcj hoaf thuyr quys gias nguwowif", "được hòa thủy quý giá người"),
        ("tieengs vieetj", "tiếng việt"),
        ("dden ddoongf", "đen đồng"),
        ("gia1o du5c", "giáo dục"),
        ("d9a6t1 d9ai", "đất đai"),
        ("tru7o7ng2 truong72", "trường trường"),
        ("tuye63n nghie65p", "tuyển nghiệp"),
        ("na8m d9e6", "năm đê"),
    ],
)
def test_telex_and_vni_are_decoded(typed: str, meant: str) -> None:
    assert decoded(typed) == meant


@pytest.mark.parametrize(
    "word",
    ["sinh", "giáo", "abc", "wow", "2024", "14758", "pm10", "covid19", "ql1a", "h56", "a1", "h2o", "b52", "", "🙂"],
)
def test_what_is_no_residue_stays(word: str) -> None:
    assert decode_residue(word) is None


@given(st.text(max_size=20) | st.text("aeiouydwsfrxj0123456789ngth", max_size=12))
def test_only_syllables_come_out(word: str) -> None:
    found = decode_residue(word)
    assert found is None or (is_syllable(found) and found != word.lower())


def test_a_letter_with_a_digit_is_residue_only_among_others() -> None:
    assert decode_residue("ty1") is None
    assert decode_residue("ty1", short=True) == "tý"
    assert decode_residue("h2", short=True) is None
