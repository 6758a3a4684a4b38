"""Letters that look right and are not: mended where they can only mean one thing, else named."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.vietnamese_letters import ORDINARY_PATTERN, is_ordinary, mend


@pytest.mark.parametrize(
    ("text", "mended", "kinds"),
    [
        (unicodedata.normalize("NFD", "Đông Tiến"), "Đông Tiến", ("unicode",)),
        ("\u041d\u00e0 Nội", "Hà Nội", ("homoglyph",)),
        ("H\u0430\u0300 Nội", "Hà Nội", ("homoglyph",)),
        ("\u039cường Lát", "Mường Lát", ("homoglyph",)),
        ("VN38\u0410", "VN38A", ("homoglyph",)),
        ("\u00d0ông Tiến", "Đông Tiến", ("homoglyph",)),
        ("Ph\u01a3ờng", "Phường", ("homoglyph",)),
        ("\uff21\uff22\uff11\uff12\uff13", "AB123", ("width",)),
        ("Xã\u3000A", "Xã A", ("width",)),
        ("Xã  A", "Xã A", ("spaces",)),
        ("\u00a0Xã\u202f\u00a0A\t", "Xã A", ("spaces",)),
        ("một \r\n hai", "một\nhai", ("spaces",)),
        ("một\rhai", "một\nhai", ("spaces",)),
        ("Xã\u200b A\ufeff", "Xã A", ("invisible",)),
        ("\u202eXã\u00ad A\u202c\x07", "Xã A", ("invisible",)),
    ],
)
def test_what_can_only_mean_one_thing_is_mended(text: str, mended: str, kinds: tuple[str, ...]) -> None:
    found = mend(text)
    assert (found.text, found.kinds, found.doubts) == (mended, kinds, ())


@pytest.mark.parametrize(
    "text",
    ["Xã A", "μg/m3", "Δt", "α-amylase", "Москва", "Σαμοθράκη", "5 °C", "10²", "“Đông – Tiến”…", "Ðaklak Ðxyz", "Hoà"],
)
def test_what_is_meant_as_it_stands_stays(text: str) -> None:
    found = mend(text)
    assert (found.text, found.kinds, found.doubts) == (text, (), ())


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("\u0421\u0410", "foreign-letters"),
        ("38\u0410", "foreign-letters"),
        ("Hà N\u043e\u0439", "foreign-letters"),
        ("Thanh H\ufffda", "lost-characters"),
        ("Thanh\x96Hóa", "lost-characters"),
    ],
)
def test_what_could_be_meant_otherwise_stays_and_is_named(text: str, doubt: str) -> None:
    found = mend(text)
    assert (found.text, found.doubts) == (text, (doubt,))


@example("0\t\x850")
@given(st.text(max_size=12))
def test_mending_twice_is_the_same_as_once(text: str) -> None:
    once = mend(text).text
    assert mend(once).text == once
    assert once == once.strip(" \t\n\u00a0")
    assert unicodedata.is_normalized("NFC", once)


@given(st.from_regex(re.compile(ORDINARY_PATTERN), fullmatch=True))
def test_ordinary_text_has_nothing_to_mend(text: str) -> None:
    assert unicodedata.is_normalized("NFC", text)
    assert text.isprintable()
    assert "  " not in text
    assert text == text.strip()
    assert is_ordinary(text)
