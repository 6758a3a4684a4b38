"""Sources as those who look after them see them: the list, one source, and what may be told to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.editing_sources import cancel_run, pause_source, remove_source, request_run
from catalog.errors import NotFound, RunInProgress
from catalog.model import Organization, OrganizationId
from catalog.people import Action, allowed
from catalog.ports import AuditEvent, CatalogReader
from catalog.schedule import next_due
from catalog.sources import CATALOG_KEY, HarvestRun, HarvestSource, Outcome, RunState, SourceTable, TableOutcome
from catalog.vietnamese import sort_key
from harvesters import kind_of
from portal.admin.guard import requires, user
from portal.admin.reach import may_do, reached, source_for
from portal.context import parts
from portal.pages.overview import STUCK
from portal.source_editing import shown_options

pages = Blueprint("sources", __name__)

RUNS_SHOWN = 10
EVENTS_SHOWN = 20
PAUSED, NEVER, TROUBLED = "paused", "never", "troubled"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands: its newest run, when it is due next, and the newest outcome of each of its tables."""

    source: HarvestSource
    organization: Organization
    last_run: HarvestRun | None
    due: datetime | None
    outcomes: Mapping[str, TableOutcome]

    @property
    def held_count(self) -> int:
        return sum(item.outcome is Outcome.HELD for item in self.outcomes.values())

    @property
    def stuck_count(self) -> int:
        return sum(item.outcome in STUCK for item in self.outcomes.values())

    @property
    def active_run(self) -> HarvestRun | None:
        return self.last_run if self.last_run and not self.last_run.state.is_over else None

    def is_in(self, state: str) -> bool:
        """Whether it belongs into the list of ``state``: that of its newest run, or one of the words above."""
        if state == PAUSED:
            return not self.source.enabled
        if state == NEVER:
            return self.last_run is None
        if state == TROUBLED:
            return bool(self.stuck_count) or (self.last_run is not None and bool(self.last_run.error_code))
        return self.last_run is not None and self.last_run.state == state


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table of a source, or the listing of another catalogue where ``table`` is ``None``."""

    key: str
    table: SourceTable | None
    dataset_title: str
    dataset_name: str
    outcome: TableOutcome | None


@pages.get("/sources")
@requires(Action.SOURCE_SEE)
def source_list() -> str:
    owner, state = request.args.get("organization", ""), request.args.get("state", "")
    with parts().store.read() as reader:
        organizations = {item.id: item for item in reader.organizations()}
        every = standings(reader, organizations)
    owners = {item.organization.id: item.organization for item in every}
    shown = [item for item in every if owner in ("", item.organization.name) and (not state or item.is_in(state))]
    return render_template(
        "admin/sources.html",
        standings=shown,
        total=len(every),
        owners=sorted(owners.values(), key=lambda item: sort_key(item.title)),
        owner=owner,
        state_wanted=state,
        states=[state for state in RunState if any(item.is_in(state) for item in every)],
    )


def standings(reader: CatalogReader, organizations: Mapping[OrganizationId, Organization]) -> tuple[Standing, ...]:
    """All sources that the person who asks may see, by title; those in trouble are not put first."""
    found = [
        standing_of(reader, source, organizations[source.organization_id])
        for source in allowed(user(), Action.SOURCE_SEE, reader.sources())
    ]
    return tuple(sorted(found, key=lambda item: sort_key(item.source.title)))


def standing_of(reader: CatalogReader, source: HarvestSource, organization: Organization) -> Standing:
    last = next(iter(reader.runs(source.id, limit=1)), None)
    known = {table.key for table in source.tables} | {CATALOG_KEY}
    outcomes = {key: item for key, item in reader.last_outcomes(source.id).items() if key in known}
    return Standing(source, organization, last, next_due(source, last, parts().clock()), outcomes)


@pages.get("/source/<name>")
@requires(Action.SOURCE_SEE)
def source(name: str) -> str:
    with parts().store.read() as reader:
        found = reached(reader, name)
        standing = standing_of(reader, found, reader.organization(found.organization_id))
        lines = _lines(reader, standing)
        runs = reader.runs(found.id, limit=RUNS_SHOWN)
        rejected = bool(kind_of(found.kind).reads_catalog and reader.rejected_records(found.id, limit=1))
        events = _events(reader, found)
    return render_template(
        "admin/source.html",
        standing=standing,
        source=found,
        kind=kind_of(found.kind),
        options=shown_options(found),
        lines=lines,
        runs=runs,
        has_rejected=rejected,
        events=events,
        told=request.args.get("told", ""),
        may_do=may_do,
        Action=Action,
    )


def _lines(reader: CatalogReader, standing: Standing) -> tuple[TableLine, ...]:
    source = standing.source
    datasets = {item.id: item for item in reader.datasets({table.dataset_id for table in source.tables})}
    lines = []
    if CATALOG_KEY in standing.outcomes or kind_of(source.kind).reads_catalog:
        lines.append(TableLine(CATALOG_KEY, None, "", "", standing.outcomes.get(CATALOG_KEY)))
    for table in source.tables:
        dataset = datasets[table.dataset_id]
        lines.append(TableLine(table.key, table, dataset.title, dataset.name, standing.outcomes.get(table.key)))
    return tuple(lines)


def _events(reader: CatalogReader, source: HarvestSource) -> tuple[AuditEvent, ...]:
    """What people did to the source, newest first."""
    return reader.audit(EVENTS_SHOWN, object_id=source.id)


# --- what may be told to a source ------------------------------------------------------------------------------------


@pages.post("/source/<name>/run")
@requires(Action.SOURCE_HARVEST)
def run_now(name: str) -> Response:
    source = source_for(name, Action.SOURCE_HARVEST)
    opened = parts()
    try:
        full = "full" in request.form
        run = request_run(opened.store, source.id, actor=user().name, at=opened.clock(), full=full)
        run_id = run.id
    except RunInProgress as error:
        run_id = error.details["run_id"]  # type: ignore[assignment]  # the error says which one is running
    return redirect(url_for("admin.runs.run", run_id=run_id), 303)


@pages.post("/source/<name>/cancel")
@requires(Action.RUN_CANCEL)
def cancel(name: str) -> Response:
    source = source_for(name, Action.RUN_CANCEL)
    opened = parts()
    try:
        run = cancel_run(opened.store, source.id, actor=user().name, at=opened.clock())
    except NotFound:  # it ended meanwhile
        return redirect(url_for(".source", name=source.name, told="over"), 303)
    return redirect(url_for("admin.runs.run", run_id=run.id), 303)


@pages.get("/source/<name>/pause")
@requires(Action.SOURCE_EDIT)
def confirm_pause(name: str) -> str:
    return render_template("admin/source_pause.html", source=source_for(name, Action.SOURCE_EDIT))


@pages.post("/source/<name>/pause")
@requires(Action.SOURCE_EDIT)
def pause(name: str) -> Response:
    return _set_paused(name, paused=True)


@pages.post("/source/<name>/resume")
@requires(Action.SOURCE_EDIT)
def resume(name: str) -> Response:
    return _set_paused(name, paused=False)


def _set_paused(name: str, *, paused: bool) -> Response:
    source = source_for(name, Action.SOURCE_EDIT)
    opened = parts()
    pause_source(opened.store, source.id, paused=paused, actor=user().name, at=opened.clock())
    return redirect(url_for(".source", name=source.name, told="paused" if paused else "resumed"), 303)


@pages.get("/source/<name>/remove")
@requires(Action.SOURCE_REMOVE)
def confirm_remove(name: str) -> str:
    with parts().store.read() as reader:
        source = reached(reader, name, Action.SOURCE_REMOVE)
        given = sum(mark.dataset_id is not None for mark in reader.remote_marks(source.id).values())
        active = reader.active_run(source.id)
    return render_template("admin/source_remove.html", source=source, given=given, active=active, problem="")


@pages.post("/source/<name>/remove")
@requires(Action.SOURCE_REMOVE)
def remove(name: str) -> Response:
    source = source_for(name, Action.SOURCE_REMOVE)
    opened = parts()
    withdraw = request.form.get("withdraw") == "yes"
    remove_source(opened.store, source.id, withdraw=withdraw, actor=user().name, at=opened.clock())
    return redirect(url_for(".source_list", removed=1), 303)
