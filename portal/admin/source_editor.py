"""Adding and editing a source, and trying it out before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.editing_sources import add_source
from catalog.errors import AlreadyExists, CatalogError, EditConflict, Forbidden, InvalidInput, NotFound
from catalog.people import Action, may_somewhere, require_may
from catalog.source_kinds import CheckStep
from catalog.sources import HarvestSource
from harvesters import KINDS, kind_of
from harvesters.kinds import Kind
from portal.admin.guard import requires, user
from portal.admin.patience import PATIENCE_SECONDS, heard_from
from portal.admin.reach import BelongsTo, organizations_for, reached, source_for
from portal.admin.source_form import (
    SourceForm,
    check_reach,
    draft_of,
    empty_form,
    form_of,
    secrets_are_due,
    sent_back,
    sent_changes,
    sent_options,
)
from portal.context import parts
from portal.source_access import SourceAccess
from portal.source_editing import drafted, edit, edited

pages = Blueprint("source_editor", __name__)

REFUSALS = (InvalidInput, AlreadyExists, NotFound, Forbidden, EditConflict)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a source out. ``is_whole`` is false where the page gave up waiting."""

    steps: tuple[CheckStep, ...]
    is_whole: bool
    seconds: int = int(PATIENCE_SECONDS)

    @property
    def is_well(self) -> bool:
        return self.is_whole and bool(self.steps) and all(step.is_well for step in self.steps)


def try_out(source: HarvestSource) -> Trial:
    """Try a source out as it stands, stored or not."""
    access = SourceAccess.of(parts())
    heard = heard_from(lambda: access.check(source))
    return Trial(heard.items, heard.is_whole)


@pages.get("/sources/new")
@requires(Action.SOURCE_CREATE)
def choose_kind() -> str:
    return render_template("admin/source_kinds.html", kinds=[kind_of(name) for name in KINDS])


@pages.get("/sources/new/<kind>")
@requires(Action.SOURCE_CREATE)
def new_source(kind: str) -> str:
    chosen = _kind(kind)
    with parts().store.read() as reader:
        owners = organizations_for(reader, Action.SOURCE_CREATE)
    return _new_page(empty_form(chosen, owners[0].name if len(owners) == 1 else ""))


@pages.post("/sources/new/<kind>")
@requires(Action.SOURCE_CREATE)
def add(kind: str) -> Response:
    chosen, opened = _kind(kind), parts()
    form = sent_back(chosen, request.form)
    try:
        draft = draft_of(chosen, request.form)
        source = replace(drafted(opened, draft), enabled=False)
        require_may(user(), Action.SOURCE_CREATE, source)
        check_reach(chosen, draft.options, BelongsTo(source.organization_id))
        if request.form.get("do") == "test":
            return make_response(_new_page(form, trial=try_out(source)))
        added = add_source(opened.store, source, actor=user().name, at=opened.clock())
    except REFUSALS as error:
        return make_response(_new_page(form.with_error(error)), error.http_status)
    return redirect(url_for("admin.sources.source", name=added.name, told="added"), 303)


def _new_page(form: SourceForm, trial: Trial | None = None) -> str:
    return _page(form, None, Action.SOURCE_CREATE, trial)


@pages.get("/source/<name>/edit")
@requires(Action.SOURCE_EDIT)
def edit_source(name: str) -> str:
    with parts().store.read() as reader:
        source = reached(reader, name, Action.SOURCE_EDIT)
        owner = reader.organization(source.organization_id)
    return _page(form_of(source, owner.name, kind_of(source.kind)), source, Action.SOURCE_EDIT)


@pages.post("/source/<name>/edit")
@requires(Action.SOURCE_EDIT)
def change(name: str) -> Response:
    source, opened = source_for(name, Action.SOURCE_EDIT), parts()
    kind = kind_of(source.kind)
    kept = form_of(source, "", kind).kept
    form = sent_back(kind, request.form, kept)
    changes, options = sent_changes(request.form), sent_options(kind, request.form, kept)
    try:
        wanted = edited(opened, source, changes, options)
        require_may(user(), Action.SOURCE_EDIT, wanted)
        check_reach(kind, options, BelongsTo(wanted.organization_id), source)
        if request.form.get("do") == "test":
            return make_response(_page(form, source, Action.SOURCE_EDIT, try_out(wanted)))
        saved = edit(opened, source.id, changes, options, actor=user().name, seen=request.form.get("seen", "-"))
    except REFUSALS as error:
        return make_response(_page(form.with_error(error), source, Action.SOURCE_EDIT), error.http_status)
    return redirect(url_for("admin.sources.source", name=saved.name, told="saved"), 303)


def _page(form: SourceForm, source: HarvestSource | None, action: Action, trial: Trial | None = None) -> str:
    with parts().store.read() as reader:
        owners = organizations_for(reader, action)
    came_back = trial is not None or form.errors or form.general
    return render_template(
        "admin/source_form.html",
        form=form,
        source=source,
        owners=owners,
        trial=trial,
        retype=secrets_are_due(form) if came_back else "",
        may_reach_server=may_somewhere(user(), Action.SOURCE_REACH_SERVER),
    )


def _kind(name: str) -> Kind:
    if name not in KINDS:
        abort(404)
    return kind_of(name)


# --- trying a stored source out --------------------------------------------------------------------------------------


@pages.get("/source/<name>/test")
@requires(Action.SOURCE_TEST)
def test_page(name: str) -> str:
    return render_template("admin/source_test.html", source=source_for(name, Action.SOURCE_TEST), trial=None)


@pages.post("/source/<name>/test")
@requires(Action.SOURCE_TEST)
def test(name: str) -> Response:
    source = source_for(name, Action.SOURCE_TEST)
    try:
        trial, problem, status = try_out(source), None, 200
    except CatalogError as error:
        trial, problem, status = None, error, error.http_status
    page = render_template("admin/source_test.html", source=source, trial=trial, problem=problem)
    return make_response(page, status)
