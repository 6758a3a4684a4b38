"""Words that were written together and are told apart by their capitals, as in names of files and columns:
*TênĐơnVị*, *OpenData*."""

from __future__ import annotations

import re

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_SMALL, _LARGE = f"a-z{_MARKED}", f"A-Z{_MARKED.upper()}"
_PASSED = re.compile(f"[{_SMALL}][{_LARGE}]")
_SEAM = re.compile(rf"(?<=[{_SMALL}])(?=[{_LARGE}\d])|(?<=\d)(?=[{_LARGE}])")
_WORD = re.compile(r"[^\W_]+")


def parts_of(text: str) -> tuple[str, ...]:
    """Each such word of a text in NFC once, with blanks between its parts; mostly there is none."""
    if not _PASSED.search(text):
        return ()
    apart = (_SEAM.sub(" ", word) for word in _WORD.findall(text) if _PASSED.search(word))
    return tuple(dict.fromkeys(parts for parts in apart if " " in parts))
