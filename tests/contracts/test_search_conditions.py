"""Conditions of programs, and patterns, on every engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.errors import InvalidQuery
from catalog.ports import DatasetIndex
from catalog.questions import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    Match,
    Not,
    SearchSort,
)
from tests.contracts.dataset_indexes import described, found, where


@pytest.fixture
def three(index: DatasetIndex) -> DatasetIndex:
    index.put(
        [
            described("a-1", "Đất đai Thanh Hóa", formats=("CSV",), keywords=("đất", "nhà ở"), simulated=True),
            described("a-2", "Đất", description="Bản đồ đất đai", modified=datetime(2026, 1, 31, 12, tzinfo=UTC)),
            described("b", "Nước sạch", organization_id="org-2", modified=datetime(2025, 6, 1, tzinfo=UTC)),
        ]
    )
    return index


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Match("id", "id-b"), ["b"]),
        (Match("name", "a-1"), ["a-1"]),
        (Match("name", "a", prefix=True), ["a-1", "a-2"]),
        (Match("name", "a"), []),
        (Match("organization_id", "org-2"), ["b"]),
        (Match("state", "active"), ["a-1", "a-2", "b"]),
        (Match("state", "deleted"), []),
        (Match("simulated", "true"), ["a-1"]),
        (Match("format", "csv"), ["a-1", "a-2", "b"]),
        (Match("format", "CSV"), ["a-1", "a-2", "b"]),
        (Match("keyword", "nhà ở"), ["a-1"]),
        (Match("keyword", "*"), ["a-1"]),
        (Not(Match("keyword", "*")), ["a-2", "b"]),
        (Match("modified", "*"), ["a-2", "b"]),
        (Match("description", "*"), ["a-2"]),
        (Match("title", "dat"), ["a-1", "a-2"]),
        (Match("title", "đai đất"), ["a-1"]),
        (Match("title", "thanh đất", phrase=True), []),
        (Match("title", "đai thanh", phrase=True), ["a-1"]),
        (Match("title", "đất tha", prefix=True), ["a-1"]),
        (Match("title", "!"), []),
        (Match("description", "bản đồ"), ["a-2"]),
        (Match("text", "dat dai"), ["a-1", "a-2"]),
        (Match("unknown", "x"), []),
        (Match("name", "\ud800"), []),
        (Match("unknown", "*"), []),
        (Not(Match("unknown", "x")), ["a-1", "a-2", "b"]),
        (Between("unknown", "a", "b"), []),
        (Between("name", "a-2", None), ["a-2", "b"]),
        (Between("name", "a-2", "b", include_low=False), ["b"]),
        (Between("name", None, "b", include_high=False), ["a-1", "a-2"]),
        (Between("keyword", None, None), ["a-1"]),
        (Between("modified", "2025-12-31", None), ["a-2"]),
        (Between("modified", None, "2026-01-31"), ["a-2", "b"]),
        (Between("modified", None, "2026-01-31T12:00:00Z", include_high=False), ["b"]),
        (Between("modified", "2026-01-31T19:00:00+07:00", "2026-01-31T12:00:00"), ["a-2"]),
        (Between("modified", "2025-06-01", None, include_low=False), ["a-2"]),
        (AllOf(()), ["a-1", "a-2", "b"]),
        (AnyOf(()), []),
        (AllOf((Match("title", "đất"), Not(Match("name", "a-1")))), ["a-2"]),
        (AnyOf((Match("name", "b"), Not(Match("title", "đất")))), ["b"]),
        (AnyOf((Match("name", "a-1"), Not(Match("title", "đất")))), ["a-1", "b"]),
        (AllOf((Not(Match("name", "a-1")), Not(Match("name", "b")))), ["a-2"]),
        (Not(Not(Match("name", "b"))), ["b"]),
        (Not(AllOf(())), []),
    ],
)
def test_conditions(three: DatasetIndex, condition: Condition, names: list[str]) -> None:
    assert where(three, condition) == names


def test_conditions_narrow_text_and_filters(three: DatasetIndex) -> None:
    assert found(three, "đất", where=Not(Match("name", "a-1")), filters={"format": ("csv",)}) == ["a-2"]


@pytest.mark.parametrize("field", ["issued", "modified", "recorded"])
def test_a_time_that_is_none_is_refused(three: DatasetIndex, field: str) -> None:
    with pytest.raises(InvalidQuery, match="hôm qua"):
        where(three, Between(field, "hôm qua", None))


def test_a_condition_too_deep_or_too_long_is_refused(three: DatasetIndex) -> None:
    deep: Condition = Match("name", "b")
    for _ in range(2_000):
        deep = Not(deep)
    for condition in (deep, AnyOf((Match("name", "b"),) * 100_000)):
        with pytest.raises(InvalidQuery):
            where(three, condition)


@pytest.mark.parametrize("depth", [1, 10, 18])
def test_a_condition_that_is_deep_is_answered(three: DatasetIndex, depth: int) -> None:
    deep: Condition = Match("name", "b")
    for level in range(depth):
        deep = AnyOf((deep, Match("name", "a-1"))) if level % 2 else AllOf((deep, Match("state", "active")))
    assert where(three, deep) == (["b"] if depth == 1 else ["a-1", "b"])


@pytest.mark.parametrize("kind", [AnyOf, AllOf])
def test_a_condition_that_is_long_is_answered(three: DatasetIndex, kind: type[AnyOf] | type[AllOf]) -> None:
    parts = tuple(Match("name", f"n{n}") if n % 2 else Not(Match("name", f"n{n}")) for n in range(2, 3_000))
    assert where(three, kind(parts)) == (["a-1", "a-2", "b"] if kind is AnyOf else [])


def test_a_text_of_too_many_words_in_a_condition_is_refused(three: DatasetIndex) -> None:
    with pytest.raises(InvalidQuery):
        where(three, Match("text", " ".join(f"n{n}" for n in range(60_000))))


def test_a_value_longer_than_engines_take_is_found_by_its_beginning(index: DatasetIndex) -> None:
    index.put([described("a", "A" * 70_000, keywords=("đ" * 70_000,)), described("b")])
    assert where(index, Match("keyword", "đ" * 70_000)) == ["a"]
    assert where(index, Match("keyword", "đ" * 900, prefix=True)) == ["a"]
    assert found(index, sort=SearchSort.TITLE) == ["a", "b"]


# --- patterns ---------------------------------------------------------------------------------------------------------


def test_wildcards_in_words_and_values(index: DatasetIndex) -> None:
    index.put([described("bus-poi-1", "Trạm xePOI2"), described("poi", "Điểm POI"), described("a.c", "abc")])
    assert where(index, Match("title", "*POI*", wildcard=True)) == ["bus-poi-1", "poi"]
    assert where(index, Match("title", "p?i", wildcard=True)) == ["poi"]
    assert where(index, Match("name", "*poi*", wildcard=True)) == ["bus-poi-1", "poi"]
    assert where(index, Match("name", "a.?", wildcard=True)) == ["a.c"]
    assert where(index, Match("name", "a??", wildcard=True)) == ["a.c"]


def test_a_sign_of_a_pattern_stands_for_any_sign_even_the_end_of_a_line(index: DatasetIndex) -> None:
    index.put([described("lines", keywords=("x\ny",)), described("signs", keywords=("a\\b", "(c)")), described("none")])
    assert where(index, Match("keyword", "x?y", wildcard=True)) == ["lines"]
    assert where(index, Match("keyword", "x*", wildcard=True)) == ["lines"]
    assert where(index, Match("keyword", "a\\?", wildcard=True)) == ["signs"]
    assert where(index, Match("keyword", "(?)", wildcard=True)) == ["signs"]
    assert where(index, Match("keyword", "[a-z]*", wildcard=True)) == []


@pytest.mark.parametrize("field", ["name", "title"])
@pytest.mark.parametrize("pattern", ["?" * 20 + "đ" * 80, "đ" * 90 + "*", "*a????", "*a*b*c*d*e*f*g*h", "a" + "*" * 99])
def test_a_long_pattern_is_answered(index: DatasetIndex, field: str, pattern: str) -> None:
    index.put([described("a")])
    assert where(index, Match(field, pattern, wildcard=True)) == (["a"] if pattern.startswith("a*") else [])


@pytest.mark.parametrize("field", ["name", "title"])
@pytest.mark.parametrize("pattern", ["a" * 200 + "*", "?" * 21, "*a??????", "*" + "ab?" * 300])
def test_a_pattern_that_would_exhaust_an_engine_is_refused(index: DatasetIndex, field: str, pattern: str) -> None:
    with pytest.raises(InvalidQuery):
        where(index, Match(field, pattern, wildcard=True))


def test_too_many_patterns_are_refused(index: DatasetIndex) -> None:
    patterns = tuple(Match("name", f"n{n}*x", wildcard=True) for n in range(200))
    with pytest.raises(InvalidQuery):
        where(index, AnyOf(patterns))
    assert where(index, AnyOf(patterns[:50])) == []
