"""Small, complete values of the domain for tests; each may be changed with ``dataclasses.replace``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from catalog.dictionary import Code, CodeList, TableSchema
from catalog.model import (
    AccessLevel,
    ContactPoint,
    Dataset,
    DatasetId,
    Distribution,
    DistributionId,
    Frequency,
    Organization,
    OrganizationId,
    OrganizationKind,
    stable_id,
)
from catalog.sources import HarvestSource, SourceId, SourceTable

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)

HEALTH = Organization(
    id=OrganizationId(stable_id("organization", "so-y-te")),
    name="so-y-te",
    code="H56.08",
    title="Sở Y tế",
    title_en="Department of Health",
    kind=OrganizationKind.DEPARTMENT,
    contact=ContactPoint("Văn phòng Sở Y tế", "dulieu.soyte@thanhhoa.example"),
)

COMMUNES = CodeList(
    name="xa-thanh-hoa",
    version="2025.7",
    title="Xã, phường tỉnh Thanh Hóa",
    title_en="Communes of Thanh Hóa",
    codes=(Code("14797", "Phường Hạc Thành"), Code("15853", "Phường Đông Tiến"), Code("15724", "Xã Đồng Tiến")),
)


def clinic_descriptor(**changes: Any) -> dict[str, Any]:
    """The descriptor of a small table of clinics: a key, a code, a number."""
    descriptor: dict[str, Any] = {
        "name": "co-so-kham-chua-benh",
        "version": "1.0.0",
        "title": "Cơ sở khám chữa bệnh",
        "titleEn": "Health facilities",
        "description": "Cơ sở khám bệnh, chữa bệnh đang hoạt động trên địa bàn tỉnh.",
        "fields": [
            {
                "name": "ma",
                "type": "string",
                "title": "Mã cơ sở",
                "titleEn": "Facility code",
                "description": "Mã cơ sở khám chữa bệnh.",
                "constraints": {"required": True, "pattern": r"38\d{3}"},
            },
            {
                "name": "ten",
                "type": "string",
                "title": "Tên cơ sở",
                "titleEn": "Name",
                "description": "Tên đầy đủ.",
                "constraints": {"required": True},
            },
            {
                "name": "ma_xa",
                "type": "string",
                "title": "Mã xã",
                "titleEn": "Commune",
                "description": "Mã đơn vị hành chính cấp xã.",
                "codeList": "xa-thanh-hoa",
                "constraints": {"required": True},
            },
            {
                "name": "giuong",
                "type": "integer",
                "title": "Giường bệnh",
                "titleEn": "Beds",
                "description": "Số giường bệnh kế hoạch.",
                "unit": "giường",
                "constraints": {"minimum": 0},
            },
        ],
        "primaryKey": ["ma"],
        "foreignKeys": [{"fields": "ma_xa", "reference": {"resource": "xa-thanh-hoa", "fields": "ma"}}],
        "missingValues": [""],
    }
    return {**descriptor, **changes}


CLINIC_SCHEMA = TableSchema.from_descriptor(clinic_descriptor())


def example_dataset(name: str, title: str, **changes: Any) -> Dataset:
    """An open, six-monthly dataset of the department of health with one table; ``changes`` are fields of it."""
    values: dict[str, Any] = {
        "id": DatasetId(stable_id("dataset", name)),
        "name": name,
        "title": title,
        "title_en": "Health facilities",
        "description": "Danh sách cơ sở khám chữa bệnh đang hoạt động, số giường bệnh. Đây là dữ liệu mô phỏng.",
        "organization_id": HEALTH.id,
        "theme": "y-te",
        "keywords": ("bệnh viện", "giường bệnh"),
        "license_id": "dieu-khoan-du-lieu-mo",
        "access_level": AccessLevel.OPEN,
        "frequency": Frequency.SIX_MONTHLY,
        "contact": ContactPoint("Phòng Nghiệp vụ Y, Sở Y tế", "dulieu.soyte@thanhhoa.example"),
        "simulated": True,
        "distributions": (
            Distribution(
                id=DistributionId(stable_id("distribution", name, "bang")),
                name=f"{name}-bang",
                title=title,
                schema_name=CLINIC_SCHEMA.name,
            ),
        ),
    }
    return Dataset(**{**values, **changes})


CLINICS = example_dataset("co-so-kham-chua-benh", "Cơ sở khám chữa bệnh, giường bệnh")


def example_source(name: str, *datasets: Dataset, **changes: Any) -> HarvestSource:
    """A folder of CSV files, one for each table of the datasets, named after the table."""
    tables = tuple(
        SourceTable(
            key=distribution.name,
            locator=f"{distribution.name}.csv",
            dataset_id=dataset.id,
            distribution_id=distribution.id,
            schema_name=distribution.schema_name or "",
        )
        for dataset in datasets
        for distribution in dataset.distributions
    )
    values: dict[str, Any] = {
        "id": SourceId(stable_id("source", name)),
        "name": name,
        "title": "Hệ thống quản lý cơ sở khám chữa bệnh",
        "organization_id": HEALTH.id,
        "kind": "files",
        "options": {"path": "/khong-co"},
        "tables": tables,
    }
    return HarvestSource(**{**values, **changes})
