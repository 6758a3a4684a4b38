"""What visitors may send and what a catalogue may hold: no page breaks, none runs what it shows."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient

from catalog.dictionary import TableSchema
from catalog.model import ContactPoint, Distribution, DistributionId, stable_id
from portal.app import create_app
from portal.wiring import Parts
from tests.catalog.examples import clinic_descriptor, example_dataset, example_source
from tests.portal.pages.page import Page, get
from tests.portal.sample import describe_source, harvest_and_deliver, open_sample_parts

HOSTILE = (
    "</script></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{7*7}}]]>--><!-- العربية &amp; <u>x</u>"
    "\r\n# Đề mục\n[x](javascript:alert(1)) <svg/onload=alert(1)> " + "W" * 800
)
CELL = "=cmd|'/C calc'!A0 </script><script>alert(1)</script>"
ROWS = f'ma,ten,ma_xa,giuong\n38001,"{CELL}",14797,1200\n38002,-1+1,15853,5\n'
PAGES = (
    "/",
    "/datasets",
    "/datasets?q=script",
    "/dataset/doc",
    "/dataset/doc?find=script",
    "/dataset/doc/versions/doc-bang/1",
    "/organizations",
    "/sources",
    "/source/nguon-doc",
    "/schemas",
    "/schema/co-so-kham-chua-benh",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A dataset whose every text wants to be more than text, brought in and published the usual way."""
    home = tmp_path_factory.mktemp("doc")
    parts = open_sample_parts(home)
    descriptor = clinic_descriptor(title=HOSTILE, titleEn=HOSTILE, description=HOSTILE)
    descriptor["fields"][1].update(title=HOSTILE, titleEn=HOSTILE, description=HOSTILE)
    table = Distribution(
        id=DistributionId(stable_id("distribution", "doc")),
        name="doc-bang",
        title=HOSTILE,
        title_en=HOSTILE,
        description=HOSTILE,
        schema_name="co-so-kham-chua-benh",
    )
    texts = dict.fromkeys(
        ("title_en", "description", "description_en", "source_database", "legal_basis", "register_item", "spatial"),
        HOSTILE,
    )
    contact = ContactPoint(HOSTILE, '"><script>alert(1)</script>@x.example', '"><script>alert(1)</script>')
    dataset = example_dataset(
        "doc", HOSTILE, **texts, keywords=(HOSTILE[:120], 'a"b'), contact=contact, distributions=(table,)
    )
    source = replace(example_source("nguon-doc", dataset), title=HOSTILE, description=HOSTILE)
    source = describe_source(
        parts,
        source,
        dataset,
        schema=TableSchema.from_descriptor(descriptor),
        folder=home / "departments" / "nguon",
        files={"doc-bang.csv": ROWS},
    )
    harvest_and_deliver(parts, source)
    yield parts
    parts.store.close()


@pytest.mark.parametrize("address", [*PAGES, *(f"/en{address}" for address in PAGES)])
def test_texts_of_the_catalogue_stay_texts(hostile: Parts, address: str) -> None:
    page = get(create_app(hostile).test_client(), address)
    assert page.status == 200
    assert "alert(1)" in page.html
    _expect_nothing_active(page)
    for block in page.all("script", type="application/ld+json"):
        assert HOSTILE.split("\r")[0] in json.loads(block.text)["name"]


def _expect_nothing_active(page: Page) -> None:
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.tag not in ("img", "iframe", "object", "embed", "u")
        assert element.tag != "svg" or element.attributes["class"].startswith("icon")
        assert not re.match(r"\s*(javascript|data|vbscript):", element.attributes.get("href", ""), re.IGNORECASE)
        if element.tag == "script":
            kind = element.attributes.get("type")
            assert kind == "application/ld+json" or element.attributes["src"].startswith("/static/")


_PIECES = (
    *(b"q sort page find table desc theme organization format level keyword license frequency _fields".split()),
    *(b"= & ; %00 %ff %ed%a0%80 %e2%80%ae %27 %22 ( ) [ ] { } * ? ~ ^ : + - \\ / // | ! AND OR NOT NEAR".split()),
    *(b"-1 0 1 1e9 99999999999999999999 NaN null true open internal relevance title y-te csv %0d%0aX:y".split()),
    "đường Đông Tiến ế ́ \u202e \u200b 🚌".encode(),
    b"A" * 3000,
)


def _random_questions(count: int) -> Iterator[str]:
    chance = random.Random(20261122)
    for _ in range(count):
        raw = b"".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 9)))
        yield quote_from_bytes(raw, safe="=&%;+/?:@!$'()*,~[]{}|\\^")


def test_no_question_breaks_a_page(client: FlaskClient) -> None:
    addresses = ("/datasets", "/dataset/co-so-kham-chua-benh", "/suggest", "/en/datasets")
    for number, question in enumerate(_random_questions(400)):
        address = f"{addresses[number % 4]}?{question}"
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "501", "1.5", "²", "١", "", "1&page=2"])
def test_an_odd_page_number_still_leads_to_a_page(client: FlaskClient, page: str) -> None:
    for address in ("/datasets", "/dataset/co-so-kham-chua-benh"):
        assert client.get(f"{address}?page={page}").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "GET\x00"])
def test_pages_are_only_read(client: FlaskClient, method: str) -> None:
    answer = client.open("/datasets", method=method, data=b"a" * 100)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_links_are_made_from_the_site_address_and_not_from_the_request(client: FlaskClient) -> None:
    headers = {"Host": "elsewhere.example", "X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Prefix": "/x"}
    for address in ("/", "/datasets", "/dataset/co-so-kham-chua-benh", "/khong-co", "/feed.atom", "/sitemap.xml"):
        answer = client.get(address, headers=headers)
        assert "elsewhere.example" not in answer.get_data(as_text=True), address
        assert "elsewhere.example" not in answer.headers.get("Location", "/")


@pytest.mark.parametrize(
    "path",
    ["../settings.py", "..%2fsettings.py", "%2e%2e/settings.py", "..\\settings.py", "/etc/passwd", "portal.css%00.py"],
)
def test_static_addresses_give_static_files_only(client: FlaskClient, path: str) -> None:
    with client.get(f"/static/{path}") as answer:
        assert answer.status_code in (308, 400, 404)
        assert b"class Settings" not in answer.data


@pytest.mark.parametrize("address", ["/en//elsewhere.example/x", "//elsewhere.example/x", "/en/%2f/elsewhere.example"])
def test_no_address_makes_a_page_link_to_another_site(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert not answer.headers.get("Location", "/").startswith(("//", "http://elsewhere"))
    assert 'href="//' not in answer.get_data(as_text=True)


def test_an_unexpected_fault_is_told_without_its_cause(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(parts)

    def fail() -> str:
        raise RuntimeError("mật khẩu của kho")

    monkeypatch.setitem(app.view_functions, "home.home", fail)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "mật khẩu" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)
