"""How the APIs answer: JSON, conditional on a version, and one form of error."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from catalog.errors import CatalogError

MINUTE = 60
YEAR = 31_536_000

_HTTP_MESSAGES = {
    400: ("bad-request", "Yêu cầu không đọc được."),
    404: ("not-found", "Không có gì ở địa chỉ này."),
    405: ("method-not-allowed", "Địa chỉ này không nhận phương thức đó."),
    413: ("too-large", "Yêu cầu quá lớn."),
    416: ("range-not-satisfiable", "Tệp ngắn hơn đoạn được hỏi; độ dài nằm trong Content-Range."),
    415: ("unsupported-media-type", "Kiểu nội dung không được nhận; hãy gửi application/json."),
}


def error_response(error: HTTPException | CatalogError) -> Response:
    """``{"error": {"code", "message", "message_en", …}}`` with the right status. Vietnamese first; the details are what
    a program can act on."""
    if isinstance(error, CatalogError):
        body = {**error.details, "code": error.code, "message": error.message, "message_en": error.message_en}
        response = json_response({"error": body}, error.http_status, max_age=0)
        if error.http_status == 503:
            response.headers["Retry-After"] = "30"
        return response
    status = error.code or 500
    code, message = _HTTP_MESSAGES.get(status, (str(status), f"Lỗi HTTP {status}."))
    body = {"code": code, "message": message, "message_en": error.description or error.name}
    response = json_response({"error": body}, status, max_age=0)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "content-range"):
            response.headers[name] = value
    return response


def json_response(body: Any, status: int = 200, *, max_age: int = MINUTE) -> Response:
    response = Response(orjson.dumps(body, default=str), status, mimetype="application/json")
    return with_caching(response, max_age)


def with_caching(response: Response, max_age: int) -> Response:
    """Public for ``max_age`` seconds; 0 means: keep it, but ask again each time."""
    if max_age == 0:
        response.headers["Cache-Control"] = "no-cache"
    elif max_age == YEAR:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = f"public, max-age={max_age}"
    return response


def conditional(response: Response) -> Response:
    """The answer with the hash of its body as ETag; a 304 if the caller has it already."""
    response.add_etag()
    response.make_conditional(request)
    return response


def open_to_scripts(response: Response) -> Response:
    """Lets scripts of any site send JSON, ask for parts of a file, and read what the answer's headers say (CORS).
    Without it a browser refuses the POST that CKAN's JavaScript clients send. Nothing here needs credentials."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = (
            "Authorization, Content-Type, If-Modified-Since, If-None-Match, If-Range, Range, X-CKAN-API-Key"
        )
        headers["Access-Control-Max-Age"] = "86400"
    return response


def unchanged(etag: str) -> Response | None:
    """A 304 if the caller already has what ``etag`` stands for; asked before any work is done."""
    if not request.if_none_match.contains_weak(etag):
        return None
    response = Response(status=304)
    response.set_etag(etag)
    return with_caching(response, 0)
