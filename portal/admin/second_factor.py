"""One's own second factor: an app on a telephone whose codes are asked for at sign-in."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import CatalogError, InvalidInput, SourceError, TooManyAttempts
from catalog.own_account import add_second_factor, remove_own_second_factor
from catalog.people import Action, require_may
from portal.admin.guard import door, requires, user, visitor
from portal.codes import TotpCodes, address_for_apps, new_secret
from portal.context import parts
from portal.pages.languages import _, plain_in_language
from portal.secrets import Secret, is_encrypted

pages = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


@pages.get("")
@requires(Action.ACCOUNT_EDIT)
def second_factor() -> str:
    return _page({}, new_secret())


@pages.post("/on")
@requires(Action.ACCOUNT_EDIT)
def turn_on() -> Response:
    require_may(user(), Action.ACCOUNT_EDIT, user())
    form = request.form
    secret = _offered(form.get("offer", ""))
    if secret is None:
        return make_response(_page({"code": _("Trang này đã cũ; hãy dùng mã mới dưới đây.")}, new_secret()), 400)
    try:
        sealed = TotpCodes(parts().vault).sealed(secret, user().id)
        add_second_factor(door(), visitor(), sealed, form.get("code", ""), form.get("current", ""), parts().clock())
    except (InvalidInput, TooManyAttempts) as error:
        return make_response(_page(_errors(error), secret), error.http_status)
    return redirect(url_for("admin.account.account"), 303)


@pages.post("/off")
@requires(Action.ACCOUNT_EDIT)
def turn_off() -> Response:
    require_may(user(), Action.ACCOUNT_EDIT, user())
    form = request.form
    try:
        remove_own_second_factor(door(), visitor(), form.get("code", ""), form.get("current", ""), parts().clock())
    except (InvalidInput, TooManyAttempts) as error:
        return make_response(_page(_errors(error), new_secret()), error.http_status)
    return redirect(url_for("admin.account.account"), 303)


def _offered(offer: str) -> Secret | None:
    """What this session was offered; nothing that anybody else encrypted, or that is not encrypted at all."""
    try:
        return parts().vault.decrypt(offer, _offer_context()) if is_encrypted(offer) else None
    except SourceError:
        return None


def _errors(error: CatalogError) -> dict[str, str]:
    return {str(error.details.get("field", "current")): plain_in_language(error.message, error.message_en)}


def _page(errors: dict[str, str], secret: Secret) -> str:
    """The secret that is offered is stored nowhere until a code proves that a telephone has it; the form carries it
    encrypted, good for this session only."""
    settings = parts().settings
    with parts().store.read() as reader:
        factor = reader.second_factor(user().id)
    return render_template(
        "admin/second_factor.html",
        factor=factor,
        errors=errors,
        offer=parts().vault.encrypt(secret, _offer_context()),
        key=" ".join(_in_fours(secret.reveal())),
        app_address=address_for_apps(
            secret, user().name, plain_in_language(settings.site_title, settings.site_title_en)
        ),
    )


def _in_fours(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _offer_context() -> str:
    return f"second factor offered in {visitor().session.key}"
