"""Reads a long list out of a JSON document, or JSON Lines, item by item: memory holds one item, not the document.

An item that is damaged, too large or too deep is told by itself and the next one is read; a document that breaks off is
an error of the whole. Characters that are not UTF-8 are never replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TextIO

from harvesters.json_document import PIECE, JsonDocument, NoList
from harvesters.json_item import LARGEST_ITEM, Damage, Item, member_text, parse_item

__all__ = ["Damage", "Item", "NoList", "is_lines", "items_of", "member_text", "parse_item"]


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
            yield from JsonDocument(stream, shown, names, inside, {} if members is None else members).items()


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
