"""Licences, themes and file formats: small public vocabularies the whole catalogue shares.

Licence ids are those of the CKAN licence list; themes and formats name entries of the EU tables that DCAT-AP asks for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class License:
    id: str
    title: str
    title_en: str
    url: str
    is_open: bool


PROVINCE_TERMS = "dieu-khoan-du-lieu-mo"

LICENSES: dict[str, License] = {
    item.id: item
    for item in (
        License(
            PROVINCE_TERMS,
            "Điều khoản sử dụng dữ liệu mở của tỉnh (ghi nguồn)",
            "Open data terms of the province (attribution)",
            "https://creativecommons.org/licenses/by/4.0/",
            True,
        ),
        License(
            "cc-by",
            "Creative Commons Ghi công 4.0",
            "Creative Commons Attribution 4.0",
            "https://creativecommons.org/licenses/by/4.0/",
            True,
        ),
        License(
            "cc-zero",
            "Creative Commons CC0 1.0",
            "Creative Commons CCZero 1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            True,
        ),
        License(
            "odc-by",
            "Open Data Commons Ghi công",
            "Open Data Commons Attribution",
            "https://opendatacommons.org/licenses/by/1-0/",
            True,
        ),
        License("other-open", "Giấy phép mở khác", "Other (open)", "", True),
        License("other-closed", "Không phải giấy phép mở", "Other (not open)", "", False),
        License("notspecified", "Chưa xác định", "Not specified", "", False),
    )
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject people browse by. ``data_theme`` is the EU data theme (dcat:theme), ``icon`` a symbol of the sprite."""

    id: str
    title: str
    title_en: str
    data_theme: str
    icon: str

    @property
    def data_theme_uri(self) -> str:
        return "http://publications.europa.eu/resource/authority/data-theme/" + self.data_theme


THEMES: dict[str, Theme] = {
    item.id: item
    for item in (
        Theme("an-sinh-xa-hoi", "An sinh xã hội", "Social welfare", "SOCI", "people"),
        Theme("cong-thuong", "Công thương", "Industry and trade", "ECON", "factory"),
        Theme("dat-dai", "Đất đai", "Land", "REGI", "map"),
        Theme("doanh-nghiep", "Doanh nghiệp, hợp tác xã", "Enterprises", "ECON", "briefcase"),
        Theme("giao-duc", "Giáo dục và đào tạo", "Education", "EDUC", "school"),
        Theme("giao-thong", "Giao thông", "Transport", "TRAN", "road"),
        Theme("khoa-hoc-cong-nghe", "Khoa học và công nghệ", "Science and technology", "TECH", "chip"),
        Theme("moi-truong", "Môi trường", "Environment", "ENVI", "leaf"),
        Theme("noi-vu", "Nội vụ, tổ chức hành chính", "Home affairs", "GOVE", "seal"),
        Theme("nong-nghiep", "Nông, lâm, thủy sản", "Agriculture, forestry, fishery", "AGRI", "rice"),
        Theme("tai-chinh", "Tài chính, ngân sách", "Finance and budget", "ECON", "coins"),
        Theme("thien-tai", "Phòng chống thiên tai", "Disaster prevention", "ENVI", "flood"),
        Theme("thu-tuc-hanh-chinh", "Thủ tục hành chính", "Administrative procedures", "GOVE", "form"),
        Theme("tu-phap", "Tư pháp, pháp luật", "Justice", "JUST", "scales"),
        Theme("van-hoa-du-lich", "Văn hóa, thể thao, du lịch", "Culture, sport, tourism", "EDUC", "temple"),
        Theme("xay-dung", "Xây dựng, quy hoạch", "Construction and planning", "REGI", "crane"),
        Theme("y-te", "Y tế", "Health", "HEAL", "health"),
        Theme("kinh-te-xa-hoi", "Chỉ tiêu kinh tế - xã hội", "Socio-economic indicators", "ECON", "chart"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``media_type`` is registered with IANA; ``file_type`` is the EU file type (dct:format)."""

    id: str
    title: str
    media_type: str
    file_type: str

    @property
    def file_type_uri(self) -> str:
        return "http://publications.europa.eu/resource/authority/file-type/" + self.file_type


FORMATS: dict[str, FileFormat] = {
    item.id: item
    for item in (
        FileFormat("csv", "CSV", "text/csv", "CSV"),
        FileFormat("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
        FileFormat("json", "JSON", "application/json", "JSON"),
        FileFormat("parquet", "Parquet", "application/vnd.apache.parquet", "PARQUET"),
    )
}
"""By id, in the order people look for them."""


_TITLES_OF_OTHERS = {"geojson": "GeoJSON", "topojson": "TopoJSON"}
"""As CKAN's own list of formats writes them, which programs compare letter by letter."""


def format_title(file_format: str) -> str:
    """How a format is written for people; other catalogues have formats of their own."""
    if file_format in FORMATS:
        return FORMATS[file_format].title
    return _TITLES_OF_OTHERS.get(file_format, file_format.upper())
