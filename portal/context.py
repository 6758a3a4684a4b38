"""What a view may ask for: the opened parts, the links, who is asking, and in which language."""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from catalog.questions import Viewer
from portal.wiring import Parts
from publishers.links import Links

LANGUAGES = ("vi", "en")
LANGUAGE_KEY = "dulieumo.language"


def parts() -> Parts:
    return cast(Parts, current_app.extensions["dulieumo"])


def links() -> Links:
    """Absolute links under the configured site address, never the address a request claims to come to."""
    return Links(parts().settings.public_url)


def viewer() -> Viewer:
    """Who asks. Nobody can sign in yet, so it is always the public."""
    return Viewer.PUBLIC


def language() -> str:
    """``vi`` unless the path begins with another language."""
    return str(request.environ.get(LANGUAGE_KEY, LANGUAGES[0]))
