"""The form of a source, filled in as somebody with a browser does."""

from __future__ import annotations

from catalog.sources import HarvestSource
from portal.wiring import Parts
from tests.portal.admin.browser import Browser
from tests.portal.pages.page import Page, read

_TEXTS = ("title", "name", "notify_email", "notify_webhook", "seen")


def stored(parts: Parts, name: str) -> HarvestSource:
    with parts.store.read() as reader:
        return reader.source(name)


def fields_of(page: Page, **changes: str) -> dict[str, str]:
    """What a browser sends of the form of a source, some fields filled in otherwise; ``option__url`` is option.url."""
    inputs = [item for item in page.all("input") if "name" in item.attributes]
    wanted = [
        item for item in inputs if item.attributes["name"].startswith("option.") or item.attributes["name"] in _TEXTS
    ]
    values = {item.attributes["name"]: item.attributes.get("value", "") for item in wanted}
    chosen = [item.attributes["value"] for item in page.all("option", selected="")]
    values["organization"] = next((value for value in chosen if value.startswith("so-")), "so-y-te")
    return values | {name.replace("__", "."): value for name, value in changes.items()}


def send_form(browser: Browser, address: str, do: str = "save", **changes: str) -> Page:
    """Open the form, fill it in, send it; the page that comes of it."""
    page = browser.open(address)
    fields = fields_of(page, **changes) | {"csrf": browser.token(page), "do": do}
    answer = browser.post(address, fields)
    if answer.status_code == 303:
        return browser.open(answer.headers["Location"])
    return read(answer.get_data(as_text=True), answer.status_code)
