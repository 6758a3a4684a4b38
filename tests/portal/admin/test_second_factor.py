"""Turning a second factor on and off, and signing in with it, as a browser sees it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask

from portal.wiring import Parts
from tests.catalog.persons import PASSWORD
from tests.portal.admin.browser import Browser, Hand

PAGE = "/admin/account/second-factor"


@pytest.fixture
def telephone(browser: Browser, clock: Hand) -> pyotp.TOTP:
    """Lan's, after she turned the second factor on and a minute passed."""
    browser.sign_in()
    page = browser.open(PAGE)
    address = page.links["mở bằng ứng dụng xác thực"]
    telephone = pyotp.parse_uri(address)
    assert isinstance(telephone, pyotp.TOTP)
    assert page.one("code", class_="key").words().replace(" ", "") == parse_qs(urlsplit(address).query)["secret"][0]
    offer = page.one("input", name="offer").attributes["value"]
    fields = {"csrf": browser.token(page), "offer": offer, "code": telephone.at(clock.now), "current": PASSWORD}
    assert browser.post(f"{PAGE}/on", fields).headers["Location"] == "/admin/account"
    clock.now += timedelta(minutes=1)
    return telephone


def test_a_code_of_the_telephone_is_asked_for_from_then_on(app: Flask, telephone: pyotp.TOTP, clock: Hand) -> None:
    assert Browser(app).sign_in().status_code == 400
    assert Browser(app).sign_in(code="123456").status_code == 400
    code = telephone.at(clock.now)
    assert Browser(app).sign_in(code=code).status_code == 303
    assert Browser(app).sign_in(code=code).status_code == 400, "a code opens once"


def test_it_can_be_turned_off_again(browser: Browser, app: Flask, telephone: pyotp.TOTP, clock: Hand) -> None:
    assert "Đang bật từ 01/11/2026" in browser.open("/admin/account").words
    wrong = browser.send(PAGE, f"{PAGE}/off", code="123456", current=PASSWORD)
    assert wrong.status_code == 400
    assert "Mã không đúng" in wrong.text
    browser.send(PAGE, f"{PAGE}/off", code=telephone.at(clock.now), current=PASSWORD)
    assert "Chưa bật" in browser.open("/admin/account").words
    assert Browser(app).sign_in().status_code == 303


def test_a_wrong_code_keeps_the_key_that_was_offered(browser: Browser) -> None:
    browser.sign_in()
    page = browser.open(PAGE)
    key, offer = page.one("code", class_="key").words(), page.one("input", name="offer").attributes["value"]
    fields = {"csrf": browser.token(page), "offer": offer, "code": "123456", "current": PASSWORD}
    answer = browser.post(f"{PAGE}/on", fields)
    assert answer.status_code == 400
    assert key in answer.text


@pytest.mark.parametrize(
    "offer", ["", "plain", "enc:1:xx", "ISTSGYHIDMVUSWSC3XOIE5W26SPANOL6", "${DULIEUMO_SECRET_KEY}"]
)
def test_an_offer_of_somebody_elses_is_not_taken(browser: Browser, app: Flask, parts: Parts, offer: str) -> None:
    thief = Browser(app)
    thief.sign_in("quan-tri")
    offers = (offer, thief.open(PAGE).one("input", name="offer").attributes["value"])
    browser.sign_in()
    for planted in offers:
        page = browser.open(PAGE)
        code = pyotp.TOTP("ISTSGYHIDMVUSWSC3XOIE5W26SPANOL6").at(parts.clock())
        fields = {"csrf": browser.token(page), "offer": planted, "code": code, "current": PASSWORD}
        assert browser.post(f"{PAGE}/on", fields).status_code == 400
    with parts.store.read() as reader:
        assert reader.second_factor(reader.user("lan").id) is None


def test_the_key_is_stored_and_told_nowhere_in_the_clear(parts: Parts, telephone: pyotp.TOTP) -> None:
    with parts.store.read() as reader:
        factor = reader.second_factor(reader.user("lan").id)
        events = reader.audit()
    assert factor is not None
    assert telephone.secret not in factor.secret
    assert telephone.secret not in str(events)
    assert factor.secret not in repr(factor)
