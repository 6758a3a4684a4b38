"""The Action API of a CKAN portal, as far as it is read here, of any version from 2.8 on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import SourceError, SourceMissing, SourceUnreadable
from catalog.sources import HarvestSource
from harvesters.access import API_KEY, Visitor
from harvesters.http_client import FetchFailed, HttpClient
from harvesters.json_items import Item, NoList, items_of
from harvesters.json_services import exact_number, read_json

PAGE_ROWS = 250
MOST_PAGE_BYTES = 500_000_000
SORTS = ("id asc", "name asc", "")
"""Orders that do not change while the listing is read; the last is for portals that refuse to sort."""

_API = re.compile(r"/api(/[123])?(/action.*)?/?$")
_REFUSED = (400, 409)
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class PackagePage:
    """Some packages of the listing; ``total`` is how many there are, as the portal says."""

    items: Iterator[Item]
    answer: Mapping[str, Any]

    @property
    def total(self) -> int | None:
        """Known when the page was read to its end."""
        count = self.answer.get("count")
        return count if isinstance(count, int) and not isinstance(count, bool) else None


class CkanPortal:
    """A portal, asked through one client. Raises ``SourceError``."""

    def __init__(self, client: HttpClient, source: HarvestSource) -> None:
        options = source.options
        self.site = site_of(options.get("url", ""))
        key = options.get("api_key", "")
        access = {"auth": API_KEY, "key": key, "key_header": options.get("api_key_header") or "Authorization"}
        self.visitor = Visitor(client, access if key else {}, self.site)
        self.wanted = wanted(options)
        """What every search is narrowed by."""
        self._search: Callable[[int, Path], PackagePage] | None = None
        self.refusal: SourceError | None = None
        """Why the portal could not be searched, if it is asked for its list instead."""

    def call(self, action: str, **asked: object) -> Any:
        """The result of an action; numbers with a point keep their digits."""
        answer = self.visitor.get(self._address(action), params=asked, accept="application/json")
        said = read_json(answer, number=exact_number)
        if not isinstance(said, dict) or said.get("success") is not True or "result" not in said:
            raise self._refused(action, said)
        return said["result"]

    def hides(self, package_id: str) -> bool:
        """Whether it says of a package that there is none, or none for us. Raises ``SourceError`` where it says nothing
        clear."""
        try:
            shown = self.call("package_show", id=package_id)
        except SourceMissing:
            return True
        except FetchFailed as error:
            if error.status == _FORBIDDEN:
                return True
            raise
        return isinstance(shown, dict) and (shown.get("private") is True or shown.get("state") == "deleted")

    def packages(self, start: int, path: Path) -> PackagePage:
        """The packages from ``start`` on, at most :data:`PAGE_ROWS`, through the new file ``path``. The first page
        decides how the portal is asked."""
        if self._search is None:
            self._search, page = self._first_page(path)
            if start == 0:
                return page
        return self._search(start, path)

    def _first_page(self, path: Path) -> tuple[Callable[[int, Path], PackagePage], PackagePage]:
        refusal: FetchFailed | SourceMissing | None = None
        for sort in SORTS:

            def search(start: int, path: Path, sort: str = sort) -> PackagePage:
                asked = {"rows": PAGE_ROWS, "start": start, **({"sort": sort} if sort else {}), **self.wanted}
                return self._page("package_search", path, asked)

            try:
                return search, search(0, path)
            except SourceMissing as error:
                refusal = error
                break
            except FetchFailed as error:
                if error.status not in _REFUSED:
                    raise
                refusal = error
        if self.wanted:  # the other action cannot filter: it would give too much
            if isinstance(refusal, FetchFailed):
                raise self._filter_refused(refusal) from None
            raise refusal or AssertionError("the loop ends with a refusal")

        def all_packages(start: int, path: Path) -> PackagePage:
            asked = {"limit": PAGE_ROWS, "offset": start}
            return self._page("current_package_list_with_resources", path, asked)

        self.refusal = refusal
        try:
            return all_packages, all_packages(0, path)
        except (SourceMissing, FetchFailed):
            raise refusal or AssertionError("the loop ends with a refusal") from None

    def _page(self, action: str, path: Path, asked: Mapping[str, object]) -> PackagePage:
        fetched = self.visitor.download(
            self._address(action), path, params=asked, accept="application/json", most_bytes=MOST_PAGE_BYTES
        )
        said: dict[str, Any] = {}

        def items() -> Iterator[Item]:
            try:
                yield from items_of(path, ("results", "result"), inside="result", shown=fetched.final_url, members=said)
            except NoList as error:
                raise self._refused(action, error.members) from None
            finally:
                path.unlink(missing_ok=True)
            if said.get("success") is not True:
                raise self._refused(action, said)

        return PackagePage(items(), said)

    def _address(self, action: str) -> str:
        return f"{self.site}/api/3/action/{action}"

    def _filter_refused(self, refusal: FetchFailed) -> SourceUnreadable:
        asked = self.wanted["fq"][:300]
        return SourceUnreadable(
            f"Cổng “{self.site}” không nhận bộ lọc “{asked}” (lỗi {refusal.status}); kiểm tra các mục “Bộ lọc (fq)” và"
            " “Chỉ của cơ quan” của nguồn.",
            f"“{self.site}” refuses the filter “{asked}” (error {refusal.status}); check the options “Filter (fq)” and"
            " “Only of organizations” of the source.",
            url=self.site,
        )

    def _refused(self, action: str, said: object) -> SourceUnreadable:
        """The portal answered, but with no result; the name it gives its error is told, nothing else of it."""
        error = said.get("error") if isinstance(said, Mapping) else None
        kind = str(error.get("__type", ""))[:60] if isinstance(error, Mapping) else ""
        more, more_en = (f" ({kind})", f" ({kind})") if kind else ("", "")
        return SourceUnreadable(
            f"“{self.site}” trả lời {action} nhưng không theo API của CKAN{more}; kiểm tra địa chỉ cổng.",
            f"“{self.site}” answers {action}, but not as CKAN's API does{more_en}; check the portal's address.",
            url=self.site,
        )


def site_of(url: str) -> str:
    """Where the portal stands, also if the address of its API was given."""
    return _API.sub("", url.partition("?")[0].rstrip("/")).rstrip("/")


def wanted(options: Mapping[str, str]) -> dict[str, str]:
    """The filter query (``fq``) that the options ask for."""
    names = [name.strip().replace('"', "") for name in options.get("organization", "").split(",") if name.strip()]
    parts = ["organization:(" + " OR ".join(f'"{name}"' for name in names) + ")"] if names else []
    given = options.get("filter", "").strip()
    if given:
        parts.append(f"({given})" if _offers_a_choice(given) else given)
    return {"fq": " AND ".join(parts)} if parts else {}


def _offers_a_choice(query: str) -> bool:
    """Whether alternatives stand outside brackets. CKAN puts a condition of its own before them, which makes them mere
    wishes, unless they are in brackets. What only leaves out (``-groups:x``) would find nothing in brackets."""
    plain = re.sub(r'\\.|"[^"]*"', "", query)
    while (shorter := re.sub(r"\([^()]*\)", "", plain)) != plain:
        plain = shorter
    return re.search(r"(?<!\S)OR(?!\S)|\|\|", plain) is not None
