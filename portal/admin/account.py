"""One's own account: who one is here, and a new password."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import InvalidInput, NotSignedIn, TooManyAttempts
from catalog.own_account import change_own_password
from catalog.people import Action, require_may
from portal.admin.cookies import set_session
from portal.admin.guard import door, requires, user, visitor
from portal.admin.roles import roles_in_words
from portal.context import parts
from portal.pages.languages import _, plain_in_language

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
@requires(Action.ACCOUNT_EDIT)
def account() -> str:
    return _page({}, is_changed="changed" in request.args)


@pages.post("")
@requires(Action.ACCOUNT_EDIT)
def change_password() -> Response:
    form = request.form
    require_may(user(), Action.ACCOUNT_EDIT, user())
    if form.get("new", "") != form.get("again", ""):
        return make_response(_page({"again": _("Hai lần gõ mật khẩu mới không giống nhau.")}), 400)
    try:
        token = change_own_password(door(), visitor(), form.get("current", ""), form.get("new", ""), parts().clock())
    except (InvalidInput, TooManyAttempts, NotSignedIn) as error:
        field = str(error.details.get("field", "new"))
        return make_response(_page({field: plain_in_language(error.message, error.message_en)}), error.http_status)
    response = redirect(url_for(".account", changed=1), 303)
    set_session(response, token)
    return response


def _page(errors: dict[str, str], *, is_changed: bool = False) -> str:
    now, rules = parts().clock(), door().rules
    with parts().store.read() as reader:
        sessions = [item for item in reader.sessions(user().id) if not item.is_over(now, rules.idle, rules.longest)]
        roles = roles_in_words(reader, user())
        factor = reader.second_factor(user().id)
    return render_template(
        "admin/account.html",
        user=user(),
        roles=roles,
        sessions=sessions,
        factor=factor,
        errors=errors,
        is_changed=is_changed,
    )
