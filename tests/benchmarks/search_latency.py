"""Search through HTTP, in the process, and the bare engine call; the same questions in the same run.

The bare call is what our own adapter asks of the engine for that question, made ready before: hits read and facets
counted by tantivy's searcher or Elasticsearch's client, nothing of ours in it.
"""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from portal.demo.profile import load_profile
from portal.wiring import Parts
from tests.benchmarks.bare_calls import Call, bare_calls
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.search_engines import Place
from tests.benchmarks.search_questions import EVERYTHING, SUGGEST, Kind, Question, kinds_of_questions

ASKED = 60
"""Questions of each kind, asked in each way."""

ALLOWED_RATIO, ALLOWED_MS = 1.5, 5.0
SUGGEST_MS = 20.0
EVERYTHING_RATIO = 5.0


@dataclass(slots=True)
class _Times:
    """Seconds, by the way a question was asked."""

    bare: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)


def figures(place: Place, count: int, address: str) -> Iterator[Figure]:
    by_kind: dict[str, _Times] = {}
    for kind in kinds_of_questions(place.parts, load_profile()):
        if not kind.questions:  # a small catalogue has no page 501
            continue
        times = by_kind[kind.name] = _ask(place.parts, kind, address)
        yield _figure(f"search on {place.engine}, {count} datasets, {kind.name}", times)
    yield place.memory()
    yield from _targets(place.engine, by_kind)


def _figure(name: str, times: _Times) -> Figure:
    ours = times.http or times.inside
    bare = percentile(times.bare, 0.95) * 1000
    ways = [("bare", times.bare), ("in the process", times.inside), ("through HTTP", times.http)]
    said = "; ".join(f"{way} {_ms(taken, 0.5):.1f} / {_ms(taken, 0.95):.1f}" for way, taken in ways if taken)
    return Figure(
        f"{name}, p95 {'through HTTP' if times.http else 'in the process'}",
        percentile(ours, 0.95) * 1000,
        bare * ALLOWED_RATIO + ALLOWED_MS,
        "ms",
        f"{ALLOWED_RATIO} bare engine calls + {ALLOWED_MS:.0f} ms",
        f"p50 / p95 {said}",
    )


def _ms(taken: list[float], share: float) -> float:
    return percentile(taken, share) * 1000


def _targets(engine: str, by_kind: dict[str, _Times]) -> Iterator[Figure]:
    suggested = percentile(by_kind[SUGGEST].http, 0.95) * 1000
    yield Figure(f"suggestions on {engine}, p95 through HTTP", suggested, SUGGEST_MS, "ms", "what is promised")
    others = [taken for name, times in by_kind.items() if name != EVERYTHING for taken in times.http]
    everything = by_kind[EVERYTHING].http
    yield Figure(
        f"everything on {engine}, mean through HTTP",
        sum(everything) / len(everything) * 1000,
        EVERYTHING_RATIO * sum(others) / len(others) * 1000,
        "ms",
        f"{EVERYTHING_RATIO:.0f} times the mean of all other questions",
    )


# --- asking ----------------------------------------------------------------------------------------------------------


def _ask(parts: Parts, kind: Kind, address: str) -> _Times:
    """Every question in every way in turn; what is asked first of them changes, and one round before does not count."""
    times = _Times()
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    calls = {question: bare_calls(parts, question.query) for question in kind.questions}
    rounds = -(-ASKED // len(kind.questions))
    for number in range(rounds + 1):
        for question in random.Random(number).sample(kind.questions, len(kind.questions)):
            ways = _ways(parts, question, calls[question], connection, times)
            for place in range(len(ways)):
                act, taken = ways[(place + number) % len(ways)]
                started = time.perf_counter()
                act()
                if number:
                    taken.append(time.perf_counter() - started)
    connection.close()
    return times


def _ways(
    parts: Parts, question: Question, calls: tuple[Call, ...], connection: http.client.HTTPConnection, times: _Times
) -> list[tuple[Callable[[], object], list[float]]]:
    ways: list[tuple[Callable[[], object], list[float]]] = [
        (lambda: [call() for call in calls], times.bare),
        (lambda: parts.index.search(question.query), times.inside),
    ]
    if question.address:
        ways.append((lambda: _get(connection, question.address), times.http))
    return ways


def _get(connection: http.client.HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status} {body[:200]!r}")
    return body
