"""What stands before every page for operators, those that will be added too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing.converters import NumberConverter

from catalog.people import Action
from portal.admin.guard import rule_of
from portal.wiring import Parts
from tests.catalog.persons import ANOTHER_PASSWORD, PASSWORD
from tests.portal.admin.browser import SIGN_IN, Browser
from tests.portal.pages.page import read

OPEN = {"admin.sign_in.sign_in", "admin.sign_in.enter", "admin.sign_in.sign_out"}


def admin_rules(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address of every view for operators."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            values = {name: 1 if isinstance(kind, NumberConverter) else "x" for name, kind in rule._converters.items()}
            built = rule.build(values, append_unknown=False)
            assert built is not None
            found += [(rule.endpoint, method, built[1]) for method in sorted(rule.methods or ())]
    return found


def test_every_view_says_who_may_ask(app: Flask) -> None:
    unsaid = {endpoint for endpoint, _, _ in admin_rules(app) if rule_of(app.view_functions[endpoint]) is None}
    assert unsaid == set()
    for_everybody = {
        endpoint for endpoint, _, _ in admin_rules(app) if not isinstance(rule_of(app.view_functions[endpoint]), Action)
    }
    assert for_everybody == OPEN


def test_nothing_is_shown_or_changed_before_signing_in(app: Flask) -> None:
    for endpoint, method, address in admin_rules(app):
        if endpoint not in OPEN:
            answer = Browser(app).client.open(address, method=method)
            assert answer.status_code == 303, f"{method} {address}"
            assert answer.headers["Location"].startswith(SIGN_IN)
            assert "Nguyễn" not in answer.text


def test_nothing_is_changed_without_the_token_of_the_session(app: Flask, browser: Browser) -> None:
    browser.sign_in("quan-tri")
    stranger = Browser(app)
    foreign = stranger.token(stranger.open(SIGN_IN))
    own = browser.token(browser.open("/admin/account"))
    other = Browser(app)
    other.sign_in("lan")
    of_another_session = other.token(other.open("/admin/account"))
    changed = own[:-1] + ("0" if own[-1] != "0" else "1")
    for endpoint, method, address in admin_rules(app):
        if method in ("GET", "HEAD", "OPTIONS"):
            continue
        for token in ("", ".", "é.é", foreign, of_another_session, changed, own.partition(".")[2], f"x{own}"):
            answer = browser.client.open(address, method=method, data={"csrf": token})
            assert answer.status_code == 400, f"{endpoint} {token}"
            assert "chưa có gì thay đổi" in answer.text
        answer = browser.client.open(
            address, method=method, data={"csrf": own}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 400
    assert browser.open("/admin/account").status == 200, "nobody was signed out"


def test_a_token_may_come_in_a_header_and_is_never_twice_the_same(browser: Browser) -> None:
    browser.sign_in()
    one, two = (browser.token(browser.open("/admin/account")) for _ in range(2))
    assert one != two
    assert browser.post("/admin/sign-out", None, **{"X-CSRF-Token": one}).status_code == 303


def test_a_sign_in_form_of_another_site_is_refused(browser: Browser, app: Flask) -> None:
    attacker = Browser(app)
    token = attacker.token(attacker.open(SIGN_IN))
    browser.open(SIGN_IN)
    answer = browser.post(SIGN_IN, {"csrf": token, "name": "lan", "password": PASSWORD})
    assert answer.status_code == 400
    assert browser.cookie() == ""
    without_cookies = Browser(app)
    assert without_cookies.post(SIGN_IN, {"csrf": token, "name": "lan", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("address", [SIGN_IN, "/admin/", "/admin/account", "/en/admin/account"])
def test_pages_are_kept_by_no_cache_and_read_by_no_other_site(browser: Browser, address: str) -> None:
    browser.sign_in()
    for asked in (browser.get(address), Browser(browser.client.application).get(address)):
        headers = asked.headers
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Cookie" in headers["Vary"]
        assert headers["X-Robots-Tag"] == "noindex"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_public_pages_know_nothing_of_sessions(browser: Browser) -> None:
    browser.sign_in()
    answer = browser.get("/about")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Nguyễn Thị Lan" not in answer.text


def test_a_view_that_says_nothing_or_asks_for_more_is_refused(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    from flask import Blueprint

    from portal import admin
    from portal.admin.guard import requires

    extra = Blueprint("extra", "extra")

    def told(words: str) -> Callable[[], str]:
        return lambda: words

    forgotten: Any = told("quên khai")
    extra.add_url_rule("/forgotten", "forgotten", forgotten)
    extra.add_url_rule("/users", "users", requires(Action.USER_EDIT)(told("người dùng")))

    class Page:
        pages = extra

    monkeypatch.setattr(admin, "_PAGES", (*admin._PAGES, Page))
    from portal.app import create_app

    browser = Browser(create_app(parts))
    browser.sign_in("lan")
    assert browser.get("/admin/forgotten").status_code == 403
    refused = browser.get("/admin/users")
    assert refused.status_code == 403
    assert "Bạn không có quyền vào trang này" in refused.text
    assert refused.headers["Cache-Control"] == "no-store"
    administrator = Browser(browser.client.application)
    administrator.sign_in("quan-tri")
    assert administrator.get("/admin/users").text == "người dùng"
    assert administrator.get("/admin/forgotten").status_code == 403


@pytest.mark.parametrize("name", ["lan", "quan-tri"])
def test_the_menu_leads_to_pages_that_may_be_seen(browser: Browser, name: str) -> None:
    browser.sign_in(name)
    page = browser.open("/admin/")
    own = {link: address for link, address in page.links.items() if address.startswith("/admin/")}
    menu = {link: address for link, address in own.items() if address != SIGN_IN}
    assert menu.keys() >= {"Tổng quan", "Tài khoản của tôi"}
    for link, address in menu.items():
        assert browser.get(address).status_code == 200, link
    assert page.one("a", aria_current="page").words() == "Tổng quan"


class TestAccount:
    def change(self, browser: Browser, current: str = PASSWORD, new: str = ANOTHER_PASSWORD, again: str = "") -> Any:
        account = "/admin/account"
        return browser.send(account, account, current=current, new=new, again=again or new)

    def test_who_has_a_password_of_somebody_elses_changes_it_first(self, browser: Browser) -> None:
        browser.sign_in("moi")
        assert browser.get("/admin/").headers["Location"] == "/admin/account"
        assert "Hãy đặt mật khẩu của riêng bạn" in browser.open("/admin/account").words
        before = browser.cookie()
        answer = self.change(browser)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/account?changed=1")
        assert browser.cookie() != before
        assert "Đã đổi mật khẩu" in browser.open("/admin/account?changed=1").words
        assert browser.open("/admin/").status == 200

    def test_other_browsers_are_signed_out(self, browser: Browser, app: Flask) -> None:
        elsewhere = Browser(app)
        elsewhere.sign_in()
        browser.sign_in()
        assert len(browser.open("/admin/account").words.split("203.0.113.7")) == 3
        self.change(browser)
        assert browser.open("/admin/").status == 200
        assert elsewhere.get("/admin/").status_code == 303

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"current": "sai"}, "Mật khẩu hiện tại không đúng"),
            ({"new": "ngan"}, "ít nhất 12 ký tự"),
            ({"new": "matkhau123456"}, "dễ đoán"),
            ({"new": PASSWORD}, "phải khác mật khẩu hiện tại"),
            ({"again": "khong giong nhau"}, "không giống nhau"),
        ],
    )
    def test_what_is_wrong_is_told_beside_the_field(self, browser: Browser, fields: dict[str, str], words: str) -> None:
        browser.sign_in()
        answer = self.change(browser, **fields)
        page = read(answer.get_data(as_text=True))
        assert answer.status_code == 400
        (wrong,) = page.all("input", aria_invalid="true")
        (told,) = page.all("p", class_="error")
        assert words in told.words()
        assert told.attributes["id"] in wrong.attributes["aria-describedby"]
        assert all(value not in answer.text for value in (*fields.values(), PASSWORD) if value != "ngan")

    def test_guessing_the_present_password_is_stopped(self, browser: Browser) -> None:
        browser.sign_in()
        told = [self.change(browser, current="sai").status_code for _ in range(12)]
        assert told == [400] * 10 + [429] * 2

    def test_names_are_escaped(self, browser: Browser, parts: Parts) -> None:
        with parts.store.write() as transaction:
            lan = transaction.user("lan")
            transaction.put_user(replace(lan, full_name="<script>alert(1)</script>", email="<b>@x.vn"))
        browser.sign_in()
        for address in ("/admin/", "/admin/account", "/en/admin/account"):
            page = browser.open(address)
            assert "<script>alert" not in page.html
            assert "<b>" not in page.html
