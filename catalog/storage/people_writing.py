"""Changes to what is known about people, in SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.errors import AlreadyExists, EditConflict
from catalog.people import SecondFactor, Session, User, UserId
from catalog.storage import people_tables as tables
from catalog.storage.putting import Putting
from catalog.storage.rows import SqlRow, Values


class SqlPeopleWriter(Putting):
    """A ``PeopleTransaction`` on one open transaction."""

    def user(self, key: str) -> User:
        """Nobody else changes the user until this transaction ends."""
        found = super().user(key)
        table = tables.users
        self._ask(sa.select(table.c.id).where(table.c.id == found.id).with_for_update())
        return super().user(found.id)

    def put_user(self, user: User) -> User:
        stored = replace(user, revision=user.revision + 1)
        try:
            if user.revision == 0:
                self._add(tables.users, _user_values(stored))
            else:
                self._replace_user(stored)
        except sa.exc.IntegrityError as error:
            raise AlreadyExists(
                f"Đã có người dùng tên “{user.name}”; hãy chọn tên khác.",
                f"There is a user named “{user.name}” already; choose another name.",
                name=user.name,
            ) from error
        table = tables.memberships
        self._ask(sa.delete(table).where(table.c.user_id == user.id))
        for position, membership in enumerate(user.memberships):
            values = {"role": membership.role.value, "organization_id": membership.organization_id}
            self._ask(sa.insert(table).values(user_id=user.id, position=position, **values))
        return stored

    def _replace_user(self, stored: User) -> None:
        table = tables.users
        statement = sa.update(table).where(table.c.id == stored.id, table.c.revision == stored.revision - 1)
        with self._connection.begin_nested():
            if self._ask(statement.values(_user_values(stored))).rowcount == 0:
                raise EditConflict(
                    f"Người dùng “{stored.name}” vừa được người khác sửa; hãy tải lại rồi sửa tiếp.",
                    f"User “{stored.name}” was changed by somebody else; load it again and repeat the change.",
                    user_id=stored.id,
                )

    # --- sessions

    def add_session(self, session: Session) -> None:
        self._add(
            tables.sessions,
            {
                "token_sha256": session.key,
                "user_id": session.user_id,
                "created_at": session.created_at,
                "seen_at": session.seen_at,
                "address": session.address,
            },
        )

    def see_session(self, key: str, at: datetime) -> None:
        table = tables.sessions
        self._ask(sa.update(table).where(table.c.token_sha256 == key).values(seen_at=at))

    def end_session(self, key: str) -> None:
        self._ask(sa.delete(tables.sessions).where(tables.sessions.c.token_sha256 == key))

    def end_sessions(self, user_id: UserId) -> int:
        return self._ask(sa.delete(tables.sessions).where(tables.sessions.c.user_id == user_id)).rowcount

    def sweep_sessions(self, seen_before: datetime, created_before: datetime) -> None:
        table = tables.sessions
        self._sweep(table, (table.c.seen_at < seen_before) | (table.c.created_at < created_before))

    # --- second factors

    def put_second_factor(self, factor: SecondFactor) -> None:
        self._put(
            tables.second_factors,
            {
                "user_id": factor.user_id,
                "secret": factor.secret,
                "added_at": factor.added_at,
                "last_step": factor.last_step,
            },
        )

    def remove_second_factor(self, user_id: UserId) -> None:
        self._ask(sa.delete(tables.second_factors).where(tables.second_factors.c.user_id == user_id))

    def use_step(self, user_id: UserId, step: int) -> bool:
        table = tables.second_factors
        is_new = (table.c.user_id == user_id) & (table.c.last_step < step)
        return self._ask(sa.update(table).where(is_new).values(last_step=step)).rowcount == 1

    # --- attempts to sign in

    def count_attempt(self, key: str, at: datetime, since: datetime) -> tuple[int, datetime]:
        table = tables.login_attempts
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        is_old = table.c.first_at < since
        added = insert(table).values(key=key, attempts=1, first_at=at)
        counted = added.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "attempts": sa.case((is_old, 1), else_=table.c.attempts + 1),
                "first_at": sa.case((is_old, added.excluded.first_at), else_=table.c.first_at),
            },
        )
        row: SqlRow = self._ask(counted.returning(table.c.attempts, table.c.first_at)).one()
        return row.attempts, row.first_at

    def forgive_attempts(self, key: str, at_most: int | None = None) -> None:
        table = tables.login_attempts
        if at_most is None:
            self._ask(sa.delete(table).where(table.c.key == key))
        else:
            fewer = sa.case((table.c.attempts > at_most, table.c.attempts - at_most), else_=0)
            self._ask(sa.update(table).where(table.c.key == key).values(attempts=fewer))

    def sweep_attempts(self, before: datetime) -> None:
        self._sweep(tables.login_attempts, tables.login_attempts.c.first_at < before)

    def _sweep(self, table: sa.Table, is_old: sa.ColumnElement[bool]) -> None:
        """Delete what is old, leaving rows that somebody else holds to the next time: nobody waits for a broom."""
        (key,) = table.primary_key
        old = sa.select(key).where(is_old).with_for_update(skip_locked=True)
        self._ask(sa.delete(table).where(key.in_(old)))


def _user_values(user: User) -> Values:
    return {
        "id": user.id,
        "name": user.name,
        "full_name": user.full_name,
        "email": user.email,
        "password_hash": user.password_hash,
        "created_at": user.created_at,
        "password_changed_at": user.password_changed_at,
        "must_change_password": user.must_change_password,
        "is_active": user.is_active,
        "revision": user.revision,
    }
