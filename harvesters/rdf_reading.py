"""Has RDF from outside parsed by a child process that can be killed, and gives its datasets as JSON Lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from catalog.errors import SourceUnreadable
from harvesters.reading.parent import child_environment

WALL_SECONDS = 600.0
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class RdfPage:
    """What a document holds: a file with its datasets, how many there are in all and where the next pages are, as it
    says."""

    path: Path
    total: int | None
    following: tuple[str, ...]


class RdfReader:
    """One child for all documents of a run; use as a context manager. A child that dies or takes too long costs its
    document; the next one has a new child."""

    def __init__(self, seconds: float = WALL_SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: Path, form: str, base: str, target: Path, *, shown: str) -> RdfPage:
        """The datasets in the document at ``path``, whose ``form`` is ``xml``, ``turtle``, ``nt`` or ``json-ld``, as
        JSON Lines in the new file ``target``; ``base`` is where it came from. Raises ``SourceUnreadable``, in which it
        is ``shown``."""
        if path.stat().st_size > MOST_BYTES:
            raise _unreadable(shown, f"lớn hơn {MOST_BYTES // 1_000_000} MB", f"it is larger than {MOST_BYTES} bytes")
        question = {"path": str(path.absolute()), "form": form, "base": base, "target": str(target.absolute())}
        answer = self._asked(question)
        if answer is None:
            raise _unreadable(shown, "quá lớn hoặc quá phức tạp", "it is too large or too complex")
        if "refused" in answer:
            raise _unreadable(shown, *answer["refused"])
        return RdfPage(target, answer["total"], tuple(answer["next"]))

    def _asked(self, question: dict[str, str]) -> dict[str, Any] | None:
        child = self._child = self._child or _started()
        timer = threading.Timer(self._seconds, child.kill)
        timer.start()
        try:
            if child.stdin is None or child.stdout is None:
                return None
            child.stdin.write(json.dumps(question) + "\n")
            child.stdin.flush()
            answer: dict[str, Any] = json.loads(child.stdout.readline())
        except (OSError, ValueError):  # it died
            self._end()
            return None
        finally:
            timer.cancel()
        return answer

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  our own module and a number
        [sys.executable, "-m", "harvesters.rdf_child", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=child_environment(),
    )


def _unreadable(shown: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"Không đọc được danh mục ở “{shown}”: {why}.",
        f"The catalogue at “{shown}” cannot be read: {why_en}.",
        url=shown,
    )
