"""The tables about people who work in the portal; as for :mod:`catalog.storage.tables`, changes need a migration."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from catalog.storage.tables import METADATA, Moment, Words

users = Table(
    "users",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("full_name", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("password_hash", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("password_changed_at", Moment, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
)

memberships = Table(
    "memberships",
    METADATA,
    Column("user_id", Words, ForeignKey("users.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", Words, nullable=False),
    Column("organization_id", Words, ForeignKey("organizations.id", deferrable=True, initially="DEFERRED")),
)

# Named so that nobody takes the key for the token: it is a hash of it.
sessions = Table(
    "sessions",
    METADATA,
    Column("token_sha256", Words, primary_key=True),
    Column("user_id", Words, ForeignKey("users.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("address", Words, nullable=False),
    Index(None, "user_id"),
)

second_factors = Table(
    "second_factors",
    METADATA,
    Column("user_id", Words, ForeignKey("users.id"), primary_key=True),
    Column("secret", Words, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)

login_attempts = Table(
    "login_attempts",
    METADATA,
    Column("key", Words, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
)
