"""Vietnamese first, English second: translations of our words, and the choice among words a record has in both.

Message ids are the Vietnamese texts. The English ones lie in ``translations/en/LC_MESSAGES/messages.po``, which is read
and compiled in memory when the first English page asks for it; no compiled file is kept.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import Domain, gettext, ngettext
from markupsafe import Markup, escape

from portal.context import LANGUAGE_KEY, LANGUAGES, language
from portal.pages.writing import write_number

TRANSLATIONS = Path(__file__).parent.parent / "translations"


class PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Messages straight from the .po files."""

    def get_translations(self) -> NullTranslations:
        return _translations(language())


@lru_cache
def _translations(locale: str) -> NullTranslations:
    path = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def _(message: str, **values: object) -> str:
    """A message in the language of the page, with its named values filled in."""
    return str(gettext(message, **values))


def marked(message: str) -> str:
    """The same text: it is translated later, where it is shown."""
    return message


def counted(message: str, count: int) -> str:
    """A message about so many things, which it names ``%(count)s``: written as the language writes numbers."""
    return str(ngettext(message, message, count, count=write_number(count, language())))


def in_language(vietnamese: str, english: str = "") -> Markup:
    """The text in the language of the page; Vietnamese that has no English is marked as such on an English page."""
    if language() == "vi":
        return escape(vietnamese)
    return escape(english) if english else foreign(vietnamese)


def foreign(vietnamese: str) -> Markup:
    """Vietnamese words that exist in no other language, marked so that a screen reader pronounces them rightly."""
    if language() == "vi" or not vietnamese:
        return escape(vietnamese)
    return Markup('<span lang="vi">{}</span>').format(vietnamese)


def plain_in_language(vietnamese: str, english: str = "") -> str:
    """The same choice for places that take no markup: titles, attributes."""
    return english if language() == "en" and english else vietnamese


def site_root() -> str:
    """The path the portal lies under, without the language; empty at the top of a host."""
    prefix = request.environ.get(LANGUAGE_KEY)
    return request.script_root.removesuffix(f"/{prefix}") if prefix else request.script_root


def in_other_language(code: str) -> str:
    """The address of this page in another language, with its question."""
    prefix = "" if code == LANGUAGES[0] else f"/{code}"
    query = request.query_string.decode("utf-8", "replace")
    return f"{site_root()}{prefix}{request.path}" + (f"?{query}" if query else "")
