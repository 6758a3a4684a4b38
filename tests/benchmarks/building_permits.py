"""A department's table of a million building permits on a real PostgreSQL, and the catalogue entry that asks for it."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from catalog.dictionary import TableSchema
from catalog.model import Dataset, Distribution, DistributionId, stable_id
from catalog.sources import HarvestSource, SourceId, SourceTable
from tests.catalog.examples import COMMUNES, HEALTH, example_dataset

TABLE = "ho_so"
_KINDS = ("cấp mới", "gia hạn", "điều chỉnh")
_FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "constraints": {"required": True}},
    {"name": "ma_ho_so", "type": "string", "constraints": {"required": True, "unique": True}},
    {"name": "ma_xa", "type": "string", "constraints": {"required": True, "pattern": r"^\d{5}$"}},
    {"name": "cong_trinh", "type": "string", "constraints": {"minLength": 2, "maxLength": 120}},
    {"name": "loai", "type": "string", "constraints": {"enum": list(_KINDS)}},
    {"name": "ngay_nop", "type": "date"},
    {"name": "ngay_cap", "type": "date", "constraints": {"minimum": "2015-01-01"}},
    {"name": "dien_tich", "type": "number", "constraints": {"minimum": 0}},
    {"name": "so_tang", "type": "integer", "constraints": {"minimum": 0, "maximum": 60}},
    {"name": "phi", "type": "number", "constraints": {"minimum": 0}},
    {"name": "truc_tuyen", "type": "boolean"},
    {"name": "cap_nhat", "type": "datetime"},
]
SCHEMA = TableSchema.from_descriptor(
    {
        "name": "ho-so-xay-dung",
        "version": "1.0.0",
        "title": "Hồ sơ cấp phép xây dựng",
        "description": "Hồ sơ cấp phép xây dựng đã giải quyết.",
        "fields": [{"title": field["name"], "description": field["name"], **field} for field in _FIELDS],
        "primaryKey": ["id"],
        "foreignKeys": [{"fields": "ma_xa", "reference": {"resource": COMMUNES.name, "fields": "ma"}}],
        "missingValues": [""],
    }
)
COLUMNS = ", ".join(SCHEMA.field_names)

_MAKE = f"""
CREATE TABLE {TABLE} (
    id bigint PRIMARY KEY, ma_ho_so text, ma_xa char(5), cong_trinh varchar(200), loai text, ngay_nop date,
    ngay_cap date, dien_tich numeric(10, 2), so_tang integer, phi double precision, truc_tuyen boolean,
    cap_nhat timestamp
);
INSERT INTO {TABLE}
SELECT n, 'HS' || lpad(n::text, 8, '0'), (ARRAY['14797', '15853', '15724'])[(1 + n % 3)::int],
    'Công trình ' || (ARRAY['nhà ở', 'trường học', 'chợ', 'cầu, cống', 'kênh "nội đồng"'])[(1 + n % 5)::int] || ' mẫu '
    || n % 40000,
    (ARRAY['cấp mới', 'gia hạn', 'điều chỉnh'])[(1 + n % 3)::int],
    date '2015-01-01' + (n * 7919 % 4000)::int, date '2015-01-01' + (n * 104729 % 4000)::int,
    (20 + (n * 31 % 90000) / 100.0)::numeric(10, 2), n * 17 % 30,
    CASE WHEN n % 10 < 7 THEN (n * 37 % 1000000) / 8.0 END, n % 2 = 0,
    timestamp '2025-01-01 08:00' + n * interval '13 seconds'
FROM generate_series(1::bigint, %s) AS n;
"""


def make_table(url: str, rows: int) -> None:
    """Fill the database with ``rows`` permits, the same every time."""
    with psycopg.connect(plain_address(url)) as connection:
        for statement in _MAKE.strip().rstrip(";").split(";\n"):
            connection.execute(statement.replace("%s", str(rows)).encode())
        connection.commit()
        connection.autocommit = True
        connection.execute(f"VACUUM ANALYZE {TABLE}".encode())


def plain_address(url: str) -> str:
    """The address as psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def permits_dataset() -> Dataset:
    distribution = Distribution(
        id=DistributionId(stable_id("distribution", SCHEMA.name)),
        name=SCHEMA.name,
        title=SCHEMA.title,
        schema_name=SCHEMA.name,
    )
    return example_dataset(SCHEMA.name, SCHEMA.title, distributions=(distribution,))


def permits_source(url: str) -> HarvestSource:
    dataset = permits_dataset()
    table = SourceTable(SCHEMA.name, TABLE, dataset.id, dataset.distributions[0].id, SCHEMA.name)
    identifier = SourceId(stable_id("source", SCHEMA.name))
    return HarvestSource(identifier, SCHEMA.name, "CSDL cấp phép", HEALTH.id, "sql", {"url": url}, (table,))
