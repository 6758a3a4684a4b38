"""Tables that the gate held: why, what differs from what is public, and the decision of two persons.

Who asks and who approves are the persons that have signed in; that they are two is the rule of
:mod:`catalog.holding`.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.editing_sources import request_run
from catalog.errors import AlreadyExists, EditConflict, InvalidInput, NotFound, RunInProgress
from catalog.holding import (
    HeldTable,
    approve_release,
    held_table,
    held_tables,
    is_same_person,
    refuse_release,
    request_release,
    schema_of_table,
)
from catalog.people import Action, may
from catalog.ports import CatalogReader
from catalog.released_reports import never_released
from catalog.releases import ReleaseState
from catalog.sources import CATALOG_KEY, HarvestSource, Outcome
from portal.admin.guard import requires, user
from portal.admin.reach import may_do, reached
from portal.context import parts
from portal.pages.languages import plain_in_language
from schemas.personal_data import mask_inside

pages = Blueprint("held", __name__)

REFUSALS = (InvalidInput, AlreadyExists, EditConflict, NotFound)


@pages.get("/held")
@requires(Action.HELD_SEE)
def held_list() -> str:
    with parts().store.read() as reader:
        found = [item for item in held_tables(reader) if may(user(), Action.HELD_SEE, item.source)]
        titles = {dataset.id: dataset.title for dataset in reader.datasets({item.table.dataset_id for item in found})}
    waiting = [item for item in found if item.release and item.release.state is ReleaseState.REQUESTED]
    others = [item for item in found if item not in waiting]
    return render_template("admin/held_list.html", waiting=waiting, others=others, titles=titles)


@pages.get("/held/<source>/<table>")
@requires(Action.HELD_SEE)
def held(source: str, table: str) -> str:
    return _page(source, table)


@pages.post("/held/<source>/<table>/request")
@requires(Action.HELD_REQUEST)
def ask(source: str, table: str) -> Response:
    origin = _reached(source, Action.HELD_REQUEST)
    opened, reason = parts(), request.form.get("reason", "")
    try:
        request_release(
            opened.store,
            origin.id,
            table,
            reason=reason,
            requested_by=user().name,
            at=opened.clock(),
            mask=mask_inside,
        )
    except REFUSALS as error:
        return _refused(source, table, error, reason)
    return redirect(url_for(".held", source=origin.name, table=table, told="asked"), 303)


@pages.post("/held/<source>/<table>/approve")
@requires(Action.HELD_APPROVE)
def approve(source: str, table: str) -> Response:
    """The second person's consent; the source is harvested at once, because only a harvest publishes."""
    origin, opened = _reached(source, Action.HELD_APPROVE), parts()
    try:
        approve_release(opened.store, origin.id, table, approved_by=user().name, at=opened.clock())
    except REFUSALS as error:
        return _refused(source, table, error)
    with suppress(RunInProgress):
        run = request_run(opened.store, origin.id, actor=user().name, at=opened.clock())
        return redirect(url_for("admin.runs.run", run_id=run.id), 303)
    return redirect(url_for(".held", source=origin.name, table=table, told="approved"), 303)


@pages.post("/held/<source>/<table>/refuse")
@requires(Action.HELD_REFUSE)
def refuse(source: str, table: str) -> Response:
    origin = _reached(source, Action.HELD_REFUSE)
    opened, reason = parts(), request.form.get("refusal", "")
    try:
        refuse_release(
            opened.store,
            origin.id,
            table,
            reason=reason,
            refused_by=user().name,
            at=opened.clock(),
            mask=mask_inside,
        )
    except REFUSALS as error:
        return _refused(source, table, error, refusal=reason)
    return redirect(url_for(".held", source=origin.name, table=table, told="refused"), 303)


def _reached(source: str, action: Action) -> HarvestSource:
    with parts().store.read() as reader:
        return reached(reader, source, action)


def _refused(
    source: str,
    table: str,
    error: InvalidInput | AlreadyExists | EditConflict | NotFound,
    reason: str = "",
    refusal: str = "",
) -> Response:
    message = plain_in_language(error.message, error.message_en)
    return make_response(_page(source, table, message, reason, refusal), error.http_status)


def _page(source: str, table: str, problem: str = "", reason: str = "", refusal: str = "") -> str:
    with parts().store.read() as reader:
        origin = reached(reader, source, Action.HELD_SEE)
        outcome = reader.last_outcomes(origin.id).get(table)
        history = reader.releases(origin.id, table)
        if outcome is None:
            raise NotFound.of("bảng", table)
        found = held_table(reader, origin.id, table) if outcome.outcome is Outcome.HELD else None
        closed = _closed(reader, found) if found else ()
        title = reader.dataset(outcome.dataset_id).title if outcome.dataset_id else ""
    release = found.release if found else None
    return render_template(
        "admin/held.html",
        source=origin,
        table=table,
        title=title,
        outcome=outcome,
        held=found,
        open_request=release if release and release.state is ReleaseState.REQUESTED else None,
        approved=release if release and release.state is ReleaseState.APPROVED else None,
        is_own_request=bool(release and is_same_person(release.requested_by, user().name)),
        closed=closed,
        history=history,
        is_listing=table == CATALOG_KEY,
        problem=problem,
        reason=reason,
        refusal=refusal,
        told=request.args.get("told", ""),
        may_do=may_do,
        Action=Action,
    )


def _closed(reader: CatalogReader, held: HeldTable) -> tuple[str, ...]:
    """Codes of the findings that nobody may release."""
    found = never_released(held.outcome.issues, schema_of_table(reader, held.table))
    return tuple(dict.fromkeys(f"{issue.field or held.table.key} ({issue.code})" for issue in found))
