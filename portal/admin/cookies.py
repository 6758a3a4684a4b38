"""The cookies of the pages for operators: the session, a random number that ties forms to a browser before there is a
session, and a mark that this browser has signed in to an account before. All are for this host and for HTTP alone;
under https their names begin with ``__Host-``, which browsers accept only so."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import g, request
from werkzeug.wrappers import Response

from portal.context import parts

_SESSION = "dulieumo"
_FORM = "dulieumo-form"
_KNOWN = "dulieumo-known"
_YEAR = 31_536_000
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


def set_known(response: Response, account: str) -> None:
    """Mark the browser as one that has signed in to the account."""
    number = secrets.token_urlsafe(16)
    _set(response, _KNOWN, f"{number}.{_known_seal(account, number)}", _YEAR)


def known_device(account: str) -> str:
    """The number of this browser if it has signed in to the account before; else empty."""
    number, _, seal = _read(_KNOWN).partition(".")
    return number if hmac.compare_digest(seal.encode(), _known_seal(account, number).encode()) else ""


def _known_seal(account: str, number: str) -> str:
    key = parts().vault.key_for("known browsers")
    return hmac.new(key, f"{account}\n{number}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _is_secure() -> bool:
    return parts().settings.public_url.startswith("https:")


def _name(name: str) -> str:
    return f"__Host-{name}" if _is_secure() else name


def _read(name: str) -> str:
    value = request.cookies.get(_name(name), "")
    return value if len(value) <= _LONGEST else ""


def _set(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    response.set_cookie(
        _name(name), value, max_age=seconds, path="/", secure=_is_secure(), httponly=True, samesite="Lax"
    )
