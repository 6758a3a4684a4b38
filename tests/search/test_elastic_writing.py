"""What becomes of changes when the cluster has no room for them just then."""

from __future__ import annotations

from typing import Any, cast

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, Elasticsearch

from catalog.errors import IndexUnavailable
from catalog.model import DatasetId
from search.datasets.elastic_writing import Bulk, removal_noted


class FullCluster:
    """Refuses a request as a whole, as its circuit breaker does, so many times."""

    def __init__(self, refusals: int, status: int = 429) -> None:
        self._left = refusals
        self._status = status
        self.taken: list[Any] = []

    def bulk(self, *, operations: list[Any], **_: object) -> dict[str, Any]:
        if self._left:
            self._left -= 1
            meta = ApiResponseMeta(self._status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 9200))
            raise ApiError("circuit_breaking_exception", meta, {"error": {"type": "circuit_breaking_exception"}})
        self.taken += operations
        return {"errors": False}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.datasets.elastic_writing.time.sleep", lambda _: None)


def sent_to(cluster: FullCluster) -> int:
    Bulk(lambda: cast(Elasticsearch, cluster), "index").send([removal_noted(DatasetId("a"))])
    return len(cluster.taken)


def test_what_a_cluster_whose_memory_is_full_refuses_is_sent_again() -> None:
    assert sent_to(FullCluster(refusals=2)) == 2  # one change is two lines


def test_a_cluster_that_stays_full_is_given_up() -> None:
    with pytest.raises(IndexUnavailable) as told:
        sent_to(FullCluster(refusals=100))
    assert "too busy" in told.value.message_en


def test_any_other_refusal_is_told_at_once() -> None:
    with pytest.raises(ApiError):
        sent_to(FullCluster(refusals=1, status=400))
