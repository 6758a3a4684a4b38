"""When a source is harvested: by period or by cron, not in its quiet hours; the next times show before saving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import EditConflict, InvalidInput
from catalog.model import Frequency
from catalog.people import Action
from catalog.schedule import check_schedule, next_times
from catalog.sources import HarvestSource
from portal.admin.guard import requires, user
from portal.admin.reach import source_for
from portal.context import parts
from portal.pages.languages import plain_in_language
from portal.source_editing import edit, seal_of

pages = Blueprint("source_schedule", __name__)

FIELDS = ("frequency", "cron", "quiet_hours")


@pages.get("/source/<name>/schedule")
@requires(Action.SOURCE_EDIT)
def schedule(name: str) -> str:
    source = source_for(name, Action.SOURCE_EDIT)
    return _page(source, _stored(source), seal_of(source))


@pages.post("/source/<name>/schedule")
@requires(Action.SOURCE_EDIT)
def change(name: str) -> Response:
    """Save the schedule or, if only that is asked for, show when the source would be read by it."""
    source, opened, seen = source_for(name, Action.SOURCE_EDIT), parts(), request.form.get("seen", "-")
    given = _given(request.form)
    values = _stored(source) | given
    try:
        if request.form.get("do") == "show":
            return make_response(_page(source, values, seen, is_tried=True))
        edit(opened, source.id, given, {}, actor=user().name, seen=seen)
    except (InvalidInput, EditConflict) as error:
        return make_response(_page(source, values, seen, error), error.http_status)
    return redirect(url_for("admin.sources.source", name=source.name, told="saved"), 303)


def _given(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent[name].strip() for name in FIELDS if name in sent}


def _stored(source: HarvestSource) -> dict[str, str]:
    return {"frequency": source.frequency.value, "cron": source.cron, "quiet_hours": source.quiet_hours}


def _page(
    source: HarvestSource,
    values: Mapping[str, str],
    seen: str,
    error: InvalidInput | EditConflict | None = None,
    *,
    is_tried: bool = False,
) -> str:
    field = str(error.details.get("option", "")) if error else ""
    message = plain_in_language(error.message, error.message_en) if error else ""
    with parts().store.read() as reader:
        latest = next(iter(reader.runs(source.id, limit=1)), None)
    times = () if error else next_times(_as_if(source, values), latest, parts().clock())
    return render_template(
        "admin/source_schedule.html",
        source=source,
        values=values,
        seen=seen,
        errors={field: message} if field in FIELDS else {},
        problem="" if field in FIELDS else message,
        times=times,
        periods=list(Frequency),
        is_tried=is_tried,
    )


def _as_if(source: HarvestSource, values: Mapping[str, str]) -> HarvestSource:
    """Raises ``InvalidInput``."""
    check_schedule(values["cron"], values["quiet_hours"])
    known = {item.value: item for item in Frequency}
    frequency = known.get(values["frequency"], source.frequency)
    return replace(source, frequency=frequency, cron=values["cron"], quiet_hours=values["quiet_hours"])
