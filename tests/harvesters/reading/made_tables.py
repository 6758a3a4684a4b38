"""Makes tables as offices lay them out, at random, each with the rows and labels that a careful reader takes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harvesters.reading.grid import EMPTY_CELL, Book, Cell, CellKind, Merge, Row, Sheet

NAMES = [("Thọ Xuân", ""), ("Yên Định", ""), ("Nga Sơn", ""), ("Hoằng Hóa", ""), ("Bá Thước", ""), ("Quan Hóa", "")]
KINDS = [
    ("Nông nghiệp", "Agriculture"), ("Khai khoáng", "Mining"), ("Công nghiệp chế biến", "Manufacturing"),
    ("Xây dựng", "Construction"), ("Vận tải kho bãi", "Transport and storage"), ("Giáo dục", "Education"),
]  # fmt: skip
MEASURES = [("Diện tích", "Area"), ("Sản lượng", "Production"), ("Số hộ", "Households"), ("Số cơ sở", "Establishments")]
SECTIONS = [
    ["I. Vùng đồng bằng", "II. Vùng ven biển", "III. Vùng miền núi"],
    ["Khu vực thành thị", "Khu vực nông thôn"],
]


@dataclass
class Made:
    lines: list[list[str]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    unit: str = ""
    section: bool = False
    parts: list[str] = field(default_factory=list)

    def book(self) -> Book:
        return sheet_book(self.lines, tuple(self.merges))


def sheet_book(lines: Sequence[Sequence[str]], merges: Sequence[tuple[int, int, int, int]] = ()) -> Book:
    """A workbook with one sheet; ``merges`` are first row, first column, last row, last column."""

    def rows() -> Iterator[Row]:
        for number, line in enumerate(lines, start=1):
            yield Row(number, tuple(Cell(text, CellKind.TEXT) if text.strip() else EMPTY_CELL for text in line))

    return Book("xlsx", (Sheet("Biểu", rows, tuple(Merge(*merge) for merge in merges)),))


def made(seed: int) -> Made:
    chance = random.Random(seed)
    width = chance.randint(2, 5)
    table = Made()
    _above(table, chance, width)
    stub = _header(table, chance, width)
    bilingual = chance.choice(["", "", "", "over", "under"])
    _body(table, chance, width, bilingual)
    _below(table, chance, width)
    table.parts.append(f"stub={stub!r} width={width} {bilingual}")
    return table


def _above(table: Made, chance: random.Random, width: int) -> None:
    if chance.random() < 0.5:
        kind = chance.choice(["UBND TỈNH THANH HÓA", "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "BỘ Y TẾ"])
        right = chance.choice(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Biểu số 12/BC", ""])
        table.lines.append([kind, *[""] * (width - 1), right])
        if right.startswith("CỘNG"):
            table.lines.append(["Số: 12/BC", *[""] * (width - 1), "Độc lập - Tự do - Hạnh phúc"])
    table.lines.append([chance.choice(["BÁO CÁO KẾT QUẢ NĂM 2024", "12. Kết quả sản xuất phân theo địa phương"])])
    if chance.random() < 0.3:
        table.lines.append(["    Results by locality"])
    if chance.random() < 0.3:
        table.lines.append(["(Kèm theo Công văn số 12/SNN ngày 01/02/2024)"])
    if chance.random() < 0.3:
        table.lines.append([])
    line, unit = chance.choice(
        [
            ("", ""), ("", ""), ("Đơn vị tính: Triệu đồng", "Triệu đồng"), ("ĐVT: nghìn tấn", "nghìn tấn"),
            ("Nghìn người - Thous. pers.", "Nghìn người"), ("%", "%"), ("(Tỷ đồng)", "Tỷ đồng"),
            ("Đơn vị tính - Unit: Nghìn ha - Thous. ha", "Nghìn ha"),
        ]
    )  # fmt: skip
    if line:
        table.lines.append([*[""] * width, line])
        table.unit = unit


def _header(table: Made, chance: random.Random, width: int) -> str:
    stub = chance.choice(["", "Tên đơn vị", "Chỉ tiêu"])
    start = len(table.lines) + 1
    kind = chance.choice(["one", "years", "english", "merged", "spanning"])
    names = [f"{MEASURES[at % 4][0]} {'vụ xuân' if at > 3 else ''}".strip() for at in range(width)]
    if kind == "one":
        table.lines.append([stub, *names])
        table.labels = [stub, *names]
    elif kind == "years":
        years = [str(2018 + at) for at in range(width)]
        table.lines.append([stub, *years])
        table.labels = [stub, *years]
    elif kind == "english":
        english = [f"{MEASURES[at % 4][1]} {'in spring' if at > 3 else ''}".strip() for at in range(width)]
        table.lines += [[stub, *names], ["", *english]]
        table.labels = [stub, *(f"{one} / {two}" for one, two in zip(names, english, strict=True))]
    else:
        tops = ["Tổng số" if at == 0 and width > 2 else "Chia ra" for at in range(width)]
        split = tops.index("Chia ra")
        top = ["" if at > split else text for at, text in enumerate(tops)]
        table.lines += [[stub, *top], ["", *("" if at < split else names[at] for at in range(width))]]
        table.labels = [stub, *("Tổng số" if at < split else f"Chia ra / {names[at]}" for at in range(width))]
        if kind == "merged":
            table.merges += [(start, 1, start + 1, 1)]
            if width - split > 1:
                table.merges += [(start, split + 2, start, width + 1)]
            table.merges += [(start, at + 2, start + 1, at + 2) for at in range(split)]
    table.parts.append(kind)
    numbered = chance.choice(["", "", "A12", "brackets", "bare"])
    if numbered == "A12":
        table.lines.append(["A", *(str(at + 1) for at in range(width))])
    elif numbered == "brackets":
        table.lines.append([f"({at + 1})" for at in range(width + 1)])
    elif numbered == "bare":
        table.lines.append([str(at + 1) for at in range(width + 1)])
    table.parts.append(numbered)
    return stub


def _body(table: Made, chance: random.Random, width: int, bilingual: str) -> None:
    header = [line for line in table.lines[-3:] if line and line[0] in (table.labels[0],) and len(line) > 2][-1:]
    grouped = chance.random() < 0.35
    sections = chance.choice(SECTIONS) if grouped else [""]
    table.section = grouped
    blanks = chance.random() < 0.2
    for place, section in enumerate(sections):
        if section:
            table.lines.append([section, *[""] * width])
        for name, english in chance.sample(KINDS if bilingual else NAMES, chance.randint(2, 5)):
            values = [
                chance.choice([str(chance.randint(3, 99999)), f"{chance.random() * 90 + 1:.1f}"]) for _ in range(width)
            ]
            if chance.random() < 0.1:
                values[chance.randrange(width)] = chance.choice(["..", "-", ""])
            if not any(value[:1].isdigit() for value in values):
                values[0] = "17"
            if bilingual == "over":
                table.lines += [[name], [english, *values]]
            elif bilingual == "under":
                table.lines += [[name, *values], [english]]
            else:
                table.lines.append([name, *values])
            told = section.split(". ", 1)[-1]
            table.rows.append([name, *values, *([told] if grouped else [])])
            if blanks:
                table.lines.append([])
        if (
            header
            and place == 0
            and len(sections) == 1
            and len(table.labels[1].split(" / ")) == 1
            and chance.random() < 0.3
        ):
            table.lines += header
            values = [str(chance.randint(100, 999)) for _ in range(width)]
            table.lines.append(["Như Xuân", *values])
            table.rows.append(["Như Xuân", *values])
            table.parts.append("repeated")
    if chance.random() < 0.3:
        values = [str(chance.randint(100, 99999)) for _ in range(width)]
        table.lines.append(["Tổng cộng", *values])
        told = sections[-1].split(". ", 1)[-1]
        table.rows.append(["Tổng cộng", *values, *([told] if grouped else [])])


def _below(table: Made, chance: random.Random, width: int) -> None:
    if chance.random() < 0.3:
        table.lines.append([])
    if chance.random() < 0.4:
        table.lines.append([chance.choice(["Ghi chú: số liệu sơ bộ", "Nguồn: Cục Thống kê", "(*) Số liệu ước tính"])])
    if chance.random() < 0.3:
        table.lines.append([*[""] * (width - 1), "Thanh Hóa, ngày 2 tháng 3 năm 2025"])
    if chance.random() < 0.3:
        table.lines.append(["NGƯỜI LẬP BIỂU", *[""] * (width - 1), "THỦ TRƯỞNG ĐƠN VỊ"])
        table.lines.append(["(Ký, họ tên)", *[""] * (width - 1), "(Ký, đóng dấu)"])
