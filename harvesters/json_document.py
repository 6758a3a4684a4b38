"""A JSON document with a long list in it, read through a window that moves on; what lies before it is forgotten."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TextIO

from catalog.errors import SourceUnreadable
from harvesters.json_item import BLANK, DECODER, TOKEN, Item, damage_of, damaged, item_of

LARGEST_HELD = 64_000_000
"""No item is looked through further than this for its end, in characters."""

PIECE = 1 << 20
_AFTER_WORD = re.compile(r"[,\]}\s]")


class NoList(Exception):
    """The document is an object without a list of the wanted name; ``members`` are those it has."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__("no list")
        self.members = members


class JsonDocument:
    """The document in ``stream``. Its list is called one of ``names`` and is a member of the document, or of its member
    ``inside``; ``members`` is filled with the others. ``shown`` names the document in errors."""

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
        """See :func:`harvesters.json_items.items_of`."""
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
            damage = damage_of(error)
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
            return damaged(position, text, damage_of(error))
        start, self._at = self._at, end
        return item_of(position, value, self._text[start:end])

    def _decoded(self) -> tuple[Any, int]:
        """The value and where it ends. A value that cannot be read lies in the window as a whole afterwards."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
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
        for token in TOKEN.finditer(self._text, self._at):
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
            blank = BLANK.match(self._text, self._at)
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
