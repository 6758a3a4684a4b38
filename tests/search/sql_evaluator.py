"""A second reading of :class:`catalog.questions.Condition`, in SQL over tables of words and values.

It shares with the indexes how text is cut into words, and nothing of how a condition is answered: so where both agree
over many questions, both mean what the condition says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from catalog.indexed import IndexedDataset
from catalog.questions import PUBLIC_LEVELS, AllOf, AnyOf, Between, Condition, Match, Not, Viewer
from catalog.vietnamese import nfc
from search.datasets.joined_words import parts_of
from search.datasets.words import words_of

_TIMES = ("issued", "modified", "recorded", "temporal_start", "temporal_end")
_IGNORING_CASE = ("format", "state", "simulated")
_WORDS_OF = ("title", "description", "tables", "organization_title")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TABLES = """
CREATE TABLE dataset (
    id TEXT PRIMARY KEY, public INT, issued INT, modified INT, recorded INT, temporal_start INT, temporal_end INT
);
CREATE TABLE held (id TEXT, field TEXT, value TEXT);
CREATE TABLE word (id TEXT, field TEXT, text INT, place INT, folded TEXT);
CREATE INDEX held_by ON held (id, field, value);
CREATE INDEX word_by ON word (id, field, folded);
"""

Clause = tuple[str, list[object]]


class SqlEvaluator:
    """Which datasets a condition holds for."""

    def __init__(self, datasets: Iterable[IndexedDataset]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.executescript(_TABLES)
        for dataset in datasets:
            self._add(dataset)

    def close(self) -> None:
        self._connection.close()

    def ids(self, condition: Condition, viewer: Viewer = Viewer.PUBLIC) -> set[str]:
        clause, values = _clause(condition)
        seen = "public = 1 AND " if viewer is Viewer.PUBLIC else ""
        return {row[0] for row in self._connection.execute(f"SELECT id FROM dataset d WHERE {seen}({clause})", values)}

    def _add(self, dataset: IndexedDataset) -> None:
        public = dataset.published and dataset.level in PUBLIC_LEVELS
        days = [_midnight(dataset.temporal_start), _midnight(dataset.temporal_end)]
        moments = [dataset.issued, dataset.modified, dataset.recorded, *days]
        row = [dataset.id, public, *(None if moment is None else _micros(moment) for moment in moments)]
        self._connection.execute("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for field, values in _values(dataset).items():
            rows = [(dataset.id, field, _compared(field, value)) for value in values if value]
            self._connection.executemany("INSERT INTO held VALUES (?, ?, ?)", rows)
        texts: dict[str, Sequence[str]] = {
            "title": [dataset.title],
            "description": [dataset.description, dataset.description_en, *dataset.decisions],
            "tables": dataset.tables,
            "organization_title": [dataset.organization_title, dataset.organization_title_en],
            "other": [
                dataset.title_en,
                *dataset.keywords,
                dataset.theme_title,
                *dataset.columns,
                *dataset.code_values,
            ],
        }
        for field, given in texts.items():
            whole_and_parts = [part for text in given for part in (text, *parts_of(text))]
            for number, text in enumerate(whole_and_parts):
                words = [(dataset.id, field, number, place, word.folded) for place, word in enumerate(words_of(text))]
                self._connection.executemany("INSERT INTO word VALUES (?, ?, ?, ?, ?)", words)


def _values(dataset: IndexedDataset) -> dict[str, tuple[str, ...]]:
    first, last = dataset.temporal_start or dataset.temporal_end, dataset.temporal_end or dataset.temporal_start
    years = range(first.year, last.year + 1) if first and last else ()
    return {
        "id": (dataset.id,),
        "name": (dataset.name,),
        "organization": (dataset.organization,),
        "organization_id": (dataset.organization_id,),
        "organization_path": dataset.organization_path or (dataset.organization,),
        "theme": (dataset.theme,),
        "format": dataset.formats,
        "keyword": dataset.keywords,
        "license": (dataset.license,),
        "frequency": (dataset.frequency,),
        "level": (dataset.level.value,),
        "state": ("active" if dataset.published else "draft",),
        "simulated": (str(dataset.simulated),),
        "commune": dataset.communes,
        "column": dataset.columns,
        "year": tuple(map(str, years)),
    }


def _clause(condition: Condition) -> Clause:
    match condition:
        case AllOf(conditions):
            return _joined(" AND ", conditions, "1")
        case AnyOf(conditions):
            return _joined(" OR ", conditions, "0")
        case Not(negated):
            clause, values = _clause(negated)
            return f"NOT ({clause})", values
        case Match():
            return _match(condition)
        case Between():
            return _between(condition)


def _joined(operator: str, conditions: Iterable[Condition], empty: str) -> Clause:
    clauses = [_clause(condition) for condition in conditions]
    joined = operator.join(f"({clause})" for clause, _ in clauses)
    return joined or empty, [value for _, values in clauses for value in values]


def _match(match: Match) -> Clause:
    if match.value == "*" or (match.prefix and not match.value):
        return _is_there(match.field)
    if match.field in _TIMES:
        return _between(Between(match.field, match.value, match.value))
    if match.field in (*_WORDS_OF, "text"):
        return _match_words(match)
    value = _compared(match.field, match.value)
    if match.wildcard:
        return _held("value GLOB ?", match.field, _glob(value))
    if match.prefix:
        return _held("substr(value, 1, ?) = ?", match.field, len(value), value)
    return _held("value = ?", match.field, value)


def _is_there(field: str) -> Clause:
    if field == "text":
        return "1", []
    if field in _TIMES:
        return f"d.{field} IS NOT NULL", []
    if field in _WORDS_OF:
        return "EXISTS (SELECT 1 FROM word w WHERE w.id = d.id AND w.field = ?)", [field]
    return _held("1", field)


def _held(test: str, field: str, *values: object) -> Clause:
    return f"EXISTS (SELECT 1 FROM held h WHERE h.id = d.id AND h.field = ? AND {test})", [field, *values]


def _match_words(match: Match) -> Clause:
    if match.wildcard:
        shapes = [_shape(part) for part in match.value.split()]
        shapes = [shape for shape in shapes if shape.strip("*")]
        clauses = [_word(match.field, "w.folded GLOB ?", _glob(shape)) for shape in shapes]
    else:
        words = [word.folded for word in words_of(match.value)]
        if match.phrase and words:
            return _row(match.field, words)
        whole, begun = (words[:-1], words[-1:]) if match.prefix else (words, [])
        clauses = [_word(match.field, "w.folded = ?", word) for word in whole]
        clauses += [_word(match.field, "substr(w.folded, 1, ?) = ?", len(word), word) for word in begun]
    if not clauses:
        return "0", []
    return " AND ".join(clause for clause, _ in clauses), [value for _, values in clauses for value in values]


def _word(field: str, test: str, *values: object) -> Clause:
    within = "" if field == "text" else " AND w.field = ?"
    given = [] if field == "text" else [field]
    return f"EXISTS (SELECT 1 FROM word w WHERE w.id = d.id{within} AND {test})", [*given, *values]


def _row(field: str, words: list[str]) -> Clause:
    """The words at places that follow each other in one text."""
    joins = "".join(
        f" JOIN word w{n} ON w{n}.id = w0.id AND w{n}.field = w0.field AND w{n}.text = w0.text"
        f" AND w{n}.place = w0.place + {n} AND w{n}.folded = ?"
        for n in range(1, len(words))
    )
    within = "" if field == "text" else " AND w0.field = ?"
    given = [] if field == "text" else [field]
    clause = f"EXISTS (SELECT 1 FROM word w0{joins} WHERE w0.id = d.id AND w0.folded = ?{within})"
    return clause, [*words[1:], words[0], *given]


def _between(between: Between) -> Clause:
    low: object | None = between.low
    high: object | None = between.high
    if low is None and high is None:
        return _is_there(between.field)
    tests: list[str] = []
    values: list[object] = []
    column = f"d.{between.field}" if between.field in _TIMES else "h.value"
    for end, sign, included in ((low, ">", between.include_low), (high, "<", between.include_high)):
        if end is not None:
            tests.append(f"{column} {sign}{'=' if included else ''} ?")
            is_time = between.field in _TIMES
            values.append(_micros(datetime.fromisoformat(str(end))) if is_time else _compared(between.field, str(end)))
    if between.field in _TIMES:
        return "coalesce(" + " AND ".join(tests) + ", 0)", values
    if between.field in (*_WORDS_OF, "text"):
        return "0", []
    return _held(" AND ".join(tests), between.field, *values)


def _shape(part: str) -> str:
    return "".join(sign if sign in "*?" else "".join(word.folded for word in words_of(sign)) for sign in part)


def _glob(pattern: str) -> str:
    return pattern.replace("[", "[[]")


def _compared(field: str, value: str) -> str:
    return nfc(value).lower() if field in _IGNORING_CASE else nfc(value)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
