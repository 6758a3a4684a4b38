"""Feeds and sitemaps are well-formed whatever the titles hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from publishers.feeds import atom_feed, robots, sitemap, sitemap_index
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, NASTY, NASTY_PUBLISHED, published

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  # our own output


def test_the_feed_tells_what_was_published() -> None:
    feed = parsed(atom_feed("Cổng <dữ liệu>", [CLINICS_PUBLISHED, NASTY_PUBLISHED], LINKS, NOW))
    assert feed.findtext(ATOM + "title") == "Cổng <dữ liệu>"
    assert feed.findtext(ATOM + "updated") == "2026-11-01T08:30:15.250000+00:00"
    clinics, nasty = feed.findall(ATOM + "entry")
    assert clinics.findtext(ATOM + "id") == f"urn:uuid:{CLINICS_PUBLISHED.dataset.id}"
    assert clinics.findtext(f"{ATOM}author/{ATOM}name") == "Sở Y tế"
    files = clinics.findall(f"{ATOM}link[@rel='enclosure']")
    assert [item.get("length") for item in files] == ["1234", "5678", "999", "4321"]
    without_forbidden = NASTY.replace("\x00", "").replace("\x0b", "").replace("\ufffe", "")
    assert nasty.findtext(ATOM + "title") == without_forbidden.replace("\r", "\n")


def test_a_feed_without_entries_is_as_old_as_now() -> None:
    assert parsed(atom_feed("Cổng", [], LINKS, NOW)).findtext(ATOM + "updated") == "2026-11-02T00:00:00+00:00"


def test_what_was_never_published_is_no_news() -> None:
    never = published()
    never = replace(never, dataset=replace(never.dataset, issued=None, modified=None))
    assert parsed(atom_feed("Cổng", [never], LINKS, NOW)).findall(ATOM + "entry") == []


def test_sitemaps() -> None:
    page = parsed(sitemap([("https://dulieu.example/?a=1&b=2", NOW), ("https://dulieu.example/x", None)]))
    assert [item.findtext(SITEMAP + "loc") for item in page] == [
        "https://dulieu.example/?a=1&b=2",
        "https://dulieu.example/x",
    ]
    assert page[0].findtext(SITEMAP + "lastmod") == "2026-11-02T00:00:00+00:00"
    index = parsed(sitemap_index(2, LINKS))
    assert [item.findtext(SITEMAP + "loc") for item in index] == [
        "https://dulieu.example/sitemap-1.xml",
        "https://dulieu.example/sitemap-2.xml",
    ]


def test_robots_may_read_pages_and_find_the_sitemap() -> None:
    assert "Sitemap: https://dulieu.example/sitemap.xml" in robots(LINKS)
    assert "Disallow: /api/" in robots(LINKS)


@pytest.mark.parametrize(
    ("address", "open_to_robots"),
    [
        ("/", True),
        ("/en/", True),
        ("/datasets", True),
        ("/en/datasets", True),
        ("/dataset/ho-ngheo", True),
        ("/en/dataset/ho-ngheo", True),
        ("/organizations", True),
        ("/static/portal.css?v=0123", True),
        ("/datasets?theme=y-te", False),
        ("/en/datasets?page=2", False),
        ("/dataset/ho-ngheo?sort=ten&page=9", False),
        ("/en/dataset/ho-ngheo?sort=-ten", False),
        ("/suggest?q=tru", False),
        ("/api/v1/datasets", False),
    ],
)
def test_robots_walk_no_list_that_never_ends(address: str, open_to_robots: bool) -> None:
    rules = [line.removeprefix("Disallow: ") for line in robots(LINKS).splitlines() if line.startswith("Disallow: ")]
    shapes = [re.escape(rule).replace(r"\*", ".*") for rule in rules]
    assert open_to_robots is not any(re.match(shape, address) for shape in shapes)
