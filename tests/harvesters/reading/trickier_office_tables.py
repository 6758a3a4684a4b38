"""More tables as offices lay them out: those that were misread once, or that two careful readers read differently."""

from __future__ import annotations

from tests.harvesters.reading.office_tables import OfficeTable, across, down

TRICKIER = [
    OfficeTable(
        "năm hai tầng, số lượng và tỷ lệ",
        """
KẾT QUẢ GIẢM NGHÈO
Huyện|Năm 2022||Năm 2023|
|Số hộ|Tỷ lệ (%)|Số hộ|Tỷ lệ (%)
Thọ Xuân|1200|2.1|1000|1.7
Như Xuân|2100|12.5|1800|10.6
Quan Hóa|2300|20.0|1900|16.4
""",
        "Huyện|Năm 2022 / Số hộ|Năm 2022 / Tỷ lệ (%)|Năm 2023 / Số hộ|Năm 2023 / Tỷ lệ (%)",
        "4-6",
        merges=(down(2, 3, 1), across(2, 2, 3), across(2, 4, 5)),
    ),
    OfficeTable(
        "bảng bắt đầu ở cột C, dòng 5",
        """



||DÂN SỐ
||Huyện|Dân số|Mật độ
||Thọ Xuân|205000|702
||Yên Định|170000|780
||Nga Sơn|147000|930
""",
        "Huyện|Dân số|Mật độ",
        "6-8",
        columns="3-5",
    ),
    OfficeTable(
        "đơn vị tiếng Anh dưới năm sơ bộ",
        """
35|Sản lượng thủy sản
|Production of fishery
||Tấn - Ton
|2021|2022|Sơ bộ
|||Prel. 2023
TỔNG SỐ - TOTAL|200000|210000|215000
Khai thác - Caught|130000|135000|137000
Nuôi trồng - Aquaculture|70000|75000|78000
""",
        "|2021|2022|Sơ bộ / Prel. 2023",
        "6-8",
        unit="Tấn",
    ),
    OfficeTable(
        "nhóm huyện trộn ngang cả bảng",
        """
DANH SÁCH TRƯỜNG
TT|Tên trường|Số lớp|Số học sinh
Huyện Thọ Xuân|||
1|Tiểu học Xuân Lam|12|340
2|Tiểu học Xuân Bái|15|450
Huyện Yên Định|||
3|Tiểu học Định Bình|14|400
""",
        "TT|Tên trường|Số lớp|Số học sinh",
        "4,5,7",
        merges=(across(3, 1, 4), across(6, 1, 4)),
        section="Nhóm",
        sections=(("4", "Huyện Thọ Xuân"), ("7", "Huyện Yên Định")),
    ),
    OfficeTable(
        "nhóm huyện không trộn ô, không đánh số",
        """
DANH SÁCH TRƯỜNG
TT|Tên trường|Số lớp|Số học sinh
Thọ Xuân|||
1|Tiểu học Xuân Lam|12|340
Yên Định|||
2|Tiểu học Định Bình|14|400
""",
        "TT|Tên trường|Số lớp|Số học sinh",
        "4,6",
        asks=True,
    ),
    OfficeTable(
        "danh sách gồm có, bằng chữ",
        """
DANH SÁCH HỖ TRỢ
TT|Nội dung|Số tiền
1|Hỗ trợ học phí|1500000
2|Hỗ trợ ăn trưa|800000
|Tổng cộng|2300000
(Bằng chữ: Hai triệu ba trăm nghìn đồng)||
Danh sách gồm có 02 khoản./.||
""",
        "TT|Nội dung|Số tiền",
        "3-5",
    ),
    OfficeTable(
        "dòng Tỉnh: … Năm: … trên tiêu đề",
        """
BÁO CÁO THỐNG KÊ
Tỉnh: Thanh Hóa||Năm: 2024||Biểu: 01
STT|Tên cơ sở|Số giường|Số bác sĩ|Số y sĩ
1|Bệnh viện A|300|60|40
2|Bệnh viện B|200|45|30
3|Bệnh viện C|150|30|25
""",
        "STT|Tên cơ sở|Số giường|Số bác sĩ|Số y sĩ",
        "4-6",
    ),
    OfficeTable(
        "hai bảng toàn chữ chồng nhau",
        """
DANH SÁCH PHÒNG KHÁM
TT|Tên|Địa chỉ|Phụ trách
1|Phòng khám Tâm An|Đông Vệ|Bác sĩ A
2|Phòng khám Tâm Đức|Hàm Rồng|Bác sĩ B
DANH SÁCH NHÀ THUỐC
TT|Tên nhà thuốc|Địa bàn|Dược sĩ
1|Nhà thuốc Minh Châu|Quảng Thắng|Dược sĩ C
2|Nhà thuốc Hoa Mai|Quảng Hưng|Dược sĩ D
""",
        "TT|Tên|Địa chỉ|Phụ trách",
        "3,4",
        asks=True,
    ),
    OfficeTable(
        "tên tỉnh chỉ ghi ở dòng đầu mỗi nhóm",
        """
DÂN SỐ THEO TỈNH VÀ NĂM
Tỉnh|Năm|Dân số
Thanh Hóa|2021|3716
|2022|3722
|2023|3739
Nghệ An|2021|3409
|2022|3420
|2023|3442
""",
        "Tỉnh|Năm|Dân số",
        "3-8",
        asks=True,
    ),
    OfficeTable(
        "số đếm 1 2 3 4 có thể là số liệu",
        """
SỐ VỤ THEO NGÀY
Ngày|Cháy|Nổ|Khác
1|2|3|4
2|0|1|5
3|1|1|2
""",
        "Ngày|Cháy|Nổ|Khác",
        "3-5",
        asks=True,
    ),
    OfficeTable(
        "cột bên phải là tên tiếng Anh",
        """
DIỆN TÍCH CÂY LÂU NĂM
|||Ha
|2021|2022|
Cao su|6500|6300|Rubber
Chè|200|190|Tea plantation
Dứa|1700|1800|Pineapple
""",
        "|2021|2022|",
        "4-6",
        unit="Ha",
    ),
    OfficeTable(
        "bảng phải thấp hơn bảng trái",
        """
BIỂU TỔNG HỢP CÔNG TÁC Y TẾ
Xã|Số trẻ|Đã tiêm||||
Hoằng Lộc|120|118||Bệnh|Số ca|Tử vong
Hoằng Thịnh|110|109||Sởi|3|0
Hoằng Thái|76|70||Sốt xuất huyết|12|0
Hoằng Đồng|98|98||Thủy đậu|7|0
""",
        "Xã|Số trẻ|Đã tiêm",
        "3-6",
        columns="1-3",
        asks=True,
    ),
    OfficeTable(
        "bảng in hai cột không có cột ngăn",
        """
DANH SÁCH
Mã|Tên xã|Mã|Tên xã
14758|Hạc Thành|14797|Đông Tiến
14770|Hàm Rồng|14812|Nguyệt Viên
""",
        "Mã|Tên xã",
        "3-4",
        columns="1-2",
        asks=True,
    ),
    OfficeTable(
        "số có dấu cách, ngoặc âm, dấu ba chấm",
        """
CÁN CÂN THƯƠNG MẠI
||||Triệu USD
Chỉ tiêu|2020|2021|2022|2023
Xuất khẩu|3 600,5|5 000,1|5 600,0|5 100,9
Nhập khẩu|5 900,0|7 100,0|8 900,0|…
Cán cân|(2 299,5)|(2 099,9)|(3 300,0)|…
""",
        "Chỉ tiêu|2020|2021|2022|2023",
        "4-6",
        unit="Triệu USD",
    ),
    OfficeTable(
        "tiêu đề có chữ in hoa toàn bộ, thân cũng in hoa",
        """
TỔNG HỢP
ĐƠN VỊ|SỐ HỒ SƠ|ĐÚNG HẠN
SỞ Y TẾ|120|118
SỞ NỘI VỤ||
SỞ TÀI CHÍNH|80|79
""",
        "ĐƠN VỊ|SỐ HỒ SƠ|ĐÚNG HẠN",
        "3-5",
        asks=True,
    ),
    OfficeTable(
        "tiêu đề ba dòng không trộn ô",
        """
THU NGÂN SÁCH NHÀ NƯỚC
||||Đơn vị tính: Tỷ đồng - Bill. VND
Stt|||Dự toán|Quyết toán
|Chỉ tiêu|Items|2012|2012
No|||(Plan)|(Final)
A|Tổng thu|Total revenue|740500|734883
1|Thu từ thuế|Tax revenue|680000|675000
2|Thu về vốn|Capital revenue|30000|31000
""",
        "Stt / No|Chỉ tiêu|Items|Dự toán / 2012 / (Plan)|Quyết toán / 2012 / (Final)",
        "6-8",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "tổng phụ Cộng giữa các nhóm có số la mã",
        """
TỔNG HỢP KINH PHÍ
STT|Đơn vị|Kinh phí (đồng)
I|KHỐI TỈNH|
1|Sở Y tế|1200000000
2|Sở Nội vụ|800000000
|Cộng khối tỉnh|2000000000
II|KHỐI HUYỆN|
1|Thọ Xuân|500000000
|Cộng khối huyện|500000000
|TỔNG CỘNG|2500000000
""",
        "STT|Đơn vị|Kinh phí (đồng)",
        "4-6,8-10",
        units={"Kinh phí (đồng)": "đồng"},
        section="Nhóm",
        sections=(("4", "KHỐI TỈNH"), ("8", "KHỐI HUYỆN")),
    ),
    OfficeTable(
        "trang 2 giữa bảng",
        """
DANH SÁCH
TT|Họ tên|Điểm
1|Lê Văn Một|8
2|Lê Văn Hai|7
Trang 1/2||
TT|Họ tên|Điểm
3|Lê Văn Ba|9
4|Lê Văn Bốn|6
""",
        "TT|Họ tên|Điểm",
        "3,4,7,8",
    ),
    OfficeTable(
        "đơn vị tính hai bên khác nhau",
        """
KẾT QUẢ
ĐVT: Nghìn ha|||ĐVT: Nghìn tấn
Cây|Diện tích|Năng suất|Sản lượng
Lúa|230|60|1380
Ngô|40|45|180
Mía|20|600|1200
""",
        "Cây|Diện tích|Năng suất|Sản lượng",
        "4-6",
        asks=True,
    ),
    OfficeTable(
        "cột đơn vị tính cho từng chỉ tiêu",
        """
CHỈ TIÊU CHỦ YẾU
STT|Chỉ tiêu|Đơn vị tính|Năm 2023|Năm 2024
1|Dân số trung bình|Nghìn người|3739|3760
2|Tỷ lệ hộ nghèo|%|3.5|2.2
3|Số xã đạt chuẩn|Xã|350|363
""",
        "STT|Chỉ tiêu|Đơn vị tính|Năm 2023|Năm 2024",
        "3-5",
    ),
    OfficeTable(
        "phông chữ nhỏ: dòng Anh liền dưới cả nhãn lẫn tiêu đề, nhóm hai thứ tiếng",
        """
Số doanh nghiệp
Number of enterprises
|2021|2022
TỔNG SỐ|10000|11000
TOTAL||
Phân theo loại hình||
By type of enterprise||
Nhà nước|30|28
State owned||
Ngoài nhà nước|9800|10800
Non-State||
""",
        "|2021|2022",
        "4,8,10",
        section="",
    ),
    OfficeTable(
        "nguồn và ghi chú hai thứ tiếng",
        """
Số hộ
Number of households
|2021|2022
Thành thị - Urban|210000|220000
Nông thôn - Rural|790000|795000
Nguồn - Source: Cục Thống kê - Statistics office
""",
        "|2021|2022",
        "4-5",
    ),
    OfficeTable(
        "ngày tháng ký không có chân bảng khác",
        """
BẢNG KÊ
STT|Tên hàng|Số lượng
1|Gạo|50
2|Muối|20
||Thanh Hóa, ngày 01 tháng 02 năm 2024
||Người lập biểu
""",
        "STT|Tên hàng|Số lượng",
        "3-4",
    ),
    OfficeTable(
        "tiêu đề có số thứ tự chú thích dính liền",
        """
GIÁO VIÊN
Huyện|Mầm non1|Tiểu học2
Thọ Xuân|900|1200
Yên Định|700|950
1 Kể cả giáo viên hợp đồng.||
2 Không kể cán bộ quản lý.||
""",
        "Huyện|Mầm non|Tiểu học",
        "3-4",
    ),
    OfficeTable(
        "dòng công thức có chữ cái a, b, c",
        """
TỔNG HỢP BIÊN CHẾ
STT|Đơn vị|Biên chế giao|Có mặt|Còn thiếu
a|b|c|d|đ=c-d
1|Sở Y tế|60|55|5
2|Sở Nội vụ|70|66|4
""",
        "STT|Đơn vị|Biên chế giao|Có mặt|Còn thiếu",
        "4-5",
    ),
    OfficeTable(
        "cột tháng trong năm, tổng cuối hàng",
        """
LƯỢNG MƯA CÁC THÁNG TRONG NĂM
||||||Đơn vị tính: mm
Trạm|I|II|III|IV|V|Cả năm
Thanh Hóa|20|25|40|60|150|295
Hồi Xuân|15|20|45|90|200|370
Như Xuân|18|24|50|70|180|342
""",
        "Trạm|I|II|III|IV|V|Cả năm",
        "4-6",
        unit="mm",
    ),
    OfficeTable(
        "mã ngành có chữ cái đứng đầu dòng",
        """
DOANH NGHIỆP THEO NGÀNH
Mã|Ngành|Số doanh nghiệp
A|Nông nghiệp|300
B|Khai khoáng|120
C|Chế biến|2100
D|Điện|90
""",
        "Mã|Ngành|Số doanh nghiệp",
        "3-6",
    ),
]
