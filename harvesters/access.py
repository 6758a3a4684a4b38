"""How a service is asked for a source: its credential sent to its own site alone, a new token when one is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from catalog.errors import InvalidInput, SourceError, SourceUnreachable
from catalog.source_kinds import Option, OptionType
from catalog.sources import HarvestSource
from harvesters.http.oauth import OAuthClient, TokenSource
from harvesters.http_client import Answer, ApiKey, Basic, Credential, Fetched, FetchFailed, HttpClient, Reason

NONE, API_KEY, BASIC, OAUTH2 = "none", "api_key", "basic", "oauth2"

ACCESS_OPTIONS = (
    Option(
        "auth",
        "Cách xác thực",
        "Authentication",
        "none: không; api_key: khóa trong phần đầu; basic: tên và mật khẩu; oauth2: client credentials.",
        "none; api_key: a key in a header; basic: name and password; oauth2: client credentials.",
        type=OptionType.CHOICE,
        choices=(NONE, API_KEY, BASIC, OAUTH2),
        default=NONE,
    ),
    Option("key_header", "Tên phần đầu chứa khóa", "Header of the key", "Mặc định X-API-Key.", "X-API-Key by default."),
    Option("key", "Khóa truy cập", "Access key", secret=True),
    Option("user", "Tên đăng nhập", "User name"),
    Option("password", "Mật khẩu", "Password", secret=True),
    Option("token_url", "Địa chỉ cấp mã (OAuth 2)", "Token address (OAuth 2)", type=OptionType.ADDRESS),
    Option("client_id", "Mã ứng dụng (OAuth 2)", "Client id (OAuth 2)"),
    Option("client_secret", "Mật khẩu ứng dụng (OAuth 2)", "Client secret (OAuth 2)", secret=True),
    Option("scope", "Phạm vi (OAuth 2)", "Scope (OAuth 2)"),
)

_NEEDED = {API_KEY: ("key",), BASIC: ("user",), OAUTH2: ("token_url", "client_id", "client_secret")}

_Result = TypeVar("_Result")


def check_access(options: Mapping[str, str]) -> None:
    """Raises ``InvalidInput`` for a way of authentication that lacks what it needs."""
    missing = [name for name in _NEEDED.get(options.get("auth", NONE), ()) if not options.get(name)]
    if missing:
        listed = ", ".join(missing)
        raise InvalidInput(
            f"Cách xác thực “{options['auth']}” cần thêm: {listed}.",
            f"The authentication “{options['auth']}” also needs: {listed}.",
            options=dict.fromkeys(missing, "còn trống"),
        )


class Visitor:
    """Asks the site of ``url`` through ``client``, authenticated as ``options`` (:data:`ACCESS_OPTIONS`) say. Raises
    what the client raises."""

    def __init__(self, client: HttpClient, options: Mapping[str, str], url: str) -> None:
        self._client = client
        self._options = options
        self._site = url
        self._tokens: TokenSource | None = None
        if self._auth == OAUTH2:
            known = OAuthClient(
                token_url=self._option("token_url"),
                client_id=self._option("client_id"),
                secret=self._option("client_secret"),
                site=url,
                scope=self._option("scope"),
            )
            self._tokens = TokenSource(client, known)

    def get(self, url: str, **asked: Any) -> Answer:
        """See :meth:`HttpClient.get`."""
        return self._asking(lambda credential: self._client.get(url, auth=credential, **asked))

    def get_if_changed(self, url: str, **asked: Any) -> Answer | None:
        """See :meth:`HttpClient.get_if_changed`."""
        return self._asking(lambda credential: self._client.get_if_changed(url, auth=credential, **asked))

    def download(self, url: str, path: Path, **asked: Any) -> Fetched:
        """See :meth:`HttpClient.download`."""
        return self._asking(lambda credential: self._client.download(url, path, auth=credential, **asked))

    @property
    def _auth(self) -> str:
        return self._options.get("auth") or NONE

    def _option(self, name: str) -> str:
        return self._options.get(name, "")

    def _asking(self, ask: Callable[[Credential | None], _Result]) -> _Result:
        """Asks; where a token is refused, once more with a new one."""
        if self._tokens is None:
            return ask(self._credential())
        try:
            return ask(self._tokens.bearer())
        except FetchFailed as failure:
            if failure.status != 401:
                raise
        return ask(self._tokens.bearer(renew=True))

    def _credential(self) -> Credential | None:
        if self._auth == API_KEY:
            return ApiKey(self._option("key_header") or "X-API-Key", self._option("key"), site=self._site)
        if self._auth == BASIC:
            return Basic(self._option("user"), self._option("password"), site=self._site)
        return None


_OF_WHOLE_SOURCE = frozenset(
    {Reason.NOT_WEB, Reason.CREDENTIALS, Reason.PORT, Reason.ADDRESS, Reason.NAME, Reason.CONNECT, Reason.TLS}
)


def concerns_whole_source(error: SourceError) -> bool:
    """Whether nothing else of the same server can be read either: it does not answer, or does not know us."""
    return isinstance(error, FetchFailed) and (error.reason in _OF_WHOLE_SOURCE or error.status == 401)


def at_source(source: HarvestSource, error: SourceError) -> SourceUnreachable:
    """The same, said of the whole source."""
    said, said_en = explained(error)
    return SourceUnreachable(f"Nguồn “{source.name}”: {said}", f"Source “{source.name}”: {said_en}", source=source.name)


def explained(error: SourceError) -> tuple[str, str]:
    """What went wrong, in the words of an operator: Vietnamese and English."""
    if not isinstance(error, FetchFailed):
        return error.message, error.message_en
    return f"{error.message} Lý do: {error.explanation}.", f"{error.message_en} Reason: {error.explanation_en}."
