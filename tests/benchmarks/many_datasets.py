"""A large catalogue: the datasets of the demo again and again under other names, each with published tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog.dictionary import CodeList, TableSchema
from catalog.editing import register
from catalog.issues import Report
from catalog.model import Column, Dataset, DatasetId, DistributionId, StoredFile, Version, VersionId, stable_id
from catalog.storage import rows, tables
from catalog.storage.engines import make_engine
from catalog.version_codes import coded_columns
from catalog.vocabularies import FORMATS
from portal.demo.profile import DemoProfile, load_profile
from portal.settings import Settings
from portal.wiring import Parts, open_parts

STORED = ("csv", "parquet")
DERIVED = ("json", "xlsx")
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
    datasets = _copies(parts, profile, count)
    while lot := list(islice(datasets, _LOT)):
        with engine.begin() as connection:
            _insert(connection, lot, profile)
    engine.dispose()
    return parts


def _copies(parts: Parts, profile: DemoProfile, count: int) -> Iterator[Dataset]:
    chance = random.Random(7)
    originals = profile.datasets
    for number in range(count):
        original = originals[number % len(originals)]
        name = f"{original.name}-{number // len(originals)}"
        modified = parts.clock() - timedelta(minutes=chance.randrange(1_000_000))
        yield replace(
            original,
            id=DatasetId(stable_id("dataset", name)),
            name=name,
            title=f"{original.title} ({number // len(originals)})",
            revision=1,
            issued=modified - timedelta(days=30),
            modified=modified,
            distributions=tuple(
                replace(table, id=DistributionId(stable_id("distribution", name, table.name)))
                for table in original.distributions
            ),
        )


def _insert(connection: sa.Connection, datasets: list[Dataset], profile: DemoProfile) -> None:
    schemas = {schema.name: schema for schema in profile.table_schemas}
    lists = {code_list.name: code_list for code_list in profile.code_lists}
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
    for dataset in datasets:
        for distribution in dataset.distributions:
            schema = schemas.get(distribution.schema_name or "")
            if schema is not None:
                version = _version(dataset, distribution.id, schema)
                codes = rows.codes_json(_codes(schema, lists))
                report = rows.report_json(Report(version.row_count, ()))
                filled[tables.versions].append(rows.version_values(version))
                filled[tables.version_reports].append({"version_id": version.id, "report": report})
                filled[tables.version_codes].append({"version_id": version.id, "codes": codes})
                derived = (_file(version.id, form) for form in DERIVED)
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


def _codes(schema: TableSchema, lists: dict[str, CodeList]) -> dict[str, tuple[str, ...]]:
    """Every code that is valid today."""
    return {
        column: tuple(code.code for code in lists[name].codes if code.valid_to is None) if name in lists else ()
        for column, name in coded_columns(schema).items()
    }


def _file(key: str, form: str) -> StoredFile:
    return StoredFile(form, FORMATS[form].media_type, f"{key}.{form}", stable_id("file", key, form) * 2, 10_000)
