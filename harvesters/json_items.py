"""Reads a long list out of a JSON document, or JSON Lines, item by item: memory holds one item, not the document.

An item that is damaged, too large or too deep is told by itself and the next one is read; a document that breaks off is
an error of the whole. Characters that are not UTF-8 are never replaced.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from catalog.errors import SourceUnreadable

LARGEST_ITEM = 1_000_000
"""In characters."""

LARGEST_HELD = 64_000_000
"""No item is looked through further than this for its end."""

DEEPEST = 64
PIECE = 1 << 20

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_AFTER_WORD = re.compile(r"[,\]}\s]")
_COLON = re.compile(r"\s*:\s*(?=\")")
_BLANK = re.compile(r"[ \t\r\n]*")
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


class NoList(Exception):
    """The document is an object without a list of the wanted name; ``members`` are those it has."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__("no list")
        self.members = members


def items_of(
    path: Path,
    names: Collection[str],
    *,
    shown: str,
    inside: str = "",
    lines: bool = False,
    members: dict[str, Any] | None = None,
) -> Iterator[Item]:
    """The items of the list called one of ``names`` in the object that the document is (or in that object's member
    ``inside``), of the list that it is, or of its ``lines``. ``shown`` names the document in errors; ``members`` is
    filled with what else it says. Raises ``SourceUnreadable`` where it breaks off, ``NoList``."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        if lines:
            yield from _line_items(stream)
        else:
            yield from _Document(stream, shown, names, inside, {} if members is None else members).items()


def parse_item(position: int, text: str) -> Item:
    """The item that ``text`` is."""
    try:
        value, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError) as error:
        return _damaged(position, text, _damage_of(error))
    if _BLANK.fullmatch(text, end) is None:
        return _damaged(position, text, Damage.NOT_JSON)
    return _item(position, value, text)


# --- lines -----------------------------------------------------------------------------------------------------------


def is_lines(path: Path) -> bool:
    """Whether a first line is an object of its own and another begins after it."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        first = stream.readline(PIECE * 4)
        if not first.lstrip().startswith("{") or not first.endswith("\n"):
            return False
        second = next((line for line in iter(lambda: stream.readline(100), "") if line.strip()), "")
    return second.lstrip().startswith("{") and parse_item(1, first.strip()).damage is None


def _line_items(stream: TextIO) -> Iterator[Item]:
    position = 0
    while line := stream.readline(LARGEST_ITEM + 2):
        if not line.strip():
            continue
        position += 1
        size = len(line)
        rest = line
        while not rest.endswith("\n") and (rest := stream.readline(PIECE)):
            size += len(rest)
        if size > LARGEST_ITEM + 2:
            yield Item(position, damage=Damage.TOO_LARGE, size=size, beginning=line[:PIECE])
        else:
            yield parse_item(position, line.strip())


# --- a document ------------------------------------------------------------------------------------------------------


class _Document:
    """A window on the text that moves on; what lies before it is forgotten."""

    def __init__(
        self, stream: TextIO, shown: str, names: Collection[str], inside: str, members: dict[str, Any]
    ) -> None:
        self._stream = stream
        self._shown = shown
        self._names = names
        self._inside = inside
        self._members = members
        self._text = ""
        self._at = 0
        self._position = 0
        self._found = False

    def items(self) -> Iterator[Item]:
        opening = self._next()
        if opening == "[":
            yield from self._list()
        elif opening == "{":
            yield from self._object()
        else:
            raise self._broken(
                "không phải JSON" if opening else "trống", "it is not JSON" if opening else "it is empty"
            )
        if self._next():
            raise self._broken("còn chữ sau khi JSON đã hết", "there is text after the end of its JSON")
        if opening == "{" and not self._found:
            raise NoList(self._members)

    def _object(self, *, nested: bool = False) -> Iterator[Item]:
        self._at += 1
        if self._next() == "}":
            self._at += 1
            return
        while True:
            name = self._member_name()
            opening = self._next()
            if name in self._names and opening == "[":
                if self._found:
                    raise self._broken(f"có hai danh sách “{name}”", f"it has two lists “{name}”")
                self._found = True
                yield from self._list()
            elif name == self._inside and opening == "{" and not nested:
                yield from self._object(nested=True)
            else:
                self._members[name] = self._member()
                if name == "@graph" and not self._found:
                    raise NoList(self._members)
            if not self._comma("}"):
                break
        self._at += 1

    def _member(self) -> Any:
        try:
            value, self._at = self._decoded()
        except (ValueError, RecursionError) as error:
            damage = _damage_of(error)
            raise self._broken(damage.why, damage.why_en) from None
        return value

    def _member_name(self) -> str:
        if self._next() != '"':
            raise self._broken("sai JSON", "its JSON is wrong")
        name = self._member()
        if self._next() != ":":
            raise self._broken("sai JSON", "its JSON is wrong")
        self._at += 1
        self._next()
        return str(name)

    def _list(self) -> Iterator[Item]:
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._position += 1
            yield self._value(self._position)
            if not self._comma("]"):
                self._at += 1
                return

    def _comma(self, closing: str) -> bool:
        """Whether another follows; stands before it, or before what closes the list or object."""
        mark = self._next()
        if mark == ",":
            self._at += 1
            if self._next() == closing:
                raise self._broken("thừa dấu phẩy", "it has a comma too many")
            return True
        if mark != closing:
            raise self._broken("sai JSON hoặc đứt quãng", "its JSON is wrong or breaks off")
        return False

    def _value(self, position: int) -> Item:
        """The value that begins here, read or found to be damaged; the window stands after it."""
        if not self._next():
            raise self._broken("đứt quãng", "it breaks off")
        try:
            value, end = self._decoded()
        except (ValueError, RecursionError) as error:
            text = self._text[self._at : self._end()]
            self._at += len(text)
            return _damaged(position, text, _damage_of(error))
        start, self._at = self._at, end
        return _item(position, value, self._text[start:end])

    def _decoded(self) -> tuple[Any, int]:
        """The value and where it ends. A value that cannot be read lies in the window as a whole afterwards."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if self._balanced() is not None or not self._more():
                    raise
            else:
                # A number at the very end of the window may go on after it.
                if end < len(self._text) or not self._more():
                    return value, end

    def _end(self) -> int:
        end = self._balanced()
        if end is None:
            raise self._broken("đứt quãng", "it breaks off")
        return end

    def _balanced(self) -> int | None:
        """Where the object, list or text that begins here ends, as far as the window shows it."""
        if self._text[self._at] not in '[{"':
            found = _AFTER_WORD.search(self._text, self._at)
            return found.start() if found else None
        depth = 0
        for token in _TOKEN.finditer(self._text, self._at):
            if token[0] in "[{":
                depth += 1
            elif token[0] in "]}":
                depth -= 1
            if depth <= 0:
                return token.end()
        return None

    def _next(self) -> str:
        """The next character that is not blank, or nothing at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Widens the window by as much again as it shows; whether there was anything left."""
        held = len(self._text) - self._at
        if held > LARGEST_HELD:
            raise self._broken("có mục quá lớn", "it has an item that is far too large")
        piece = self._stream.read(max(PIECE, held))
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _broken(self, why: str, why_en: str) -> SourceUnreadable:
        where, where_en = "", ""
        if self._position:
            where, where_en = f" sau mục thứ {self._position}", f" after item {self._position}"
        return SourceUnreadable(
            f"Không đọc được “{self._shown}” đến hết: {why}{where}.",
            f"“{self._shown}” cannot be read to its end: {why_en}{where_en}.",
            url=self._shown,
        )


def member_text(text: str, name: str) -> str:
    """What the object that ``text`` begins like has under ``name``, if that is a text; also of an object that is
    damaged further on."""
    depth, before = 0, ""
    for token in _TOKEN.finditer(text):
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


# --- an item ---------------------------------------------------------------------------------------------------------


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


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_number)


def _damage_of(error: Exception) -> Damage:
    if isinstance(error, _Doubtful):
        return error.damage
    return Damage.TOO_DEEP if isinstance(error, RecursionError) else Damage.NOT_JSON


def _item(position: int, value: Any, text: str) -> Item:
    if len(text) > LARGEST_ITEM:
        return _damaged(position, text, Damage.TOO_LARGE)
    if not isinstance(value, dict):
        return Item(position, {"": value}, Damage.NOT_AN_OBJECT, len(text), text[:200])
    if text.count("{") + text.count("[") > DEEPEST and depth_of(value) > DEEPEST:
        return _damaged(position, text, Damage.TOO_DEEP)
    if not _is_clean(value, text):
        return _damaged(position, text, Damage.BAD_CHARACTERS)
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


def _damaged(position: int, text: str, damage: Damage) -> Item:
    return Item(position, damage=damage, size=len(text), beginning=text[:PIECE])
