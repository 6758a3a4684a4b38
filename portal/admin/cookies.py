"""The two cookies of the pages for operators: the session, and a random number that ties forms to a browser before
there is a session. Both are for this host and for HTTP alone; under https their names begin with ``__Host-``, which
browsers accept only so."""

from __future__ import annotations

import secrets

from flask import g, request
from werkzeug.wrappers import Response

from portal.context import parts

_SESSION = "dulieumo"
_FORM = "dulieumo-form"
_LONGEST = 100


def session_token() -> str:
    """What the browser's session cookie holds; empty without one."""
    return _read(_SESSION)


def set_session(response: Response, token: str) -> None:
    _set(response, _SESSION, token)


def clear_session(response: Response) -> None:
    response.delete_cookie(_name(_SESSION), path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def form_number() -> str:
    """A random number of this browser's, made when it is first asked for; :func:`set_form_cookie` sends it."""
    if "form_number" not in g:
        known = _read(_FORM)
        g.form_number = known or secrets.token_urlsafe(32)
        g.form_number_is_new = not known
    return str(g.form_number)


def known_form_number() -> str:
    """The same as the browser sent it; empty if it sent none."""
    return _read(_FORM)


def set_form_cookie(response: Response) -> None:
    if g.get("form_number_is_new"):
        _set(response, _FORM, form_number())


def _is_secure() -> bool:
    return parts().settings.public_url.startswith("https:")


def _name(name: str) -> str:
    return f"__Host-{name}" if _is_secure() else name


def _read(name: str) -> str:
    value = request.cookies.get(_name(name), "")
    return value if len(value) <= _LONGEST else ""


def _set(response: Response, name: str, value: str) -> None:
    response.set_cookie(_name(name), value, path="/", secure=_is_secure(), httponly=True, samesite="Lax")
