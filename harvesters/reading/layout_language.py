"""Tells Vietnamese labels from the English ones that statistics yearbooks write below or beside them.

A text is called English only if it carries no Vietnamese mark and some word of it that no Vietnamese syllable can
spell; "Nam", "Gia Lai" or "Long An", which carry no mark either, are never taken for a translation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalog.vietnamese import clean, fold

_VOWELS = (
    "a|e|i|o|u|y|ai|ao|au|ay|eo|eu|ia|iu|oa|oe|oi|oo|ua|ue|ui|uu|uy|ie|uo|uya|uye|oai|oay|oeo|uay|ieu|yeu|ye|uoi|uou"
)
_SYLLABLE = re.compile(
    rf"(?:b|ch?|d|gh?|gi|h|kh?|l|m|n|ngh?|nh|ph?|qu?|r|s|th?|tr|v|x)?(?:{_VOWELS})(?:ch?|m|n|ng|nh|p|t)?"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOT_ASCII = re.compile(r"[^\W\d_]")


_HEADINGS = re.compile(
    r"\b(?:name|address|code|no|number|total|type|kind|year|month|quarter|date|area|unit|population|district|commune"
    r"|ward|province|city|region|locality|organization|office|agency|department|facility|school|hospital|company"
    r"|enterprise|person|owner|male|female|urban|rural|age|phone|telephone|email|note|remark|item|description|content"
    r"|status|value|amount|quantity|price|rate|percent|level|grade|class|category|group|sector|industry|activity"
    r"|ownership|title|position|subject|service|source|method|result|plan|actual|estimate|budget|revenue|expenditure"
    r"|charge|manager|director|contact|website|location)s?\b"
)


def is_vietnamese(text: str) -> bool:
    """Whether the text carries a letter that Vietnamese has and English has not."""
    return any(not letter.isascii() for letter in _NOT_ASCII.findall(clean(text)))


def is_english(text: str) -> bool:
    """Whether the text can only be English: no Vietnamese letter, and a word that is no Vietnamese syllable."""
    cleaned = clean(text)
    if is_vietnamese(cleaned):
        return False
    return any(not _SYLLABLE.fullmatch(word) for word in _WORD.findall(fold(cleaned)))


def is_translation(upper: str, lower: str) -> bool:
    """Whether ``lower`` may be the English of ``upper``: words on both sides, Vietnamese above, none below."""
    return is_vietnamese(upper) and not is_vietnamese(lower) and bool(_WORD.search(lower))


def names_a_column(text: str) -> bool:
    """Whether an English text has a word that columns are called by: "Name of facility", "Address"."""
    return bool(_HEADINGS.search(fold(clean(text))))


def translates(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row of labels is the English of the one above: both have words in the same columns, no column of the
    lower row is Vietnamese, and most are surely English."""
    both = [(one, two) for one, two in zip(upper, lower, strict=False) if one.strip() and two.strip()]
    told = [two for two in lower if two.strip()]
    if not both or any(is_vietnamese(two) or re.search(r"\d", two) for two in told):
        return False
    sure = sum(is_english(two) for _, two in both)
    return sure * 2 >= len(both) and any(is_vietnamese(one) for one, _ in both)
