"""The public pages about sources: how the last harvest went, when the next is due, and nothing that is not public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from catalog.errors import SourceUnreachable
from catalog.harvesting import harvest
from catalog.issues import Dimension, Issue, Severity
from catalog.model import AccessLevel, DatasetId
from catalog.remote import InvalidRecord, RemoteCatalog, RemoteDataset, RemoteRecord
from catalog.sources import HarvestSource
from portal.app import create_app
from portal.cli import main
from portal.source_access import SourceAccess
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import CLINICS, HEALTH, example_source
from tests.portal.pages.page import Page, get
from tests.portal.sample import CLINIC_ROWS, describe_source, harvest_and_deliver, open_sample_parts

HIDDEN_PATH = "may-chu-kin"
TABLE = "co-so-kham-chua-benh-bang"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


@pytest.fixture
def source(parts: Parts, tmp_path: Path) -> HarvestSource:
    described = example_source("csdl-so-y-te", CLINICS)
    files = {f"{TABLE}.csv": CLINIC_ROWS}
    source = describe_source(parts, described, CLINICS, folder=tmp_path / HIDDEN_PATH, files=files)
    harvest_and_deliver(parts, source)
    return source


def opened(parts: Parts, address: str) -> Page:
    return get(_client(parts), address)


def _client(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


def test_the_last_good_state_and_the_next_time_are_told(parts: Parts, source: HarvestSource) -> None:
    page = opened(parts, "/source/csdl-so-y-te")
    assert "Kết quả lần gần nhất Tốt" in page.words
    assert "Lần tốt gần nhất 15:30 01/11/2026" in page.words
    assert "Lần tới" in page.words
    assert "02/12/2026" in page.words
    assert "02/12/2026" in opened(parts, "/sources").words


def test_why_a_source_could_not_be_read_is_told_without_names_and_addresses(
    parts: Parts, source: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise SourceUnreachable("Không nối được 10.0.0.5:5432 bằng doc_gia.", "Cannot reach 10.0.0.5:5432.")

    monkeypatch.setattr(SourceAccess, "fetch", refuse)
    harvest(open_harvester(parts), source.id, trigger="bi-mat")
    for address in ("/source/csdl-so-y-te", "/en/source/csdl-so-y-te", "/sources", "/organization/so-y-te", "/"):
        page = opened(parts, address)
        assert page.status == 200
        assert "10.0.0.5" not in page.html
        assert "bi-mat" not in page.html
    page = opened(parts, "/source/csdl-so-y-te")
    assert "Nguồn không trả lời hoặc từ chối kết nối." in page.words
    assert "Lần tốt gần nhất 15:30 01/11/2026" in page.words


def test_a_table_that_could_not_be_read_names_no_file(parts: Parts, source: HarvestSource) -> None:
    (Path(source.options["path"]) / f"{TABLE}.csv").unlink()
    harvest_and_deliver(parts, source)
    for address in ("/source/csdl-so-y-te", "/dataset/co-so-kham-chua-benh", "/api/v1/sources/csdl-so-y-te"):
        text = _client(parts).get(address).get_data(as_text=True)
        assert f"“{TABLE}.csv”" not in text
        assert HIDDEN_PATH not in text
    assert "người phụ trách thấy lý do" in opened(parts, "/source/csdl-so-y-te").words


def test_sources_of_one_organization(parts: Parts, source: HarvestSource) -> None:
    page = opened(parts, "/sources?organization=so-y-te")
    assert "Tình trạng nguồn dữ liệu: Sở Y tế" in page.one("h1").words()
    assert source.title in page.words
    assert source.title not in opened(parts, "/sources?organization=so-thong-tin-va-truyen-thong").words
    assert opened(parts, "/sources?organization=khong-co").status == 404
    assert opened(parts, "/organization/so-y-te").links["Tình trạng từng nguồn"] == "/sources?organization=so-y-te"


# --- catalogues -------------------------------------------------------------------------------------------------------


class Listing:
    """Another catalogue with two good records and one that is none."""

    mapping_version = 1

    def records(self, folder: Path, known: str | None = None) -> Iterator[RemoteRecord]:
        for position, name in enumerate(("mot", "hai", "hong-zqvx"), 1):
            yield RemoteRecord(position, name, {"title": name})

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        if record.identifier == "hong-zqvx":
            issue = Issue("bad", Severity.ERROR, Dimension.COMPLETE, "Bản ghi zqvx hỏng.", "Record zqvx is broken.")
            raise InvalidRecord(issue)
        return RemoteDataset(title=f"Bộ {record.identifier}", license="CC-BY")


@pytest.fixture
def catalogue(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> HarvestSource:
    listing: RemoteCatalog = Listing()
    monkeypatch.setattr(SourceAccess, "open_catalog", lambda self, source: listing)
    options = {"url": "https://cong-kin.test/data.json", "theme": "y-te"}
    source = replace(example_source("danh-muc-bo"), kind="dcat", title="Danh mục của Bộ", options=options)
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(source)
    harvest_and_deliver(parts, source)
    return source


def _change(parts: Parts, title: str, **changes: object) -> DatasetId:
    with parts.store.write() as transaction:
        (dataset,) = [item for item in transaction.datasets() if item.title == title]
        transaction.put_dataset(replace(dataset, **changes), parts.clock())  # type: ignore[arg-type]  # fields of a dataset
        return dataset.id


def test_a_catalogue_shows_what_came_of_its_listing(parts: Parts, catalogue: HarvestSource) -> None:
    page = opened(parts, "/source/danh-muc-bo")
    assert "2 bộ dữ liệu công khai" in page.words
    assert "đọc 3 thêm 2" in page.words
    assert "Công bố, trừ bản ghi bị loại" in page.words
    assert "zqvx" not in page.html
    assert "cong-kin.test" not in page.html
    board = opened(parts, "/sources").words
    assert "Danh mục của Bộ" in board
    assert "2 bộ từ danh mục" in board
    assert "có bản ghi bị loại" in board
    assert "2 datasets from its listing" in opened(parts, "/en/organization/so-y-te").words


def told_to_programs(parts: Parts) -> list[dict[str, Any]]:
    answer = _client(parts).get("/api/v1/sources")
    text = answer.get_data(as_text=True)
    assert "cong-kin.test" not in text
    assert "zqvx" not in text
    items: list[dict[str, Any]] = json.loads(text)["items"]
    return items


def test_programs_are_told_of_catalogues_too(parts: Parts, catalogue: HarvestSource) -> None:
    (source,) = told_to_programs(parts)
    assert (source["name"], source["kind"], source["tables"]) == ("danh-muc-bo", "dcat", [])
    assert source["last_run"]["state"] == "partial"
    listing = source["catalog"]
    assert (listing["datasets"], listing["outcome"]) == (2, "partial")
    assert (listing["counts"]["read"], listing["counts"]["rejected"]) == (3, 1)


def test_programs_are_told_nothing_of_datasets_that_are_hidden(parts: Parts, catalogue: HarvestSource) -> None:
    _change(parts, "Bộ mot", access_level=AccessLevel.INTERNAL)
    (source,) = told_to_programs(parts)
    assert (source["catalog"]["datasets"], source["catalog"]["counts"]) == (1, {})
    _change(parts, "Bộ hai", access_level=AccessLevel.INTERNAL)
    assert told_to_programs(parts) == []


def test_a_source_of_tables_has_no_catalogue(parts: Parts, source: HarvestSource) -> None:
    assert [item["catalog"] for item in told_to_programs(parts)] == [None]


def test_a_catalogue_is_told_of_as_the_document_says(parts: Parts, catalogue: HarvestSource) -> None:
    document = json.loads(_client(parts).get("/api/v1/openapi.json").get_data(as_text=True))
    schema = {"$ref": "#/components/schemas/Source", "components": document["components"]}
    (source,) = told_to_programs(parts)
    jsonschema.Draft202012Validator(schema).validate(source)


def test_the_report_of_a_listing_names_its_rejected_records(
    parts: Parts, catalogue: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(parts.settings.home))

    def told(*more: str) -> Result:
        return CliRunner().invoke(main, ["report", "danh-muc-bo", *more])

    assert told().exit_code == 1
    first, *lines = told().output.splitlines()
    assert first.startswith("danh-muc-bo / danh mục: đã công bố, trừ bản ghi bị loại (đọc 3, thêm 2, loại 1), lượt ")
    assert lines[0] == "Kết luận: có lỗi, bị loại. 3 bản ghi đã kiểm."
    assert "- Lỗi [bad] Bản ghi zqvx hỏng." in lines
    run = first.rpartition(" ")[2]
    assert told("--run", run).output == told().output
    assert any(line.startswith("3\t-\thong-zqvx\tbad") for line in told("--all").output.splitlines())
    found = json.loads(told("--json").output)
    assert (found["valid"], found["tasks"][0]["errors"][0]["code"]) == (False, "bad")
    assert told("--version", "1").exit_code == 3
    assert told("--xlsx", "x.xlsx").exit_code == 2


def test_counts_are_told_only_while_everything_in_them_is_public(parts: Parts, catalogue: HarvestSource) -> None:
    _change(parts, "Bộ mot", access_level=AccessLevel.INTERNAL)
    page = opened(parts, "/source/danh-muc-bo")
    assert "1 bộ dữ liệu công khai" in page.words
    assert "đọc 3" not in page.words


def test_a_catalogue_without_public_datasets_is_nobodys_business(parts: Parts, catalogue: HarvestSource) -> None:
    for title in ("Bộ mot", "Bộ hai"):
        _change(parts, title, access_level=AccessLevel.INTERNAL)
    assert opened(parts, "/source/danh-muc-bo").status == 404
    assert "Danh mục của Bộ" not in opened(parts, "/sources").words
    assert "Danh mục của Bộ" not in opened(parts, "/organization/so-y-te").words
