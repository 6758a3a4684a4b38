"""The index in a cluster as a province runs one: secured, and of three nodes of which one dies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.errors import IndexUnavailable
from catalog.model import DatasetId
from catalog.questions import SearchQuery
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex
from tests.contracts.dataset_indexes import described, found
from tests.elasticsearch_node import ElasticsearchNode
from tests.elasticsearch_server import start_cluster, start_secured

ALIAS = "cong-du-lieu"
WRITER = {"indices": [{"names": [ALIAS, f"{ALIAS}-*"], "privileges": ["read", "write", "manage"]}]}
READER = {"indices": [{"names": [ALIAS, f"{ALIAS}-*"], "privileges": ["read", "view_index_metadata"]}]}
"""What docker/README.md tells operators to grant: to processes that write, and to those that only search."""


@pytest.fixture(scope="module")
def secured() -> Iterator[ElasticsearchNode]:
    with start_secured() as node:
        yield node


def access(node: ElasticsearchNode, **given: Any) -> ElasticsearchAccess:
    url = f"{node.url.replace('https:', 'elasticsearch+https:')}/{ALIAS}"
    return ElasticsearchAccess.from_url(url, search_seconds=60, **({"authority": str(node.access.authority)} | given))


def api_key(node: ElasticsearchNode, role: dict[str, Any]) -> str:
    content = {"name": "dulieumo", "role_descriptors": {"dulieumo": role}}
    made = node.access.ask("POST", "/_security/api_key", content)
    return str(made["encoded"])


def everything_works(index: ElasticsearchIndex) -> None:
    assert index.rebuild([described("a"), described("b")]) == 2
    index.put([described("c", "Cơ sở giáo dục")])
    index.remove([DatasetId("id-a")])
    assert found(index, "giao duc") == ["c"]
    assert index.rebuild([described("a"), described("c", "Cơ sở giáo dục")]) == 2
    assert index.revisions() == {"id-a": 1, "id-c": 1}


def test_an_api_key_with_the_least_privileges_is_enough(secured: ElasticsearchNode) -> None:
    everything_works(ElasticsearchIndex(access(secured, api_key=api_key(secured, WRITER))))


@pytest.mark.parametrize("lacking", WRITER["indices"][0]["privileges"])
def test_none_of_the_least_privileges_can_be_spared(secured: ElasticsearchNode, lacking: str) -> None:
    privileges = [privilege for privilege in WRITER["indices"][0]["privileges"] if privilege != lacking]
    role = {"indices": [WRITER["indices"][0] | {"privileges": privileges}]}
    with pytest.raises(IndexUnavailable, match="từ chối"):
        everything_works(ElasticsearchIndex(access(secured, api_key=api_key(secured, role))))


def test_a_key_that_may_only_read_searches_and_changes_nothing(secured: ElasticsearchNode) -> None:
    everything_works(ElasticsearchIndex(access(secured, api_key=api_key(secured, WRITER))))
    reader = ElasticsearchIndex(access(secured, api_key=api_key(secured, READER)))
    assert found(reader, "giao duc") == ["c"]
    assert reader.revisions() == {"id-a": 1, "id-c": 1}
    for change in (lambda: reader.put([described("x")]), lambda: reader.rebuild([])):
        with pytest.raises(IndexUnavailable, match="từ chối"):
            change()
    assert sorted(found(reader)) == ["a", "c"]


def test_user_and_password_with_the_least_privileges_are_enough(secured: ElasticsearchNode) -> None:
    secured.access.ask("PUT", "/_security/role/dulieumo", WRITER)
    secured.access.ask("PUT", "/_security/user/cong", {"password": "matkhau-123", "roles": ["dulieumo"]})
    everything_works(ElasticsearchIndex(access(secured, user="cong", password="matkhau-123")))


def test_wrong_credentials_and_unknown_authorities_are_told(secured: ElasticsearchNode) -> None:
    for given, words in (
        ({"user": "cong", "password": "sai-123"}, "từ chối"),
        ({"api_key": "c2FpOnNhaQ=="}, "từ chối"),
        ({"user": "elastic", "password": secured.access.password, "authority": None}, "chứng thư"),
    ):
        with pytest.raises(IndexUnavailable, match=words) as refused:
            ElasticsearchIndex(access(secured, **given)).search(SearchQuery())
        error = refused.value
        assert "sai-123" not in f"{error} {error.message_en} {error.details} {error.__cause__!r}"


def test_a_node_that_dies_costs_no_search_no_change_and_no_dataset() -> None:
    with start_cluster(3) as nodes:
        hosts = ",".join(node.url.removeprefix("http://") for node in nodes)
        index = ElasticsearchIndex(ElasticsearchAccess.from_url(f"elasticsearch://{hosts}/{ALIAS}", search_seconds=30))
        index.rebuild(described(f"n{n}") for n in range(20))
        shards = nodes[0].access.ask("GET", f"/_cat/shards/{ALIAS}?format=json&h=prirep,state,node")
        states = sorted((shard["prirep"], shard["state"]) for shard in shards)
        assert states == [("p", "STARTED"), ("r", "STARTED")], "a second node has a copy, unasked"
        (primary,) = (shard["node"] for shard in shards if shard["prirep"] == "p")
        for step in range(30):
            if step == 10:
                nodes[int(primary.removeprefix("node-")) - 1].kill()
            index.put([described(f"m{step}")])
            assert index.search(SearchQuery(limit=0)).total == 21 + step
        assert len(index.revisions()) == 50
