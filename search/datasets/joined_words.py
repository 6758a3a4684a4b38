"""Words that were written together and are told apart by their capitals, as in names of files and columns:
*TênĐơnVị*, *OpenData*."""

from __future__ import annotations

import re

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_SEAM = re.compile(f"(?<=[a-z{_MARKED}])(?=[A-Z{_MARKED.upper()}])")
_PASSED = re.compile(f"[a-z{_MARKED}][A-Z{_MARKED.upper()}]")
_WORD = re.compile(r"[^\W_]+")


def parts_of(text: str) -> tuple[str, ...]:
    """Each such word of a text in NFC once, with blanks between its parts; mostly there is none."""
    if not _PASSED.search(text):
        return ()
    apart = (_SEAM.sub(" ", word) for word in _WORD.findall(text))
    return tuple(dict.fromkeys(parts for parts in apart if " " in parts))
