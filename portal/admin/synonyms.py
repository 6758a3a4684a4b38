"""Words that mean the same to a search: the groups of this portal, added, changed and removed; and those shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.editing_synonyms import (
    change_synonyms,
    import_synonyms,
    remove_synonyms,
    switch_off,
    switch_on,
    synonyms_of,
)
from catalog.errors import CatalogError, EditConflict, InvalidInput
from catalog.people import Action, require_may
from catalog.ports import CatalogReader
from catalog.synonyms import Synonyms, SynonymsId, key_of, read_group, read_groups, switches_of, write_group
from catalog.vietnamese import fold
from portal.admin.guard import requires, user
from portal.context import parts
from portal.pages.languages import plain_in_language
from portal.wiring import Parts
from search.datasets.lexicon_building import shipped_group, shipped_synonyms

pages = Blueprint("synonyms", __name__)


@dataclass(frozen=True, slots=True)
class _Shipped:
    """A group that comes with the program; switched off by somebody, or not."""

    key: str
    written: str
    is_off: bool = False
    off_by: str = ""
    off_at: datetime | None = None


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
    find = request.args.get("find", "").strip()
    with _allowed().store.read() as reader:
        groups = reader.synonyms()
        shipped = [_shipped(reader, terms, groups) for terms in shipped_synonyms()]
    return render_template(
        "admin/synonyms.html",
        groups=[(group.id, write_group(group.terms)) for group in groups if not group.switches_off],
        shipped=[group for group in shipped if fold(find) in fold(group.written)],
        shipped_count=len(shipped),
        off_count=sum(group.is_off for group in shipped),
        find=find,
        given=given,
        problem=_said(error),
        told={name: request.args.get(name, "") for name in ("added", "changed", "removed", "off", "on")},
    )


def _shipped(reader: CatalogReader, terms: tuple[str, ...], stored: Sequence[Synonyms]) -> _Shipped:
    switches = switches_of(terms, stored)
    if not switches:
        return _Shipped(key_of(terms), write_group(terms))
    event = next(iter(reader.audit(limit=1, object_id=switches[0].id)), None)
    told = (event.actor, event.at) if event else ("", None)
    return _Shipped(key_of(terms), write_group(terms), True, *told)


@pages.post("/synonyms/shipped/<key>/off")
@requires(Action.SEARCH_EDIT)
def shipped_off(key: str) -> Response:
    opened, terms = _allowed(), shipped_group(key)
    switch_off(opened.store, terms, actor=user().name, at=opened.clock())
    return _back_to_shipped("off")


@pages.post("/synonyms/shipped/<key>/on")
@requires(Action.SEARCH_EDIT)
def shipped_on(key: str) -> Response:
    opened, terms = _allowed(), shipped_group(key)
    switch_on(opened.store, terms, actor=user().name, at=opened.clock())
    return _back_to_shipped("on")


def _back_to_shipped(told: str) -> Response:
    address = {told: "1", "find": request.form.get("find", "")}
    return redirect(f"{url_for('.synonym_list')}?{urlencode(address)}#nhom-co-san", 303)


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
