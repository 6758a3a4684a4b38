"""The command line as its users call it: what it says, and the exit code a program sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.wiring import Parts, open_index
from tests.catalog.examples import CLINICS, example_source
from tests.portal.sample import BAD_ROWS, CLINIC_ROWS, describe_source, open_sample_parts

COMMANDS = ("init", "demo", "harvest", "worker", "serve", "search", "check", "db")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ready(home: Path) -> Parts:
    return open_sample_parts(home)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def add_source(parts: Parts, rows: str, folder: Path) -> None:
    files = {"co-so-kham-chua-benh-bang.csv": rows}
    describe_source(parts, example_source("nguon", CLINICS), CLINICS, folder=folder, files=files)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3


def test_init_makes_an_empty_catalogue_and_may_be_repeated(home: Path) -> None:
    assert run("init").exit_code == 0
    assert run("init").exit_code == 0
    assert run("check").output.strip() == "Không có sai lệch."
    assert run("db", "upgrade").exit_code == 0
    assert "0 bộ dữ liệu" in run("search", "rebuild").output


def test_a_catalogue_that_does_not_exist_yet_is_told_with_a_remedy(home: Path) -> None:
    result = run("harvest", "--all")
    assert result.exit_code == 3
    assert "dulieumo db upgrade" in result.output


def test_harvest_says_what_became_of_each_table(ready: Parts, tmp_path: Path) -> None:
    add_source(ready, CLINIC_ROWS, tmp_path / "nguon")
    first = run("harvest", "nguon")
    assert (first.exit_code, "1 đã công bố" in first.output) == (0, True)
    second = run("harvest", "--all")
    assert (second.exit_code, "1 không đổi" in second.output) == (0, True)
    assert run("harvest", "--due").exit_code == 0


def test_harvest_reads_everything_where_that_is_asked_for(ready: Parts, tmp_path: Path) -> None:
    add_source(ready, CLINIC_ROWS, tmp_path / "nguon")
    assert run("harvest", "nguon").exit_code == 0
    full = run("harvest", "nguon", "--full")
    assert (full.exit_code, "1 không đổi" in full.output) == (0, True)
    with ready.store.read() as reader:
        assert [event.action for event in reader.audit()].count("source.read-anew") == 1


def test_a_rejected_table_gives_exit_code_1_and_its_reason(ready: Parts, tmp_path: Path) -> None:
    add_source(ready, BAD_ROWS, tmp_path / "nguon")
    result = run("harvest", "nguon", "--json")
    assert result.exit_code == 1
    (told,) = json.loads(result.output)
    assert (told["source"], told["state"], told["tables"][0]["outcome"]) == ("nguon", "failed", "rejected")
    assert {"primary-key", "type-error"} <= {issue["code"] for issue in told["tables"][0]["issues"]}


def test_an_unknown_source_is_named(ready: Parts) -> None:
    result = run("harvest", "khong-co")
    assert result.exit_code == 3
    assert "khong-co" in result.output


@pytest.mark.parametrize("arguments", [(), ("nguon", "--all"), ("--all", "--due")])
def test_harvest_wants_to_know_which_sources(ready: Parts, arguments: tuple[str, ...]) -> None:
    assert run("harvest", *arguments).exit_code == 2


def test_check_names_drift_and_repair_mends_it(ready: Parts, tmp_path: Path) -> None:
    add_source(ready, CLINIC_ROWS, tmp_path / "nguon")
    run("harvest", "nguon")
    for version_id in ready.rows.versions():
        ready.rows.remove(version_id)
    found = run("check", "--json")
    assert found.exit_code == 1
    assert [item["kind"] for item in json.loads(found.output)] == ["missing-rows"]
    assert run("check", "--repair", "--hashes").exit_code == 0
    assert run("check").exit_code == 0


def test_the_worker_harvests_what_is_due_and_delivers(ready: Parts, tmp_path: Path) -> None:
    add_source(ready, CLINIC_ROWS, tmp_path / "nguon")
    assert run("worker", "--once").exit_code == 0
    with ready.store.read() as reader:
        assert reader.versions(CLINICS.distributions[0].id)[0].number == 1
        assert reader.outbox() == ()
    assert set(open_index(ready.settings.index_url).revisions()) == {CLINICS.id}


def test_the_profile_of_real_tables_wants_their_folder(home: Path) -> None:
    assert run("demo", "--profile", "thanh-hoa").exit_code == 2


def test_a_port_in_use_is_told_before_anything_starts(home: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 3
    assert "PORT=" in result.output
