"""Use cases about one's own account: another password, a second factor. Each asks for the present password once more,
so that a browser left open does not give the account away."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from catalog.errors import AlreadyExists, InvalidInput, NotFound
from catalog.password_rules import acceptable
from catalog.people import SecondFactor, Session
from catalog.sign_in_limits import count_attempt, forgive, own_key
from catalog.signing_in import (
    Door,
    SignedIn,
    event_of,
    note_failure,
    require_unchanged,
    session_key,
    typed_password,
)


def change_own_password(door: Door, signed_in: SignedIn, current_password: str, new_password: str, at: datetime) -> str:
    """The token of a new session; all others of this person end. Raises ``InvalidInput`` for a wrong present password
    or an unacceptable new one, ``TooManyAttempts`` like a sign-in."""
    user, address = signed_in.user, signed_in.session.address
    new = acceptable(new_password, (user.name, user.full_name, user.email))
    _require_password(door, signed_in, current_password, at)
    if typed_password(current_password) == new:
        raise InvalidInput(
            "Mật khẩu mới phải khác mật khẩu hiện tại.", "The new password must differ from the present one."
        )
    password_hash = door.passwords.hash(new)
    token = secrets.token_urlsafe(32)
    with door.store.write() as transaction:
        stored = require_unchanged(transaction, user)
        changed = replace(stored, password_hash=password_hash, password_changed_at=at, must_change_password=False)
        transaction.put_user(changed)
        transaction.end_sessions(user.id)
        transaction.add_session(Session(session_key(token), user.id, at, at, address))
        forgive(transaction, own_key(user.id), address)
        transaction.add_audit(event_of(at, user, "user.password", by="self"))
    return token


def add_second_factor(
    door: Door, signed_in: SignedIn, sealed_secret: str, code: str, current_password: str, at: datetime
) -> None:
    """From now on a code is asked for at every sign-in. ``sealed_secret`` is what the device was given, encrypted;
    ``code`` proves that it was. Raises ``InvalidInput`` for a wrong password or code, ``AlreadyExists``."""
    user = signed_in.user
    _require_password(door, signed_in, current_password, at)
    factor = SecondFactor(user.id, sealed_secret, at, 0)
    step = _require_code(door, factor, code, at)
    with door.store.write() as transaction:
        require_unchanged(transaction, user)
        if transaction.second_factor(user.id) is not None:
            raise AlreadyExists(
                "Xác thực hai lớp đã bật; hãy tắt rồi bật lại nếu đổi điện thoại.",
                "A second factor is there already; turn it off first to change the telephone.",
            )
        transaction.put_second_factor(replace(factor, last_step=step))
        forgive(transaction, own_key(user.id), signed_in.session.address)
        transaction.add_audit(event_of(at, user, "user.second-factor-on"))


def remove_own_second_factor(door: Door, signed_in: SignedIn, code: str, current_password: str, at: datetime) -> None:
    """A password alone is enough again. Raises ``InvalidInput`` for a wrong password or code, ``NotFound``."""
    user = signed_in.user
    _require_password(door, signed_in, current_password, at)
    with door.store.read() as reader:
        factor = reader.second_factor(user.id)
    if factor is None:
        raise NotFound("Xác thực hai lớp chưa bật.", "There is no second factor.")
    step = _require_code(door, factor, code, at)
    with door.store.write() as transaction:
        require_unchanged(transaction, user)
        if not transaction.use_step(user.id, step):
            raise _wrong_code()
        transaction.remove_second_factor(user.id)
        forgive(transaction, own_key(user.id), signed_in.session.address)
        transaction.add_audit(event_of(at, user, "user.second-factor-off", by="self"))


def _require_password(door: Door, signed_in: SignedIn, password: str, at: datetime) -> None:
    user, address = signed_in.user, signed_in.session.address
    count_attempt(door.store, own_key(user.id), address, at, door.rules)
    if not door.passwords.verify(user.password_hash, typed_password(password)):
        note_failure(door.store, user, address, at)
        raise InvalidInput("Mật khẩu hiện tại không đúng.", "The present password is wrong.", field="current")


def _require_code(door: Door, factor: SecondFactor, code: str, at: datetime) -> int:
    step = door.codes.step_of(factor, code, at)
    if step is None:
        raise _wrong_code()
    return step


def _wrong_code() -> InvalidInput:
    return InvalidInput(
        "Mã không đúng hoặc đã dùng; hãy nhập mã đang hiện trên điện thoại và kiểm tra giờ của điện thoại.",
        "The code is wrong or was used before; enter the one that is shown now and check the telephone's clock.",
        field="code",
    )
