"""Groups of words that mean the same to a search. Values only; :mod:`catalog.editing_synonyms` looks after them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

from catalog.errors import InvalidInput
from catalog.vietnamese import canonical_tone, clean, nfc

SynonymsId = NewType("SynonymsId", str)

MOST_TERMS = 20
LONGEST_TERM = 120
_BETWEEN = "="
_COMMENT = "#"
_OFF = "off-"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Terms of which each may stand for any other, such as *GRDP* and *tổng sản phẩm trên địa bàn*."""

    id: SynonymsId
    terms: tuple[str, ...]

    @property
    def switches_off(self) -> bool:
        """Whether this is no group but says of one that comes with the program that it does not count here. It still
        does so when a later release adds terms to that group."""
        return self.id.startswith(_OFF)


def key_of(terms: tuple[str, ...]) -> str:
    """A short name for a group that comes with the program: the same for the same terms, however they are typed."""
    return hashlib.sha256("\0".join(sorted(compared(terms))).encode()).hexdigest()[:12]


def switching_off(terms: tuple[str, ...]) -> Synonyms:
    return Synonyms(SynonymsId(_OFF + key_of(terms)), terms)


def switches_of(terms: tuple[str, ...], stored: Iterable[Synonyms]) -> tuple[Synonyms, ...]:
    """Those that say of a group with these terms that it does not count."""
    held = compared(terms)
    return tuple(group for group in stored if group.switches_off and compared(group.terms) <= held)


def compared(terms: tuple[str, ...]) -> frozenset[str]:
    """Terms as they are told apart: without regard to case, and tones in one style."""
    return frozenset(canonical_tone(nfc(term)).lower() for term in terms)


def read_group(line: str) -> tuple[str, ...]:
    """The terms of one group, written as *term = term = …*; each once, in order."""
    terms = (" ".join(clean(term).split()) for term in line.split(_BETWEEN))
    return tuple(dict.fromkeys(term for term in terms if term))


def read_groups(text: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a file, one a line; empty lines and those that begin with ``#`` say nothing. Raises
    ``InvalidInput``, which names the line."""
    groups = []
    for number, line in enumerate(text.splitlines(), start=1):
        if clean(line) and not clean(line).startswith(_COMMENT):
            groups.append(checked_terms(read_group(line), f"Dòng {number}: ", f"Line {number}: "))
    return tuple(groups)


def write_group(terms: tuple[str, ...]) -> str:
    return f" {_BETWEEN} ".join(terms)


def checked_terms(terms: tuple[str, ...], place: str = "", place_en: str = "") -> tuple[str, ...]:
    """Raises ``InvalidInput`` unless these can be a group: two terms at least, each with a letter or digit."""
    if len(terms) < 2:
        raise InvalidInput(
            f"{place}Cần ít nhất hai từ khác nhau, viết cách nhau bằng dấu “=”, ví dụ: HTX = hợp tác xã.",
            f"{place_en}At least two different terms are needed, parted by “=”.",
        )
    if len(terms) > MOST_TERMS:
        raise InvalidInput(
            f"{place}Một nhóm có nhiều nhất {MOST_TERMS} từ; hãy tách thành nhiều nhóm.",
            f"{place_en}A group holds at most {MOST_TERMS} terms; make several groups.",
        )
    for term in terms:
        if len(term) > LONGEST_TERM or not any(letter.isalnum() for letter in term):
            raise InvalidInput(
                f"{place}“{term[:40]}” không dùng được: mỗi từ phải có chữ hoặc số và dài nhất {LONGEST_TERM} ký tự.",
                f"{place_en}“{term[:40]}” cannot be used: a term has a letter or digit and at most {LONGEST_TERM} "
                "characters.",
            )
    return terms
