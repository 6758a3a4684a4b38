"""Options that every kind of catalogue has: what stands in where its records say nothing, and the time of grace."""

from __future__ import annotations

from catalog.source_kinds import Option, OptionType
from catalog.vocabularies import LICENSES, THEMES

CATALOG_OPTIONS = (
    Option(
        "theme",
        "Chủ đề mặc định",
        "Default theme",
        "Dùng khi chủ đề của bản ghi không có trong danh mục của cổng.",
        "For records whose theme is not one of ours.",
        type=OptionType.CHOICE,
        choices=tuple(THEMES),
    ),
    Option(
        "license",
        "Giấy phép mặc định",
        "Default licence",
        "Dùng khi bản ghi không nêu giấy phép.",
        "For records that name no licence.",
        type=OptionType.CHOICE,
        choices=tuple(LICENSES),
    ),
    Option(
        "grace_days",
        "Số ngày chờ trước khi thu hồi",
        "Days of grace",
        "Bộ dữ liệu không còn trong danh mục nguồn được giữ thêm bấy nhiêu ngày; mặc định 7."
        " Cổng CKAN tự nói là đã gỡ thì thu hồi ngay ở lượt sau.",
        "How long a dataset stays that is not listed any more; 7 by default."
        " What a CKAN portal itself says it took away is withdrawn at the next run.",
        type=OptionType.NUMBER,
        maximum=3_650,
    ),
)
