"""The published lines are those that a writer of CSV makes cell by cell, wherever the file is cut into blocks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishers.formulas import neutralise_formulas
from publishers.tables_lines import header_line, published_lines, read_blocks, text_columns

CELLS = st.one_of(
    st.sampled_from(["", "x", "Đông Tiến", "a,b", 'nháy "kép"', '"', "hai\ndòng", "\n", "=1+1", "-", "-5,2", "+84 237",
                     '=a,"b"\n', "@x", "\t", "＝1", "0", "x" * 40]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=5),
)  # fmt: skip
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=15)
)


def cell_by_cell(rows: list[list[str]], end: str, texts: int = 0) -> bytes:
    """What Python's writer makes of the rows, formulas neutralised in the first ``texts`` columns."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=end)
    for row in rows:
        writer.writerow([*neutralise_formulas(row[:texts]), *row[texts:]])
    return buffer.getvalue().encode()


@pytest.mark.parametrize("size", [7, 64, 1 << 20])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES, quoted_header=st.booleans())
def test_blocks_become_the_lines_that_a_writer_makes(
    tmp_path: Path, size: int, rows: list[list[str]], quoted_header: bool
) -> None:
    names = [f"c{place}" for place in range(len(rows[0]))]
    if quoted_header:
        names[0] = 'tên\n"cột"'
    texts = names[: max(len(names) - 1, 1)]
    path = tmp_path / "bang.csv"
    path.write_bytes(cell_by_cell([names, *rows], "\n"))
    # the header fits into the first block, as a staging file's does
    blocks = list(read_blocks(path, max(size, len(cell_by_cell([names], "\n")))))
    lines = [published_lines(block, text_columns(block, names), texts) for block in blocks]
    assert b"".join(lines) == cell_by_cell(rows, "\r\n", len(texts))
    assert all(block.endswith(b"\n") for block in blocks)


def test_the_header_has_the_mark_of_utf8_and_is_quoted_where_it_must_be() -> None:
    assert header_line(["mã", "a,b"]) == '\ufeffmã,"a,b"\r\n'.encode()
