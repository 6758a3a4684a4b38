"""Published files: the same rows in every format, in the types of the dictionary, and the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frictionless
import pyarrow
import pytest
import python_calamine
from frictionless.resources import TableResource
from pyarrow import parquet

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput, StorageFull
from catalog.model import (
    AccessLevel,
    Column,
    ContactPoint,
    Dataset,
    DatasetId,
    DistributionId,
    Frequency,
    OrganizationId,
    Version,
    VersionId,
)
from catalog.ports import PreparedFile, StagedTable
from publishers.formulas import neutralise_formulas
from publishers.tables import XLSX_ROWS, derive_files, write_table
from schemas.frictionless_schema import public_descriptor
from tests.catalog.examples import HEALTH

SCHEMA = TableSchema.from_descriptor(
    {
        "name": "co-so",
        "version": "1.2.0",
        "title": "Cơ sở",
        "primaryKey": "ma",
        "fields": [
            {"name": "ma", "title": "Mã", "constraints": {"required": True, "pattern": r"\d{5}"}},
            {"name": "ten", "title": "Tên", "description": "Tên đầy đủ"},
            {"name": "giuong", "title": "Giường", "type": "integer", "unit": "giường"},
            {"name": "ty_le", "title": "Tỷ lệ", "type": "number", "unit": "%"},
            {"name": "mo_cua", "title": "Mở cửa", "type": "boolean"},
            {"name": "ngay", "title": "Ngày", "type": "date", "format": "%d/%m/%Y"},
            {"name": "luc", "title": "Lúc", "type": "datetime"},
            {"name": "nam", "title": "Năm", "type": "year"},
        ],
    }
)
ROWS = [
    ["00123", "Trạm y tế", "5", "98.5", "true", "2026-02-28", "2026-02-28T07:30:00", "2026"],
    ["00124", "=1+1", "-7", "-0.25", "false", "1945-09-02", "2026-02-28T00:30:00+00:00", "1945"],
    ["00125", 'Phường "Hạc",\nThành', "", "", "", "", "", ""],
]


def staged(folder: Path, rows: Sequence[Sequence[str]] = ROWS) -> StagedTable:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SCHEMA.field_names)
    writer.writerows(rows)
    path = folder / "canonical.csv"
    path.write_bytes(text.getvalue().encode())
    return StagedTable("co-so", path, SCHEMA.field_names, len(rows), "0" * 64)


def written(
    folder: Path, rows: Sequence[Sequence[str]] = ROWS, name: str = "cong-bo"
) -> tuple[dict[str, PreparedFile], dict[str, Column]]:
    """The files by format, the column profiles by name."""
    target = folder / name
    target.mkdir()
    files, columns = write_table(staged(folder, rows), SCHEMA, target, "co-so-v1")
    return {file.format: file for file in files}, {column.name: column for column in columns}


VERSION = Version(
    id=VersionId("v"),
    dataset_id=DatasetId("d"),
    distribution_id=DistributionId("p"),
    number=3,
    published_at=datetime(2026, 2, 28, 20, 0, tzinfo=UTC),
    row_count=len(ROWS),
    columns=(),
    schema_name=SCHEMA.name,
    schema_version=SCHEMA.version,
    snapshot_sha256="0" * 64,
    run_id="r",
    files=(),
)
DATASET = Dataset(
    id=DatasetId("d"),
    name="co-so-y-te",
    title="Cơ sở y tế",
    title_en="Health facilities",
    description="Danh sách cơ sở y tế",
    organization_id=OrganizationId("so-y-te"),
    theme="y-te",
    keywords=(),
    license_id="cc-by",
    access_level=AccessLevel.OPEN,
    frequency=Frequency.MONTHLY,
    contact=ContactPoint("Văn phòng Sở Y tế"),
    source_database="CSDL hành nghề",
    simulated=True,
)


def derived(folder: Path, version: Version = VERSION, name: str = "dan-xuat") -> dict[str, PreparedFile]:
    files, _ = written(folder, name=f"cho-{name}")
    target = folder / name
    target.mkdir()
    made = derive_files(version, SCHEMA, DATASET, HEALTH, files["parquet"].path, target)
    return {file.format: file for file in made}


def digest(file: PreparedFile) -> str:
    return hashlib.sha256(file.path.read_bytes()).hexdigest()


def test_csv_has_a_bom_crlf_and_iso_values(tmp_path: Path) -> None:
    files, _ = written(tmp_path)
    assert (files["csv"].filename, files["csv"].media_type) == ("co-so-v1.csv", "text/csv")
    assert files["csv"].path.read_bytes().decode() == (
        "\ufeffma,ten,giuong,ty_le,mo_cua,ngay,luc,nam\r\n"
        "00123,Trạm y tế,5,98.5,true,2026-02-28,2026-02-28T07:30:00,2026\r\n"
        "00124,'=1+1,-7,-0.25,false,1945-09-02,2026-02-28T00:30:00+00:00,1945\r\n"
        '00125,"Phường ""Hạc"",\nThành",,,,,,\r\n'
    )


def test_frictionless_finds_the_published_csv_valid_by_the_published_schema(tmp_path: Path) -> None:
    files, _ = written(tmp_path)
    descriptor = json.loads(json.dumps(public_descriptor(SCHEMA)))
    schema = frictionless.Schema.from_descriptor(descriptor)
    path = files["csv"].path
    report = TableResource(path=path.name, basepath=str(path.parent), schema=schema).validate()
    assert report.valid, report.flatten(["type", "note"])
    assert report.stats["errors"] == 0


@pytest.mark.parametrize(
    ("cell", "published"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("-5,2", "-5,2"),
        ("+84 237 385 2345", "+84 237 385 2345"),
        ("a=b", "a=b"),
        ("", ""),
        ("'đã có", "'đã có"),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_neutralised(cell: str, published: str) -> None:
    assert list(neutralise_formulas(["x", cell, "y"])) == ["x", published, "y"]


def test_parquet_has_the_types_of_the_dictionary_and_the_original_text(tmp_path: Path) -> None:
    files, _ = written(tmp_path)
    table = parquet.read_table(files["parquet"].path)
    assert table.schema.types == [
        pyarrow.string(),
        pyarrow.string(),
        pyarrow.int64(),
        pyarrow.float64(),
        pyarrow.bool_(),
        pyarrow.date32(),
        pyarrow.timestamp("us"),
        pyarrow.int64(),
    ]
    rows = table.to_pylist()
    assert rows[0] == {
        "ma": "00123",
        "ten": "Trạm y tế",
        "giuong": 5,
        "ty_le": 98.5,
        "mo_cua": True,
        "ngay": date(2026, 2, 28),
        "luc": datetime(2026, 2, 28, 7, 30),  # noqa: DTZ001
        "nam": 2026,
    }
    assert rows[1]["ten"] == "=1+1"
    assert rows[1]["luc"] == datetime(2026, 2, 28, 7, 30)  # noqa: DTZ001  Vietnam's time
    assert list(rows[2].values())[2:] == [None] * 6


def test_parquet_carries_titles_and_units(tmp_path: Path) -> None:
    files, _ = written(tmp_path)
    schema = parquet.read_schema(files["parquet"].path)
    assert schema.field("giuong").metadata == {b"title": "Giường".encode(), b"unit": "giường".encode()}
    assert json.loads(schema.metadata[b"table_schema"]) == {"name": "co-so", "version": "1.2.0", "title": "Cơ sở"}


def test_columns_are_profiled(tmp_path: Path) -> None:
    _, columns = written(tmp_path)
    assert columns["ma"] == Column("ma", "string", 3, 3, "00123", "00125")
    assert columns["ten"] == Column("ten", "string", 3, 3, "", "")
    assert columns["giuong"] == Column("giuong", "integer", 2, 2, "-7", "5")
    assert columns["ty_le"] == Column("ty_le", "number", 2, 2, "-0.25", "98.5")
    assert columns["mo_cua"] == Column("mo_cua", "boolean", 2, 2, "", "")
    assert columns["ngay"] == Column("ngay", "date", 2, 2, "1945-09-02", "2026-02-28")
    assert columns["luc"].distinct == 1


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path, name="a")[0], written(tmp_path, name="b")[0]
    assert {kind: digest(file) for kind, file in first.items()} == {kind: digest(file) for kind, file in second.items()}


def test_a_table_without_rows_is_published_with_its_columns(tmp_path: Path) -> None:
    files, columns = written(tmp_path, [])
    assert parquet.read_table(files["parquet"].path).column_names == list(SCHEMA.field_names)
    assert files["csv"].path.read_bytes() == b"\xef\xbb\xbfma,ten,giuong,ty_le,mo_cua,ngay,luc,nam\r\n"
    assert columns["giuong"] == Column("giuong", "integer", 0, 0, "", "")


def test_a_cell_that_no_judged_table_has_is_refused_with_its_column(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ngay"):
        written(tmp_path, [["1", "a", "1", "1", "true", "28/02/2026", "", ""]])


def test_json_has_an_object_a_row_with_its_types(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = json.loads(derived(tmp_path)["json"].path.read_bytes())
    assert rows[0] == dict(
        zip(
            SCHEMA.field_names,
            ["00123", "Trạm y tế", 5, 98.5, True, "2026-02-28", "2026-02-28T07:30:00", 2026],
            strict=True,
        )
    )
    assert rows[1]["ten"] == "=1+1"
    assert rows[2]["giuong"] is None


def test_json_of_no_rows_is_an_empty_array(tmp_path: Path) -> None:
    files, _ = written(tmp_path, [])
    version = replace(VERSION, row_count=0)
    made = {
        file.format: file for file in derive_files(version, SCHEMA, DATASET, HEALTH, files["parquet"].path, tmp_path)
    }
    assert json.loads(made["json"].path.read_bytes()) == []
    assert made["xlsx"].path.stat().st_size > 0


def test_a_workbook_keeps_codes_as_text_dates_as_dates_and_runs_nothing(tmp_path: Path) -> None:
    path = derived(tmp_path)["xlsx"].path
    rows = python_calamine.load_workbook(str(path)).get_sheet_by_name("Dữ liệu").to_python()
    assert rows[0] == list(SCHEMA.field_names)
    assert rows[1][:6] == ["00123", "Trạm y tế", 5.0, 98.5, True, date(2026, 2, 28)]
    assert rows[2][1] == "=1+1"
    assert rows[3][2:] == [""] * 6
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_workbook_introduces_its_dataset_and_its_columns(tmp_path: Path) -> None:
    path = derived(tmp_path)["xlsx"].path
    rows = python_calamine.load_workbook(str(path)).get_sheet_by_name("Giới thiệu").to_python()
    said = {str(row[0]): str(row[1]) for row in rows}
    assert said["Bộ dữ liệu"] == "Cơ sở y tế"
    assert said["Nguồn"] == "CSDL hành nghề"
    assert said["Giấy phép"] == "Creative Commons Ghi công 4.0"
    assert said["Phiên bản"] == "3, công bố ngày 01/03/2026"
    assert said["Từ điển dữ liệu"] == "Cơ sở, phiên bản 1.2.0"
    assert "mô phỏng" in said["Lưu ý"]
    assert ["giuong", "Giường", "integer", "giường", ""] in [row[:5] for row in rows]


def test_a_workbook_writes_a_day_before_spreadsheets_began_as_text(tmp_path: Path) -> None:
    files, _ = written(tmp_path, [["1", "a", "9007199254740993", "1", "true", "1802-05-01", "", ""]])
    made = derive_files(replace(VERSION, row_count=1), SCHEMA, DATASET, HEALTH, files["parquet"].path, tmp_path)
    path = next(file.path for file in made if file.format == "xlsx")
    row = python_calamine.load_workbook(str(path)).get_sheet_by_name("Dữ liệu").to_python()[1]
    assert (row[2], row[5]) == ("9007199254740993", "1802-05-01")


def test_everything_that_is_made_meanwhile_lies_in_the_folder_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "khong-co"))
    assert derived(tmp_path).keys() == {"json", "xlsx"}


def test_the_same_version_gives_the_same_derived_bytes(tmp_path: Path) -> None:
    first, second = derived(tmp_path, name="a"), derived(tmp_path, name="b")
    assert first.keys() == {"json", "xlsx"}
    assert {kind: digest(file) for kind, file in first.items()} == {kind: digest(file) for kind, file in second.items()}


def test_rows_that_do_not_fit_a_sheet_give_no_workbook(tmp_path: Path) -> None:
    assert derived(tmp_path, replace(VERSION, row_count=XLSX_ROWS + 1)).keys() == {"json"}


def test_derived_files_are_called_like_the_published_ones(tmp_path: Path) -> None:
    assert derived(tmp_path)["xlsx"].filename == "co-so-y-te-v3.xlsx"


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_full_disk_is_said_to_be_full(tmp_path: Path, file_format: str) -> None:
    (tmp_path / f"co-so-v1.{file_format}").symlink_to("/dev/full")
    with pytest.raises(StorageFull, match="đầy"):
        write_table(staged(tmp_path), SCHEMA, tmp_path, "co-so-v1")
