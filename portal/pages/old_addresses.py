"""Addresses that a portal running CKAN has: links to it, kept in documents and by search engines, lead on to our pages
for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.questions import SearchQuery, SearchSort
from catalog.reading import published_dataset
from catalog.vocabularies import THEMES
from portal.api.resource_ids import place_of
from portal.context import links, parts, viewer
from publishers.ckan import LINK, group_id

pages = Blueprint("old_addresses", __name__)

_PARAMETERS: Mapping[str, str] = {
    "q": "q", "organization": "organization", "groups": "theme", "tags": "keyword", "res_format": "format",
    "license_id": "license", "page": "page",
}  # fmt: skip
_SORTS: Mapping[str, SearchSort] = {
    "title_string asc": SearchSort.TITLE,
    "title_string desc": SearchSort.TITLE_DESC,
    "name asc": SearchSort.NAME,
    "name desc": SearchSort.NAME_DESC,
    "metadata_modified desc": SearchSort.MODIFIED,
    "metadata_created desc": SearchSort.ISSUED,
}


@pages.get("/dataset")
def dataset_list() -> ResponseReturnValue:
    """The list with what was looked for and chosen; what our list does not know is left out."""
    chosen: dict[str, Any] = {}
    for theirs, ours in _PARAMETERS.items():
        values = [value for value in request.args.getlist(theirs) if value]
        if values:
            chosen[ours] = [value.lower() for value in values] if ours == "format" else values
    sort = _SORTS.get(request.args.get("sort", ""))
    return _list(**chosen, **({"sort": [sort.value]} if sort else {}))


@pages.get("/group")
def group_list() -> ResponseReturnValue:
    return _list()


@pages.get("/group/<name>")
def group(name: str) -> ResponseReturnValue:
    """A group of CKAN is a theme here."""
    theme = next((theme for theme in THEMES.values() if name in (theme.id, group_id(theme))), None)
    if theme is None:
        raise NotFound.of("chủ đề", name)
    return _list(theme=[theme.id])


@pages.get("/tag")
def tag_list() -> ResponseReturnValue:
    return _list()


@pages.get("/tag/<name>")
def tag(name: str) -> ResponseReturnValue:
    """A tag of CKAN is a keyword here."""
    if not parts().index.search(SearchQuery(filters={"keyword": (name,)}, limit=0, viewer=viewer())).total:
        raise NotFound.of("từ khóa", name)
    return _list(keyword=[name])


@pages.get("/organization")
def organization_list() -> ResponseReturnValue:
    return redirect(url_for("organizations.organization_list"), 301)


@pages.get("/dataset/<name>/resource/<key>")
def resource(name: str, key: str) -> ResponseReturnValue:
    """The page of its dataset."""
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
    return redirect(url_for("dataset.dataset", name=published.dataset.name), 301)


@pages.get("/dataset/<name>/resource/<key>/download/<filename>")
def resource_download(name: str, key: str, filename: str) -> ResponseReturnValue:
    """The newest file of that format, if the resource is a file of ours."""
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
        place = place_of(reader, key)
    known = {table.distribution.id: table for table in published.tables if table.version}
    table = known.get(place.distribution_id) if place and place.form != LINK else None
    if place is None or table is None or all(file.format != place.form for file in table.files):
        raise NotFound.of("tài nguyên", key)
    return redirect(links().download(published.dataset.name, table.distribution.name, place.form), 301)


def _list(**chosen: Any) -> ResponseReturnValue:
    return redirect(url_for("datasets.dataset_list", **chosen), 301)
