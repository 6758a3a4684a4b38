"""Words that mean the same to a search: the groups of this portal, added, changed and removed; and those shipped."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.editing_synonyms import change_synonyms, import_synonyms, remove_synonyms, synonyms_of
from catalog.errors import CatalogError, EditConflict, InvalidInput
from catalog.people import Action, require_may
from catalog.synonyms import Synonyms, SynonymsId, read_group, read_groups, write_group
from portal.admin.guard import requires, user
from portal.context import parts
from portal.pages.languages import plain_in_language
from portal.wiring import Parts
from search.datasets.lexicon_building import shipped_synonyms

pages = Blueprint("synonyms", __name__)


@pages.get("/synonyms")
@requires(Action.SEARCH_EDIT)
def synonym_list() -> str:
    return _list_page()


@pages.post("/synonyms")
@requires(Action.SEARCH_EDIT)
def add() -> Response:
    """One group a line; all or none."""
    opened, given = _allowed(), request.form.get("groups", "")
    try:
        added = import_synonyms(opened.store, read_groups(given), actor=user().name, at=opened.clock())
    except InvalidInput as error:
        return make_response(_list_page(given, error), error.http_status)
    return redirect(url_for(".synonym_list", added=len(added)), 303)


def _list_page(given: str = "", error: CatalogError | None = None) -> str:
    with _allowed().store.read() as reader:
        groups = reader.synonyms()
    return render_template(
        "admin/synonyms.html",
        groups=[(group.id, write_group(group.terms)) for group in groups],
        shipped=[write_group(terms) for terms in shipped_synonyms()],
        given=given,
        problem=_said(error),
        told={name: request.args.get(name, "") for name in ("added", "changed", "removed")},
    )


@pages.get("/synonyms/<group_id>")
@requires(Action.SEARCH_EDIT)
def edit(group_id: str) -> str:
    with _allowed().store.read() as reader:
        group = synonyms_of(reader, group_id)
    return _group_page(group.id, write_group(group.terms), write_group(group.terms))


@pages.post("/synonyms/<group_id>")
@requires(Action.SEARCH_EDIT)
def change(group_id: str) -> Response:
    opened, given, seen = _allowed(), request.form.get("terms", ""), request.form.get("seen", "")
    former = Synonyms(SynonymsId(group_id), read_group(seen))
    try:
        change_synonyms(opened.store, former, read_group(given), actor=user().name, at=opened.clock())
    except (InvalidInput, EditConflict) as error:
        return make_response(_group_page(former.id, given, seen, error), error.http_status)
    return redirect(url_for(".synonym_list", changed=1), 303)


def _group_page(group_id: SynonymsId, given: str, seen: str, error: CatalogError | None = None) -> str:
    return render_template("admin/synonym.html", group_id=group_id, given=given, seen=seen, problem=_said(error))


@pages.post("/synonyms/<group_id>/remove")
@requires(Action.SEARCH_EDIT)
def remove(group_id: str) -> Response:
    opened = _allowed()
    remove_synonyms(opened.store, SynonymsId(group_id), actor=user().name, at=opened.clock())
    return redirect(url_for(".synonym_list", removed=1), 303)


def _allowed() -> Parts:
    """Raises ``Forbidden``: the words are the portal's, no single organization's."""
    require_may(user(), Action.SEARCH_EDIT)
    return parts()


def _said(error: CatalogError | None) -> str:
    return plain_in_language(error.message, error.message_en) if error else ""
