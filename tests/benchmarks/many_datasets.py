"""A large catalogue in a database: datasets of many kinds, each with published tables."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog.common_lists import is_commune
from catalog.dictionary import CodeList, TableSchema
from catalog.editing import register
from catalog.issues import Report
from catalog.model import Column, Dataset, DistributionId, StoredFile, Version, VersionId, stable_id
from catalog.storage import rows, tables
from catalog.storage.engines import make_engine
from catalog.version_codes import coded_columns
from catalog.vocabularies import FORMATS
from portal.demo.profile import DemoProfile, load_profile
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.benchmarks.varied_datasets import VariedDataset, varied_datasets

STORED = ("csv", "parquet")
_LOT = 2_000


def open_many(home: Path, count: int, catalog: str = "") -> Parts:
    """A catalogue of ``count`` datasets under ``home``, in its database or in that at ``catalog``; not indexed yet."""
    parts = open_parts(Settings(home=home, catalog=catalog))
    parts.store.upgrade()
    profile = load_profile()
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=profile.organizations,
            table_schemas=profile.table_schemas,
            code_lists=profile.code_lists,
            actor="bench",
            at=parts.clock(),
        )
    engine = make_engine(parts.settings.catalog_url.replace("postgresql:", "postgresql+psycopg:", 1))
    datasets = varied_datasets(profile, count, parts.clock())
    while lot := list(islice(datasets, _LOT)):
        with engine.begin() as connection:
            _insert(connection, lot, profile)
    engine.dispose()
    return parts


def _insert(connection: sa.Connection, lot: list[VariedDataset], profile: DemoProfile) -> None:
    schemas = {schema.name: schema for schema in profile.table_schemas}
    lists = {code_list.name: code_list for code_list in profile.code_lists}
    datasets = [varied.dataset for varied in lot]
    filled: dict[sa.Table, list[dict[str, Any]]] = {
        tables.datasets: [rows.dataset_values(dataset) for dataset in datasets],
        tables.distributions: [
            rows.distribution_values(dataset.id, place, table)
            for dataset in datasets
            for place, table in enumerate(dataset.distributions)
        ],
    }
    for table in (tables.versions, tables.version_reports, tables.version_codes, tables.derived_files):
        filled[table] = []
    for varied in lot:
        dataset = varied.dataset
        for distribution in dataset.distributions:
            schema = schemas.get(distribution.schema_name or "")
            if schema is not None:
                version = _version(dataset, distribution.id, schema)
                codes = rows.codes_json(_codes(schema, lists, varied.communes))
                report = rows.report_json(Report(version.row_count, ()))
                filled[tables.versions].append(rows.version_values(version))
                filled[tables.version_reports].append({"version_id": version.id, "report": report})
                filled[tables.version_codes].append({"version_id": version.id, "codes": codes})
                derived = (_file(version.id, form) for form in varied.derived)
                filled[tables.derived_files] += [{"version_id": version.id} | rows.file_values(f) for f in derived]
    for table, values in filled.items():
        connection.execute(sa.insert(table), values)


def _version(dataset: Dataset, distribution_id: DistributionId, schema: TableSchema) -> Version:
    version_id = VersionId(stable_id("version", distribution_id, 1))
    return Version(
        id=version_id,
        dataset_id=dataset.id,
        distribution_id=distribution_id,
        number=1,
        published_at=dataset.modified or dataset.issued,  # type: ignore[arg-type]  # both are given
        row_count=166,
        columns=tuple(Column(field.name, field.type, 166, 166) for field in schema.fields),
        schema_name=schema.name,
        schema_version=schema.version,
        snapshot_sha256="0" * 64,
        run_id="bench",
        files=tuple(_file(version_id, form) for form in STORED),
    )


def _codes(schema: TableSchema, lists: dict[str, CodeList], communes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Every code that is valid today, of communes those that the table speaks of."""
    return {column: _held(lists.get(name), communes) for column, name in coded_columns(schema).items()}


def _held(codes: CodeList | None, communes: tuple[str, ...]) -> tuple[str, ...]:
    valid = [code for code in codes.codes if code.valid_to is None] if codes else []
    return communes if valid and is_commune(valid[0]) else tuple(code.code for code in valid)


def _file(key: str, form: str) -> StoredFile:
    return StoredFile(form, FORMATS[form].media_type, f"{key}.{form}", stable_id("file", key, form) * 2, 10_000)
