"""Dry runs as pages: begun with a button, looked at until they end, read as what a harvest would do."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import NotFound
from catalog.people import Action
from catalog.sources import CATALOG_KEY
from portal import trial_runs
from portal.admin.guard import requires, user
from portal.admin.reach import source_for
from portal.context import parts
from portal.trial_runs import LONGEST, TooManyTrials, trial_run

pages = Blueprint("trials", __name__)


@pages.get("/source/<name>/preview")
@requires(Action.SOURCE_TEST)
def preview(name: str) -> str:
    return _page(name)


@pages.post("/source/<name>/preview")
@requires(Action.SOURCE_TEST)
def start(name: str) -> Response:
    source, table = source_for(name, Action.SOURCE_TEST), request.form.get("table", "")
    if table == CATALOG_KEY:
        table = ""
    if table and all(item.key != table for item in source.tables):
        raise NotFound.of("bảng", table)
    try:
        trial = trial_runs.start(parts(), source, asked_by=user().name, table=table)
    except TooManyTrials as error:
        return make_response(_page(name, error), error.http_status)
    return redirect(url_for(".trial", name=source.name, trial_id=trial.id), 303)


@pages.get("/source/<name>/preview/<trial_id>")
@requires(Action.SOURCE_TEST)
def trial(name: str, trial_id: str) -> str:
    source = source_for(name, Action.SOURCE_TEST)
    found = trial_run(parts(), trial_id, source)
    return render_template("admin/source_trial.html", source=source, trial=found, minutes=_minutes())


def _page(name: str, problem: TooManyTrials | None = None) -> str:
    source = source_for(name, Action.SOURCE_TEST)
    return render_template("admin/source_preview.html", source=source, problem=problem, minutes=_minutes())


def _minutes() -> int:
    return int(LONGEST.total_seconds() // 60)
