"""Tables as Vietnamese offices lay them out, each with what a careful reader takes from it.

Written in the manner of statistics yearbooks (2000–2025), annexes of circulars, budget publications, and tables of
education and health; all figures and names of persons are simulated. ``|`` parts the cells; ``keep`` are the rows of
data, ``texts`` what a cell is read as where that is not what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harvesters.reading.grid import EMPTY_CELL, Book, Cell, CellKind, Merge, Row, Sheet


@dataclass(frozen=True)
class OfficeTable:
    name: str
    sheet: str
    labels: str
    keep: str
    unit: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    columns: str = ""
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    section: str = ""
    sections: tuple[tuple[str, str], ...] = ()
    fields: str = ""
    asks: bool = False
    """A person must be asked: no reading is right by itself."""

    @property
    def lines(self) -> list[list[str]]:
        return [line.split("|") for line in self.sheet.removeprefix("\n").removesuffix("\n").split("\n")]

    def book(self) -> Book:
        def rows() -> Iterator[Row]:
            for number, line in enumerate(self.lines, start=1):
                yield Row(number, tuple(Cell(text, CellKind.TEXT) if text.strip() else EMPTY_CELL for text in line))

        return Book("xlsx", (Sheet("Biểu", rows, self.merges),))

    @property
    def positions(self) -> list[int]:
        if self.columns:
            return numbers(self.columns)
        return list(range(1, len(self.labels.split("|")) + 1))

    def rows(self) -> list[list[str]]:
        """The rows of data, the name of their section last where the table has such a column."""
        found = []
        names = dict(self.sections)
        section = ""
        for number in numbers(self.keep):
            section = names.get(str(number), section)
            line = self.lines[number - 1]
            cells = [line[place - 1] if place <= len(line) else "" for place in self.positions]
            cells = [self.texts.get((number, place), cell) for place, cell in zip(self.positions, cells, strict=True)]
            found.append([*cells, section] if self.section else cells)
        return found


def numbers(written: str) -> list[int]:
    told = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        told += list(range(int(first), int(last or first) + 1))
    return told


def across(row: int, first: int, last: int) -> Merge:
    return Merge(row, first, row, last)


def down(first: int, last: int, column: int) -> Merge:
    return Merge(first, column, last, column)


YEARBOOKS = [
    OfficeTable(
        "dân số theo giới tính, hai dòng tiêu đề Việt–Anh",
        """
12. Dân số trung bình phân theo giới tính
    Average population by sex
|||Đơn vị tính - Unit: Nghìn người - Thous. pers.
|Tổng số|Nam|Nữ
|Total|Male|Female
2019|3640.1|1801.2|1838.9
2020|3664.9|1815.0|1849.9
2021|3716.4|1842.3|1874.1
Sơ bộ - Prel. 2022|3722.1|1846.0|1876.1
""",
        "|Tổng số / Total|Nam / Male|Nữ / Female",
        "6-9",
        unit="Nghìn người",
    ),
    OfficeTable(
        "đơn vị hành chính, nhãn dòng Việt rồi Anh, số ở dòng Anh",
        """
1. Số đơn vị hành chính có đến 31/12/2005 phân theo vùng
    Number of administrative units as of 31/12/2005 by region

|Quận|Thị xã|Huyện
|Urban districts|Town|Rural districts

CẢ NƯỚC
WHOLE COUNTRY|42|59|536

Đồng bằng sông Hồng
Red River Delta|14|9|84
Tây Nguyên
Central Highlands||4|50
Đông Nam Bộ
South East|17|5|43
""",
        "|Quận / Urban districts|Thị xã / Town|Huyện / Rural districts",
        "8,11,13,15",
        texts={(8, 1): "CẢ NƯỚC", (11, 1): "Đồng bằng sông Hồng", (13, 1): "Tây Nguyên", (15, 1): "Đông Nam Bộ"},
    ),
    OfficeTable(
        "số ở dòng Việt, tiếng Anh ở dòng dưới",
        """
Giá trị sản xuất công nghiệp theo ngành
Gross output of industry by industrial activity
|||Tỷ đồng - Bill. dongs
|2015|2018|2020
Khai khoáng|1204|1310|1402
Mining and quarrying|||
Chế biến, chế tạo|65020|90121|120333
Manufacturing|||
Sản xuất và phân phối điện|4021|5120|6100
Electricity supply|||
""",
        "|2015|2018|2020",
        "5,7,9",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "nhãn hai thứ tiếng ở hai cột",
        """
DIỆN TÍCH LÚA CẢ NĂM
PLANTED AREA OF PADDY
|||Nghìn ha - Thous. ha
Huyện|District|2022|2023
TỔNG SỐ|TOTAL|231.1|229.8
Thọ Xuân|Tho Xuan|15.2|15.1
Yên Định|Yen Dinh|17.0|16.9
Nông Cống|Nong Cong|20.1|20.0
""",
        "Huyện|District|2022|2023",
        "5-8",
        unit="Nghìn ha",
    ),
    OfficeTable(
        "hai nhóm đơn vị trong một bảng",
        """
Dân số trung bình
Average population
|Tổng số|Nam|Nữ
|Total|Male|Female
|Nghìn người - Thous. pers.||
2020|3664.9|1815.0|1849.9
2021|3716.4|1842.3|1874.1
|Tỷ lệ tăng - Growth rate (%)||
2020|0.7|0.8|0.6
2021|1.4|1.5|1.3
""",
        "|Tổng số / Total|Nam / Male|Nữ / Female",
        "6,7,9,10",
        section="Nhóm",
        sections=(("6", "Nghìn người - Thous. pers."), ("9", "Tỷ lệ tăng - Growth rate (%)")),
        asks=True,
    ),
    OfficeTable(
        "ba dòng tiêu đề trộn ô",
        """
LAO ĐỘNG TỪ 15 TUỔI TRỞ LÊN
|||||Đơn vị tính: Người
Năm|Tổng số|Phân theo giới tính||Phân theo khu vực|
||Nam|Nữ|Thành thị|Nông thôn
||Male|Female|Urban|Rural
2020|2230000|1120000|1110000|420000|1810000
2021|2241000|1127000|1114000|433000|1808000
2022|2250000|1130000|1120000|440000|1810000
""",
        "Năm|Tổng số|Phân theo giới tính / Nam / Male|Phân theo giới tính / Nữ / Female"
        "|Phân theo khu vực / Thành thị / Urban|Phân theo khu vực / Nông thôn / Rural",
        "6-8",
        unit="Người",
        merges=(across(3, 3, 4), across(3, 5, 6), down(3, 5, 1), down(3, 5, 2)),
    ),
    OfficeTable(
        "năm làm tiêu đề, giữ bảng ngang",
        """
SẢN LƯỢNG LÚA PHÂN THEO HUYỆN
|||||Tấn
|2018|2019|2020|2021|Sơ bộ 2022
TỔNG SỐ|1432100|1421000|1399000|1410000|1405000
Hoằng Hóa|98000|97500|96000|96200|95900
Hậu Lộc|61000|60500|60100|60000|59800
Nga Sơn|63000|62000|61500|61900|61700
Nguồn: Cục Thống kê
""",
        "|2018|2019|2020|2021|Sơ bộ 2022",
        "4-7",
        unit="Tấn",
    ),
    OfficeTable(
        "vùng làm dòng nhóm",
        """
SỐ XÃ, PHƯỜNG PHÂN THEO VÙNG
|Tổng số|Xã|Phường
I. Vùng đồng bằng|||
Đông Sơn|12|10|2
Thiệu Hóa|20|19|1
II. Vùng miền núi|||
Bá Thước|21|21|
Quan Hóa|15|15|
""",
        "|Tổng số|Xã|Phường",
        "4,5,7,8",
        section="Nhóm",
        sections=(("4", "Vùng đồng bằng"), ("7", "Vùng miền núi")),
    ),
    OfficeTable(
        "thành thị, nông thôn làm dòng nhóm không đánh số",
        """
TỶ LỆ HỘ DÙNG NƯỚC SẠCH (%)
Năm|Chung|Nhóm nghèo nhất|Nhóm giàu nhất
Khu vực thành thị|||
2021|98.1|90.2|99.9
2022|98.5|91.0|99.9
Khu vực nông thôn|||
2021|88.0|70.1|95.2
2022|89.4|72.2|96.0
""",
        "Năm|Chung|Nhóm nghèo nhất|Nhóm giàu nhất",
        "4,5,7,8",
        unit="%",
        section="Nhóm",
        sections=(("4", "Khu vực thành thị"), ("7", "Khu vực nông thôn")),
    ),
    OfficeTable(
        "bảng kéo sang trang, có “(Tiếp theo)”",
        """
35. Sản phẩm công nghiệp chủ yếu
|ĐVT|2020|2021
Xi măng|Nghìn tấn|14000|15100
Đường|Nghìn tấn|110|98
35. (Tiếp theo) Sản phẩm công nghiệp chủ yếu
|ĐVT|2020|2021
Bia|Triệu lít|60|52
Thuốc lá|Triệu bao|120|118
""",
        "|ĐVT|2020|2021",
        "3,4,7,8",
    ),
    OfficeTable(
        "hai bảng chồng nhau cùng tiêu đề, khác đơn vị",
        """
13. Chỉ tiêu lâm nghiệp
|2019|2020|2021
Gỗ khai thác (nghìn m3)|700|750|800
Củi (nghìn ste)|90|88|80

14. Chỉ số phát triển lâm nghiệp (năm trước = 100)
|||%
|2019|2020|2021
Gỗ khai thác|101.2|107.1|106.7
Củi|99.0|97.8|90.9
""",
        "|2019|2020|2021",
        "3,4",
        asks=True,
    ),
    OfficeTable(
        "tiêu đề chữ, dòng hai tiếng Anh, bảng toàn chữ",
        """
Tên cơ sở|Địa chỉ|Người phụ trách|Loại hình
Name of facility|Address|Person in charge|Type
Bệnh viện Nhi|Quảng Hưng|Bác sĩ A|Công lập
Trung tâm Y tế|Hậu Lộc|Bác sĩ B|Công lập
Phòng khám Tâm An|Đông Vệ|Bác sĩ C|Tư nhân
""",
        "Tên cơ sở / Name of facility|Địa chỉ / Address|Người phụ trách / Person in charge|Loại hình / Type",
        "3-5",
    ),
    OfficeTable(
        "chỉ số giá, sơ bộ và số chú thích trong tiêu đề",
        """
CHỈ SỐ GIÁ TIÊU DÙNG
|||%
|Tháng 1|Tháng 2|Bình quân (1)
Chỉ số chung|100.2|100.5|100.4
Lương thực|100.9|101.1|101.0
Nhà ở|99.8|100.1|100.0
(1) So với cùng kỳ năm trước.
""",
        "|Tháng 1|Tháng 2|Bình quân",
        "4-6",
        unit="%",
    ),
    OfficeTable(
        "nhãn dài viết trên hai dòng, không có tiếng Anh",
        """
VỐN ĐẦU TƯ
|2020|2021
Vốn nhà nước|100|120
Vốn của khu vực doanh nghiệp||
có vốn đầu tư nước ngoài|300|310
Vốn khác|50|60
""",
        "|2020|2021",
        "3,5,6",
        texts={(5, 1): "Vốn của khu vực doanh nghiệp có vốn đầu tư nước ngoài"},
        asks=True,
    ),
]

ANNEXES = [
    OfficeTable(
        "biểu mẫu kèm thông tư, A B 1 2 3",
        """
Biểu số 01/BTP/VĐC/XDPL|KẾT QUẢ SOẠN THẢO VĂN BẢN||Đơn vị báo cáo: Sở Tư pháp
Ban hành kèm theo Thông tư số 03/2019/TT-BTP|(6 tháng)||Đơn vị nhận báo cáo: Bộ Tư pháp
|||Đơn vị tính: Văn bản
|Tên đơn vị|Tổng số|Chia ra|
|||Nghị quyết|Quyết định
A|B|(1)=(2)+(3)|(2)|(3)
1|Sở Nội vụ|12|4|8
2|Sở Y tế|9|2|7
3|Sở Tài chính|15|5|10
|Người lập biểu||Thủ trưởng đơn vị|
|(Ký, ghi rõ họ tên)||(Ký, đóng dấu)|
""",
        "|Tên đơn vị|Tổng số|Chia ra / Nghị quyết|Chia ra / Quyết định",
        "7-9",
        unit="Văn bản",
        merges=(across(4, 4, 5),),
    ),
    OfficeTable(
        "chữ ký hai bên ngay dưới bảng hai cột",
        """
DANH MỤC HỒ SƠ
Tên hồ sơ|Số lượng
Đơn đề nghị|12
Bản sao bằng cấp|24
Giấy khám sức khỏe|12
Người lập biểu|Thủ trưởng đơn vị
""",
        "Tên hồ sơ|Số lượng",
        "3-5",
    ),
    OfficeTable(
        "số thứ tự trần 1 2 3 4 dưới tiêu đề",
        """
STT|Tên xã|Số hộ|Số hộ nghèo
1|2|3|4
1|Xã Hoằng Lộc|2100|35
2|Xã Hoằng Thịnh|1950|41
3|Xã Hoằng Thái|1230|22
""",
        "STT|Tên xã|Số hộ|Số hộ nghèo",
        "3-5",
    ),
    OfficeTable(
        "tên xã trộn dọc nhiều dòng",
        """
DANH SÁCH CƠ SỞ THEO XÃ
Tên xã|Tên trường|Số lớp
Xã Hoằng Lộc|Mầm non Hoằng Lộc|12
|Tiểu học Hoằng Lộc|20
|THCS Hoằng Lộc|16
Xã Hoằng Thịnh|Mầm non Hoằng Thịnh|10
|Tiểu học Hoằng Thịnh|18
""",
        "Tên xã|Tên trường|Số lớp",
        "3-7",
        texts={(4, 1): "Xã Hoằng Lộc", (5, 1): "Xã Hoằng Lộc", (7, 1): "Xã Hoằng Thịnh"},
        merges=(down(3, 5, 1), down(6, 7, 1)),
    ),
    OfficeTable(
        "quốc hiệu hai bên, số hiệu, nơi nhận",
        """
UBND TỈNH THANH HÓA|||CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG|||Độc lập - Tự do - Hạnh phúc
Số: 15/BC-SNNMT|||Thanh Hóa, ngày 5 tháng 7 năm 2025

PHỤ LỤC I: KẾT QUẢ SẢN XUẤT VỤ XUÂN
(Kèm theo Báo cáo số 15/BC-SNNMT ngày 5/7/2025)
STT|Cây trồng|Diện tích (ha)|Sản lượng - tấn
1|Lúa|113000|745000
2|Ngô|12000|60000
3|Lạc|7000|15000
|Tổng cộng|132000|820000
Nơi nhận:|||GIÁM ĐỐC
- UBND tỉnh;|||(đã ký)
""",
        "STT|Cây trồng|Diện tích (ha)|Sản lượng - tấn",
        "8-11",
        units={"Diện tích (ha)": "ha", "Sản lượng - tấn": "tấn"},
    ),
    OfficeTable(
        "dòng đơn vị dưới từng tiêu đề",
        """
NĂNG SUẤT, SẢN LƯỢNG
Tên xã|Diện tích|Năng suất|Sản lượng
|ha|tạ/ha|tấn
Xã Hoằng Lộc|250|62|1550
Xã Hoằng Thịnh|230|61|1403
Xã Hoằng Thái|180|60|1080
""",
        "Tên xã|Diện tích (ha)|Năng suất (tạ/ha)|Sản lượng (tấn)",
        "4-6",
        units={"Diện tích (ha)": "ha", "Năng suất (tạ/ha)": "tạ/ha", "Sản lượng (tấn)": "tấn"},
    ),
    OfficeTable(
        "mục lớn A, mục nhỏ I trong thân bảng",
        """
DANH MỤC DỰ ÁN
TT|Tên dự án|Tổng mức đầu tư (triệu đồng)|Vốn năm 2025 (triệu đồng)
A|DỰ ÁN CHUYỂN TIẾP||
I|Lĩnh vực giao thông||
1|Đường tỉnh 514|120000|40000
2|Cầu Cẩm Vân|90000|30000
II|Lĩnh vực y tế||
1|Trạm y tế Bát Mọt|8000|4000
B|DỰ ÁN KHỞI CÔNG MỚI||
I|Lĩnh vực giao thông||
1|Đường Hồi Xuân|70000|10000
""",
        "TT|Tên dự án|Tổng mức đầu tư (triệu đồng)|Vốn năm 2025 (triệu đồng)",
        "5,6,8,11",
        section="Nhóm",
        sections=(
            ("5", "DỰ ÁN CHUYỂN TIẾP / Lĩnh vực giao thông"),
            ("8", "DỰ ÁN CHUYỂN TIẾP / Lĩnh vực y tế"),
            ("11", "DỰ ÁN KHỞI CÔNG MỚI / Lĩnh vực giao thông"),
        ),
    ),
    OfficeTable(
        "tiêu đề lặp lại ở đầu trang in",
        """
DANH SÁCH TRẠM Y TẾ
TT|Tên trạm|Số giường|Số bác sĩ
1|Trạm Y tế Hoằng Lộc|5|1
2|Trạm Y tế Hoằng Thịnh|5|1
TT|Tên trạm|Số giường|Số bác sĩ
3|Trạm Y tế Hoằng Thái|4|1
4|Trạm Y tế Hoằng Đồng|5|2
""",
        "TT|Tên trạm|Số giường|Số bác sĩ",
        "3,4,6,7",
    ),
    OfficeTable(
        "tên người ký dưới bảng",
        """
BÁO CÁO SỐ LIỆU
Chỉ tiêu|Kế hoạch|Thực hiện|So sánh (%)
Số thuê bao|1000|1100|110
Số trạm BTS|200|190|95
Doanh thu (tỷ đồng)|50|55|110

||Thanh Hóa, ngày 10 tháng 1 năm 2024|
Người lập||Giám đốc|
Nguyễn Văn Mẫu||Trần Thị Thử|
""",
        "Chỉ tiêu|Kế hoạch|Thực hiện|So sánh (%)",
        "3-5",
    ),
    OfficeTable(
        "đơn vị là cơ quan, không phải đơn vị tính",
        """
Đơn vị: Trường THPT Hàm Rồng
DANH SÁCH LỚP
Lớp|Sĩ số|Nữ
10A1|45|22
10A2|44|20
10A3|46|25
""",
        "Lớp|Sĩ số|Nữ",
        "4-6",
    ),
]

BUDGETS = [
    OfficeTable(
        "cân đối ngân sách, biểu 46/CK-NSNN",
        """
UBND TỈNH THANH HÓA|||Biểu số 46/CK-NSNN
CÂN ĐỐI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2024
(Dự toán trình Hội đồng nhân dân)
|||Đơn vị: Triệu đồng
STT|Nội dung|Dự toán năm 2023|Dự toán năm 2024
A|TỔNG NGUỒN THU NGÂN SÁCH ĐỊA PHƯƠNG|41000000|42500000
I|Thu NSĐP được hưởng theo phân cấp|18000000|19000000
1|Thu NSĐP hưởng 100%|12000000|12500000
2|Thu NSĐP hưởng từ các khoản thu phân chia|6000000|6500000
II|Thu bổ sung từ ngân sách cấp trên|23000000|23500000
B|TỔNG CHI NGÂN SÁCH ĐỊA PHƯƠNG|41200000|42600000
C|BỘI CHI NSĐP|200000|100000
""",
        "STT|Nội dung|Dự toán năm 2023|Dự toán năm 2024",
        "6-12",
        unit="Triệu đồng",
    ),
    OfficeTable(
        "thực hiện thu, so sánh phần trăm, 3=2/1",
        """
Biểu số 60/CK-NSNN
ƯỚC THỰC HIỆN THU NGÂN SÁCH QUÝ II NĂM 2024
||||Đơn vị: Tỷ đồng
STT|Nội dung|Dự toán năm|Ước thực hiện quý|So sánh với dự toán (%)
A|B|1|2|3=2/1
I|Thu nội địa|24000|7000|29.2
1|Thu từ khu vực DNNN|1500|400|26.7
2|Thuế thu nhập cá nhân|1100|350|31.8
II|Thu từ dầu thô|||
III|Thu từ hoạt động xuất nhập khẩu|16000|5100|31.9
""",
        "STT|Nội dung|Dự toán năm|Ước thực hiện quý|So sánh với dự toán (%)",
        "6-10",
        unit="Tỷ đồng",
        asks=True,
    ),
    OfficeTable(
        "Trong đó: giữa các dòng chi",
        """
DỰ TOÁN CHI NGÂN SÁCH CẤP TỈNH
||Triệu đồng
STT|Nội dung|Dự toán
1|Chi đầu tư phát triển|9000000
2|Chi thường xuyên|14000000
|Trong đó:|
2.1|Chi giáo dục - đào tạo|5100000
2.2|Chi khoa học và công nghệ|120000
3|Dự phòng|600000
""",
        "STT|Nội dung|Dự toán",
        "4,5,7-9",
        unit="Triệu đồng",
    ),
    OfficeTable(
        "ba dòng tiêu đề trộn, dòng công thức",
        """
QUYẾT TOÁN CHI NGÂN SÁCH HUYỆN
|||||||Triệu đồng
STT|Tên đơn vị|Dự toán|||Quyết toán||
||Tổng số|Trong đó||Tổng số|Trong đó|
|||Chi đầu tư|Chi thường xuyên||Chi đầu tư|Chi thường xuyên
A|B|1=2+3|2|3|4=5+6|5|6
1|Huyện Thọ Xuân|900|300|600|950|330|620
2|Huyện Yên Định|850|250|600|870|260|610
|Tổng số|1750|550|1200|1820|590|1230
""",
        "STT|Tên đơn vị|Dự toán / Tổng số|Dự toán / Trong đó / Chi đầu tư|Dự toán / Trong đó / Chi thường xuyên"
        "|Quyết toán / Tổng số|Quyết toán / Trong đó / Chi đầu tư|Quyết toán / Trong đó / Chi thường xuyên",
        "7-9",
        unit="Triệu đồng",
        merges=(
            down(3, 5, 1),
            down(3, 5, 2),
            across(3, 3, 5),
            across(3, 6, 8),
            down(4, 5, 3),
            across(4, 4, 5),
            down(4, 5, 6),
            across(4, 7, 8),
        ),
    ),
    OfficeTable(
        "số chú thích sau dấu cách ở nhãn dòng",
        """
CÂN ĐỐI NGÂN SÁCH
||Tỷ đồng
STT|Chỉ tiêu|Quyết toán
1|Thu từ thuế và phí|142289
2|Thu về vốn 1|15540
3|Bội chi theo thông lệ 2|-7881
4|Thu kết chuyển|26162
1 Bao gồm thu từ bán nhà và tiền giao đất.
2 Không bao gồm chi trả nợ gốc.
""",
        "STT|Chỉ tiêu|Quyết toán",
        "4-7",
        unit="Tỷ đồng",
        texts={(5, 2): "Thu về vốn", (6, 2): "Bội chi theo thông lệ"},
    ),
    OfficeTable(
        "quý 1, quý 2 không phải số chú thích",
        """
THU NGÂN SÁCH THEO QUÝ
Nội dung|Số thu|Ghi chú thêm
Thu quý 1|100|
Thu quý 2|120|
Thu quý 3|130|
1 Số liệu ước thực hiện.
""",
        "Nội dung|Số thu|Ghi chú thêm",
        "3-5",
    ),
    OfficeTable(
        "hai đơn vị tính cho một bảng",
        """
CHỈ TIÊU KINH TẾ
|||Đơn vị tính: Tỷ đồng, %
Chỉ tiêu|Thực hiện|Kế hoạch|Tỷ lệ
Thu nội địa|24000|23000|104.3
Thu xuất khẩu|16000|17000|94.1
Thu viện trợ|10|10|100
""",
        "Chỉ tiêu|Thực hiện|Kế hoạch|Tỷ lệ",
        "4-6",
        asks=True,
    ),
    OfficeTable(
        "nghìn đồng ghi trong ngoặc ở tên bảng",
        """
DỰ TOÁN THU PHÍ, LỆ PHÍ (NGHÌN ĐỒNG)
STT|Loại phí|Dự toán|Thực hiện
1|Phí tham quan|50000|47000
2|Lệ phí hộ tịch|8000|8200
3|Phí thẩm định|12000|11000
""",
        "STT|Loại phí|Dự toán|Thực hiện",
        "3-5",
        unit="NGHÌN ĐỒNG",
    ),
]

SCHOOLS_AND_HEALTH = [
    OfficeTable(
        "trường lớp theo cấp học, cộng từng nhóm",
        """
SỐ TRƯỜNG, LỚP, HỌC SINH NĂM HỌC 2024-2025
Huyện|Số trường|Số lớp|Số học sinh
I. Mầm non|||
Thọ Xuân|42|510|12100
Yên Định|30|380|9800
Cộng|72|890|21900
II. Tiểu học|||
Thọ Xuân|40|690|19800
Yên Định|28|520|15100
Cộng|68|1210|34900
""",
        "Huyện|Số trường|Số lớp|Số học sinh",
        "4-6,8-10",
        section="Nhóm",
        sections=(("4", "Mầm non"), ("8", "Tiểu học")),
    ),
    OfficeTable(
        "số lưu dạng chữ, dấu chấm nghìn",
        """
GIƯỜNG BỆNH VÀ LƯỢT KHÁM
Cơ sở|Giường bệnh|Lượt khám|Công suất (%)
Bệnh viện Đa khoa tỉnh|1.200|412.000|98,5
Bệnh viện Nhi|700|180.500|91,2
Bệnh viện Phụ sản|550|95.300|88,0
""",
        "Cơ sở|Giường bệnh|Lượt khám|Công suất (%)",
        "3-5",
    ),
    OfficeTable(
        "bảng trái phải cùng tiêu đề (in hai cột)",
        """
DANH SÁCH XÃ VÀ SỐ TRẺ TIÊM CHỦNG
STT|Tên xã|Số trẻ||STT|Tên xã|Số trẻ
1|Hoằng Lộc|120||4|Hoằng Đồng|98
2|Hoằng Thịnh|110||5|Hoằng Quang|87
3|Hoằng Thái|76||6|Hoằng Anh|91
""",
        "STT|Tên xã|Số trẻ",
        "3-5",
        columns="1-3",
        asks=True,
    ),
    OfficeTable(
        "bảng trái phải khác tiêu đề",
        """
BIỂU TỔNG HỢP
Tên xã|Số trường|Số lớp||Cơ sở y tế|Số giường|Số bác sĩ
Hoằng Lộc|3|48||Trạm Hoằng Lộc|5|1
Hoằng Thịnh|3|41||Trạm Hoằng Thịnh|5|1
Hoằng Thái|2|30||Trạm Hoằng Thái|4|1
""",
        "Tên xã|Số trường|Số lớp",
        "3-5",
        columns="1-3",
        asks=True,
    ),
    OfficeTable(
        "cột trống chỉ để giãn cách, một bảng",
        """
SỐ CA MẮC
Bệnh||2022||2023
Sốt xuất huyết||410||380
Tay chân miệng||220||260
Thủy đậu||90||70
""",
        "Bệnh|2022|2023",
        "3-5",
        columns="1,3,5",
    ),
    OfficeTable(
        "chú thích dấu sao và sơ bộ",
        """
CÁN BỘ Y TẾ
|Bác sĩ *|Y sĩ|Điều dưỡng
2021|2900|1100|3900
2022|3000|1050|4000
Sơ bộ 2023|3100|1000|4100
* Kể cả bác sĩ hợp đồng.
""",
        "|Bác sĩ|Y sĩ|Điều dưỡng",
        "3-5",
    ),
    OfficeTable(
        "dòng tổng đầu bảng và chia ra",
        """
HỌC SINH PHỔ THÔNG
||Người
Chỉ tiêu|2022|2023
Tổng số|680000|690000
Chia ra:||
Tiểu học|330000|332000
Trung học cơ sở|230000|236000
Trung học phổ thông|120000|122000
""",
        "Chỉ tiêu|2022|2023",
        "4,6-8",
        unit="Người",
    ),
    OfficeTable(
        "ô trống cả dòng vì chưa có số liệu",
        """
TỶ LỆ HỘ NGHÈO
Huyện|2021|2022|2023
Thọ Xuân|3.1|2.6|2.0
Mường Lát|||
Quan Sơn|20.1|17.0|14.2
""",
        "Huyện|2021|2022|2023",
        "3-5",
        asks=True,
    ),
    OfficeTable(
        "hai cấp nhóm công lập, ngoài công lập",
        """
TRƯỜNG HỌC THEO LOẠI HÌNH
Cấp học|Số trường|Số giáo viên
1. Công lập:||
Mầm non|650|12000
Tiểu học|600|11000
2. Ngoài công lập:||
Mầm non|40|600
Tiểu học|3|90
""",
        "Cấp học|Số trường|Số giáo viên",
        "4,5,7,8",
        section="Nhóm",
        sections=(("4", "Công lập"), ("7", "Ngoài công lập")),
    ),
    OfficeTable(
        "chú thích (1) ở nhãn dòng",
        """
DÂN SỐ VÀ NHÂN KHẨU
Huyện|Dân số (người)|Số hộ (hộ)
Thọ Xuân (1)|205000|58000
Yên Định|170000|49000
Sầm Sơn (1)|110000|30000
(1) Đã điều chỉnh địa giới hành chính.
""",
        "Huyện|Dân số (người)|Số hộ (hộ)",
        "3-5",
        texts={(3, 1): "Thọ Xuân", (5, 1): "Sầm Sơn"},
        units={"Dân số (người)": "người", "Số hộ (hộ)": "hộ"},
    ),
    OfficeTable(
        "ghi chú không dấu hiệu ở cuối bảng",
        """
SỐ TRẠM QUAN TRẮC
Huyện|2022|2023
Thọ Xuân|3|4
Yên Định|2|2
Số liệu do các huyện cung cấp, chưa thẩm định.||
""",
        "Huyện|2022|2023",
        "3,4",
        asks=True,
    ),
]

TABLES = [*YEARBOOKS, *ANNEXES, *BUDGETS, *SCHOOLS_AND_HEALTH]
