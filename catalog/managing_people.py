"""Use cases about other people: who may sign in, with which roles. Every change is in the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from catalog.errors import InvalidInput
from catalog.mail_addresses import mail_address
from catalog.password_rules import acceptable
from catalog.people import USER_NAME, Membership, Role, User, UserId
from catalog.people_ports import Passwords
from catalog.ports import AuditEvent, CatalogReader, CatalogStore, CatalogTransaction
from catalog.vietnamese import clean

_LONGEST_NAME = 200


def add_user(
    store: CatalogStore,
    passwords: Passwords,
    *,
    name: str,
    full_name: str,
    email: str,
    role: Role,
    organizations: Iterable[str],
    password: str,
    actor: str,
    at: datetime,
) -> User:
    """Somebody new, who has to change the password at the first sign-in. ``organizations`` are codes, names or ids.
    Raises ``InvalidInput``, ``AlreadyExists``, and ``NotFound`` for an organization."""
    user = User(
        id=UserId(str(uuid.uuid4())),
        name=_name(name),
        full_name=_full_name(full_name),
        email=mail_address(email),
        password_hash="",
        created_at=at,
        password_changed_at=at,
        must_change_password=True,
    )
    hashed = passwords.hash(acceptable(password, (user.name, user.full_name, user.email)))
    with store.write() as transaction:
        memberships = memberships_for(transaction, role, organizations)
        user = transaction.put_user(replace(user, password_hash=hashed, memberships=memberships))
        transaction.add_audit(_event(at, actor, "user.create", user))
    return user


def edit_user(
    store: CatalogStore,
    key: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    role: Role | None = None,
    organizations: Iterable[str] | None = None,
    actor: str,
    at: datetime,
) -> User:
    """Change what is given and keep the rest. Roles hold from the next request on. Raises as :func:`add_user`, and
    ``InvalidInput`` when nobody would be left to administer the portal."""
    with store.write() as transaction:
        stored = transaction.user(key)
        wanted = replace(
            stored,
            full_name=stored.full_name if full_name is None else _full_name(full_name),
            email=stored.email if email is None else mail_address(email),
        )
        if role is not None or organizations is not None:
            kept_role = role or stored.memberships[0].role
            kept = [item.organization_id for item in stored.memberships if item.organization_id is not None]
            places = organizations if organizations is not None else kept if kept_role.is_of_an_organization else ()
            wanted = replace(wanted, memberships=memberships_for(transaction, kept_role, places))
        if wanted == stored:
            return stored
        _require_an_administrator(transaction, wanted)
        wanted = transaction.put_user(wanted)
        transaction.add_audit(_event(at, actor, "user.update", wanted))
    return wanted


def disable_user(store: CatalogStore, key: str, *, actor: str, at: datetime) -> User:
    """Nobody signs in under this name any more, and who is signed in no longer is. Raises ``InvalidInput`` for the last
    administrator."""
    return _set_active(store, key, False, actor, at)


def enable_user(store: CatalogStore, key: str, *, actor: str, at: datetime) -> User:
    """May sign in again, with the password as it was."""
    return _set_active(store, key, True, actor, at)


def _set_active(store: CatalogStore, key: str, active: bool, actor: str, at: datetime) -> User:
    with store.write() as transaction:
        stored = transaction.user(key)
        if stored.is_active == active:
            return stored
        wanted = replace(stored, is_active=active)
        _require_an_administrator(transaction, wanted)
        wanted = transaction.put_user(wanted)
        transaction.end_sessions(stored.id)
        transaction.add_audit(_event(at, actor, "user.enable" if active else "user.disable", wanted))
    return wanted


def set_password(
    store: CatalogStore, passwords: Passwords, key: str, password: str, *, actor: str, at: datetime
) -> User:
    """A password chosen by somebody else, to be changed at the next sign-in; all sessions end."""
    with store.read() as reader:
        user = reader.user(key)
    hashed = passwords.hash(acceptable(password, (user.name, user.full_name, user.email)))
    with store.write() as transaction:
        stored = transaction.user(user.id)
        wanted = replace(stored, password_hash=hashed, password_changed_at=at, must_change_password=True)
        wanted = transaction.put_user(wanted)
        transaction.end_sessions(stored.id)
        transaction.add_audit(_event(at, actor, "user.password", wanted))
    return wanted


def remove_second_factor(store: CatalogStore, key: str, *, actor: str, at: datetime) -> User:
    """For somebody who lost the telephone: the password alone is enough again."""
    with store.write() as transaction:
        stored = transaction.user(key)
        if transaction.second_factor(stored.id) is not None:
            transaction.remove_second_factor(stored.id)
            transaction.add_audit(_event(at, actor, "user.second-factor-off", stored))
    return stored


def memberships_for(reader: CatalogReader, role: Role, organizations: Iterable[str]) -> tuple[Membership, ...]:
    """The role in each of these organizations (codes, names or ids), or in the whole portal. Raises ``NotFound``, and
    ``InvalidInput`` for a steward of nothing or an administrator of something."""
    wanted = tuple(organizations)
    if role.is_of_an_organization and not wanted:
        raise InvalidInput(
            "Người phụ trách dữ liệu phải thuộc ít nhất một cơ quan; hãy cho mã cơ quan.",
            "A steward needs at least one organization; give its code.",
        )
    if not role.is_of_an_organization:
        if wanted:
            raise InvalidInput(
                "Người quản trị làm việc cho cả cổng, không thuộc cơ quan nào; hãy bỏ mã cơ quan.",
                "An administrator works for the whole portal; leave the organization out.",
            )
        return (Membership(role),)
    by_code = {organization.code: organization for organization in reader.organizations() if organization.code}
    found = [by_code.get(key) or reader.organization(key) for key in wanted]
    return tuple(Membership(role, key) for key in dict.fromkeys(organization.id for organization in found))


def _require_an_administrator(transaction: CatalogTransaction, wanted: User) -> None:
    if wanted.is_active and wanted.is_administrator:
        return
    before = [user for user in transaction.users() if user.is_active and user.is_administrator]
    if before and all(user.id == wanted.id for user in before):
        raise InvalidInput(
            f"“{wanted.name}” là người quản trị duy nhất; hãy thêm người quản trị khác trước.",
            f"“{wanted.name}” is the only administrator; add another one first.",
        )


def _name(text: str) -> str:
    name = clean(text).lower()
    if not USER_NAME.fullmatch(name):
        raise InvalidInput(
            "Tên đăng nhập gồm 1 đến 40 chữ không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới.",
            "A name to sign in with has 1 to 40 ASCII letters, digits, dots, hyphens or underscores.",
        )
    return name


def _full_name(text: str) -> str:
    full_name = " ".join(clean(text).split())
    if not 0 < len(full_name) <= _LONGEST_NAME:
        raise InvalidInput("Hãy cho họ tên của người dùng.", "Give the full name of the user.")
    return full_name


def _event(at: datetime, actor: str, action: str, user: User) -> AuditEvent:
    roles = ", ".join(
        membership.role.value + (f" {membership.organization_id}" if membership.organization_id else "")
        for membership in user.memberships
    )
    details = {"name": user.name, "roles": roles, "active": "yes" if user.is_active else "no"}
    return AuditEvent(at, actor, action, "user", user.id, details)
