"""Makes lists and reports with a column of row numbers, as offices send them, with the rows a careful reader takes."""

from __future__ import annotations

import random

from tests.harvesters.reading.made_tables import Made

NAMES = [
    "Trường Tiểu học Xuân Lam",
    "Trường THCS Định Bình",
    "Bệnh viện Nhi",
    "Sở Y tế",
    "Xã Hoằng Lộc",
    "Phòng khám số 1",
    "Công ty CP Mía đường",
    "Hợp tác xã Quảng Hải",
    "Chi cục Thủy lợi",
    "Trung tâm Y tế huyện Thọ Xuân",
    "Ban QLDA số 2",
    "Cộng đồng dân cư thôn 3",
]
TITLES = [
    "TỔNG HỢP KẾT QUẢ THỰC HIỆN",
    "Tháng 6 năm 2024",
    "(Ban hành kèm theo Thông tư số 12/2024/TT-BTC)",
    "Từ ngày 01/01/2024 đến 30/6/2024",
]
UNITS = {"Đơn vị tính: đồng": "đồng", "ĐVT: 1.000 đồng": "1.000 đồng", "(ĐVT: Người)": "Người"}


def numbered(seed: int) -> Made:
    """A table with a letterhead, titles, numbered rows, sections, a total and signatures, by chance."""
    chance = random.Random(seed)
    table = Made()
    figures, extra = chance.randint(1, 4), chance.choice(["", "", "Địa chỉ", "Ghi chú"])
    width = 2 + figures + bool(extra)
    _above(table, chance, width)
    header = _header(table, chance, figures, extra)
    groups = chance.choice(
        [(), (), (("I", "Khối tỉnh"), ("II", "Khối huyện")), (("", "Khu vực miền núi"), ("", "Khu vực ven biển"))]
    )
    table.section = bool(groups)
    names = chance.sample(NAMES, chance.randint(4, 9))
    half = len(names) // 2 if groups else len(names)
    number = 0
    for place, part in enumerate([names[:half], names[half:]] if groups else [names]):
        section = groups[place] if groups else ("", "")
        if section[1]:
            table.lines.append([text for text in section if text] + [""] * (width - bool(section[0]) - 1))
        for name in part:
            number += 1
            beside = [chance.choice(["", "Đông Vệ", "Hàm Rồng"])] if extra else []
            line = [str(number), name, *_values(chance, figures), *beside]
            table.lines.append(line)
            table.rows.append([*line, section[1]] if groups else line)
        if header and place == 0 and chance.random() < 0.2:
            table.lines.append(header)
    if chance.random() < 0.4:
        total = [
            "",
            chance.choice(["Tổng cộng", "TỔNG CỘNG", "Cộng"]),
            *_values(chance, figures),
            *([""] if extra else []),
        ]
        table.lines.append(total)
        table.rows.append([*total, groups[-1][1]] if groups else total)
    _below(table, chance, width)
    return table


def _values(chance: random.Random, figures: int) -> list[str]:
    values = [str(chance.randint(1, 10 ** chance.randint(2, 9))) for _ in range(figures)]
    if chance.random() < 0.1 and figures > 1:
        values[chance.randrange(figures)] = chance.choice(["", "-"])
    return values


def _above(table: Made, chance: random.Random, width: int) -> None:
    if chance.random() < 0.6:
        office = chance.choice(["UBND HUYỆN THỌ XUÂN", "SỞ Y TẾ", "Đơn vị: Sở Y tế", "Mẫu số 03"])
        right = chance.choice(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Mẫu biểu 02", ""])
        table.lines.append([office, *[""] * (width - 2), right])
        if chance.random() < 0.5:
            table.lines.append(["PHÒNG TÀI CHÍNH - KẾ HOẠCH", *[""] * (width - 2), "Độc lập - Tự do - Hạnh phúc"])
    table.lines += [[title] for title in chance.sample(TITLES, chance.randint(1, 3))]
    if chance.random() < 0.5:
        written = chance.choice(list(UNITS))
        table.lines.append([*[""] * (width - 1), written])
        table.unit = UNITS[written]


def _header(table: Made, chance: random.Random, figures: int, extra: str) -> list[str]:
    """Writes the header and the row of column numbers; the header's row if it is one."""
    start = len(table.lines) + 1
    first, second = chance.choice(["STT", "TT", "Số TT"]), chance.choice(["Tên đơn vị", "Nội dung", "Chỉ tiêu"])
    measures = ["Dự toán", "Quyết toán", "Số lượng", "Tỷ lệ (%)"][:figures]
    last = [extra] if extra else []
    width = 2 + figures + len(last)
    two = figures > 1 and chance.random() < 0.4
    if two:
        top = chance.choice(["Kết quả thực hiện", "Năm 2024", "Trong đó"])
        table.lines.append([first, second, top, *[""] * (figures - 1), *last])
        table.lines.append(["", "", *measures, *([""] if extra else [])])
        if extra or chance.random() < 0.7:
            table.merges += [(start, at, start + 1, at) for at in (1, 2, *([width] if extra else []))]
            table.merges.append((start, 3, start, 2 + figures))
        table.labels = [first, second, *(f"{top} / {measure}" for measure in measures), *last]
    else:
        table.lines.append([first, second, *measures, *last])
        table.labels = list(table.lines[-1])
    counted = chance.choice(["", "", "letters", "bare", "brackets"])
    if counted == "letters":
        table.lines.append(["A", "B", *(str(at + 1) for at in range(figures)), *(["C"] if extra else [])])
    elif counted:
        table.lines.append([f"({at + 1})" if counted == "brackets" else str(at + 1) for at in range(width)])
    return [] if two else table.labels


def _below(table: Made, chance: random.Random, width: int) -> None:
    if chance.random() < 0.3:
        table.lines.append([])
    if chance.random() < 0.3:
        notes = ["(Bằng chữ: Mười triệu đồng)", "Ghi chú: số liệu ước", "Danh sách gồm 10 đơn vị./."]
        table.lines.append([chance.choice(notes)])
    if chance.random() < 0.4:
        table.lines.append([*[""] * (width - 2), "Thọ Xuân, ngày 12 tháng 6 năm 2024"])
    if chance.random() < 0.5:
        apart = [""] * (width - 3)
        table.lines += [
            ["", "Người lập biểu", *apart, "Thủ trưởng đơn vị"],
            ["", "(Ký, họ tên)", *apart, "(Ký tên, đóng dấu)"],
            [],
            ["", "Nguyễn Thị Mẫu", *apart, "Lê Văn Thử"],
        ]
