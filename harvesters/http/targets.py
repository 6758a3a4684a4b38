"""Addresses of the web, read once and strictly, so that what is checked is what is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import idna

from harvesters.http.failures import FetchFailed, Reason

MOST_CHARACTERS = 8_000
_STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")
_PORTS = {"http": 80, "https": 443}
_KEPT = "%/:=&?~#+!$,;'@()*[]"
_PLAIN_VALUE = re.compile(r"[0-9]{1,9}|true|false|asc|desc|json|csv|xml", re.IGNORECASE)
_SECRET_NAME = re.compile(r"key|token|secret|pass|pwd|sig|auth|cred|code|session|khoa|matkhau|\bpin\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """One address: ``host`` is ASCII without a final dot or brackets, ``rest`` path and query."""

    scheme: str
    host: str
    port: int
    rest: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what credentials are bound to."""
        return f"{self.scheme}://{self._host}:{self.port}"

    @property
    def url(self) -> str:
        """In full, with whatever secrets its query holds."""
        return self._site + self.rest

    @property
    def shown(self) -> str:
        """For pages and logs: values of the query stay only where they look harmless."""
        path, question, query = self.rest.partition("?")
        if not question:
            return self._site + path
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None)
        shown = "&".join(f"{quote(name)[:60]}={_shown_value(name, value)}" for name, value in pairs[:20])
        return f"{self._site}{path}?{shown}"

    @property
    def is_numeric(self) -> bool:
        """Whether the host is an IP address itself."""
        return ":" in self.host or self.host.rpartition(".")[2].isdigit()

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def _site(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self._host}{port}"

    def join(self, location: str) -> Target:
        """Where a redirect or link leads from here. Raises ``FetchFailed``."""
        try:
            return read_target(urljoin(self.url, location))
        except ValueError:
            raise FetchFailed(Reason.NOT_WEB, "a link that cannot be read") from None


def read_target(url: str, params: Mapping[str, object] | None = None) -> Target:
    """``url`` with ``params`` (a list gives a name several times; ``None`` leaves it out) added to its query. Raises
    ``FetchFailed`` (``NOT_WEB``, ``CREDENTIALS``) for anything but a plain address of the web."""
    url = url.strip(" ")
    if len(url) > MOST_CHARACTERS or _STRANGE.search(url):
        raise FetchFailed(Reason.NOT_WEB, "too long, or a character that no address may hold")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchFailed(Reason.NOT_WEB, "cannot be taken apart") from None
    if parts.scheme not in _PORTS:
        raise FetchFailed(Reason.NOT_WEB, "neither http nor https")
    if "@" in parts.netloc:
        raise FetchFailed(Reason.CREDENTIALS, "a name or password in the address")
    if port == 0:
        raise FetchFailed(Reason.PORT, "port 0")
    host = read_host(parts.hostname or "", bracketed="[" in parts.netloc)
    query = "&".join(part for part in (quote(parts.query, safe=_KEPT), _encoded(params)) if part)
    rest = quote(parts.path or "/", safe=_KEPT) + (f"?{query}" if query else "")
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], rest)


def read_host(host: str, *, bracketed: bool = False) -> str:
    """A name in ASCII and small letters, or an IP address in its one notation. Raises ``FetchFailed`` (``NOT_WEB``,
    ``ADDRESS`` for IPv4 in a strange notation)."""
    if bracketed:
        try:
            address = IPv6Address(host)
        except ValueError:
            address = None
        if address is None or address.scope_id is not None:
            raise FetchFailed(Reason.NOT_WEB, "not an IPv6 address, or one with a zone")
        return address.compressed
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise FetchFailed(Reason.NOT_WEB, "not a name that can be registered") from None
    host = host.lower().removesuffix(".")
    if not _NAME.match(host):
        raise FetchFailed(Reason.NOT_WEB, "not a name of a host")
    if _NUMBER.match(host.rpartition(".")[2]):
        try:
            IPv4Address(host)
        except ValueError:
            raise FetchFailed(Reason.ADDRESS, "an IPv4 address in another notation") from None
    return host


def _encoded(params: Mapping[str, object] | None) -> str:
    return urlencode({name: value for name, value in (params or {}).items() if value is not None}, doseq=True)


def _shown_value(name: str, value: str) -> str:
    if not value or (_PLAIN_VALUE.fullmatch(value) and not _SECRET_NAME.search(name)):
        return value
    return "…"
