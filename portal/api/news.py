"""What changed, for readers of news, and what there is, for search engines."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.questions import SearchQuery, SearchSort
from catalog.reading import is_visible, published_datasets
from portal.api.answers import MINUTE, conditional, with_caching
from portal.context import links, parts, viewer
from publishers.feeds import SITEMAP_LIMIT, atom_feed, robots, sitemap, sitemap_index

news = Blueprint("news", __name__)

_ENTRIES = 50


@news.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """The datasets published last."""
    page = parts().index.search(SearchQuery(sort=SearchSort.MODIFIED, limit=_ENTRIES, marked=False, viewer=viewer()))
    with parts().store.read() as reader:
        newest = published_datasets(reader, [hit.dataset_id for hit in page.hits], viewer())
    text = atom_feed(parts().settings.site_title, newest, links(), parts().clock())
    return _answer(text, "application/atom+xml")


@news.get("/sitemap.xml")
def whole_sitemap() -> ResponseReturnValue:
    """All addresses, or an index of the sitemaps that hold them."""
    pages = _pages()
    if len(pages) <= SITEMAP_LIMIT:
        return _answer(sitemap(pages), "application/xml")
    return _answer(sitemap_index(-(-len(pages) // SITEMAP_LIMIT), links()), "application/xml")


@news.get("/sitemap-<int:number>.xml")
def part_of_sitemap(number: int) -> ResponseReturnValue:
    pages = _pages()[(number - 1) * SITEMAP_LIMIT : number * SITEMAP_LIMIT] if number else []
    if not pages:
        raise NotFound.of("sơ đồ trang", str(number))
    return _answer(sitemap(pages), "application/xml")


@news.get("/robots.txt")
def robots_rules() -> ResponseReturnValue:
    return _answer(robots(links()), "text/plain")


def _pages() -> list[tuple[str, datetime | None]]:
    with parts().store.read() as reader:
        datasets = [dataset for dataset in reader.datasets() if is_visible(dataset, viewer())]
        organizations = reader.organizations()
    pages: list[tuple[str, datetime | None]] = [(links().home(), None)]
    pages += [(links().organization(organization.name), None) for organization in organizations]
    pages += [(links().dataset(dataset.name), dataset.modified) for dataset in datasets]
    return pages


def _answer(text: str, media_type: str) -> Response:
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    return conditional(with_caching(response, 5 * MINUTE))
