"""What a program asks (:class:`catalog.questions.Condition`), as a plan."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from catalog.errors import InvalidQuery
from catalog.questions import AllOf, AnyOf, Between, Condition, Match, Not
from search.datasets.document import FILLED, NO_WORDS, TEXT, TEXTS, TIMES, VALUES, folded, microseconds, value_key
from search.datasets.plan import (
    Both,
    Everything,
    Fits,
    Nothing,
    Plan,
    Row,
    Span,
    StartsWith,
    Term,
    ValueSpan,
)
from search.datasets.words import words_of

MAX_CONDITIONS = 5_000
MAX_DEPTH = 20
"""Elasticsearch asks questions of at most 30 levels, some of which are the planner's own."""

MAX_PATTERN = 100
MAX_UNKNOWN = 20
MAX_UNKNOWN_AFTER_STAR = 4
"""Signs ``?`` in all, and after the first ``*``: an engine's automaton doubles with each of these."""

WORTH_OF_A_PATTERN = 50
"""Conditions that a pattern counts for: it is compared with all values."""

WORD_CONDITIONS = (TEXT, *TEXTS)


def plan_condition(condition: Condition) -> Plan:
    """Raises ``InvalidQuery`` for a text that is no time where one is due."""
    match condition:
        case AllOf(conditions):
            return Both(must=tuple(map(plan_condition, conditions))) if conditions else Everything()
        case AnyOf(conditions):
            return Both(may=tuple(map(plan_condition, conditions)), enough=1) if conditions else Nothing()
        case Not(negated):
            return Both(never=(plan_condition(negated),))
        case Match():
            return _match(condition)
        case Between():
            return _between(condition)


def _match(match: Match) -> Plan:
    if match.value == "*" or (match.prefix and not match.value):
        return Term(FILLED, value_key(FILLED, match.field))
    if match.field in TIMES:
        return _between(Between(match.field, match.value, match.value))
    if match.field in VALUES:
        value = value_key(match.field, match.value)
        if match.wildcard:
            return _fits(match.field, value)
        return StartsWith(match.field, value) if match.prefix else Term(match.field, value)
    if match.field in WORD_CONDITIONS:
        return _match_words(match)
    return Nothing()


def _match_words(match: Match) -> Plan:
    field = folded(match.field)
    if match.wildcard:
        return _fits_words(field, match.value)
    words = [word.folded for word in words_of(match.value)]
    if not words:
        return Nothing()
    if match.phrase and len(words) > 1:
        return Row(field, tuple(words))
    whole = words[:-1] if match.prefix else words
    parts: list[Plan] = [Term(field, word) for word in dict.fromkeys(whole)]
    if match.prefix:
        parts.append(StartsWith(field, words[-1]))
    return parts[0] if len(parts) == 1 else Both(must=tuple(parts))


def _fits_words(field: str, pattern: str) -> Plan:
    """Every part between blanks is one word's shape; its letters are folded, its signs kept."""
    shapes = []
    for part in pattern.split():
        shape = "".join(sign if sign in "*?" else "".join(w.folded for w in words_of(sign)) for sign in part)
        if shape.strip("*?") or "?" in shape:
            shapes.append(shape)
    if not shapes:
        return Nothing()
    # Signs alone would fit what stands in a field without words.
    never = (Term(field, NO_WORDS),) if any(not shape.strip("*?") for shape in shapes) else ()
    return Both(must=tuple(_fits(field, shape) for shape in shapes), never=never)


def _fits(field: str, pattern: str) -> Fits:
    unknown, after_star = pattern.count("?"), pattern.partition("*")[2].count("?")
    if len(pattern) > MAX_PATTERN or unknown > MAX_UNKNOWN or after_star > MAX_UNKNOWN_AFTER_STAR:
        raise InvalidQuery(
            f"Mẫu “{pattern[:100]}” quá phức tạp; hãy viết ngắn hơn, ít dấu ? sau dấu * hơn.",
            f"The pattern “{pattern[:100]}” is too complex; write a shorter one, with fewer ? after a *.",
            pattern=pattern[:100],
        )
    return Fits(field, pattern)


def _between(between: Between) -> Plan:
    low, high = between.low, between.high
    if low is None and high is None:
        return Term(FILLED, value_key(FILLED, between.field))
    if between.field in TIMES:
        return _between_times(between)
    if between.field not in VALUES:
        return Nothing()
    low = None if low is None else value_key(between.field, low)
    high = None if high is None else value_key(between.field, high)
    return ValueSpan(between.field, low, high, between.include_low, between.include_high)


def _between_times(between: Between) -> Plan:
    low = None if between.low is None else microseconds(read_time(between.low, end=not between.include_low))
    high = None if between.high is None else microseconds(read_time(between.high, end=between.include_high))
    return Span(
        between.field,
        low if low is None or between.include_low else low + 1,
        high if high is None or between.include_high else high - 1,
    )


def read_time(text: str, *, end: bool) -> datetime:
    """ISO text as a time in UTC; a day without a time is its beginning, or its last moment if ``end``."""
    try:
        moment = datetime.fromisoformat(text)
        if end and len(text) == len("2026-01-31"):
            moment = datetime.combine(moment, time.min) + timedelta(days=1, microseconds=-1)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidQuery(
            f"“{text[:100]}” không phải ngày giờ; hãy viết dạng 2026-01-31 hoặc 2026-01-31T08:00:00Z.",
            f"“{text[:100]}” is not a time; write 2026-01-31 or 2026-01-31T08:00:00Z.",
            value=text[:100],
        ) from None


def check_size(condition: Condition) -> None:
    """Refuse what would exhaust the stack or the engine."""
    level: list[Condition] = [condition]
    count = 0
    for _ in range(MAX_DEPTH):
        count += sum(map(_size, level))
        below: list[Condition] = []
        for part in level:
            if isinstance(part, AllOf | AnyOf):
                below.extend(part.conditions)
            elif isinstance(part, Not):
                below.append(part.condition)
        if not below:
            break
        level = below
    else:
        count = MAX_CONDITIONS + 1
    if count > MAX_CONDITIONS:
        raise InvalidQuery(
            "Điều kiện tìm kiếm quá dài hoặc lồng nhau quá sâu; hãy tách thành nhiều câu hỏi.",
            "The condition is too long or nested too deeply; ask several questions.",
        )


def _size(condition: Condition) -> int:
    if not isinstance(condition, Match):
        return 1
    if condition.wildcard:
        return WORTH_OF_A_PATTERN
    return max(1, len(words_of(condition.value))) if condition.field in WORD_CONDITIONS else 1
