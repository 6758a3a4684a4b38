"""Choosing the tables of a source and its schedule in the pages for operators."""

from __future__ import annotations

from dataclasses import replace

from catalog.model import DatasetStatus, Frequency
from catalog.sources import HarvestSource
from portal.wiring import Parts
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, example_dataset
from tests.portal.admin.browser import Browser
from tests.portal.admin.conftest import FINANCE
from tests.portal.admin.source_forms import stored
from tests.portal.pages.page import Page, read

TABLES = "/admin/source/csdl-so-y-te/tables"
SCHEDULE = "/admin/source/csdl-so-y-te/schedule"


def add(browser: Browser, **fields: str) -> Page:
    answer = browser.send(TABLES, TABLES, **fields)
    if answer.status_code == 303:
        return browser.open(answer.headers["Location"])
    return read(answer.get_data(as_text=True), answer.status_code)


class TestTables:
    def test_the_source_says_what_it_has_and_one_is_chosen(self, steward: Browser, source: HarvestSource) -> None:
        answer = steward.send(TABLES, f"{TABLES}/list")
        page = read(answer.get_data(as_text=True))
        assert "Nguồn kể ra 1 bảng" in page.words
        assert "đang lấy" in page.words
        chosen = steward.open(f"{TABLES}?locator=khac.csv")
        assert chosen.one("textarea", name="locator").words() == "khac.csv"

    def test_a_source_that_does_not_answer_says_so(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        with parts.store.write() as transaction:
            transaction.put_source(replace(source, options={"path": "/khong-co"}))
        assert "không mở được thư mục" in steward.send(TABLES, f"{TABLES}/list").text

    def test_a_table_goes_into_a_new_dataset_that_nobody_sees_yet(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        page = add(
            steward,
            locator="nha-thuoc.csv",
            schema=CLINIC_SCHEMA.name,
            dataset="nha-thuoc",
            title="Nhà thuốc",
            theme="y-te",
        )
        assert "nha-thuoc.csv" in page.words
        with parts.store.read() as reader:
            dataset = reader.dataset("nha-thuoc")
        assert (dataset.status, dataset.title) == (DatasetStatus.DRAFT, "Nhà thuốc")
        assert [table.locator for table in stored(parts, source.name).tables][-1] == "nha-thuoc.csv"

    def test_what_is_missing_is_told_beside_its_field(self, steward: Browser, source: HarvestSource) -> None:
        for fields, wrong in (
            ({}, "locator"),
            ({"locator": "a.csv"}, "schema"),
            ({"locator": "a.csv", "schema": CLINIC_SCHEMA.name}, "dataset"),
            ({"locator": "a.csv", "schema": CLINIC_SCHEMA.name, "dataset": "Nhà Thuốc"}, "dataset"),
            ({"locator": "a.csv", "schema": CLINIC_SCHEMA.name, "dataset": "bo-moi"}, "theme"),
        ):
            page = add(steward, **fields)
            assert page.status == 400
            assert page.one("p", id=f"{wrong}-error").words()
            assert page.one("textarea", name="locator").words() == fields.get("locator", "")

    def test_a_dataset_of_another_organization_is_never_filled(
        self, steward: Browser, administrator: Browser, parts: Parts, source: HarvestSource, others: HarvestSource
    ) -> None:
        theirs = example_dataset("ngan-sach-tinh", "Ngân sách tỉnh", organization_id=FINANCE.id)
        with parts.store.write() as transaction:
            transaction.put_dataset(theirs, parts.clock())
        for browser in (steward, administrator):
            page = add(browser, locator="a.csv", schema=CLINIC_SCHEMA.name, dataset=theirs.name)
            assert page.status == 400
            assert "đã thuộc cơ quan khác" in page.words
            assert theirs.title not in page.html
        assert stored(parts, source.name) == source

    def test_a_table_is_harvested_no_longer(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        steward.send(TABLES, f"{TABLES}/remove", key=source.tables[0].key)
        assert stored(parts, source.name).tables == ()
        with parts.store.read() as reader:
            assert reader.dataset(CLINICS.name).name == CLINICS.name

    def test_stewards_of_others_may_not(self, steward: Browser, source: HarvestSource, others: HarvestSource) -> None:
        token = steward.token(steward.open(TABLES))
        there = f"/admin/source/{others.name}/tables"
        assert steward.get(there).status_code == 404
        for address in (there, f"{there}/list", f"{there}/remove"):
            assert steward.post(address, {"csrf": token}).status_code == 404


class TestSchedule:
    def test_the_next_three_times_show_before_anything_is_saved(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        answer = steward.send(SCHEDULE, SCHEDULE, do="show", cron="30 2 * * 1", quiet_hours="", frequency="monthly")
        page = read(answer.get_data(as_text=True))
        assert "Ba lần tới nếu lưu:" in page.words
        times = [element.words() for element in page.all("li") if "/2026" in element.words()]
        assert [time[:16] for time in times] == ["15:30 01/11/2026", "02:30 02/11/2026", "02:30 09/11/2026"]
        assert stored(parts, source.name) == source

    def test_it_is_saved(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        page = steward.open(SCHEDULE)
        seen = page.one("input", name="seen").attributes["value"]
        answer = steward.send(SCHEDULE, SCHEDULE, seen=seen, frequency="daily", cron="", quiet_hours="7-17")
        assert answer.status_code == 303
        assert stored(parts, source.name) == replace(source, frequency=Frequency.DAILY, quiet_hours="7-17")

    def test_what_cannot_be_read_is_told_beside_its_field(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        answer = steward.send(SCHEDULE, SCHEDULE, do="show", cron="hom-nay")
        asked = read(answer.get_data(as_text=True), answer.status_code)
        assert asked.status == 400
        assert "không phải biểu thức cron" in asked.one("p", id="cron-error").words()
        seen = steward.open(SCHEDULE).one("input", name="seen").attributes["value"]
        sent = steward.send(SCHEDULE, SCHEDULE, seen=seen, frequency="daily", cron="", quiet_hours="ban-ngay")
        page = read(sent.get_data(as_text=True), sent.status_code)
        assert page.status == 400
        assert page.one("input", name="quiet_hours").attributes["value"] == "ban-ngay"
        assert stored(parts, source.name) == source

    def test_the_slower_of_two_is_told(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        seen = steward.open(SCHEDULE).one("input", name="seen").attributes["value"]
        with parts.store.write() as transaction:
            transaction.put_source(replace(source, title="Khác"))
        assert steward.send(SCHEDULE, SCHEDULE, seen=seen, frequency="daily").status_code == 409

    def test_a_paused_source_shows_when_it_would_run(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        with parts.store.write() as transaction:
            transaction.put_source(replace(source, enabled=False))
        page = steward.open(SCHEDULE)
        assert "Nguồn đang tạm dừng" in page.words
        assert "Ba lần tới:" in page.words
