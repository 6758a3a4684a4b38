"""Files: the newest and the versions, whole and in parts."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NEWEST = "/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv"
FIRST = "/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang/1/co-so-kham-chua-benh-bang.csv"


def get(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> TestResponse:
    """The whole answer, its file closed as a server does it."""
    return client.get(address, headers=headers, buffered=True)


def test_the_newest_file_under_a_stable_address(client: FlaskClient) -> None:
    response = get(client, NEWEST)
    assert response.status_code == 200
    content = response.get_data()
    assert content.decode("utf-8-sig").splitlines()[0] == "ma,ten,ma_xa,giuong"
    assert response.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"co-so-kham-chua-benh-bang-v1.csv\"; "
        "filename*=UTF-8''co-so-kham-chua-benh-bang-v1.csv"
    )  # fmt: skip


def test_a_version_never_changes_and_may_be_kept_for_ever(client: FlaskClient) -> None:
    response = get(client, FIRST)
    assert response.get_data() == get(client, NEWEST).get_data()
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_every_format(client: FlaskClient, form: str) -> None:
    newest = get(client, NEWEST.replace(".csv", f".{form}"))
    assert newest.status_code == 200
    assert get(client, FIRST.replace(".csv", f".{form}")).get_data() == newest.get_data()


def test_who_has_it_gets_nothing_again(client: FlaskClient) -> None:
    etag = get(client, NEWEST).headers["ETag"]
    again = get(client, NEWEST, {"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == etag
    kept = get(client, FIRST, {"If-None-Match": etag})
    assert (kept.status_code, kept.headers["Cache-Control"]) == (304, "public, max-age=31536000, immutable")


def test_a_part_of_a_file(client: FlaskClient) -> None:
    whole = get(client, NEWEST)
    part = get(client, NEWEST, {"Range": "bytes=3-4"})
    assert (part.status_code, part.get_data()) == (206, b"ma")
    assert part.headers["Content-Range"] == f"bytes 3-4/{whole.headers['Content-Length']}"
    rest = get(client, NEWEST, {"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})
    assert rest.get_data() == whole.get_data()[10:]
    changed = get(client, NEWEST, {"Range": "bytes=10-", "If-Range": '"khac"'})
    assert (changed.status_code, changed.get_data()) == (200, whole.get_data())
    beyond = get(client, NEWEST, {"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.get_json()["error"]["code"]) == (416, "range-not-satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{whole.headers['Content-Length']}"


def test_who_asks_for_several_parts_gets_the_whole_file(client: FlaskClient) -> None:
    response = get(client, NEWEST, {"Range": "bytes=0-1,4-5"})
    assert (response.status_code, response.get_data()) == (200, get(client, NEWEST).get_data())


def test_scripts_of_other_sites_may_ask_for_parts(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    assert "Range" in client.options(NEWEST, headers=asked).headers["Access-Control-Allow-Headers"]
    assert "Content-Range" in get(client, NEWEST).headers["Access-Control-Expose-Headers"]


def test_head_tells_the_size(client: FlaskClient) -> None:
    response = client.head(NEWEST, buffered=True)
    assert (response.status_code, response.get_data()) == (200, b"")
    assert response.headers["Content-Length"] == get(client, NEWEST).headers["Content-Length"]
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "address",
    [
        "/download/kiem-tra-noi-bo/kiem-tra-noi-bo-bang.csv",
        "/download/kiem-tra-noi-bo/kiem-tra-noi-bo-bang/1/kiem-tra-noi-bo-bang.csv",
        "/download/nhan-luc-y-te/nhan-luc-y-te-bang.csv",
        "/download/nhan-luc-y-te/nhan-luc-y-te-bang/1/nhan-luc-y-te-bang.csv",
        "/download/co-so-ban-le-thuoc/co-so-ban-le-thuoc-bang.csv",
        NEWEST.replace(".csv", ".exe"),
        NEWEST.replace("bang.csv", "khac.csv"),
        FIRST.replace("/1/", "/2/"),
        FIRST.replace("bang.csv", "khac.csv"),
        FIRST.replace(".csv", ".exe"),
        "/download/khong-co/khong-co.csv",
        "/download/co-so-kham-chua-benh/..%2f..%2fcatalog.db",
    ],
)
def test_what_is_hidden_is_not_there(client: FlaskClient, address: str) -> None:
    response = get(client, address)
    assert response.status_code == 404
    assert "nội bộ" not in response.get_data(as_text=True)
