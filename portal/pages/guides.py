"""Pages of prose: about the portal, and help for its users."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, abort, render_template

from catalog.vocabularies import LICENSES, PROVINCE_TERMS
from portal.context import language, links, parts
from portal.pages.languages import _
from portal.pages.markdown import render_markdown
from portal.pages.overview import overview

pages = Blueprint("guides", __name__)

HELP = Path(__file__).parent.parent / "help"


def help_titles() -> dict[str, str]:
    """The help pages by name, in reading order."""
    return {
        "tim-va-tai": _("Tìm và tải dữ liệu"),
        "hieu-so-lieu": _("Đọc đúng một bảng số liệu"),
        "lap-trinh-vien": _("Dùng dữ liệu trong chương trình (API)"),
        "co-quan": _("Dành cho cơ quan cung cấp dữ liệu"),
        "nguoi-phu-trach": _("Dành cho người phụ trách dữ liệu"),
        "dieu-khoan": _("Điều khoản sử dụng dữ liệu mở"),
    }


@pages.get("/about")
def about() -> str:
    return render_template("about.html", seen=overview(parts()), terms=LICENSES[PROVINCE_TERMS], links=links())


@pages.get("/help")
def help_index() -> str:
    summaries = {name: first_paragraph(name, language()) for name in help_titles()}
    return render_template("help.html", titles=help_titles(), summaries=summaries)


@pages.get("/help/<name>")
def help_page(name: str) -> str:
    if name not in help_titles():
        abort(404)
    text = help_text(name, language()).replace("{{site}}", parts().settings.public_url)
    return render_template(
        "help_page.html", name=name, titles=help_titles(), title=help_titles()[name], text=render_markdown(text, 1)
    )


@lru_cache
def help_text(name: str, language: str) -> str:
    """The page in a language; in Vietnamese where it has no other."""
    path = HELP / f"{name}.{language}.md"
    return (path if path.exists() else HELP / f"{name}.vi.md").read_text(encoding="utf-8")


def first_paragraph(name: str, language: str) -> str:
    """What the page says of itself in its opening words."""
    return re.split(r"\n\s*\n", help_text(name, language).strip(), maxsplit=1)[0]
