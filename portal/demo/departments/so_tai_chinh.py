"""Sở Tài chính: revenue, investment, enterprises, cooperatives, prices (simulated), and the targets (real facts)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.simulation import (
    Comment,
    DatabaseTable,
    Row,
    commune_table,
    commune_weights,
    days_between,
    log_table,
    months,
    published_table,
    seeded,
    user_table,
    write_database,
)
from schemas.definitions_loader import shipped_code_lists

IN_COMMUNE = {"ma_xa": "dm_xa(ma)"}
NEW_ENTERPRISES_A_MONTH = 1.6
"""On average in one commune; the province's target is 3,000 a year."""


def build(folder: Path, round_number: int) -> None:
    """Write ``so_tai_chinh.db``. Round 2 adds October 2026 everywhere, corrects September's revenue, and brings two
    faults: a price in the wrong unit and a cumulative sum that falls."""
    second = round_number == 2
    last = "202610" if second else "202609"
    write_database(
        folder / "so_tai_chinh.db",
        [
            commune_table(),
            user_table("Sở Tài chính"),
            log_table("Sở Tài chính", months("202501", last)),
            published_table("thu_ngan_sach", "thu-ngan-sach", _revenue(months("202501", last), corrected=second)),
            *_investment_tables(months("202601", last)),
            published_table("doanh_nghiep", "doanh-nghiep-dang-ky-moi", _enterprises(last), references=IN_COMMUNE),
            published_table("hop_tac_xa", "hop-tac-xa", _cooperatives(), references=IN_COMMUNE),
            published_table("mat_hang", "mat-hang-thiet-yeu", [item[:4] for item in _GOODS]),
            published_table(
                "gia_hang_hoa", "gia-hang-hoa", _prices(second=second), references={"mat_hang": "mat_hang(ma)"}
            ),
            published_table("chi_tieu", "chi-tieu-kinh-te-xa-hoi", _targets()),
        ],
    )


# Share of each kind in the year's estimate, in percent; the estimate of 2025 is the province's target.
_SHARES = {"01": 7, "02": 9, "03": 14, "04": 5, "05": 3, "06": 3, "07": 2, "08": 17, "09": 2, "10": 2, "11": 36}
_ESTIMATES = {"2025": 45_492_000, "2026": 47_600_000}


def _revenue(periods: Sequence[str], *, corrected: bool) -> Iterator[Row]:
    """Millions of đồng. The newest month is an estimate; one harvest later it reads a little higher."""
    for period in periods:
        year, month = period[:4], int(period[4:])
        for kind, share in _SHARES.items():
            estimate = _ESTIMATES[year] * share / 100
            done = estimate * month / 12 * seeded("so_tai_chinh", "thu", year, kind).uniform(0.95, 1.22)
            done *= seeded("so_tai_chinh", "thu", period, kind).uniform(0.99, 1.01)
            if corrected and period == "202609":
                done *= 1.004
            yield period, kind, round(estimate), round(done), round(100 * done / estimate, 1)


_WORKS = ("Cải tạo, nâng cấp", "Xây dựng", "Mở rộng", "Sửa chữa, gia cố")
_PLACES = ("đường nối", "trường trung học cơ sở", "trạm bơm", "đê hữu", "cầu", "trụ sở", "hồ chứa nước", "trạm y tế")
_OWNERS = ("Ban Quản lý dự án giao thông", "Ban Quản lý dự án dân dụng", "Ban Quản lý dự án nông nghiệp")
_FALLING = "DA0017"


def _investment_tables(periods: Sequence[str]) -> list[DatabaseTable]:
    """Two tables, as the department keeps them; the source's locator joins them again."""
    projects: list[Row] = []
    paid: list[Row] = []
    for number, commune in enumerate(communes()[:120], start=1):
        random_numbers = seeded("so_tai_chinh", "du an", number)
        code = f"DA{number:04d}"
        title = f"{random_numbers.choice(_WORKS)} {random_numbers.choice(_PLACES)} {commune.short_name} (mô phỏng)"
        plan = random_numbers.randrange(4_000, 180_000, 100)
        projects.append((code, title, random_numbers.choice(_OWNERS), 2026))
        paid.extend((code, period, plan, sum_to_date) for period, sum_to_date in _paid_to_date(code, plan, periods))
    return [
        DatabaseTable(
            "du_an",
            {"ma_du_an": "TEXT PRIMARY KEY", "ten_du_an": "TEXT", "chu_dau_tu": "TEXT", "nam_ke_hoach": "INTEGER"},
            projects,
            comments={"ma_du_an": Comment("Mã dự án"), "ten_du_an": Comment("Tên dự án")},
        ),
        DatabaseTable(
            "giai_ngan",
            {"ma_du_an": "TEXT", "ky": "TEXT", "ke_hoach_trd": "INTEGER", "luy_ke_trd": "INTEGER"},
            paid,
            constraints=("PRIMARY KEY (ma_du_an, ky)", "FOREIGN KEY (ma_du_an) REFERENCES du_an(ma_du_an)"),
            comments={
                "ky": Comment("Kỳ"),
                "ke_hoach_trd": Comment("Kế hoạch vốn năm", unit="triệu đồng"),
                "luy_ke_trd": Comment("Giải ngân lũy kế", unit="triệu đồng"),
            },
        ),
    ]


def _paid_to_date(code: str, plan: int, periods: Sequence[str]) -> Iterator[tuple[str, int]]:
    random_numbers = seeded("so_tai_chinh", "giai ngan", code)
    done = 0.0
    for period in periods:
        done = min(done + random_numbers.uniform(0.01, 0.14), 0.98)
        amount = round(plan * done)
        if code == _FALLING and period == "202610":
            # Planted fault: an advance was recovered and the cumulative sum of one project falls. A warning only: the
            # table is published with it.
            amount = round(amount * 0.8)
        yield period, amount


_WORDS = ("Sao Mai", "Hàm Rồng", "Sông Mã", "Lam Kinh", "Biển Xanh", "Đại Phát", "An Khang", "Minh Long", "Tân Tiến")
_TRADES = {
    "A": "Nông sản", "B": "Khoáng sản", "C": "Sản xuất", "E": "Môi trường", "F": "Xây dựng", "G": "Thương mại",
    "H": "Vận tải", "I": "Nhà hàng", "J": "Công nghệ", "L": "Bất động sản", "M": "Tư vấn", "N": "Dịch vụ",
    "P": "Giáo dục", "S": "Tổng hợp",
}  # fmt: skip
_FORMS = {"TNHH1": "Công ty TNHH một thành viên", "TNHH2": "Công ty TNHH", "CP": "Công ty cổ phần", "TN": "DNTN"}


def _enterprises(last: str) -> Iterator[Row]:
    number = 0
    chosen = [commune for commune in communes() for _ in range(round(10 * commune_weights()[commune.code]))]
    for period in months("202501", last):
        random_numbers = seeded("so_tai_chinh", "doanh nghiep", period)
        first = date(int(period[:4]), int(period[4:]), 1)
        for _ in range(round(NEW_ENTERPRISES_A_MONTH * len(communes()) * random_numbers.uniform(0.85, 1.15))):
            number += 1
            form = random_numbers.choices(tuple(_FORMS), (52, 26, 20, 2))[0]
            trade = random_numbers.choices(tuple(_TRADES), (5, 1, 14, 1, 20, 30, 7, 4, 2, 3, 6, 4, 1, 2))[0]
            commune = random_numbers.choice(chosen)
            yield (
                f"00{number:08d}",
                f"{_FORMS[form]} {_TRADES[trade]} {random_numbers.choice(_WORDS)} {number:04d} (mô phỏng)",
                form,
                trade,
                first + timedelta(days=random_numbers.randrange(28)),
                random_numbers.choice((300, 500, 900, 1_000, 1_800, 3_000, 5_000, 9_900, 20_000, 50_000)),
                commune.code,
                commune.name,
            )


def _cooperatives() -> Iterator[Row]:
    fields = ("trồng trọt", "chăn nuôi", "thủy sản", "lâm nghiệp", "dịch vụ nông nghiệp", "tiểu thủ công nghiệp",
              "thương mại, dịch vụ", "vận tải")  # fmt: skip
    number = 0
    for commune in communes():
        random_numbers = seeded("so_tai_chinh", "htx", commune.code)
        for _ in range(random_numbers.randrange(3, 10)):
            number += 1
            field = random_numbers.choices(fields, (30, 12, 8, 6, 26, 7, 8, 3))[0]
            yield (
                f"HTX{number:04d}",
                f"Hợp tác xã {field} {commune.short_name} {number:04d} (mô phỏng)",
                field,
                random_numbers.randrange(1988, 2027),
                random_numbers.randrange(7, 420),
                random_numbers.randrange(100, 6_000, 50),
                commune.code,
                commune.name,
            )


# code, name, group, unit, usual price in đồng
_GOODS = (
    ("MH01", "Gạo tẻ thường", "lương thực", "kg", 15_500),
    ("MH02", "Gạo tẻ thơm", "lương thực", "kg", 21_000),
    ("MH03", "Thịt lợn mông sấn", "thực phẩm", "kg", 115_000),
    ("MH04", "Thịt bò thăn", "thực phẩm", "kg", 265_000),
    ("MH05", "Gà ta làm sẵn", "thực phẩm", "kg", 128_000),
    ("MH06", "Trứng gà", "thực phẩm", "10 quả", 34_000),
    ("MH07", "Cá trắm tươi", "thực phẩm", "kg", 72_000),
    ("MH08", "Rau cải xanh", "thực phẩm", "kg", 16_000),
    ("MH09", "Dầu ăn đóng chai", "thực phẩm", "lít", 52_000),
    ("MH10", "Đường kính trắng", "thực phẩm", "kg", 25_000),
    ("MH11", "Khí hóa lỏng bình 12 kg", "năng lượng", "bình", 430_000),
    ("MH12", "Xăng không chì", "năng lượng", "lít", 21_200),
    ("MH13", "Xi măng PCB40", "vật liệu xây dựng", "tấn", 1_480_000),
    ("MH14", "Thép tròn phi 10", "vật liệu xây dựng", "kg", 15_800),
    ("MH15", "Cát xây", "vật liệu xây dựng", "m³", 285_000),
    ("MH16", "Phân đạm urê", "vật tư nông nghiệp", "kg", 11_600),
    ("MH17", "Phân NPK", "vật tư nông nghiệp", "kg", 13_900),
    ("MH18", "Gửi xe máy ban ngày", "dịch vụ", "lượt", 5_000),
)


def _prices(*, second: bool) -> Iterator[Row]:
    """Three days a month since January 2025; round 2 goes on through October 2026."""
    last = date(2026, 10, 21) if second else date(2026, 9, 21)
    points = [code.code for code in shipped_code_lists()["diem-khao-sat-gia"].codes]
    for day in (day for day in days_between(date(2025, 1, 1), last) if day.day in (1, 11, 21)):
        for item, _, _, _, usual in _GOODS:
            trend = 1 + 0.00009 * (day - date(2025, 1, 1)).days
            for point in points:
                noise = seeded("so_tai_chinh", "gia", day, item, point).uniform(0.95, 1.06)
                price = max(round(usual * trend * noise / 100) * 100, 100)
                if (day, item, point) == (date(2026, 10, 21), "MH03", "DK4"):
                    # Planted fault: a price entered in đồng where the clerk's form multiplied by 1,000 once more. The
                    # magnitude rule holds the table; the version of round 1 stays public.
                    price *= 1_000
                yield day, item, point, price


def _targets() -> Iterator[Row]:
    facts = json.loads((files("portal.demo.departments") / "facts" / "chi_tieu_2025.json").read_text(encoding="utf-8"))
    for level in facts["levels"]:
        for target in level["targets"]:
            for number, value in enumerate(target["values"], start=1):
                yield (
                    target["code"],
                    number,
                    level["level"],
                    target["group"],
                    *(value[key] for key in ("title", "operator", "minimum", "maximum", "unit")),
                    facts["year"],
                    level["source"],
                )
