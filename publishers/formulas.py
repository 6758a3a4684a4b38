"""Text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

RISKY_BEGINNINGS = "=+\\-@\t\r＝＋－＠"
"""The first characters of such text, as the inside of a class of a regular expression."""

_SEPARATOR = "\x1f"
_MAYBE_FORMULA = re.compile(f"(?:^|{_SEPARATOR})[{RISKY_BEGINNINGS}]")
_FORMULA = re.compile(f"[{RISKY_BEGINNINGS}]")
_SIGNED_NUMBER = re.compile(r"[+-][\d .,]*\d", re.ASCII)


def neutralise_formulas(cells: Sequence[str]) -> Sequence[str]:
    """Text cells that a spreadsheet would run as a formula get an apostrophe in front.

    Signed numbers and international phone numbers (-5,2; +84 237 385 2345) stay: at worst a spreadsheet computes a
    number out of them, and programs that read the file get what the source holds. Parquet and JSON hold all text as
    it is.
    """
    if not _MAYBE_FORMULA.search(_SEPARATOR.join(cells)):
        return cells
    return ["'" + cell if _FORMULA.match(cell) and not _SIGNED_NUMBER.fullmatch(cell) else cell for cell in cells]
