"""Doors for people: what the truth keeps about them, and how passwords are hashed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from catalog.people import SecondFactor, Session, User, UserId


class PeopleReader(Protocol):
    """Questions about people. ``key`` of a user is an id or a name; a miss raises ``NotFound``."""

    def users(self) -> tuple[User, ...]:
        """Everybody, inactive ones too, by name."""

    def user(self, key: str) -> User: ...
    def session(self, key: str) -> Session | None: ...
    def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """Newest first; those that are over but not yet swept too."""

    def second_factor(self, user_id: UserId) -> SecondFactor | None: ...


class PeopleTransaction(PeopleReader, Protocol):
    """Changes to what is known about people."""

    def put_user(self, user: User) -> User:
        """Add (``revision`` 0) or replace; returns it with the next revision. Raises ``EditConflict`` if the stored
        revision is not the one given, ``AlreadyExists`` if another has the name, and ``NotFound`` for an organization
        that does not exist, at the latest when the transaction ends."""

    def add_session(self, session: Session) -> None: ...
    def see_session(self, key: str, at: datetime) -> None:
        """Note that a session was used. One that ended meanwhile stays ended."""

    def end_session(self, key: str) -> None:
        """Ending one that is not there is no error."""

    def end_sessions(self, user_id: UserId) -> int:
        """End every session of a user; returns how many there were."""

    def sweep_sessions(self, seen_before: datetime, created_before: datetime) -> None:
        """Forget sessions last seen or created before these times."""

    def put_second_factor(self, factor: SecondFactor) -> None:
        """Add, or replace the one that the user has."""

    def remove_second_factor(self, user_id: UserId) -> None:
        """Removing one that is not there is no error."""

    def use_step(self, user_id: UserId, step: int) -> bool:
        """Note that the code of this step was used. False if it or a later one was used before: of two who come with
        the same code, one succeeds."""

    def count_attempt(self, key: str, at: datetime, since: datetime) -> tuple[int, datetime]:
        """Count one attempt to sign in under ``key``; returns how many there were, this one included, and when the
        first was. Counting begins anew when the first was before ``since``. Two at once are counted as two, whatever
        process they come from."""

    def forgive_attempts(self, key: str, at_most: int | None = None) -> None:
        """Take back so many counted attempts, or all."""

    def sweep_attempts(self, before: datetime) -> None:
        """Forget counts that began before this time."""


class Passwords(Protocol):
    """Hashes passwords slowly, with salt. Both take some tens of milliseconds: never call them in a transaction."""

    def hash(self, password: str) -> str: ...
    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one hashed. Without a hash it takes as long and says no, so that the time of an
        answer does not tell whether a user exists."""

    def is_outdated(self, password_hash: str) -> bool:
        """Whether hashing today would be done otherwise (other parameters)."""


class OneTimeCodes(Protocol):
    """Reads the codes that a second factor shows."""

    def step_of(self, factor: SecondFactor, code: str, at: datetime) -> int | None:
        """The step of time that this code is of, if it is one of those around ``at``; else ``None``."""
