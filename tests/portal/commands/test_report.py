"""The report from the command line, for those who must act on it: published or not, in words or for programs."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from portal.cli import main
from portal.wiring import Parts
from tests.portal.sample import publish_sample

CLINICS = "co-so-kham-chua-benh"
PHARMACIES = "co-so-ban-le-thuoc"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    parts = publish_sample(tmp_path_factory.mktemp("cong"))
    parts.store.close()
    return parts


@pytest.fixture(autouse=True)
def home(published: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(published.settings.home))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def test_of_a_published_table_the_report_of_its_version_is_told() -> None:
    result = run(CLINICS)
    assert result.exit_code == 0
    assert result.output.splitlines()[:2] == [
        f"{CLINICS} / {CLINICS}-bang: phiên bản 1",
        "Kết luận: đạt. 3 dòng đã kiểm.",
    ]
    assert run(f"{CLINICS}-bang").output == run(CLINICS, "--version", 1).output == result.output


def test_of_a_rejected_table_the_last_outcome_is_told_with_places_and_remedies() -> None:
    result = run(PHARMACIES)
    assert result.exit_code == 1
    assert "bị loại, lượt " in result.output.splitlines()[0]
    assert "Kết luận: có lỗi, bị loại. 2 dòng đã kiểm." in result.output
    assert "[type-error] Cột giuong (Giường bệnh): 1 dòng không đúng kiểu số nguyên, ví dụ dòng 2: ba." in result.output
    assert "Cách sửa: " in result.output
    assert "Từng chỗ" not in result.output


def test_all_names_every_single_place() -> None:
    lines = run(PHARMACIES, "--all").output.splitlines()
    places = [line.split("\t")[:4] for line in lines if "\t" in line]
    assert ["2", "giuong", "ba", "type-error"] in places
    assert ["3", "ma_xa", "99999", "foreign-key"] in places


def test_a_run_is_asked_for_by_its_id() -> None:
    run_id = run(PHARMACIES).output.splitlines()[0].rpartition(" ")[2]
    assert run(PHARMACIES, "--run", run_id).output == run(PHARMACIES).output
    assert run(CLINICS, "--run", run_id).exit_code == 0


def test_of_a_source_all_tables_are_told() -> None:
    result = run("csdl-so-y-te")
    assert result.exit_code == 1
    assert result.output.count("Kết luận: ") == 4


def test_programs_get_frictionless_s_format() -> None:
    one = frictionless.Report.from_descriptor(json.loads(run(PHARMACIES, "--json").output))
    assert (one.valid, one.stats["tasks"]) == (False, 1)
    assert "type-error" in [error.type for error in one.tasks[0].errors]
    several = frictionless.Report.from_descriptor(json.loads(run("csdl-so-y-te", "--json").output))
    assert (several.valid, several.stats["tasks"]) == (False, 4)
    assert [task.valid for task in several.tasks].count(True) == 3


def test_the_workbook_is_of_published_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.xlsx"
    assert run(CLINICS, "--xlsx", path).exit_code == 0
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Dữ liệu").to_python()
    assert [row[2] for row in rows] == ["ma", "38001", "38002", "38003"]
    refused = run(PHARMACIES, "--xlsx", tmp_path / "khong.xlsx")
    assert (refused.exit_code, "schema check" in refused.output) == (3, True)
    assert run("csdl-so-y-te", "--xlsx", tmp_path / "khong.xlsx").exit_code == 2
    assert not (tmp_path / "khong.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("khong-co",), 3),
        ((CLINICS, "--version", 9), 3),
        ((CLINICS, "--run", "khong-co"), 3),
        ((CLINICS, "--run", "x", "--version", 1), 2),
        ((), 2),
    ],
)
def test_what_is_not_there_and_what_is_asked_wrongly_are_told_apart(arguments: tuple[object, ...], code: int) -> None:
    assert run(*arguments).exit_code == code
