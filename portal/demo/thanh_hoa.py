"""Seventeen real tables of Thanh Hóa as a profile: the folder ``thanh_hoa`` that a user gives, described and owned.

The tables are not part of the program. Their folder carries a ``datapackage.json`` that says of each table its title,
the department it belongs to (``so_chu_quan``), where it was taken from (``nguon``) and under what licence
(``giay_phep``); the dictionary of each table is shipped in ``schemas/definitions/thanh-hoa``.

Licences are what was granted, not what would be convenient. MIT and CC0 are the grants of the repositories that hold
the copies; where such a grant exists it is taken ("other-open", "cc-zero"). Figures of the statistics office carry
none: the licence of the R package they travelled in (GPL-3) covers the package, and figures as such are not protected
by copyright (Law on Intellectual Property, article 15.3), but nobody has declared them open data either. They are
therefore "notspecified", and their description says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput, SourceMissing, SourceUnreadable
from catalog.model import (
    AccessLevel,
    ContactPoint,
    Dataset,
    Distribution,
    Frequency,
    Organization,
    stable_id,
)
from catalog.sources import HarvestSource, SourceId, SourceTable
from portal.demo.communes import commune_code_list, former_district_code_list
from portal.demo.organizations import demo_organizations
from portal.demo.profile import SPATIAL, DemoProfile, dataset_id, distribution_id
from schemas.definitions_loader import shipped_schemas

FOLDER = "thanh_hoa"
DEFINITIONS = "thanh-hoa"
"""The folder of ``schemas/definitions`` with their dictionary; also how the names of its schemas begin."""

NO_GRANT = (
    "Chưa thấy giấy phép mở nào cấp cho các số liệu này; số liệu tự nó không thuộc đối tượng bảo hộ quyền tác giả"
    " (khoản 3 Điều 15 Luật Sở hữu trí tuệ). Khi dùng lại xin ghi rõ nguồn."
)


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """One table as the folder's ``datapackage.json`` describes it. ``owner`` is the title of an organization."""

    name: str
    file: str
    title: str
    owner: str
    origin: str
    licence: str
    note: str

    @property
    def dataset_name(self) -> str:
        """Also the name of its schema; prefixed, so that it never meets a simulated dataset of the same subject."""
        return f"{DEFINITIONS}-{self.name.replace('_', '-')}"

    @property
    def license_id(self) -> str:
        """The catalogue's licence for the one declared; see the module's docstring."""
        grants = (("CC BY 4.0", "cc-by"), ("CC0", "cc-zero"), ("MIT", "other-open"))
        return next((known for start, known in grants if self.licence.startswith(start)), "notspecified")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the catalogue adds to a table: theme, keywords, and the first and last day its rows speak of."""

    theme: str
    keywords: tuple[str, ...]
    start: date | None
    end: date | None
    frequency: Frequency = Frequency.YEARLY
    legal_basis: str = ""

    @property
    def period(self) -> str:
        """The period as a Vietnamese sentence; empty if the source names none."""
        if self.start is None:
            return ""
        if self.end is None:
            return f"Kỳ số liệu: từ {self.start:%d/%m/%Y}."
        return f"Kỳ số liệu: {self.start.year}-{self.end.year}."

    @property
    def period_en(self) -> str:
        """The period as an English sentence; empty if the source names none."""
        if self.start is None:
            return ""
        return f"Period: since {self.start}." if self.end is None else f"Period: {self.start.year}-{self.end.year}."


def _yearly(theme: str, first: int, last: int, *keywords: str) -> Subject:
    return Subject(theme, keywords, date(first, 1, 1), date(last, 12, 31))


_RESOLUTION = "Nghị quyết số 1686/NQ-UBTVQH15"
_SINCE_MERGER = date(2025, 7, 1)

SUBJECTS: Mapping[str, Subject] = {
    "don_vi_hanh_chinh_cap_xa": Subject(
        "noi-vu", ("đơn vị hành chính", "xã", "phường", "diện tích", "dân số", "sắp xếp"), _SINCE_MERGER, None,
        Frequency.AS_NEEDED, _RESOLUTION,
    ),
    "chuyen_doi_xa_cu_moi": Subject(
        "noi-vu", ("đơn vị hành chính", "xã cũ", "xã mới", "chuyển đổi mã", "sắp xếp"), _SINCE_MERGER, None,
        Frequency.AS_NEEDED, _RESOLUTION,
    ),
    "san_xuat_lua": _yearly("nong-nghiep", 1995, 2016, "lúa", "diện tích", "năng suất", "sản lượng", "vụ"),
    "chan_nuoi_thuy_san_lam_nghiep": _yearly(
        "nong-nghiep", 1995, 2016, "chăn nuôi", "thủy sản", "lâm nghiệp", "gia súc", "gia cầm", "rừng"
    ),
    "khi_tuong_thang": Subject(
        "moi-truong", ("khí tượng", "khí hậu", "nhiệt độ", "lượng mưa", "độ ẩm", "giờ nắng"),
        date(1961, 1, 1), date(2017, 12, 31), Frequency.AS_NEEDED,
    ),
    "y_te": _yearly("y-te", 2002, 2016, "cơ sở y tế", "bệnh viện", "giường bệnh", "bác sĩ", "tiêm chủng"),
    "giao_duc_pho_thong": _yearly("giao-duc", 2002, 2016, "trường học", "lớp học", "giáo viên", "học sinh"),
    "giao_duc_dan_toc_ho_ngheo": _yearly(
        "an-sinh-xa-hoi", 2004, 2016, "dân tộc thiểu số", "học sinh", "giáo viên", "tỷ lệ nghèo"
    ),
    "dan_so_lao_dong": _yearly("kinh-te-xa-hoi", 1995, 2016, "dân số", "lao động", "tỷ suất sinh", "di cư"),
    "ngan_sach_tinh": _yearly("tai-chinh", 2006, 2017, "ngân sách", "dự toán", "quyết toán", "thu", "chi"),
    "chi_so_pci": _yearly("doanh-nghiep", 2005, 2016, "PCI", "năng lực cạnh tranh", "môi trường kinh doanh"),
    "chi_so_papi": _yearly("thu-tuc-hanh-chinh", 2011, 2016, "PAPI", "quản trị", "kiểm soát tham nhũng"),
    "thuong_mai_cong_nghiep": _yearly(
        "cong-thuong", 1995, 2016, "bán lẻ", "chợ", "siêu thị", "chỉ số sản xuất công nghiệp", "điện"
    ),
    "nha_may_dien": Subject(
        "cong-thuong", ("nhà máy điện", "thủy điện", "nhiệt điện", "công suất"), None, None, Frequency.AS_NEEDED
    ),
    "van_tai": _yearly("giao-thong", 2000, 2015, "vận tải", "hành khách", "hàng hóa", "luân chuyển"),
    "thu_vien_lu_hanh": _yearly("van-hoa-du-lich", 2004, 2016, "thư viện", "sách", "du lịch", "doanh thu lữ hành"),
    "hon_nhan": _yearly("tu-phap", 2010, 2016, "ly hôn", "kết hôn", "tuổi kết hôn", "hôn nhân"),
}  # fmt: skip
"""By the name of the table in ``datapackage.json``. Tests compare the years with the files."""


def load_thanh_hoa_profile(data: Path) -> DemoProfile:
    """The profile of the tables that ``data / "thanh_hoa"`` describes; the files themselves are read by the harvest.

    Raises ``SourceMissing`` where the description is not there, ``SourceUnreadable`` where it cannot be understood, and
    ``InvalidInput`` for a table or an owner that the dictionary or the list of organizations does not know.
    """
    folder = (data / FOLDER).resolve()
    tables = _described_tables(folder / "datapackage.json")
    owners = {organization.title: organization for organization in demo_organizations() if organization.is_current}
    _refuse_unknown(tables, owners)
    schemas = shipped_schemas(DEFINITIONS)
    return DemoProfile(
        name="thanh-hoa",
        organizations=demo_organizations(),
        table_schemas=tuple(schemas[table.dataset_name] for table in tables),
        code_lists=(commune_code_list(), former_district_code_list()),
        datasets=tuple(_dataset(table, owners[table.owner], schemas[table.dataset_name]) for table in tables),
        sources=tuple(
            _source(owners[title], folder, [table for table in tables if table.owner == title])
            for title in dict.fromkeys(table.owner for table in tables)
        ),
    )


def _described_tables(descriptor: Path) -> tuple[DescribedTable, ...]:
    try:
        resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
        return tuple(
            DescribedTable(
                name=item["name"],
                file=item["path"],
                title=item["title"],
                owner=item["so_chu_quan"],
                origin=item["nguon"],
                licence=item["giay_phep"],
                note=item.get("mo_ta", ""),
            )
            for item in resources
        )
    except OSError as error:
        raise SourceMissing(
            f"Không đọc được tệp mô tả {descriptor}. Tham số --data phải là thư mục chứa thư mục con “{FOLDER}”.",
            f"Cannot read {descriptor}; --data must be the folder that contains “{FOLDER}”.",
            path=str(descriptor),
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        needed = "name, path, title, so_chu_quan, nguon, giay_phep"
        raise SourceUnreadable(
            f"Tệp mô tả {descriptor} sai dạng ({error!r}). Mỗi bảng trong “resources” cần có {needed}.",
            f"{descriptor} is malformed ({error!r}); each table in “resources” needs {needed}.",
            path=str(descriptor),
        ) from error


def _refuse_unknown(tables: tuple[DescribedTable, ...], owners: Mapping[str, Organization]) -> None:
    for table in tables:
        if table.name not in SUBJECTS:
            raise InvalidInput(
                f"Bảng “{table.name}” chưa có trong từ điển dữ liệu. Bỏ bảng này khỏi datapackage.json.",
                f"Table “{table.name}” is not in the data dictionary; remove it from datapackage.json.",
                table=table.name,
            )
        if table.owner not in owners:
            raise InvalidInput(
                f"Bảng “{table.name}” ghi cơ quan chủ quản “{table.owner}”, không có trong danh sách cơ quan của tỉnh."
                " Sửa so_chu_quan trong datapackage.json.",
                f"Table “{table.name}” has an unknown owner “{table.owner}”; correct so_chu_quan in datapackage.json.",
                table=table.name,
                owner=table.owner,
            )


def _dataset(table: DescribedTable, owner: Organization, schema: TableSchema) -> Dataset:
    subject = SUBJECTS[table.name]
    return Dataset(
        id=dataset_id(table.dataset_name),
        name=table.dataset_name,
        title=table.title,
        title_en=schema.title_en,
        description=_description(table, schema),
        description_en=" ".join(
            text for text in (f"{schema.title_en}.", subject.period_en, f"Source as declared: {table.origin}.") if text
        ),
        organization_id=owner.id,
        theme=subject.theme,
        keywords=subject.keywords,
        license_id=table.license_id,
        access_level=AccessLevel.OPEN,
        frequency=subject.frequency,
        contact=owner.contact or ContactPoint(f"Đầu mối dữ liệu, {owner.title}"),
        source_database=table.origin,
        legal_basis=subject.legal_basis,
        spatial=SPATIAL,
        temporal_start=subject.start,
        temporal_end=subject.end,
        simulated=False,
        distributions=(
            Distribution(
                id=distribution_id(table.dataset_name, table.dataset_name),
                name=table.dataset_name,
                title=schema.title,
                title_en=schema.title_en,
                description=schema.description,
                schema_name=schema.name,
            ),
        ),
    )


def _description(table: DescribedTable, schema: TableSchema) -> str:
    sentences = [
        table.note,
        schema.description,
        SUBJECTS[table.name].period,
        f"Nguồn: {table.origin}.",
        f"Giấy phép nguồn ghi: {table.licence}.",
        NO_GRANT if table.license_id == "notspecified" else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _source(owner: Organization, folder: Path, tables: list[DescribedTable]) -> HarvestSource:
    name = f"bang-that-{owner.name}"
    return HarvestSource(
        id=SourceId(stable_id("source", name)),
        name=name,
        title=f"Bảng số liệu của {owner.title}",
        organization_id=owner.id,
        kind="files",
        options={"path": str(folder)},
        tables=tuple(
            SourceTable(
                key=table.dataset_name,
                locator=table.file,
                dataset_id=dataset_id(table.dataset_name),
                distribution_id=distribution_id(table.dataset_name, table.dataset_name),
                schema_name=table.dataset_name,
            )
            for table in tables
        ),
        description="Thư mục tệp CSV có sẵn, chỉ đọc; mô tả nằm trong datapackage.json cùng thư mục.",
    )
