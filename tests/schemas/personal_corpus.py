"""Tables with planted personal values of every kind, and tables that only look personal; all generated, of no person.

``planted()`` gives cases with known truth: where a value of which kind stands. ``look_alikes()`` gives tables in which
nothing may be found. Run as a module (``python -m tests.schemas.personal_corpus``) it prints recall and precision.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from catalog.issues import Issue
from catalog.layout import LooseText
from schemas.personal_data import look_for_personal_data
from tests.schemas.tables import schema_of, stage

TODAY = date(2026, 5, 1)
ROWS = 24

_SURNAMES = "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trịnh|Mai|Cao|Hà|Lò|Đào|Lương|Quách"
_MIDDLES = "Văn|Thị|Đình|Hữu|Đức|Xuân|Minh|Ngọc|Thanh|Quang|Thị Thu|Thị Ngọc"
_GIVEN = "An|Bình|Chung|Dũng|Giang|Hạnh|Hòa|Hùng|Lan|Long|Mận|Nga|Oanh|Phượng|Quyết|Sơn|Tâm|Thủy|Toàn|Tuyết|Vinh|Yến"
_HAMLETS = "Đông|Đoài|Trung Thành|Phú Lai|Tân Tiến|Bái Thượng|Yên Lược"
_COMMUNES = "Đồng Tiến|Hà Trung|Thọ Xuân|Vĩnh Lộc|Hoằng Giang|Triệu Lộc|Yên Định|Quan Sơn"
_PROVINCES = (
    1,
    2,
    4,
    8,
    10,
    19,
    22,
    25,
    27,
    30,
    31,
    34,
    36,
    37,
    38,
    40,
    42,
    46,
    48,
    56,
    64,
    68,
    75,
    79,
    82,
    89,
    92,
    96,
)
_BANKS = "Vietcombank|Agribank|BIDV|VietinBank|Techcombank|MB Bank|ACB|Sacombank"


@dataclass(frozen=True)
class Case:
    """One table. ``truth``: for each kind the column it stands in (``None``: beside the table) and in how many rows."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    truth: Mapping[tuple[str, str | None], int]
    secrets: tuple[str, ...] = ()
    around: tuple[LooseText, ...] = ()


class Persons:
    """Invents persons, with a seed, so that every run sees the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one_of(self, words: str) -> str:
        return self.random.choice(words.split("|"))

    def digits(self, count: int) -> str:
        return "".join(self.random.choices("0123456789", k=count))

    def name(self) -> str:
        return f"{self.one_of(_SURNAMES)} {self.one_of(_MIDDLES)} {self.one_of(_GIVEN)}"

    def born(self) -> date:
        return date(self.random.randint(1935, 2018), self.random.randint(1, 12), self.random.randint(1, 28))

    def cccd(self) -> str:
        born = self.born()
        century = (born.year // 100 - 19) * 2 + self.random.randint(0, 1)
        number = f"{self.random.choice(_PROVINCES):03d}{century}{born.year % 100:02d}{self.digits(6)}"
        return self.random.choice(
            (
                number,
                number,
                f"{number[:3]} {number[3:6]} {number[6:]}",
                f"{number[:3]}.{number[3:6]}.{number[6:9]}.{number[9:]}",
            )
        )

    def phone(self) -> str:
        number = f"0{self.random.choice('35789')}{self.digits(8)}"
        return self.random.choice(
            (
                number,
                f"{number[:4]} {number[4:7]} {number[7:]}",
                f"{number[:4]}.{number[4:7]}.{number[7:]}",
                f"{number[:3]}-{number[3:6]}-{number[6:]}",
                f"+84{number[1:]}",
                f"+84 {number[1:4]} {number[4:7]} {number[7:]}",
                f"({number[:3]}) {number[3:6]} {number[6:]}",
            )
        )

    def email(self) -> str:
        host = self.random.choice(("gmail.com", "yahoo.com.vn", "outlook.com", "hdu.edu.vn"))
        return f"{self.random.choice(('lan', 'hung', 'minh.tu', 'thu_ha', 'dat'))}{self.digits(3)}@{host}"

    def bhyt(self) -> str:
        group = self.random.choice(("GD", "HT", "DN", "TE", "HS", "CN", "BT", "SV"))
        return f"{group}{self.random.randint(1, 5)}{self.digits(12)}"

    def plate(self) -> str:
        number = self.digits(5)
        series = self.random.choice(("A", "B", "C", "H", "B1", "B2", "F5", "LD"))
        dash = self.random.choice(("-", " ", "-"))
        return f"{self.random.choice((36, 29, 30, 37, 51))}{series}{dash}{number[:3]}.{number[3:]}"

    def account(self) -> str:
        return self.random.choice(("0011", "1903", "5010", "2605")) + self.digits(self.random.choice((8, 9, 10)))

    def passport(self) -> str:
        return f"{self.random.choice('BCKNP')}{self.random.randint(1, 9)}{self.digits(6)}"

    def cmnd(self) -> str:
        return f"{self.random.choice(('171', '172', '173', '038', '186'))}{self.digits(5)}{self.random.randint(1, 9)}"

    def ten(self) -> str:
        return f"{self.random.choice('3468')}{self.digits(8)}{self.random.randint(1, 9)}"

    def address(self) -> str:
        start = self.random.choice(
            (
                f"thôn {self.one_of(_HAMLETS)}",
                f"xóm {self.random.randint(1, 9)}",
                f"số nhà {self.random.randint(1, 300)} đường Lê Lai",
                f"tổ dân phố {self.one_of(_HAMLETS)}",
                f"Thôn {self.random.randint(1, 9)}",
            )
        )
        return f"{start}, {self.random.choice(('xã', 'phường'))} {self.one_of(_COMMUNES)}"

    def day(self) -> str:
        born = self.born()
        return self.random.choice((born.isoformat(), f"{born:%d/%m/%Y}", f"{born.day}-{born.month}-{born.year}"))

    def point(self) -> tuple[str, str]:
        return f"{self.random.uniform(19.3, 20.6):.5f}", f"{self.random.uniform(104.4, 106.0):.5f}"

    def landline(self) -> str:
        return self.random.choice((f"02373{self.digits(6)}", f"0237 3{self.digits(3)} {self.digits(3)}"))


Make = Callable[[Persons], str]

_IN_COLUMNS: Sequence[tuple[str, Sequence[str], Make]] = (
    ("cccd", ("Số CCCD", "thong_tin", "so_giay"), Persons.cccd),
    ("phone", ("Điện thoại", "cot_5", "thong_tin"), Persons.phone),
    ("email", ("Email", "cot_6"), Persons.email),
    ("bhyt", ("Số thẻ BHYT", "cot_7"), Persons.bhyt),
    ("bhxh", ("Mã số BHXH", "so_bhxh"), Persons.ten),
    ("tax", ("MST cá nhân", "ma_so_thue_ho_kinh_doanh"), Persons.ten),
    ("bank", ("Số tài khoản", "stk"), Persons.account),
    ("plate", ("Biển số", "xe", "cot_8"), Persons.plate),
    ("cmnd", ("Số CMND", "cot_9"), Persons.cmnd),
    ("passport", ("Hộ chiếu", "cot_10"), Persons.passport),
    ("name", ("Họ và tên", "doi_tuong", "cot_11"), Persons.name),
    ("name", ("HỌ TÊN", "cot_12"), lambda persons: persons.name().upper()),
)

_IN_SENTENCES: Sequence[tuple[str, Sequence[str], Make]] = (
    ("cccd", ("CCCD: {}", "Căn cước công dân số {} cấp năm 2021", "đã đối chiếu {}"), Persons.cccd),
    ("phone", ("liên hệ {} giờ hành chính", "ĐT: {}", "số máy {}, gọi trước"), Persons.phone),
    ("email", ("gửi về {}", "thư điện tử {} (phụ huynh)"), Persons.email),
    ("bhyt", ("thẻ BHYT {} còn hạn", "mã thẻ {}"), Persons.bhyt),
    ("bhxh", ("số BHXH {}", "sổ bảo hiểm xã hội: {} đã chốt"), Persons.ten),
    ("tax", ("MST cá nhân: {}", "mã số thuế của hộ kinh doanh {}"), Persons.ten),
    ("bank", ("STK {}", "số tài khoản: {} mở năm 2020", "chuyển vào {} Vietcombank", "Agribank {}"), Persons.account),
    ("plate", ("xe biển số {}", "BKS {} đã xử phạt", "xe tải {}"), Persons.plate),
    ("cmnd", ("CMND {}", "số chứng minh nhân dân {} cũ"), Persons.cmnd),
    ("passport", ("hộ chiếu {}", "Passport No {}"), Persons.passport),
    ("name", ("Ông {} đề nghị", "hộ bà {} chưa nhận", "bệnh nhân {} ra viện", "chủ hộ: {}", "anh {} ký"), Persons.name),
)


def planted(seed: int = 2026) -> Iterator[Case]:
    """Every kind in columns with telling and with silent names, in sentences, headers, beside the table, in rows."""
    persons = Persons(seed)
    for kind, labels, make in _IN_COLUMNS:
        for label in labels:
            values = [make(persons) for _ in range(ROWS)]
            rows = tuple((str(place), value) for place, value in enumerate(values, 1))
            yield Case(f"cột {label}", ("tt", label), rows, {(kind, label): ROWS}, tuple(values))
    for kind, sentences, make in _IN_SENTENCES:
        for sentence in sentences:
            yield from _sentence_cases(persons, kind, sentence, make)
    yield from _row_cases(persons)
    yield from _nested_cases(persons)


def _sentence_cases(persons: Persons, kind: str, sentence: str, make: Make) -> Iterator[Case]:
    values = [make(persons) for _ in range(6)]
    texts = [sentence.format(value) for value in values]
    rows = [(str(place), "bình thường") for place in range(18)] + [("1", text) for text in texts]
    persons.random.shuffle(rows)
    yield Case(f"câu {sentence}", ("tt", "Ghi chú"), tuple(rows), {(kind, "Ghi chú"): 6}, tuple(values))
    value = make(persons)
    label = f"Số lượng ({sentence.format(value)})"
    yield Case(f"tiêu đề {sentence}", ("tt", label), (("1", "2"),), {(kind, ""): 1}, (value,))
    value = make(persons)
    around = (LooseText("trang ẩn “Sheet2”, ô B3", sentence.format(value)),)
    yield Case(f"ngoài bảng {sentence}", ("tt",), (("1",),), {(kind, None): 1}, (value,), around)


def _row_cases(persons: Persons) -> Iterator[Case]:
    def rows(*makers: Make) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(make(persons) for make in makers) for _ in range(ROWS))

    for label in ("Ngày sinh", "ngay_sinh", "cot_3", "Cột C"):
        found = rows(Persons.name, Persons.day)
        yield _row_case(f"sinh {label}", ("Họ tên", label), found, {("birth", label): ROWS, ("name", "Họ tên"): ROWS})
    found = rows(Persons.name, lambda persons: str(persons.born().year))
    yield _row_case("năm sinh", ("Họ tên", "Năm sinh"), found, {("birth", "Năm sinh"): ROWS}, secret_columns=1)
    for label in ("Địa chỉ", "Nơi ở", "cot_4"):
        found = rows(Persons.name, Persons.address)
        yield _row_case(f"địa chỉ {label}", ("cot_1", label), found, {("address", label): ROWS})
    found = rows(lambda persons: f"{persons.name()}, {persons.address()}")
    yield _row_case("địa chỉ một ô", ("thong_tin",), found, {("address", "thong_tin"): ROWS})
    found = rows(lambda persons: f"Ông {persons.name()}, trú tại {persons.address()}")
    yield _row_case(
        "địa chỉ trong câu", ("noi_dung",), found, {("address", "noi_dung"): ROWS, ("name", "noi_dung"): ROWS}
    )
    found = rows(lambda persons: f"Bà {persons.name()} sinh ngày {persons.born():%d/%m/%Y}")
    yield _row_case(
        "ngày sinh trong câu", ("noi_dung",), found, {("birth", "noi_dung"): ROWS, ("name", "noi_dung"): ROWS}
    )
    points = tuple((persons.name(), *persons.point()) for _ in range(ROWS))
    yield _row_case("tọa độ nhà", ("Chủ hộ", "Vĩ độ", "Kinh độ"), points, {("coordinates", "Vĩ độ"): ROWS})
    yield _row_case("tọa độ nhà, cột câm", ("a", "b", "c"), points, {("coordinates", "b"): ROWS})
    pairs = tuple((name, f"{north}, {east}") for name, north, east in points)
    yield _row_case("tọa độ một ô", ("ten", "toa_do"), pairs, {("coordinates", "toa_do"): ROWS})
    codes = tuple((f"HN-{place:04d}", north, east) for place, (_, north, east) in enumerate(points))
    yield _row_case("tọa độ hộ", ("ma_ho", "lat", "lon"), codes, {("coordinates", "lat"): ROWS}, secret_columns=0)
    lines = rows(Persons.name, Persons.landline)
    yield _row_case("máy bàn ở nhà", ("Họ tên", "Máy bàn"), lines, {("phone", "Máy bàn"): ROWS})
    taxed = tuple((f"Hộ kinh doanh {persons.name()}", persons.ten()) for _ in range(ROWS))
    yield _row_case("MST hộ kinh doanh", ("ten_nnt", "mst"), taxed, {("tax", "mst"): ROWS})
    home = tuple((f"nhà riêng {persons.landline()}",) for _ in range(ROWS))
    yield _row_case("nhà riêng", ("ghi_chu",), home, {("phone", "ghi_chu"): ROWS})


def _row_case(
    name: str,
    header: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    truth: Mapping[tuple[str, str | None], int],
    secret_columns: int | None = None,
) -> Case:
    secrets = [cell for row in rows for cell in row[:secret_columns] if len(cell) > 4]
    return Case(name, header, rows, truth, tuple(secrets))


def _nested_cases(persons: Persons) -> Iterator[Case]:
    """As the reader gives GeoJSON: nested properties as JSON, the point of a feature in columns of its own."""
    rows, secrets = [], []
    for place in range(ROWS):
        name, phone, (north, east) = persons.name(), persons.phone(), persons.point()
        nested = json.dumps({"lien_he": {"dien_thoai": phone}, "loai": "ao nuôi"}, ensure_ascii=False)
        geometry = json.dumps({"type": "Point", "coordinates": [float(east), float(north)]})
        rows.append((str(place), name, nested, geometry, east, north))
        secrets += [name, phone]
    truth: dict[tuple[str, str | None], int] = {
        ("phone", "thuoc_tinh"): ROWS,
        ("name", "chu"): ROWS,
        ("coordinates", "vi_do"): ROWS,
    }
    header = ("id", "chu", "thuoc_tinh", "geometry", "kinh_do", "vi_do")
    yield Case("GeoJSON", header, tuple(rows), truth, tuple(secrets))


def look_alikes(seed: int = 7) -> Iterator[Case]:
    """Tables of things: each column alone, so that one false finding counts once."""
    persons = Persons(seed)
    pick = persons.random
    columns: Mapping[str, Make] = {
        "ma_tthc": lambda p: f"1.00{p.digits(4)}.000.00.00.H56",
        "cot_a": lambda p: f"1.00{p.digits(4)}.000.00.00.H56",
        "so_ky_hieu": lambda p: f"{pick.randint(1, 5000)}/{pick.randint(2015, 2026)}/QĐ-UBND",
        "van_ban": lambda p: f"Quyết định số {pick.randint(1, 5000)}/QĐ-UBND ngày {pick.randint(1, 28)}/3/2026",
        "ma_so_dn": lambda p: _enterprise(p, "28"),
        "cot_b": lambda p: _enterprise(p, pick.choice(("28", "01", "03", "09"))),
        "cot_c": lambda p: _enterprise(p, "03"),
        "chi_nhanh": lambda p: f"{_enterprise(p, '03')}-00{pick.randint(1, 9)}",
        "ma_thua_dat": lambda p: f"038{pick.randint(14600, 16900)}{pick.randint(1, 9999):04d}",
        "cot_d": lambda p: f"{pick.randint(1, 9)}{p.digits(11)}",
        "thua": lambda p: f"thửa {pick.randint(1, 900)} tờ bản đồ {pick.randint(1, 90)}",
        "ma_vach": lambda p: f"893{p.digits(10)}",
        "ma_vach_upc": lambda p: f"0{p.digits(11)}",
        "cot_e": lambda p: f"{pick.randint(100_000, 99_999_999)}",
        "du_toan": lambda p: f"{pick.randint(100, 999)}.{p.digits(3)}.000",
        "so_tien": lambda p: f"{pick.randint(100_000_000, 999_999_999)}",
        "ty_le": lambda p: f"0,{p.digits(9)}",
        "ty_le_2": lambda p: f"0.9{p.digits(8)}",
        "thu_dien_tu": lambda p: f"ubnd{p.digits(2)}@thanhhoa.gov.vn",
        "email_co_quan": lambda p: f"vanthu@{pick.choice(('snv', 'syt', 'skhcn'))}.thanhhoa.gov.vn",
        "duong_day_nong": lambda p: pick.choice(("1900 1001", "18001234", "0237 3852 345", "02373.852.117", "1022")),
        "dien_thoai": lambda p: f"0237{pick.choice('36789')}{p.digits(6)}",
        "ten_truong": lambda p: f"Trường {pick.choice(('THPT', 'THCS', 'Tiểu học'))} {_namesake(pick)}",
        "ten_duong": lambda p: _namesake(pick),
        "cot_f": lambda p: _namesake(pick),
        "dia_diem": lambda p: f"đường {_namesake(pick)}, phường Hạc Thành",
        "dia_chi": lambda p: f"{pick.randint(1, 300)} {_namesake(pick)}, phường Đông Sơn",
        "le_hoi": lambda p: pick.choice(("Lễ hội đền Bà Triệu", "Đền thờ Lê Hoàn", "Hội đình Bà Chúa")),
        "ten_xa": lambda p: f"{pick.choice(('Xã', 'Phường'))} {p.one_of(_COMMUNES)}",
        "ten_ngan": lambda p: p.one_of(_COMMUNES),
        "tuyen_duong": lambda p: pick.choice(("QL1A", "QL45", "ĐT.506B", "ĐH.12", "Km 12+345", "QL47C đoạn Km36+100")),
        "thoi_diem": lambda p: f"{pick.randint(1, 28):02d}-05-2026 10:{pick.randint(10, 59)}:00",
        "ngay_cap": lambda p: f"2026-0{pick.randint(1, 9)}-{pick.randint(10, 28)}",
        "uuid": lambda p: f"{p.digits(8)}-{p.digits(4)}-4{p.digits(3)}-8{p.digits(3)}-{p.digits(12)}",
        "sha": lambda p: "".join(pick.choices("0123456789abcdef", k=40)),
        "so_phat_hanh_gcn": lambda p: f"{pick.choice(('BT', 'CH', 'DA'))} {p.digits(6)}",
        "seri_gcn": lambda p: f"{pick.choice(('AA', 'DĐ', 'BC'))} {p.digits(8)}",
        "so_giay_phep": lambda p: f"{p.digits(6)}/THA-GPHĐ",
        "isbn": lambda p: f"978-604-{p.digits(2)}-{p.digits(4)}-{p.digits(1)}",
        "tai_khoan_kho_bac": lambda p: f"TK 3713.0.{p.digits(7)} tại Kho bạc Nhà nước Thanh Hóa",
        "ngan_hang": lambda p: f"Agribank: {pick.randint(1, 99)}.{p.digits(3)}.{p.digits(3)} triệu đồng",
        "chi_bhxh": lambda p: f"chi BHXH {pick.randint(1, 9)}{p.digits(9)} đồng",
        "ten_co_so": lambda p: pick.choice(("Nhà thuốc Minh Anh", "Công ty TNHH Lê Gia", "HTX Hà Long")),
        "ghi_chu": lambda p: pick.choice(("Chưa gồm xã Hà Trung", "Theo Nghị quyết 37", "Bằng 105,3% kế hoạch")),
        "ma_trung": lambda p: f"HS-2026-{p.digits(7)}",
        "ma_ho_so": lambda p: f"000.00.12.H56-2603{p.digits(2)}-{p.digits(4)}",
        "wkt": lambda p: f"POINT({p.point()[1]} {p.point()[0]})",
        "mat_hang": lambda p: pick.choice(("Gạo tẻ thường", "Xăng RON 95-III", "Bê tông M250")),
        "thoi_gian": lambda p: f"07h30-11h30, 13h30-{pick.randint(16, 17)}h00",
        "so_lo": lambda p: f"LO{p.digits(7)}",
        "tieu_de": lambda p: f"Điều {pick.randint(1, 90)} Luật số {pick.randint(10, 99)}/2024/QH15",
    }  # fmt: skip
    for label, make in columns.items():
        rows = tuple((str(place), make(persons)) for place in range(ROWS))
        yield Case(f"giống: {label}", ("tt", label), rows, {})
    yield from _look_alike_tables(persons)


def _look_alike_tables(persons: Persons) -> Iterator[Case]:
    pick = persons.random
    stations = tuple((f"Trạm {persons.one_of(_COMMUNES)} {place}", *persons.point()) for place in range(ROWS))
    yield Case("giống: tọa độ trạm", ("ten_tram", "vi_do", "kinh_do"), stations, {})
    clinics = tuple(
        (f"Trạm y tế xã {persons.one_of(_COMMUNES)}", persons.address(), f"0237{persons.digits(7)}", *persons.point())
        for _ in range(ROWS)
    )
    yield Case("giống: cơ sở", ("ten_co_so", "dia_chi", "dien_thoai_co_quan", "vi_do", "kinh_do"), clinics, {})
    founded = tuple((f"Công ty CP {_namesake(pick)}", f"{pick.randint(1990, 2024)}-05-06") for _ in range(ROWS))
    yield Case("giống: ngày thành lập", ("ten_doanh_nghiep", "ngay_thanh_lap"), founded, {})
    statistics = tuple(
        (str(2010 + place % 15), persons.one_of(_COMMUNES), str(pick.randint(900, 9000)), f"{pick.uniform(1, 99):.1f}")
        for place in range(ROWS)
    )
    yield Case("giống: thống kê", ("nam", "ten_xa", "dan_so", "ty_le"), statistics, {})


_HISTORIC = (
    "Lê Lợi|Nguyễn Trãi|Trần Hưng Đạo|Lê Thánh Tông|Nguyễn Du|Quang Trung|Đào Duy Từ|Hàm Rồng|Bà Triệu|Lê Hồng Phong"
    "|Nguyễn Thị Minh Khai|Lê Văn Hưu|Tô Vĩnh Diện|Lý Thường Kiệt|Hạc Thành|Phan Chu Trinh|Lê Lai|Dương Đình Nghệ"
)


def _namesake(pick: random.Random) -> str:
    return pick.choice(_HISTORIC.split("|"))


def _enterprise(persons: Persons, province: str) -> str:
    """A tax number of an enterprise: its tenth figure is a check digit."""
    while True:
        nine = f"{province}{persons.digits(7)}"
        check = 10 - sum(w * int(d) for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), nine, strict=True)) % 11
        if check < 10:
            return f"{nine}{check}"


@dataclass
class Score:
    """Planted and found values of one kind."""

    planted: int = 0
    found: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0


_ALIKE = {"cccd": {"cccd", "bare-cccd"}, "bhyt": {"bhyt", "bhxh"}, "bhxh": {"bhxh", "bhyt"}, "tax": {"tax", "cccd"}}


def find(case: Case, folder: Path) -> list[Issue]:
    """What the gate finds in the values of a case whose dictionary knows none of its columns. Names of columns alone
    are no proof of a look at values, so findings of that sort are left out."""
    table = replace(stage(folder, case.header, case.rows), around=case.around)
    issues = look_for_personal_data(table, schema_of({"name": "khac"}), TODAY).issues
    return [issue for issue in issues if issue.code not in ("personal-data-column", "personal-data-person")]


def score(cases: Sequence[Case], folder: Path) -> tuple[dict[str, Score], list[str]]:
    """Recall by kind over the planted values, and the names of cases in which one is missed."""
    scores: dict[str, Score] = {}
    missed = []
    for case in cases:
        issues = find(case, folder)
        for (kind, column), count in case.truth.items():
            codes = {f"personal-data-{name}" for name in _ALIKE.get(kind, {kind})}
            seen = [issue.count for issue in issues if issue.code in codes and (column == "" or issue.field == column)]
            tally = scores.setdefault(kind, Score())
            tally.planted += count
            tally.found += min(count, max(seen, default=0))
            if max(seen, default=0) < count:
                missed.append(f"{case.name}: {kind} {max(seen, default=0)}/{count}")
    return scores, missed


def false_findings(cases: Sequence[Case], folder: Path) -> list[str]:
    """What is found where nothing is."""
    return [
        f"{case.name}: {issue.code} {issue.field} {[example.value for example in issue.examples][:2]}"
        for case in cases
        for issue in find(case, folder)
    ]


def surplus_findings(cases: Sequence[Case], folder: Path) -> list[str]:
    """Kinds found in planted tables that were not planted there."""
    found = []
    for case in cases:
        allowed = {f"personal-data-{name}" for kind, _ in case.truth for name in {kind, *_ALIKE.get(kind, ())}}
        found += [f"{case.name}: {i.code} {i.field}" for i in find(case, folder) if i.code not in allowed]
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, cases, alike = Path(name), tuple(planted()), tuple(look_alikes())
        scores, missed = score(cases, folder)
        false = false_findings(alike, folder)
        lines = [f"{kind:12} {item.recall:.3f} ({item.found}/{item.planted})" for kind, item in sorted(scores.items())]
        lines += [f"precision    {1 - len(false) / len(alike):.3f} ({len(alike)} look-alikes)", *missed, *false]
        sys.stdout.write("\n".join([*lines, *surplus_findings(cases, folder)]) + "\n")


if __name__ == "__main__":
    main()
