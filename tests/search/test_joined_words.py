"""Words that were written together."""

from __future__ import annotations

import pytest

from search.datasets.joined_words import parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("TênĐơnVị", ("Tên Đơn Vị",)),
        ("MaXa_TenXa.xlsx", ("Ma Xa", "Ten Xa")),
        ("Cổng OpenData: OpenData và ParisData", ("Open Data", "Paris Data")),
        ("TpHCM, iPhone", ("Tp HCM", "i Phone")),
        ("DanhSachTruong2024Moi", ("Danh Sach Truong 2024 Moi",)),
        ("Giá đất UBND tỉnh GRDP2024 covid19, xã Hạc Thành", ()),
        ("", ()),
    ],
)
def test_each_is_told_in_its_parts_once(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == parts
