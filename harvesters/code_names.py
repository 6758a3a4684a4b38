"""Which columns hold codes, by their names: a code is text whatever its digits look like, and keeps its zeros."""

from __future__ import annotations

import re

from catalog.vietnamese import fold

_CODES = re.compile(
    r"(?:^|_)(?:ma|code|cccd|cmnd|cmt|can_cuoc|dinh_danh|mst|ma_so|so_hieu|so_ky_hieu|so_gp|so_giay_phep|so_gcn|so_qd"
    r"|dien_thoai|sdt|di_dong|fax|tel|phone|hotline|zip|postcode|buu_chinh|so_tai_khoan|stk|so_the|bhyt|bhxh|bien_so"
    r"|ho_chieu|vsic|iban|isbn|ean|barcode|uuid|guid)(?:_|$)"
)
_COUNTS = re.compile(r"(?:^|_)(?:so_luong|tong|so_ma|tong_so)(?:_|$)")


def is_code_name(label: str) -> bool:
    """Whether a column called so holds codes (mã xã, số điện thoại, MST …) and no numbers."""
    folded = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")
    return _CODES.search(folded) is not None and _COUNTS.search(folded) is None
