"""Text travels compressed to who takes it; files keep their bytes; what is known already is not sent again."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

GZIP = {"Accept-Encoding": "gzip"}
CSV = "/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv"
JSON = "/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.json"


@pytest.mark.parametrize("address", ["/", "/datasets", "/static/portal.css", "/api/v1/openapi.json", "/feed.atom"])
def test_text_is_compressed_for_who_takes_it(client: FlaskClient, address: str) -> None:
    with client.get(address) as plain, client.get(address, headers=GZIP) as packed:
        assert_compressed(plain, packed)


def assert_compressed(plain: Response, packed: Response) -> None:
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("address", [CSV, JSON])
def test_a_download_keeps_its_bytes(client: FlaskClient, address: str) -> None:
    with client.get(address, headers=GZIP) as answer:
        assert "Content-Encoding" not in answer.headers


def test_who_has_the_compressed_answer_is_told_that_nothing_changed(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json", headers=GZIP)
    again = client.get("/api/v1/openapi.json", headers={**GZIP, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_refused_encoding_is_not_used(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers
