"""What the name of a column says about personal data in it: which kinds to expect, which to doubt, what it is beside.

Names are compared folded, with underscores: "Số CCCD" is ``so_cccd``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from catalog.vietnamese import clean, fold, nfc


def folded_label(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(clean(label))).strip("_")


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{'|'.join(words)})(?:_|$)")


_TOPICS: Mapping[str, re.Pattern[str]] = {
    "cccd": _words(
        "cccd", "cmnd", "cmt", "cmtnd", "can_cuoc", "chung_minh", "so_dinh_danh", "dinh_danh_ca_nhan", "ma_dinh_danh",
        "ddcn", "giay_to_tuy_than", "gttt", "so_giay_to"
    ),
    "phone": _words(
        "sdt", "so_dien_thoai", "dien_thoai", "di_dong", "dtdd", "dt", "so_dt", "tel", "phone", "mobile", "zalo",
        "lien_he", "lien_lac"
    ),
    "bhxh": _words("bhxh", "bao_hiem_xa_hoi", "so_so_bao_hiem", "ma_so_bao_hiem"),
    "bhyt": _words("bhyt", "bao_hiem_y_te", "so_the_bao_hiem", "the_bao_hiem", "ma_the"),
    "bank": _words("so_tai_khoan", "stk", "tai_khoan_ngan_hang", "so_tk", "tk_ngan_hang", "tai_khoan", "bank_account"),
    "tax": re.compile(
        r"(?:mst|ma_so_thue|tax).*(?:ca_nhan|tncn|ho_kinh_doanh|hkd|ho_kd|nguoi|chu_ho|chu_co_so|ho_ca_the|personal)"
        r"|(?:ca_nhan|tncn|hkd|ho_kinh_doanh).*(?:mst|ma_so_thue)"
    ),
    "plate": _words("bien_so", "bien_kiem_soat", "bks", "bien_xe", "so_xe", "bien_so_xe", "license_plate", "plate"),
    "passport": _words("ho_chieu", "passport"),
    "email": _words("email", "e_mail", "thu_dien_tu", "mail"),
    "name": re.compile(
        r"^(?:ho_ten|ho_va_ten|ho_dem|ten_cong_dan|ten_chu_ho|chu_ho|ten_nguoi|ten_benh_nhan|benh_nhan|ten_hoc_sinh"
        r"|thi_sinh|full_name|ho_ten_[a-z_]+|ten_khach_hang|nguoi_(?:nop|benh|khai|nhan|huong|dai_dien|lien_he|dung_ten"
        r"|giam_ho|bi|duoc)[a-z_]*)(?:_|$)"
    ),
}  # fmt: skip

_CODES = _words(
    "ma", "ma_[a-z0-9_]+", "so_hieu", "so_ho_so", "so_thua", "thua", "to_ban_do", "barcode", "ma_vach", "serial",
    "seri", "imei", "so_may", "so_khung", "van_don", "hoa_don", "don_hang", "mst", "so_gcn", "so_giay_phep", "so_gp",
    "so_quyet_dinh", "so_ky_hieu", "id", "code", "so_lo", "sku", "gtin"
)  # fmt: skip
_THINGS = _words(
    "so_thua", "thua", "ma_thua", "to_ban_do", "barcode", "ma_vach", "serial", "seri", "imei", "van_don", "hoa_don",
    "don_hang", "sku", "gtin", "ma_hang", "ma_hang_hoa", "ma_san_pham", "so_may", "so_khung"
)  # fmt: skip
_AMOUNTS = _words(
    "so_luong", "gia_tri", "gia", "tien", "so_tien", "von", "dien_tich", "san_luong", "kinh_phi", "dan_so", "tong",
    "tong_so", "doanh_thu", "chi_phi", "luong", "du_toan", "quyet_toan", "thu", "chi", "ke_hoach", "thuc_hien"
)  # fmt: skip
_PLACES = _words(
    "duong", "ten_duong", "pho", "truong", "xa", "phuong", "thon", "cau", "cho", "di_tich", "le_hoi", "dia_danh",
    "tuyen", "cong_trinh", "danh_muc", "danh_nhan", "doan", "doan_tu", "doan_den", "diem", "ben", "lang", "khu",
    "ho_dap", "tram", "nut_giao", "vi_tri", "dia_ban"
)  # fmt: skip
_ORGANISATIONS = _words(
    "co_so", "doanh_nghiep", "cong_ty", "truong", "to_chuc", "co_quan", "hop_tac_xa", "nha_thuoc", "phong_kham",
    "benh_vien", "don_vi", "du_an", "chu_dau_tu", "van_phong", "tru_so", "ten_co_so"
)  # fmt: skip
_HOMES = _words("thuong_tru", "tam_tru", "noi_o", "nha_rieng", "ho_khau", "noi_cu_tru", "cho_o", "que_quan", "nha_o")
_HAMLET = _words("thon", "xom", "ban", "ap", "to_dan_pho", "so_nha", "khu_pho", "tdp", "thon_xom", "thon_to")
_ADDRESS = _words("dia_chi", "noi_o", "thuong_tru", "tam_tru", "ho_khau", "noi_cu_tru", "cho_o", "que_quan", "address")
_COMMUNE = _words("xa", "phuong", "ma_xa", "ten_xa", "xa_phuong", "phuong_xa", "thi_tran", "dia_ban")
_BIRTH = _words("ngay_sinh", "nam_sinh", "sinh_ngay", "ngay_thang_nam_sinh", "sinh_nam", "ntns", "dob", "birth[a-z_]*")
_EVENTS = _words(
    "cap", "ky", "ban_hanh", "hieu_luc", "het_han", "han", "bat_dau", "ket_thuc", "tiep_nhan", "tra", "nop",
    "thanh_lap", "cap_nhat", "dang_ky", "quyet_dinh", "khoi_cong", "hoan_thanh", "xay_dung", "phe_duyet", "bo_nhiem",
    "tao", "gui", "thi", "kham", "nhap", "xuat", "vao", "ra", "den", "di", "xu_ly", "hoat_dong", "cong_bo", "giao",
    "nhan", "hen", "chuyen", "kiem_tra", "thu", "chi", "mat", "chet", "tu_vong", "ket_hon", "created", "updated"
)  # fmt: skip
_LATITUDE = _words("vi_do", "lat", "latitude", "toa_do_x", "x")
_LONGITUDE = _words("kinh_do", "lon", "lng", "long", "longitude", "toa_do_y", "y")
_POINT = _words("toa_do", "vi_tri", "geometry", "geom", "toa_do_nha", "location", "the_geom", "point")
_HOUSEHOLD = re.compile(
    r"^(?:(?:ma|ten|ma_so)_ho(?:_(?:dan|gia_dinh|ngheo|can_ngheo|kinh_doanh|khau|nong_dan))?"
    r"|ho_gia_dinh|ho_dan|chu_ho|ten_chu_ho|so_ho_khau|ho_gia_dinh_[a-z_]+)$"
)
_TAX = _words("mst", "ma_so_thue", "tax_code")
_LANDLINE_OF_OFFICE = _words("co_quan", "don_vi", "truc_ban", "duong_day_nong", "hotline", "van_phong", "tru_so")


_COUNT = r"\d{1,5}|\d{1,3}(?:[.,]\d{3})+"
_HARMLESS: Mapping[str, str] = {
    "phone": r"(?:\+84|\(?0)[ .()-]{0,2}2[\d .()-]{7,14}|1[89]00[\d .-]{2,9}|1\d{2,3}",
    "email": r"[^@\s]+@(?:[\w-]+\.)*gov\.vn",
    "cccd": _COUNT, "bhxh": _COUNT, "bhyt": _COUNT, "bank": _COUNT, "passport": _COUNT
}  # fmt: skip


def harmless_cells(label: str) -> str:
    """An RE2 pattern of whole cells that make a column harmless although its name announces personal data: lines of
    agencies, counts of cards. Empty where there is none."""
    patterns = [pattern for kind, pattern in _HARMLESS.items() if kind in topics_of(label)]
    return rf"^\s*(?:{'|'.join(patterns)})?\s*$" if patterns else ""


def topics_of(label: str) -> frozenset[str]:
    """The kinds of personal data that a folded label announces."""
    return frozenset(kind for kind, pattern in _TOPICS.items() if pattern.search(label))


def says_code(label: str) -> bool:
    """Codes of things: numbers in such a column that look personal are rather codes."""
    return _CODES.search(label) is not None


def says_thing(label: str) -> bool:
    """Codes that surely are those of things: parcels, goods, bills."""
    return _THINGS.search(label) is not None


def says_amount(label: str) -> bool:
    return _AMOUNTS.search(label) is not None


def says_place(label: str) -> bool:
    """Streets, schools, markets: they are called after persons."""
    return _PLACES.search(label) is not None


def says_organisation(label: str) -> bool:
    return _ORGANISATIONS.search(label) is not None


def says_home(label: str) -> bool:
    return _HOMES.search(label) is not None


def says_address(label: str) -> bool:
    return _ADDRESS.search(label) is not None


def says_commune(label: str) -> bool:
    return _COMMUNE.search(label) is not None


def says_birth(label: str) -> bool:
    return _BIRTH.search(label) is not None


def says_event(label: str) -> bool:
    """A day or year on which something happened other than a birth."""
    return not says_birth(label) and _EVENTS.search(label) is not None


def says_household(label: str, written: str) -> bool:
    """``written``: the label with its accents, to tell hộ (household) from hồ (lake)."""
    return _HOUSEHOLD.search(label) is not None and "hồ" not in nfc(written).lower()


def says_hamlet(label: str) -> bool:
    """A part of an address in a column of its own."""
    return _HAMLET.search(label) is not None


def says_tax(label: str) -> bool:
    return _TAX.search(label) is not None


def says_office_line(label: str) -> bool:
    return _LANDLINE_OF_OFFICE.search(label) is not None


def axis_of(label: str) -> str:
    """``lat``, ``lon`` or ``point`` for a column of coordinates by its name, else nothing."""
    for axis, pattern in (("lat", _LATITUDE), ("lon", _LONGITUDE), ("point", _POINT)):
        if pattern.search(label):
            return axis
    return ""
