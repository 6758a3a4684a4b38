"""Markdown of descriptions: rendered, then sanitised, in full and in summaries."""

from __future__ import annotations

import pytest

from portal.pages.markdown import render_markdown, summarize
from tests.portal.pages.page import read


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://a.example" onclick="x()" style="color:red">x</a>',
        "<iframe src=//elsewhere.example></iframe>",
    ],
)
def test_nothing_active_and_nothing_foreign_survives(text: str) -> None:
    for element in read(render_markdown(text)).elements:
        assert element.tag in {"p", "a"}
        assert set(element.attributes) <= {"href", "title", "rel"}
        assert element.attributes.get("href", "https://").startswith("https://")


def test_headings_fit_into_the_outline_of_the_page() -> None:
    assert render_markdown("# Một\n\n## Hai") == "<h3>Một</h3>\n<h4>Hai</h4>\n"
    assert render_markdown("###### Sáu") == "<h6>Sáu</h6>\n"


def test_a_summary_is_plain_words_that_end_at_a_word() -> None:
    assert summarize("**Danh sách** [cơ sở](https://a.example) & <b>trường</b>") == "Danh sách cơ sở & <b>trường</b>"
    assert summarize("một hai ba bốn", 9) == "một hai …"
    assert summarize("") == ""


def test_a_block_of_code_can_be_scrolled_by_keyboard() -> None:
    assert read(render_markdown("```\nmot dong dai\n```")).one("pre").attributes == {"tabindex": "0"}
