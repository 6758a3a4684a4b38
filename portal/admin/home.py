"""Where an operator arrives."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.people import Action
from portal.admin.guard import requires, user
from portal.admin.roles import roles_in_words
from portal.context import parts

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Action.ADMIN_SEE)
def overview() -> str:
    with parts().store.read() as reader:
        roles = roles_in_words(reader, user())
    return render_template("admin/home.html", user=user(), roles=roles)
