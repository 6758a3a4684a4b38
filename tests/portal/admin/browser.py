"""Somebody with a browser: opens pages, fills in the forms that stand there, keeps cookies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Flask
from werkzeug.test import TestResponse

from catalog.ports import CatalogStore
from tests.catalog.examples import NOW
from tests.catalog.persons import ADDRESS, PASSWORD
from tests.portal.pages.page import Page, read

SIGN_IN = "/admin/sign-in"


def settle(store: CatalogStore, *names: str) -> None:
    """As if they had chosen their own passwords."""
    with store.write() as transaction:
        for name in names:
            transaction.put_user(replace(transaction.user(name), must_change_password=False))


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Browser:
    """One browser on one machine."""

    def __init__(self, app: Flask, address: str = ADDRESS, site: str = "http://localhost") -> None:
        self.client = app.test_client()
        self._from = {"REMOTE_ADDR": address}
        self._site = site

    def open(self, address: str, **headers: str) -> Page:
        answer = self.get(address, **headers)
        return read(answer.get_data(as_text=True), answer.status_code)

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, base_url=self._site, headers=headers, environ_overrides=self._from)

    def post(self, address: str, fields: dict[str, str] | None = None, **headers: str) -> TestResponse:
        return self.client.post(
            address, base_url=self._site, data=fields or {}, headers=headers, environ_overrides=self._from
        )

    def send(self, page_address: str, form_address: str, **fields: str) -> TestResponse:
        """Fill in the form of a page that goes to ``form_address``, hidden fields as they stand there."""
        page = self.open(page_address)
        assert form_address in [form.attributes["action"] for form in page.all("form")]
        return self.post(form_address, {"csrf": self.token(page)} | fields)

    def token(self, page: Page) -> str:
        """Of any form of the page: all of them are for the same session."""
        return page.all("input", name="csrf")[0].attributes["value"]

    def sign_in(self, name: str = "lan", password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.send(SIGN_IN, SIGN_IN, name=name, password=password, **fields)

    def sign_out(self) -> TestResponse:
        return self.send("/admin/account", "/admin/sign-out")

    def cookie(self, name: str = "dulieumo") -> str:
        found = self.client.get_cookie(name)
        return "" if found is None else found.value
