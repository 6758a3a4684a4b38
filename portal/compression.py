"""Text answers travel compressed: a first visit costs a phone 20 kB instead of 75.

Strong validators become weak ones, for the same thing now exists in two encodings; our own checks of ``If-None-Match``
compare weakly (RFC 9110, section 8.8.3.2). Downloads keep their bytes, length and ranges.
"""

from __future__ import annotations

import gzip

from flask import Request, Response

LEAST_BYTES = 1_000
MOST_BYTES = 2_000_000
_LEVEL = 5
_TEXT = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "image/svg+xml",
        "application/json",
        "application/xml",
        "application/atom+xml",
    }
)


def compress(request: Request, response: Response) -> Response:
    """``response`` in gzip where the caller takes it and it is text of a page's size; otherwise as it is."""
    if response.mimetype not in _TEXT or request.path.startswith("/download/"):
        return response
    response.vary.add("Accept-Encoding")
    size = response.content_length or 0
    worth_it = LEAST_BYTES <= size <= MOST_BYTES and response.status_code == 200 and request.method == "GET"
    if not worth_it or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    source = response.response
    response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
    if hasattr(source, "close"):
        source.close()  # a file: a visitor who leaves early must not keep it open
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response
