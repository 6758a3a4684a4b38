"""Dry runs in the pages for operators: begun, waited for, read; nothing of them is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.sources import HarvestSource
from portal import trial_runs
from portal.trial_runs import LONGEST, TrialRun, TrialState
from portal.wiring import Parts
from tests.catalog.examples import CLINICS, NOW, example_source
from tests.portal.admin.browser import Browser, Hand
from tests.portal.pages.page import Page
from tests.portal.sample import CLINIC_ROWS, describe_source, harvest_and_deliver, open_sample_parts

TABLE = "co-so-kham-chua-benh-bang"
HERE = "/admin/source/csdl-so-y-te/preview"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[TrialRun]:
    """Dry runs that were begun and are not run."""
    begun: list[TrialRun] = []
    monkeypatch.setattr(trial_runs, "launch", lambda parts, trial: begun.append(trial))
    return begun


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dry runs happen in this process, at once."""
    monkeypatch.setattr(trial_runs, "launch", trial_runs.run)


def rewrite(source: HarvestSource, text: str) -> None:
    (Path(source.options["path"]) / f"{TABLE}.csv").write_text(text, encoding="utf-8")


def tried(browser: Browser, **fields: str) -> Page:
    return browser.open(browser.send(HERE, HERE, **fields).headers["Location"])


def test_it_shows_what_would_change_and_saves_nothing(
    steward: Browser, parts: Parts, source: HarvestSource, at_once: None
) -> None:
    harvest_and_deliver(parts, source)
    rewrite(source, "ma,ten,ma_xa,giuong\n38001,Bệnh viện Đa khoa tỉnh,14797,1300\n38009,Trạm mới,15853,4\n")
    page = tried(steward)
    assert "sẽ bị giữ lại" in page.words
    assert "thêm 1 đổi 1 bớt 2 như cũ 0" in page.words
    assert "ma 38001" in page.words
    assert "trước: 1200" in [element.words() for element in page.all("del")]
    assert [element.words() for element in page.all("ins")].count("sau: 1300") == 1
    with parts.store.read() as reader:
        assert len(reader.runs(source.id)) == 1
        assert reader.last_outcomes(source.id)[TABLE].row_count == 3


def test_rows_stand_as_they_came_beside_what_would_be_published(
    steward: Browser, source: HarvestSource, at_once: None
) -> None:
    rewrite(source, "ma,ten,ma_xa,giuong\n38001,Bệnh  viện tỉnh,14797,１２\n")
    page = tried(steward)
    table = page.one("table", class_="pairs").words()
    assert "1 ở nguồn 38001 Bệnh viện tỉnh 14797 １２" in table
    assert "1 công bố 38001 Bệnh viện tỉnh 14797 12" in table
    assert "12" in [element.words() for element in page.all("mark")]


def test_personal_values_are_masked(steward: Browser, source: HarvestSource, at_once: None) -> None:
    rewrite(source, CLINIC_ROWS.replace("Trạm y tế Đông Tiến", "Trạm y tế (gọi 0912000111)"))
    page = tried(steward)
    assert "số điện thoại cá nhân" in page.words
    assert "0912000111" not in page.html


def test_the_page_looks_again_until_it_ends(
    steward: Browser, parts: Parts, source: HarvestSource, started: list[TrialRun]
) -> None:
    address = steward.send(HERE, HERE).headers["Location"]
    page = steward.open(address)
    assert page.one("meta", http_equiv="refresh").attributes["content"] == "3"
    assert "đang mở nguồn" in page.words
    assert steward.send(HERE, HERE).headers["Location"] == address, "it is not begun twice"
    (trial,) = started
    assert (trial.asked_by, trial.table) == ("lan", "")
    trial_runs.run(parts, trial)
    page = steward.open(address)
    assert not page.all("meta", http_equiv="refresh")
    assert "sẽ công bố" in page.words


def test_only_a_few_run_at_once(steward: Browser, parts: Parts, source: HarvestSource, started: list[TrialRun]) -> None:
    for number in range(trial_runs.MOST_AT_ONCE):
        trial_runs.start(parts, replace(source, id=f"khac-{number}"), asked_by="x")  # type: ignore[arg-type]
    answer = steward.send(HERE, HERE)
    assert answer.status_code == 503
    assert "Đang có nguồn khác được chạy thử" in answer.text


def test_one_that_takes_too_long_is_over_and_later_forgotten(
    steward: Browser, clock: Hand, source: HarvestSource, started: list[TrialRun]
) -> None:
    address = steward.send(HERE, HERE).headers["Location"]
    clock.now = NOW + LONGEST + timedelta(minutes=1)
    page = steward.open(address)
    assert "chạy thử chưa xong sau 5 phút" in page.words
    assert not page.all("meta", http_equiv="refresh")
    clock.now += timedelta(minutes=59)
    assert steward.send(HERE, HERE).headers["Location"] != address
    assert steward.get(address).status_code == 404


def test_a_source_that_cannot_be_read_says_why(
    steward: Browser, parts: Parts, source: HarvestSource, at_once: None
) -> None:
    with parts.store.write() as transaction:
        transaction.put_source(replace(source, options={"path": "/khong-co"}))
    page = tried(steward)
    assert "Chạy thử không xong" in page.words
    assert "không mở được thư mục" in page.words


def test_one_table_alone_is_tried(
    steward: Browser, parts: Parts, source: HarvestSource, started: list[TrialRun]
) -> None:
    token = steward.token(steward.open(HERE))
    assert steward.post(HERE, {"csrf": token, "table": "khong-co"}).status_code == 404
    steward.post(HERE, {"csrf": token, "table": TABLE})
    assert [trial.table for trial in started] == [TABLE]


def test_dry_runs_of_others_are_hidden(
    steward: Browser,
    administrator: Browser,
    source: HarvestSource,
    others: HarvestSource,
    started: list[TrialRun],
) -> None:
    theirs = f"/admin/source/{others.name}/preview"
    address = administrator.send(theirs, theirs).headers["Location"]
    assert administrator.get(address).status_code == 200
    assert steward.get(address).status_code == 404
    assert steward.get(address.replace(others.name, source.name)).status_code == 404
    assert steward.post(theirs, {"csrf": steward.token(steward.open(HERE))}).status_code == 404
    for odd in ("..%2f..%2fcatalog", "a" * 32, "x"):
        assert steward.get(f"{HERE}/{odd}").status_code == 404


@pytest.fixture
def real_parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


def test_it_happens_in_a_process_of_its_own(real_parts: Parts, tmp_path: Path) -> None:
    described = example_source("csdl-so-y-te", CLINICS)
    source = describe_source(
        real_parts, described, CLINICS, folder=tmp_path / "so-y-te", files={f"{TABLE}.csv": CLINIC_ROWS}
    )
    trial = TrialRun("0" * 32, source.id, "", "lan", real_parts.clock())
    trial_runs._write(real_parts, trial)
    trial_runs.launch(real_parts, trial).join(timeout=60)
    ended = trial_runs.trial_run(real_parts, trial.id, source)
    assert ended.state is TrialState.DONE
    assert ended.result is not None
    (table,) = ended.result["tables"]
    assert (table["outcome"], table["rows"]) == ("published", 3)
    (kept,) = (tmp_path / "home" / "trials").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
