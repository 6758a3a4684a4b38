"""What the generators of department databases share: seeds, periods, weights of communes, and writing all or nothing.

A table that is published gets its columns, types, key and Vietnamese comments from its schema in the data dictionary,
so a department's database and the dictionary cannot drift apart by accident; a planted fault relaxes this openly.
"""

from __future__ import annotations

import csv
import os
import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema
from portal.demo.communes import Commune, communes
from schemas.definitions_loader import shipped_schemas

REFERENCE_DATE = date(2026, 10, 31)
"""The day the simulated province lives on; nothing generated depends on the real date."""

Row = Sequence[Any]

_SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "year": "INTEGER"}
_UPLANDS = (
    "Mường Lát", "Quan Hóa", "Quan Sơn", "Bá Thước", "Lang Chánh", "Thường Xuân", "Như Xuân", "Như Thanh", "Ngọc Lặc",
    "Cẩm Thủy", "Thạch Thành",
)  # fmt: skip
_COAST = ("Sầm Sơn", "Nghi Sơn", "Hậu Lộc", "Hoằng Hóa", "Quảng Xương", "Nga Sơn")


def seeded(*parts: object) -> random.Random:
    """A random generator that gives the same numbers for the same parts, on every machine."""
    return random.Random(":".join(map(str, parts)))


def months(first: str, last: str) -> list[str]:
    """Months from ``first`` to ``last``, both included, as YYYYMM."""
    start, end = (int(text[:4]) * 12 + int(text[4:]) - 1 for text in (first, last))
    return [f"{month // 12:04d}{month % 12 + 1:02d}" for month in range(start, end + 1)]


def quarters(first: str, last: str) -> list[str]:
    """Quarters from ``first`` to ``last``, both included, as 2026Q3."""
    start, end = (int(text[:4]) * 4 + int(text[5:]) - 1 for text in (first, last))
    return [f"{quarter // 4:04d}Q{quarter % 4 + 1}" for quarter in range(start, end + 1)]


def days_between(first: date, last: date, step: int = 1) -> list[date]:
    """Every ``step``-th day from ``first``, up to ``last`` included."""
    return [first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, step)]


def random_day(random_numbers: random.Random, first: date, last: date) -> date:
    """A day between the two, both included."""
    return first + timedelta(days=random_numbers.randrange((last - first).days + 1))


@lru_cache(maxsize=1)
def commune_weights() -> Mapping[str, float]:
    """How much goes on in a commune compared with the average (1.0): wards more, uplands less, fixed by code."""
    raw = {commune.code: _raw_weight(commune) for commune in communes()}
    mean = sum(raw.values()) / len(raw)
    return {code: weight / mean for code, weight in raw.items()}


def _raw_weight(commune: Commune) -> float:
    base = 2.4 if commune.kind == "phường" else 0.45 if is_upland(commune) else 1.0
    return base * seeded("commune", commune.code).uniform(0.7, 1.35)


def is_upland(commune: Commune) -> bool:
    """Whether it lies in one of the eleven former mountain districts."""
    return any(name in district for district in commune.former_districts for name in _UPLANDS)


def is_coastal(commune: Commune) -> bool:
    """Whether it lies in one of the six former districts on the sea."""
    return any(name in district for district in commune.former_districts for name in _COAST)


def point_in(commune: Commune, random_numbers: random.Random, spread: float = 0.02) -> tuple[float, float]:
    """Latitude and longitude near the commune's own point, at most ``spread`` degrees away, five decimals."""
    latitude = commune.latitude + random_numbers.uniform(-spread, spread)
    longitude = commune.longitude + random_numbers.uniform(-spread, spread)
    return round(min(max(latitude, 19.2), 20.7), 5), round(min(max(longitude, 104.3), 106.1), 5)


@dataclass(frozen=True, slots=True)
class Comment:
    """What a department's own dictionary says of a column: title, explanation, unit."""

    title: str
    text: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """One table to create. ``columns`` maps names to SQL declarations, ``constraints`` are SQL table constraints."""

    name: str
    columns: Mapping[str, str]
    rows: Iterable[Row]
    constraints: tuple[str, ...] = ()
    comments: Mapping[str, Comment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extra:
    """A column that a department keeps for itself: the dictionary does not ask for it, so it is never read."""

    name: str
    value: str
    title: str
    sql_type: str = "TEXT"


UPDATED_BY = Extra("nguoi_cap_nhat", "phong-nghiep-vu", "Bộ phận cập nhật")


def published_table(
    name: str,
    schema_name: str,
    rows: Iterable[Row],
    *,
    extras: Sequence[Extra] = (UPDATED_BY,),
    references: Mapping[str, str] | None = None,
    keyed: bool = True,
) -> DatabaseTable:
    """A table with the columns of a schema, in its order, and its primary key. ``rows`` hold the schema's columns only.

    ``references`` maps a column to ``table(column)`` for a SQL foreign key; ``keyed=False`` leaves the primary key out,
    for planting duplicates.
    """
    schema = shipped_schemas()[schema_name]
    columns = {column.name: _declaration(column.type) for column in schema.fields}
    columns |= {extra.name: extra.sql_type for extra in extras}
    comments = {column.name: Comment(column.title, column.description, column.unit) for column in schema.fields}
    comments |= {extra.name: Comment(extra.title) for extra in extras}
    tail = tuple(extra.value for extra in extras)
    return DatabaseTable(
        name=name,
        columns=columns,
        rows=((*row, *tail) for row in rows),
        constraints=(*_key(schema, keyed), *_references(references or {})),
        comments=comments,
    )


def _declaration(field_type: str) -> str:
    return _SQL_TYPES.get(field_type, "TEXT")


def _key(schema: TableSchema, keyed: bool) -> tuple[str, ...]:
    return (f"PRIMARY KEY ({', '.join(schema.primary_key)})",) if keyed and schema.primary_key else ()


def _references(references: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"FOREIGN KEY ({column}) REFERENCES {target}" for column, target in references.items())


def commune_table() -> DatabaseTable:
    """``dm_xa``: the communes as a department keeps them for its own foreign keys; not published."""
    return DatabaseTable(
        name="dm_xa",
        columns={"ma": "TEXT PRIMARY KEY", "ten": "TEXT NOT NULL", "loai": "TEXT NOT NULL"},
        rows=[(commune.code, commune.name, commune.kind) for commune in communes()],
        comments={"ma": Comment("Mã xã, phường"), "ten": Comment("Tên xã, phường"), "loai": Comment("Loại đơn vị")},
    )


def user_table(unit: str) -> DatabaseTable:
    """``nguoi_dung``: the accounts of the department's own program; internal, never harvested."""
    return DatabaseTable(
        name="nguoi_dung",
        columns={"tai_khoan": "TEXT PRIMARY KEY", "vai_tro": "TEXT", "don_vi": "TEXT"},
        rows=[(f"canbo{number:02d}", "nhập liệu" if number > 2 else "quản trị", unit) for number in range(1, 9)],
        comments={"tai_khoan": Comment("Tài khoản"), "vai_tro": Comment("Vai trò"), "don_vi": Comment("Đơn vị")},
    )


def log_table(unit: str, periods: Sequence[str]) -> DatabaseTable:
    """``nhat_ky``: when the department's program took in which period; internal, never harvested."""
    return DatabaseTable(
        name="nhat_ky",
        columns={"so": "INTEGER PRIMARY KEY", "ky": "TEXT", "noi_dung": "TEXT"},
        rows=[(number, period, f"{unit}: nạp số liệu kỳ {period}") for number, period in enumerate(periods, start=1)],
        comments={"so": Comment("Số thứ tự"), "ky": Comment("Kỳ"), "noi_dung": Comment("Nội dung")},
    )


def write_database(path: Path, tables: Sequence[DatabaseTable]) -> None:
    """Replace the SQLite database at ``path`` by one with these tables and ``tu_dien``, which explains their columns.

    A reader sees the old database or the new one, never half of it; equal tables give equal bytes.
    """
    with replacement(path) as temporary, closing(sqlite3.connect(temporary)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        with database:
            for table in (*tables, _dictionary_table(tables)):
                _create(database, table)


def _create(database: sqlite3.Connection, table: DatabaseTable) -> None:
    declarations = [f"{name} {declaration}" for name, declaration in table.columns.items()]
    database.execute(f"CREATE TABLE {table.name} ({', '.join((*declarations, *table.constraints))})")
    marks = ", ".join("?" * len(table.columns))
    database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", map(_stored, table.rows))


def _stored(row: Row) -> tuple[Any, ...]:
    return tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row)


def _dictionary_table(tables: Sequence[DatabaseTable]) -> DatabaseTable:
    return DatabaseTable(
        name="tu_dien",
        columns={"bang": "TEXT", "cot": "TEXT", "ten": "TEXT", "dien_giai": "TEXT", "don_vi": "TEXT"},
        rows=[
            (table.name, column, comment.title, comment.text, comment.unit)
            for table in tables
            for column, comment in table.comments.items()
        ],
        constraints=("PRIMARY KEY (bang, cot)",),
    )


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row], *, delimiter: str = ",") -> None:
    """Replace the CSV file at ``path`` (UTF-8 with BOM, as offices save it), all or nothing."""
    with replacement(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(map(_stored, rows))


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``, which takes its place when the block ends well and is removed otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
