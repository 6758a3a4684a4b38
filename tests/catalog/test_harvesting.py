"""What a harvest leaves behind: good tables published, bad ones named, the last good version always public."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from catalog.checking import find_drift
from catalog.dictionary import Code, TableSchema
from catalog.editing_sources import cancel_run, read_anew
from catalog.errors import LeaseLost, NotFound, RunInProgress, SourceUnreachable, StorageFull
from catalog.harvesting import harvest
from catalog.model import Column, Dataset, Frequency, SourceShape, Version
from catalog.ports import Fetched, PreparedFile, Progress, StagedTable, TableRequest, Unchanged
from catalog.questions import RowQuery
from catalog.runs import LEASE, Harvester
from catalog.schedule import RETRY, due_sources
from catalog.sources import HarvestSource, Lease, Outcome, RunState, TableOutcome
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, COMMUNES, clinic_descriptor, example_dataset, example_source
from tests.portal.sample import BAD_ROWS, CLINIC_ROWS, describe_source, open_sample_parts

SECOND = example_dataset("tram-y-te", "Trạm y tế")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


@pytest.fixture
def source(parts: Parts, tmp_path: Path) -> HarvestSource:
    files = {"co-so-kham-chua-benh-bang.csv": CLINIC_ROWS}
    return describe_source(parts, example_source("nguon", CLINICS), CLINICS, folder=tmp_path / "nguon", files=files)


def rewrite(source: HarvestSource, text: str, table: str = "co-so-kham-chua-benh-bang") -> None:
    (Path(source.options["path"]) / f"{table}.csv").write_text(text, encoding="utf-8")


def outcome_of(parts: Parts, source: HarvestSource) -> TableOutcome:
    with parts.store.read() as reader:
        return next(iter(reader.last_outcomes(source.id).values()))


def versions_of(parts: Parts, dataset: Dataset = CLINICS) -> tuple[Version, ...]:
    with parts.store.read() as reader:
        return reader.versions(dataset.distributions[0].id)


def test_a_good_table_becomes_version_one(parts: Parts, source: HarvestSource) -> None:
    run = harvest(open_harvester(parts), source.id, trigger="test")
    assert run.state is RunState.SUCCESS
    (version,) = versions_of(parts)
    assert (version.number, version.row_count, version.schema_version) == (1, 3, "1.0.0")
    assert {file.format for file in version.files} == {"csv", "parquet"}
    with parts.store.read() as reader:
        dataset = reader.dataset(CLINICS.name)
    assert dataset.issued == dataset.modified
    assert dataset.issued is not None


def test_an_unchanged_source_publishes_nothing_new(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    again = harvest(harvester, source.id, trigger="test")
    assert again.state is RunState.SUCCESS
    assert outcome_of(parts, source).outcome is Outcome.UNCHANGED
    assert len(versions_of(parts)) == 1


def test_an_unchanged_source_is_judged_again_when_its_dictionary_changed(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    stricter = clinic_descriptor(version="1.1.0")
    stricter["fields"][3]["constraints"] = {"minimum": 100_000}
    with parts.store.write() as transaction:
        transaction.put_table_schema(TableSchema.from_descriptor(stricter))
    harvest(harvester, source.id, trigger="test")
    assert outcome_of(parts, source).outcome is Outcome.REJECTED
    assert [version.schema_version for version in versions_of(parts)] == ["1.0.0"]


def test_a_changed_source_publishes_the_next_version_and_keeps_the_old_bytes(
    parts: Parts, source: HarvestSource
) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    rewrite(source, CLINIC_ROWS + "38004,Phòng khám mới,14797,10\n")
    harvest(harvester, source.id, trigger="test")
    newest, oldest = versions_of(parts)
    assert (newest.number, newest.row_count) == (2, 4)
    csv = oldest.file("csv")
    assert csv is not None
    with parts.files.open(csv.sha256) as stream:
        assert stream.read().decode("utf-8-sig").count("\r\n") == 4


def test_a_rejected_table_leaves_the_last_good_version_public(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    rewrite(source, BAD_ROWS)
    run = harvest(harvester, source.id, trigger="test")
    outcome = outcome_of(parts, source)
    assert (run.state, outcome.outcome) == (RunState.FAILED, Outcome.REJECTED)
    assert {"type-error", "primary-key", "foreign-key"} <= {issue.code for issue in outcome.issues}
    assert [version.number for version in versions_of(parts)] == [1]


def test_the_same_bad_table_is_rejected_again_without_being_called_unchanged(
    parts: Parts, source: HarvestSource
) -> None:
    harvester = open_harvester(parts)
    rewrite(source, BAD_ROWS)
    harvest(harvester, source.id, trigger="test")
    first = outcome_of(parts, source)
    harvest(harvester, source.id, trigger="test")
    second = outcome_of(parts, source)
    assert (second.outcome, second.issues) == (Outcome.REJECTED, first.issues)
    assert second.run_id != first.run_id


def test_a_table_held_back_for_a_missing_code_passes_once_the_list_has_it(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    rewrite(source, CLINIC_ROWS + "38004,Trạm mới,16531,4\n")
    harvest(harvester, source.id, trigger="test")
    assert outcome_of(parts, source).outcome is Outcome.REJECTED
    with parts.store.write() as transaction:
        codes = (*COMMUNES.codes, Code("16531", "Phường Sầm Sơn"))
        transaction.put_code_list(replace(COMMUNES, version="2099.1.1", codes=codes))
    harvest(harvester, source.id, trigger="test")
    assert outcome_of(parts, source).outcome is Outcome.PUBLISHED


@pytest.mark.parametrize(
    ("text", "code"),
    [("ma,ten,ma_xa,giuong\n", "empty-table"), ("ma,ten,ma_xa,giuong\n38001,Bệnh viện,14797,1200\n", "shrunken-table")],
)
def test_an_empty_or_shrunken_table_is_held(parts: Parts, source: HarvestSource, text: str, code: str) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    rewrite(source, text)
    run = harvest(harvester, source.id, trigger="test")
    assert run.state is RunState.HELD
    assert code in {issue.code for issue in outcome_of(parts, source).issues}
    assert [version.number for version in versions_of(parts)] == [1]


def test_a_missing_file_is_told_and_the_other_tables_go_on(parts: Parts, tmp_path: Path) -> None:
    both = example_source("hai-bang", CLINICS, SECOND)
    files = {"tram-y-te-bang.csv": CLINIC_ROWS}
    source = describe_source(parts, both, CLINICS, SECOND, folder=tmp_path / "hai-bang", files=files)
    run = harvest(open_harvester(parts), source.id, trigger="test")
    assert run.state is RunState.PARTIAL
    with parts.store.read() as reader:
        outcomes = reader.last_outcomes(source.id)
    missing = outcomes["co-so-kham-chua-benh-bang"]
    assert (missing.outcome, missing.issues[0].code) == (Outcome.FAILED, "source-missing")
    assert outcomes["tram-y-te-bang"].outcome is Outcome.PUBLISHED


def test_a_source_that_does_not_answer_fails_the_run_with_a_reason(parts: Parts, source: HarvestSource) -> None:
    def no_answer(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        raise SourceUnreachable("Nguồn không trả lời.", "The source does not answer.")

    run = harvest(replace(open_harvester(parts), fetch=no_answer), source.id, trigger="test")
    assert (run.state, run.error_code, run.error) == (RunState.FAILED, "source-unreachable", "Nguồn không trả lời.")


def test_a_full_disk_fails_the_run_and_publishes_nothing(parts: Parts, source: HarvestSource) -> None:
    class FullDisk:
        def put(self, path: Path) -> str:
            raise StorageFull("Hết chỗ trên đĩa.", "No space left.")

        def __getattr__(self, name: str) -> object:
            return getattr(parts.files, name)

    harvester = open_harvester(parts)
    run = harvest(replace(harvester, files=FullDisk()), source.id, trigger="test")  # type: ignore[arg-type]  # one method differs
    assert (run.state, run.error_code) == (RunState.FAILED, "storage-full")
    assert versions_of(parts) == ()
    assert harvest(harvester, source.id, trigger="test").state is RunState.SUCCESS


def test_a_fault_of_our_own_fails_one_table_and_not_the_process(parts: Parts, source: HarvestSource) -> None:
    def broken(
        table: StagedTable, schema: object, folder: Path, stem: str
    ) -> tuple[tuple[PreparedFile, ...], tuple[()]]:
        raise ZeroDivisionError

    run = harvest(replace(open_harvester(parts), write=broken), source.id, trigger="test")
    assert run.state is RunState.FAILED
    (issue,) = outcome_of(parts, source).issues
    assert "ZeroDivisionError" in issue.message


def test_two_starts_of_one_source_one_runs_and_the_other_says_so(parts: Parts, source: HarvestSource) -> None:
    with parts.store.write() as transaction:
        active = transaction.enqueue_run(source.id, "other", parts.clock())
        lease = Lease("another-host/1/1", parts.clock() + LEASE)
        transaction.claim_run(active.id, lease, parts.clock(), lambda owner: False)
    with pytest.raises(RunInProgress):
        harvest(open_harvester(parts), source.id, trigger="test")


@pytest.mark.parametrize("death", ["process gone", "lease over"])
def test_an_interrupted_run_is_taken_over_and_finished(parts: Parts, source: HarvestSource, death: str) -> None:
    with parts.store.write() as transaction:
        active = transaction.enqueue_run(source.id, "other", parts.clock())
        until = parts.clock() + (LEASE if death == "process gone" else -LEASE)
        transaction.claim_run(active.id, Lease("another-host/1/1", until), parts.clock(), lambda owner: False)
    harvester = replace(open_harvester(parts), is_dead=lambda owner: death == "process gone")
    run = harvest(harvester, source.id, trigger="test")
    assert (run.id, run.state, run.attempt) == (active.id, RunState.SUCCESS, 2)


def test_a_worker_that_lost_its_lease_publishes_nothing(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)

    def stolen_meanwhile(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        yield from harvester.fetch(source, requests, folder, progress)
        with parts.store.write() as transaction:
            active = transaction.active_run(source.id)
            assert active is not None
            lease = Lease("another-host/1/1", parts.clock() + LEASE)
            transaction.claim_run(active.id, lease, parts.clock(), lambda owner: True)

    with pytest.raises(LeaseLost):
        harvest(replace(harvester, fetch=stolen_meanwhile), source.id, trigger="test")
    assert versions_of(parts) == ()


def test_a_worker_that_stood_still_harms_nothing_of_the_one_that_took_over(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    folders: list[Path] = []

    def write(
        table: StagedTable, schema: TableSchema, folder: Path, stem: str
    ) -> tuple[tuple[PreparedFile, ...], tuple[Column, ...]]:
        folders.append(folder)
        return harvester.write(table, schema, folder, stem)

    other = replace(harvester, owner="another-host/1/1", is_dead=lambda owner: True, write=write)

    def written_late(
        table: StagedTable, schema: TableSchema, folder: Path, stem: str
    ) -> tuple[tuple[PreparedFile, ...], tuple[Column, ...]]:
        """What was read before the pause is written after somebody else read and published something newer."""
        rewrite(source, CLINIC_ROWS.replace("1200", "1300"))
        harvest(other, source.id, trigger="test")
        return write(table, schema, folder, stem)

    with pytest.raises(LeaseLost):
        harvest(replace(harvester, write=written_late), source.id, trigger="test")
    (version,) = versions_of(parts)
    page = parts.rows.rows(RowQuery(version.id, fields=("giuong",)))
    assert [row[0] for row in page.rows] == [1300, 5, None]
    assert len(set(folders)) == 2


def test_what_a_killed_harvest_left_in_the_staging_folder_goes_with_the_next(
    parts: Parts, source: HarvestSource
) -> None:
    harvester = open_harvester(parts)
    killed_after_reading = """
import os, signal, sys
from pathlib import Path
from catalog.working_folders import working_folder
with working_folder(Path(sys.argv[1])) as folder:
    (folder / "ban-sao.csv").write_text("0912 345 678")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", killed_after_reading, str(harvester.staging)], check=False)
    assert len(list(harvester.staging.iterdir())) == 1
    harvest(harvester, source.id, trigger="test")
    assert list(harvester.staging.iterdir()) == []


def test_nothing_half_done_stays_in_the_staging_folder(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    assert list(harvester.staging.iterdir()) == []


def test_sources_are_due_when_never_harvested_interrupted_or_past_their_period(
    parts: Parts, source: HarvestSource
) -> None:
    def is_due(after: timedelta) -> bool:
        with parts.store.read() as reader:
            return bool(due_sources(reader, parts.clock() + after))

    assert is_due(timedelta())
    harvest(open_harvester(parts), source.id, trigger="test")
    assert not is_due(timedelta(days=30))
    assert is_due(timedelta(days=32))
    with parts.store.write() as transaction:
        transaction.put_source(replace(source, frequency=Frequency.AS_NEEDED))
    assert not is_due(timedelta(days=3000))
    with parts.store.write() as transaction:
        transaction.enqueue_run(source.id, "test", parts.clock())
    assert is_due(timedelta())


def test_a_source_whose_run_broke_off_is_tried_again_long_before_its_next_period(
    parts: Parts, source: HarvestSource
) -> None:
    Path(source.options["path"]).rename(Path(source.options["path"]).with_name("mat"))
    assert harvest(open_harvester(parts), source.id, trigger="test").error_code == "source-unreachable"
    with parts.store.read() as reader:
        assert due_sources(reader, parts.clock()) == ()
        assert due_sources(reader, parts.clock() + RETRY) == (source,)


def test_a_source_that_is_back_as_it_was_published_is_unchanged(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    file = Path(source.options["path"]) / "co-so-kham-chua-benh-bang.csv"
    file.rename(file.with_suffix(".mat"))
    harvest(harvester, source.id, trigger="test")
    assert outcome_of(parts, source).outcome is Outcome.FAILED
    file.with_suffix(".mat").rename(file)
    harvest(harvester, source.id, trigger="test")
    assert outcome_of(parts, source).outcome is Outcome.UNCHANGED
    assert [version.number for version in versions_of(parts)] == [1]


def test_an_unexpected_error_while_reading_ends_the_run_without_its_words(parts: Parts, source: HarvestSource) -> None:
    def broken(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        raise OSError("postgresql://so:bi-mat@may-chu")

    run = harvest(replace(open_harvester(parts), fetch=broken), source.id, trigger="test")
    assert (run.state, run.error_code) == (RunState.FAILED, "source-error")
    assert "OSError" in run.error
    assert "bi-mat" not in run.error + run.error_en


def test_a_run_that_is_interrupted_is_given_back_for_anybody_to_take_over(parts: Parts, source: HarvestSource) -> None:
    def interrupted(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        raise KeyboardInterrupt

    harvester = open_harvester(parts)
    with pytest.raises(KeyboardInterrupt):
        harvest(replace(harvester, fetch=interrupted), source.id, trigger="test")
    assert list(harvester.staging.iterdir()) == []
    run = harvest(replace(harvester, owner="another-host/1/1", is_dead=lambda owner: False), source.id, trigger="test")
    assert (run.state, run.attempt) == (RunState.SUCCESS, 2)


def test_a_harvest_of_an_unknown_source_is_refused(parts: Parts, source: HarvestSource) -> None:
    with parts.store.read() as reader, pytest.raises(NotFound):
        reader.source("khong-co")


def test_after_a_harvest_the_copies_agree_with_the_database_but_for_the_outbox(
    parts: Parts, source: HarvestSource
) -> None:
    harvester: Harvester = open_harvester(parts)
    harvest(harvester, source.id, trigger="test")
    drift = find_drift(parts.indexing, parts.files, hashes=True)
    assert {item.kind for item in drift} == {"outbox", "index"}


def test_a_running_harvest_ends_when_somebody_cancels_it(
    parts: Parts, source: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.runs.BEAT_SECONDS", 0.01)
    harvester = open_harvester(parts)

    def endless(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        cancel_run(parts.store, source.name, actor="cán bộ", at=parts.clock())
        for rows in count():
            progress("bang", rows)
        yield from ()

    run = harvest(replace(harvester, fetch=endless), source.id, trigger="test")
    assert (run.state, run.error_code) == (RunState.CANCELLED, "run-cancelled")
    assert "cán bộ" in run.error
    assert versions_of(parts) == ()
    assert harvest(harvester, source.id, trigger="test").state is RunState.SUCCESS


def test_a_cancelled_run_whose_worker_died_is_ended_by_the_next(parts: Parts, source: HarvestSource) -> None:
    with parts.store.write() as transaction:
        run = transaction.enqueue_run(source.id, "test", parts.clock())
        transaction.claim_run(run.id, Lease("gone", parts.clock() + LEASE), parts.clock(), lambda owner: False)
        transaction.cancel_run(run.id, "cán bộ", parts.clock())
    harvester = replace(open_harvester(parts), is_dead=lambda owner: owner == "gone")
    assert harvest(harvester, source.id, trigger="test").state is RunState.CANCELLED
    assert versions_of(parts) == ()


def test_a_source_that_recognises_its_table_is_not_read_again(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    known: list[str] = []

    def recognising(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        known.extend(request.known for request in requests)
        for request, table in harvester.fetch(source, requests, folder, progress):
            assert isinstance(table, StagedTable)
            yield request, Unchanged("etag-1") if request.known == "etag-1" else replace(table, fingerprint="etag-1")

    recognised = replace(harvester, fetch=recognising)
    harvest(recognised, source.id, trigger="test")
    assert harvest(recognised, source.id, trigger="test").state is RunState.SUCCESS
    outcome = outcome_of(parts, source)
    assert (outcome.outcome, outcome.row_count) == (Outcome.UNCHANGED, 3)
    with parts.store.write() as transaction:
        transaction.put_source(replace(source, options={**source.options, "path": source.options["path"] + "/"}))
    harvest(recognised, source.id, trigger="test")
    assert known == ["", "etag-1", ""]
    read_anew(parts.store, source.id, actor="van-hanh", at=parts.clock())
    assert harvest(recognised, source.id, trigger="test").state is RunState.SUCCESS
    assert (known[3:], outcome_of(parts, source).outcome) == ([""], Outcome.UNCHANGED)


def test_what_changed_at_the_source_holds_the_table(parts: Parts, source: HarvestSource) -> None:
    harvester = open_harvester(parts)
    columns = {"ma": "text", "giuong": "integer"}

    def shaped(
        source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        for request, table in harvester.fetch(source, requests, folder, progress):
            assert isinstance(table, StagedTable)
            yield request, replace(table, shape=SourceShape(dict(columns)))

    harvest(replace(harvester, fetch=shaped), source.id, trigger="test")
    columns["giuong"] = "text"
    rewrite(source, CLINIC_ROWS.replace("1200", "1201"))
    for _ in range(2):  # what was held is compared with the last good version again, never with itself
        assert harvest(replace(harvester, fetch=shaped), source.id, trigger="test").state is RunState.HELD
        assert [issue.code for issue in outcome_of(parts, source).issues] == ["source-columns-changed"]
    assert len(versions_of(parts)) == 1


def test_a_file_that_calls_its_columns_by_their_titles_is_published_again_when_its_rows_change(
    parts: Parts, source: HarvestSource
) -> None:
    titles = {field.name: field.title for field in CLINIC_SCHEMA.fields}
    header = ",".join(titles[name] for name in ("ma", "ten", "ma_xa", "giuong"))
    rows = header + "\n" + CLINIC_ROWS.split("\n", 1)[1]
    for place, beds in enumerate(("1200", "1201", "1202"), 1):
        rewrite(source, rows.replace("1200", beds))
        assert harvest(open_harvester(parts), source.id, trigger="test").state is RunState.SUCCESS
        assert len(versions_of(parts)) == place
