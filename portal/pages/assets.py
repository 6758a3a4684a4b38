"""Static files under addresses that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from portal.pages.languages import site_root

STATIC = Path(__file__).parent.parent / "static"


def static_file(name: str) -> str:
    """The address of a static file, the same in every language."""
    return f"{site_root()}/static/{name}?v={_digest(name)}"


@lru_cache
def _digest(name: str) -> str:
    """Of the content as it was when first asked for: files do not change under a running portal."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def icon(name: str, extra_class: str = "") -> Markup:
    """A symbol of the sprite. Always beside a word that says the same, hence hidden from screen readers."""
    return _icon(name, extra_class, static_file("icons.svg"))


@lru_cache
def _icon(name: str, extra_class: str, sprite: str) -> Markup:
    return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        extra_class, sprite, name
    )
