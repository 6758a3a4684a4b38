"""The demo as a visitor finds it: what is published, and exactly what the gate kept back in its second round."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.checking import find_drift
from catalog.holding import held_tables
from catalog.sources import Outcome
from portal.demo.running import run_demo
from portal.settings import Settings
from portal.wiring import open_parts

HELD = {"muc-do-hai-long", "ho-ngheo", "gia-hang-hoa", "giay-phep-xay-dung", "truong-hoc"}
REJECTED = {"cho-sieu-thi", "ho-tich-theo-xa", "hoi-nghi-quoc-te", "le-hoi"}


def test_the_demo_publishes_its_tables_and_keeps_back_those_with_planted_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = open_parts(Settings(home=tmp_path))
    run_demo(parts, "mo-phong", None)
    with parts.store.read() as reader:
        assert {item.table.key for item in held_tables(reader)} == HELD
        outcomes = [item for source in reader.sources() for item in reader.last_outcomes(source.id).values()]
        assert {item.table_key for item in outcomes if item.outcome is Outcome.REJECTED} == REJECTED
        assert len(reader.latest_versions()) == 49
        versions = reader.latest_versions()
    assert find_drift(parts.indexing, parts.files) == ()
    run_demo(parts, "mo-phong", None)  # a second time changes nothing
    with parts.store.read() as reader:
        assert reader.latest_versions() == versions
    parts.store.close()
