"""Held tables: two persons, a reason, these bytes and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.dictionary import TableSchema
from catalog.editing import register
from catalog.errors import AlreadyExists, CatalogError, EditConflict, InvalidInput, NotFound
from catalog.harvesting import harvest
from catalog.holding import approve_release, held_tables, is_same_person, refuse_release, request_release
from catalog.issues import Dimension, Issue, Severity
from catalog.layout import Confidence, LayoutProposal, TableLayout
from catalog.ports import GateContext, Judgement, StagedTable
from catalog.releases import Release, ReleaseState
from catalog.runs import Harvester
from catalog.sources import HarvestSource, Outcome, TableOutcome
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import CLINICS, clinic_descriptor, example_source
from tests.portal.sample import CLINIC_ROWS, describe_source, open_sample_parts

TABLE = "co-so-kham-chua-benh-bang"
REASON = "Số điện thoại trực của trạm, đã công khai"
WITH_PHONE = CLINIC_ROWS.replace("Trạm y tế Đông Tiến", "Trạm y tế (gọi 0912000111)")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


@pytest.fixture
def source(parts: Parts, tmp_path: Path) -> HarvestSource:
    files = {f"{TABLE}.csv": WITH_PHONE}
    described = describe_source(
        parts, example_source("nguon", CLINICS), CLINICS, folder=tmp_path / "nguon", files=files
    )
    harvest(open_harvester(parts), described.id, trigger="test")
    return described


def rewrite(source: HarvestSource, text: str) -> None:
    (Path(source.options["path"]) / f"{TABLE}.csv").write_text(text, encoding="utf-8")


def ask(parts: Parts, person: str = "Chuyên viên Một", reason: str = REASON) -> Release:
    return request_release(parts.store, "nguon", TABLE, reason=reason, requested_by=person, at=parts.clock())


def agree(parts: Parts, person: str = "Trưởng phòng Hai") -> Release:
    return approve_release(parts.store, "nguon", TABLE, approved_by=person, at=parts.clock())


def harvested(parts: Parts, source: HarvestSource, harvester: Harvester | None = None) -> TableOutcome:
    harvest(harvester or open_harvester(parts), source.id, trigger="test")
    with parts.store.read() as reader:
        return reader.last_outcomes(source.id)[TABLE]


def actions(parts: Parts) -> list[str]:
    with parts.store.read() as reader:
        return [event.action for event in reversed(reader.audit()) if event.action.startswith("release")]


def test_a_held_table_is_published_after_one_asked_and_another_approved(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    assert harvested(parts, source).outcome is Outcome.HELD
    agree(parts)
    outcome = harvested(parts, source)
    assert outcome.outcome is Outcome.PUBLISHED
    assert outcome.version_id is not None
    with parts.store.read() as reader:
        report = reader.version_report(outcome.version_id)
        assert held_tables(reader) == ()
    (finding,) = [issue for issue in report.issues if issue.code == "personal-data-phone"]
    assert finding.severity is Severity.WARNING
    assert REASON in finding.message
    assert "Chuyên viên" not in str(report)
    assert "0912000111" not in str(report)
    assert actions(parts) == ["release.request", "release.approve", "release.publish"]


def test_what_was_released_stays_published_while_nothing_changes(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    agree(parts)
    assert [harvested(parts, source).outcome for _ in range(2)] == [Outcome.PUBLISHED, Outcome.UNCHANGED]


def test_other_content_is_held_again_and_says_that_the_release_was_for_another(
    parts: Parts, source: HarvestSource
) -> None:
    ask(parts)
    agree(parts)
    harvested(parts, source)
    rewrite(source, WITH_PHONE + "38004,Trạm khác,14797,1\n")
    outcome = harvested(parts, source)
    assert outcome.outcome is Outcome.HELD
    assert "release-outdated" in {issue.code for issue in outcome.issues}


def test_a_finding_that_was_not_accepted_holds_the_same_bytes_and_is_named(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    agree(parts)
    real = open_harvester(parts)

    def stricter(table: StagedTable, schema: TableSchema, context: GateContext, folder: Path) -> Judgement:
        judged = real.judge(table, schema, context, folder)
        more = Issue("jump", Severity.HOLD, Dimension.CORRECT, "Tăng 1000 lần.", "1000 times.", field="giuong")
        return replace(judged, report=judged.report.with_issues([more]))

    outcome = harvested(parts, source, replace(real, judge=stricter))
    assert outcome.outcome is Outcome.HELD
    (note,) = [issue for issue in outcome.issues if issue.code == "release-outdated"]
    assert "jump (giuong)" in note.message
    assert "phone" not in note.message


def test_another_version_of_the_dictionary_wants_another_release(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    agree(parts)
    with parts.store.write() as transaction:
        transaction.put_table_schema(TableSchema.from_descriptor(clinic_descriptor(version="1.1.0")))
    assert harvested(parts, source).outcome is Outcome.HELD


@pytest.mark.parametrize("name", ["Chuyên viên Một", " chuyên  viên MỘT ", "Chuye\u0302n vie\u0302n Mo\u0323\u0302t"])
def test_nobody_approves_what_he_asked_for_however_he_writes_his_name(
    parts: Parts, source: HarvestSource, name: str
) -> None:
    ask(parts)
    with pytest.raises(InvalidInput, match="phải khác người đề nghị"):
        agree(parts, name)
    assert harvested(parts, source).outcome is Outcome.HELD


def test_tones_do_not_make_another_person_and_other_words_do() -> None:
    assert is_same_person("Lê Hoà", "lê hòa")
    assert not is_same_person("Lê Hòa", "Lê Hoa")


@pytest.mark.parametrize("reason", ["", "   ", "vì thế", "\u200b" * 20])
def test_a_release_needs_a_reason(parts: Parts, source: HarvestSource, reason: str) -> None:
    with pytest.raises(InvalidInput, match="lý do"):
        ask(parts, reason=reason)


def test_a_release_needs_names(parts: Parts, source: HarvestSource) -> None:
    with pytest.raises(InvalidInput, match="tên"):
        ask(parts, " \u200b ")
    ask(parts)
    with pytest.raises(InvalidInput, match="tên"):
        agree(parts, "")


def test_personal_values_in_a_reason_are_masked(parts: Parts, source: HarvestSource) -> None:
    release = request_release(
        parts.store,
        "nguon",
        TABLE,
        reason="Số bí mật là 0912000111 đó",
        requested_by="A",
        at=parts.clock(),
        mask=lambda text: text.replace("0912000111", "091•••••11"),
    )
    assert release.reason == "Số bí mật là 091•••••11 đó"


def test_a_refused_table_stays_held_and_may_be_asked_for_again(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    refuse_release(
        parts.store, "nguon", TABLE, reason="Đây là số riêng của y sĩ", refused_by="Trưởng phòng Hai", at=parts.clock()
    )
    assert harvested(parts, source).outcome is Outcome.HELD
    with pytest.raises(NotFound):
        agree(parts)
    assert ask(parts).state is ReleaseState.REQUESTED
    assert actions(parts) == ["release.request", "release.refuse", "release.request"]


def test_one_request_at_a_time(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    with pytest.raises(AlreadyExists):
        ask(parts, "Người Ba")


def test_a_request_for_content_that_is_gone_cannot_be_approved_and_makes_room(
    parts: Parts, source: HarvestSource
) -> None:
    first = ask(parts)
    rewrite(source, WITH_PHONE + "38004,Trạm khác,14797,1\n")
    harvested(parts, source)
    with pytest.raises(EditConflict):
        agree(parts)
    ask(parts)
    with parts.store.read() as reader:
        states = {release.id: release.state for release in reader.releases(source.id)}
    assert states[first.id] is ReleaseState.SUPERSEDED
    agree(parts)
    assert harvested(parts, source).outcome is Outcome.PUBLISHED


def test_a_table_that_is_not_held_has_nothing_to_release(parts: Parts, source: HarvestSource) -> None:
    rewrite(source, CLINIC_ROWS)
    harvested(parts, source)
    with pytest.raises(InvalidInput, match="không bị giữ"):
        ask(parts)
    with pytest.raises(NotFound):
        request_release(parts.store, "nguon", "khong-co", reason=REASON, requested_by="A", at=parts.clock())


def test_an_error_is_released_by_nobody(parts: Parts, source: HarvestSource) -> None:
    ask(parts)
    agree(parts)
    rewrite(source, WITH_PHONE.replace("1200", "nhiều"))
    assert harvested(parts, source).outcome is Outcome.REJECTED
    with pytest.raises(InvalidInput):
        ask(parts)


@pytest.mark.parametrize("sensitivity", ["personal", "sensitive"])
def test_a_column_that_the_dictionary_closes_is_released_by_nobody(
    parts: Parts, source: HarvestSource, sensitivity: str
) -> None:
    closed = clinic_descriptor(version="1.1.0")
    closed["fields"][1]["sensitivity"] = sensitivity
    with parts.store.write() as transaction:
        transaction.put_table_schema(TableSchema.from_descriptor(closed))
    assert harvested(parts, source).outcome is Outcome.HELD
    with pytest.raises(InvalidInput, match="Không ai được duyệt"):
        ask(parts)


def reading_with(harvester: Harvester, proposal: LayoutProposal, *notices: Issue) -> Harvester:
    """The same harvester, whose reader takes every file in this way."""

    def fetch(*arguments: object) -> object:
        for request, table in harvester.fetch(*arguments):  # type: ignore[arg-type]  # the same arguments
            yield request, replace(table, proposal=proposal, notices=notices)  # type: ignore[type-var]  # a table

    return replace(harvester, fetch=fetch)  # type: ignore[arg-type]  # the same shape


def stored_layout(parts: Parts, source: HarvestSource) -> TableLayout | None:
    with parts.store.read() as reader:
        return reader.source(source.id).tables[0].layout


UNCONFIRMED = Issue("layout-unconfirmed", Severity.HOLD, Dimension.CORRECT, "Cách đọc chưa được duyệt.", "Unconfirmed.")
LAYOUT = TableLayout("xlsx", sheet="Biểu 1", header_rows=(4, 5), first_row=6)


def test_a_plain_layout_is_accepted_with_the_first_publication(parts: Parts, source: HarvestSource) -> None:
    rewrite(source, CLINIC_ROWS)
    plain = LayoutProposal(TableLayout("csv"), Confidence.PLAIN)
    assert harvested(parts, source, reading_with(open_harvester(parts), plain)).outcome is Outcome.PUBLISHED
    assert stored_layout(parts, source) == TableLayout("csv")


def test_releasing_an_unconfirmed_layout_accepts_it(parts: Parts, source: HarvestSource) -> None:
    rewrite(source, CLINIC_ROWS)
    reader = reading_with(open_harvester(parts), LayoutProposal(LAYOUT, Confidence.LIKELY), UNCONFIRMED)
    assert harvested(parts, source, reader).outcome is Outcome.HELD
    assert stored_layout(parts, source) is None
    ask(parts)
    agree(parts)
    assert harvested(parts, source, reader).outcome is Outcome.PUBLISHED
    assert stored_layout(parts, source) == LAYOUT


def test_describing_a_source_again_keeps_the_accepted_layout(parts: Parts, source: HarvestSource) -> None:
    rewrite(source, CLINIC_ROWS)
    harvested(parts, source, reading_with(open_harvester(parts), LayoutProposal(TableLayout("csv"), Confidence.PLAIN)))
    with parts.store.write() as transaction:
        register(transaction, sources=[source], actor="test", at=parts.clock())
    assert stored_layout(parts, source) == TableLayout("csv")
    moved = replace(source, tables=(replace(source.tables[0], locator="khac.csv"),))
    with parts.store.write() as transaction:
        register(transaction, sources=[moved], actor="test", at=parts.clock())
    assert stored_layout(parts, source) is None


def test_an_unknown_source_is_named(parts: Parts) -> None:
    with pytest.raises(CatalogError, match="khong-co"):
        request_release(parts.store, "khong-co", TABLE, reason=REASON, requested_by="A", at=parts.clock())
