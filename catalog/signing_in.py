"""Use cases of a person at the door: sign in, be recognised, sign out.

A session is a random token in a cookie; the store keeps only its hash. It is new at every sign-in and ended at
sign-out, when the person is made inactive and when the password changes; as every request asks the store, that holds
at once in every process.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from catalog.errors import NotFound, NotSignedIn, StorageError
from catalog.password_rules import LONGEST
from catalog.people import SecondFactor, Session, User, UserId
from catalog.people_ports import OneTimeCodes, Passwords
from catalog.ports import AuditEvent, CatalogStore, CatalogTransaction
from catalog.sign_in_limits import NOBODY, SignInRules, account_key, count_attempt, device_key, forgive
from catalog.vietnamese import nfc

_SEEN_EVERY = timedelta(minutes=1)
_NOBODYS = UserId("")


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in needs: where people are known, how their passwords and codes are read, and the rules."""

    store: CatalogStore
    passwords: Passwords
    codes: OneTimeCodes
    rules: SignInRules = field(default_factory=SignInRules)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody types to come in, and where from.

    ``device`` names a browser that is known to have signed in to this account before: its attempts are counted apart
    (OWASP, "device cookies"). ``former_token`` is of the session that the browser had.
    """

    name: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    address: str = ""
    device: str = ""
    former_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, and the session they ask in."""

    user: User
    session: Session


def sign_in(door: Door, attempt: Attempt, at: datetime) -> str:
    """The token of a new session; the one the browser had before ends. Raises ``NotSignedIn``, the same for a wrong
    name, password or code and for somebody inactive, and ``TooManyAttempts`` with ``seconds`` to wait."""
    account = account_name(attempt.name)
    counted = device_key(attempt.device) if attempt.device else account_key(account)
    count_attempt(door.store, counted, attempt.address, at, door.rules)
    user, factor = _known(door.store, account)
    password = typed_password(attempt.password)
    password_hash = user.password_hash if user is not None and user.is_active else None
    if not door.passwords.verify(password_hash, password) or user is None:
        note_failure(door.store, user, attempt.address, at)
        raise wrong()
    step = None if factor is None else door.codes.step_of(factor, attempt.code, at)
    if factor is not None and step is None:
        note_failure(door.store, user, attempt.address, at, "wrong code")
        raise wrong()
    renewed = door.passwords.hash(password) if door.passwords.is_outdated(user.password_hash) else None
    token = secrets.token_urlsafe(32)
    with door.store.write() as transaction:
        current = require_unchanged(transaction, user)
        if step is not None and not transaction.use_step(user.id, step):
            raise wrong()
        if renewed is not None:
            transaction.put_user(replace(current, password_hash=renewed))
        transaction.end_session(session_key(attempt.former_token))
        transaction.add_session(Session(session_key(token), user.id, at, at, attempt.address))
        forgive(transaction, counted, attempt.address)
        _sweep(transaction, at, door.rules)
        transaction.add_audit(event_of(at, user, "user.sign-in", address=attempt.address))
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
        transaction.add_audit(event_of(at, signed_in.user, "user.sign-out"))


def session_key(token: str) -> str:
    """What the store knows a session by. The token is random, so a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_name(typed: str) -> str:
    """The name of the account that somebody means."""
    return typed.strip().lower()


def typed_password(password: str) -> str:
    """As passwords are hashed; of an endless one no more than makes it wrong."""
    return nfc(password[: LONGEST + 1])


def _known(store: CatalogStore, name: str) -> tuple[User | None, SecondFactor | None]:
    """The user of this name and the second factor. By name only: an id is no name to sign in with."""
    with store.read() as reader:
        try:
            user = reader.user(name)
        except NotFound:
            # As many questions as for somebody who exists: the time of an answer tells nothing.
            reader.sessions(_NOBODYS)
            reader.second_factor(_NOBODYS)
            return None, None
        return (user, reader.second_factor(user.id)) if user.name == name else (None, None)


def require_unchanged(transaction: CatalogTransaction, user: User) -> User:
    """The user as stored now. Raises ``NotSignedIn`` if access was taken, or the password changed, meanwhile."""
    current = transaction.user(user.id)
    if not current.is_active or current.password_hash != user.password_hash:
        raise wrong()
    return current


def _sweep(transaction: CatalogTransaction, at: datetime, rules: SignInRules) -> None:
    transaction.sweep_attempts(at - rules.window)
    transaction.sweep_sessions(seen_before=at - rules.idle, created_before=at - rules.longest)


def note_failure(store: CatalogStore, user: User | None, address: str, at: datetime, reason: str = "") -> None:
    """Into the audit trail, without what was typed."""
    reason = reason or ("unknown name" if user is None else "wrong password" if user.is_active else "inactive")
    user_id = "" if user is None else user.id
    details = {"reason": reason, "address": address}
    with store.write() as transaction:
        transaction.add_audit(AuditEvent(at, NOBODY, "user.sign-in-failed", "user", user_id, details))


def event_of(at: datetime, user: User, action: str, **details: str) -> AuditEvent:
    """Something that the user did about the own account."""
    return AuditEvent(at, user.name, action, "user", user.id, details)


def wrong() -> NotSignedIn:
    return NotSignedIn(
        "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng; hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi "
        "thử lại.",
        "The name, the password or the code is wrong; check Caps Lock and your input method and try again.",
    )
