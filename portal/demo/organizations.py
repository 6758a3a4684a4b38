"""The bodies of Thanh Hóa province that own data, as they stand since 1 March 2025, and those they replaced.

The names are real. The province's identifier H56 is real too; the numbers of the single bodies (``H56.nn``) are not
published anywhere we know, so they are simulated and say so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog.model import ContactPoint, Organization, OrganizationId, OrganizationKind, stable_id

MERGER = date(2025, 3, 1)
LAST_DAY_BEFORE = date(2025, 2, 28)
PROVINCE = "ubnd-tinh-thanh-hoa"

_CODE_NOTE = "Mã định danh {code} là mã mô phỏng."

# name, title, English title, kind
_CURRENT = (
    (PROVINCE, "Ủy ban nhân dân tỉnh Thanh Hóa", "People's Committee of Thanh Hóa Province", "province"),
    ("van-phong-ubnd-tinh", "Văn phòng Ủy ban nhân dân tỉnh", "Office of the Provincial People's Committee", "agency"),
    ("trung-tam-phuc-vu-hanh-chinh-cong", "Trung tâm Phục vụ hành chính công tỉnh",
     "Public Administration Service Centre", "centre"),
    ("so-noi-vu", "Sở Nội vụ", "Department of Home Affairs", "department"),
    ("so-khoa-hoc-va-cong-nghe", "Sở Khoa học và Công nghệ", "Department of Science and Technology", "department"),
    ("so-tu-phap", "Sở Tư pháp", "Department of Justice", "department"),
    ("so-tai-chinh", "Sở Tài chính", "Department of Finance", "department"),
    ("so-nong-nghiep-va-moi-truong", "Sở Nông nghiệp và Môi trường",
     "Department of Agriculture and Environment", "department"),
    ("so-cong-thuong", "Sở Công Thương", "Department of Industry and Trade", "department"),
    ("so-xay-dung", "Sở Xây dựng", "Department of Construction", "department"),
    ("so-giao-duc-va-dao-tao", "Sở Giáo dục và Đào tạo", "Department of Education and Training", "department"),
    ("so-y-te", "Sở Y tế", "Department of Health", "department"),
    ("so-van-hoa-the-thao-va-du-lich", "Sở Văn hóa, Thể thao và Du lịch",
     "Department of Culture, Sports and Tourism", "department"),
    ("thanh-tra-tinh", "Thanh tra tỉnh", "Provincial Inspectorate", "agency"),
    ("so-dan-toc-va-ton-giao", "Sở Dân tộc và Tôn giáo", "Department of Ethnic and Religious Affairs", "department"),
    ("so-ngoai-vu", "Sở Ngoại vụ", "Department of Foreign Affairs", "department"),
    ("ban-quan-ly-khu-kinh-te-nghi-son", "Ban Quản lý Khu kinh tế Nghi Sơn và các khu công nghiệp",
     "Management Board of Nghi Sơn Economic Zone and Industrial Parks", "agency"),
)  # fmt: skip

# name, title, English title, kind, successor
_FORMER = (
    ("so-thong-tin-va-truyen-thong", "Sở Thông tin và Truyền thông",
     "Department of Information and Communications", "department", "so-khoa-hoc-va-cong-nghe"),
    ("so-ke-hoach-va-dau-tu", "Sở Kế hoạch và Đầu tư",
     "Department of Planning and Investment", "department", "so-tai-chinh"),
    ("so-giao-thong-van-tai", "Sở Giao thông vận tải", "Department of Transport", "department", "so-xay-dung"),
    ("so-tai-nguyen-va-moi-truong", "Sở Tài nguyên và Môi trường",
     "Department of Natural Resources and Environment", "department", "so-nong-nghiep-va-moi-truong"),
    ("so-nong-nghiep-va-phat-trien-nong-thon", "Sở Nông nghiệp và Phát triển nông thôn",
     "Department of Agriculture and Rural Development", "department", "so-nong-nghiep-va-moi-truong"),
    ("so-lao-dong-thuong-binh-va-xa-hoi", "Sở Lao động - Thương binh và Xã hội",
     "Department of Labour, Invalids and Social Affairs", "department", "so-noi-vu"),
    ("ban-dan-toc", "Ban Dân tộc", "Ethnic Affairs Committee", "agency", "so-dan-toc-va-ton-giao"),
)  # fmt: skip

_BORN_BY_MERGER = frozenset({"so-nong-nghiep-va-moi-truong", "so-dan-toc-va-ton-giao"})
_PARTS_TAKEN_OVER = "Từ 01/3/2025 tiếp nhận nhiệm vụ của {titles}. "


def organization_id(name: str) -> OrganizationId:
    """The id of the organization of this name; the same at every run."""
    return OrganizationId(stable_id("organization", name))


def demo_organizations() -> tuple[Organization, ...]:
    """The province first, then its bodies of today, then the former ones, each with its successor."""
    current = [_organization(number, *entry) for number, entry in enumerate(_CURRENT)]
    former = [
        replace(
            _organization(number, name, title, title_en, kind),
            description=f"Đã kết thúc hoạt động ngày {LAST_DAY_BEFORE:%d/%m/%Y}. "
            + _CODE_NOTE.format(code=_code(number)),
            contact=None,
            valid_from=None,
            valid_to=LAST_DAY_BEFORE,
            successor_id=organization_id(successor),
        )
        for number, (name, title, title_en, kind, successor) in enumerate(_FORMER, start=90)
    ]
    return (*current, *former)


def _organization(number: int, name: str, title: str, title_en: str, kind: str) -> Organization:
    taken_over = ", ".join(old_title for _, old_title, _, _, successor in _FORMER if successor == name)
    note = _CODE_NOTE.format(code=_code(number)) if number else "Mã định danh H56 theo Quyết định số 20/2020/QĐ-TTg."
    return Organization(
        id=organization_id(name),
        name=name,
        code=_code(number),
        title=title,
        title_en=title_en,
        kind=OrganizationKind(kind),
        description=(_PARTS_TAKEN_OVER.format(titles=taken_over) if taken_over else "") + note,
        contact=ContactPoint(f"Đầu mối dữ liệu, {title}", f"dulieu.{name.replace('-', '')}@thanhhoa.example"),
        parent_id=organization_id(PROVINCE) if name != PROVINCE else None,
        valid_from=MERGER if name in _BORN_BY_MERGER else None,
    )


def _code(number: int) -> str:
    return f"H56.{number:02d}" if number else "H56"
