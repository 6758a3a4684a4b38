"""Whatever becomes of the search engine under load: pages answer, publishing goes on, and it heals by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from search.datasets.document import LAYOUT
from tests.elasticsearch_server import start_node
from tests.end_to_end.province import ALIAS, Province, open_province, wait_until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with start_node() as node, open_province(node, tmp_path_factory.mktemp("tinh")) as province, province.load():
        province.settle()
        yield province


@pytest.fixture
def province(running: Province) -> Iterator[Province]:
    """Whole and under load; afterwards nobody was turned away, and everything published meanwhile is found."""
    running.settle()
    running.answers.clear()
    before = len(running.published)
    yield running
    running.settle()
    assert running.bad_answers()[:3] == []
    assert running.errors == []
    assert len(running.published) > before, "publishing went on"


def trouble(province: Province, seconds: float = 3.0) -> None:
    """Lets the load meet the fault for a while, and then finds by the copy what was published meanwhile."""
    threading.Event().wait(seconds)
    newest = province.publish()
    wait_until(lambda: province.finds(newest, degraded=True))


def index_of(province: Province) -> str:
    (name,) = province.node.access.ask("GET", f"/{ALIAS}*/_alias")
    return str(name)


def test_the_engine_is_killed_and_comes_back(province: Province) -> None:
    province.node.kill()
    trouble(province)
    province.node.start()
    province.node.wait_until_it_answers()


def test_the_engine_freezes_and_thaws(province: Province) -> None:
    province.node.freeze()
    try:
        trouble(province)
    finally:
        province.node.thaw()


def test_a_full_disk_makes_the_engine_read_only_until_there_is_room(province: Province) -> None:
    settings = f"/{ALIAS}/_settings"
    province.node.access.ask("PUT", settings, {"index.blocks.read_only_allow_delete": True})
    trouble(province)
    province.node.access.ask("PUT", settings, {"index.blocks.read_only_allow_delete": None})


def test_all_documents_are_deleted(province: Province) -> None:
    province.node.access.ask(
        "POST", f"/{ALIAS}/_delete_by_query?refresh&conflicts=proceed", {"query": {"match_all": {}}}
    )


def test_the_index_is_deleted(province: Province) -> None:
    province.node.access.ask("DELETE", f"/{index_of(province)}")


@pytest.mark.parametrize("alias", [ALIAS, f"{ALIAS}-l{LAYOUT}", f"{ALIAS}*"])
def test_an_alias_is_deleted(province: Province, alias: str) -> None:
    province.node.access.ask("DELETE", f"/{index_of(province)}/_alias/{alias}")


def test_the_index_is_closed(province: Province) -> None:
    province.node.access.ask("POST", f"/{index_of(province)}/_close")
