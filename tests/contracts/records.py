"""Small records for the contract suites, in the words of a province."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from catalog.dictionary import Code, CodeList, TableSchema
from catalog.issues import Change, ChangeList, Dimension, Example, Fault, Issue, Report, Severity
from catalog.layout import RowNumbers
from catalog.model import (
    AccessLevel,
    Column,
    ContactPoint,
    Dataset,
    DatasetId,
    Distribution,
    DistributionId,
    Frequency,
    Organization,
    OrganizationId,
    OrganizationKind,
    StoredFile,
    Version,
    VersionId,
)
from catalog.sources import HarvestSource, Outcome, RunId, SourceId, SourceTable, TableOutcome

NOW = datetime(2026, 3, 1, 2, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HEALTH = OrganizationId("org-y-te")


def department(organization_id: str = HEALTH, name: str = "so-y-te", code: str = "H56.01") -> Organization:
    return Organization(
        id=OrganizationId(organization_id),
        name=name,
        code=code,
        title="Sở Y tế",
        title_en="Department of Health",
        kind=OrganizationKind.DEPARTMENT,
        description="Quản lý nhà nước về y tế",
        contact=ContactPoint("Văn phòng Sở", "vanphong@example.org", "0237 000 000"),
        valid_from=date(2025, 7, 1),
    )


def pharmacies(dataset_id: str = "ds-nha-thuoc", name: str = "nha-thuoc") -> Dataset:
    """A dataset with one table and one link."""
    return Dataset(
        id=DatasetId(dataset_id),
        name=name,
        title="Cơ sở kinh doanh dược",
        title_en="Pharmacies",
        description="Danh sách nhà thuốc, quầy thuốc đủ điều kiện trên địa bàn tỉnh Thanh Hóa",
        organization_id=HEALTH,
        theme="y-te",
        keywords=("nhà thuốc", "dược"),
        license_id="cc-by",
        access_level=AccessLevel.OPEN,
        frequency=Frequency.MONTHLY,
        contact=ContactPoint("Phòng Nghiệp vụ Dược"),
        temporal_start=date(2025, 1, 1),
        issued=NOW - 90 * MINUTE,
        modified=NOW,
        simulated=True,
        distributions=(
            Distribution(DistributionId(f"{dataset_id}/bang"), "bang", "Bảng nhà thuốc", schema_name="nha-thuoc"),
            Distribution(DistributionId(f"{dataset_id}/web"), "web", "Trang web", access_url="https://example.org/"),
        ),
    )


def publication(number: int = 1, dataset: Dataset | None = None, run_id: str = "run-1") -> Version:
    """The version with this number of the dataset's first distribution."""
    dataset = dataset or pharmacies()
    distribution = dataset.distributions[0]
    return Version(
        id=VersionId(f"{distribution.id}/{number}"),
        dataset_id=dataset.id,
        distribution_id=distribution.id,
        number=number,
        published_at=NOW + number * MINUTE,
        row_count=1000 + number,
        columns=(Column("ten", "string", 1000, 998, "An Khang", "Ý Nhi"), Column("ma_xa", "string")),
        schema_name="nha-thuoc",
        schema_version="1.0.0",
        snapshot_sha256="ab" * 32,
        run_id=run_id,
        files=(StoredFile("csv", "text/csv", "nha-thuoc.csv", "cd" * 32, 5_000_000_000),),
    )


def workbook() -> StoredFile:
    return StoredFile("xlsx", "application/vnd.ms-excel", "nha-thuoc.xlsx", "ef" * 32, 1234)


def findings(rows: int = 1000) -> Report:
    issue = Issue(
        code="constraint-error",
        severity=Severity.WARNING,
        dimension=Dimension.CLEAN,
        message="Tên có khoảng trắng thừa",
        message_en="The name has extra blanks",
        remedy="Xóa khoảng trắng",
        field="ten",
        count=2,
        examples=(Example(3, "  An Khang"), Example(None, "")),
        constraint="pattern",
        changes=ChangeList((("spaces", 2), ("unicode", 1)), (Change("spaces", "  An Khang", "An Khang", 1),), 1),
    )
    fault = Fault("constraint-error", 3, "ten", 2, ("ten",), "  An Khang", "pattern", 'constraint "pattern" is "x"')
    return Report(rows, (issue,), truncated=True, faults=(fault,), row_numbers=RowNumbers(((2, 9), (40, 48))))


def schema(version: str = "1.0.0", title: str = "Nhà thuốc", name: str = "nha-thuoc") -> TableSchema:
    return TableSchema.from_descriptor(
        {
            "name": name,
            "version": version,
            "title": title,
            "fields": [
                {"name": "ten", "type": "string", "title": "Tên", "constraints": {"required": True}},
                {"name": "ma_xa", "type": "string", "title": "Mã xã", "codeList": "xa-phuong"},
            ],
            "primaryKey": ["ten"],
            "foreignKeys": [{"fields": "ma_xa", "reference": {"resource": "xa-phuong", "fields": "code"}}],
            "rules": [{"rule": "order", "fields": ["ten"]}],
        }
    )


def communes(version: str = "2025.07") -> CodeList:
    codes = (
        Code("14758", "Phường Hạc Thành", "Hac Thanh", parent="38", valid_from=date(2025, 7, 1)),
        Code("00001", "Xã Cũ", valid_to=date(2025, 6, 30)),
    )
    return CodeList("xa-phuong", version, "Xã, phường", "Communes", codes, "Nghị quyết 1686/NQ-UBTVQH15")


def health_source(source_id: str = "src-y-te", name: str = "csdl-duoc") -> HarvestSource:
    table = SourceTable("nha_thuoc", "public.nha_thuoc", DatasetId("ds"), DistributionId("ds/bang"), "nha-thuoc")
    options = {"url": "${SO_Y_TE_URL}"}
    return HarvestSource(
        SourceId(source_id), name, "CSDL dược", HEALTH, "sql", options, (table,), enabled=False, description="Mô tả"
    )


def outcome(run_id: RunId, table_key: str = "nha_thuoc", kind: Outcome = Outcome.HELD) -> TableOutcome:
    return TableOutcome(
        run_id=run_id,
        table_key=table_key,
        dataset_id=DatasetId("ds"),
        distribution_id=DistributionId("ds/bang"),
        outcome=kind,
        finished_at=NOW,
        row_count=12,
        snapshot_sha256="12" * 32,
        schema_digest="34" * 32,
        issues=findings().issues,
        steps={"read": 0.25, "check": 1.5},
    )
