"""Use cases of a person at the door: sign in, be recognised, sign out, change one's own password.

A session is a random token in a cookie; the store keeps only its hash. It is new at every sign-in and ended at
sign-out, when the person is made inactive and when the password changes; as every request asks the store, that holds
at once in every process. Attempts are counted in the store too, by account and by address, before a password is looked
at, so that many workers together allow no more than one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from catalog.errors import InvalidInput, NotFound, NotSignedIn, StorageError, TooManyAttempts
from catalog.password_rules import LONGEST, acceptable
from catalog.people import Session, User
from catalog.people_ports import Passwords
from catalog.ports import AuditEvent, CatalogReader, CatalogStore, CatalogTransaction
from catalog.vietnamese import nfc

NOBODY = "anonymous"
"""The actor of what happens before anybody has signed in."""

_SEEN_EVERY = timedelta(minutes=1)


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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, and the session they ask in."""

    user: User
    session: Session


def sign_in(
    store: CatalogStore,
    passwords: Passwords,
    name: str,
    password: str,
    *,
    address: str,
    at: datetime,
    rules: SignInRules,
    former_token: str = "",
    device: str = "",
) -> str:
    """The token of a new session; the one the browser had before ends. Raises ``NotSignedIn``, the same for a wrong
    name, a wrong password and somebody inactive, and ``TooManyAttempts`` with ``seconds`` to wait.

    ``device`` names a browser that is known to have signed in to this account before: its attempts are counted apart,
    so that others who try the account cannot keep its owner out (OWASP, "device cookies")."""
    account = account_name(name)
    counted = _device_key(device) if device else _account_key(account)
    _count_attempt(store, counted, address, at, rules)
    with store.read() as reader:
        user = _user_named(reader, account)
    known = user.password_hash if user is not None and user.is_active else None
    typed = _typed(password)
    if not passwords.verify(known, typed) or user is None:
        _note_failure(store, user, address, at)
        raise _wrong()
    renewed = passwords.hash(typed) if passwords.is_outdated(user.password_hash) else None
    token = secrets.token_urlsafe(32)
    with store.write() as transaction:
        current = transaction.user(user.id)
        if not current.is_active or current.password_hash != user.password_hash:
            raise _wrong()
        if renewed is not None:
            transaction.put_user(replace(current, password_hash=renewed))
        transaction.end_session(session_key(former_token))
        transaction.add_session(Session(session_key(token), user.id, at, at, address))
        _forgive(transaction, counted, address)
        _sweep(transaction, at, rules)
        transaction.add_audit(_event(at, user, "user.sign-in", address=address))
    return token


def recognised(store: CatalogStore, token: str, at: datetime, rules: SignInRules) -> SignedIn | None:
    """Who holds this token; ``None`` for one that is unknown or over, or whose user is inactive."""
    if not token:
        return None
    with store.read() as reader:
        session = reader.session(session_key(token))
        user = None if session is None else reader.user(session.user_id)
    if session is None or user is None or not user.is_active or session.is_over(at, rules.idle, rules.longest):
        return None
    if at - session.seen_at >= _SEEN_EVERY:
        # A database that cannot be written to just now shows pages all the same.
        with suppress(StorageError), store.write() as transaction:
            transaction.see_session(session.key, at)
    return SignedIn(user, session)


def sign_out(store: CatalogStore, signed_in: SignedIn, at: datetime) -> None:
    with store.write() as transaction:
        transaction.end_session(signed_in.session.key)
        transaction.add_audit(_event(at, signed_in.user, "user.sign-out"))


def change_own_password(
    store: CatalogStore,
    passwords: Passwords,
    signed_in: SignedIn,
    current_password: str,
    new_password: str,
    *,
    at: datetime,
    rules: SignInRules,
) -> str:
    """The token of a new session; all others of this person end. Raises ``InvalidInput`` for a wrong present password
    or an unacceptable new one, ``TooManyAttempts`` like a sign-in."""
    user, address = signed_in.user, signed_in.session.address
    new = acceptable(new_password, (user.name, user.full_name, user.email))
    counted = f"password:{user.id}"  # apart from sign-ins: who tries those from outside must not hinder this
    _count_attempt(store, counted, address, at, rules)
    if not passwords.verify(user.password_hash, _typed(current_password)):
        _note_failure(store, user, address, at)
        raise InvalidInput("Mật khẩu hiện tại không đúng.", "The present password is wrong.", field="current")
    if _typed(current_password) == new:
        raise InvalidInput(
            "Mật khẩu mới phải khác mật khẩu hiện tại.", "The new password must differ from the present one."
        )
    password_hash = passwords.hash(new)
    token = secrets.token_urlsafe(32)
    with store.write() as transaction:
        stored = transaction.user(user.id)
        if not stored.is_active or stored.password_hash != user.password_hash:
            raise _wrong()
        changed = replace(stored, password_hash=password_hash, password_changed_at=at, must_change_password=False)
        transaction.put_user(changed)
        transaction.end_sessions(user.id)
        transaction.add_session(Session(session_key(token), user.id, at, at, address))
        _forgive(transaction, counted, address)
        transaction.add_audit(_event(at, user, "user.password", by="self"))
    return token


def session_key(token: str) -> str:
    """What the store knows a session by. The token is random, so a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_name(typed: str) -> str:
    """The name of the account that somebody means."""
    return typed.strip().lower()


def _typed(password: str) -> str:
    """As passwords are hashed; of an endless one no more than makes it wrong."""
    return nfc(password[: LONGEST + 1])


def _user_named(reader: CatalogReader, name: str) -> User | None:
    """By name only: an id is no name to sign in with."""
    try:
        user = reader.user(name)
    except NotFound:
        return None
    return user if user.name == name else None


# --- attempts --------------------------------------------------------------------------------------------------------


def _count_attempt(store: CatalogStore, counted: str, address: str, at: datetime, rules: SignInRules) -> None:
    """Raises ``TooManyAttempts``. What one limit refuses does not count against the other: a colleague who goes on
    trying closes no door for the office, and one bad address no account."""
    with store.write() as transaction:
        wait = _counted(transaction, _address_key(address), rules.per_address, address, at, rules)
        if wait is None:
            wait = _counted(transaction, counted, rules.per_account, address, at, rules)
            if wait is not None:
                transaction.forgive_attempts(_address_key(address), at_most=1)
    if wait is not None:
        raise _too_many(wait)


def _counted(
    transaction: CatalogTransaction, key: str, most: int, address: str, at: datetime, rules: SignInRules
) -> timedelta | None:
    """How long to wait, if this attempt is one too many; the first that is goes into the audit trail."""
    count, first = transaction.count_attempt(key, at, at - rules.window)
    if count == most + 1:
        details = {"limit": key.partition(":")[0], "address": address}
        transaction.add_audit(AuditEvent(at, NOBODY, "user.sign-in-limited", "user", "", details))
    return first + rules.window - at if count > most else None


def _forgive(transaction: CatalogTransaction, counted: str, address: str) -> None:
    """Success: nothing counts against the account, and this one attempt not against the address, behind which a whole
    office may sit."""
    transaction.forgive_attempts(_address_key(address), at_most=1)
    transaction.forgive_attempts(counted)


def _sweep(transaction: CatalogTransaction, at: datetime, rules: SignInRules) -> None:
    transaction.sweep_attempts(at - rules.window)
    transaction.sweep_sessions(seen_before=at - rules.idle, created_before=at - rules.longest)


def _account_key(name: str) -> str:
    """A hash, as people type passwords into the field for names now and then."""
    return "account:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _device_key(device: str) -> str:
    return "device:" + hashlib.sha256(device.encode()).hexdigest()


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


def _note_failure(store: CatalogStore, user: User | None, address: str, at: datetime) -> None:
    reason = "unknown name" if user is None else "wrong password" if user.is_active else "inactive"
    event = AuditEvent(
        at,
        NOBODY,
        "user.sign-in-failed",
        "user",
        "" if user is None else user.id,
        {"reason": reason, "address": address},
    )
    with store.write() as transaction:
        transaction.add_audit(event)


def _event(at: datetime, user: User, action: str, **details: str) -> AuditEvent:
    return AuditEvent(at, user.name, action, "user", user.id, details)


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        "Tên đăng nhập hoặc mật khẩu không đúng; hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại.",
        "The name or the password is wrong; check Caps Lock and your input method and try again.",
    )


def _too_many(wait: timedelta) -> TooManyAttempts:
    seconds = max(1, ceil(wait.total_seconds()))
    minutes = ceil(seconds / 60)
    return TooManyAttempts(
        f"Đã thử quá nhiều lần. Hãy chờ {minutes} phút rồi đăng nhập lại; nếu quên mật khẩu, hãy nhờ người quản trị.",
        f"Too many attempts. Wait {minutes} minutes and sign in again; if the password is lost, ask an administrator.",
        seconds=seconds,
    )
