"""Patterns that look around are tried by Python in a child process, and all of them have one time for a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from schemas.engine import check_file
from schemas.engine.patterns import PatternTime, SafePattern
from tests.schemas.engine.oracle import ours, schema, theirs, written

LOOKS_AROUND = r"(?!1)\S*"
NEVER_ENDS = r"(?=(a+)+$)b|(a+)+b"


def test_a_pattern_that_looks_around_means_what_python_means() -> None:
    pattern = SafePattern(LOOKS_AROUND)
    assert pattern.re2 is None
    assert [pattern.matches(text) for text in ("x", "1x", "x y")] == [True, False, False]


@pytest.mark.parametrize("character", ["\U00031350", "\U00010efd", "ế", "ǳ"])
def test_a_letter_of_a_later_unicode_is_what_python_takes_it_for(character: str) -> None:
    for pattern in (r"\w", r"[^\w]*", r"\W", "."):
        assert SafePattern(pattern).matches(character) is (re.match(f"^{pattern}$", character) is not None), pattern


def test_the_time_is_one_for_all_patterns_and_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answered(pattern: str, texts: list[str], seconds: float) -> list[bool]:
        asked.append(seconds)
        return [True] * len(texts)

    monkeypatch.setattr("schemas.engine.patterns._in_child", answered)
    moments = iter([0.0, 4.0, 10.0, 13.0, 20.0, 25.0])
    monkeypatch.setattr("schemas.engine.patterns.time.monotonic", lambda: next(moments))
    allowance = PatternTime(6.0)
    first, second = SafePattern(LOOKS_AROUND, allowance), SafePattern(LOOKS_AROUND, allowance)
    first.learn(["a", "b"])
    second.learn(["a"])
    first.learn(["a", "c"])
    assert asked == [6.0, 2.0, 0.0]


def test_a_file_whose_patterns_take_too_long_together_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemas.engine.patterns.FILE_SECONDS", 0.5)
    monkeypatch.setattr("schemas.engine.blocks.BLOCK_BYTES", 64)
    path = written(tmp_path / "bang.csv", [["o"], *([f"{'a' * 40}{number}"] for number in range(50))])
    with pytest.raises(InvalidInput, match="tính quá lâu"):
        check_file(path, schema({"name": "o", "constraints": {"pattern": NEVER_ENDS}}))


def test_a_slow_pattern_gives_the_same_errors(tmp_path: Path) -> None:
    descriptor = schema({"name": "o", "constraints": {"pattern": LOOKS_AROUND}}, {"name": "p"})
    path = written(tmp_path / "bang.csv", [["o", "p"], ["x", "1"], ["1x", "1"], ["", ""], ["1y", "2"]])
    assert ours(path, descriptor)[1] == theirs(path, descriptor)
