"""Sở Ngoại vụ: international conferences (a table that never passes), and aid programmes (shared, not open)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.demo.simulation import Row, log_table, published_table, random_day, seeded, user_table, write_database


def build(folder: Path, round_number: int) -> None:
    """Write ``so_ngoai_vu.db``, the same in both rounds."""
    del round_number
    write_database(
        folder / "so_ngoai_vu.db",
        [
            user_table("Sở Ngoại vụ"),
            log_table("Sở Ngoại vụ", ["202606"]),
            published_table("hoi_nghi", "hoi-nghi-quoc-te", _conferences()),
            published_table("vien_tro", "to-chuc-phi-chinh-phu", _aid()),
        ],
    )


_TOPICS = ("xúc tiến đầu tư", "du lịch biển", "bảo tồn di sản", "nông nghiệp xanh", "chuyển đổi số", "giáo dục nghề")


def _conferences() -> Iterator[Row]:
    """Planted fault: some cells say "khoảng 150" and "chưa xác định" where numbers and days belong, in both rounds. The
    table is rejected at the first harvest, so the dataset has no version at all."""
    for year in (2025, 2026):
        random_numbers = seeded("so_ngoai_vu", "hoi nghi", year)
        for number in range(1, 13):
            day: date | str = random_day(random_numbers, date(year, 1, 10), date(year, 10, 20))
            delegates: int | str = random_numbers.randrange(40, 320)
            foreign = random_numbers.randrange(5, 40)
            if number % 4 == 0:
                delegates = f"khoảng {delegates}"
            if number % 6 == 0:
                day = "chưa xác định"
            title = f"Hội thảo quốc tế mẫu {number:02d} về {random_numbers.choice(_TOPICS)}"
            yield f"HN-{year}-{number:02d}", title, day, delegates, foreign


_FIELDS = ("y tế", "giáo dục", "sinh kế", "môi trường", "phòng chống thiên tai", "bình đẳng giới")


def _aid() -> Iterator[Row]:
    random_numbers = seeded("so_ngoai_vu", "vien tro")
    for number in range(1, 61):
        year = random_numbers.randrange(2018, 2027)
        state = "đang thực hiện" if year + random_numbers.randrange(1, 5) > 2026 else "đã kết thúc"
        organization = f"Tổ chức quốc tế mẫu {random_numbers.randrange(1, 22):02d}"
        value = random_numbers.randrange(15_000, 900_000, 500)
        yield f"VT{number:03d}", organization, random_numbers.choice(_FIELDS), year, value, state
