"""Whether the portal works, for monitors."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, Response

from catalog.errors import CatalogError, StorageError
from catalog.questions import SearchQuery
from portal.api.answers import json_response
from portal.context import parts, viewer

health = Blueprint("health", __name__)


@health.get("/health")
def portal_health() -> Response:
    """200 while the catalogue can be read, even if the index cannot (``degraded``); 503 otherwise."""
    catalog, index = _catalog(), _index()
    works = catalog["status"] == "ok"
    whole = works and index["status"] == "ok"
    status = "ok" if whole else "degraded" if works else "down"
    answer = {"status": status, "version": version("dulieumo"), "catalog": catalog, "index": index}
    return json_response(answer, 200 if works else 503, max_age=0)


def _catalog() -> dict[str, object]:
    """``waiting`` counts what is still to be delivered to the index and as further files."""
    try:
        with parts().store.read() as reader:
            revision = reader.schema_revision()
            organizations = len(reader.organizations()) if revision else 0
            waiting = reader.outbox_size() if revision else 0
    except StorageError:
        return {"status": "down"}
    status = "ok" if revision else "empty"
    return {"status": status, "schema": revision, "organizations": organizations, "waiting": waiting}


def _index() -> dict[str, object]:
    """``degraded`` while searches are answered from the embedded copy; ``down`` while from the database."""
    try:
        page = parts().indexing.index.search(SearchQuery(limit=0, viewer=viewer()))
    except CatalogError as error:
        return {"status": "down", "reason": error.code}
    return {"status": "degraded" if page.degraded else "ok", "datasets": page.total}
