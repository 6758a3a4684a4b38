"""``dulieumo search``: drift is named with an exit code, mended, and an index is built while the old one serves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.commands.search import search_rebuild
from portal.index_leases import alone
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.portal.sample import publish_sample


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published")
    publish_sample(home).store.close()
    return home


@pytest.fixture
def parts(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    shutil.copytree(published, tmp_path / "home")
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    opened = open_parts(Settings())
    yield opened
    opened.store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["search", *arguments])


def test_an_index_that_agrees_is_said_to(parts: Parts) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "khớp" in result.output


def test_drift_is_named_counted_and_mended(parts: Parts) -> None:
    (first, *_) = sorted(parts.index.revisions())
    parts.index.remove([first])
    found = run("check", "--json")
    assert found.exit_code == 1
    (member,) = json.loads(found.output)
    assert (member["member"], member["state"], member["missing"]) == (
        "index",
        "differs",
        {"count": 1, "first": [first]},
    )
    assert (member["older"]["count"], member["surplus"]["count"], member["error"]) == (0, 0, None)
    assert first in run("check").output
    mended = run("repair")
    assert (mended.exit_code, "Đã ghi lại 1 bộ dữ liệu." in mended.output) == (0, True)
    assert run("check").exit_code == 0


def test_an_index_that_is_gone_is_told_and_built(parts: Parts) -> None:
    shutil.rmtree(parts.settings.folder / "index")
    (member,) = json.loads(run("check", "--json").output)
    assert (member["state"], member["error"]["code"]) == ("missing", "index-missing")
    assert run("repair").exit_code == 0
    assert run("check").exit_code == 0


def test_a_rebuild_says_how_many_datasets_there_are(parts: Parts) -> None:
    answer = json.loads(run("rebuild", "--json").output)
    assert answer["datasets"] == len(parts.index.revisions()) > 0
    assert answer["seconds"] >= 0


def test_a_long_rebuild_shows_how_far_it_is(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{search_rebuild.callback.__module__}._SECONDS_BETWEEN", 0)
    assert "4/4 bộ dữ liệu …" in run("rebuild").stderr


@pytest.mark.parametrize("command", ["repair", "rebuild"])
def test_one_process_mends_at_a_time(parts: Parts, command: str) -> None:
    with alone(parts) as mine:
        assert mine
        result = run(command)
    assert (result.exit_code, "index-unavailable" in result.output) == (3, True)
    assert run(command).exit_code == 0


def test_a_cluster_that_is_down_is_told_and_its_copy_is_mended(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_INDEX", "elasticsearch://127.0.0.1:9/cong")
    index, copy = json.loads(run("check", "--json").output)
    assert (index["state"], index["error"]["code"]) == ("down", "index-unavailable")
    assert (copy["member"], copy["state"]) == ("copy", "missing")
    assert run("repair").exit_code == 3
    _, copy = json.loads(run("check", "--json").output)
    assert copy["state"] == "agrees"


def test_a_portal_is_made_ready_while_its_cluster_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    monkeypatch.setenv("DULIEUMO_INDEX", "elasticsearch://127.0.0.1:9/cong")
    result = CliRunner().invoke(main, ["init"])
    assert result.exit_code == 0
    assert "index-unavailable" in result.stderr
