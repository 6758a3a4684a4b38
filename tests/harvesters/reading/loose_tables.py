"""Tables with loose ends: page numbers, second tables, units and signatures where nobody expects them."""

from __future__ import annotations

from tests.harvesters.reading.office_tables import OfficeTable

LOOSE = [
    OfficeTable(
        "bảng chữ thứ hai không có STT",
        """
PHÒNG KHÁM
Tên|Địa chỉ|Phụ trách
Tâm An|Đông Vệ|Bác sĩ A
Tâm Đức|Hàm Rồng|Bác sĩ B
DANH SÁCH NHÀ THUỐC
Nhà thuốc|Địa bàn|Dược sĩ
Minh Châu|Quảng Thắng|Dược sĩ C
""",
        "Tên|Địa chỉ|Phụ trách",
        "3,4",
        asks=True,
    ),
    OfficeTable(
        "đơn vị tính dưới bảng",
        """
GIÁ TRỊ SẢN XUẤT
Ngành|2021|2022
Nông nghiệp|100|110
Công nghiệp|300|320
Đơn vị tính: Tỷ đồng
""",
        "Ngành|2021|2022",
        "3,4",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "trang sau lặp tên bảng, đơn vị và tiêu đề",
        """
12. Diện tích lúa
||Đơn vị tính: Ha
Huyện|2021|2022
Thọ Xuân|100|110
Yên Định|90|95
12. (Tiếp theo) Diện tích lúa
||Đơn vị tính: Ha
Huyện|2021|2022
Nga Sơn|80|85
Hậu Lộc|70|72
""",
        "Huyện|2021|2022",
        "4,5,9,10",
        unit="Ha",
    ),
    OfficeTable(
        "trang sau lặp đơn vị và tiêu đề",
        """
12. Diện tích lúa
||Đơn vị tính: Ha
Huyện|2021|2022
Thọ Xuân|100|110
Yên Định|90|95
||Đơn vị tính: Ha
Huyện|2021|2022
Nga Sơn|80|85
Hậu Lộc|70|72
""",
        "Huyện|2021|2022",
        "4,5,8,9",
        unit="Ha",
    ),
    OfficeTable(
        "số trang giữa bảng",
        """
12. Diện tích lúa
Huyện|2021|2022
Thọ Xuân|100|110
||35
Huyện|2021|2022
Nga Sơn|80|85
""",
        "Huyện|2021|2022",
        "3,6",
        asks=True,
    ),
    OfficeTable(
        "nhãn tiếng Việt không dấu",
        """
BAO CAO SAN XUAT
Don vi tinh: tan
Ten xa|Dien tich|San luong
Xuan Lam|100|600
Xuan Bai|90|500
Tong cong|190|1100
Nguoi lap bieu||Thu truong don vi
""",
        "Ten xa|Dien tich|San luong",
        "4-6",
        unit="tan",
    ),
    OfficeTable(
        "cột số liệu ước tính có chữ",
        """
TIẾN ĐỘ
Dự án|Kế hoạch|Thực hiện
Cầu A|100|90
Cầu B|80|chưa khởi công
Cầu C|60|55
Cầu D|40|30
""",
        "Dự án|Kế hoạch|Thực hiện",
        "3-6",
    ),
    OfficeTable(
        "hai bảng chồng khác cột",
        """
BẢNG 1
Huyện|Dân số|Diện tích
Thọ Xuân|200|300
Yên Định|180|210

BẢNG 2
Năm|Thu|Chi
2021|10|9
2022|12|11
""",
        "Huyện|Dân số|Diện tích",
        "3,4",
        asks=True,
    ),
    OfficeTable(
        "bảng dọc nhãn–giá trị",
        """
THÔNG TIN CHUNG
Tên cơ sở|Trạm Y tế Xuân Lam
Địa chỉ|Xuân Lam, Thọ Xuân
Số giường|5
Số bác sĩ|1
""",
        "Tên cơ sở|Trạm Y tế Xuân Lam",
        "3-5",
        asks=True,
    ),
    OfficeTable(
        "chữ ký tên người in hoa cuối bảng, không có chức danh",
        """
BẢNG KÊ
TT|Nội dung|Số tiền
1|Mua giấy|100
2|Mua mực|200
||NGUYỄN VĂN MẪU
""",
        "TT|Nội dung|Số tiền",
        "3,4",
        asks=True,
    ),
    OfficeTable(
        "tiêu đề có cột trống cuối",
        """
BIỂU
STT|Tên|Số|
1|A xã|5|
2|B xã|6|
3|C xã|7|
""",
        "STT|Tên|Số",
        "3-5",
        columns="1-3",
    ),
    OfficeTable(
        "vùng đông nam bộ thiếu số liệu giữa",
        """
DÂN SỐ THEO VÙNG
Vùng|2021|2022
Vùng Tây Bắc|100|110
Vùng Đông Bắc||
Vùng Tây Nguyên|90|95
""",
        "Vùng|2021|2022",
        "3-5",
        asks=True,
    ),
    OfficeTable(
        "dòng % dưới số tuyệt đối",
        """
CƠ CẤU
Chỉ tiêu|2021|2022
Tổng số|200|300
Tỷ trọng (%)|100|100
Nam|100|140
Tỷ trọng (%)|50|46.7
""",
        "Chỉ tiêu|2021|2022",
        "3-6",
    ),
    OfficeTable(
        "ghi chú dài nhiều dòng, dấu gạch",
        """
KẾT QUẢ
Huyện|Số|Tỷ lệ
A huyện|5|1.5
B huyện|6|2.5
Ghi chú:
- Số liệu tính đến 30/6
- Tỷ lệ tính trên tổng số hộ
""",
        "Huyện|Số|Tỷ lệ",
        "3-4",
    ),
    OfficeTable(
        "gạch đầu dòng ghi chú không có chữ Ghi chú",
        """
KẾT QUẢ
Huyện|Số|Tỷ lệ
A huyện|5|1.5
B huyện|6|2.5
- Số liệu tính đến 30/6
""",
        "Huyện|Số|Tỷ lệ",
        "3-4",
        asks=True,
    ),
]
