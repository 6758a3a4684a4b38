"""Which letters make a Vietnamese syllable: the evidence by which text read in the wrong encoding is told from right.

A syllable is an onset, a rime and a tone. Of the letters that a wrong encoding yields, next to none keep all three
rules, while of the syllables of real Vietnamese text nearly all do; what is left are names of other peoples.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _without_marks(letters: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letters) if part.isascii())


_ONSETS = (
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr",
    "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
)  # fmt: skip
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu y yêm yên yêng yêt yêu ynh yt
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong
    ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uê uêch uênh uêt uêu uc ui um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    """.split()  # noqa: SIM905  a list of two hundred quoted strings would hide the rimes
)
_PLAIN_ONSETS = tuple(onset for onset in _ONSETS if onset.isascii())
_PLAIN_RIMES = frozenset(map(_without_marks, _RIMES))
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_TONES_OF_STOPS = {"\u0301", "\u0323"}
_STOPS = ("c", "ch", "p", "t")
_BETWEEN_WORDS = re.compile(r"[\x00-@\[-`{-\x7f]+")


def is_syllable(word: str) -> bool:
    """Whether ``word`` is spelt as one Vietnamese syllable, in any case, composed or not."""
    return _is_lower_syllable(word.lower())


@lru_cache(maxsize=16_384)
def _is_lower_syllable(word: str) -> bool:
    letters: list[str] = []
    tones: list[str] = []
    for part in unicodedata.normalize("NFD", word):
        (tones if part in _TONES else letters).append(part)
    if not 0 < len(letters) < 16 or len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(letters))
    tone = tones[0] if tones else ""
    return any(plain.startswith(onset) and _fits(onset, plain[len(onset) :], tone) for onset in _ONSETS)


def _fits(onset: str, rime: str, tone: str) -> bool:
    if rime not in _RIMES and not (onset == "gi" and rime == ""):
        return False
    if rime.endswith(_STOPS) and tone not in _TONES_OF_STOPS:
        return False
    if onset in ("k", "gh", "ngh"):
        return rime[0] in "eêiy"
    return True


def is_plain_syllable(word: str) -> bool:
    """Whether ``word``, small letters without marks, may be a syllable of which the marks were left out."""
    return any(word.startswith(onset) and word[len(onset) :] in _PLAIN_RIMES for onset in _PLAIN_ONSETS)


def marked_words(text: str) -> list[str]:
    """The words of ``text`` that hold more than plain letters: those in which an encoding shows. What parts words are
    the signs of ASCII alone, because in a wrong encoding a letter may be any other sign."""
    return [word for word in _BETWEEN_WORDS.split(text) if not word.isascii()]


def syllable_share(words: list[str]) -> float:
    """The share of ``words`` that are syllables, 0 to 1; 0 of none. Signs around a word (“ ” – …) count for nothing."""
    if not words:
        return 0.0
    return sum(is_syllable(_bare(word)) for word in words) / len(words)


def _bare(word: str) -> str:
    if word.isalpha():
        return word
    start, end = 0, len(word)
    while start < end and unicodedata.category(word[start])[0] not in "LM":
        start += 1
    while end > start and unicodedata.category(word[end - 1])[0] not in "LM":
        end -= 1
    return word[start:end]
