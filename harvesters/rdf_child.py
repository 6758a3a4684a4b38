"""The process in which RDF from outside is parsed: little memory, no network, no files but those it is told.

Started by :mod:`harvesters.rdf_reading`. Every line of its input is a question in JSON (``path``, ``form``, ``base``,
``target``); it answers each with a line, and writes the datasets (:mod:`harvesters.rdf_datasets`) as JSON Lines to
``target``.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import rdflib
from rdflib.plugins.parsers.notation3 import BadSyntax

from harvesters.rdf_datasets import Described
from harvesters.rdf_statements import Refused, statements_of, warm_up
from harvesters.reading.lifeline import end_with_parent

MEMORY_BYTES = 4 << 30
CPU_SECONDS = 3_600


def main() -> None:
    """Answer questions until there are no more."""
    end_with_parent(int(sys.argv[1]))
    sys.setrecursionlimit(3_000)
    rdflib.NORMALIZE_LITERALS = False
    logging.disable(logging.CRITICAL)
    warm_up()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed: set[str] = set()
    close_doors(allowed)
    for line in sys.stdin:
        question = json.loads(line)
        allowed |= {question["path"], question["target"]}
        sys.stdout.write(json.dumps(_answered(question), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def close_doors(allowed: Collection[str]) -> None:
    """From here on this process opens no connection, starts no other, and opens no file but those ``allowed`` and, to
    read them, those of Python itself."""
    ours = (sys.prefix, sys.base_prefix)

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode = str(given[0]), given[1]
            is_ours = path.startswith(ours) and (mode is None or set(str(mode)) <= set("rbt"))
            if not (path in allowed or is_ours or isinstance(given[0], int)):
                raise PermissionError(f"{event} is not allowed here")
        elif event.startswith(("socket.", "subprocess.", "urllib.", "ftplib.", "http.", "os.system", "os.exec")):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


def _answered(question: dict[str, str]) -> dict[str, Any]:
    path = Path(question["path"])
    try:
        described = Described(statements_of(path, question["form"], question["base"]))
        with Path(question["target"]).open("w", encoding="utf-8") as target:
            count = 0
            for record in described.records():
                target.write(json.dumps(record, ensure_ascii=False) + "\n")
                count += 1
    except Refused as refusal:
        return {"refused": list(refusal.args)}
    except BadSyntax as error:
        return {"refused": [f"sai cú pháp ở dòng {error.lines + 1}", f"its syntax is wrong at line {error.lines + 1}"]}
    except RecursionError:
        return {"refused": ["lồng quá nhiều tầng", "it is nested too deeply"]}
    except MemoryError:
        return {"refused": ["quá lớn", "it is too large"]}
    except Exception as error:  # whatever a parser raises for a document that it does not understand
        place = getattr(error, "getLineNumber", lambda: None)()
        where, where_en = (f" ở dòng {place}", f" at line {place}") if place else ("", "")
        return {"refused": [f"sai cú pháp{where}", f"its syntax is wrong{where_en} ({type(error).__name__})"]}
    return {"count": count, "total": described.total, "next": described.next}


if __name__ == "__main__":
    main()
