"""What a monitor is told when all is well, and when something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.errors import IndexUnavailable
from catalog.indexing import rebuild_index
from portal.app import create_app
from portal.settings import Settings
from portal.wiring import open_parts


def test_all_is_well(client: FlaskClient) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    body = response.get_json()
    assert body["status"] == "ok"
    assert body["catalog"]["organizations"] == 2
    assert body["index"] == {"status": "ok", "datasets": 3}


def test_without_a_catalogue_the_portal_is_down(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()  # nothing can be opened there
    response = create_app(open_parts(Settings(home=tmp_path))).test_client().get("/health")
    assert response.status_code == 503
    assert response.get_json()["status"] == "down"


def test_without_an_index_the_portal_still_works_in_part(tmp_path: Path) -> None:
    parts = open_parts(Settings(home=tmp_path, site_url="http://du-lieu.test"))
    parts.store.upgrade()
    (tmp_path / "index").write_text("không phải thư mục", encoding="utf-8")
    app = create_app(parts)
    response = app.test_client().get("/health")
    assert response.status_code == 200
    body = response.get_json()
    assert (body["status"], body["index"]) == ("degraded", {"status": "down", "reason": "index-missing"})
    search = app.test_client().get("/api/3/action/package_search")
    assert (search.status_code, search.get_json()["result"]["count"]) == (200, 0)
    own = app.test_client().get("/api/v1/datasets")
    assert (own.status_code, own.get_json()["degraded"]) == (200, True)
    parts.store.close()


def test_a_search_that_the_copy_answers_is_told(tmp_path: Path) -> None:
    parts = open_parts(Settings(home=tmp_path, index="elasticsearch://127.0.0.1:9/cong"))
    parts.store.upgrade()
    with pytest.raises(IndexUnavailable):
        rebuild_index(parts.indexing)
    body = create_app(parts).test_client().get("/health").get_json()
    assert (body["status"], body["index"]) == ("degraded", {"status": "degraded", "datasets": 0})
    parts.store.close()
