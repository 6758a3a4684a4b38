"""The dictionary from the command line: names, files and addresses; exit codes a program can rely on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.dictionary import TableSchema
from portal.cli import main
from schemas.definitions_loader import shipped_schemas

SCHEMA: dict[str, Any] = {
    "name": "truong",
    "version": "1.0.0",
    "title": "Trường học",
    "fields": [
        {"name": "ma", "title": "Mã trường", "constraints": {"required": True, "pattern": r"^\d{5}$"}},
        {"name": "hoc_sinh", "title": "Số học sinh", "type": "integer", "constraints": {"minimum": 0}},
    ],
    "primaryKey": ["ma"],
}
PLAIN: dict[str, Any] = {"fields": [{"name": "ma", "type": "string"}, {"name": "hoc_sinh", "type": "integer"}]}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["schema", *map(str, arguments)])


def written(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_shipped_schema_is_shown_by_its_name_before_there_is_a_catalogue(home: Path) -> None:
    shown = json.loads(run("show", "ho-ngheo").output)
    assert TableSchema.from_descriptor(shown) == shipped_schemas()["ho-ngheo"]
    assert not (home / "home").exists()
    assert run("show", "khong-co").exit_code == 3


def test_diff_tells_programs_whether_something_breaks(home: Path) -> None:
    before = written(home / "a.json", SCHEMA)
    same = run("diff", before, before, "--json")
    assert (same.exit_code, json.loads(same.output)["changes"]) == (0, [])
    fewer = written(home / "b.json", {**SCHEMA, "version": "1.1.0", "fields": SCHEMA["fields"][:1]})
    broken = run("diff", before, fewer, "--json")
    answer = json.loads(broken.output)
    assert (broken.exit_code, answer["breaking"], answer["least_version"]) == (1, True, "2.0.0")
    assert "hoc_sinh" in run("diff", before, fewer).output


def test_a_database_is_drafted_into_a_file_each(home: Path) -> None:
    path = home / "so.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE xa (ma TEXT PRIMARY KEY, dan_so INTEGER); CREATE TABLE ho (so INTEGER);")
    result = run("infer", f"sqlite:///{path}", "--output", home / "nhap")
    assert result.exit_code == 0
    drafted = json.loads((home / "nhap" / "xa.json").read_text(encoding="utf-8"))
    assert [field["type"] for field in drafted["fields"]] == ["string", "integer"]
    assert sorted(item.name for item in (home / "nhap").iterdir()) == ["ho.json", "xa.json"]
    one = json.loads(run("infer", f"sqlite:///{path}", "--table", "ho").output)
    assert one["name"] == "ho"


def test_a_file_is_drafted_and_its_codes_stay_text(home: Path) -> None:
    file = written(home / "danh sách.csv", "Mã xã;Dân số;Ngày lập\n00384;1200;01/02/2026\n14797;3400;15/02/2026\n")
    draft = json.loads(run("infer", file).output)
    types = {field["title"]: field["type"] for field in draft["fields"]}
    assert types == {"Mã xã": "string", "Dân số": "integer", "Ngày lập": "date"}
    assert TableSchema.from_descriptor(draft).status == "draft"


@pytest.mark.parametrize(
    ("rows", "code"),
    [("00384,12\n14797,3\n", 0), ("00384,12\n384,-3\n", 1), ("00384,12\n00384,12\n", 1), ("00384,mười hai\n", 1)],
)
def test_check_judges_as_the_gate_does(home: Path, rows: str, code: int) -> None:
    schema = written(home / "truong.json", SCHEMA)
    file = written(home / "bang.csv", "ma,hoc_sinh\n" + rows)
    result = run("check", file, "--schema", schema)
    assert result.exit_code == code, result.output
    report = json.loads(run("check", file, "--schema", schema, "--json").output)
    assert report["valid"] is (code == 0)
    assert report["tasks"][0]["stats"]["rows"] == rows.count("\n")


def test_a_finding_names_column_row_value_and_remedy(home: Path) -> None:
    schema = written(home / "truong.json", SCHEMA)
    file = written(home / "bang.csv", "ma,hoc_sinh\n00384,12\n14797,mười hai\n")
    output = run("check", file, "--schema", schema).output
    assert "hoc_sinh" in output
    assert "dòng 3" in output
    assert "mười hai" in output


def test_a_plain_schema_is_checked_as_frictionless_checks(home: Path) -> None:
    import frictionless

    schema = written(home / "phang.json", PLAIN)
    file = written(home / "bang.csv", "ma,hoc_sinh\na,1\n,\nb,x,thừa\nc\n")
    result = run("check", file, "--schema", schema, "--json")
    assert result.exit_code == 1
    ours = json.loads(result.output)["tasks"][0]["errors"]
    oracle = frictionless.validate(
        frictionless.Resource(path=file.name, basepath=str(home), schema=frictionless.Schema.from_descriptor(PLAIN))
    )
    assert ours == oracle.to_descriptor()["tasks"][0]["errors"]


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("{}", "ma\n1\n"),
        ("không phải JSON", "ma\n1\n"),
        (json.dumps(SCHEMA), "%PDF-1.4\n%âãÏÓ\n"),
        (json.dumps(SCHEMA), ""),
    ],
)
def test_what_cannot_be_read_ends_with_two_and_a_sentence(home: Path, schema: str, file: str) -> None:
    where, path = written(home / "luoc-do.json", schema), written(home / "bang.csv", file)
    result = run("check", path, "--schema", where)
    assert (result.exit_code, "Lỗi [" in result.output) == (2, True), result.output
    answer = json.loads(run("check", path, "--schema", where, "--json").output)
    assert answer["valid"] is False
    assert answer["error"]["code"]


def test_whole_rows_are_checked_as_frictionless_checks_them(home: Path) -> None:
    import frictionless

    plain = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "number"}]}
    schema = written(home / "phang.json", plain)
    path = written(home / "bang.csv", "a,b\n1,2\n3,2.5\n1,2\n,\nx,1\n")
    formula = "a <= b"
    result = run("check", path, "--schema", schema, "--json", "--check", f"row-constraint:formula={formula}",
                 "--check", '{"type": "duplicate-row"}')  # fmt: skip
    checks = frictionless.Checklist.from_descriptor(
        {"checks": [{"type": "row-constraint", "formula": formula}, {"type": "duplicate-row"}]}
    )
    resource = frictionless.Resource(
        path=path.name, basepath=str(home), schema=frictionless.Schema.from_descriptor(plain)
    )
    errors = [error.to_descriptor() for error in resource.validate(checks, limit_errors=0).tasks[0].errors]
    assert json.loads(result.stdout)["tasks"][0]["errors"] == errors
    assert {error["type"] for error in errors} >= {"row-constraint", "duplicate-row"}


@pytest.mark.parametrize(
    "options",
    [
        ["--exact", "--check", "khong-co"],
        ["--exact", "--check", "row-constraint"],
        ["--exact", "--check", "row-constraint:cong_thuc=a > 1"],
        ["--exact", "--check", '{"type": '],
        ["--gate", "--check", "duplicate-row"],
    ],
)
def test_a_check_that_there_is_not_is_refused(home: Path, options: list[str]) -> None:
    schema = written(home / "truong.json", SCHEMA)
    file = written(home / "bang.csv", "ma,hoc_sinh\n00384,12\n")
    assert run("check", file, "--schema", schema, *options).exit_code == 2


@pytest.mark.parametrize(
    "change",
    [
        {"rules": [{"rule": "khong-co"}]},
        {"fields": [{"name": "ma", "title": "Mã", "type": "date", "accepts": ["khong-co"]}]},
        {"fields": [{"name": "ma", "title": "Mã", "constraints": {"pattern": "("}}]},
        {"fields": [{"name": "ma", "title": "Mã", "type": "khong-co"}]},
        {"fields": [{"name": "ma", "title": "Mã", "type": "integer", "constraints": {"minimum": "x"}}]},
        {"fields": "khong phai danh sach"},
        {"fields": [{"title": "Mã"}]},
        {"primaryKey": ["khong-co"]},
    ],
)
def test_a_schema_that_makes_no_sense_is_said_to_be_so(home: Path, change: dict[str, Any]) -> None:
    where = written(home / "luoc-do.json", {**SCHEMA, "primaryKey": ["ma"], **change})
    path = written(home / "bang.csv", "ma,hoc_sinh\n00384,1\n")
    for how in ("--gate", "--exact"):
        result = run("check", path, "--schema", where, how)
        assert result.exit_code in (0, 1, 2)
        assert result.exception is None or isinstance(result.exception, SystemExit), (how, result.exception)


def test_a_file_that_is_not_there_cannot_be_read(home: Path) -> None:
    assert run("check", home / "khong-co.csv", "--schema", "ho-ngheo").exit_code == 2


def test_an_annotated_workbook_is_written_for_the_clerk(home: Path) -> None:
    import python_calamine

    schema = written(home / "truong.json", SCHEMA)
    file = written(home / "bang.csv", "ma,hoc_sinh\n00384,12\n14797,mười hai\n")
    assert run("check", file, "--schema", schema, "--xlsx", home / "sai.xlsx").exit_code == 1
    book = python_calamine.load_workbook(home / "sai.xlsx")
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "00384" in cells
    assert "mười hai" in cells


def test_the_address_of_a_public_schema_leads_to_the_rules_of_the_dictionary(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {**SCHEMA, "fields": [SCHEMA["fields"][0], {**SCHEMA["fields"][1], "groupChar": ".", "decimalChar": ","}]}
    public = {**SCHEMA, "dictionaryEntry": "https://cong.example/dictionary/truong/1.0.0.json"}
    pages = {"https://cong.example/schemas/truong.json": public, public["dictionaryEntry"]: entry}
    monkeypatch.setattr("harvesters.http_client.fetch_document", lambda url, **_: json.dumps(pages[url]).encode())
    file = written(home / "truong.csv", "ma;hoc_sinh\n00001;1.200\n")

    by_address = run("check", file, "--schema", "https://cong.example/schemas/truong.json")
    saved = run("check", file, "--schema", written(home / "truong.json", public))

    assert "rules-not-applied" not in by_address.output
    assert by_address.exit_code == 0, by_address.output
    assert "chưa kiểm theo danh mục, cách viết" in saved.output
    assert "dictionaryEntry" in saved.output


@pytest.mark.parametrize(
    ("address", "told"),
    [("https://noi-khac.example/truong.json", "chưa kiểm theo danh mục"), ("/dictionary/khac.json", "không phải mục")],
)
def test_an_entry_elsewhere_is_not_asked_for_and_another_one_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    pages = {
        "https://cong.example/schemas/truong.json": {**SCHEMA, "dictionaryEntry": address},
        "https://cong.example/dictionary/khac.json": {**SCHEMA, "name": "khac"},
    }
    monkeypatch.setattr("harvesters.http_client.fetch_document", lambda url, **_: json.dumps(pages[url]).encode())
    file = written(home / "truong.csv", "ma,hoc_sinh\n00001,1200\n")

    assert told in run("check", file, "--schema", "https://cong.example/schemas/truong.json").output


def test_the_copy_of_a_killed_check_is_removed_by_the_next(home: Path) -> None:
    place = home / "tam"
    place.mkdir()
    fifo = home / "cho.csv"
    file, schema = written(home / "truong.csv", "ma,hoc_sinh\n00001,1200\n"), written(home / "truong.json", SCHEMA)
    os.mkfifo(fifo)
    command = [sys.executable, "-c", "from portal.cli import main; main()", "schema", "check"]
    slow = (
        "import portal.file_check as f, os, sys; f.write_annotated = lambda *_: open(os.environ['CHO'], 'w').close();"
    )
    waiting = [command[0], "-c", slow + command[2], *command[3:], file, "--schema", schema, "--xlsx", home / "x.xlsx"]
    environment = {**os.environ, "TMPDIR": str(place), "CHO": str(fifo)}

    process = subprocess.Popen([str(item) for item in waiting], env=environment, stdout=subprocess.DEVNULL)
    reader = os.open(fifo, os.O_RDONLY)  # the check has come as far as writing the marked copy
    process.kill()
    process.wait()
    os.close(reader)
    left = [path.name for path in place.rglob("*.csv")]
    done = subprocess.run(
        [*command, str(file), "--schema", str(schema)], env=environment, capture_output=True, check=False
    )

    assert left
    assert (done.returncode, list(place.iterdir())) == (0, [])
