"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog import signing_in
from catalog.errors import NotSignedIn, TooManyAttempts
from catalog.signing_in import Attempt
from portal.admin.cookies import clear_session, known_device, session_token, set_known, set_session
from portal.admin.guard import door, local_address, open_to_everybody, signed_in
from portal.context import parts
from portal.pages.languages import plain_in_language

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@open_to_everybody
def sign_in() -> Response | str:
    if signed_in() is not None:
        return redirect(_afterwards(request.args.get("next", "")), 303)
    return _form(request.args.get("next", ""))


@pages.post("/sign-in")
@open_to_everybody
def enter() -> Response:
    form = request.form
    account = signing_in.account_name(form.get("name", ""))
    attempt = Attempt(
        name=account,
        password=form.get("password", ""),
        code=form.get("code", ""),
        address=request.remote_addr or "",
        device=known_device(account),
        former_token=session_token(),
    )
    try:
        token = signing_in.sign_in(door(), attempt, parts().clock())
    except NotSignedIn as error:
        return make_response(_form(form.get("next", ""), form.get("name", ""), error), 400)
    except TooManyAttempts as error:
        refused = make_response(_form(form.get("next", ""), form.get("name", ""), error), error.http_status)
        refused.headers["Retry-After"] = str(error.details["seconds"])
        return refused
    response = redirect(_afterwards(form.get("next", "")), 303)
    set_session(response, token)
    set_known(response, account)
    return response


@pages.post("/sign-out")
@open_to_everybody
def sign_out() -> Response:
    opened, found = parts(), signed_in()
    if found is not None:
        signing_in.sign_out(opened.store, found, opened.clock())
    response = redirect(url_for(".sign_in"), 303)
    clear_session(response)
    return response


def _form(address: str, name: str = "", error: NotSignedIn | TooManyAttempts | None = None) -> str:
    message = "" if error is None else plain_in_language(error.message, error.message_en)
    return render_template("admin/sign_in.html", next=local_address(address) or "", name=name, error=message)


def _afterwards(address: str) -> str:
    return local_address(address) or url_for("admin.home.overview")
