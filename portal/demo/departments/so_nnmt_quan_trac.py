"""Sở Nông nghiệp và Môi trường, stations: hourly automatic monitoring (the demo's large table), rain and water levels.

Round 2 comes one day later and adds that day's hours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from portal.demo.simulation import (
    REFERENCE_DATE,
    Comment,
    DatabaseTable,
    Row,
    commune_table,
    published_table,
    seeded,
    user_table,
    write_database,
)

END = datetime(REFERENCE_DATE.year, REFERENCE_DATE.month, REFERENCE_DATE.day)  # noqa: DTZ001 - local hours, as stations log them
MONITORED_DAYS = 364
RAIN_DAYS = 91


@dataclass(frozen=True, slots=True)
class Parameter:
    """``usual`` is the middle of what a clean station reads; ``daily`` how far the hour of the day moves it, ``noise``
    how far chance does, both as shares of it; ``limit`` of 0 means none."""

    code: str
    title: str
    unit: str
    usual: float
    daily: float
    noise: float
    limit: float
    digits: int


AIR = (
    Parameter("PM25", "Bụi PM2,5", "µg/m³", 24, 0.30, 0.16, 50, 1),
    Parameter("PM10", "Bụi PM10", "µg/m³", 44, 0.30, 0.15, 100, 1),
    Parameter("SO2", "Lưu huỳnh đioxit", "µg/m³", 32, 0.15, 0.14, 350, 1),
    Parameter("NO2", "Nitơ đioxit", "µg/m³", 28, 0.35, 0.14, 200, 1),
    Parameter("CO", "Cacbon monoxit", "µg/m³", 1150, 0.30, 0.12, 30000, 0),
)
WATER = (
    Parameter("pH", "Độ pH", "", 7.2, 0.02, 0.008, 0, 2),
    Parameter("DO", "Oxy hòa tan", "mg/L", 6.1, 0.07, 0.03, 5, 2),
    Parameter("COD", "Nhu cầu oxy hóa học", "mg/L", 10.5, 0.06, 0.08, 15, 1),
    Parameter("TSS", "Tổng chất rắn lơ lửng", "mg/L", 21, 0.05, 0.14, 50, 1),
    Parameter("NH4", "Amoni tính theo nitơ", "mg/L", 0.16, 0.08, 0.14, 0.3, 3),
)

# Code, name, commune code, how burdened the place is compared with a clean one, parameters.
STATIONS = (
    ("KK-01", "Trạm không khí Hạc Thành", "14797", 1.15, AIR),
    ("KK-02", "Trạm không khí Bỉm Sơn", "14812", 1.30, AIR),
    ("KK-03", "Trạm không khí Nghi Sơn", "16654", 1.22, AIR),
    ("NM-01", "Trạm nước mặt sông Mã tại Hàm Rồng", "14758", 1.05, WATER),
    ("NM-02", "Trạm nước mặt sông Chu tại Thọ Xuân", "15499", 0.95, WATER),
)

# Code, name, river, commune code, usual level (m), alert levels I, II, III (m), metres of rise per 10 mm of rain.
GAUGES = (
    ("TV-01", "Giàng", "sông Mã", "14758", 1.6, (4.0, 5.5, 6.5), 0.26),
    ("TV-02", "Lý Nhân", "sông Mã", "15412", 4.1, (9.5, 11.0, 12.0), 0.48),
    ("TV-03", "Cẩm Thủy", "sông Mã", "15127", 12.2, (17.5, 19.0, 20.2), 0.53),
    ("TV-04", "Hồi Xuân", "sông Mã", "14869", 54.0, (59.0, 62.0, 64.0), 0.58),
    ("TV-05", "Xuân Khánh", "sông Chu", "15505", 4.0, (9.0, 10.4, 12.0), 0.48),
    ("TV-06", "Bái Thượng", "sông Chu", "15544", 11.6, (15.0, 17.0, 18.5), 0.42),
    ("TV-07", "Kim Tân", "sông Bưởi", "15187", 5.2, (10.0, 11.0, 12.0), 0.54),
    ("TV-08", "Lèn", "sông Lèn", "15271", 1.4, (4.0, 5.0, 6.0), 0.27),
    ("TV-09", "Chuối", "sông Yên", "16279", 0.9, (2.0, 2.8, 3.5), 0.16),
    ("TV-10", "Ngọc Trà", "sông Yên", "16489", 0.7, (1.8, 2.4, 3.0), 0.13),
)


def build(folder: Path, round_number: int) -> None:
    """Write ``so_nnmt_quan_trac.db`` with hours up to the day before the reference date; in round 2 the gauges have
    reported that day too, the monitoring stations not yet."""
    extra = round_number - 1
    write_database(
        folder / "so_nnmt_quan_trac.db",
        [
            commune_table(),
            user_table("Trung tâm Quan trắc"),
            _station_table(),
            _parameter_table(),
            _reading_table(MONITORED_DAYS * 24),
            published_table(
                "luong_mua_muc_nuoc",
                "luong-mua-muc-nuoc",
                _rain((RAIN_DAYS + extra) * 24),
                extras=(),
                references={"ma_xa": "dm_xa(ma)"},
            ),
        ],
    )


def _station_table() -> DatabaseTable:
    return DatabaseTable(
        name="tram",
        columns={
            "ma": "TEXT PRIMARY KEY",
            "ten": "TEXT",
            "loai": "TEXT",
            "ma_xa": "TEXT REFERENCES dm_xa(ma)",
            "dia_chi_ip": "TEXT",
        },
        rows=[
            (code, name, "không khí xung quanh" if parameters is AIR else "nước mặt", place, f"10.38.0.{number}")
            for number, (code, name, place, _, parameters) in enumerate(STATIONS, start=11)
        ],
        comments={
            "ma": Comment("Mã trạm"),
            "ten": Comment("Tên trạm"),
            "loai": Comment("Loại trạm"),
            "ma_xa": Comment("Mã xã nơi đặt trạm"),
            "dia_chi_ip": Comment("Địa chỉ thiết bị", "Chỉ dùng nội bộ để kết nối bộ ghi số liệu."),
        },
    )


def _parameter_table() -> DatabaseTable:
    return DatabaseTable(
        name="thong_so",
        columns={"ma": "TEXT PRIMARY KEY", "ten": "TEXT", "don_vi": "TEXT", "gioi_han": "REAL"},
        rows=[(item.code, item.title, item.unit or None, item.limit or None) for item in (*AIR, *WATER)],
        comments={
            "ma": Comment("Mã thông số"),
            "ten": Comment("Tên thông số"),
            "don_vi": Comment("Đơn vị đo"),
            "gioi_han": Comment("Giới hạn", "Giới hạn cấu hình tại trạm (mô phỏng); trống khi không có."),
        },
    )


def _reading_table(hours: int) -> DatabaseTable:
    return DatabaseTable(
        name="so_do",
        columns={
            "ma_tram": "TEXT REFERENCES tram(ma)",
            "thoi_diem": "TEXT NOT NULL",
            "thong_so": "TEXT REFERENCES thong_so(ma)",
            "gia_tri": "REAL",
            "trang_thai": "TEXT NOT NULL",
        },
        rows=_readings(hours),
        constraints=("PRIMARY KEY (ma_tram, thoi_diem, thong_so)",),
        comments={
            "ma_tram": Comment("Mã trạm"),
            "thoi_diem": Comment("Thời điểm", "Đầu giờ lấy trung bình, giờ Việt Nam."),
            "thong_so": Comment("Mã thông số"),
            "gia_tri": Comment("Giá trị trung bình giờ"),
            "trang_thai": Comment("Trạng thái thiết bị"),
        },
    )


def _readings(hours: int) -> Iterator[Row]:
    """Each series draws its numbers in the order of time, so that a longer series begins with the shorter one. The
    rows come in the order of the key, which is also the order that a harvest reads them in."""
    start = END - timedelta(days=MONITORED_DAYS)
    times = [(start + timedelta(hours=hour)).isoformat() for hour in range(hours)]
    for code, _, _, burden, parameters in STATIONS:
        states = _states(code, hours)
        ordered = sorted(parameters, key=lambda item: item.code)
        series = [_series(code, item, burden, states) for item in ordered]
        names = [item.code for item in ordered]
        for time, state, *values in zip(times, states, *series, strict=True):
            for name, value in zip(names, values, strict=True):
                yield code, time, name, value, state


def _states(station: str, hours: int) -> list[str]:
    """What the instrument was doing: now and then it is calibrated for two hours, or offline for up to 9."""
    numbers = seeded("so_nnmt_quan_trac", station, "trang thai")
    states: list[str] = []
    while len(states) < hours:
        states += ["đo"] * numbers.randrange(60, 400)
        states += ["hiệu chuẩn"] * 2 if numbers.random() < 0.6 else ["mất kết nối"] * numbers.randrange(1, 10)
    return states[:hours]


def _series(station: str, parameter: Parameter, burden: float, states: list[str]) -> list[float | None]:
    """Usual level, season, hour of the day and a disturbance that fades over some hours; never below zero."""
    gauss = seeded("so_nnmt_quan_trac", station, parameter.code).gauss
    usual = parameter.usual * (1 if parameter.code == "pH" else 2 - burden if parameter.code == "DO" else burden)
    hourly = [1 + parameter.daily * math.sin((hour - 4) * math.pi / 6) for hour in range(24)]
    seasonal = [
        1 + 0.7 * parameter.daily * math.cos(day * 2 * math.pi / 365 - 1) for day in range(len(states) // 24 + 1)
    ]
    values: list[float | None] = []
    drift = 0.0
    for hour, state in enumerate(states):
        drift = 0.85 * drift + gauss(0, parameter.noise)
        value = usual * hourly[hour % 24] * seasonal[hour // 24] * max(0.1, 1 + drift)
        values.append(round(value, parameter.digits) if state == "đo" else None)
    return values


def _rain(hours: int) -> Iterator[Row]:
    """Storms of half a day or so; the river rises with the rain of the last days and falls slowly."""
    start = END - timedelta(days=RAIN_DAYS)
    for code, name, river, place, usual, alerts, response in GAUGES:
        numbers = seeded("so_nnmt_quan_trac", code)
        wetness, storm = 0.0, 0
        for hour in range(hours):
            if storm == 0 and numbers.random() < 0.012:
                storm = numbers.randrange(3, 22)
            rain = round(numbers.expovariate(1 / 5.5), 1) if storm else 0.0
            storm = max(0, storm - 1)
            wetness = wetness * 0.965 + rain
            level = usual + response * wetness / 10 + numbers.uniform(-0.04, 0.04)
            time = start + timedelta(hours=hour + 1)
            yield (
                code,
                name,
                river,
                place,
                time.strftime("%Y-%m-%d %H:%M:%S"),
                rain,
                round(level, 2),
                ("0", "I", "II", "III")[sum(level >= alert for alert in alerts)],
            )
