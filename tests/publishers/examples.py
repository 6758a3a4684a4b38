"""Published datasets made by hand, among them one whose every text tries to break the form it is written in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from catalog.dictionary import TableSchema
from catalog.model import (
    AccessLevel,
    Column,
    ContactPoint,
    Dataset,
    DatasetId,
    DistributionId,
    DistributionKind,
    StoredFile,
    Version,
    VersionId,
    stable_id,
)
from catalog.reading import PublishedDataset, PublishedTable
from catalog.vocabularies import LICENSES, THEMES
from publishers.links import Links
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, HEALTH, example_dataset

LINKS = Links("https://dulieu.example")
ISSUED = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
MODIFIED = datetime(2026, 11, 1, 8, 30, 15, 250_000, tzinfo=UTC)
RECORDED = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)

FILES = (
    StoredFile("csv", "text/csv", "co-so.csv", "ab" * 32, 1234),
    StoredFile("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx", "cd" * 32, 5678),
    StoredFile("json", "application/json", "a.json", "ef" * 32, 999),
    StoredFile("parquet", "application/vnd.apache.parquet", "a.parquet", "01" * 32, 4321),
)

NASTY = 'Bẫy "nháy" \\ <b>&amp; </script><!-- ]]> \n\r\t{} \x00\x0b\ufffe \U0001f9ed @vi ^^xsd:date'


def published(dataset: Dataset = CLINICS, schema: TableSchema | None = CLINIC_SCHEMA) -> PublishedDataset:
    """``dataset`` with the second version of each of its tables published in four formats; of a dataset that is not
    open only the description, as the catalogue gives it to the public."""
    dataset = replace(dataset, issued=ISSUED, modified=MODIFIED, recorded=RECORDED)
    is_open = dataset.access_level is AccessLevel.OPEN
    tables = []
    for distribution in dataset.distributions:
        version = Version(
            id=VersionId(stable_id("version", distribution.id, 2)),
            dataset_id=dataset.id,
            distribution_id=distribution.id,
            number=2,
            published_at=MODIFIED,
            row_count=3,
            columns=tuple(Column(field.name, field.type) for field in CLINIC_SCHEMA.fields),
            schema_name=CLINIC_SCHEMA.name,
            schema_version=CLINIC_SCHEMA.version,
            snapshot_sha256="",
            run_id="",
            files=FILES[:1],
        )
        has_rows = is_open and distribution.kind is DistributionKind.TABLE
        tables.append(PublishedTable(distribution, schema, version if has_rows else None, FILES if has_rows else ()))
    return PublishedDataset(dataset, HEALTH, THEMES.get(dataset.theme), LICENSES[dataset.license_id], tuple(tables))


CLINICS_PUBLISHED = published(
    replace(
        CLINICS,
        spatial="Tỉnh Thanh Hóa",
        source_database="Hệ thống quản lý cơ sở khám chữa bệnh",
        legal_basis="Luật Dữ liệu số 60/2024/QH15",
        register_item="DLM-YT-01",
        description_en="Health facilities in the province.",
        temporal_start=date(2026, 7, 1),
        temporal_end=date(2026, 10, 31),
    )
)

_STAFF = example_dataset("nhan-luc-y-te", "Nhân lực y tế theo xã", access_level=AccessLevel.SHARED, title_en="")
SHARED_PUBLISHED = published(_STAFF)


def _id_of(part: str) -> DistributionId:
    return DistributionId(stable_id("distribution", "bay", part))


NASTY_PUBLISHED = published(
    replace(
        CLINICS,
        id=DatasetId(stable_id("dataset", "bay")),
        name="bay",
        title=NASTY,
        title_en=NASTY,
        description=NASTY,
        keywords=(NASTY, "y tế/công", "a", "y tế/công", "bệnh viện"),
        contact=ContactPoint(NASTY, 'a"<>b @example.vn', "+84 237 (3) 852-246"),
        spatial=NASTY,
        legal_basis=NASTY,
        distributions=(
            replace(CLINICS.distributions[0], id=_id_of("bang"), title=NASTY, title_en=NASTY, description=NASTY),
            replace(
                CLINICS.distributions[0],
                id=_id_of("lien-ket"),
                name="lien-ket",
                kind=DistributionKind.LINK,
                access_url='https://nguồn.example/a b?x=<"1">&y={2}',
            ),
        ),
    )
)
