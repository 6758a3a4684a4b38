"""A column of text is called ordinary only if no cell of it needs mending."""

from __future__ import annotations

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.vietnamese_letters import mend
from schemas.text_columns import mend_texts
from schemas.text_scan import is_ordinary

LETTERS = st.text(
    st.one_of(st.sampled_from(" aZ9ộĐưƯ–“”…°²\u00a0\u200b\u0300\u00d0\u01a3\u0410μ\u00ad\t\n\ufffd"), st.characters()),
    max_size=6,
)


@given(st.lists(LETTERS.filter(lambda text: text.encode("utf-8", "ignore").decode() == text)))
def test_an_ordinary_column_needs_no_mending(cells: list[str]) -> None:
    column = pyarrow.array(cells, type=pyarrow.string())
    if is_ordinary(column):
        assert [mend(cell).text for cell in cells] == cells
        assert not any(mend(cell).doubts for cell in cells)


@given(st.lists(LETTERS.filter(lambda text: text.encode("utf-8", "ignore").decode() == text)))
def test_texts_are_mended_together_as_they_are_one_by_one(cells: list[str]) -> None:
    together = mend_texts(pyarrow.array(cells, type=pyarrow.string()))
    for place, cell in enumerate(cells):
        if together.sure[place]:
            alone = mend(cell)
            kinds = [kinds for kinds, bearers in together.kinds.items() if bearers[place]]
            assert (alone.text, alone.doubts) == (together.results[place].as_py(), ())
            assert [alone.kinds] == (kinds or [()])


def test_accents_written_apart_and_blanks_are_mended_together() -> None:
    texts = pyarrow.array(["Đo\u0302\u0300ng Tie\u0302\u0301n", " Xã\u00a0 A", "Xã A", "\u041dà Nội"])
    mended = mend_texts(texts)
    assert mended.sure.tolist() == [True, True, True, False]
    assert mended.results.to_pylist()[1:3] == ["Xã A", "Xã A"]


@pytest.mark.parametrize("cells", [[], [""], ["", "Xã A", ""], ["Đồng Tiến", "“a” – b…", "5 °C", "m²", "Ưu đãi"]])
def test_usual_vietnamese_text_is_ordinary(cells: list[str]) -> None:
    assert is_ordinary(pyarrow.array(cells, type=pyarrow.string()))


@pytest.mark.parametrize(
    "cell",
    [" a", "a ", "a  b", "a\u00a0b", "a\tb", "a\nb", "\u00d0ông", "Ph\u01a3ờng", "a\u0300", "\u0410", "a\x7f", "а"],
)
def test_one_odd_cell_calls_for_a_closer_look(cell: str) -> None:
    column = pyarrow.array(["Xã A", cell, "Xã B"])
    assert not is_ordinary(column)
    assert not is_ordinary(column.slice(1))
    assert is_ordinary(column.slice(2))
