"""What is left of Vietnamese typed while the input method was off: Telex (*giaos ducj*) and VNI (*gia1o du5c*) keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from catalog.vietnamese import nfc
from catalog.vietnamese_syllables import is_syllable

_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"
_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_VOWELS = frozenset("aeiouy")
_LONGEST = 14
_FEWEST_LETTERS = 3


@lru_cache(maxsize=4096)
def decode_residue(word: str, *, short: bool = False) -> str | None:
    """The one syllable that these keys would have made, in lower case; ``None`` where they make none, or change
    nothing. A letter or two with a digit are rather a code, unless ``short`` says that others around are residue."""
    typed = word.lower()
    if not typed.isascii() or not typed.isalnum() or len(typed) > _LONGEST:
        return None
    digits = sum(key.isdigit() for key in typed)
    if digits == 1 and len(typed) - digits < _FEWEST_LETTERS and not short:
        return None  # a1, h2o
    decoded = _vni(typed) if digits else _telex(typed)
    return decoded if decoded is not None and decoded != typed and is_syllable(decoded) else None


def _telex(typed: str) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in typed:
        vowels = [letter for letter in letters if letter[0] in _VOWELS]
        if key in _TELEX_TONES and vowels:
            tone = _TELEX_TONES[key]
        elif key == "w":
            if not _with_horn(letters) and not _marked(letters, "a", _BREVE):
                letters.append("u" + _HORN)
        elif key == "d" and "d" in letters:
            letters[letters.index("d")] = "đ"
        elif key in "aeo" and vowels and vowels[-1] == key:
            _marked(letters, key, _CIRCUMFLEX)
        else:
            letters.append(key)
    return _syllable(letters, tone)


def _vni(typed: str) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in typed:
        done = True
        if key in _VNI_TONES:
            tone = _VNI_TONES[key]
        elif key == "6":
            done = any(_marked(letters, vowel, _CIRCUMFLEX) for vowel in "aeo")
        elif key == "7":
            done = _with_horn(letters)
        elif key == "8":
            done = _marked(letters, "a", _BREVE)
        elif key == "9":
            done = "d" in letters
            letters = ["đ" if letter == "d" else letter for letter in letters]
        elif key == "0":
            done = False
        else:
            letters.append(key)
        if not done or not letters:
            return None
    return _syllable(letters, tone)


def _marked(letters: list[str], vowel: str, mark: str) -> bool:
    """Put the mark on the last such vowel that has none; whether there was one."""
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] == vowel:
            letters[place] = vowel + mark
            return True
    return False


def _with_horn(letters: list[str]) -> bool:
    """Put a horn on *u* or *o*, on both of *uo*; whether there was one."""
    for place in range(len(letters) - 1, 0, -1):
        if letters[place] in ("o", "o" + _HORN) and letters[place - 1] in ("u", "u" + _HORN):
            done = letters[place] == "o" or letters[place - 1] == "u"
            letters[place - 1 : place + 1] = ["u" + _HORN, "o" + _HORN]
            return done
    return _marked(letters, "u", _HORN) or _marked(letters, "o", _HORN)


def _syllable(letters: Sequence[str], tone: str) -> str | None:
    """The letters with the tone where it is written; *ưo* is always *ươ*."""
    letters = ["o" + _HORN if pair == ("u" + _HORN, "o") else pair[1] for pair in pairwise(["", *letters])]
    place = _place_of_tone(letters)
    if place is None:
        return None
    written = list(letters)
    written[place] += tone
    return nfc("".join(written))


def _place_of_tone(letters: Sequence[str]) -> int | None:
    start = next((at for at, letter in enumerate(letters) if letter[0] in _VOWELS), len(letters))
    end = start
    while end < len(letters) and letters[end][0] in _VOWELS:
        end += 1
    onset = "".join(letters[: start + 1])
    if onset in ("qu", "gi") and end - start > 1:
        start += 1
    if start == end:
        return None
    marked = [at for at in range(start, end) if unicodedata.combining(letters[at][-1])]
    if marked:
        return marked[-1]
    if end < len(letters):
        return end - 1
    return start + 1 if end - start == 3 else start
