"""Questions about people, in SQL, and their values from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from catalog.model import OrganizationId
from catalog.people import Membership, Role, SecondFactor, Session, User, UserId
from catalog.storage import people_tables as tables
from catalog.storage.asking import Asking
from catalog.storage.rows import SqlRow


class SqlPeopleReader(Asking):
    """A ``PeopleReader`` on one open transaction."""

    def users(self) -> tuple[User, ...]:
        found = self._ask(sa.select(tables.users)).all()
        memberships = self._memberships(row.id for row in found)
        return tuple(sorted((user_from(row, memberships[row.id]) for row in found), key=lambda user: user.name))

    def user(self, key: str) -> User:
        row = self._named(tables.users, "người dùng", key)
        return user_from(row, self._memberships([row.id])[row.id])

    def _memberships(self, user_ids: Iterable[str]) -> dict[str, list[Membership]]:
        table = tables.memberships
        statement = sa.select(table).where(self._among(table.c.user_id, user_ids))
        by_user: dict[str, list[Membership]] = defaultdict(list)
        for row in self._ask(statement.order_by(table.c.user_id, table.c.position)):
            by_user[row.user_id].append(
                Membership(Role(row.role), row.organization_id and OrganizationId(row.organization_id))
            )
        return by_user

    def session(self, key: str) -> Session | None:
        table = tables.sessions
        row = self._ask(sa.select(table).where(table.c.token_sha256 == key)).first()
        return None if row is None else session_from(row)

    def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        table = tables.sessions
        statement = sa.select(table).where(table.c.user_id == user_id)
        return tuple(session_from(row) for row in self._ask(statement.order_by(table.c.created_at.desc())))

    def second_factor(self, user_id: UserId) -> SecondFactor | None:
        table = tables.second_factors
        row = self._ask(sa.select(table).where(table.c.user_id == user_id)).first()
        return None if row is None else SecondFactor(UserId(row.user_id), row.secret, row.added_at, row.last_step)


def user_from(row: SqlRow, memberships: Iterable[Membership]) -> User:
    return User(
        id=UserId(row.id),
        name=row.name,
        full_name=row.full_name,
        email=row.email,
        password_hash=row.password_hash,
        created_at=row.created_at,
        password_changed_at=row.password_changed_at,
        memberships=tuple(memberships),
        is_active=row.is_active,
        must_change_password=row.must_change_password,
        revision=row.revision,
    )


def session_from(row: SqlRow) -> Session:
    return Session(row.token_sha256, UserId(row.user_id), row.created_at, row.seen_at, row.address)
