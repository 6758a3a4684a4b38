"""``dulieumo held`` as two persons use it: see, ask, approve, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.wiring import Parts
from tests.catalog.examples import CLINICS, example_source
from tests.portal.sample import CLINIC_ROWS, describe_source, open_sample_parts

TABLE = "co-so-kham-chua-benh-bang"
WITH_PHONE = CLINIC_ROWS.replace("Trạm y tế Đông Tiến", "Trạm y tế (gọi 0912000111)")
REASON = ("--reason", "Số trực của trạm y tế, đã công khai")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a source whose table is held for a telephone number in it."""
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    parts: Parts = open_sample_parts(tmp_path / "home")
    files = {f"{TABLE}.csv": WITH_PHONE}
    describe_source(parts, example_source("nguon", CLINICS), CLINICS, folder=tmp_path / "nguon", files=files)
    parts.store.close()
    assert run("harvest", "nguon").exit_code == 1
    return tmp_path / "nguon" / f"{TABLE}.csv"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def held(*arguments: str) -> Result:
    return run("held", *arguments)


def test_the_way_of_a_held_table_to_its_publication(file: Path) -> None:
    listed = held()
    assert listed.exit_code == 1
    assert TABLE in listed.output
    assert "personal-data-phone" in listed.output
    assert held("request", "nguon", TABLE, *REASON, "--by", "Chuyên viên Một").exit_code == 0
    again = held("approve", "nguon", TABLE, "--by", "chuyên viên một")
    assert again.exit_code == 3
    assert "phải khác người đề nghị" in again.output
    done = held("approve", "nguon", TABLE, "--by", "Trưởng phòng Hai")
    assert (done.exit_code, "1 đã công bố" in done.output) == (0, True)
    assert held().exit_code == 0
    file.write_text(WITH_PHONE + "38004,Trạm khác,14797,1\n", encoding="utf-8")
    assert run("harvest", "nguon").exit_code == 1
    assert held().exit_code == 1


def test_show_tells_why_where_and_who_without_the_value(file: Path) -> None:
    held("request", "nguon", TABLE, "--reason", "Gọi 0912000111 để hỏi lại", "--by", "Chuyên viên Một")
    shown = held("show", "nguon", TABLE).output
    assert "dòng 3: 091•••••11" in shown
    assert "Chuyên viên Một" in shown
    assert "0912000111" not in shown


def test_a_refusal_keeps_the_table_held(file: Path) -> None:
    held("request", "nguon", TABLE, *REASON, "--by", "Một")
    refused = held("refuse", "nguon", TABLE, "--reason", "Là số riêng của y sĩ", "--by", "Hai")
    assert refused.exit_code == 0
    assert "từ chối" in held().output


def test_programs_read_the_same_as_json(file: Path) -> None:
    (told,) = json.loads(held("--json").output)
    assert (told["source"], told["table"], told["release"]) == ("nguon", TABLE, None)
    asked = json.loads(held("request", "nguon", TABLE, *REASON, "--by", "Một", "--json").output)
    assert (asked["state"], asked["requested_by"]) == ("requested", "Một")
    assert json.loads(held("show", "nguon", TABLE, "--json").output)["history"] == [asked]
    done = json.loads(held("approve", "nguon", TABLE, "--by", "Hai", "--json").output)
    assert done["release"]["state"] == "approved"
    assert done["runs"][0]["tables"][0]["outcome"] == "published"
    assert json.loads(held("--json").output) == []


def test_a_table_that_is_not_held_is_told_so(file: Path) -> None:
    result = held("request", "nguon", "khong-co", *REASON, "--by", "Một")
    assert result.exit_code == 3
    assert "khong-co" in result.output
    assert held("request", "nguon", TABLE, "--reason", "ngắn", "--by", "Một").exit_code == 3
