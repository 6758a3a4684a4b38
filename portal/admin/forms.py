"""The token that every form for operators carries, so that no other site can send one in somebody's name.

It is a keyed hash over the session (before signing in: over a random cookie) and a number of its own, so that it is
stored nowhere, ends with the session, and is never twice the same text in a compressed page (OWASP, CSRF Prevention
Cheat Sheet, "HMAC based token pattern").
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import g, request
from markupsafe import Markup

from catalog.errors import InvalidInput
from catalog.signing_in import SignedIn
from portal.admin.cookies import form_number, known_form_number
from portal.context import parts

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def csrf_field() -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def csrf_token() -> str:
    """For a form, or for the header ``X-CSRF-Token`` of a script."""
    found: SignedIn | None = g.get("signed_in")
    number = secrets.token_urlsafe(12)
    return f"{number}.{_seal(_bound_to(found) or form_number(), number)}"


def require_form_of_ours(found: SignedIn | None) -> None:
    """Raises ``InvalidInput`` unless the request carries a token that was made for its session."""
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    number, _, seal = token.partition(".")
    bound_to = _bound_to(found) or known_form_number()
    sent_by_another_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
    expected = _seal(bound_to, number)
    if not bound_to or sent_by_another_site or not hmac.compare_digest(seal.encode(), expected.encode()):
        raise InvalidInput(
            "Biểu mẫu đã cũ hoặc không phải do cổng này đưa ra, nên chưa có gì thay đổi. Hãy mở lại trang rồi gửi lại; "
            "trình duyệt phải cho phép cookie.",
            "The form is too old or not from this portal, so nothing was changed. Open the page again and send it "
            "again; the browser must allow cookies.",
        )


def _bound_to(found: SignedIn | None) -> str:
    return "" if found is None else f"session {found.session.key}"


def _seal(bound_to: str, number: str) -> str:
    key = parts().vault.key_for("forms")
    return hmac.new(key, f"{bound_to}\n{number}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
