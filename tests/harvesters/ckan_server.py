"""A small portal on loopback that answers as CKAN's Action API does, written from its documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.harvesters.web_server import Asked, Line, Page, Site, reply, serving

ACTIONS = "/api/3/action/"
LARGEST_PAGE = 1_000


@dataclass
class Portal:
    """What the portal has. ``rows`` of the datastore by resource id; ``tamper`` may change the result of an action
    before it is sent."""

    packages: Sequence[Mapping[str, Any]] = ()
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    largest_page: int = LARGEST_PAGE
    tamper: Callable[[str, Mapping[str, str], Any], Any] = lambda action, asked, result: result
    files: Mapping[str, Page] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def answer(self, action: str, asked: Mapping[str, str]) -> bytes:
        result = getattr(self, action)(asked)
        if result is None:
            return _error("404 Not Found", {"__type": "Not Found Error", "message": "Not found"})
        result = self.tamper(action, asked, result)
        return result if isinstance(result, bytes) else _json("200 OK", {"success": True, "result": result})

    def status_show(self, asked: Mapping[str, str]) -> Any:
        return {"ckan_version": "2.11.3", "site_title": "Cổng mẫu"}

    def package_search(self, asked: Mapping[str, str]) -> Any:
        start, rows = int(asked.get("start", 0)), min(int(asked.get("rows", 10)), self.largest_page)
        by, _, way = asked.get("sort", "id asc").partition(" ")
        found = sorted(self.packages, key=lambda package: str(package.get(by)), reverse=way == "desc")
        return {
            "count": len(found),
            "sort": asked.get("sort", ""),
            "results": found[start : start + rows],
            "facets": {},
            "search_facets": {"organization": {"title": "organization", "items": self._organizations()}},
        }

    def _organizations(self) -> list[dict[str, Any]]:
        found = [package["organization"] for package in self.packages if "organization" in package]
        names = {item["name"]: item["title"] for item in found}
        return [
            {"name": name, "display_name": title, "count": sum(item["name"] == name for item in found)}
            for name, title in names.items()
        ]

    def current_package_list_with_resources(self, asked: Mapping[str, str]) -> Any:
        start, rows = int(asked.get("offset", 0)), int(asked.get("limit", 10))
        return list(self.packages[start : start + rows])

    def package_show(self, asked: Mapping[str, str]) -> Any:
        return next((item for item in self.packages if asked["id"] in (item.get("id"), item.get("name"))), None)

    def resource_show(self, asked: Mapping[str, str]) -> Any:
        resources = (item for package in self.packages for item in package.get("resources", ()))
        return next((item for item in resources if item.get("id") == asked["id"]), None)

    def datastore_search(self, asked: Mapping[str, str]) -> Any:
        rows = self.rows.get(asked["resource_id"])
        if rows is None:
            return None
        start, limit = int(asked.get("offset", 0)), min(int(asked.get("limit", 100)), self.largest_page)
        numbered = [{"_id": number, **row} for number, row in enumerate(rows, 1)]
        fields = [{"id": "_id", "type": "int"}, *({"id": name, "type": kind} for name, kind in self.types.items())]
        return {"fields": fields, "records": numbered[start : start + limit], "total": len(rows), "limit": limit}


ACTIONS_KNOWN = (
    "status_show",
    "package_search",
    "current_package_list_with_resources",
    "package_show",
    "resource_show",
    "datastore_search",
)


@contextmanager
def portal_site(portal: Portal) -> Iterator[Site]:
    """The portal while the block lasts."""

    def page(action: str) -> Page:
        def answer(asked: Asked, line: Line) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
            line.send(portal.answer(action, query).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

        return answer

    refused = _error("400 Bad Request", "Bad request: Action name not known")
    pages = {ACTIONS + name: refused if name in portal.without else page(name) for name in ACTIONS_KNOWN}
    with serving({**pages, **portal.files}) as site:
        yield site


def _json(status: str, said: object) -> bytes:
    body = json.dumps(said, ensure_ascii=False).encode()
    return reply(body, status, Content_Type="application/json;charset=utf-8")


def _error(status: str, error: object) -> bytes:
    return _json(status, {"success": False, "error": error})
