"""Sở Khoa học và Công nghệ: register of open data, databases to connect (real facts), projects, base stations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from operator import itemgetter
from pathlib import Path

from catalog.dictionary import CodeList
from portal.demo.communes import communes
from portal.demo.organizations import demo_organizations
from portal.demo.profile import department_descriptions
from portal.demo.simulation import (
    Comment,
    DatabaseTable,
    Row,
    commune_table,
    commune_weights,
    log_table,
    point_in,
    published_table,
    seeded,
    user_table,
    write_database,
)
from schemas.definitions_loader import shipped_code_lists

SHARED_AS = "API; CSV; XLSX; JSON; Parquet"
STATIONS_PER_COMMUNE = 14.0

# Data that the province's plans name and that no dataset of this portal answers yet.
_STILL_TO_COME = (
    ("DLM-NV-03", "Việc làm, sàn giao dịch việc làm", "Sở Nội vụ", "monthly"),
    ("DLM-TP-03", "Kết quả xử phạt vi phạm hành chính (tổng hợp)", "Sở Tư pháp", "quarterly"),
    ("DLM-TP-04", "Tổ chức đấu giá tài sản, giám định tư pháp", "Sở Tư pháp", "six-monthly"),
    ("DLM-KHCN-05", "Thiết bị bức xạ, an toàn hạt nhân (tổng hợp)", "Sở Khoa học và Công nghệ", "yearly"),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_khoa_hoc_cong_nghe.db``, the same in both rounds."""
    del round_number
    write_database(
        folder / "so_khoa_hoc_cong_nghe.db",
        [
            commune_table(),
            user_table("Sở Khoa học và Công nghệ"),
            log_table("Sở Khoa học và Công nghệ", ["202610"]),
            _operator_table(shipped_code_lists()["nha-mang"]),
            published_table("danh_muc_du_lieu_mo", "danh-muc-du-lieu-mo", sorted(_register(), key=itemgetter(0))),
            published_table("he_thong_csdl", "he-thong-csdl", _systems()),
            published_table("nhiem_vu_khcn", "nhiem-vu-khoa-hoc-cong-nghe", _projects()),
            published_table(
                "tram_bts",
                "tram-bts",
                _stations(),
                references={"ma_xa": "dm_xa(ma)", "nha_mang": "dm_nha_mang(ma)"},
            ),
        ],
    )


def _operator_table(operators: CodeList) -> DatabaseTable:
    return DatabaseTable(
        name="dm_nha_mang",
        columns={"ma": "TEXT PRIMARY KEY", "ten": "TEXT NOT NULL"},
        rows=[(code.code, code.title) for code in operators.codes],
        comments={"ma": Comment("Mã nhà mạng"), "ten": Comment("Tên nhà mạng")},
    )


def _register() -> Iterator[Row]:
    titles = {body.name: body.title for body in demo_organizations()}
    for department in department_descriptions().values():
        for item in department["datasets"]:
            if item["access_level"] == "open" and item["register_item"]:
                body = titles[item["organization"]]
                number, title, period, name = (item[key] for key in ("register_item", "title", "frequency", "name"))
                yield number, title, body, period, SHARED_AS, "đã có bộ dữ liệu", name
    for number, title, body, period in _STILL_TO_COME:
        yield number, title, body, period, SHARED_AS, "đang chuẩn bị", None


def _systems() -> Iterator[Row]:
    phases = json.loads((files("portal.demo.departments") / "facts" / "he_thong_csdl.json").read_text(encoding="utf-8"))
    for phase in phases["phases"]:
        named = ((owner, name) for owner, names in phase["owners"].items() for name in names)
        for number, (owner, name) in enumerate(named, start=1):
            yield f"GD{phase['phase']}-{number:02d}", name, owner, phase["phase"], phase["year"]


_AIMS = (
    "Nghiên cứu, ứng dụng",
    "Xây dựng mô hình",
    "Hoàn thiện quy trình",
    "Nghiên cứu giải pháp",
    "Đánh giá hiệu quả",
)
_TOPICS = {
    "1": ("quan trắc bờ biển", "bản đồ nguy cơ sạt lở", "đa dạng sinh học rừng"),
    "2": ("tự động hóa tưới nước", "cảm biến cảnh báo cháy rừng", "vật liệu từ phụ phẩm", "tiết kiệm điện"),
    "3": ("sàng lọc bệnh tại trạm y tế", "dược liệu bản địa", "phục hồi chức năng tại cộng đồng"),
    "4": ("giống lúa chất lượng cao", "nuôi trồng hải sản", "cây ăn quả vùng đồi", "chăn nuôi an toàn sinh học"),
    "5": ("chính quyền số cấp xã", "sinh kế vùng cao", "chất lượng dịch vụ công"),
    "6": ("di sản phi vật thể", "chữ viết các dân tộc", "lễ hội truyền thống"),
}
_LEADS = (
    "Viện nghiên cứu mẫu A",
    "Viện nghiên cứu mẫu B",
    "Trường đại học mẫu",
    "Trung tâm ứng dụng mẫu",
    "Công ty mẫu",
)
_STATES = ("đang thực hiện", "chờ nghiệm thu", "đã nghiệm thu", "dừng thực hiện")


def _projects() -> Iterator[Row]:
    for year in range(2020, 2027):
        random_numbers = seeded("so_khoa_hoc_cong_nghe", "nhiem vu", year)
        for number in range(1, random_numbers.randrange(16, 24)):
            field = random_numbers.choice(tuple(_TOPICS))
            title = f"{random_numbers.choice(_AIMS)} {random_numbers.choice(_TOPICS[field])} (mẫu {year}-{number:02d})"
            end = year + random_numbers.randrange(1, 4)
            state = _STATES[0] if end > 2026 else random_numbers.choices(_STATES[1:], (2, 8, 1))[0]
            budget = random_numbers.randrange(400, 6000, 50)
            yield f"NV-{year}-{number:03d}", title, field, random_numbers.choice(_LEADS), year, end, budget, state


def _stations() -> Iterator[Row]:
    for commune in communes():
        random_numbers = seeded("so_khoa_hoc_cong_nghe", "bts", commune.code)
        for number in range(1, round(STATIONS_PER_COMMUNE * commune_weights()[commune.code]) + 1):
            operator = random_numbers.choices("ABCD", (45, 28, 22, 5))[0]
            generations = random_numbers.choices(("2G;4G", "4G", "3G;4G", "4G;5G", "2G;4G;5G"), (30, 25, 20, 15, 10))[0]
            yield (
                f"BTS-{commune.code}-{number:02d}",
                operator,
                generations,
                random_numbers.randrange(18, 66, 3),
                int(random_numbers.random() < 0.3),
                commune.code,
                commune.name,
                *point_in(commune, random_numbers, spread=0.03),
            )
