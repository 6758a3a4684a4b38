"""Runs: which there were, and one of them step by step, while it runs too."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from catalog.issues import Report
from catalog.people import Action, allowed
from catalog.ports import CatalogReader
from catalog.sources import CATALOG_KEY, HarvestRun, HarvestSource, Outcome, RunId, RunState, TableOutcome
from catalog.vietnamese import sort_key
from portal.admin.error_files import csv_answer, fault_rows
from portal.admin.guard import requires, user
from portal.admin.reach import may_do, reached_run
from portal.context import parts
from portal.pages.languages import marked

pages = Blueprint("runs", __name__)

RUNS_READ = 500
"""So many of the newest runs are looked through for a list; older ones are found on the page of their source."""
PAGE_SIZE = 50
FAULTS_SHOWN = 200

STEPS = {
    "read": marked("Đọc"),
    "check": marked("Kiểm tra"),
    "write": marked("Ghi tệp"),
    "commit": marked("Công bố"),
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list, with the source it was of."""

    run: HarvestRun
    source: HarvestSource


@dataclass(frozen=True, slots=True)
class TableResult:
    """What a run did with one table; ``title`` is that of its dataset, empty for the listing of a catalogue."""

    outcome: TableOutcome
    title: str
    dataset_name: str

    @property
    def is_listing(self) -> bool:
        return self.outcome.table_key == CATALOG_KEY

    @property
    def has_errors(self) -> bool:
        """Whether there is something to download."""
        return bool(self.outcome.issues)


@pages.get("/runs")
@requires(Action.RUN_SEE)
def run_list() -> str:
    name, state = request.args.get("source", ""), request.args.get("state", "")
    with parts().store.read() as reader:
        sources = {item.id: item for item in allowed(user(), Action.RUN_SEE, reader.sources())}
        wanted = [item for item in sources.values() if name in ("", item.name)]
        lines = _lines(reader, wanted, is_all=not name and user().is_administrator)
    lines = [line for line in lines if state in ("", line.run.state)]
    page = min(max(request.args.get("page", 1, type=int), 1), max(-(-len(lines) // PAGE_SIZE), 1))
    return render_template(
        "admin/runs.html",
        lines=lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(lines),
        page=page,
        page_count=-(-len(lines) // PAGE_SIZE),
        sources=sorted(sources.values(), key=lambda item: sort_key(item.title)),
        source_wanted=name,
        state_wanted=state,
        states=list(RunState),
    )


def _lines(reader: CatalogReader, sources: list[HarvestSource], *, is_all: bool) -> list[RunLine]:
    """The newest runs of these sources, newest first."""
    by_id = {item.id: item for item in sources}
    if is_all:
        runs = reader.runs(limit=RUNS_READ)
    else:
        runs = tuple(run for source_id in by_id for run in reader.runs(source_id, limit=RUNS_READ))
    lines = [RunLine(run, by_id[run.source_id]) for run in runs if run.source_id in by_id]
    lines.sort(key=lambda line: line.run.requested_at, reverse=True)
    return lines[:RUNS_READ]


@pages.get("/run/<run_id>")
@requires(Action.RUN_SEE)
def run(run_id: str) -> str:
    with parts().store.read() as reader:
        found, source = reached_run(reader, run_id)
        results = _results(reader, source, reader.outcomes(found.id))
    return render_template(
        "admin/run.html",
        run=found,
        source=source,
        results=results,
        steps=STEPS,
        total=len(source.tables),
        may_do=may_do,
        Action=Action,
    )


def _results(
    reader: CatalogReader, source: HarvestSource, outcomes: tuple[TableOutcome, ...]
) -> tuple[TableResult, ...]:
    ids = {item.dataset_id for item in outcomes if item.dataset_id}
    datasets = {item.id: item for item in reader.datasets(ids)} if ids else {}
    order = {table.key: place for place, table in enumerate(source.tables)}
    results = []
    for outcome in sorted(outcomes, key=lambda item: order.get(item.table_key, -1)):
        dataset = datasets.get(outcome.dataset_id)
        results.append(TableResult(outcome, dataset.title if dataset else "", dataset.name if dataset else ""))
    return tuple(results)


@pages.get("/run/<run_id>/<table>")
@requires(Action.RUN_SEE)
def report(run_id: str, table: str) -> str:
    found, source, report = _report(run_id, table)
    with parts().store.read() as reader:
        (outcome,) = [item for item in reader.outcomes(found.id) if item.table_key == table]
    places = [place for place in report.places() if place[1].row is not None][:FAULTS_SHOWN]
    return render_template(
        "admin/run_report.html",
        run=found,
        source=source,
        outcome=outcome,
        report=report,
        places=places,
        steps=STEPS,
        is_held=outcome.outcome is Outcome.HELD,
    )


@pages.get("/run/<run_id>/<table>/errors.csv")
@requires(Action.RUN_SEE)
def errors(run_id: str, table: str) -> Response:
    found, source, report = _report(run_id, table)
    return csv_answer(fault_rows(report), f"{source.name}-{table}-{found.requested_at:%Y%m%d}-loi.csv")


def _report(run_id: str, table: str) -> tuple[HarvestRun, HarvestSource, Report]:
    with parts().store.read() as reader:
        found, source = reached_run(reader, run_id)
        return found, source, reader.outcome_report(RunId(found.id), table)
