"""People who work in the portal, and the one rule that says who may do what.

A person has roles, each for the whole portal or for one organization. Whether somebody may act is read from
:data:`RULES`, one table of action × role × relation to the organization, by :func:`may` and nowhere else. What is not
in the table is refused. However a person came in (password now, a program's token later), the rule is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol, TypeVar

from catalog.errors import Forbidden
from catalog.model import OrganizationId

UserId = NewType("UserId", str)

USER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
"""Names to sign in with: ASCII, so that no two look alike."""


class Role(StrEnum):
    """What a person is for. An administrator answers for the whole portal, a steward for one organization's data."""

    ADMINISTRATOR = "administrator"
    STEWARD = "steward"

    @property
    def is_of_an_organization(self) -> bool:
        return self is Role.STEWARD


@dataclass(frozen=True, slots=True)
class Membership:
    """A role of a person, in one organization or, where ``organization_id`` is ``None``, in the whole portal."""

    role: Role
    organization_id: OrganizationId | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in. Never deleted, because the audit trail names them; only made inactive.

    ``password_hash`` is an encoded argon2 hash, hidden from ``repr``; ``must_change_password`` holds while the password
    is one that somebody else chose. ``revision`` counts edits, 0 before the first is stored.
    """

    id: UserId
    name: str
    full_name: str
    email: str
    password_hash: str = field(repr=False)
    created_at: datetime
    password_changed_at: datetime
    memberships: tuple[Membership, ...] = ()
    is_active: bool = True
    must_change_password: bool = False
    revision: int = 0

    @property
    def is_administrator(self) -> bool:
        return any(membership.role is Role.ADMINISTRATOR for membership in self.memberships)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody signed in with. ``key`` is the sha256 of what its cookie holds; the cookie's content
    itself is stored nowhere. ``seen_at`` is true to the minute."""

    key: str = field(repr=False)
    user_id: UserId
    created_at: datetime
    seen_at: datetime
    address: str = ""

    def is_over(self, now: datetime, idle: timedelta, longest: timedelta) -> bool:
        """Whether it was unused for ``idle`` or has lasted for ``longest``."""
        return now - self.seen_at >= idle or now - self.created_at >= longest


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A device of a person's that shows codes (TOTP, RFC 6238). ``secret`` is encrypted; ``last_step`` is the newest
    step of time whose code was used, as a code opens once."""

    user_id: UserId
    secret: str = field(repr=False)
    added_at: datetime
    last_step: int


# --- the rule --------------------------------------------------------------------------------------------------------


class Action(StrEnum):
    """Everything that needs permission. A new one needs a row in :data:`RULES`; a test fails without it."""

    ADMIN_SEE = "admin.see"
    ACCOUNT_EDIT = "account.edit"
    USER_SEE = "user.see"
    USER_EDIT = "user.edit"
    SOURCE_SEE = "source.see"
    SOURCE_CREATE = "source.create"
    SOURCE_EDIT = "source.edit"
    SOURCE_REACH_SERVER = "source.reach-server"
    """Make a source read the harvesting server's own files, databases or variables."""
    SOURCE_REMOVE = "source.remove"
    SOURCE_TEST = "source.test"
    SOURCE_HARVEST = "source.harvest"
    RUN_SEE = "run.see"
    RUN_CANCEL = "run.cancel"
    HELD_SEE = "held.see"
    HELD_REQUEST = "held.request"
    HELD_APPROVE = "held.approve"
    HELD_REFUSE = "held.refuse"
    AUDIT_SEE = "audit.see"
    SEARCH_EDIT = "search.edit"
    """Say which words mean the same to a search."""


class Relation(StrEnum):
    """How what is acted upon stands to a person's role."""

    SELF = "self"
    """It is the person."""
    OWN = "own"
    """It belongs to the organization that the role is for."""
    OTHER = "other"
    """It belongs to another organization, or is another person."""
    PORTAL = "portal"
    """It belongs to no organization: the portal as a whole."""


_ANY = frozenset(Relation)
_OWN = frozenset({Relation.OWN})
_SELF = frozenset({Relation.SELF})
_PORTAL = frozenset({Relation.PORTAL})
_NOTHING: frozenset[Relation] = frozenset()

_ADMINISTRATOR_AND_OWN_STEWARD = {Role.ADMINISTRATOR: _ANY, Role.STEWARD: _OWN}
_ADMINISTRATOR_ONLY = {Role.ADMINISTRATOR: _ANY, Role.STEWARD: _NOTHING}

RULES: Mapping[Action, Mapping[Role, frozenset[Relation]]] = {
    Action.ADMIN_SEE: {Role.ADMINISTRATOR: _PORTAL, Role.STEWARD: _PORTAL},
    Action.ACCOUNT_EDIT: {Role.ADMINISTRATOR: _SELF, Role.STEWARD: _SELF},
    Action.USER_SEE: _ADMINISTRATOR_ONLY,
    Action.USER_EDIT: _ADMINISTRATOR_ONLY,
    Action.SOURCE_SEE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.SOURCE_CREATE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.SOURCE_EDIT: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.SOURCE_REACH_SERVER: _ADMINISTRATOR_ONLY,
    Action.SOURCE_REMOVE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.SOURCE_TEST: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.SOURCE_HARVEST: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.RUN_SEE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.RUN_CANCEL: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.HELD_SEE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.HELD_REQUEST: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.HELD_APPROVE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.HELD_REFUSE: _ADMINISTRATOR_AND_OWN_STEWARD,
    Action.AUDIT_SEE: _ADMINISTRATOR_ONLY,
    Action.SEARCH_EDIT: _ADMINISTRATOR_ONLY,
}


class Owned(Protocol):
    """Anything that belongs to an organization: a dataset, a harvest source …"""

    @property
    def organization_id(self) -> OrganizationId: ...


def may(user: User | None, action: Action, about: Owned | User | None = None) -> bool:
    """Whether ``user`` may do this to ``about``: something of an organization, a person, or nothing in particular (the
    portal). Nobody, somebody inactive and an action without a row may nothing."""
    if user is None or not user.is_active or action not in RULES:
        return False
    row = RULES[action]
    return any(
        _relation(user, membership, about) in row.get(membership.role, _NOTHING) for membership in user.memberships
    )


def require_may(user: User | None, action: Action, about: Owned | User | None = None) -> None:
    """Raises ``Forbidden`` unless :func:`may` says yes."""
    if not may(user, action, about):
        raise Forbidden(
            "Bạn không có quyền làm việc này; hãy hỏi người quản trị cổng nếu cần.",
            "You may not do this; ask the portal's administrator if you need to.",
            action=action.value,
        )


def may_somewhere(user: User | None, action: Action) -> bool:
    """Whether there can be anything ``user`` may do this to: what a menu shows."""
    if user is None or not user.is_active:
        return False
    return any(RULES.get(action, {}).get(membership.role) for membership in user.memberships)


_Thing = TypeVar("_Thing", bound=Owned)


def allowed(user: User | None, action: Action, things: Iterable[_Thing]) -> tuple[_Thing, ...]:
    """Those of ``things`` that ``user`` may do this to, in their order."""
    return tuple(thing for thing in things if may(user, action, thing))


def _relation(user: User, membership: Membership, about: Owned | User | None) -> Relation:
    if about is None:
        return Relation.PORTAL
    if isinstance(about, User):
        return Relation.SELF if about.id == user.id else Relation.OTHER
    return Relation.OWN if about.organization_id == membership.organization_id else Relation.OTHER
