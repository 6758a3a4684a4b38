"""Help in both languages, the page about the portal, and the guide of pieces for those who build it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.pages.guides import HELP
from portal.wiring import Parts
from search.datasets.asking_fields import FIELD_NAMES
from tests.portal.pages.page import get


def test_help_is_listed_and_every_page_opens(client: FlaskClient) -> None:
    for index in ("/help", "/en/help"):
        listed = [link for link in get(client, index).links.values() if "/help/" in link]
        assert len(set(listed)) == len(list(HELP.glob("*.vi.md")))
        for address in set(listed):
            page = get(client, address)
            assert page.status == 200
            assert len(page.all("h2")) >= 3
            assert "{{" not in page.html


def test_every_help_page_exists_in_both_languages() -> None:
    assert {path.name.split(".")[0] for path in HELP.glob("*.vi.md")} == {
        path.name.split(".")[0] for path in HELP.glob("*.en.md")
    }


@pytest.mark.parametrize(
    "page", ["lap-trinh-vien", "co-quan", "nguoi-phu-trach", "tim-va-tai", "dieu-khoan", "hieu-so-lieu"]
)
def test_local_addresses_in_help_answer(client: FlaskClient, page: str) -> None:
    for language in ("", "/en"):
        for address in get(client, f"{language}/help/{page}").links.values():
            local = address.removeprefix("http://du-lieu.test")
            if local.startswith("/"):
                assert client.get(local).status_code == 200, local


def examples_of(help_page: str) -> list[str]:
    """What a page of help shows in the first column of its tables."""
    rows = [line for line in (HELP / help_page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [example for row in rows for example in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


@pytest.mark.parametrize(("help_page", "language"), [("tim-va-tai.vi.md", 0), ("tim-va-tai.en.md", 1)])
def test_help_names_every_field_that_a_question_may_have_and_no_other(help_page: str, language: int) -> None:
    taught = {name for example in examples_of(help_page) for name in re.findall(r"^([\w-]+):", example)}
    assert taught == {names[language] for names in FIELD_NAMES.values()}


def test_the_portal_explains_itself(client: FlaskClient) -> None:
    assert "Một số liệu tới đây bằng cách nào" in get(client, "/about").words


def test_the_styleguide_shows_the_pieces_only_to_builders(client: FlaskClient, parts: Parts) -> None:
    page = get(client, "/styleguide")
    assert page.status == 200
    assert {"search_box", "alert", "data_table", "timeline", "facets"} <= {head.words() for head in page.all("h2")}
    assert get(create_app(parts).test_client(), "/styleguide").status == 404
