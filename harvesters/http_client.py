"""The only place that opens an outside connection: one document, within limits.

http and https only, no proxy from the environment, no redirect to another host, an end to size and time.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import requests

from catalog.errors import SourceUnreachable, SourceUnreadable

CONNECT_SECONDS = 5
TOTAL_SECONDS = 30
MOST_REDIRECTS = 3


def fetch_document(url: str, *, most_bytes: int) -> bytes:
    """The bytes at ``url``. Raises ``SourceUnreachable`` if it does not answer well in time, ``SourceUnreadable`` if
    the document is larger than ``most_bytes``."""
    ends = time.monotonic() + TOTAL_SECONDS
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(MOST_REDIRECTS + 1):
            _refuse_strange(url)
            try:
                with session.get(
                    url,
                    timeout=CONNECT_SECONDS,
                    stream=True,
                    allow_redirects=False,
                    headers={"Accept": "application/json"},
                ) as answer:
                    if not answer.is_redirect:
                        answer.raise_for_status()
                        return _body(answer, url, most_bytes, ends)
                    url = _next(url, answer)
            except requests.RequestException as error:
                raise _unreachable(url, type(error).__name__) from None
    raise _unreachable(url, "too many redirects")


def _refuse_strange(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise _unreachable(url, "not an http(s) address")


def _next(url: str, answer: requests.Response) -> str:
    target = requests.compat.urljoin(url, answer.headers.get("Location", ""))
    if urlsplit(target).hostname != urlsplit(url).hostname:
        raise _unreachable(url, "redirect to another host")
    return str(target)


def _body(answer: requests.Response, url: str, most_bytes: int, ends: float) -> bytes:
    received = bytearray()
    for piece in answer.iter_content(1 << 16):
        received += piece
        if len(received) > most_bytes:
            raise SourceUnreadable(
                f"Tài liệu ở “{url}” lớn hơn {most_bytes} byte.",
                f"The document at “{url}” is larger than {most_bytes} bytes.",
                url=url,
            )
        if time.monotonic() > ends:
            raise _unreachable(url, "time-out")
    return bytes(received)


def _unreachable(url: str, cause: str) -> SourceUnreachable:
    shown = urlsplit(url)._replace(query="", fragment="", netloc=urlsplit(url).hostname or "").geturl()
    return SourceUnreachable(
        f"Không tải được “{shown}” ({cause}); kiểm tra địa chỉ và kết nối.",
        f"“{shown}” cannot be fetched ({cause}); check the address and the connection.",
        url=shown,
    )
