"""The process in which a file from outside is parsed: little memory, little time, nothing of our secrets.

Started by :mod:`harvesters.reading.parent` with a question as JSON on standard input; answers on standard output.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harvesters.reading.lifeline import end_with_parent

MEMORY_BYTES = 4 << 30
CPU_SECONDS = 600
GARBAGE_AFTER = 100_000
"""Rows are made and dropped by the million without a circle among them; looking for one oftener costs a tenth."""


def main() -> None:
    """Answer one question."""
    end_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(GARBAGE_AFTER, 50, 1_000)
    question = json.load(sys.stdin)
    from catalog.errors import CatalogError

    try:
        answer = {"reading": _answer(question)}
    except CatalogError as error:
        told = {name: value for name, value in error.details.items() if isinstance(value, str | int)}
        answer = {
            "error": {"code": error.code, "message": error.message, "message_en": error.message_en, "details": told}
        }
    except MemoryError:
        answer = {}
    json.dump(answer, sys.stdout, ensure_ascii=False)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    from catalog.dictionary import TableSchema
    from catalog.layout import TableLayout
    from harvesters.reading.open_file import open_file
    from harvesters.reading.staged import stage

    schema = TableSchema.from_descriptor(question["schema"]) if question["schema"] else None
    layout = TableLayout.from_json(question["layout"]) if question["layout"] else None
    names = [text for field in schema.fields for text in (field.name, field.title)] if schema else []
    book = open_file(Path(question["path"]), names, layout, question["place"])
    return asdict(stage(book, schema, Path(question["target"]), layout, question["place"]))


if __name__ == "__main__":
    main()
