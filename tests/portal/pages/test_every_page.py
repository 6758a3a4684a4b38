"""What holds for every page: one heading, landmarks, a language, no inline code, nothing from elsewhere."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.vocabularies import THEMES
from portal.pages.assets import STATIC
from portal.wiring import Parts
from tests.portal.pages.page import get

ADDRESSES = [
    "/",
    "/datasets",
    "/datasets?q=y+te",
    "/dataset/co-so-kham-chua-benh",
    "/dataset/co-so-ban-le-thuoc",
    "/dataset/nhan-luc-y-te",
    "/dataset/co-so-kham-chua-benh/versions/co-so-kham-chua-benh-bang/1",
    "/dataset/co-so-kham-chua-benh/versions/co-so-kham-chua-benh-bang/1/report",
    "/organizations",
    "/organization/so-y-te",
    "/organization/so-thong-tin-va-truyen-thong",
    "/sources",
    "/source/csdl-so-y-te",
    "/schemas",
    "/schema/co-so-kham-chua-benh",
    "/code-list/xa-thanh-hoa",
    "/about",
    "/help",
    "/help/lap-trinh-vien",
    "/admin/sign-in",
    "/khong-co-trang-nay",
]
TEMPLATES = Path(STATIC).parent / "templates"


@pytest.mark.parametrize("address", [*ADDRESSES, *(f"/en{address}" for address in ADDRESSES)])
def test_a_page_has_an_outline_a_reader_can_follow(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("a")[0].attributes["href"] == "#noi-dung"
    assert page.one("title").words()
    assert page.one("meta", name="description").attributes["content"]
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert all(table.text.strip() for table in page.all("caption"))
    assert len(page.all("caption")) == len(page.all("table")) or "/help/" in address


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_for_nothing_from_elsewhere_and_carries_no_inline_code(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    for element in page.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        if element.tag in ("script", "img", "use", "source", "iframe"):
            loaded = element.attributes.get("src") or element.attributes.get("href") or ""
            assert loaded.startswith("/static/") or element.attributes.get("type") == "application/ld+json"
    assert not page.all("style")


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_local_links_lead_somewhere(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    for link in sorted(set(page.links.values())):
        if link.startswith("/") and not link.startswith(("/en/", "/download/")):
            with client.get(link) as answer:
                assert answer.status_code in (200, 301, 303, 308), f"{address} → {link}"


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_anchors_stand_on_their_page(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    ids = {element.attributes["id"] for element in page.elements if "id" in element.attributes}
    anchors = {link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"].startswith("#")}
    assert anchors <= ids


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_first_page_weighs_little(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    assets = sum((STATIC / name).stat().st_size for name in ("portal.css", "suggest.js", "small_things.js"))
    assert len(page.html.encode()) + assets < 120_000  # before compression; about a quarter of it over the wire


def test_static_addresses_carry_the_hash_of_their_content(client: FlaskClient) -> None:
    address = get(client, "/").one("link", rel="stylesheet").attributes["href"]
    assert re.fullmatch(r"/static/portal\.css\?v=[0-9a-f]{12}", address)
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.cache_control.max_age == 31_536_000


def test_the_sprite_has_every_symbol_that_pages_use() -> None:
    symbols = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text()))
    used = {theme.icon for theme in THEMES.values()}
    for template in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'icon\("([a-z]+)"', template.read_text()))
    assert used <= symbols


def test_colours_come_from_tokens_only() -> None:
    style = (STATIC / "portal.css").read_text()
    rules = style[style.index("/* --- elements") :].split("@media print")[0]
    strays = set(re.findall(r"#[0-9a-f]{3,6}\b", rules))
    assert strays == set()


def test_texts_of_the_catalogue_are_escaped(client: FlaskClient, parts: Parts) -> None:
    page = get(client, "/datasets?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "&lt;script&gt;alert(1)" in page.html
    assert "<script>alert" not in page.html
