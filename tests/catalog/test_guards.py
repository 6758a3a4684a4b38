"""What holds a table for a person although its values are right: it may have lost something at its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.guards import FEW_ROWS, guard
from catalog.issues import Severity
from catalog.model import DatasetId, DistributionId, SourceShape, Version, VersionId
from catalog.ports import StagedTable

SHAPE = SourceShape({"ma": "text", "dan_so": "integer", "ghi_chu": ""}, ("ma",))


def version(rows: int, shape: SourceShape | None = SHAPE) -> Version:
    return Version(
        id=VersionId("v"),
        dataset_id=DatasetId("d"),
        distribution_id=DistributionId("p"),
        number=1,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        row_count=rows,
        columns=(),
        schema_name="xa",
        schema_version="1.0.0",
        snapshot_sha256="",
        run_id="r",
        files=(),
        source_shape=shape,
    )


def found(rows: int, before: Version | None, shape: SourceShape | None = SHAPE) -> list[str]:
    staged = StagedTable("xa", Path("xa.csv"), ("ma",), rows, "", shape=shape)
    issues = list(guard(staged, before))
    assert {issue.severity for issue in issues} <= {Severity.HOLD}
    return [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        (None, 0, ["empty-table"]),
        (None, 5, []),
        (1000, 0, ["empty-table"]),
        (1000, 800, []),
        (1000, 799, ["shrunken-table"]),
        (1000, 3000, []),
        (1000, 3001, ["grown-table"]),
        (FEW_ROWS - 1, 10 * FEW_ROWS, []),
    ],
)
def test_sizes(before: int | None, now: int, codes: list[str]) -> None:
    assert found(now, None if before is None else version(before)) == codes


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"ma": "text", "dan_so": "integer"}, "mất ghi_chu"),
        ({**SHAPE.columns, "moi": "text"}, "thêm moi"),
        ({**SHAPE.columns, "dan_so": "text"}, "đổi kiểu dan_so: integer → text"),
        ({"ma": "text", "so_dan": "integer", "ghi_chu": ""}, "mất dan_so; thêm so_dan"),
    ],
)
def test_changed_columns_are_told_with_the_difference(columns: dict[str, str], told: str) -> None:
    staged = StagedTable("xa", Path("xa.csv"), ("ma",), 9, "", shape=replace(SHAPE, columns=columns))
    (issue,) = guard(staged, version(9))
    assert issue.code == "source-columns-changed"
    assert told in issue.message


def test_a_changed_key_is_told() -> None:
    assert found(9, version(9), replace(SHAPE, key=("ma", "ky"))) == ["source-key-changed"]
    assert found(9, version(9), replace(SHAPE, key=())) == ["source-key-changed"]


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert found(9, version(9, None)) == []
    assert found(9, version(9), None) == []
    assert found(9, version(9), replace(SHAPE, columns={**SHAPE.columns, "ghi_chu": "text"})) == []
