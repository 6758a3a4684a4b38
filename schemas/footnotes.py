"""Marks that stand behind a number and are no part of it: of footnotes, and of figures that are not final."""

from __future__ import annotations

import re

from schemas.readings import Kind

_SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
_UNMISTAKABLE = re.compile(rf"(?P<rest>.*\d%?\)?)\s*[{_SUPERSCRIPT}][{_SUPERSCRIPT},]*\)?")
_POWER = re.compile(rf"(?:.*[^\d])?10[{_SUPERSCRIPT}]+")
_FOOTNOTE = re.compile(
    r"(?P<rest>.*\d%?\)?)\s*(?:\(\s*\*{1,3}\s*\)|\*{1,3}|[†‡]|\[\s*(?:\d{1,2}|[a-z])\s*\]|\(\s*\d{1,2}\s*\)"
    r"|(?<=\s)(?:\d{1,2}|[a-z])\))"
)
_PRELIMINARY = re.compile(
    r"(?P<before>(?:sơ bộ|ước tính|ước)\s*[:\-–]?\s+)?(?P<rest>\(?[-\u2212]?\d.*?)"
    r"(?P<after>\s*(?:\((?:sb|sơ bộ|p|e|ước|ước tính|ưth|prel\.?|est\.?)\)|(?<=[\d\s])(?:p|sb|sơ bộ|ước|prel\.?)))?",
    re.IGNORECASE,
)
_PRELIMINARY_PERIOD = re.compile(
    r"(?P<before>(?:so bo|uoc(?: tinh| th(?:uc hien)?)?)\s*(?:[-–/:]?\s*(?:prel|est)\.?)?\s+)?(?P<rest>\S.*?\d)"
    r"(?P<after>\s*\(?(?:so bo|uoc(?: tinh| th(?:uc hien)?)?|sb|prel\.?|est\.?|p|\*)\)?)?"
)


def without_marks(cell: str, *, declared: bool) -> tuple[str, Kind] | None:
    """The cell without the mark behind (or before) it, and of which kind that is; ``None`` if there is none that may
    be left away. Superscript digits are marks always (but in a power of ten); others only where the dictionary has
    ``declared`` that the column carries some."""
    found = _UNMISTAKABLE.fullmatch(cell)
    if found and (declared or not _POWER.fullmatch(cell)):
        return found["rest"], Kind.FOOTNOTE
    return _marked(cell) if declared else None


def _marked(cell: str) -> tuple[str, Kind] | None:
    footnote = _FOOTNOTE.fullmatch(cell)
    if footnote:
        return footnote["rest"].rstrip(), Kind.FOOTNOTE
    preliminary = _PRELIMINARY.fullmatch(cell)
    if preliminary and (preliminary["before"] or preliminary["after"]):
        return preliminary["rest"].rstrip(), Kind.PRELIMINARY
    return None


def period_without_mark(folded: str) -> str | None:
    """A folded period without the words that call its figures preliminary ("so bo - prel. 2024"); ``None`` if it has
    none."""
    found = _PRELIMINARY_PERIOD.fullmatch(folded)
    return found["rest"] if found and (found["before"] or found["after"]) else None
