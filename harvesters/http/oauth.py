"""Tokens of OAuth 2 for a program that acts for itself (RFC 6749 §4.4, client credentials)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from harvesters.http.credentials import Basic, Bearer
from harvesters.http.failures import unreadable

if TYPE_CHECKING:
    from harvesters.http_client import HttpClient

SHORTEST_LIFE = 30.0
DEFAULT_LIFE = 300.0


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """What the service gave us: where tokens are issued, our name and secret, and the site they are for."""

    token_url: str
    client_id: str
    secret: str = field(repr=False)
    site: str
    scope: str = ""
    secret_in_form: bool = False
    """Name and secret in the form rather than in the header; RFC 6749 §2.3.1 allows but does not recommend it."""


class TokenSource:
    """Gives a token that is good for at least half a minute, asking for another when it must; threads may share one."""

    def __init__(self, client: HttpClient, known: OAuthClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._known = known
        self._clock = clock
        self._lock = threading.Lock()
        self._bearer: Bearer | None = None
        self._good_until = float("-inf")

    def bearer(self, *, renew: bool = False) -> Bearer:
        """A credential for the site. ``renew`` asks for a new one, for a server that refuses the last. Raises what the
        client raises, and ``SourceUnreadable`` for an answer without a token."""
        with self._lock:
            if self._bearer is None or renew or self._clock() + SHORTEST_LIFE > self._good_until:
                asked_at = self._clock()
                token, life = self._ask()
                self._bearer, self._good_until = Bearer(token, site=self._known.site), asked_at + life
            return self._bearer

    def _ask(self) -> tuple[str, float]:
        known = self._known
        form = {"grant_type": "client_credentials"} | ({"scope": known.scope} if known.scope else {})
        if known.secret_in_form:
            form |= {"client_id": known.client_id, "client_secret": known.secret}
        # RFC 6749 §2.3.1: name and secret are form-encoded before they are joined.
        basic = Basic(quote(known.client_id, safe=""), quote(known.secret, safe=""), site=known.token_url)
        answer = self._client.post_form(known.token_url, form, auth=None if known.secret_in_form else basic)
        given = answer.json()
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token or str(given.get("token_type", "bearer")).lower() != "bearer":
            raise unreadable(answer.fetched.final_url, "không có mã truy cập", "it holds no bearer token")
        return token, _life(given.get("expires_in"))


def _life(seconds: object) -> float:
    """Some services write the number as text or leave it out."""
    text = str(seconds)
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else DEFAULT_LIFE
