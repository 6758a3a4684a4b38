"""Passwords: long, not among those tried first, and otherwise as one likes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidInput
from catalog.password_rules import LONGEST, SHORTEST, acceptable, is_common


@pytest.mark.parametrize(
    "password",
    [
        "tre tho ngoai vuon",
        "con trâu đi cày ruộng",
        "correct horse battery staple",
        "khong so hay chu hoa nao",
        "xq7-Lm2.pTz9",
        "837261904752",
        "mẹ mèo mèo con",
        "          bò lạc nhà quê",
    ],
)
def test_any_long_password_that_is_not_common_is_accepted(password: str) -> None:
    assert acceptable(password) == unicodedata.normalize("NFC", password)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012",
        "987654321098",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "password1234",
        "P@ssw0rd2026",
        "Passw0rd!!!!!",
        "matkhau123456",
        "Mật khẩu 2026",
        "quantri@thanhhoa2026",
        "dulieumo-thanhhoa",
        "iloveyouiloveyou",
        "adminadminadmin",
        "abcdefghijklmnop",
    ],
)
def test_common_passwords_are_refused_however_they_are_decorated(password: str) -> None:
    with pytest.raises(InvalidInput, match="dễ đoán") as refused:
        acceptable(password)
    assert password not in refused.value.message + refused.value.message_en


def test_ones_own_name_is_no_password() -> None:
    own = ("lan.nguyen", "Nguyễn Thị Hương Lan", "lan.nguyen@soyte.thanhhoa.gov.vn")
    assert is_common("nguyenthihuonglan1985", own)
    assert is_common("Lan.Nguyen.SoYTe", own)
    assert not is_common("bien xanh vach da cao", own)


@pytest.mark.parametrize("password", ["", "ngan", "a" * (SHORTEST - 1), "tre tho \0 ngoai vuon", "x" * (LONGEST + 1)])
def test_short_endless_and_unusable_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        acceptable(password)


def test_the_two_spellings_of_a_letter_are_one_password() -> None:
    composed = unicodedata.normalize("NFC", "trăng rằm tháng giêng")
    assert acceptable(unicodedata.normalize("NFD", composed)) == acceptable(composed)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=LONGEST // 2))
def test_whatever_is_typed_is_accepted_or_refused_in_words(password: str) -> None:
    if is_common(password) or len(unicodedata.normalize("NFC", password)) < SHORTEST or "\0" in password:
        with pytest.raises(InvalidInput):
            acceptable(password)
    else:
        assert acceptable(password) == unicodedata.normalize("NFC", password)
