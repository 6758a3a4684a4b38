"""What people searched for in vain, in the pages for operators and on the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.usage import local_day
from portal.cli import main
from portal.wiring import Parts
from tests.portal.admin.browser import Browser
from tests.portal.sample import open_sample_parts


def _count(parts: Parts) -> None:
    today = local_day(parts.clock())
    with parts.store.write() as transaction:
        transaction.add_demand(today, {"giá vàng": 2, "lịch cúp điện": 1})
        transaction.add_demand(today - timedelta(days=80), {"gia vang": 5})
        transaction.add_demand(today - timedelta(days=200), {"chuyện cũ": 9})


def test_the_most_wanted_come_first(steward: Browser, parts: Parts) -> None:
    assert "Chưa có câu tìm nào" in steward.open("/admin/demand").words
    _count(parts)
    page = steward.open("/admin/demand")
    rows = [row.words() for row in page.all("tr")][1:]
    assert [row.split(" Tìm thử")[0][:12] for row in rows] == ["gia vang 7 0", "lịch cúp điệ"]
    assert "chuyện cũ" not in page.words


def test_it_is_for_those_who_work_in_the_portal(browser: Browser) -> None:
    assert browser.get("/admin/demand").status_code in (302, 303, 403)


def test_the_command_line_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    parts = open_sample_parts(tmp_path)
    monkeypatch.setattr("portal.wiring.utc_now", parts.clock)
    empty = CliRunner().invoke(main, ["search", "demand", "--days", "400"])
    assert (empty.exit_code, empty.output) == (0, "Chưa có câu tìm nào không ra kết quả.\n")
    with parts.store.write() as transaction:
        transaction.add_demand(local_day(parts.clock()), {"giá vàng": 2, "lịch cúp điện": 1})
    parts.store.close()
    told = CliRunner().invoke(main, ["search", "demand", "--days", "400", "--json"])
    assert [(item["text"], item["count"]) for item in json.loads(told.output)] == [
        ("giá vàng", 2),
        ("lịch cúp điện", 1),
    ]
