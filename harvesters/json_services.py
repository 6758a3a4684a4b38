"""JSON as services answer: numbers kept exactly, values as text, and where the records lie in an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from catalog.errors import SourceUnreadable
from harvesters.http_client import Answer

FARTHEST_EXPONENT = 400
_MOST_PATHS = 20


def exact_number(text: str) -> object:
    """A number with a point or exponent as it was written; one too far out to be written plainly stays a text."""
    value = Decimal(text)
    return value if abs(value.adjusted()) <= FARTHEST_EXPONENT else text


def read_json(answer: Answer, *, number: Callable[[str], object] = exact_number) -> Any:
    """The answer as JSON. Raises ``SourceUnreadable``, which says so where it is a web page."""
    start = answer.content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        page, page_en = ("một trang web (HTML)", "a web page (HTML)") if b"html" in start else ("XML", "XML")
        where = answer.fetched.final_url
        raise SourceUnreadable(
            f"“{where}” trả về {page}, không phải JSON; kiểm tra địa chỉ, và xem có phải trang đăng nhập không.",
            f"“{where}” answers with {page_en}, not JSON; check the address, and whether it asks to sign in.",
            url=where,
        )
    return answer.json(number=number)


def text_of_json(value: Any) -> str:
    """JSON text in which numbers keep their digits."""
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(name, ensure_ascii=False)}: {text_of_json(item)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text_of_json, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def at_path(document: Any, path: str) -> Any:
    """What lies at ``a.b.c`` in nested objects; nothing where there is none."""
    for part in filter(None, path.split(".")):
        document = document.get(part) if isinstance(document, Mapping) else None
    return document


def record_paths(document: Any) -> list[str]:
    """Where lists of objects lie, as paths; the empty path is the document itself."""
    return list(dict.fromkeys(_paths(document, "", 4)))[:_MOST_PATHS]


def _paths(value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        if all(isinstance(item, Mapping) for item in value):
            yield path
    elif isinstance(value, Mapping) and depth:
        for name, inner in list(value.items())[:200]:
            if "." not in name:
                yield from _paths(inner, f"{path}.{name}" if path else name, depth - 1)
