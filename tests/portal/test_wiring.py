"""The scheme of a URL picks the adapter; dead processes are known."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from catalog.storage.local_files import LocalFileStore
from portal.settings import Settings
from portal.wiring import (
    open_files,
    open_index,
    open_index_and_copy,
    open_rows,
    open_store,
    process_is_dead,
    process_name,
)
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex
from search.datasets.fallback import FallbackIndex
from search.datasets.tantivy_index import TantivyIndex
from search.rows.duckdb_rows import DuckdbRows


def test_everything_lies_under_the_home_folder_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert settings.catalog_url == f"sqlite:///{tmp_path}/catalog.db"
    assert isinstance(open_files(settings.files_url), LocalFileStore)
    assert isinstance(open_index(settings.index_url), TantivyIndex)
    assert isinstance(open_rows(settings.rows_url), DuckdbRows)


@pytest.mark.parametrize("opener", [open_store, open_files, open_index, open_rows])
def test_an_unknown_scheme_is_refused_with_the_ones_that_are_known(opener: object) -> None:
    assert callable(opener)
    with pytest.raises(InvalidInput, match="gopher"):
        opener("gopher://nowhere")


def test_an_index_in_a_cluster_is_opened_without_asking_it() -> None:
    url = "elasticsearch+https://portal:b%C3%AD%40m%E1%BA%ADt@es1.local,es2.local:9201/cong"
    index = open_index(url, settings=Settings())
    assert isinstance(index, ElasticsearchIndex)
    access = ElasticsearchAccess.from_url(url)
    assert access.hosts == ("https://es1.local:9200", "https://es2.local:9201")
    assert (access.user, access.password, access.alias) == ("portal", "bí@mật", "cong")


def test_an_index_elsewhere_has_an_embedded_copy_unless_it_is_not_wanted(tmp_path: Path) -> None:
    elsewhere = Settings(home=tmp_path, index="elasticsearch://es1.local/cong")
    index = open_index_and_copy(elsewhere)
    assert isinstance(index, FallbackIndex)
    assert isinstance(index.proper, ElasticsearchIndex)
    assert isinstance(index.copy, TantivyIndex)
    assert isinstance(open_index_and_copy(elsewhere.model_copy(update={"index_copy": False})), ElasticsearchIndex)
    assert isinstance(open_index_and_copy(Settings(home=tmp_path)), TantivyIndex)
    assert list(tmp_path.iterdir()) == []


def test_no_secret_of_the_index_is_shown() -> None:
    url = "elasticsearch://portal:matkhau-123@es1.local/cong"
    settings = Settings(index=url, elasticsearch_api_key="khoa-123", elasticsearch_password="matkhau-123")
    access = ElasticsearchAccess.from_url(url, api_key="khoa-123")
    for shown in (repr(settings), str(settings), repr(access), repr(open_index(url, settings=settings))):
        assert "khoa-123" not in shown
        assert "matkhau-123" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "elasticsearch://matkhau-123@@/x",
        "elasticsearch://es1.local",
        "elasticsearch://es1.local/",
        "elasticsearch://es1.local:cong/x",
        "elasticsearch://es1.local/Hoa",
        "elasticsearch://es1.local/a*",
        "elasticsearch://es1.local/a/b",
        "elasticsearch:es1",
        "elasticsearch+http://matkhau-123@es1.local/x",
    ],
)
def test_a_wrong_address_of_a_cluster_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_index(url, settings=Settings())
    assert "matkhau" not in str(refused.value)


def test_production_sends_no_password_unencrypted() -> None:
    settings = Settings(env="production", elasticsearch_api_key="khoa-123")
    with pytest.raises(InvalidInput, match="https"):
        open_index("elasticsearch://es1.local,localhost/cong", settings=settings)
    for url in ("elasticsearch://127.0.0.1/cong", "elasticsearch+https://es1.local/cong"):
        assert isinstance(open_index(url, settings=settings), ElasticsearchIndex)
    assert isinstance(
        open_index("elasticsearch://es1.local/cong", settings=Settings(env="production")), ElasticsearchIndex
    )


def test_a_folder_with_blanks_and_vietnamese_letters_is_found_again(tmp_path: Path) -> None:
    home = tmp_path / "Dữ liệu mở"
    home.mkdir()
    file = tmp_path / "tep.txt"
    file.write_text("nội dung", encoding="utf-8")
    files = open_files(Settings(home=home).files_url)
    path = files.path(files.put(file))
    assert path is not None
    assert path.is_relative_to(home)


def test_the_port_is_read_from_its_usual_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8765")
    assert Settings().public_url == "http://127.0.0.1:8765"


@pytest.fixture
def another_process() -> Iterator[subprocess.Popen[str]]:
    code = "import sys; from portal.wiring import process_name; print(process_name(), flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def test_a_killed_process_is_known_to_be_dead_and_a_living_one_is_not(another_process: subprocess.Popen[str]) -> None:
    assert another_process.stdout is not None
    name = another_process.stdout.readline().strip()
    assert not process_is_dead(name)
    another_process.kill()
    another_process.wait()
    assert process_is_dead(name)


def test_a_process_with_a_number_used_again_is_another_one() -> None:
    host, pid, started = process_name().split("/")
    assert pid == str(os.getpid())
    assert process_is_dead(f"{host}/{pid}/{int(started or 1) - 1}") is bool(started)


def test_nothing_is_known_of_processes_on_other_machines() -> None:
    assert not process_is_dead("another-host/1/1")
    assert not process_is_dead("nonsense")
