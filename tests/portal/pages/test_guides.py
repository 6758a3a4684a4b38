"""Help in both languages, the page about the portal, and the guide of pieces for those who build it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.pages.guides import HELP
from portal.wiring import Parts
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


def test_the_portal_explains_itself(client: FlaskClient) -> None:
    assert "Một số liệu tới đây bằng cách nào" in get(client, "/about").words


def test_the_styleguide_shows_the_pieces_only_to_builders(client: FlaskClient, parts: Parts) -> None:
    page = get(client, "/styleguide")
    assert page.status == 200
    assert {"search_box", "alert", "data_table", "timeline", "facets"} <= {head.words() for head in page.all("h2")}
    assert get(create_app(parts).test_client(), "/styleguide").status == 404
