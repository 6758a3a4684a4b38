"""Every endpoint of the portal's own API."""

from __future__ import annotations

from catalog.questions import FACETS, SearchSort
from portal.api.v1 import dataset_lists, views
from portal.api.v1.declarations import Endpoint, Kind, Parameter
from portal.questions import BOUNDS, LAST_PAGE, LONGEST_CURSOR, PAGE_SIZE

MOST_ROWS = 10_000
MOST_DATASETS = 100

_FACET_TITLES = {
    "organization": ("cơ quan, bằng tên trong địa chỉ", "Organization, by its name in addresses"),
    "organization_path": ("cơ quan hoặc đơn vị trực thuộc", "Organization, or one below it"),
    "theme": ("chủ đề, bằng mã", "Theme, by its id"),
    "format": ("định dạng tệp: csv, xlsx, json, parquet", "File format"),
    "keyword": ("từ khóa, viết đúng như trong bộ dữ liệu", "Keyword, as the dataset has it"),
    "license": ("giấy phép, bằng mã", "Licence, by its id"),
    "frequency": ("kỳ cập nhật", "Update frequency"),
    "level": ("mức độ mở: open, shared", "Level of access"),
    "commune": ("xã, phường có trong dữ liệu, bằng mã 5 số", "Commune found in the data, by its five-digit code"),
    "column": ("tên cột", "Column title"),
    "year": ("năm mà dữ liệu nói đến", "Year that the data speak of"),
}
_FACET_PARAMETERS = tuple(
    Parameter(
        name,
        f"Lọc theo {_FACET_TITLES[name][0]}; ghi nhiều lần để lấy một trong các giá trị. "
        f"{_FACET_TITLES[name][1]}; repeated for any of the values.",
        Kind.TEXTS,
    )
    for name in FACETS
)
_BOUND_TITLES = {
    "period_from": ("Dữ liệu có phần từ lúc này trở đi", "Data that speak of this time or later"),
    "period_to": ("Dữ liệu có phần đến lúc này trở về trước", "Data that speak of this time or earlier"),
    "modified_from": ("Cập nhật từ ngày này", "Updated on this day or later"),
    "modified_to": ("Cập nhật đến hết ngày này", "Updated on this day or earlier"),
}
_BOUND_PARAMETERS = tuple(
    Parameter(
        name,
        f"{_BOUND_TITLES[name][0]}: năm, tháng hoặc ngày (2026, 2026-01, 2026-01-31). "
        f"{_BOUND_TITLES[name][1]}: a year, a month or a day.",
    )
    for name in BOUNDS
)
_NAME = {"name": "Tên (dùng trong địa chỉ). The name used in addresses."}
_TABLE = {"table_id": "Mã bảng, có trong mô tả bộ dữ liệu. The id of the table, from the dataset's description."}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_datasets",
        "/datasets",
        "Tìm bộ dữ liệu",
        "Find datasets",
        "DatasetPage",
        dataset_lists.list_datasets,
        (
            Parameter(
                "q",
                "Từ khóa, có dấu hoặc không dấu; như ô tìm kiếm: “cụm từ”, -trừ, OR, trường:giá_trị (nam:2024). "
                'Words, with or without accents; as in the search box: "phrase", -minus, OR, field:value (year:2024).',
            ),
            *_FACET_PARAMETERS,
            *_BOUND_PARAMETERS,
            Parameter(
                "facet_text",
                "Chỉ liệt kê những giá trị của một bộ lọc có từ bắt đầu như vậy: keyword:giao. "
                "Only those values of a facet in which words begin so; written facet:words.",
                Kind.TEXTS,
            ),
            Parameter("sort", "Thứ tự. Order.", choices=tuple(SearchSort)),
            Parameter("page", "Trang, từ 1. Page, from 1.", Kind.INTEGER, 1, least=1, most=LAST_PAGE),
            Parameter(
                "after",
                "Chỗ trang trước kết thúc, lấy từ địa chỉ `next`; đọc được đến hết, không giới hạn số trang. "
                "Where the page before ended, as its `next` has it; at any depth.",
                longest=LONGEST_CURSOR,
            ),
            Parameter(
                "_format",
                "jsonld: các bộ dữ liệu theo DCAT, lấy thẳng từ chỉ mục tìm kiếm. "
                "jsonld: the datasets as DCAT, straight from the search index.",
                default="json",
                choices=("json", "jsonld"),
            ),
            Parameter(
                "per_page", "Số mục mỗi trang. Items a page.", Kind.INTEGER, PAGE_SIZE, least=1, most=MOST_DATASETS
            ),
        ),
    ),
    Endpoint(
        "list_suggestions",
        "/suggest",
        "Gợi ý khi đang gõ: bộ dữ liệu, cơ quan, chủ đề, cột",
        "Suggestions while one types: datasets, organizations, themes, columns",
        "SuggestionList",
        dataset_lists.list_suggestions,
        (Parameter("q", "Chữ đã gõ; từ cuối có thể dở dang. What was typed; the last word may be unfinished."),),
    ),
    Endpoint(
        "show_dataset",
        "/datasets/{name}",
        "Mô tả một bộ dữ liệu",
        "Describe a dataset",
        "Dataset",
        views.show_dataset,
        path_descriptions=_NAME,
    ),
    Endpoint(
        "show_table",
        "/tables/{table_id}",
        "Mô tả một bảng: cột, phiên bản, tệp",
        "Describe a table: columns, version, files",
        "Table",
        views.show_table,
        path_descriptions=_TABLE,
    ),
    Endpoint(
        "list_rows",
        "/tables/{table_id}/rows",
        "Truy vấn các dòng của một bảng",
        "Query the rows of a table",
        "RowPage",
        views.list_rows,
        (
            Parameter("_fields", "Các cột cần lấy, cách nhau bằng dấu phẩy. Columns, with commas between."),
            Parameter("_sort", "Cột sắp xếp, dấu - là giảm dần: -dan_so,ten. Columns to sort by, - for descending."),
            Parameter("_search", "Từ cần tìm trong mọi cột văn bản. Words to find in all text columns."),
            Parameter("_limit", "Số dòng. How many rows.", Kind.INTEGER, 100, most=MOST_ROWS),
            Parameter("_after", "Chỉ các dòng sau _id này (xem next). Rows after this _id (see next).", Kind.INTEGER),
            Parameter("_offset", "Bỏ qua số dòng này. Rows to skip.", Kind.INTEGER, 0),
            Parameter("_total", "Đếm tổng số dòng khớp. Count all matching rows.", Kind.FLAG, True),
            Parameter("_format", "Dạng trả lời. Form of the answer.", default="json", choices=("json", "csv")),
        ),
        open_ended=True,
        path_descriptions=_TABLE,
    ),
    Endpoint(
        "show_report",
        "/versions/{version_id}/report",
        "Báo cáo kiểm tra một phiên bản, theo định dạng của Frictionless",
        "The check report of a version, in Frictionless's format",
        "Report",
        views.show_report,
        path_descriptions={
            "version_id": "Mã phiên bản, có trong mô tả bảng. The id of the version, from the table's description."
        },
    ),
    Endpoint(
        "list_organizations",
        "/organizations",
        "Các cơ quan",
        "Organizations",
        "OrganizationList",
        views.list_organizations,
    ),
    Endpoint("list_themes", "/themes", "Các chủ đề", "Themes", "ThemeList", views.list_themes),
    Endpoint(
        "list_schemas",
        "/schemas",
        "Từ điển dữ liệu: cấu trúc các bảng",
        "Data dictionary: table schemas",
        "SchemaList",
        views.list_schemas,
    ),
    Endpoint(
        "list_code_lists",
        "/code-lists",
        "Các danh mục dùng chung",
        "Code lists",
        "CodeListList",
        views.list_code_lists,
    ),
    Endpoint(
        "show_code_list",
        "/code-lists/{name}",
        "Một danh mục dùng chung với mọi mã",
        "A code list with all codes",
        "CodeList",
        views.show_code_list,
        path_descriptions=_NAME,
    ),
    Endpoint(
        "list_sources",
        "/sources",
        "Nguồn thu thập và kết quả lần gần nhất",
        "Harvest sources and their last results",
        "SourceList",
        views.list_sources,
    ),
)
