"""Addresses of electronic mail, as people type them: one plain address that a mail server takes, or none."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address

from catalog.errors import InvalidInput
from catalog.vietnamese import clean

LONGEST = 200

_PLAIN = re.compile(r"[^@\s<>\"',;:\\()\[\]]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)


def mail_address(text: str, option: str = "email") -> str:
    """``text`` cleaned, which may be empty. Raises ``InvalidInput``, which names the ``option``, for what is not one
    address in ASCII."""
    address = clean(text)
    if not address or _is_plain(address):
        return address
    several = len(re.findall(r"[^\s,;]+@[^\s,;]+", address)) > 1
    if several:
        raise InvalidInput(
            "Chỉ ghi một địa chỉ thư điện tử; muốn nhiều người cùng nhận thì dùng địa chỉ nhóm.",
            "Give one e-mail address; use the address of a group to reach several people.",
            option=option,
        )
    raise InvalidInput(
        "Địa chỉ thư điện tử không đúng dạng ten@co-quan.vn (không dấu, không khoảng trắng); hãy sửa hoặc bỏ trống.",
        "The e-mail address is not like name@office.vn (no accents, no blanks); correct it or leave it out.",
        option=option,
    )


def _is_plain(address: str) -> bool:
    if not address.isascii() or not _PLAIN.fullmatch(address) or len(address) > LONGEST:
        return False
    try:
        return Address(addr_spec=address).addr_spec == address
    except (ValueError, IndexError, MessageError):
        return False
