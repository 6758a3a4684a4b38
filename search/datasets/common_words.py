"""Words of a question that say little: they count where a dataset has them, but no dataset must.

Stop words are taken for such only as they are written: *cho* without accents may be *chợ*, *tai* may be *tải*. What
people put around their question (*số liệu*, *danh sách*, *ở đâu*) stands in many titles and is missing in as many.
English has its own: *and*, *of*, *the*.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from catalog.vietnamese import fold
from search.datasets.word_forms import is_foreign
from search.datasets.words import Word, words_of

_ALWAYS = frozenset(
    """
    của và các những về tại trên ở là với để được bởi đến tới hoặc này đó nào gì đâu thì mà đã đang sẽ vào
    cùng mỗi mọi từng muốn tìm tôi tỉnh
    or
    """.split()  # noqa: SIM905  quotes around each word would hide them
)
_AMONG_ACCENTS = frozenset({"theo", "cho", "hay", "khi", "ra", "do", "qua", "xem", "trong"})
"""Without accents anyway; so only where the rest of the question shows that its writer types accents."""

_BEFORE_OTHERS = frozenset({"có", "bị"})
"""At the end it is part of a name: *Nậm Có*, *Quảng Bị*."""

_ENGLISH = frozenset({"and", "of", "for", "by", "with", "from", "are"})
_AMONG_ENGLISH = frozenset({"the", "in", "at", "is", "s"})
"""Without accents *thẻ*, *in* too; so only beside a word that cannot be Vietnamese. *To*, *on* and *a* stand in names:
*Đăk Tô*, *Krông Á*."""

_AROUND = (
    "số liệu", "dữ liệu", "bộ dữ liệu", "danh sách", "danh mục", "thống kê", "thông tin", "tình hình", "số lượng",
    "tổng số", "tra cứu", "tìm kiếm", "tải về", "bao nhiêu", "có bao nhiêu", "ở đâu", "như thế nào",
    "hiện nay", "mới nhất", "cho tôi", "cho biết", "cần tìm", "cần biết", "cần xem", "tôi cần",
    "trên địa bàn", "toàn tỉnh",
)  # fmt: skip
_ROWS = frozenset(tuple(word.exact for word in words_of(row)) for row in _AROUND)

_NAME_OF_PROVINCE = 3
"""Words: *tỉnh Lào Cai* is no question about *Lào Cai* in the province."""

YEAR = re.compile(r"(?:19|20)\d\d")


def optional_places(
    words: Sequence[Word], quoted: Collection[int] = (), more: Iterable[tuple[str, ...]] = ()
) -> frozenset[int]:
    """The places of words that say little; none where that would be all of them. ``quoted`` are the places of words
    that were asked for in quotes, ``more`` further rows of words (as written) that say little."""
    accents = any(not word.is_plain for word in words)
    english = any(is_foreign(word) and word.exact not in _ENGLISH for word in words)
    found = {
        place
        for place, word in enumerate(words)
        if word.exact in _ALWAYS
        or (word.exact in _BEFORE_OTHERS and place + 1 < len(words))
        or word.exact in _ENGLISH
        or (english and word.exact in _AMONG_ENGLISH)
        or (accents and word.exact in _AMONG_ACCENTS)
        or (word.folded == "nam" and place + 1 < len(words) and YEAR.fullmatch(words[place + 1].exact))
    }
    rows, plain_rows = _rows_with(frozenset(more))
    for length in {len(row) for row in rows}:
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            plain = all(word.is_plain for word in part)
            if tuple(word.exact for word in part) in rows or (
                plain and tuple(fold(word.exact) for word in part) in plain_rows
            ):
                found.update(range(start, start + length))
    if len(words) == _NAME_OF_PROVINCE and words[0].exact == "tỉnh" and found == {0}:
        found.clear()
    found.difference_update(quoted)
    return frozenset() if len(found) == len(words) else frozenset(found)


@lru_cache(maxsize=8)
def _rows_with(more: frozenset[tuple[str, ...]]) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """The rows that say little, as written and, where they are of more words than one, without accents."""
    rows = _ROWS.union(more)
    return rows, frozenset(tuple(fold(word) for word in row) for row in rows if len(row) > 1)
