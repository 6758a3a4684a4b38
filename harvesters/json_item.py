"""One item of a long list of JSON: its value, or why it cannot be used.

Characters that are not UTF-8 are never replaced: the text is decoded with ``surrogateescape``, and an item that holds
such a character is damaged.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

LARGEST_ITEM = 1_000_000
"""In characters."""

DEEPEST = 64
_BEGINNING = 1 << 20

TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
"""What tells where an object or list ends: texts, and what opens and closes."""

BLANK = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"\s*:\s*(?=\")")
_ESCAPED = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


class Damage(Enum):
    """Why an item cannot be used, in Vietnamese and English."""

    NOT_JSON = "không phải JSON", "it is not JSON"
    NOT_AN_OBJECT = "không phải một đối tượng", "it is not an object"
    TOO_LARGE = f"dài quá {LARGEST_ITEM // 1_000_000} triệu ký tự", f"it is longer than {LARGEST_ITEM} characters"
    TOO_DEEP = f"lồng quá {DEEPEST} tầng", f"it has more than {DEEPEST} levels"
    TWICE = "có tên lặp lại trong một đối tượng", "a name comes twice in one object"
    BAD_NUMBER = "có số không hợp lệ", "it holds something that is no number"
    BAD_CHARACTERS = "có ký tự không phải UTF-8", "it holds characters that are not UTF-8"

    @property
    def why(self) -> str:
        return self.value[0]

    @property
    def why_en(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Item:
    """One item, counted from 1: its ``value``, or its ``damage`` and how the text of it begins."""

    position: int
    value: Mapping[str, Any] = field(default_factory=dict)
    damage: Damage | None = None
    size: int = 0
    beginning: str = ""


def parse_item(position: int, text: str) -> Item:
    """The item that ``text`` is."""
    try:
        value, end = DECODER.raw_decode(text)
    except (ValueError, RecursionError) as error:
        return damaged(position, text, damage_of(error))
    if BLANK.fullmatch(text, end) is None:
        return damaged(position, text, Damage.NOT_JSON)
    return item_of(position, value, text)


def member_text(text: str, name: str) -> str:
    """What the object that ``text`` begins like has under ``name``, if that is a text; also of an object that is
    damaged further on."""
    depth, before = 0, ""
    for token in TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        elif depth == 1:
            if before == json.dumps(name) and "\\" not in token[0]:
                return token[0][1:-1]
            is_name = _COLON.match(text, token.end()) is not None
            before = token[0] if is_name else ""
            continue
        before = ""
    return ""


class _Doubtful(ValueError):
    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.why_en)
        self.damage = damage


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Doubtful(Damage.TWICE)
    return found


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Doubtful(Damage.BAD_NUMBER)
    return value


def _no_number(text: str) -> object:
    raise _Doubtful(Damage.BAD_NUMBER)


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_number)


def damage_of(error: Exception) -> Damage:
    """What an error of :data:`DECODER` means."""
    if isinstance(error, _Doubtful):
        return error.damage
    return Damage.TOO_DEEP if isinstance(error, RecursionError) else Damage.NOT_JSON


def item_of(position: int, value: Any, text: str) -> Item:
    """The item that was read as ``value`` from ``text``."""
    if len(text) > LARGEST_ITEM:
        return damaged(position, text, Damage.TOO_LARGE)
    if not isinstance(value, dict):
        return Item(position, {"": value}, Damage.NOT_AN_OBJECT, len(text), text[:200])
    if text.count("{") + text.count("[") > DEEPEST and depth_of(value) > DEEPEST:
        return damaged(position, text, Damage.TOO_DEEP)
    if not _is_clean(value, text):
        return damaged(position, text, Damage.BAD_CHARACTERS)
    return Item(position, value, size=len(text))


def depth_of(value: object) -> int:
    """How many levels of objects and lists there are."""
    level, depth = [value], 0
    while level := [value for value in level if isinstance(value, dict | list)]:
        depth += 1
        level = [child for holder in level for child in (holder.values() if isinstance(holder, dict) else holder)]
    return depth


def _is_clean(value: Any, text: str) -> bool:
    """Whether all its characters can be kept: no half characters, no bytes that were not UTF-8, no NUL."""
    if text.isascii() and not _ESCAPED.search(text):
        return True
    try:
        text.encode()
        said = json.dumps(value, ensure_ascii=False) if _ESCAPED.search(text) else ""
        said.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in said


def damaged(position: int, text: str, damage: Damage) -> Item:
    """The item that ``text`` could not be read as."""
    return Item(position, damage=damage, size=len(text), beginning=text[:_BEGINNING])
