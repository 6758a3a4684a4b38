"""Patterns of a Table Schema, matched in linear time with the meaning that Python gives them.

Python's ``re`` needs exponential time for some patterns; RE2 never does, but reads some classes otherwise. A pattern is
therefore translated by its parsed form. One that RE2 has no words for (looking around, back-references) is tried by
Python in a child process that is ended when it takes too long.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from catalog.errors import InvalidInput

FILE_SECONDS = 20.0
"""What all slow patterns of a schema may take together in one file."""
_SPACES = r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_CLASSES = {
    "CATEGORY_DIGIT": r"\p{Nd}",
    "CATEGORY_WORD": r"\p{L}\p{N}_",
    "CATEGORY_SPACE": _SPACES,
}
_MOST_REPEATS = 1_000


class _Untranslatable(Exception):
    """RE2 has no words for this."""


class PatternTime:
    """The time that slow patterns may still take, shared by the patterns of one schema for one file."""

    def __init__(self, seconds: float | None = None) -> None:
        self._left = FILE_SECONDS if seconds is None else seconds
        self._lock = threading.Lock()

    @contextmanager
    def spent(self) -> Iterator[float]:
        """Gives the seconds that are left, and takes off what is spent; one child runs at a time."""
        with self._lock:
            started = time.monotonic()
            try:
                yield max(self._left, 0.0)
            finally:
                self._left -= time.monotonic() - started


class SafePattern:
    """One pattern of a schema: does a text match ``^pattern$`` from its start, as Frictionless asks?"""

    def __init__(self, pattern: str, allowance: PatternTime | None = None) -> None:
        self.pattern = pattern
        self._allowance = allowance or PatternTime()
        self.re2 = _translated(f"^{pattern}$")
        self._known: dict[str, bool] = {}
        self._match: Callable[[str], bool] | None = None
        if self.re2 is not None:
            import re2

            compiled = re2.compile(self.re2)
            self._match = lambda text: compiled.match(text) is not None

    def matches(self, text: str) -> bool:
        """Whether ``text`` matches. Raises ``InvalidInput`` for a pattern that takes too long."""
        if self._match is not None and _is_known(text):
            return self._match(text)
        if text not in self._known:
            self.learn([text])
        return self._known[text]

    def learn(self, texts: Iterable[str]) -> None:
        """Judge many texts in one child process, if only Python can. Raises ``InvalidInput`` if the time allowed is
        over."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if self._match is not None:
            unknown = [text for text in unknown if not _is_known(text)]
        if unknown:
            with self._allowance.spent() as seconds:
                self._known.update(zip(unknown, _in_child(self.pattern, unknown, seconds), strict=True))


def _is_known(text: str) -> bool:
    """Whether Python knows all characters: RE2 may follow a later Unicode, and know letters that Python does not."""
    return text.isascii() or not any(unicodedata.category(character) == "Cn" for character in text)


_CHILD = (
    "import json, re, sys; pattern, texts = json.load(sys.stdin); found = re.compile('^{0}$'.format(pattern));"
    " json.dump([found.match(text) is not None for text in texts], sys.stdout)"
)


def _in_child(pattern: str, texts: Sequence[str], seconds: float) -> list[bool]:
    question = json.dumps([pattern, list(texts)])
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and program; the pattern travels as data
            [sys.executable, "-I", "-c", _CHILD],
            input=question,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise InvalidInput(
            f"Mẫu “{pattern}” trong lược đồ tính quá lâu; viết lại mẫu đơn giản hơn.",
            f"The pattern “{pattern}” of the schema takes too long; write it more simply.",
            pattern=pattern,
        ) from error
    found: list[bool] = json.loads(done.stdout)
    return found


def _translated(pattern: str) -> str | None:
    """RE2's words for a pattern matched from the start of a text; ``None`` if there are none. Raises ``InvalidInput``
    for what is no pattern."""
    try:
        parsed = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise InvalidInput(
            f"Mẫu “{pattern}” trong lược đồ không phải biểu thức chính quy: {error}.",
            f"The pattern “{pattern}” of the schema is no regular expression: {error}.",
            pattern=pattern,
        ) from error
    if parsed.state.flags & ~re.UNICODE:
        return None
    try:
        text = r"\A(?:" + _sequence(list(parsed), last=True) + ")"
    except (_Untranslatable, RecursionError):
        return None
    import re2

    try:
        re2.compile(text)
    except re2.error:
        return None
    return text


def _sequence(items: Sequence[Any], *, last: bool) -> str:
    """``last``: nothing of the pattern follows, so that a ``$`` may stand for the end of the text."""
    return "".join(_item(item, last=last and _only_ends(items[place + 1 :])) for place, item in enumerate(items))


def _only_ends(items: Sequence[Any]) -> bool:
    return all(operator is codes.AT and place in (codes.AT_END, codes.AT_END_STRING) for operator, place in items)


def _item(item: Any, *, last: bool) -> str:
    operator, argument = item
    name = str(operator)
    if name == "LITERAL":
        return _literal(argument)
    if name == "NOT_LITERAL":
        return f"[^{_literal(argument)}]"
    if name == "ANY":
        return r"[^\n]"
    if name == "IN":
        return _class(argument)
    if name == "BRANCH":
        return "(?:" + "|".join(_sequence(list(branch), last=last) for branch in argument[1]) + ")"
    if name == "SUBPATTERN":
        _group, added, removed, inner = argument
        if added or removed:
            raise _Untranslatable
        return "(?:" + _sequence(list(inner), last=last) + ")"
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeat(*argument)
    if name == "AT":
        return _place(argument, last=last)
    raise _Untranslatable


def _literal(code: int) -> str:
    return rf"\x{{{code:x}}}"


def _class(items: Sequence[Any]) -> str:
    negated, parts = "", []
    for operator, argument in items:
        name = str(operator)
        if name == "NEGATE":
            negated = "^"
        elif name == "LITERAL":
            parts.append(_literal(argument))
        elif name == "RANGE":
            parts.append(f"{_literal(argument[0])}-{_literal(argument[1])}")
        elif name == "CATEGORY" and str(argument) in _CLASSES:
            parts.append(_CLASSES[str(argument)])
        elif name == "CATEGORY" and len(items) == 1:
            return f"[^{_CLASSES[str(argument).replace('NOT_', '')]}]"
        else:
            raise _Untranslatable
    return f"[{negated}{''.join(parts)}]"


def _repeat(low: int, high: Any, inner: Any) -> str:
    most = None if high is codes.MAXREPEAT else int(high)
    if low > _MOST_REPEATS or (most or 0) > _MOST_REPEATS:
        raise _Untranslatable
    counted = f"{{{low},{'' if most is None else most}}}"
    return f"(?:{_sequence(list(inner), last=False)}){counted}"


def _place(place: Any, *, last: bool) -> str:
    if place is codes.AT_BEGINNING or place is codes.AT_BEGINNING_STRING:
        return r"\A"
    if last and place is codes.AT_END:
        return r"(?:\n?\z)"
    if last and place is codes.AT_END_STRING:
        return r"\z"
    raise _Untranslatable
