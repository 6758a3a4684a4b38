"""The one door of the pages for operators: who asks, may they, and does the form come from us.

It stands before every view under ``/admin``. A view is refused unless it says whom it is for (:func:`requires`), and a
request that changes something is refused unless it carries the token of its session (:mod:`portal.admin.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from catalog.errors import Forbidden
from catalog.people import Action, User, may_somewhere
from catalog.sign_in_limits import SignInRules
from catalog.signing_in import Door, SignedIn, recognised
from portal.admin.cookies import session_token, set_form_cookie
from portal.admin.forms import require_form_of_ours
from portal.codes import TotpCodes
from portal.context import LANGUAGES, parts
from portal.pages.languages import site_root

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACCOUNT_PAGE = "admin.account.account"
SIGN_IN_PAGE = "admin.sign_in.sign_in"

View = TypeVar("View", bound=Callable[..., Any])
_RULE = "_who_may_ask"
_EVERYBODY = "everybody"
_ADMIN_PATH = re.compile(rf"/(?:(?:{'|'.join(LANGUAGES)})/)?admin(?:[/?][\x21-\x7e]*)?")


def requires(action: Action) -> Callable[[View], View]:
    """The view is for those who may do ``action`` to something. What it acts upon, the view itself holds against
    :func:`catalog.people.require_may`."""

    def marked(view: View) -> View:
        setattr(view, _RULE, action)
        return view

    return marked


def open_to_everybody(view: View) -> View:
    """The view is for those who have not signed in, too."""
    setattr(view, _RULE, _EVERYBODY)
    return view


def rule_of(view: Callable[..., Any]) -> Action | str | None:
    """What a view said about who may ask for it."""
    return cast("Action | str | None", getattr(view, _RULE, None))


def signed_in() -> SignedIn | None:
    """Who asks and in which session; ``None`` before signing in and outside the pages for operators."""
    return cast("SignedIn | None", g.get("signed_in"))


def current_user() -> User | None:
    found = signed_in()
    return None if found is None else found.user


def user() -> User:
    """Who asks, in a view that requires an action."""
    return visitor().user


def visitor() -> SignedIn:
    """Who asks and in which session, in a view that requires an action."""
    found = signed_in()
    if found is None:
        raise LookupError("nobody has signed in: the view requires no action")
    return found


def door() -> Door:
    """What signing in needs, from the parts of the application."""
    opened = parts()
    rules = SignInRules(idle=opened.settings.session_idle, longest=opened.settings.session_longest)
    return Door(opened.store, opened.passwords, TotpCodes(opened.vault), rules)


def let_in() -> AnyResponse | None:
    """Answers instead of the view where it must not be asked."""
    opened = parts()
    rule = rule_of(current_app.view_functions[request.endpoint or ""])
    found = g.signed_in = recognised(opened.store, session_token(), opened.clock(), door().rules)
    if found is None and rule != _EVERYBODY:
        return redirect(url_for(SIGN_IN_PAGE, next=_return_address()), 303)
    if request.method not in SAFE_METHODS:
        require_form_of_ours(found)
    if rule == _EVERYBODY or found is None:
        return None
    if not isinstance(rule, Action) or not may_somewhere(found.user, rule):
        raise Forbidden(
            "Bạn không có quyền vào trang này; hãy hỏi người quản trị cổng nếu cần.",
            "You may not enter this page; ask the portal's administrator if you need to.",
        )
    if found.user.must_change_password and request.blueprint != ACCOUNT_PAGE.rpartition(".")[0]:
        return redirect(url_for(ACCOUNT_PAGE), 303)
    return None


def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Cookie")
    set_form_cookie(response)
    return response


def _return_address() -> str | None:
    """Where to go after signing in; a form that was sent is not sent again."""
    return request.script_root + request.full_path.rstrip("?") if request.method in SAFE_METHODS else None


def local_address(text: str) -> str | None:
    """The address if it is one of our pages for operators: redirects lead nowhere else."""
    path = text.removeprefix(site_root())
    is_ours = text.startswith(site_root()) and _ADMIN_PATH.fullmatch(path)
    return text if is_ours and "//" not in path and "/.." not in path else None
