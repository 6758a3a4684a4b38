"""Names that simulated places are made of: streets, villages and people honoured by schools, common in the province.

Combined at random they sound right and name nobody's real house, shop or company.
"""

from __future__ import annotations

import random

STREETS = (
    "Lê Lợi", "Trần Phú", "Quang Trung", "Nguyễn Trãi", "Bà Triệu", "Lê Hoàn", "Hạc Thành", "Phan Chu Trinh",
    "Đinh Công Tráng", "Tống Duy Tân", "Trường Thi", "Lê Quý Đôn", "Đội Cung", "Hàng Đồng", "Nguyễn Du",
    "Triệu Quốc Đạt", "Lê Thánh Tông", "Dương Đình Nghệ", "Hải Thượng Lãn Ông", "Lý Thường Kiệt", "Ngô Quyền",
    "Phạm Ngũ Lão", "Trịnh Khả", "Đào Duy Từ",
)  # fmt: skip
VILLAGES = (
    "Đông", "Đoài", "Thượng", "Hạ", "Trung", "Yên", "Phúc", "Lộc", "Thọ", "Vinh", "Hòa", "Bình", "Tân", "Phú",
    "Xuân", "Thịnh", "Cẩm", "Nội", "Ngoại", "Đại", "Mỹ", "Quỳnh", "Ngọc", "Kim",
)  # fmt: skip
HONOURED = (
    "Lê Lợi", "Nguyễn Trãi", "Trần Phú", "Lý Tự Trọng", "Nguyễn Bá Ngọc", "Lê Văn Tám", "Kim Đồng", "Võ Thị Sáu",
    "Lê Hoàn", "Đào Duy Từ", "Lương Đắc Bằng", "Nguyễn Mộng Tuân", "Lê Lai", "Nguyễn Chích", "Trịnh Khả",
    "Dương Đình Nghệ", "Tô Hiến Thành", "Hoàng Lệ Kha", "Cầm Bá Thước", "Tống Duy Tân", "Mai An Tiêm", "Bà Triệu",
    "Chu Văn An", "Phan Bội Châu",
)  # fmt: skip


def street_address(random_numbers: random.Random, commune_name: str) -> str:
    """A house number in a street of this commune."""
    return f"Số {random_numbers.randrange(1, 420)} đường {random_numbers.choice(STREETS)}, {commune_name}"


def village(random_numbers: random.Random) -> str:
    """A village of two syllables, such as Phú Thịnh."""
    first, second = random_numbers.sample(VILLAGES, 2)
    return f"{first} {second}"
