"""Code lists that the catalogue itself is the source of: the bodies of the province and the themes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.dictionary import Code, CodeList
from catalog.model import Organization
from catalog.vocabularies import THEMES

ORGANIZATION_LIST = "co-quan"
THEME_LIST = "chu-de"

_COMMUNE_CODE = re.compile(r"\d{5}", re.ASCII)
_COMMUNE_KINDS = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


def is_commune(code: Code) -> bool:
    """Whether this is a commune, former ones too: five digits (Decision 19/2025/QĐ-TTg) and a title that says what kind
    of commune it is. So it does not matter what a province calls its list of them."""
    return bool(_COMMUNE_CODE.fullmatch(code.code)) and code.title.startswith(_COMMUNE_KINDS)


def organization_code_list(organizations: Iterable[Organization], version: str) -> CodeList:
    """Every organization under its identifier, with the days it existed and who took its place."""
    bodies = tuple(organizations)
    codes = {body.id: body.code for body in bodies}
    return CodeList(
        name=ORGANIZATION_LIST,
        version=version,
        title="Danh mục cơ quan, đơn vị của tỉnh",
        title_en="Organizations of the province",
        codes=tuple(
            Code(
                code=body.code,
                title=body.title,
                title_en=body.title_en,
                parent=codes.get(body.parent_id, "") if body.parent_id else "",
                valid_from=body.valid_from,
                valid_to=body.valid_to,
                replaced_by=(codes[body.successor_id],) if body.successor_id in codes else (),
            )
            for body in sorted(bodies, key=lambda body: body.code)
        ),
        source_decision="Mã định danh mô phỏng theo Quyết định số 20/2020/QĐ-TTg",
    )


def theme_code_list() -> CodeList:
    """The themes people browse by, with the EU data theme each of them stands for in DCAT-AP."""
    return CodeList(
        name=THEME_LIST,
        version="1.0.0",
        title="Danh mục chủ đề dữ liệu",
        title_en="Themes",
        codes=tuple(
            Code(theme.id, theme.title, theme.title_en, description=theme.data_theme_uri) for theme in THEMES.values()
        ),
        source_decision="Danh mục chủ đề của cổng, ánh xạ sang Data Theme của EU (DCAT-AP)",
    )
