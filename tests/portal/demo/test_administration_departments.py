"""The administration departments: alike at every run, whole in themselves, faulty only where a fault is planted."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from catalog.issues import Report, Severity
from catalog.ports import GateContext, StagedTable, TableRequest
from catalog.sources import HarvestSource
from harvesters import fetch
from portal.demo.profile import ROUNDS, department_descriptions, load_profile
from portal.demo.simulation import REFERENCE_DATE
from schemas.gate import judge_table

PROFILE = load_profile()
SCHEMAS = {schema.name: schema for schema in PROFILE.table_schemas}
CODE_LISTS = {code_list.name: code_list for code_list in PROFILE.code_lists}
ADMINISTRATION = (
    "so_dan_toc_ton_giao",
    "so_khoa_hoc_cong_nghe",
    "so_ngoai_vu",
    "so_noi_vu",
    "so_tai_chinh",
    "so_tu_phap",
    "thanh_tra_tinh",
    "trung_tam_phuc_vu_hanh_chinh_cong",
    "van_phong_ubnd",
)
BOTH_ROUNDS = tuple(range(1, ROUNDS + 1))

# Table: what the gate finds in it, by round; every other table passes without a doubt.
PLANTED: Mapping[str, Mapping[int, tuple[Severity, set[str]]]] = {
    "hoi-nghi-quoc-te": {1: (Severity.ERROR, {"type-error"}), 2: (Severity.ERROR, {"type-error"})},
    "muc-do-hai-long": {1: (Severity.HOLD, {"stale-data"}), 2: (Severity.HOLD, {"stale-data"})},
    "ho-tich-theo-xa": {2: (Severity.ERROR, {"primary-key"})},
    "gia-hang-hoa": {2: (Severity.HOLD, {"magnitude"})},
    "giai-ngan-dau-tu-cong": {2: (Severity.WARNING, {"decreasing"})},
}

every_department = pytest.mark.parametrize("department", ADMINISTRATION)
both_rounds = pytest.mark.parametrize("number", BOTH_ROUNDS)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """A home folder per round, with these departments as they stand in that round."""
    folders = {number: tmp_path_factory.mktemp(f"round-{number}") for number in BOTH_ROUNDS}
    for number, folder in folders.items():
        for department in ADMINISTRATION:
            import_module(f"portal.demo.departments.{department}").build(folder / "departments", number)
    return folders


def content_of(folder: Path) -> dict[str, str]:
    """The hash of every file under ``folder``, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def database_of(home: Path, name: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'departments' / name}.db?mode=ro", uri=True)


def rows_of(home: Path, name: str, query: str) -> list[tuple[object, ...]]:
    with closing(database_of(home, name)) as database:
        return database.execute(query).fetchall()


@every_department
def test_a_department_is_built_alike_every_time(homes: Mapping[int, Path], department: str, tmp_path: Path) -> None:
    module = import_module(f"portal.demo.departments.{department}")
    for number in BOTH_ROUNDS:
        module.build(tmp_path, number)
        built = content_of(tmp_path)
        known = content_of(homes[number] / "departments")
        assert built
        assert {path: known.get(path) for path in built} == built


def test_the_second_round_changes_some_departments_and_leaves_others_as_they_are(homes: Mapping[int, Path]) -> None:
    first, second = (content_of(homes[number] / "departments") for number in (1, 2))
    assert first.keys() == second.keys()
    unchanged = {path for path in first if first[path] == second[path]}
    assert {"so_noi_vu.db", "so_khoa_hoc_cong_nghe.db", "thanh_tra_tinh.db", "so_ngoai_vu.db"} <= unchanged
    assert {"so_tai_chinh.db", "so_tu_phap.db", "van_phong_ubnd.db"}.isdisjoint(unchanged)


def databases(home: Path) -> Iterator[tuple[str, sqlite3.Connection]]:
    for path in sorted((home / "departments").glob("*.db")):
        with closing(database_of(home, path.stem)) as database:
            yield path.stem, database


@both_rounds
def test_foreign_keys_hold_inside_every_database(homes: Mapping[int, Path], number: int) -> None:
    broken = {
        name: found
        for name, base in databases(homes[number])
        if (found := base.execute("PRAGMA foreign_key_check").fetchall())
    }
    assert broken == {}


def test_every_database_explains_its_published_columns_in_vietnamese(homes: Mapping[int, Path]) -> None:
    for name, base in databases(homes[1]):
        tables = {table for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "tu_dien" in tables, name
        explained = {tuple(row) for row in base.execute("SELECT bang, cot FROM tu_dien WHERE ten <> ''")}
        for item in department_descriptions()[name]["datasets"]:
            for table in item["tables"]:
                if table["locator"] in tables:
                    columns = SCHEMAS[table["schema"]].field_names
                    assert {(table["locator"], column) for column in columns} <= explained


def test_departments_keep_tables_that_are_never_published(homes: Mapping[int, Path]) -> None:
    locators = {table.locator for source in PROFILE.sources for table in source.tables}
    for name, base in databases(homes[1]):
        tables = {table for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables - locators - {"tu_dien"}, name


def source_of(department: str) -> HarvestSource:
    name = department_descriptions()[department]["source"]["name"]
    return next(source for source in PROFILE.sources if source.name == name)


def judged(source: HarvestSource, home: Path, folder: Path) -> dict[str, Report]:
    """What the gate says of each table of a source, without an earlier version to compare with."""
    options = {key: value.replace("${DULIEUMO_HOME}", str(home)) for key, value in source.options.items()}
    requests = [TableRequest(table, SCHEMAS[table.schema_name]) for table in source.tables]
    staged: dict[str, StagedTable] = {}
    for request, table in fetch(replace(source, options=options), requests, folder, lambda *_: None):
        assert isinstance(table, StagedTable), table
        staged[request.table.key] = table
    reports = {}
    for request in requests:
        siblings = {
            other.schema.name: staged[other.table.key]
            for other in requests
            if other.table.dataset_id == request.table.dataset_id
        }
        context = GateContext(CODE_LISTS, siblings, None, REFERENCE_DATE)
        reports[request.table.key] = judge_table(staged[request.table.key], request.schema, context, folder).report
    return reports


@both_rounds
@every_department
def test_the_gate_finds_what_is_planted_and_nothing_else(
    homes: Mapping[int, Path], department: str, number: int, tmp_path: Path
) -> None:
    for key, report in judged(source_of(department), homes[number], tmp_path).items():
        serious = [issue for issue in report.issues if issue.severity is not Severity.NOTE]
        severity, codes = PLANTED.get(key, {}).get(number, (Severity.NOTE, set()))
        assert (report.verdict, {issue.code for issue in serious}) == (severity, codes), (key, serious)
        assert report.rows > 0


def test_every_planted_fault_is_in_a_table_of_the_profile() -> None:
    assert PLANTED.keys() <= {table.key for department in ADMINISTRATION for table in source_of(department).tables}


def test_the_list_of_units_holds_the_166_communes_and_the_558_changes(homes: Mapping[int, Path]) -> None:
    assert rows_of(homes[1], "so_noi_vu", "SELECT loai, count(*) FROM don_vi_hanh_chinh GROUP BY loai ORDER BY 1") == [
        ("phường", 19),
        ("xã", 147),
    ]
    assert rows_of(homes[1], "so_noi_vu", "SELECT count(*) FROM chuyen_doi") == [(558,)]


def test_the_databases_to_connect_are_the_27_and_53_that_the_plan_counts(homes: Mapping[int, Path]) -> None:
    query = (
        "SELECT giai_doan, nam, count(*), count(DISTINCT ten || chu_quan) FROM he_thong_csdl GROUP BY 1, 2 ORDER BY 1"
    )
    assert rows_of(homes[1], "so_khoa_hoc_cong_nghe", query) == [(1, 2025, 27, 27), (2, 2026, 53, 53)]


def test_there_are_15_national_and_25_provincial_targets_with_57_values(homes: Mapping[int, Path]) -> None:
    query = "SELECT cap, count(DISTINCT ma), count(*) FROM chi_tieu GROUP BY cap ORDER BY cap"
    assert rows_of(homes[1], "so_tai_chinh", query) == [("QG", 15, 17), ("TH", 25, 40)]


@pytest.mark.parametrize(
    ("code", "part", "expected"),
    [
        ("QG01", 1, ("khoảng", 6.5, 7.0, "%")),
        ("QG08", 1, ("<", None, 4.0, "%")),
        ("QG09", 1, ("giảm", 0.8, 1.0, "điểm phần trăm")),
        ("TH04", 1, ("=", 1.5, 1.5, "triệu tấn")),
        ("TH05", 1, ("≥", 8000.0, None, "triệu USD")),
        ("TH16", 1, ("giảm", 1.5, None, "điểm phần trăm")),
    ],
)
def test_a_target_keeps_operator_bounds_and_unit(
    homes: Mapping[int, Path], code: str, part: int, expected: tuple[object, ...]
) -> None:
    bounds = "SELECT toan_tu, gia_tri_nho_nhat, gia_tri_lon_nhat, don_vi FROM chi_tieu"
    query = f"{bounds} WHERE ma = '{code}' AND thanh_phan = {part}"
    assert rows_of(homes[1], "so_tai_chinh", query) == [expected]


def test_the_bounds_of_a_target_are_those_its_operator_needs(homes: Mapping[int, Path]) -> None:
    low_only, high_only, equal = {"≥"}, {"≤", "<"}, {"=", "≈"}
    rows = rows_of(homes[1], "so_tai_chinh", "SELECT ma, toan_tu, gia_tri_nho_nhat, gia_tri_lon_nhat FROM chi_tieu")
    for code, operator, low, high in rows:
        assert (low is None) == (operator in high_only), code
        if operator in low_only:
            assert high is None, code
        elif operator in equal:
            assert low == high, code
        elif operator == "khoảng":
            assert isinstance(low, float), code
            assert isinstance(high, float), code
            assert low < high, code


def test_the_structure_of_the_provinces_product_sums_to_100(homes: Mapping[int, Path]) -> None:
    assert rows_of(homes[1], "so_tai_chinh", "SELECT sum(gia_tri_nho_nhat) FROM chi_tieu WHERE ma = 'TH02'") == [
        (100.0,)
    ]


def test_the_data_plans_yearly_report_and_deadlines_are_listed(homes: Mapping[int, Path]) -> None:
    tasks = rows_of(homes[1], "van_phong_ubnd", "SELECT muc, loai, thoi_han, han_cuoi FROM nhiem_vu")
    assert (None, "định kỳ", "Trước ngày 15 tháng 10 hằng năm", None) in tasks
    assert ("III.2.4", "định kỳ", "Tối thiểu 06 tháng/lần", None) in tasks
    assert ("I.10", "có thời hạn", "2026", "2026-12-31") in tasks
    assert all((kind == "có thời hạn") == (last is not None) for _, kind, _, last in tasks)


def test_the_register_lists_exactly_the_open_datasets_and_some_still_to_come(homes: Mapping[int, Path]) -> None:
    rows = rows_of(homes[1], "so_khoa_hoc_cong_nghe", "SELECT ma, bo_du_lieu, trang_thai FROM danh_muc_du_lieu_mo")
    answered = {(number, name) for number, name, state in rows if state == "đã có bộ dữ liệu"}
    assert answered == {(item.register_item, item.name) for item in PROFILE.datasets if item.register_item}
    assert [name for _, name, state in rows if state == "đang chuẩn bị"] == [None] * 4


def test_small_counts_of_people_are_left_out(homes: Mapping[int, Path]) -> None:
    query = "SELECT min(khai_sinh), min(khai_tu), min(ket_hon) FROM ho_tich_xa"
    assert min(rows_of(homes[2], "so_tu_phap", query)[0]) >= 5  # type: ignore[type-var, operator]
    smallest = "SELECT min(ho_duoc_ho_tro), sum(ho_duoc_ho_tro IS NULL) > 0 FROM ho_tro"
    (least, some_hidden) = rows_of(homes[2], "so_dan_toc_ton_giao", smallest)[0]
    assert isinstance(least, int)
    assert least >= 5
    assert some_hidden
