"""One document from outside, within limits: strange addresses, endless bodies and other hosts are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from catalog.errors import SourceUnreachable, SourceUnreadable
from harvesters.http_client import fetch_document


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/luoc-do.json":
            self._answer(200, b'{"fields": []}')
        elif self.path == "/chuyen":
            self._answer(302, b"", Location="/luoc-do.json")
        elif self.path == "/noi-khac":
            self._answer(302, b"", Location="http://127.0.0.2:9/luoc-do.json")
        elif self.path == "/vong":
            self._answer(302, b"", Location="/vong")
        elif self.path == "/to":
            self._answer(200, b"x" * 5_000)
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/luoc-do.json", "/chuyen"])
def test_a_document_is_fetched_also_behind_a_redirect_of_its_own_host(site: str, path: str) -> None:
    assert fetch_document(site + path, most_bytes=100) == b'{"fields": []}'


@pytest.mark.parametrize("path", ["/noi-khac", "/vong", "/khong-co"])
def test_what_leads_elsewhere_or_nowhere_is_refused(site: str, path: str) -> None:
    with pytest.raises(SourceUnreachable):
        fetch_document(site + path, most_bytes=100)


def test_a_document_that_is_too_large_is_refused(site: str) -> None:
    with pytest.raises(SourceUnreadable, match="4000"):
        fetch_document(site + "/to", most_bytes=4_000)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://ai:mat-khau@127.0.0.1/x", "http:///x"]
)
def test_only_plain_web_addresses_are_opened_and_no_password_is_repeated(url: str) -> None:
    with pytest.raises(SourceUnreachable) as refusal:
        fetch_document(url, most_bytes=100)
    assert "mat-khau" not in refusal.value.message
