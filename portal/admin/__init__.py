"""Pages for those who work in the portal: rendered on the server, complete without JavaScript, kept by no cache.

A page is a view on a blueprint of its own, listed in ``_PAGES`` below. Every view says who may ask with
:func:`portal.admin.guard.requires`; one that says nothing is refused. The guard also holds the session and the token
that every form must carry, so a view need not think of them. What the menu shows is in :mod:`portal.admin.navigation`.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from portal.admin import (
    account,
    demand,
    held,
    home,
    records,
    runs,
    second_factor,
    sign_in,
    source_editor,
    source_schedule,
    source_tables,
    sources,
    synonyms,
    trials,
    words,
)
from portal.admin.forms import csrf_field
from portal.admin.guard import current_user, keep_private, let_in
from portal.admin.navigation import admin_sections

_PAGES = (
    home,
    sources,
    source_editor,
    source_tables,
    source_schedule,
    trials,
    records,
    runs,
    held,
    demand,
    synonyms,
    sign_in,
    account,
    second_factor,
)


def register(app: Flask) -> None:
    """Add the pages for operators to the application."""
    admin = Blueprint("admin", __name__, url_prefix="/admin")
    admin.before_request(let_in)
    admin.after_request(keep_private)
    for module in _PAGES:
        admin.register_blueprint(module.pages)
    app.register_blueprint(admin)
    words.register(app)
    app.jinja_env.globals.update(csrf_field=csrf_field, current_user=current_user, admin_sections=admin_sections)
