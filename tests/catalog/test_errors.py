"""Errors tell people in Vietnamese and logs in English what is wrong."""

from __future__ import annotations

import errno

import pytest

from catalog.errors import KINDS, NotFound, StorageFull, reporting_full_disk


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_is_named_in_both_languages(kind: str) -> None:
    error = NotFound.of(kind, "x-1")
    assert error.message == f"Không tìm thấy {kind} “x-1”."
    assert error.message_en == f"Not found: {KINDS[kind]} “x-1”."
    assert KINDS[kind].isascii()


def test_a_full_disk_is_told_as_such_and_other_faults_pass() -> None:
    with pytest.raises(StorageFull), reporting_full_disk():
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), reporting_full_disk():
        raise PermissionError(errno.EACCES, "denied")
