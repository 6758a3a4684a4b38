"""How much of what is planted the gate finds, and how little of what only looks personal it takes for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.schemas.personal_corpus import (
    Score,
    false_findings,
    find,
    look_alikes,
    planted,
    score,
    surplus_findings,
)

RECALL = 0.97
PRECISION = 0.95
KINDS = {
    "address", "bank", "bhxh", "bhyt", "birth", "cccd", "cmnd", "coordinates", "email", "name", "passport", "phone",
    "plate", "tax"
}  # fmt: skip


@pytest.fixture(scope="module", params=[2026, 1])
def scored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    scores, _ = score(tuple(planted(request.param)), tmp_path_factory.mktemp("corpus"))
    for kind, item in sorted(scores.items()):
        sys.stdout.write(f"{kind:12} {item.recall:.3f} ({item.found}/{item.planted})\n")
    return scores


def test_of_every_kind_nearly_all_planted_values_are_found(scored: dict[str, Score]) -> None:
    assert scored.keys() == KINDS
    assert {kind: item.recall for kind, item in scored.items() if item.recall < RECALL} == {}
    assert all(item.planted >= 40 for item in scored.values())


@pytest.mark.parametrize("seed", [7, 8])
def test_what_only_looks_personal_is_hardly_ever_held(seed: int, tmp_path: Path) -> None:
    cases = tuple(look_alikes(seed))
    false = false_findings(cases, tmp_path)
    sys.stdout.write(f"precision {1 - len(false) / len(cases):.3f} ({len(cases)} look-alikes)\n")
    assert len(false) <= len(cases) * (1 - PRECISION), false


def test_a_planted_value_is_not_taken_for_another_kind(tmp_path: Path) -> None:
    cases = tuple(planted())
    surplus = [line for line in surplus_findings(cases, tmp_path) if "personal-data-name" not in line]
    assert len(surplus) <= len(cases) * (1 - PRECISION), surplus


def test_no_finding_shows_a_planted_value(tmp_path: Path) -> None:
    for case in planted():
        shown = str(find(case, tmp_path))
        assert [secret for secret in case.secrets if secret in shown] == [], case.name
