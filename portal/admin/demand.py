"""What people search for and do not find: what the portal should offer next."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.people import Action
from catalog.usage import LOOKED_BACK, local_day, most_wanted
from portal.admin.guard import requires
from portal.context import parts

pages = Blueprint("demand", __name__)

SHOWN = 200


@pages.get("/demand")
@requires(Action.ADMIN_SEE)
def search_demand() -> str:
    with parts().store.read() as reader:
        wanted = most_wanted(reader.demand(local_day(parts().clock() - LOOKED_BACK)))
    return render_template("admin/demand.html", wanted=wanted[:SHOWN], total=len(wanted), days=LOOKED_BACK.days)
