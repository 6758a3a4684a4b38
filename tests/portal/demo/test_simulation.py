"""The shared pieces of generators: the same seeds give the same numbers, and a file is replaced whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from portal.demo.communes import communes
from portal.demo.simulation import (
    UPDATED_BY,
    DatabaseTable,
    commune_table,
    commune_weights,
    days_between,
    is_coastal,
    is_upland,
    months,
    point_in,
    published_table,
    quarters,
    seeded,
    write_csv,
    write_database,
)


def test_a_seed_gives_the_same_numbers_again_and_another_seed_others() -> None:
    assert seeded("a", 1).random() == seeded("a", 1).random()
    assert seeded("a", 1).random() != seeded("a", 2).random()


def test_periods_run_over_the_end_of_a_year() -> None:
    assert months("202511", "202602") == ["202511", "202512", "202601", "202602"]
    assert quarters("2025Q4", "2026Q2") == ["2025Q4", "2026Q1", "2026Q2"]
    assert days_between(date(2026, 1, 30), date(2026, 2, 3), 2) == [
        date(2026, 1, 30),
        date(2026, 2, 1),
        date(2026, 2, 3),
    ]


def test_weights_cover_all_communes_and_average_to_one() -> None:
    weights = commune_weights()
    assert weights.keys() == {commune.code for commune in communes()}
    assert sum(weights.values()) / len(weights) == pytest.approx(1.0)


def test_no_commune_is_both_upland_and_coastal() -> None:
    assert [c.name for c in communes() if is_upland(c) and is_coastal(c)] == []
    assert sum(map(is_upland, communes())) == 77
    assert sum(map(is_coastal, communes())) == 38


def test_points_stay_near_their_commune() -> None:
    for commune in communes():
        latitude, longitude = point_in(commune, seeded("point", commune.code), spread=0.01)
        assert abs(latitude - commune.latitude) <= 0.0101
        assert abs(longitude - commune.longitude) <= 0.0101


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    half = DatabaseTable("nua", {"a": "INTEGER PRIMARY KEY"}, [(1,), (1,)])
    with pytest.raises(sqlite3.IntegrityError):
        write_database(path, [half])
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.db", "b.db"):
        write_database(tmp_path / name, [commune_table()])
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()


def test_a_published_table_takes_columns_key_and_comments_from_the_dictionary(tmp_path: Path) -> None:
    rows = [("2026Q1", "14797", "Phường Hạc Thành", 60, None, 30)]
    table = published_table("ho_tich", "ho-tich-theo-xa", rows, references={"ma_xa": "dm_xa(ma)"})
    write_database(tmp_path / "a.db", [commune_table(), table])
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        columns = database.execute("PRAGMA table_info(ho_tich)").fetchall()
        assert [name for _, name, *_ in columns] == [
            "ky", "ma_xa", "ten_xa", "khai_sinh", "khai_tu", "ket_hon", UPDATED_BY.name,
        ]  # fmt: skip
        assert [name for _, name, *_, key in columns if key] == ["ky", "ma_xa"]
        comment = database.execute("SELECT ten, don_vi FROM tu_dien WHERE bang = 'ho_tich' AND cot = 'khai_sinh'")
        assert comment.fetchone() == ("Số khai sinh", "trường hợp")
        assert database.execute("PRAGMA foreign_key_list(ho_tich)").fetchone()[2] == "dm_xa"


def test_days_are_stored_as_iso_text(tmp_path: Path) -> None:
    write_database(tmp_path / "a.db", [DatabaseTable("ngay", {"ngay": "TEXT"}, [(date(2026, 2, 1),)])])
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("SELECT ngay FROM ngay").fetchone() == ("2026-02-01",)


def test_a_csv_file_is_written_as_offices_save_it(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("ngay", "ten"), [(date(2026, 2, 1), "Xã Đồng Tiến")], delimiter=";")
    assert (tmp_path / "a.csv").read_bytes() == "\ufeffngay;ten\r\n2026-02-01;Xã Đồng Tiến\r\n".encode()
