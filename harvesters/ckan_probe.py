"""What the listing of a CKAN portal is recognised by, asked for in one small question.

CKAN dates a dataset anew whenever it or one of its resources is changed, so that the date of the one changed last,
and how many there are, show what was added, changed or removed. What organizations, groups and licences are called, and
how many datasets each has, comes with the same answer. It is believed only where the listing itself, read to its end,
bears it out: not of a portal that does not sort, or counts otherwise than it lists. A change that a program makes past
CKAN's own API, without a new date, is seen when the listing is next read in full.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.errors import SourceMissing, SourceUnreadable
from harvesters.ckan_api import CkanPortal
from harvesters.http_client import FetchFailed

_FACETS = ("organization", "groups", "license_id")


@dataclass(frozen=True, slots=True)
class PortalSign:
    """``count`` datasets, the one changed last (``newest``, its date as the portal writes it), and a digest of what
    the facets say."""

    count: int
    newest: str
    identifier: str
    facets: str

    @property
    def text(self) -> str:
        return json.dumps([self.count, self.newest, self.identifier, self.facets])

    def agrees(self, read: int, newest: str) -> bool:
        """Whether a listing of ``read`` packages, of which the last change was at ``newest``, bears it out."""
        return (self.count, self.newest) == (read, newest)


def probe(portal: CkanPortal) -> PortalSign | None:
    """The sign of the listing as it is now; nothing where the portal does not answer such a question. Raises
    ``FetchFailed`` where it does not answer at all."""
    try:
        said = portal.call(
            "package_search",
            rows=1,
            start=0,
            sort="metadata_modified desc",
            **{"facet.field": json.dumps(_FACETS), "facet.limit": -1},
            **portal.wanted,
        )
    except (SourceMissing, SourceUnreadable):
        return None
    except FetchFailed as error:
        if not error.status:
            raise
        return None
    return _sign_in(said)


def _sign_in(said: Any) -> PortalSign | None:
    if not isinstance(said, Mapping):
        return None
    count, results = said.get("count"), said.get("results")
    newest = results[0] if isinstance(results, list) and results else None
    if type(count) is not int or not isinstance(newest, Mapping) or not changed_at(newest):
        return None
    facets = json.dumps(sorted(_facets(said.get("search_facets"))))
    digest = hashlib.sha256(facets.encode(errors="surrogatepass")).hexdigest()[:16]
    return PortalSign(count, changed_at(newest), str(newest.get("id") or "")[:100], digest)


def changed_at(package: Mapping[str, Any]) -> str:
    """When a package was changed last, as the portal writes it; empty where it does not say."""
    given = package.get("metadata_modified")
    return given[:40] if isinstance(given, str) else ""


def _facets(found: Any) -> Iterator[tuple[str, str, str, str]]:
    for field, facet in found.items() if isinstance(found, Mapping) else ():
        items = facet.get("items") if isinstance(facet, Mapping) else None
        for item in items if isinstance(items, list) else ():
            if isinstance(item, Mapping):
                yield str(field), str(item.get("name")), str(item.get("display_name")), str(item.get("count"))
