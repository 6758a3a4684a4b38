"""What comes back: the content of an answer, and the record that it was fetched."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests.utils import parse_header_links

from harvesters.http.failures import unreadable
from harvesters.http.targets import read_target

DEEPEST = 64
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Fetched:
    """The record of one attempt to fetch something. Neither address holds a secret; ``status`` is 0 without an answer,
    and ``failure`` then or at an error says why (a code of ``Reason``, or ``missing``, ``too-large``, ``unreadable``).

    ``received`` counts bytes on the wire with heads, ``size`` and ``sha256`` are of the unpacked content; ``when`` is
    UTC, ``seconds`` until the last byte. Where ``end_is_known`` is false the server did not say where its content ends:
    had it been cut off, nobody could tell."""

    method: str
    url: str
    final_url: str
    status: int
    when: datetime
    seconds: float
    attempt: int = 1
    redirects: int = 0
    received: int = 0
    size: int = 0
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""
    length: int | None = None
    end_is_known: bool = True
    failure: str = ""

    @property
    def not_modified(self) -> bool:
        """Whether the server says that it is still what was fetched before."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Answer:
    """Content that came whole. ``url`` is where it came from at last, in full: it may hold secrets, so show
    ``fetched.final_url``. Names of ``headers`` are in small letters."""

    content: bytes
    url: str
    headers: Mapping[str, str]
    fetched: Fetched

    def __repr__(self) -> str:
        return f"Answer({self.fetched.final_url!r}, {len(self.content)} bytes)"

    def json(self, *, number: Callable[[str], object] | None = None) -> Any:
        """The content as JSON (RFC 8259, UTF-8). ``number`` reads what has a point or exponent; by default floats.
        Raises ``SourceUnreadable`` for anything else: a name twice in an object, NaN, a number out of range, half a
        character, more than 64 levels."""
        return parse_json(self.content, self.fetched.final_url, number=number)

    def link(self, relation: str) -> str | None:
        """The address that the header ``Link`` gives for ``relation`` (RFC 8288), such as ``next``, in full."""
        for link in parse_header_links(self.headers.get("link", "")):
            if relation in link.get("rel", "").split() and link.get("url"):
                return read_target(self.url).join(link["url"]).url
        return None


def parse_json(content: bytes, where: str, *, number: Callable[[str], object] | None = None) -> Any:
    """See :meth:`Answer.json`; ``where`` is named in errors."""
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_float=number or _finite,
            parse_constant=_no_number,
        )
        if _SURROGATE.search(content):
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeError:
        raise unreadable(where, "có ký tự không phải UTF-8", "it holds characters that are not UTF-8") from None
    except _Doubtful as error:
        raise unreadable(where, error.args[0], error.args[1]) from None
    except (ValueError, RecursionError):
        raise unreadable(where, "không phải JSON", "it is not JSON") from None
    if _is_too_deep(value):
        raise unreadable(where, f"JSON lồng quá {DEEPEST} tầng", f"its JSON has more than {DEEPEST} levels")
    return value


class _Doubtful(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:60]
        raise _Doubtful(f"tên “{twice}” lặp lại trong một đối tượng", f"the name “{twice}” comes twice in one object")
    return found


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Doubtful("có số quá lớn", "it holds a number out of range")
    return value


def _no_number(text: str) -> object:
    raise _Doubtful(f"có giá trị “{text}”", f"it holds “{text}”")


def _is_too_deep(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        level = [
            child
            for holder in level
            if isinstance(holder, dict | list)
            for child in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
