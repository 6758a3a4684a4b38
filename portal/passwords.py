"""Passwords of people, hashed with Argon2id."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2


class Argon2Passwords:
    """``catalog.people_ports.Passwords`` with OWASP's parameters for web servers (Password Storage Cheat Sheet, 2025):
    19 MiB, two passes, one lane; about 30 ms."""

    def __init__(self, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._memory_kib = memory_kib
        self._passes = passes

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=self._passes, memory_cost=self._memory_kib, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """A hash to compare with when there is none: whatever is typed, it takes as long and is wrong."""
        from secrets import token_urlsafe

        return self._hasher.hash(token_urlsafe(32))

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        compared = self._nobodys if password_hash is None else password_hash
        try:
            return self._hasher.verify(compared, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)
