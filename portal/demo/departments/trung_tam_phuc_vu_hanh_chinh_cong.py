"""Trung tâm Phục vụ hành chính công: procedures, how applications were handled, and a survey that has stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.demo.communes import communes
from portal.demo.simulation import (
    Row,
    commune_table,
    commune_weights,
    is_upland,
    log_table,
    months,
    published_table,
    seeded,
    user_table,
    write_database,
)
from schemas.definitions_loader import shipped_code_lists

UNIT = "Trung tâm Phục vụ hành chính công"
PROCEDURES_PER_FIELD = 35


def build(folder: Path, round_number: int) -> None:
    """Write ``trung_tam_phuc_vu_hanh_chinh_cong.db``. Round 2 adds October 2026 and corrects
    two counts of September."""
    periods = months("202507", "202609" if round_number == 1 else "202610")
    write_database(
        folder / "trung_tam_phuc_vu_hanh_chinh_cong.db",
        [
            commune_table(),
            user_table(UNIT),
            log_table(UNIT, periods),
            published_table("thu_tuc", "thu-tuc-hanh-chinh", _procedures()),
            published_table(
                "ket_qua_xa",
                "ket-qua-giai-quyet-tthc",
                _results(periods, corrected=round_number == 2),
                references={"ma_xa": "dm_xa(ma)"},
            ),
            published_table("hai_long", "muc-do-hai-long", _survey()),
        ],
    )


_ACTS = ("Cấp", "Cấp lại", "Gia hạn", "Thay đổi nội dung", "Xác nhận", "Thu hồi theo đề nghị", "Đăng ký")
_SUBJECTS = ("giấy phép", "giấy chứng nhận", "chứng chỉ", "văn bản chấp thuận", "giấy xác nhận")


def _procedures() -> Iterator[Row]:
    number = 0
    for field in shipped_code_lists()["linh-vuc-thu-tuc"].codes:
        random_numbers = seeded("trung_tam", "thu tuc", field.code)
        pairs = [(act, subject) for act in _ACTS for subject in _SUBJECTS]
        for act, subject in pairs[:PROCEDURES_PER_FIELD]:
            number += 1
            yield (
                f"9.{number:06d}",
                f"{act} {subject} lĩnh vực {field.title.lower()}",
                field.code,
                random_numbers.choices(("cấp tỉnh", "cấp xã"), (7, 3))[0],
                random_numbers.choice((1, 3, 5, 7, 10, 15, 20, 30)),
                random_numbers.choice((0, 0, 0, 20_000, 50_000, 100_000, 150_000, 300_000)),
                random_numbers.choices(("toàn trình", "một phần", "trực tiếp"), (6, 3, 1))[0],
            )


def _results(periods: list[str], *, corrected: bool) -> Iterator[Row]:
    for position, period in enumerate(periods):
        for number, commune in enumerate(communes()):
            random_numbers = seeded("trung_tam", "ket qua", period, commune.code)
            received = round(430 * commune_weights()[commune.code] * random_numbers.uniform(0.8, 1.2))
            if corrected and period == "202609" and number in (20, 90):
                received += 17
            settled = round(received * random_numbers.uniform(0.9, 1.0))
            late = round(settled * random_numbers.uniform(0.0, 0.05))
            online = min(38 + 2.4 * position + random_numbers.uniform(-6, 6) - (9 if is_upland(commune) else 0), 99)
            share = round(100 * (settled - late) / settled, 1)
            yield period, commune.code, commune.name, received, settled - late, late, share, round(online, 1)


def _survey() -> Iterator[Row]:
    """Planted fault: the newest month is March 2025, so the freshness rule holds the table; nothing of it is public."""
    for period in months("202401", "202503"):
        for field in shipped_code_lists()["linh-vuc-thu-tuc"].codes:
            random_numbers = seeded("trung_tam", "hai long", period, field.code)
            answers = random_numbers.randrange(60, 420)
            satisfied = round(answers * random_numbers.uniform(0.86, 0.99))
            yield period, field.code, answers, satisfied, round(100 * satisfied / answers, 1)
