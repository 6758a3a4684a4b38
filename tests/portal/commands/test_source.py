"""``dulieumo source`` and the dry run, as somebody uses them who looks after sources on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.source_kinds import OfferedTable
from portal.cli import main
from portal.settings import Settings
from portal.source_access import SourceAccess
from portal.wiring import open_parts
from tests.catalog.examples import CLINICS, HEALTH, example_source
from tests.portal.sample import CLINIC_ROWS, describe_source, open_sample_parts

TABLE = "co-so-kham-chua-benh-bang"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal with one department and its source “nguon” of one good table, never harvested."""
    place = tmp_path / "home"
    monkeypatch.setenv("DULIEUMO_HOME", str(place))
    parts = open_sample_parts(place)
    files = {f"{TABLE}.csv": CLINIC_ROWS}
    describe_source(parts, example_source("nguon", CLINICS), CLINICS, folder=tmp_path / "nguon", files=files)
    parts.store.close()
    return place


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


def add(*more: str, typed: str = "") -> Result:
    url = "url=postgresql://doc@csdl.so.example/y_te"
    return run(
        "source", "add", "csdl", "--organization", HEALTH.code, "--kind", "sql", "--option", url, *more, typed=typed
    )


def stored(home: Path) -> str:
    """Everything that the catalogue keeps on disk, as text."""
    return "".join(path.read_bytes().decode("latin-1") for path in home.glob("catalog.db*"))


def runs_of(home: Path) -> int:
    parts = open_parts(Settings(home=home))
    with parts.store.read() as reader:
        count = len(reader.runs())
    parts.store.close()
    return count


def test_the_kinds_tell_what_must_be_given(home: Path) -> None:
    assert "password: Mật khẩu (bí mật)" in run("source", "kinds", "sql").output
    kinds = {kind["name"]: kind for kind in json.loads(run("source", "kinds", "--json").output)}
    assert set(kinds) == {"sql", "files", "rest_json", "ckan", "dcat"}
    assert kinds["ckan"]["reads"] == ["tables", "catalog"]


def test_a_secret_is_asked_for_and_neither_shown_nor_stored_in_the_clear(home: Path) -> None:
    assert add("--secret", "password", typed="m4t-kh4u\n").exit_code == 0
    shown = run("source", "show", "csdl")
    assert "password = •••" in shown.output
    assert "m4t-kh4u" not in shown.output + run("source", "list", "--json").output + stored(home)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--option", "mat_khau=x"), "Không có mục “mat_khau”"),
        (("--option", "url=postgresql://doc:m4t@may/y_te"), "không được chứa mật khẩu"),
        (("--option", "statement_seconds=mãi"), "statement_seconds"),
        (("--cron", "hằng ngày"), "cron"),
        (("--quiet-hours", "7h"), "7-17"),
        (("--organization", "khong-co"), "cơ quan"),
        (("--notify-email", "can bo@so-y-te.example"), "ten@co-quan.vn"),
        (("--notify-email", "a@so.example, b@so.example"), "Chỉ ghi một địa chỉ"),
        (("--notify-webhook", "bao.so.example/bi-mat"), "không phải địa chỉ http(s) hợp lệ"),
        (("--notify-webhook", "https://169.254.169.254/bi-mat"), "mạng nội bộ"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_added(home: Path, more: tuple[str, ...], told: str) -> None:
    result = add(*more)
    assert result.exit_code == 3
    assert told in result.output
    assert "bi-mat" not in result.output
    assert "csdl" not in run("source", "list").output


def test_a_source_is_edited_paused_and_removed(home: Path) -> None:
    add()
    run("source", "edit", "csdl", "--title", "CSDL y tế", "--cron", "30 2 * * 1", "--option", "schema=y_te")
    run("source", "pause", "csdl")
    shown = json.loads(run("source", "show", "csdl", "--json").output)
    assert (shown["title"], shown["cron"], shown["enabled"]) == ("CSDL y tế", "30 2 * * 1", False)
    assert shown["options"]["schema"] == "y_te"
    assert "tạm dừng" in run("source", "list").output
    run("source", "resume", "csdl")
    assert run("source", "remove", "csdl", "--yes").exit_code == 0
    assert run("source", "show", "csdl").exit_code == 3


def test_where_to_tell_of_trouble_is_checked_when_it_is_edited_and_may_be_taken_away(home: Path) -> None:
    assert add("--notify-email", "can-bo@so.example", "--notify-webhook", "https://bao.so.example/x").exit_code == 0
    assert run("source", "edit", "csdl", "--notify-webhook", "ftp://bao.so.example/x").exit_code == 3
    assert run("source", "edit", "csdl", "--notify-email", "can-bo").exit_code == 3
    assert run("source", "edit", "csdl", "--title", "Tên mới").exit_code == 0
    assert run("source", "edit", "csdl", "--notify-webhook", "", "--notify-email", "").exit_code == 0
    parts = open_parts(Settings(home=home))
    with parts.store.read() as reader:
        found = reader.source("csdl")
    parts.store.close()
    assert (found.title, found.notify_email, found.notify_webhook) == ("Tên mới", "", "")


def test_offered_tables_without_known_columns_are_told_by_their_titles(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise somebody who looks for a table of a CKAN portal sees nothing but ids."""
    offered = [OfferedTable("1f0c", "Cơ sở y tế – Phòng khám"), OfferedTable("hoc_sinh", "", ("ma", "lop"))]
    monkeypatch.setattr(SourceAccess, "offered", lambda _self, _source: offered)
    told = run("source", "test", "nguon", "--tables").output.splitlines()
    assert told[1:] == ["  1f0c\tCơ sở y tế – Phòng khám", "  hoc_sinh\tma, lop"]
    tables = json.loads(run("source", "test", "nguon", "--tables", "--json").output)["tables"]
    assert tables[0] == {"locator": "1f0c", "title": "Cơ sở y tế – Phòng khám", "columns": []}


def test_trying_a_source_out_explains_what_fails(home: Path) -> None:
    assert run("source", "test", "nguon", "--tables").output.splitlines() == [
        "✓ Mở thư mục: có 1 tệp đọc được",
        f"  {TABLE}.csv\t",
    ]
    run("source", "edit", "nguon", "--option", f"path={home.parent / 'khong-co'}")
    failed = run("source", "test", "nguon")
    assert failed.exit_code == 1
    assert "✗ Mở thư mục" in failed.output


def test_a_table_is_added_to_a_source_and_taken_away(home: Path) -> None:
    schema = CLINICS.distributions[0].schema_name or ""
    options = ("--locator", f"{TABLE}.csv", "--schema", schema, "--dataset", "tram-moi")
    assert "chủ đề" in run("source", "add-table", "nguon", *options, "--key", "tram").output
    assert run("source", "add-table", "nguon", *options, "--key", "tram", "--theme", "y-te").exit_code == 0
    keys = [table["key"] for table in json.loads(run("source", "show", "nguon", "--json").output)["tables"]]
    assert "tram" in keys
    assert run("source", "remove-table", "nguon", "tram").exit_code == 0
    assert run("source", "remove-table", "nguon", "tram").exit_code == 3


def test_a_dry_run_shows_the_difference_and_saves_nothing(home: Path) -> None:
    assert "sẽ công bố, 3 dòng" in run("harvest", "nguon", "--dry-run").output
    assert runs_of(home) == 0
    assert run("harvest", "nguon").exit_code == 0
    file = home.parent / "nguon" / f"{TABLE}.csv"
    file.write_text(CLINIC_ROWS.replace("1200", "1250") + "38009,Trạm mới,14797,3\n", encoding="utf-8")
    told = run("harvest", "nguon", "--dry-run")
    assert "thêm 1, bớt 0, đổi 1, như cũ 2 dòng" in told.output
    assert "~ ma=38001 giuong: 1200 → 1250" in told.output
    assert runs_of(home) == 1
    (shown,) = json.loads(run("harvest", "nguon", "--dry-run", "--json").output)
    assert shown["tables"][0]["diff"]["changed_cells"] == {"giuong": 1}


def test_a_dry_run_masks_personal_values_and_ends_with_one(home: Path) -> None:
    run("harvest", "nguon")
    file = home.parent / "nguon" / f"{TABLE}.csv"
    file.write_text(CLINIC_ROWS.replace("Trạm y tế Đông Tiến", "Trạm (gọi 0912000111)"), encoding="utf-8")
    for output in ((), ("--json",)):
        told = run("harvest", "nguon", "--dry-run", *output)
        assert told.exit_code == 1
        assert "0912000111" not in told.output
        assert "đổi" in told.output or "changed" in told.output
