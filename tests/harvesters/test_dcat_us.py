"""DCAT-US catalogues: genuine ones, and such as break the rules."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import InvalidInput, SourceError, SourceMissing, SourceUnreadable
from catalog.remote import InvalidRecord, RemoteCatalog, RemoteDataset, RemoteDistribution
from harvesters import kind_of
from harvesters.dcat_nodes import moment
from harvesters.dcat_records import describe
from tests.harvesters.catalogs import catalog_source, json_reply, listed, notices, opened, records
from tests.harvesters.sources import outside
from tests.harvesters.web_server import Page, reply, serving

CATALOGS = Path(__file__).parents[3] / "shared" / "data" / "catalogs"
genuine = pytest.mark.skipif(not CATALOGS.is_dir(), reason="the genuine catalogues are not on this machine")

RECORD: dict[str, Any] = {
    "@type": "dcat:Dataset",
    "identifier": "tre-em-2025",
    "title": "Trẻ em được tiêm chủng",
    "description": "Theo xã",
    "keyword": ["y tế", "trẻ em", "y tế"],
    "theme": ["Y tế"],
    "publisher": {"@type": "org:Organization", "name": "Sở Y tế"},
    "contactPoint": {"fn": "Phòng Nghiệp vụ", "hasEmail": "mailto:nghiep-vu@soyte.example"},
    "accessLevel": "public",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "issued": "2025-01-31",
    "modified": "2025-02-28T10:00:00+07:00",
    "temporal": "2024-01-01/2024-12-31",
    "spatial": "Thanh Hóa",
    "accrualPeriodicity": "R/P1Y",
    "landingPage": "https://soyte.example/tre-em",
    "distribution": [
        {
            "title": "Bảng",
            "description": "Một dòng mỗi xã",
            "downloadURL": "https://soyte.example/tre-em.csv",
            "mediaType": "text/csv",
            "format": "CSV",
            "byteSize": "1024.0",
        },
        {"accessURL": "https://soyte.example/api"},
        {"title": "không có địa chỉ"},
    ],
}
DESCRIBED = RemoteDataset(
    title="Trẻ em được tiêm chủng",
    description="Theo xã",
    keywords=("y tế", "trẻ em"),
    themes=("Y tế",),
    publisher="Sở Y tế",
    license="https://creativecommons.org/licenses/by/4.0/",
    frequency="R/P1Y",
    access="public",
    url="https://soyte.example/tre-em",
    spatial="Thanh Hóa",
    contact_name="Phòng Nghiệp vụ",
    contact_email="nghiep-vu@soyte.example",
    issued=datetime(2025, 1, 31, tzinfo=UTC),
    modified=datetime(2025, 2, 28, 3, tzinfo=UTC),
    temporal_start=date(2024, 1, 1),
    temporal_end=date(2024, 12, 31),
    distributions=(
        RemoteDistribution(
            "Bảng",
            "https://soyte.example/tre-em.csv",
            description="Một dòng mỗi xã",
            format="CSV",
            media_type="text/csv",
            size=1024,
        ),
        RemoteDistribution("", "https://soyte.example/api"),
    ),
)


@contextmanager
def catalogue(page: Page, path: str = "/data.json") -> Iterator[RemoteCatalog]:
    with serving({path: page}) as site:
        yield opened("dcat", url=site.url + path)


def data_json(*found: object, **envelope: object) -> bytes:
    return json_reply({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", **envelope, "dataset": found})


# --- what a record says ----------------------------------------------------------------------------------------------


def test_a_record_of_version_1_1_is_described() -> None:
    assert describe(RECORD) == DESCRIBED


def test_a_record_of_version_3_says_the_same() -> None:
    described = describe(
        {
            **RECORD,
            "@type": "Dataset",
            "theme": [{"@type": "Concept", "prefLabel": "Y tế"}],
            "publisher": {"@type": "Organization", "name": "Sở Y tế", "subOrganizationOf": {"name": "UBND tỉnh"}},
            "contactPoint": [{"@type": "Kind", "fn": "Phòng Nghiệp vụ", "hasEmail": "nghiep-vu@soyte.example"}],
            "accessLevel": None,
            "accessRights": "public",
            "temporal": [{"@type": "PeriodOfTime", "startDate": "2024-01-01", "endDate": "2024-12-31"}],
            "spatial": [{"@type": "Location", "prefLabel": "Thanh Hóa", "bbox": "POLYGON((1 1))"}],
            "landingPage": {"@type": "Document", "accessURL": "", "url": "https://soyte.example/tre-em"},
        }
    )
    assert described == DESCRIBED


def test_vietnamese_is_taken_before_untagged_text_and_english() -> None:
    title = {"en": "Children", "vi": "Trẻ em"}
    listed_title = [{"@value": "Children", "@language": "en"}, {"@value": "Trẻ em", "@language": "vi-VN"}]
    untagged = [{"@value": "Children", "@language": "en"}, "Trẻ em"]
    english = [{"@value": "Enfants", "@language": "fr"}, {"@value": "Children", "@language": "en"}]
    for said in (title, listed_title, untagged):
        assert describe({"title": said}).title == "Trẻ em"
        assert describe({"title": said}).title_en == "Children"
    assert describe({"title": english}).title == "Children"
    assert describe({"title": "Trẻ em"}).title_en == ""
    assert describe({"title": [{"@value": "Enfants", "@language": "fr"}]}).title == "Enfants"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-06", datetime(2025, 6, 1, tzinfo=UTC)),
        ("2025-06-30", datetime(2025, 6, 30, tzinfo=UTC)),
        ("2025-06-30Z", datetime(2025, 6, 30, tzinfo=UTC)),
        ("2025-06-30T23:00:00.918Z", datetime(2025, 6, 30, 23, 0, 0, 918000, tzinfo=UTC)),
        ("2025-06-30T23:00:00-05:00", datetime(2025, 7, 1, 4, tzinfo=UTC)),
        ("R/P1Y", None),
        ("30/06/2025", None),
        ("0001-01-01", None),
        ("9999-99-99", None),
        ("", None),
    ],
)
def test_times_are_read_as_iso_8601_and_never_guessed(said: str, expected: datetime | None) -> None:
    assert moment(said) == expected


@pytest.mark.parametrize(
    "odd",
    [None, 5, True, [], {}, [[]], [None], [{}], {"@value": None}, {"a": {"b": {}}}, "", [1, {"@id": 3}]],
    ids=repr,
)
def test_no_form_of_a_value_is_an_error(odd: object) -> None:
    assert describe({**dict.fromkeys(RECORD, odd), "title": "Có"}).title == "Có"
    distribution = dict.fromkeys(("downloadURL", "accessURL", "format", "mediaType", "byteSize", "title"), odd)
    assert describe({"title": "Có", "distribution": [distribution], "contactPoint": [{"hasEmail": odd}]}).title == "Có"


# --- listings --------------------------------------------------------------------------------------------------------


def test_records_come_in_order_with_their_own_identifiers(tmp_path: Path) -> None:
    with catalogue(data_json(RECORD, {"title": "không mã"}, {**RECORD, "identifier": 17})) as remote:
        found = records(listed(remote, tmp_path))
    assert [(record.position, record.identifier) for record in found] == [(1, "tre-em-2025"), (2, ""), (3, "17")]
    assert found[0].raw == RECORD
    assert remote.describe(found[0]) == DESCRIBED


def test_a_packed_file_of_lines_is_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps({**RECORD, "identifier": name}) + "\n" for name in "abc")
    for path in ("/ban-ghi.jsonl.gz", "/tai-ve"):
        with catalogue(reply(gzip.compress(lines.encode())), path) as remote:
            found = records(listed(remote, tmp_path / path[1:4]))
        assert [record.identifier for record in found] == ["a", "b", "c"]


def test_a_record_that_cannot_be_read_is_rejected_by_its_identifier_alone(tmp_path: Path) -> None:
    body = json.dumps({"dataset": [RECORD, {"identifier": "hong", "x": 1}, RECORD]}).replace('"x": 1', '"x": NaN')
    with catalogue(reply(body.encode())) as remote:
        found = listed(remote, tmp_path)
    broken = records(found)[1]
    assert (broken.position, broken.identifier) == (2, "hong")
    with pytest.raises(InvalidRecord) as caught:
        remote.describe(broken)
    assert "số không hợp lệ" in caught.value.issues[0].message
    assert not notices(found)


def test_after_one_that_does_not_even_show_its_identifier_no_absence_proves_anything(tmp_path: Path) -> None:
    with catalogue(reply(b'{"dataset": [{"identifier": "a"}, {"x": NaN}, {"identifier": "b"}]}')) as remote:
        found = listed(remote, tmp_path)
    assert [record.identifier for record in records(found)] == ["a", "b"]
    (notice,) = notices(found)
    assert not notice.complete
    assert notice.issue.examples[0].row == 2


@pytest.mark.parametrize(
    ("page", "error", "told"),
    [
        (reply(b"<!DOCTYPE html><html></html>", Content_Type="text/html"), SourceUnreadable, "trang web"),
        (reply(b'{"error": "no"}'), SourceUnreadable, "error"),
        (reply(b'{"dataset": [{"identifier": "a"}, {"iden'), SourceUnreadable, "đứt quãng"),
        (reply(b""), SourceUnreadable, "trống"),
        (reply(b"\x1f\x8bxx"), SourceUnreadable, "gzip"),
        (reply(b"", "404 Not Found"), SourceMissing, "404"),
        (reply(b"", "403 Forbidden"), SourceError, "403"),
        (reply(b"", "500 Oops"), SourceError, "500"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_listing_is_an_error_and_explained_when_tried_out(
    page: bytes, error: type[SourceError], told: str, tmp_path: Path
) -> None:
    with serving({"/data.json": page}) as site:
        source = catalog_source("dcat", {"url": site.url + "/data.json"})
        with pytest.raises(error, match=told):
            listed(kind_of("dcat").catalog(source, outside()), tmp_path)
        (step,) = kind_of("dcat").check(source, outside())
    assert not step.is_well
    assert told in step.message
    assert step.message_en


def test_trying_out_counts_records_and_names_their_faults() -> None:
    with serving({"/data.json": data_json(RECORD, {"title": "x"}, {"identifier": "y"})}) as site:
        source = catalog_source("dcat", {"url": site.url + "/data.json"})
        read, understood = kind_of("dcat").check(source, outside())
    assert read.is_well
    assert "3 bản ghi" in read.message
    assert not understood.is_well
    assert "Bản ghi 2: không có mã định danh." in understood.message
    assert "Bản ghi 3: không có tiêu đề." in understood.message


def test_no_records_at_all_is_not_well() -> None:
    with serving({"/data.json": data_json()}) as site:
        (step,) = kind_of("dcat").check(catalog_source("dcat", {"url": site.url + "/data.json"}), outside())
    assert not step.is_well


def test_options_are_checked_together() -> None:
    kind = kind_of("dcat")
    assert kind.checked_options({"url": "https://a.example/data.json", "auth": "api_key", "key": "bi-mat"})
    with pytest.raises(InvalidInput, match="client_secret"):
        kind.checked_options({"url": "https://a.example/", "auth": "oauth2", "token_url": "https://a.example/t"})


# --- genuine catalogues ----------------------------------------------------------------------------------------------


@genuine
@pytest.mark.parametrize(
    ("name", "count"), [("datagov_socrata_7189_dcat.jsonl.gz", 7187), ("philadelphia_dcat_us_402.json", 402)]
)
def test_every_record_of_a_genuine_catalogue_is_described(name: str, count: int, tmp_path: Path) -> None:
    with catalogue(reply((CATALOGS / name).read_bytes()), f"/{name}") as remote:
        found = listed(remote, tmp_path)
    assert not notices(found)
    assert len({record.identifier for record in records(found)}) == len(records(found)) == count
    described = [remote.describe(record) for record in records(found)]
    assert all(said.title and said.publisher for said in described)
    assert sum(not said.distributions for said in described) <= 2
