"""The tables of the catalogue, the same on SQLite and PostgreSQL.

Columns hold what is queried or sorted by; what is only ever read together with its row is one JSON column. Changes to
this file need a migration: a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from catalog.errors import InvalidInput

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable_text(value: str) -> str:
    """``value`` in NFC. Raises ``InvalidInput`` for NUL and lone surrogates: PostgreSQL cannot store them, so the
    catalogue holds them nowhere."""
    if _UNSTORABLE.search(value) is None:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    raise InvalidInput(
        "Văn bản có ký tự không lưu được (NUL hoặc ký tự mã hóa hỏng); hãy xóa ký tự đó rồi gửi lại.",
        "The text holds a character that cannot be stored (NUL or a lone surrogate); remove it and send again.",
    )


class Words(TypeDecorator[str]):
    """Text, always in NFC, so that what is unique and what is compared is the same for both spellings of a letter."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable_text(value)


class Moment(TypeDecorator[datetime]):
    """An aware time; stored in UTC and given back in UTC whatever the time zone of machine or server is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time must be aware: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _words(name: str, **options: Any) -> Column[str]:
    return Column(name, Words, nullable=False, **options)


def _reference(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """A foreign key looked at when the transaction ends: records that name each other may come in any order."""
    return Column(name, Words, ForeignKey(target, deferrable=True, initially="DEFERRED"), nullable=nullable)


organizations = Table(
    "organizations",
    METADATA,
    Column("id", Words, primary_key=True),
    _words("name", unique=True),
    _words("code"),
    _words("title"),
    _words("title_en"),
    _words("kind"),
    _words("description"),
    Column("contact", JSON(none_as_null=True)),
    _reference("parent_id", "organizations.id", nullable=True),
    Column("valid_from", Date),
    Column("valid_to", Date),
    _reference("successor_id", "organizations.id", nullable=True),
)
_HAS_CODE = text("code <> ''")
Index("uq_organizations_code", organizations.c.code, unique=True, sqlite_where=_HAS_CODE, postgresql_where=_HAS_CODE)

datasets = Table(
    "datasets",
    METADATA,
    Column("id", Words, primary_key=True),
    _words("name", unique=True),
    _words("title"),
    _words("title_en"),
    _words("description"),
    _words("description_en"),
    _reference("organization_id", "organizations.id"),
    _words("theme"),
    Column("keywords", JSON, nullable=False),
    _words("license_id"),
    _words("access_level"),
    _words("frequency"),
    Column("contact", JSON, nullable=False),
    _words("source_database"),
    _words("legal_basis"),
    _words("register_item"),
    _words("spatial"),
    Column("temporal_start", Date),
    Column("temporal_end", Date),
    Column("simulated", Boolean, nullable=False),
    _words("status"),
    Column("issued", Moment),
    Column("modified", Moment),
    Column("recorded", Moment),
    Column("revision", Integer, nullable=False),
    Column("origin", JSON(none_as_null=True)),
    Index(None, "organization_id"),
)

distributions = Table(
    "distributions",
    METADATA,
    Column("id", Words, primary_key=True),
    _reference("dataset_id", "datasets.id"),
    Column("position", Integer, nullable=False),
    _words("name"),
    _words("title"),
    _words("title_en"),
    _words("description"),
    _words("kind"),
    Column("schema_name", Words),
    Column("access_url", Words),
    _words("format", server_default=text("''")),
    _words("media_type", server_default=text("''")),
    Column("size", BigInteger),
    UniqueConstraint("dataset_id", "name"),
)

versions = Table(
    "versions",
    METADATA,
    Column("id", Words, primary_key=True),
    _reference("dataset_id", "datasets.id"),
    _reference("distribution_id", "distributions.id"),
    Column("number", Integer, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("columns", JSON, nullable=False),
    _words("schema_name"),
    _words("schema_version"),
    _words("snapshot_sha256"),
    _words("run_id"),
    Column("files", JSON, nullable=False),
    Column("source_shape", JSON(none_as_null=True)),
    UniqueConstraint("distribution_id", "number"),
    CheckConstraint("number > 0", name="number"),
    Index(None, "dataset_id"),
    Index(None, "schema_name", "schema_version"),
)

version_reports = Table(
    "version_reports",
    METADATA,
    Column("version_id", Words, ForeignKey("versions.id"), primary_key=True),
    Column("report", JSON, nullable=False),
)

version_codes = Table(
    "version_codes",
    METADATA,
    Column("version_id", Words, ForeignKey("versions.id"), primary_key=True),
    Column("codes", JSON, nullable=False),
)

derived_files = Table(
    "derived_files",
    METADATA,
    Column("version_id", Words, ForeignKey("versions.id"), primary_key=True),
    Column("format", Words, primary_key=True),
    _words("media_type"),
    _words("filename"),
    _words("sha256"),
    Column("size", BigInteger, nullable=False),
)

table_schemas = Table(
    "table_schemas",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("version", Words, primary_key=True),
    Column("descriptor", JSON, nullable=False),
)

code_list_versions = Table(
    "code_list_versions",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("version", Words, primary_key=True),
    _words("status"),
    _words("title"),
    _words("title_en"),
    _words("source_decision"),
    Column("codes", JSON, nullable=False),
)

sources = Table(
    "sources",
    METADATA,
    Column("id", Words, primary_key=True),
    _words("name", unique=True),
    _words("title"),
    _reference("organization_id", "organizations.id"),
    _words("kind"),
    Column("options", JSON, nullable=False),
    Column("tables", JSON, nullable=False),
    _words("frequency"),
    Column("enabled", Boolean, nullable=False),
    _words("description"),
    _words("cron", server_default=text("''")),
    _words("quiet_hours", server_default=text("''")),
    _words("notify_email", server_default=text("''")),
    _words("notify_webhook", server_default=text("''")),
)

# The sequence, not the clock, says which run is newer: clocks are set back now and then.
runs = Table(
    "runs",
    METADATA,
    Column("sequence", Integer, primary_key=True),
    _words("id", unique=True),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    _words("state"),
    _words("trigger"),
    Column("requested_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("attempt", Integer, nullable=False),
    Column("lease_owner", Words),
    Column("lease_until", Moment),
    _words("error_code"),
    _words("error"),
    _words("error_en"),
    Column("progress", JSON(none_as_null=True)),
    _words("cancelled_by", server_default=text("''")),
    Index(None, "source_id", "sequence"),
    sqlite_autoincrement=True,
)
_IS_ACTIVE = text("state IN ('queued', 'running')")
Index("uq_runs_active", runs.c.source_id, unique=True, sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE)

outcomes = Table(
    "outcomes",
    METADATA,
    Column("run_id", Words, ForeignKey("runs.id"), primary_key=True),
    Column("table_key", Words, primary_key=True),
    _words("dataset_id"),
    _words("distribution_id"),
    _words("outcome"),
    Column("finished_at", Moment, nullable=False),
    Column("row_count", BigInteger),
    _words("snapshot_sha256"),
    _words("schema_digest"),
    Column("version_id", Words),
    Column("issues", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Column("counts", JSON(none_as_null=True)),
    _words("fingerprint", server_default=text("''")),
)

remote_records = Table(
    "remote_records",
    METADATA,
    Column("source_id", Words, ForeignKey("sources.id"), primary_key=True),
    Column("identifier", Words, primary_key=True),
    _words("digest"),
    Column("dataset_id", Words),
    Column("raw", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("missing_since", Moment),
    Column("rejected", Boolean, nullable=False),
    Index(None, "dataset_id"),
)

notifications = Table(
    "notifications",
    METADATA,
    Column("sequence", Integer, primary_key=True),
    _words("id", unique=True),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    _words("run_id"),
    _words("channel"),
    _words("topic"),
    _words("subject"),
    _words("body"),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment),
    Column("sent_at", Moment),
    _words("error"),
    Index(None, "source_id"),
    Index(None, "next_attempt_at"),
    sqlite_autoincrement=True,
)

releases = Table(
    "releases",
    METADATA,
    Column("sequence", Integer, primary_key=True),
    _words("id", unique=True),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    _words("table_key"),
    _words("state"),
    _words("snapshot_sha256"),
    _words("schema_digest"),
    Column("findings", JSON, nullable=False),
    _words("reason"),
    _words("requested_by"),
    Column("requested_at", Moment, nullable=False),
    _words("decided_by"),
    Column("decided_at", Moment),
    _words("decision"),
    Index(None, "source_id", "table_key"),
    sqlite_autoincrement=True,
)
_IS_OPEN = text("state = 'requested'")
Index(
    "uq_releases_open",
    releases.c.source_id,
    releases.c.table_key,
    unique=True,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)

# On SQLite BIGINT is not a row id; Integer there is 64 bits wide anyway.
_Growing = BigInteger().with_variant(Integer(), "sqlite")

outbox = Table(
    "outbox",
    METADATA,
    Column("id", _Growing, primary_key=True),
    _words("topic"),
    _words("key"),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# Triggers of the first migration refuse to change or delete a row of this table.
audit = Table(
    "audit",
    METADATA,
    Column("id", _Growing, primary_key=True),
    Column("at", Moment, nullable=False),
    _words("actor"),
    _words("action"),
    _words("object_type"),
    _words("object_id"),
    Column("details", JSON, nullable=False),
    sqlite_autoincrement=True,
)
