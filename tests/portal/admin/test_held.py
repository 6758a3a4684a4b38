"""Tables that the gate held, in the pages for operators: looked at, asked for by one person, decided by another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from catalog.sources import HarvestSource
from portal.wiring import Parts
from portal.worker import work
from tests.catalog.persons import add_steward
from tests.portal.admin.browser import Browser, settle
from tests.portal.pages.page import read
from tests.portal.sample import CLINIC_ROWS, harvest_and_deliver

TABLE = "co-so-kham-chua-benh-bang"
HERE = f"/admin/held/csdl-so-y-te/{TABLE}"
REASON = "Số điện thoại trực của trạm, đã công khai"


@pytest.fixture
def held(parts: Parts, source: HarvestSource) -> HarvestSource:
    """The source, its table held because a telephone number stands in it."""
    text = CLINIC_ROWS.replace("Trạm y tế Đông Tiến", "Trạm y tế (gọi 0912000111)")
    (Path(source.options["path"]) / f"{TABLE}.csv").write_text(text, encoding="utf-8")
    harvest_and_deliver(parts, source)
    return source


@pytest.fixture
def colleague(app: Flask, parts: Parts) -> Browser:
    """Signed in as ``hoa``, another steward of the department of health."""
    add_steward(parts.store, "hoa")
    settle(parts.store, "hoa")
    browser = Browser(app)
    browser.sign_in("hoa")
    return browser


def ask(browser: Browser, reason: str = REASON) -> str:
    return browser.send(HERE, f"{HERE}/request", reason=reason).headers.get("Location", "")


def test_it_says_why_without_showing_the_value(steward: Browser, held: HarvestSource) -> None:
    listed = steward.open("/admin/held")
    assert "Cơ sở khám chữa bệnh, giường bệnh" in listed.words
    assert "chưa ai đề nghị" in listed.words
    page = steward.open(HERE)
    assert "số điện thoại cá nhân" in page.one("ul", class_="issues").words()
    assert "0912000111" not in page.html
    assert "3 dòng" in page.words


def test_two_persons_release_it_and_it_is_published(
    steward: Browser, colleague: Browser, parts: Parts, held: HarvestSource
) -> None:
    assert "Đã ghi đề nghị" in steward.open(ask(steward)).words
    assert "chờ người thứ hai duyệt" in colleague.open("/admin/held").words
    page = colleague.open(HERE)
    assert REASON in page.words
    assert "lan đề nghị công bố" in page.words
    address = colleague.send(HERE, f"{HERE}/approve").headers["Location"]
    assert address.startswith("/admin/run/")
    work(parts, once=True)
    assert "Đã công bố bản mới" in colleague.open(address).words
    after = colleague.open(HERE)
    assert "không còn bị giữ" in after.words
    assert "hoa quyết định" in after.words
    with parts.store.read() as reader:
        told = [(event.actor, event.action) for event in reversed(reader.audit()) if "release" in event.action]
    assert told[:2] == [("lan", "release.request"), ("hoa", "release.approve")]


def test_who_asked_neither_sees_the_button_nor_may_approve(steward: Browser, held: HarvestSource) -> None:
    ask(steward)
    page = steward.open(HERE)
    forms = [form.attributes["action"] for form in page.all("form")]
    assert f"{HERE}/approve" not in forms
    assert f"{HERE}/refuse" in forms
    assert "Rút đề nghị" in page.words
    answer = steward.post(f"{HERE}/approve", {"csrf": steward.token(page)})
    assert answer.status_code == 400
    assert "Người duyệt phải khác người đề nghị" in answer.text


def test_a_request_is_refused_with_a_reason(steward: Browser, colleague: Browser, held: HarvestSource) -> None:
    ask(steward)
    answer = colleague.send(HERE, f"{HERE}/refuse", refusal="ngắn")
    assert answer.status_code == 400
    assert "ít nhất 10 ký tự" in answer.text
    page = colleague.open(
        colleague.send(HERE, f"{HERE}/refuse", refusal="Số này là số riêng của bác sĩ").headers["Location"]
    )
    assert "Đã từ chối; bảng vẫn bị giữ" in page.words
    assert "Số này là số riêng của bác sĩ" in page.words
    assert "Đề nghị công bố" in page.words, "one may ask again"


def test_a_short_reason_comes_back_with_what_was_written(steward: Browser, held: HarvestSource) -> None:
    answer = steward.send(HERE, f"{HERE}/request", reason="được mà")
    page = read(answer.get_data(as_text=True), answer.status_code)
    assert page.status == 400
    assert page.one("textarea", name="reason").words() == "được mà"


def test_a_personal_value_in_a_reason_is_masked(steward: Browser, held: HarvestSource) -> None:
    page = steward.open(ask(steward, "Gọi 0912000111 để hỏi thêm nhé"))
    assert "0912000111" not in page.html


def test_data_that_changed_meanwhile_are_not_approved(
    steward: Browser, colleague: Browser, parts: Parts, held: HarvestSource
) -> None:
    ask(steward)
    file = Path(held.options["path"]) / f"{TABLE}.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("0912000111", "0912000222"), encoding="utf-8")
    harvest_and_deliver(parts, held)
    token = colleague.token(colleague.open(HERE))
    answer = colleague.post(f"{HERE}/approve", {"csrf": token})
    assert answer.status_code == 409
    assert "đã đổi kể từ khi đề nghị" in answer.text


def test_stewards_of_others_see_nothing_of_it(
    steward: Browser, administrator: Browser, held: HarvestSource, others: HarvestSource
) -> None:
    """``lan`` is no steward of finance; nothing of finance is held, so its address is as good as any."""
    for address in (f"/admin/held/{others.name}/bang", "/admin/held/khong-co/bang"):
        assert steward.get(address).status_code == 404
        token = steward.token(steward.open(HERE))
        for act in ("request", "approve", "refuse"):
            assert steward.post(f"{address}/{act}", {"csrf": token, "reason": REASON}).status_code == 404
    assert "Cơ sở khám chữa bệnh" in administrator.open("/admin/held").words


def test_a_table_that_is_not_held_says_so(steward: Browser, parts: Parts, source: HarvestSource) -> None:
    assert steward.get(HERE).status_code == 404
    harvest_and_deliver(parts, source)
    assert "không còn bị giữ" in steward.open(HERE).words
    assert "Không có gì bị giữ" in steward.open("/admin/held").words


def test_it_reads_in_english(steward: Browser, held: HarvestSource) -> None:
    ask(steward)
    assert "Waiting for a second person" in steward.open("/en/admin/held").words
    assert "Withdraw the request" in steward.open(f"/en{HERE}").words
