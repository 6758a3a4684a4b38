"""Sources that are catalogues, in the pages for operators: counts, rejected records, each record beside its dataset."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.harvesting import harvest
from catalog.issues import Dimension, Issue, Severity
from catalog.remote import InvalidRecord, RemoteCatalog, RemoteDataset, RemoteRecord
from catalog.sources import HarvestSource
from portal import trial_runs
from portal.source_access import SourceAccess
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import HEALTH, example_source
from tests.portal.admin.browser import Browser

HERE = "/admin/source/danh-muc-bo"
GOOD = {"identifier": "so-giuong", "title": "Số giường bệnh", "licence": "CC-BY"}
BAD = {"identifier": "=cmd|' /C calc'!A0", "title": "<script>alert(1)</script>"}


class Listing:
    """Another catalogue with one good record and one that is none."""

    mapping_version = 1

    def records(self, folder: Path, known: str | None = None) -> Iterator[RemoteRecord]:
        for position, raw in enumerate((GOOD, BAD), 1):
            yield RemoteRecord(position, raw["identifier"], raw)

    def describe(self, record: RemoteRecord) -> RemoteDataset:
        if record.raw is BAD or record.raw["identifier"] == BAD["identifier"]:
            raise InvalidRecord(
                Issue(
                    "record-without-licence",
                    Severity.ERROR,
                    Dimension.COMPLETE,
                    "Bản ghi thiếu giấy phép.",
                    "The record has no licence.",
                    remedy="Ghi giấy phép.",
                    remedy_en="Name one.",
                )
            )
        return RemoteDataset(title=str(record.raw["title"]), license=str(record.raw["licence"]))


@pytest.fixture
def catalogue(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> HarvestSource:
    """Another catalogue that the department of health harvests."""
    listing: RemoteCatalog = Listing()
    monkeypatch.setattr(SourceAccess, "open_catalog", lambda self, source: listing)
    options = {"url": "https://cong-khac.test/data.json", "theme": "y-te"}
    source = replace(example_source("danh-muc-bo"), kind="dcat", title="Danh mục của Bộ", options=options)
    with parts.store.write() as transaction:
        if HEALTH not in transaction.organizations():
            transaction.put_organization(HEALTH)
        transaction.put_source(source)
    return source


@pytest.fixture
def harvested(parts: Parts, catalogue: HarvestSource) -> HarvestSource:
    harvest(open_harvester(parts), catalogue.id, trigger="test")
    return catalogue


def test_the_source_shows_what_became_of_its_listing(steward: Browser, harvested: HarvestSource) -> None:
    page = steward.open(HERE)
    assert "Danh mục của nguồn" in page.words
    assert "Công bố, trừ bản ghi bị loại" in page.words
    assert "đọc 2 thêm 1" in page.words
    assert "loại 1" in page.words
    assert page.links["Bản ghi bị loại"] == f"{HERE}/rejected"


def test_a_rejected_record_is_shown_with_its_problem(steward: Browser, harvested: HarvestSource) -> None:
    page = steward.open(f"{HERE}/rejected")
    assert "Bản ghi thiếu giấy phép." in page.words
    assert "Ghi giấy phép." in page.words
    assert "<script>alert" not in page.html
    record = steward.open(page.links["<script>alert(1)</script>"])
    assert record.status == 200
    assert json.loads(record.one("pre", class_="raw").text) == BAD
    assert "bị loại" in record.words
    assert steward.get(f"{HERE}/record?id=khong-co").status_code == 404


def test_an_accepted_record_stands_beside_its_dataset(steward: Browser, harvested: HarvestSource) -> None:
    page = steward.open(f"{HERE}/record?id=so-giuong")
    assert json.loads(page.one("pre", class_="raw").text) == GOOD
    facts = page.one("dl", class_="options").words()
    assert "Tên Số giường bệnh" in facts
    assert "Y tế" in facts


def test_the_file_of_rejected_records_runs_no_formula(steward: Browser, harvested: HarvestSource) -> None:
    answer = steward.get(f"{HERE}/rejected.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.get_data().decode("utf-8-sig")
    assert "\r\n" in text
    header, row = csv.reader(io.StringIO(text))
    assert header[:2] == ["Vị trí", "Mã bản ghi"]
    assert row[:3] == ["2", "'" + BAD["identifier"], "record-without-licence"]


def test_a_dry_run_shows_records_beside_datasets(
    steward: Browser, parts: Parts, catalogue: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_runs, "launch", trial_runs.run)
    page = steward.open(steward.send(f"{HERE}/preview", f"{HERE}/preview").headers["Location"])
    assert "đọc 2 thêm 1" in page.words
    assert [json.loads(item.text) for item in page.all("pre", class_="raw")] == [GOOD, BAD]
    assert "Tên Số giường bệnh" in page.words
    assert "Không thành bộ dữ liệu" in page.words
    with parts.store.read() as reader:
        assert reader.datasets() == ()
        assert reader.remote_marks(catalogue.id) == {}


def test_removing_it_may_withdraw_what_came_from_it(steward: Browser, parts: Parts, harvested: HarvestSource) -> None:
    page = steward.open(f"{HERE}/remove")
    assert "Thu hồi cả 1 bộ dữ liệu" in page.words
    steward.send(f"{HERE}/remove", f"{HERE}/remove", withdraw="yes")
    with parts.store.read() as reader:
        (dataset,) = reader.datasets()
    assert dataset.status == "withdrawn"


def test_stewards_of_others_see_no_record(steward: Browser, others: HarvestSource) -> None:
    for page in ("rejected", "rejected.csv", "record?id=a"):
        assert steward.get(f"/admin/source/{others.name}/{page}").status_code == 404


def test_pages_read_in_english(steward: Browser, harvested: HarvestSource) -> None:
    for page, words in (("/rejected", "The record has no licence."), ("/record?id=so-giuong", "As it came")):
        assert words in steward.open(f"/en{HERE}{page}").words
