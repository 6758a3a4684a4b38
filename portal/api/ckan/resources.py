"""Actions about resources: one format of a table each."""

from __future__ import annotations

from typing import Any

from catalog.ports import CatalogReader
from catalog.reading import PublishedDataset, PublishedTable, may_read_rows, published_datasets
from catalog.vietnamese import fold
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.errors import ActionError, access_denied, not_found, validation_error
from portal.api.ckan.packages import visible_dataset
from portal.api.resource_ids import place_of
from portal.context import links, parts, viewer
from publishers.ckan import resources_of


def resource_show(arguments: Arguments) -> dict[str, Any]:
    """Describe one resource. ``id``: its id."""
    key = arguments.required("id")
    with parts().store.read() as reader:
        published, _ = found_resource(reader, key)
    for resource in resources_of(published, links()):
        if resource["id"] == key:
            return resource
    raise not_found()


def resource_view_list(arguments: Arguments) -> list[Any]:
    """List the views of a resource: there are none. ``id``: the resource."""
    key = arguments.required("id")
    with parts().store.read() as reader:
        found_resource(reader, key)
    return []


_SEARCHED = frozenset(
    {"id", "package_id", "name", "description", "url", "format", "mimetype", "mimetype_inner", "size", "hash", "state"}
    | {"url_type", "resource_type", "position", "created", "last_modified", "metadata_modified", "datastore_active"}
    | {"cache_url", "cache_last_updated"}
)


def resource_search(arguments: Arguments) -> dict[str, Any]:
    """Find resources. ``query``: ``field:term`` or a list of them, all of which must be contained; ``order_by``;
    ``limit``, ``offset``."""
    given = arguments.values.get("query")
    if not given:
        raise validation_error("query", "Missing value")
    wanted = [_field_and_term(str(item)) for item in (given if isinstance(given, list) else [given])]
    with parts().store.read() as reader:
        datasets = published_datasets(reader, viewer=viewer())
    found = [
        resource
        for published in datasets
        for resource in resources_of(published, links())
        if all(term in fold(str(resource.get(field) or "")) for field, term in wanted)
    ]
    order = arguments.text("order_by")
    if order:
        found.sort(key=lambda resource: str(resource.get(order) or ""))
    offset = arguments.natural("offset", 0)
    return {"count": len(found), "results": found[offset : offset + arguments.natural("limit", len(found))]}


def format_autocomplete(arguments: Arguments) -> list[str]:
    """Name the formats of resources that contain a text, in lower case. ``q``: the text; ``limit``: 5."""
    text = arguments.required("q").strip().lower()
    with parts().store.read() as reader:
        datasets = published_datasets(reader, viewer=viewer())
    formats = {resource["format"].lower() for item in datasets for resource in resources_of(item, links())}
    return sorted(form for form in formats if form and text in form)[: arguments.natural("limit", 5)]


def _field_and_term(text: str) -> tuple[str, str]:
    field, colon, term = text.partition(":")
    if not colon:
        raise validation_error("query", "Must be <field>:<value> pair(s)")
    field = field.strip()
    if field not in _SEARCHED:
        raise ActionError(409, "Validation Error", query=f'Field "{field[:100]}" not recognised in resource_search.')
    return field, fold(term.strip())


def found_resource(reader: CatalogReader, key: str) -> tuple[PublishedDataset, PublishedTable]:
    """The dataset and table that a resource id stands for; refused where the dataset or its content is not public."""
    place = place_of(reader, key)
    if place is None:
        raise not_found()
    published = visible_dataset(reader, place.dataset_id)
    if not may_read_rows(published.dataset, viewer()):
        raise access_denied()
    table = published.table(place.distribution_id)
    if table is None:
        raise not_found()
    return published, table
