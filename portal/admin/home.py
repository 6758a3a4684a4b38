"""Where an operator arrives: what waits for them."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.people import Action
from portal.admin.guard import requires, user
from portal.admin.roles import roles_in_words
from portal.admin.sources import TROUBLED, standings
from portal.context import parts

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Action.ADMIN_SEE)
def overview() -> str:
    with parts().store.read() as reader:
        roles = roles_in_words(reader, user())
        every = standings(reader, {item.id: item for item in reader.organizations()})
    return render_template(
        "admin/home.html",
        user=user(),
        roles=roles,
        count=len(every),
        held=sum(item.held_count for item in every),
        running=[item for item in every if item.active_run],
        troubled=[item for item in every if item.is_in(TROUBLED)],
    )
