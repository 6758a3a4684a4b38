"""Signing in and out as a browser sees it: cookies, limits, addresses to return to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from catalog.managing_people import disable_user
from portal.app import create_app
from portal.wiring import Parts
from tests.catalog.examples import NOW
from tests.catalog.persons import PASSWORD
from tests.portal.admin.browser import SIGN_IN, Browser, Hand
from tests.portal.pages.page import read


def words(answer: TestResponse) -> str:
    return read(answer.get_data(as_text=True)).words


def cookies_of(answer: TestResponse, name: str) -> list[str]:
    return [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]


def test_who_signs_in_comes_to_the_overview(browser: Browser) -> None:
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    page = browser.open("/admin/")
    assert page.status == 200
    assert "Nguyễn Thị Lan" in page.one("h1").words()
    assert "Phụ trách dữ liệu – Sở Y tế" in page.words


def test_the_pages_are_in_english_too(browser: Browser) -> None:
    assert "Data steward – Department of Health" in (browser.sign_in(), browser.open("/en/admin/"))[1].words
    answer = Browser(browser.client.application).send(
        "/en/admin/sign-in", "/en/admin/sign-in", name="lan", password="x"
    )
    assert "The name, the password or the code is wrong" in words(answer)


def test_a_wrong_password_is_told_on_the_form_which_keeps_the_name(browser: Browser) -> None:
    answer = browser.sign_in(password="sai mat khau")
    page = read(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng" in page.words
    assert page.one("input", name="name").attributes["value"] == "lan"
    assert page.one("input", name="password").attributes["value"] == ""
    assert browser.cookie() == ""


def test_cookies_over_http_are_for_this_site_and_no_script(browser: Browser) -> None:
    (cookie,) = cookies_of(browser.sign_in(), "dulieumo")
    assert cookie.split("; ", 1)[1] == "HttpOnly; Path=/; SameSite=Lax"


def test_cookies_over_https_are_bound_to_the_host(parts: Parts) -> None:
    settings = parts.settings.model_copy(update={"site_url": "https://du-lieu.test"})
    browser = Browser(create_app(replace(parts, settings=settings)), site="https://du-lieu.test")
    told = [
        *cookies_of(browser.get(SIGN_IN), "__Host-dulieumo-form"),
        *cookies_of(browser.sign_in(), "__Host-dulieumo"),
    ]
    assert [cookie.split("; ", 1)[1] for cookie in told] == ["Secure; HttpOnly; Path=/; SameSite=Lax"] * 2
    assert browser.get("/admin/").status_code == 200
    (ended,) = cookies_of(browser.sign_out(), "__Host-dulieumo")
    assert "Max-Age=0" in ended
    assert "Secure" in ended


def test_a_planted_session_is_never_the_one_that_is_signed_in(browser: Browser, app: Flask) -> None:
    browser.client.set_cookie("dulieumo", "chosen-by-an-attacker")
    browser.sign_in()
    assert browser.cookie() not in ("", "chosen-by-an-attacker")
    attacker = Browser(app, "198.51.100.9")
    attacker.client.set_cookie("dulieumo", "chosen-by-an-attacker")
    assert attacker.get("/admin/").status_code == 303


def test_signing_in_again_ends_the_session_before(browser: Browser, app: Flask) -> None:
    browser.sign_in()
    first = browser.cookie()
    other = Browser(app)
    page = other.open(SIGN_IN)
    other.client.set_cookie("dulieumo", first)
    other.client.set_cookie("dulieumo", "")
    assert browser.get(SIGN_IN).headers["Location"] == "/admin/", "who is in needs no form"
    assert other.post(SIGN_IN, {"csrf": other.token(page), "name": "lan", "password": PASSWORD}).status_code == 303
    assert browser.cookie() == first
    assert browser.open("/admin/").status == 200, "another browser's sign-in is another session"


def test_signing_out_ends_the_session_even_for_a_copy_of_its_cookie(browser: Browser, app: Flask) -> None:
    browser.sign_in()
    copied = browser.cookie()
    answer = browser.sign_out()
    assert (answer.status_code, answer.headers["Location"]) == (303, SIGN_IN)
    assert browser.cookie() == ""
    thief = Browser(app)
    thief.client.set_cookie("dulieumo", copied)
    assert thief.get("/admin/").status_code == 303


def test_sessions_end_when_idle_and_when_old(browser: Browser, clock: Hand) -> None:
    browser.sign_in()
    clock.now = NOW + timedelta(minutes=59)
    assert browser.get("/admin/").status_code == 200
    clock.now = NOW + timedelta(minutes=59 + 60)
    assert browser.get("/admin/").headers["Location"].startswith(SIGN_IN)


def test_who_is_made_inactive_is_out_at_the_next_request(browser: Browser, parts: Parts) -> None:
    browser.sign_in()
    disable_user(parts.store, "lan", actor="test", at=NOW)
    assert browser.get("/admin/").status_code == 303
    assert browser.sign_in().status_code == 400


def test_guessing_is_stopped_in_every_process_and_only_for_a_while(app: Flask, parts: Parts, clock: Hand) -> None:
    told = [
        Browser(create_app(parts), f"198.51.100.{count}").sign_in(password="sai").status_code for count in range(12)
    ]
    assert told == [400] * 10 + [429] * 2
    refused = Browser(app).sign_in()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert "Hãy chờ 15 phút" in words(refused)
    assert Browser(app).sign_in("quan-tri").status_code == 303, "others are not concerned"
    clock.now = NOW + timedelta(minutes=16)
    assert Browser(app).sign_in().status_code == 303


def test_a_browser_that_was_in_before_is_not_kept_out_by_others(app: Flask) -> None:
    own = Browser(app)
    own.sign_in("lan")
    own.sign_out()
    for count in range(11):
        Browser(app, f"198.51.100.{count}").sign_in(password="sai")
    assert Browser(app).sign_in().status_code == 429
    assert own.sign_in().status_code == 303
    own.sign_out()
    for count in range(11):
        Browser(app, f"198.51.100.{count}").sign_in("quan-tri", "sai")
    assert own.sign_in("quan-tri").status_code == 429, "it is known for one account, not for all"
    thief = Browser(app)
    thief.client.set_cookie("dulieumo-known", own.cookie("dulieumo-known").replace(".", "x."))
    assert thief.sign_in("lan").status_code == 429


def test_the_address_that_counts_comes_from_as_many_proxies_as_are_set(parts: Parts) -> None:
    def limited_with(proxies: int, name: str) -> bool:
        settings = parts.settings.model_copy(update={"proxies": proxies})
        app = create_app(replace(parts, settings=settings))
        told = []
        for count in range(52):
            browser = Browser(app, "10.0.0.1")
            page = browser.open(SIGN_IN)
            fields = {"csrf": browser.token(page), "name": f"{name}-{count}", "password": "sai"}
            told.append(browser.post(SIGN_IN, fields, **{"X-Forwarded-For": f"203.0.113.{count}"}).status_code)
        return 429 in told

    assert limited_with(0, "a"), "without a proxy the header is anybody's"
    assert not limited_with(1, "b")


class TestAddressesToReturnTo:
    def test_one_returns_to_the_page_one_asked_for(self, browser: Browser) -> None:
        first = browser.get("/en/admin/account?a=1&b=2")
        assert first.headers["Location"] == f"/en{SIGN_IN}?next=/en/admin/account?a%3D1%26b%3D2"
        page = browser.open(first.headers["Location"])
        next_address = page.one("input", name="next").attributes["value"]
        assert browser.sign_in(next=next_address).headers["Location"] == "/en/admin/account?a=1&b=2"

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.test/admin/",
            "//evil.test/admin/",
            "/\\evil.test/admin",
            "/admin//evil.test",
            "/admin/\\..//evil.test",
            "/admin/\r\nSet-Cookie: a=b",
            "/administrator",
            "/datasets",
            "admin/",
            "javascript:alert(1)//admin/",
            "/admin/../../evil",
            "",
        ],
    )
    def test_no_address_leads_elsewhere(self, browser: Browser, address: str) -> None:
        page = browser.open(f"{SIGN_IN}?next={quote(address)}")
        assert page.all("input", name="next") == []
        location = browser.sign_in(next=address).headers["Location"]
        assert location == "/admin/"


def test_odd_input_is_an_answer_not_a_fault(browser: Browser) -> None:
    for name, password in (("\0", "x"), ("x" * 5000, "y" * 500_000), ("ﷺ", "\ud7ff"), ("lan", "")):
        assert browser.sign_in(name, password).status_code == 400
