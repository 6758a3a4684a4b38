"""Everything for programs: CKAN's Action API, the portal's own API, files, DCAT, feeds.

A view reads the request, asks the catalogue, answers; it knows no engine. Nothing here tells of datasets that the
caller may not see.
"""

from __future__ import annotations

from flask import Flask

from portal.api.answers import error_response, open_to_scripts
from portal.api.ckan import ckan
from portal.api.downloads import downloads
from portal.api.exports import exports
from portal.api.health import health
from portal.api.news import news
from portal.api.v1 import v1

__all__ = ["error_response", "register"]


def register(app: Flask) -> None:
    """Add the APIs, the downloads and the exports to the application."""
    for blueprint in (ckan, v1, downloads, exports, news, health):
        app.register_blueprint(blueprint)
        app.after_request_funcs[blueprint.name].append(open_to_scripts)
