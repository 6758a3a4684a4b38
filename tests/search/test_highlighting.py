"""What a page marks in a title and shows of a description."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from search.datasets.highlighting import SNIPPET_CHARACTERS, highlight, snippet


def marked(text: str, *folded_words: str) -> str:
    return "".join(f"[{p.text}]" if p.matched else p.text for p in highlight(text, folded_words))


def test_marks_whole_words_in_any_accents_and_case_and_joins_neighbours() -> None:
    assert marked("Giáo dục, giao duc; giaoduc", "giao", "duc") == "[Giáo dục], [giao duc]; giaoduc"
    assert marked(unicodedata.normalize("NFD", "Đất đai"), "dai") == "Đất [đai]"
    assert marked("Bác sỹ và bác sĩ", "si") == "Bác [sỹ] và bác [sĩ]"
    assert marked("x.y*", "y") == "x.[y]*"


def test_words_in_a_row_are_marked_only_in_a_row() -> None:
    assert marked("Cơ sở giáo dục, số lớp", "co so giao duc") == "[Cơ sở giáo dục], số lớp"
    assert marked("Số lớp của cơ sở. Giáo dục", "co so giao duc", "lop") == "Số [lớp] của [cơ sở. Giáo dục]"


def test_without_words_nothing_is_marked() -> None:
    assert [piece.matched for piece in highlight("Đất đai", ())] == [False]
    assert highlight("", ("x",)) == ()


@given(st.text(max_size=100), st.lists(st.sampled_from(["a", "i", "si", "1", "x"]), max_size=3))
def test_the_pieces_joined_are_the_text(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in highlight(text, words)) == unicodedata.normalize("NFC", text)


def test_a_short_description_is_shown_whole() -> None:
    assert "".join(piece.text for piece in snippet("Một \n hai", ())) == "Một hai"


def test_a_long_description_is_shown_from_its_beginning_or_from_where_it_matches() -> None:
    text = "đầu " * 200 + "hộ nghèo của tỉnh " + "cuối " * 200
    beginning = "".join(piece.text for piece in snippet(text, ()))
    assert beginning.startswith("đầu đầu")
    assert beginning.endswith("đầu…")
    pieces = snippet(text, ("ho", "ngheo"))
    assert [piece.text for piece in pieces if piece.matched] == ["hộ nghèo"]
    assert pieces[0].text == "…"
    assert pieces[-1].text == "…"
    assert sum(len(piece.text) for piece in pieces) <= SNIPPET_CHARACTERS + 2


def test_a_match_near_the_end_is_shown_near_the_beginning() -> None:
    text = "đầu " * 200 + "tổng hợp toàn tỉnh theo quý từ năm 2024, chưa tính những đơn vị mới thành lập"
    pieces = snippet(text, ("quy",))
    assert len("".join(piece.text for piece in pieces).partition("quý")[0]) <= 80


def test_the_window_with_most_of_the_words_is_shown() -> None:
    text = "nghèo " + "x " * 300 + "hộ nghèo đa chiều " + "x " * 300
    assert "hộ nghèo" in "".join(piece.text for piece in snippet(text, ("ho", "ngheo")))


@given(st.text(max_size=600), st.lists(st.sampled_from(["a", "0", "x"]), max_size=3))
def test_any_text_has_a_snippet(text: str, words: list[str]) -> None:
    shown = "".join(piece.text for piece in snippet(text, words)).strip("…")
    assert len(shown) <= SNIPPET_CHARACTERS
    assert shown in " ".join(unicodedata.normalize("NFC", text).split())
