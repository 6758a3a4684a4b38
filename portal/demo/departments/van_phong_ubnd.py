"""Văn phòng UBND tỉnh: legal documents (simulated), and the data plan's tasks with their deadlines (real facts)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from portal.demo.simulation import (
    REFERENCE_DATE,
    Row,
    log_table,
    months,
    published_table,
    random_day,
    seeded,
    user_table,
    write_database,
)


def build(folder: Path, round_number: int) -> None:
    """Write ``van_phong_ubnd.db``. Round 2 adds the documents issued in October 2026."""
    last = date(2026, 9, 30) if round_number == 1 else REFERENCE_DATE
    write_database(
        folder / "van_phong_ubnd.db",
        [
            user_table("Văn phòng UBND tỉnh"),
            log_table("Văn phòng UBND tỉnh", months("202301", f"{last:%Y%m}")),
            published_table("van_ban", "van-ban-quy-pham-phap-luat", (row for row in _documents() if row[3] <= last)),
            published_table("nhiem_vu", "nhiem-vu-ke-hoach-du-lieu", _tasks()),
        ],
    )


_SUBJECTS = (
    "quản lý chợ", "mức thu học phí", "phân cấp quản lý đường bộ", "hỗ trợ hợp tác xã", "quản lý chất thải rắn",
    "quy chế quản trị dữ liệu", "bảng giá đất", "chính sách khuyến nông", "quản lý kiến trúc", "bảo vệ công trình nước",
    "chế độ chi hội nghị", "quản lý trạm y tế", "hỗ trợ học sinh vùng khó khăn", "quản lý di tích", "phòng cháy rừng",
)  # fmt: skip
_ACTS = ("Quy định về", "Sửa đổi, bổ sung quy định về", "Bãi bỏ quy định về", "Ban hành quy chế về")


def _documents() -> Iterator[Row]:
    for year in range(2023, 2027):
        yield from _issued(year, "quyết định", "QĐ-UBND", 62)
        yield from _issued(year, "nghị quyết", "NQ-HĐND", 24)


def _issued(year: int, kind: str, suffix: str, count: int) -> Iterator[Row]:
    random_numbers = seeded("van_phong_ubnd", year, kind)
    last = min(date(year, 12, 28), REFERENCE_DATE)
    for number, issued in enumerate(
        sorted(random_day(random_numbers, date(year, 1, 5), last) for _ in range(count)), 1
    ):
        effective = issued + timedelta(days=random_numbers.choice((10, 10, 15, 20)))
        subject = f"{random_numbers.choice(_ACTS)} {random_numbers.choice(_SUBJECTS)} (mô phỏng)"
        yield f"{number}/{year}/{suffix}", kind, subject, issued, effective, _state(effective, random_numbers.random())


def _state(effective: date, chance: float) -> str:
    if effective > REFERENCE_DATE:
        return "chưa có hiệu lực"
    if chance < 0.12 and effective.year < 2026:
        return "hết hiệu lực toàn bộ"
    return "hết hiệu lực một phần" if chance > 0.88 else "còn hiệu lực"


def _tasks() -> Iterator[Row]:
    plan = json.loads(
        (files("portal.demo.departments") / "facts" / "nhiem_vu_ke_hoach_du_lieu.json").read_text(encoding="utf-8")
    )
    for number, task in enumerate(plan["tasks"], start=1):
        yield number, *(task[key] for key in ("muc", "noi_dung", "co_quan", "loai", "thoi_han", "han_cuoi"))
