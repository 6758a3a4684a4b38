"""Vietnamese text: one normal form, one folding, one order, for every engine and every page.

Unicode gives each accented letter two spellings (composed NFC, decomposed NFD), writers place the tone of *hoá/hóa*
in two ways, and no stock folding turns *đ* into *d*. Everything that stores, compares, searches or sorts text calls
these functions, so that all of it agrees.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = {
    "a": "àáảãạăằắẳẵặâầấẩẫậ",
    "d": "đ",
    "e": "èéẻẽẹêềếểễệ",
    "i": "ìíỉĩị",
    "o": "òóỏõọôồốổỗộơờớởỡợ",
    "u": "ùúủũụưừứửữự",
    "y": "ỳýỷỹỵ",
}
_FOLD = str.maketrans({c: plain for plain, marked in _MARKS.items() for c in marked})
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\ud800-\udfff]"
)

# Tone marks in the order of a Vietnamese dictionary: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER = {letter: chr(0x100 + position) for position, letter in enumerate(_LETTERS)}

# The open syllables oa, oe, uy take their tone on the first vowel in the older style and on the second in the newer;
# the catalogue writes the older one (hóa, khỏe, thủy), which the names of most departments and communes use.
_NEW_STYLE = re.compile(r"(?<![qQ])([oO][áàảãạéèẻẽẹÁÀẢÃẠÉÈẺẼẸ]|[uU][ýỳỷỹỵÝỲỶỸỴ])(?![\w])")


def nfc(text: str) -> str:
    """The composed form of ``text``; the form of everything stored and compared."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """``text`` in NFC, without control, zero-width and direction characters, and without blanks at its ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _UNWANTED.sub("", nfc(text)).replace("\u00a0", " ").strip()


def fold(text: str) -> str:
    """``text`` in lower case without any Vietnamese mark, đ included: what people type when in a hurry.

    One character stays one character (the input being NFC), so positions in the folded text are positions in the
    original; highlighting depends on it.
    """
    composed = nfc(text)
    lowered = composed.lower()
    if len(lowered) != len(composed):  # the Turkish İ alone grows when lowered
        lowered = "".join(_lower_letter(character) for character in composed)
    folded = lowered.translate(_FOLD)
    if folded.isascii():
        return folded
    return "".join(_base_letter(character) for character in folded)


def _lower_letter(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else unicodedata.normalize("NFD", lowered)[0]


@lru_cache(maxsize=4096)
def _base_letter(character: str) -> str:
    """The letter without its marks; a letter that is made of others (Korean syllables are) stays as it is."""
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else character


def canonical_tone(text: str) -> str:
    """``text`` with the tone of open *oa, oe, uy* on the first vowel: *hoá* becomes *hóa*, *thuỷ* becomes *thủy*."""
    return _NEW_STYLE.sub(lambda match: _tone_on_first(match.group(1)), nfc(text))


@lru_cache(maxsize=512)
def _tone_on_first(pair: str) -> str:
    letters = [c for c in unicodedata.normalize("NFD", pair) if c not in _TONES]
    tone = next(c for c in unicodedata.normalize("NFD", pair) if c in _TONES)
    return nfc(letters[0] + tone + "".join(letters[1:]))


def grouped(number: int) -> str:
    """A whole number as Vietnamese readers expect it: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def slug(text: str, *, limit: int = 90) -> str:
    """``text`` as a name for URLs: ``[a-z0-9-]``, at most ``limit`` characters, never ending in a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:limit].rstrip("-")


def sort_key(text: str) -> tuple[str, str]:
    """A key that sorts as a Vietnamese dictionary does: letters first (a ă â … d đ …), tones only to break ties."""
    placed = [_place(character) for character in nfc(text).lower()]
    return "".join([letter for letter, _ in placed]), "".join([tone for _, tone in placed])


@lru_cache(maxsize=4096)
def _place(character: str) -> tuple[str, str]:
    """Where a small letter stands in the order, and its tone."""
    tone = 0
    plain = ""
    for part in unicodedata.normalize("NFD", character):
        if part in _TONES:
            tone = _TONES[part]
        else:
            plain += part
    letter = nfc(plain)
    return _ORDER.get(letter, letter if letter.isspace() else _ORDER.get(fold(letter), letter)), str(tone)
