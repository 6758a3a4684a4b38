"""Where a fault was seen: all places counted, the first few kept to be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog.issues import EXAMPLES_KEPT, Example

SHOWN_CHARACTERS = 200
_LAST_WORD = re.compile(r"\S{1,80}\Z")


@dataclass(slots=True)
class Places:
    """Grows while a table is read. ``row`` counts the header as 1."""

    count: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, row: int | None, value: str = "") -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES_KEPT:
            self.examples.append(Example(row, shortened(value)))


def shortened(value: str, most: int = SHOWN_CHARACTERS) -> str:
    """A long value loses its end at a word, so that half a personal value does not escape the mask put on later."""
    return value if len(value) <= most else _LAST_WORD.sub("", value[:most]) + "…"
