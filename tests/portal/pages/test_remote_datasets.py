"""Datasets that lie at another portal: shown as what they are, with the way there; withdrawn ones say only that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.checking import make_ready
from catalog.editing import register
from catalog.model import Dataset, DatasetId, DatasetStatus, Origin
from catalog.remote import RemoteDataset, RemoteDistribution, RemoteRecord
from catalog.remote_datasets import dataset_of
from catalog.sources import SourceId
from portal.app import create_app
from portal.wiring import Parts
from portal.worker import deliver_outbox
from tests.catalog.examples import HEALTH, NOW, example_source
from tests.portal.pages.page import get
from tests.portal.sample import open_sample_parts

SAID = RemoteDataset(
    title="Quan trắc <nước> sông Mã",
    description="Số liệu <b>hằng tháng</b>.",
    publisher="Bộ Nông nghiệp và Môi trường",
    license="Giấy phép riêng của Bộ",
    url="https://du-lieu.example/bo/quan-trac",
    issued=datetime(2024, 5, 1, tzinfo=UTC),
    distributions=(
        RemoteDistribution("Bảng số liệu", "https://tep.example/a.csv", format="text/csv", size=2_100_000),
        RemoteDistribution("Ranh giới", "https://tep.example/b", format="Esri Shapefile"),
        RemoteDistribution("Xấu", "javascript:alert(1)"),
    ),
)


def remote_dataset() -> Dataset:
    source = example_source("danh-muc-bo")
    return dataset_of(source, RemoteRecord(1, "qt/1", {}), SAID, "quan-trac-song-ma", None, NOW)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path)
    describe(opened, remote_dataset())
    yield opened
    opened.store.close()


def describe(parts: Parts, dataset: Dataset) -> None:
    make_ready(parts.indexing)
    with parts.store.write() as transaction:
        register(transaction, organizations=(HEALTH,), actor="test", at=NOW)
        transaction.put_dataset(dataset, NOW)
        transaction.add_event("dataset", dataset.id, NOW)
    deliver_outbox(parts)


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


def test_the_page_leads_to_the_data_and_says_where_they_lie(client: FlaskClient) -> None:
    page = get(client, "/dataset/quan-trac-song-ma")
    links = [link.attributes["href"] for link in page.all("a", rel="external nofollow")]
    assert links == ["https://tep.example/a.csv", "https://tep.example/b", "https://du-lieu.example/bo/quan-trac"]
    assert "CSV · 2,1 MB Bảng số liệu (tep.example)" in page.words
    assert "SHP Ranh giới" in page.words
    assert "Bộ Nông nghiệp và Môi trường" in page.words
    assert "Giấy phép ghi ở nơi gốc Giấy phép riêng của Bộ" in page.words
    assert "Số liệu hằng tháng" in page.words


def test_content_that_was_never_checked_here_gets_no_points(client: FlaskClient) -> None:
    assert "điểm" not in get(client, "/dataset/quan-trac-song-ma").words
    assert "dqv:hasQualityMeasurement" not in client.get("/dataset/quan-trac-song-ma.ttl").text


def test_it_is_found_by_its_formats(client: FlaskClient) -> None:
    answer = client.get("/api/3/action/package_search?fq=res_format:SHP").json
    assert answer is not None
    assert [item["name"] for item in answer["result"]["results"]] == ["quan-trac-song-ma"]


def test_programs_get_identifier_formats_and_sizes(client: FlaskClient) -> None:
    answer = client.get("/api/3/action/package_show?id=quan-trac-song-ma").json
    assert answer is not None
    package = answer["result"]
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert (extras["guid"], extras["publisher_name"]) == ("qt/1", "Bộ Nông nghiệp và Môi trường")
    first = package["resources"][0]
    assert (first["format"], first["size"], first["url"]) == ("CSV", 2_100_000, "https://tep.example/a.csv")
    turtle = client.get("/dataset/quan-trac-song-ma.ttl").text
    assert "dct:source <https://du-lieu.example/bo/quan-trac>" in turtle
    assert 'dcat:byteSize "2100000"' in turtle or "dcat:byteSize 2100000" in turtle


def test_what_begins_with_the_text_is_suggested_first(parts: Parts, client: FlaskClient) -> None:
    other = replace(
        remote_dataset(), id=DatasetId("an-toan"), name="an-toan", title="An toàn quan trắc", distributions=()
    )
    describe(parts, other)

    def suggested(text: str, limit: int = 10) -> list[str]:
        answer = client.get("/api/3/action/package_autocomplete", query_string={"q": text, "limit": limit})
        return [item["name"] for item in answer.get_json()["result"]]

    assert suggested("quan tr") == suggested("Quan trắc") == ["quan-trac-song-ma", "an-toan"]
    assert suggested("quan tr", limit=1) == ["quan-trac-song-ma"]
    assert suggested("AN-T") == ["an-toan"]
    assert suggested("!") == []


def test_who_copies_the_catalogue_finds_by_time_what_was_taken_in_though_it_changed_long_ago(
    client: FlaskClient,
) -> None:
    def found(fq: str) -> list[tuple[str, str, str]]:
        answer = client.get("/api/3/action/package_search", query_string={"fq": fq}).get_json()
        return [
            (item["name"], item["metadata_created"], item["metadata_modified"]) for item in answer["result"]["results"]
        ]

    taken = [("quan-trac-song-ma", "2024-05-01T00:00:00.000000", NOW.strftime("%Y-%m-%dT%H:%M:%S.%f"))]
    assert found(f"metadata_modified:[{NOW:%Y-%m-%d}T00:00:00Z TO *]") == taken
    assert found(f"metadata_modified:[{NOW + timedelta(days=1):%Y-%m-%d}T00:00:00Z TO *]") == []
    assert b"quan-trac-song-ma" in client.get(f"/catalog.ttl?modified_since={NOW:%Y-%m-%d}").data


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dataset/quan-trac-song-ma", 410),
        ("/dataset/quan-trac-song-ma.ttl", 410),
        ("/api/v1/datasets/quan-trac-song-ma", 410),
        ("/api/3/action/package_show?id=quan-trac-song-ma", 403),
    ],
)
def test_a_withdrawn_dataset_leaves_a_tombstone_without_a_word_about_it(
    parts: Parts, client: FlaskClient, path: str, status: int
) -> None:
    with parts.store.read() as reader:
        stored = reader.dataset("quan-trac-song-ma")
    describe(parts, replace(stored, status=DatasetStatus.WITHDRAWN))
    answer = client.get(path)
    assert answer.status_code == status
    assert "sông Mã" not in answer.text


def test_one_that_was_never_public_leaves_none(parts: Parts, client: FlaskClient) -> None:
    with parts.store.read() as reader:
        stored = reader.dataset("quan-trac-song-ma")
    describe(parts, replace(stored, status=DatasetStatus.WITHDRAWN, issued=None))
    assert client.get("/dataset/quan-trac-song-ma").status_code == 404


def test_the_origin_survives_the_store(parts: Parts) -> None:
    with parts.store.read() as reader:
        origin = reader.dataset("quan-trac-song-ma").origin
    source_id = SourceId(example_source("danh-muc-bo").id)
    assert origin == Origin(source_id, "qt/1", SAID.url, SAID.publisher, SAID.license, SAID.issued, None)
