"""Tables of reports as offices lay them out, each with what a careful reader takes from it."""

from __future__ import annotations

from tests.harvesters.reading.office_tables import OfficeTable, across, down

REPORTS = [
    OfficeTable(
        "Trong đó hai thứ tiếng",
        """
Sản lượng cây trồng
Production of crops
||Tấn - Ton
|2021|2022
Tổng số - TOTAL|100|110
Trong đó - Of which:||
Lúa - Paddy|80|85
Ngô - Maize|20|25
""",
        "|2021|2022",
        "5,7,8",
        unit="Tấn",
    ),
    OfficeTable(
        "nhãn bốn dòng hai thứ tiếng",
        """
Chỉ tiêu nông nghiệp
|2021|2022
Giá trị sản xuất nông nghiệp||
theo giá so sánh 2010||
Gross output of agriculture||
at constant 2010 prices|100|110
Diện tích gieo trồng||
Planted area|300|310
""",
        "|2021|2022",
        "6,8",
        texts={(6, 1): "Giá trị sản xuất nông nghiệp theo giá so sánh 2010", (8, 1): "Diện tích gieo trồng"},
    ),
    OfficeTable(
        "tiếng Anh hai dòng dưới dòng có số",
        """
Sản xuất
|2021|2022
Khai khoáng|1|2
Mining and||
quarrying||
Công nghiệp chế biến|5|6
Manufacturing||
""",
        "|2021|2022",
        "3,6",
    ),
    OfficeTable(
        "tiêu đề Quý không trộn ô, nhãn dòng ở dòng trên",
        """
THU NGÂN SÁCH
||||Tỷ đồng
Nội dung|Quý|||
|I|II|III|IV
Thu nội địa|10|20|30|40
Thu xuất khẩu|5|6|7|8
Thu khác|1|1|2|2
""",
        "Nội dung|Quý / I|Quý / II|Quý / III|Quý / IV",
        "5-7",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "năm học",
        """
SỐ HỌC SINH
|2021-2022|2022-2023|2023-2024
Mầm non|100|120|130
Tiểu học|300|310|320
""",
        "|2021-2022|2022-2023|2023-2024",
        "3-4",
    ),
    OfficeTable(
        "biểu 1 biểu 2 cạnh nhau",
        """
Biểu 1: Dân số||||Biểu 2: Hộ nghèo||
Huyện|Nam|Nữ||Huyện|Số hộ|Tỷ lệ
Thọ Xuân|100|105||Thọ Xuân|20|2.1
Yên Định|90|91||Yên Định|12|1.4
Nga Sơn|70|75||Nga Sơn|30|3.9
""",
        "Huyện|Nam|Nữ",
        "3-5",
        columns="1-3",
        asks=True,
    ),
    OfficeTable(
        "chú giải mã ở bên phải",
        """
DANH SÁCH TRẠM
Mã|Tên trạm|Loại||Ký hiệu|Ý nghĩa
T1|Trạm A|K||K|Khí tượng
T2|Trạm B|T||T|Thủy văn
T3|Trạm C|K|||
T4|Trạm D|T|||
T5|Trạm E|K|||
""",
        "Mã|Tên trạm|Loại",
        "3-7",
        columns="1-3",
        asks=True,
    ),
    OfficeTable(
        "ĐVT trong ô tiêu đề đầu",
        """
GIÁ TRỊ SẢN XUẤT
ĐVT: Triệu đồng|2020|2021|2022
Nông nghiệp|100|110|120
Công nghiệp|200|220|250
Dịch vụ|150|160|170
""",
        "|2020|2021|2022",
        "3-5",
        unit="Triệu đồng",
    ),
    OfficeTable(
        "tổng số trộn hai cột",
        """
KẾT QUẢ
STT|Đơn vị|Số hồ sơ|Đúng hạn
TỔNG SỐ||200|190
1|Sở Y tế|120|115
2|Sở Nội vụ|80|75
""",
        "STT|Đơn vị|Số hồ sơ|Đúng hạn",
        "3-5",
        merges=(across(3, 1, 2),),
    ),
    OfficeTable(
        "gạch đầu dòng chi tiết",
        """
CHI NGÂN SÁCH
||Tỷ đồng
STT|Nội dung|Số tiền
1|Chi thường xuyên|900
|- Chi giáo dục|400
|- Chi y tế|200
2|Chi đầu tư|500
""",
        "STT|Nội dung|Số tiền",
        "4-7",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "mang sang",
        """
SỔ THU
TT|Nội dung|Số tiền
1|Thu A|10
2|Thu B|20
|Cộng mang sang|30
TT|Nội dung|Số tiền
|Mang sang|30
3|Thu C|5
""",
        "TT|Nội dung|Số tiền",
        "3-5,7,8",
    ),
    OfficeTable(
        "cột ghi chú có chữ",
        """
BIỂU
TT|Tên|Số lượng|Ghi chú
1|Xã A|10|
2|Xã B|12|đã kiểm tra
3|Xã C|9|
""",
        "TT|Tên|Số lượng|Ghi chú",
        "3-5",
    ),
    OfficeTable(
        "kỳ báo cáo",
        """
BÁO CÁO TÌNH HÌNH DỊCH BỆNH
Kỳ báo cáo: Quý I/2024|||Nơi nhận: Sở Y tế
Bệnh|Số ca|Khỏi|Tử vong
Sởi|3|3|0
Cúm|120|119|0
Ho gà|2|2|0
""",
        "Bệnh|Số ca|Khỏi|Tử vong",
        "4-6",
    ),
    OfficeTable(
        "tiêu đề trộn dọc 3 dòng + dòng trống",
        """
BIỂU TỔNG HỢP
TT|Tên đơn vị|Kết quả||
||Số lượng||Tỷ lệ (%)
||Kế hoạch|Thực hiện|

1|Huyện A|10|9|90
2|Huyện B|20|22|110
""",
        "TT|Tên đơn vị|Kết quả / Số lượng / Kế hoạch|Kết quả / Số lượng / Thực hiện|Kết quả / Tỷ lệ (%)",
        "6-7",
        merges=(down(2, 4, 1), down(2, 4, 2), across(2, 3, 5), across(3, 3, 4), down(3, 4, 5)),
    ),
    OfficeTable(
        "bảng chỉ có tiếng Anh",
        """
Population by sex
Unit: Thous. pers.
Year|Male|Female
2020|100|101
2021|102|103
2022|104|105
""",
        "Year|Male|Female",
        "4-6",
        unit="Thous. pers.",
    ),
    OfficeTable(
        "tên bảng trộn ngang ngay trên tiêu đề",
        """
SỐ LIỆU NĂM 2023|||
Xã|Nam|Nữ|Tổng
Xã A|1|2|3
Xã B|4|5|9
Xã C|7|8|15
""",
        "Xã|Nam|Nữ|Tổng",
        "3-5",
        merges=(across(1, 1, 4),),
    ),
    OfficeTable(
        "thống kê theo ngày",
        """
SỐ LIỆU QUAN TRẮC
Ngày|PM2.5 (µg/m³)|PM10 (µg/m³)|Nhiệt độ (°C)
01/01/2024|35.1|50.2|18
02/01/2024|40.7|61.0|17
03/01/2024|28.9|44.4|19
""",
        "Ngày|PM2.5 (µg/m³)|PM10 (µg/m³)|Nhiệt độ (°C)",
        "3-5",
    ),
    OfficeTable(
        "ba bảng cạnh nhau",
        """
DANH SÁCH
TT|Tên||TT|Tên||TT|Tên
1|A||3|C||5|E
2|B||4|D||6|F
""",
        "TT|Tên",
        "3-4",
        columns="1-2",
        asks=True,
    ),
    OfficeTable(
        "chữ ký ba bên",
        """
BẢNG LƯƠNG
TT|Họ tên|Hệ số|Thành tiền
1|Lê Văn Một|2.34|4200000
2|Lê Văn Hai|3.00|5400000
|Tổng cộng||9600000
Người lập bảng|Kế toán trưởng||Hiệu trưởng
""",
        "TT|Họ tên|Hệ số|Thành tiền",
        "3-5",
    ),
    OfficeTable(
        "vùng lặp, cột trống",
        """
DÂN SỐ CÁC VÙNG
Vùng|Tỉnh|Dân số
Bắc Trung Bộ|Thanh Hóa|3700
|Nghệ An|3400
|Hà Tĩnh|1300
|Quảng Bình|900
Tây Nguyên|Kon Tum|580
|Gia Lai|1600
""",
        "Vùng|Tỉnh|Dân số",
        "3-8",
        asks=True,
    ),
    OfficeTable(
        "dự toán 2 tầng với năm",
        """
CHI TIÊU
||||Triệu đồng
Nội dung|Năm 2022||Năm 2023|
|Dự toán|Quyết toán|Dự toán|Quyết toán
Giáo dục|10|9|12|11
Y tế|5|5|6|6
Khác|1|1|1|1
""",
        "Nội dung|Năm 2022 / Dự toán|Năm 2022 / Quyết toán|Năm 2023 / Dự toán|Năm 2023 / Quyết toán",
        "5-7",
        unit="Triệu đồng",
    ),
    OfficeTable(
        "nguồn nằm trên",
        """
SỐ BÁC SĨ
(Nguồn: Sở Y tế)
Năm|Bác sĩ|Y sĩ
2021|100|50
2022|110|48
2023|115|45
""",
        "Năm|Bác sĩ|Y sĩ",
        "4-6",
    ),
    OfficeTable(
        "chỉ một dòng số liệu",
        """
BÁO CÁO NHANH
Chỉ tiêu|Tháng 1|Tháng 2
Số khách|100|120
""",
        "Chỉ tiêu|Tháng 1|Tháng 2",
        "3",
    ),
    OfficeTable(
        "tên dài trong dòng tổng hợp",
        """
TỔNG HỢP CHUNG
Đơn vị|Công chức|Viên chức
Tổng công ty Điện lực|10|20
Cộng đồng dân cư|5|6
Công ty Môi trường|7|8
""",
        "Đơn vị|Công chức|Viên chức",
        "3-5",
    ),
    OfficeTable(
        "A B C 1 2 dưới tiêu đề 2 dòng",
        """
Mẫu số 12
DANH MỤC
||||Đơn vị tính: m2
STT|Tên thửa|Loại đất|Diện tích|
|||Đất ở|Đất vườn
A|B|C|1|2
1|Thửa 12|ODT|100|50
2|Thửa 13|CLN|0|900
""",
        "STT|Tên thửa|Loại đất|Diện tích / Đất ở|Diện tích / Đất vườn",
        "7-8",
        unit="m2",
        asks=False,
    ),
    OfficeTable(
        "cột giãn cách, tiêu đề hai tầng không trộn",
        """
DÂN SỐ
Huyện||Tổng số||Chia ra||
||||Nam||Nữ
Thọ Xuân||205||100||105
Yên Định||181||90||91
Nga Sơn||145||70||75
""",
        "Huyện|Tổng số|Chia ra / Nam|Chia ra / Nữ",
        "4-6",
        columns="1,3,5,7",
    ),
    OfficeTable(
        "phương án (1) (2)",
        """
SO SÁNH
Chỉ tiêu|Phương án (1)|Phương án (2)
Chi phí|10|12
Lợi ích|20|25
Thời gian|3|4
""",
        "Chỉ tiêu|Phương án (1)|Phương án (2)",
        "3-5",
    ),
    OfficeTable(
        "GSO 2020 năm và sơ bộ",
        """
39. Diện tích gieo trồng lúa cả năm phân theo huyện/thị xã/thành phố
Planted area of paddy by district
|||||Ha
|2015|2018|2019|2020|Sơ bộ
|||||Prel. 2021
TỔNG SỐ - TOTAL|256000|240000|238000|232000|231000
Thành phố - City||||
TP. Thanh Hóa|9000|8000|7900|7500|7400
TP. Sầm Sơn|1100|1000|980|900|880
Thị xã - Town||||
TX. Bỉm Sơn|900|880|870|860|850
Huyện - District||||
Thọ Xuân|16000|15800|15500|15200|15100
""",
        "|2015|2018|2019|2020|Sơ bộ / Prel. 2021",
        "6,8,9,11,13",
        unit="Ha",
        section="Nhóm",
        sections=(("6", ""), ("8", "Thành phố - City"), ("11", "Thị xã - Town"), ("13", "Huyện - District")),
        asks=True,
    ),
    OfficeTable(
        "chỉ số phát triển %, đơn vị trong nhóm",
        """
Giá trị sản xuất
Gross output
|2019|2020
||
Giá hiện hành - At current prices|Tỷ đồng - Bill. dongs|
TỔNG SỐ - TOTAL|100|120
Nông nghiệp|60|70
Cơ cấu - Structure|%|
TỔNG SỐ - TOTAL|100|100
Nông nghiệp|60|58
""",
        "|2019|2020",
        "6-7,9-10",
        asks=True,
    ),
    OfficeTable(
        "hàng đơn vị nằm giữa tiêu đề",
        """
TỔNG HỢP
Huyện|Diện tích|Sản lượng
|(Ha)|(Tấn)
Thọ Xuân|100|6000
Yên Định|90|5500
Nga Sơn|80|5000
""",
        "Huyện|Diện tích (Ha)|Sản lượng (Tấn)",
        "4-6",
    ),
    OfficeTable(
        "bảng lương ngân sách công khai",
        """
Đơn vị: Trường THCS Xuân Lam||||Biểu số 2
Chương: 622||||
CÔNG KHAI DỰ TOÁN THU - CHI NGÂN SÁCH NĂM 2024
(Kèm theo Quyết định số 12/QĐ-THCS ngày 02/01/2024)
(Dùng cho đơn vị sử dụng ngân sách)
||||Đvt: Triệu đồng
Số TT|Nội dung|Dự toán được giao|Ước thực hiện|Ghi chú
1|2|3|4|5
A|Tổng số thu, chi, nộp ngân sách phí, lệ phí||||
I|Số thu phí, lệ phí|100|98|
1|Lệ phí|40|40|
2|Phí|60|58|
B|Dự toán chi ngân sách nhà nước|5000|5100|
1|Chi thường xuyên|4800|4900|
2|Chi đầu tư|200|200|
|||Ngày 02 tháng 01 năm 2024|
|||Thủ trưởng đơn vị|
""",
        "Số TT|Nội dung|Dự toán được giao|Ước thực hiện|Ghi chú",
        "10-15",
        unit="Triệu đồng",
        asks=True,
    ),
    OfficeTable(
        "y tế: hai dòng tiêu đề, cột đơn vị",
        """
Phụ lục 2
TÌNH HÌNH THỰC HIỆN CHỈ TIÊU Y TẾ NĂM 2023
TT|Chỉ tiêu|ĐVT|Năm 2022|Năm 2023||So sánh (%)
||||Kế hoạch|Thực hiện|
1|Số giường bệnh/vạn dân|Giường|38|40|41|102.5
2|Số bác sĩ/vạn dân|Bác sĩ|11|12|12|100
3|Tỷ lệ tiêm chủng|%|95|95|90|94.7
""",
        "TT|Chỉ tiêu|ĐVT|Năm 2022|Năm 2023 / Kế hoạch|Năm 2023 / Thực hiện|So sánh (%)",
        "5-7",
        merges=(down(3, 4, 1), down(3, 4, 2), down(3, 4, 3), down(3, 4, 4), across(3, 5, 6), down(3, 4, 7)),
        units={"So sánh (%)": "%"},
    ),
    OfficeTable(
        "giáo dục: tiêu đề 4 tầng",
        """
THỐNG KÊ GIÁO DỤC
STT|Đơn vị|Học sinh||||
||Tổng số|Chia theo giới||Chia theo dân tộc|
|||Nam|Nữ|Kinh|Khác
1|THCS A|300|150|150|280|20
2|THCS B|200|110|90|150|50
3|THCS C|250|120|130|100|150
|Toàn huyện|750|380|370|530|220
""",
        "STT|Đơn vị|Học sinh / Tổng số"
        "|Học sinh / Chia theo giới / Nam|Học sinh / Chia theo giới / Nữ"
        "|Học sinh / Chia theo dân tộc / Kinh|Học sinh / Chia theo dân tộc / Khác",
        "5-8",
        merges=(down(2, 4, 1), down(2, 4, 2), across(2, 3, 7), down(3, 4, 3), across(3, 4, 5), across(3, 6, 7)),
    ),
    OfficeTable(
        "tổng cộng ở dòng đầu, Trong đó ở giữa, chú thích (*)",
        """
CHO VAY
||Tỷ đồng
Ngân hàng|Dư nợ|Nợ xấu(*)
Tổng cộng|1000|10
Trong đó:||
Agribank|600|5
BIDV|400|5
(*) Theo báo cáo tháng 6.
""",
        "Ngân hàng|Dư nợ|Nợ xấu",
        "4,6-7",
        unit="Tỷ đồng",
    ),
    OfficeTable(
        "siêu ký tự",
        """
KHÁCH DU LỊCH
|2021|2022
Khách quốc tế¹|10|20
Khách trong nước²|100|120
¹ Không kể khách trong ngày.
² Kể cả khách địa phương.
""",
        "|2021|2022",
        "3-4",
        texts={(3, 1): "Khách quốc tế", (4, 1): "Khách trong nước"},
    ),
]
