"""The gate as a whole: the promise of :class:`catalog.ports.Gate`, and the comparison with the version before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from catalog.errors import StorageFull
from catalog.issues import Severity
from tests.schemas.tables import codes, content, judge, only, schema_of

SCHEMA = schema_of(
    {"name": "nam", "type": "integer"},
    {"name": "ma"},
    {"name": "so_ho", "title": "Số hộ", "type": "integer"},
    {"name": "ty_le", "type": "number"},
    primaryKey=["nam", "ma"],
)


def previous(folder: Path, rows: Sequence[tuple[int, str, int | None, float | None]]) -> Path:
    columns = dict(zip(SCHEMA.field_names, map(list, zip(*rows, strict=True)), strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "truoc.parquet")
    return folder / "truoc.parquet"


def test_a_number_that_jumps_against_the_version_before_holds_the_table(tmp_path: Path) -> None:
    before = previous(tmp_path, [(2026, "a", 1200, 0.5), (2026, "b", 5000, 0.9), (2025, "a", 7, None)])
    rows = [
        ["2026", "b", "5100", "90"],
        ["2026", "a", "1200000", "0.5"],
        ["2025", "a", "700", "1"],
        ["2027", "c", "9", "9"],
    ]
    report = judge(tmp_path, SCHEMA, SCHEMA.field_names, rows, previous=before).report
    jumps = {issue.field: issue for issue in report.issues if issue.code == "jump"}
    assert jumps.keys() == {"so_ho", "ty_le"}
    assert jumps["so_ho"].severity is Severity.HOLD
    assert (jumps["so_ho"].count, jumps["so_ho"].examples[0].row) == (1, 3)
    assert jumps["so_ho"].examples[0].value == "1200 → 1200000"
    assert jumps["ty_le"].examples[0].row == 2


def test_a_number_that_shrinks_to_a_thousandth_is_a_jump_and_zero_is_none(tmp_path: Path) -> None:
    before = previous(tmp_path, [(2026, "a", 5000, 1.0), (2026, "b", 5000, 1.0)])
    report = judge(
        tmp_path, SCHEMA, SCHEMA.field_names, [["2026", "a", "5", "1"], ["2026", "b", "0", "1"]], previous=before
    ).report
    assert only(report, "jump").count == 1


def test_the_version_before_may_have_had_other_columns(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"khac": [1]}), tmp_path / "truoc.parquet")
    report = judge(
        tmp_path, SCHEMA, SCHEMA.field_names, [["2026", "a", "5", "1"]], previous=tmp_path / "truoc.parquet"
    ).report
    assert report.issues == ()


def test_the_canonical_table_has_the_columns_of_the_dictionary_and_no_other(tmp_path: Path) -> None:
    judged = judge(tmp_path, SCHEMA, ["ma", "la", "nam"], [["a", "?", "2026"]])
    assert judged.table.columns == SCHEMA.field_names
    assert content(judged.table) == [["2026", "a", "", ""]]


def test_a_table_without_rows_is_judged_too(tmp_path: Path) -> None:
    judged = judge(tmp_path, SCHEMA, SCHEMA.field_names, [], previous=previous(tmp_path, [(2026, "a", 1, 1.0)]))
    assert (judged.report.rows, judged.report.issues) == (0, ())


def test_a_table_without_columns_is_judged_too(tmp_path: Path) -> None:
    report = judge(tmp_path, SCHEMA, [], []).report
    assert report.verdict is Severity.ERROR
    assert codes(report) == {"missing-label"}


@pytest.mark.parametrize(
    "cell",
    [
        "\x00",
        "\ud7ff",
        "=1+1",
        "9" * 400,
        "MULTIPOLYGON" * 20_000,
        "-" * 5000,
        "\n",
        '"',
        "１２３",
        "٣",
        "1e400",
        "−5",
        "\u202e1",
    ],
)
def test_no_content_breaks_the_gate(tmp_path: Path, cell: str) -> None:
    judged = judge(tmp_path, SCHEMA, SCHEMA.field_names, [[cell] * 4, ["2026", cell, "1", "1"]])
    assert judged.table.row_count == 2


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    (tmp_path / "da-xet").mkdir()
    (tmp_path / "da-xet" / "chuan-hoa-bang.csv").symlink_to("/dev/full")
    with pytest.raises(StorageFull, match="đầy"):
        judge(tmp_path, SCHEMA, SCHEMA.field_names, [["2026", " " + "a" * 9000, "1", "1"]] * 3)
