"""Letters that look right and are not: what copying, old fonts and other keyboards leave in Vietnamese text.

Mended where only one reading is left (a Cyrillic А inside a Latin word, ƣ for ư, full-width digits, blanks of every
kind), with the kinds of what was done; what could be meant otherwise stays and is named.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from catalog.vietnamese_syllables import is_syllable

UNICODE, INVISIBLE, SPACES, WIDTH, HOMOGLYPH = "unicode", "invisible", "spaces", "width", "homoglyph"
"""Kinds of mends: composed form, characters without a shape, blanks, full-width forms, letters of other alphabets."""

FOREIGN_LETTERS, LOST_CHARACTERS = "foreign-letters", "lost-characters"
"""Kinds of doubts: a word that may be Latin and is written with other letters; what a wrong encoding left behind."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after mending. ``kinds`` says what was done, ``doubts`` what was seen and left alone."""

    text: str
    kinds: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


_LETTER = "!-~\u00a1-\u00ac\u00ae-\u00cf\u00d1-\u00ef\u00f1-\u0180\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9"
_SIGN = "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
ORDINARY_PATTERN = f"(?:[{_LETTER}{_SIGN}]+(?: [{_LETTER}{_SIGN}]+)*)?"
"""A text of the usual letters, signs and single blanks, for any engine of patterns."""

_ORDINARY = re.compile(ORDINARY_PATTERN)

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\ud800-\udfff]"
)
_LINE_END = re.compile("[ \u00a0]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])[ \u00a0]*")
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LOST = re.compile("[\x80-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HAS_WIDE = re.compile("[\uff01-\uff5e\u3000]")

_CYRILLIC = dict(zip("АВЕКМНОРСТУХІЈЅԌԚԜҮаеорсухіјѕһԁԛԝү", "ABEKMHOPCTYXIJSGQWYaeopcyxijshdqwy", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_LOOKS_LATIN = str.maketrans(_CYRILLIC | _GREEK)
_FOREIGN = "\u0370-\u03ff\u0400-\u052f"
_SCIENCE = frozenset("αβγδεζηθκλμνπρστφχψωΓΔΘΛΞΠΣΦΨΩ")
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
_HAS_FOREIGN = re.compile(f"[{_FOREIGN}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

# Letters of the Latin alphabet that stand for Vietnamese ones: eth and African D for Đ, gha (ƣ) for ư.
_MISTAKEN = str.maketrans("ÐðƉƢƣ", "ĐđĐƯư")
_HAS_MISTAKEN = re.compile("[ÐðƉƢƣ]")


def is_ordinary(text: str) -> bool:
    """Whether a text is made of the usual letters, signs and single blanks, so that :func:`mend` leaves it alone."""
    return _ORDINARY.fullmatch(text) is not None


def mend(text: str) -> Mended:
    """``text`` in NFC, with single blanks and none at its ends, without characters that cannot be seen, and with the
    letters that its words can only mean. Line ends inside stay (as LF). Mending twice is the same as once."""
    if _ORDINARY.fullmatch(text):
        return Mended(text)
    kinds: list[str] = []
    text = _noted(text, unicodedata.normalize("NFC", text), UNICODE, kinds)
    text = _noted(text, _INVISIBLE.sub("", text), INVISIBLE, kinds)
    if _HAS_WIDE.search(text):
        text = _noted(text, text.translate(_WIDE), WIDTH, kinds)
    text = _noted(text, _LINE_END.sub("\n", _BLANKS.sub(" ", text)).strip(), SPACES, kinds)
    if _HAS_FOREIGN.search(text) or _HAS_MISTAKEN.search(text):
        text = _noted(text, _WORD.sub(lambda word: _latin_word(word[0]), text), HOMOGLYPH, kinds)
    composed = unicodedata.normalize("NFC", text)
    if composed != text:  # marks that now stand beside their letter
        return Mended(composed, tuple(kinds), _doubts(composed))
    return Mended(text, tuple(kinds), _doubts(text))


def _noted(before: str, after: str, kind: str, kinds: list[str]) -> str:
    if after != before:
        kinds.append(kind)
    return after


def _latin_word(word: str) -> str:
    """The word in the letters it can only mean; the word itself where that is not certain."""
    if _HAS_FOREIGN.search(word) and _LATIN.search(word):
        latin = word.translate(_LOOKS_LATIN)
        if not _HAS_FOREIGN.search(latin):
            word = unicodedata.normalize("NFC", latin)
    if _HAS_MISTAKEN.search(word):
        meant = word.translate(_MISTAKEN)
        if is_syllable(meant):
            return meant
    return word


def _doubts(text: str) -> tuple[str, ...]:
    doubts = []
    if any(map(_is_doubtful, _WORD.findall(text)) if _HAS_FOREIGN.search(text) else ()):
        doubts.append(FOREIGN_LETTERS)
    if _LOST.search(text):
        doubts.append(LOST_CHARACTERS)
    return tuple(doubts)


def _is_doubtful(word: str) -> bool:
    """Whether a word of foreign letters may be meant as Latin. Greek letters of science (μg, Δ) and words of another
    language are what they are."""
    foreign = _HAS_FOREIGN.findall(word)
    if not foreign or _SCIENCE.issuperset(foreign):
        return False
    return bool(_LATIN.search(word)) or not _HAS_FOREIGN.search(word.translate(_LOOKS_LATIN))
