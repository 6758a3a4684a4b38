"""How often a password may be tried: counted in the store, by account and by address, before it is looked at, so that
many workers together allow no more than one."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from catalog.errors import TooManyAttempts
from catalog.people import UserId
from catalog.ports import AuditEvent, CatalogStore, CatalogTransaction

NOBODY = "anonymous"
"""The actor of what happens before anybody has signed in."""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """How long a session lasts and how often a password may be tried.

    ``window`` after the first of too many attempts counting begins anew: nobody is locked out for longer.
    """

    idle: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(hours=12)
    window: timedelta = timedelta(minutes=15)
    per_account: int = 10
    per_address: int = 50


def count_attempt(store: CatalogStore, counted: str, address: str, at: datetime, rules: SignInRules) -> None:
    """Raises ``TooManyAttempts`` with ``seconds`` to wait. What one limit refuses does not count against the other: a
    colleague who goes on trying closes no door for the office, and one bad address no account."""
    with store.write() as transaction:
        wait = _counted(transaction, _address_key(address), rules.per_address, address, at, rules)
        if wait is None:
            wait = _counted(transaction, counted, rules.per_account, address, at, rules)
            if wait is not None:
                transaction.forgive_attempts(_address_key(address), at_most=1)
    if wait is not None:
        raise _too_many(wait)


def forgive(transaction: CatalogTransaction, counted: str, address: str) -> None:
    """Success: nothing counts against the account, and this one attempt not against the address, behind which a whole
    office may sit."""
    transaction.forgive_attempts(_address_key(address), at_most=1)
    transaction.forgive_attempts(counted)


def account_key(name: str) -> str:
    """A hash, as people type passwords into the field for names now and then."""
    return "account:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def device_key(device: str) -> str:
    """Apart from the account: others who try that cannot keep out who comes with this browser."""
    return "device:" + hashlib.sha256(device.encode()).hexdigest()


def own_key(user_id: UserId) -> str:
    """For who has signed in and proves it once more; apart from attempts to sign in from outside."""
    return f"password:{user_id}"


def _address_key(address: str) -> str:
    """One IPv4 address, or the /64 that an IPv6 customer has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return f"address:{parsed.ipv4_mapped}"
        return f"address:{ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"address:{parsed}"


def _counted(
    transaction: CatalogTransaction, key: str, most: int, address: str, at: datetime, rules: SignInRules
) -> timedelta | None:
    """How long to wait, if this attempt is one too many; the first that is goes into the audit trail."""
    count, first = transaction.count_attempt(key, at, at - rules.window)
    if count == most + 1:
        details = {"limit": key.partition(":")[0], "address": address}
        transaction.add_audit(AuditEvent(at, NOBODY, "user.sign-in-limited", "user", "", details))
    return first + rules.window - at if count > most else None


def _too_many(wait: timedelta) -> TooManyAttempts:
    seconds = max(1, ceil(wait.total_seconds()))
    minutes = ceil(seconds / 60)
    return TooManyAttempts(
        f"Đã thử quá nhiều lần. Hãy chờ {minutes} phút rồi thử lại; nếu quên mật khẩu, hãy nhờ người quản trị.",
        f"Too many attempts. Wait {minutes} minutes and try again; if the password is lost, ask an administrator.",
        seconds=seconds,
    )
