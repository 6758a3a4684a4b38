"""What the embedded engine's errors mean: trouble of the machine that passes, or an index that has to be built anew."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import IndexDamaged, IndexUnavailable

_SYSTEM = re.compile(r"(?:os error |Os \{ code: )(\d+)")
_LASTING = frozenset({errno.ENOENT, errno.EIO, errno.ENOTDIR, errno.EISDIR})


@contextmanager
def engine_errors() -> Iterator[None]:
    """Tell what the engine refuses as ``IndexUnavailable``; a panic of its is no ordinary ``Exception``."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise _refused(error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _refused(error) from error


def may_be_damage(error: BaseException | None) -> bool:
    """Whether what the engine said may come from its files, and not from a full disk, a lack of file handles or memory,
    or a missing right: building anew would meet those as well."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _LASTING
    said = _SYSTEM.search(str(error))
    return said is None or int(said[1]) in _LASTING


def damaged(damage: str) -> IndexDamaged:
    return IndexDamaged(
        "Chỉ mục tìm kiếm bị hỏng trên đĩa; hãy tạo lại chỉ mục.",
        f"The search index is damaged on disk ({damage}); rebuild it.",
        damage=damage,
    )


def _refused(error: BaseException) -> IndexUnavailable:
    return IndexUnavailable(
        "Chỉ mục tìm kiếm không đọc hoặc ghi được lúc này.",
        f"The search index cannot be read or written just now ({type(error).__name__}).",
        cause=str(error)[:300],
    )
