"""The Elasticsearch that other tests rely on: the version it claims, its security, and a cluster that loses a node."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from urllib.error import HTTPError, URLError

import pytest

from tests.elasticsearch_node import Access, ElasticsearchNode
from tests.elasticsearch_server import ElasticsearchServer, start_cluster, start_secured

SETTINGS = {"settings": {"number_of_shards": 1, "number_of_replicas": 1}}


def test_it_is_elasticsearch_9_with_the_free_licence(elasticsearch_server: ElasticsearchServer) -> None:
    version = elasticsearch_server.access.ask("GET", "/")["version"]
    assert (version["number"], version["lucene_version"]) == ("9.4.3", "10.4.0")
    assert elasticsearch_server.access.ask("GET", "/_license")["license"]["type"] == "basic"


def test_what_a_test_indexes_goes_with_it(elasticsearch_server: ElasticsearchServer) -> None:
    access = elasticsearch_server.access
    with elasticsearch_server.name() as name:
        access.ask("PUT", f"/{name}-1", {"aliases": {name: {}}})
        access.ask("PUT", f"/{name}-1/_doc/1?refresh=true", {"title": "Giá đất"})
        assert access.ask("GET", f"/{name}/_count")["count"] == 1
    with pytest.raises(HTTPError) as gone:
        access.ask("GET", f"/{name}/_count")
    assert gone.value.code == 404
    gone.value.close()


@pytest.fixture(scope="module")
def secured() -> Iterator[ElasticsearchNode]:
    with start_secured() as node:
        yield node


def test_a_secured_server_wants_credentials(secured: ElasticsearchNode) -> None:
    with pytest.raises(HTTPError) as refused:
        secured.access.ask("GET", "/", Authorization="")
    assert refused.value.code == 401
    refused.value.close()
    assert secured.access.ask("GET", "/_security/_authenticate")["username"] == "elastic"


def test_a_secured_server_is_believed_only_by_its_own_authority(secured: ElasticsearchNode) -> None:
    with pytest.raises(URLError) as unknown:
        Access(secured.url, None, secured.access.password).ask("GET", "/")
    assert isinstance(unknown.value.reason, ssl.SSLCertVerificationError)


def test_an_api_key_may_what_it_was_made_for(secured: ElasticsearchNode) -> None:
    role = {"indices": [{"names": ["mo-*"], "privileges": ["create_index", "read", "write"]}]}
    made = secured.access.ask(
        "POST", "/_security/api_key", {"name": "dulieumo", "role_descriptors": {"dulieumo": role}}
    )
    key = "ApiKey " + base64.b64encode(f"{made['id']}:{made['api_key']}".encode()).decode()
    assert secured.access.ask("PUT", "/mo-1", Authorization=key)["acknowledged"]
    with pytest.raises(HTTPError) as refused:
        secured.access.ask("PUT", "/dong-1", Authorization=key)
    assert refused.value.code == 403
    refused.value.close()


def test_a_cluster_answers_when_a_node_is_killed_frozen_and_started_again() -> None:
    with start_cluster(3) as (first, second, third):
        first.access.ask("PUT", "/mo?wait_for_active_shards=all", SETTINGS)
        first.access.ask("PUT", "/mo/_doc/1?refresh=true", {"title": "Giá đất"})
        first.kill()
        health = second.access.ask("GET", "/_cluster/health?wait_for_nodes=2&wait_for_status=yellow&timeout=60s")
        assert (health["number_of_nodes"], health["timed_out"]) == (2, False)
        assert third.access.ask("GET", "/mo/_count")["count"] == 1
        first.start()
        first.wait_until_it_answers()
        health = first.access.ask("GET", "/_cluster/health?wait_for_nodes=3&wait_for_status=green&timeout=60s")
        assert (health["number_of_nodes"], health["timed_out"]) == (3, False)
        third.freeze()
        with pytest.raises(TimeoutError):
            third.access.ask("GET", "/", patience=0.5)
        third.thaw()
        assert third.access.ask("GET", "/mo/_count")["count"] == 1
