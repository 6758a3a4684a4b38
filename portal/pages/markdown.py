"""Markdown as safe HTML: rendered first, then sanitised; also as plain text for summaries."""

from __future__ import annotations

import html
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}
_FOCUSABLE = {"pre": {"tabindex": "0"}}  # long lines scroll inside their block, by keyboard too


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("js-default", {"linkify": False})


@lru_cache(maxsize=512)
def render_markdown(text: str, top_heading: int = 3) -> Markup:
    """``text`` as HTML whose highest heading is ``h<top_heading>``, so that it fits into the outline of a page."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + top_heading - 1, 6)}"
    rendered = parser.renderer.render(tokens, parser.options, {})
    safe = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        set_tag_attribute_values=_FOCUSABLE,
        url_schemes=_SCHEMES,
    )
    return Markup(safe)  # noqa: S704  # just sanitised


@lru_cache(maxsize=2048)
def summarize(text: str, limit: int = 260) -> str:
    """The words of ``text`` without its markup, ended at a word with an ellipsis if longer than ``limit``."""
    words = " ".join(html.unescape(nh3.clean(_parser().render(text), tags=set())).split())
    if len(words) <= limit:
        return words
    return words[: limit + 1].rsplit(" ", 1)[0].rstrip(".,;: ") + " …"
