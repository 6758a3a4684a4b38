"""What changed, for readers of news (Atom, RFC 4287), and what there is, for search engines (sitemaps.org)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from catalog.reading import PublishedDataset
from publishers.links import Links

SITEMAP_LIMIT = 50_000
"""Addresses in one sitemap file, at most (sitemaps.org)."""

_QUESTIONS = ("/datasets?", "/dataset/*?", "/suggest?")
"""How addresses begin under which every filter, order and page makes another one (RFC 9309); ``*`` stands for anything,
a language too."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def atom_feed(title: str, datasets: Iterable[PublishedDataset], links: Links, now: datetime) -> str:
    """The datasets as entries in the order given; those never published are left out. The feed is as old as its newest
    entry, or ``now`` if it has none."""
    published = [item for item in datasets if item.dataset.modified]
    newest = max((item.dataset.modified for item in published if item.dataset.modified), default=now)
    address = links.home() + "feed.atom"
    return "".join(
        (
            _DECLARATION,
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">\n',
            f"<id>{_text(address)}</id>\n<title>{_text(title)}</title>\n<updated>{newest.isoformat()}</updated>\n",
            f'<link rel="self" type="application/atom+xml" href={_attribute(address)}/>\n',
            f'<link rel="alternate" type="text/html" href={_attribute(links.home())}/>\n',
            *(_entry(item, links) for item in published),
            "</feed>\n",
        )
    )


def _entry(item: PublishedDataset, links: Links) -> str:
    dataset = item.dataset
    modified, issued = dataset.modified, dataset.issued or dataset.modified
    return "".join(
        (
            f"<entry>\n<id>urn:uuid:{_text(dataset.id)}</id>\n<title>{_text(dataset.title)}</title>\n",
            f"<updated>{modified.isoformat() if modified else ''}</updated>\n",
            f"<published>{issued.isoformat() if issued else ''}</published>\n",
            f"<author><name>{_text(item.organization.title)}</name></author>\n",
            f'<link rel="alternate" type="text/html" href={_attribute(links.dataset(dataset.name))}/>\n',
            *(
                f'<link rel="enclosure" type={_attribute(file.media_type)} length="{file.size}" '
                f"href={_attribute(links.download(dataset.name, table.distribution.name, file.format))}/>\n"
                for table in item.tables
                for file in table.files
            ),
            *(f"<category term={_attribute(keyword)}/>\n" for keyword in dataset.keywords),
            f"<summary>{_text(dataset.description)}</summary>\n</entry>\n",
        )
    )


def sitemap(pages: Sequence[tuple[str, datetime | None]]) -> str:
    """One sitemap of addresses with the times of their last change, :data:`SITEMAP_LIMIT` at most."""
    return f"{_DECLARATION}<urlset {_SITEMAP}>\n{''.join(_page('url', *page) for page in pages)}</urlset>\n"


def sitemap_index(parts: int, links: Links) -> str:
    """The index of a site whose addresses need more than one sitemap: ``/sitemap-1.xml`` and so on."""
    pages = (_page("sitemap", f"{links.home()}sitemap-{number}.xml", None) for number in range(1, parts + 1))
    return f"{_DECLARATION}<sitemapindex {_SITEMAP}>\n{''.join(pages)}</sitemapindex>\n"


def _page(element: str, address: str, modified: datetime | None) -> str:
    changed = f"<lastmod>{modified.isoformat(timespec='seconds')}</lastmod>" if modified else ""
    return f"<{element}><loc>{_text(address)}</loc>{changed}</{element}>\n"


def robots(links: Links) -> str:
    """Everything may be read but what has no end: questions to the list, to the rows of a table and to the API, each of
    which has a link to a narrower one."""
    closed = ("/api/", *(f"{root}{questions}" for root in ("", "/*") for questions in _QUESTIONS))
    rules = "".join(f"Disallow: {path}\n" for path in closed)
    return f"User-agent: *\n{rules}Allow: /\n\nSitemap: {links.home()}sitemap.xml\n"


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("", text))
