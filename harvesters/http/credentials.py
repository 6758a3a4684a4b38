"""Who we are at another server. Each credential belongs to one site and is sent nowhere else; none shows its secret."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from catalog.errors import InvalidInput
from harvesters.http.targets import Target, read_target

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "range"}
    | {"accept-encoding", "proxy-authorization", "proxy-connection"}
)
"""Headers that only the client itself may set."""
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,7998}[\x21-\x7e])?")


class Credential(Protocol):
    """Sent with every request to the origin (scheme, host, port) of ``site``, and to no other."""

    @property
    def site(self) -> str: ...

    def header(self) -> tuple[str, str]:
        """Name and value. Raises ``InvalidInput``, without the secret, where it cannot stand in a header."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header of its own, such as ``X-API-Key``; for CKAN ``Authorization``."""

    name: str
    value: str = field(repr=False)
    site: str

    def header(self) -> tuple[str, str]:
        return _checked(self.name, self.value)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token as RFC 6750 sends it."""

    token: str = field(repr=False)
    site: str

    def header(self) -> tuple[str, str]:
        return _checked("Authorization", f"Bearer {self.token}")


@dataclass(frozen=True, slots=True)
class Basic:
    """Name and password as RFC 7617 sends them, in UTF-8."""

    user: str
    password: str = field(repr=False)
    site: str

    def header(self) -> tuple[str, str]:
        pair = f"{self.user}:{self.password}".encode()
        return _checked("Authorization", "Basic " + base64.b64encode(pair).decode("ascii"))


def header_for(credential: Credential | None, target: Target) -> dict[str, str]:
    """The header that proves who we are to ``target``; empty for any other site than the credential's own."""
    if credential is None or read_target(credential.site).origin != target.origin:
        return {}
    name, value = credential.header()
    return {name: value}


def checked_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Headers a caller wants to send, none of which may be the client's own, nor hold a secret (those are credentials,
    bound to a site). Raises ``InvalidInput``."""
    for name, value in (headers or {}).items():
        if name.lower() in ("authorization", "cookie"):
            raise InvalidInput(
                f"Không đặt “{name}” trong phần đầu; khai báo ở mục xác thực.",
                f"“{name}” is not set as a header; declare it as a credential.",
            )
        _checked(name, value)
    return dict(headers or {})


def _checked(name: str, value: str) -> tuple[str, str]:
    if _HEADER_NAME.fullmatch(name) and name.lower() not in _OURS and _HEADER_VALUE.fullmatch(value):
        return name, value
    raise InvalidInput(
        "Phần đầu, khóa hoặc mật khẩu không gửi được; nhập lại, không có dấu cách hay xuống dòng ở hai đầu.",
        "A header, key or password cannot be sent; enter it again, without spaces or line breaks around it.",
    )
