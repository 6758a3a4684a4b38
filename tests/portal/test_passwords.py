"""Passwords are hashed with Argon2id, and what is compared for nobody takes as long and is wrong."""

from __future__ import annotations

import pytest

from portal.passwords import MEMORY_KIB, PASSES, Argon2Passwords

QUICK = Argon2Passwords(memory_kib=8, passes=1)


def test_a_hash_knows_its_password_and_no_other() -> None:
    hashed = QUICK.hash("tre tho ngoai vuon")
    assert hashed.startswith("$argon2id$")
    assert hashed != QUICK.hash("tre tho ngoai vuon"), "each has a salt of its own"
    assert QUICK.verify(hashed, "tre tho ngoai vuon")
    assert not QUICK.verify(hashed, "tre tho ngoai vuo")


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$m=8,t=1,p=1$AAAA$", "$2b$12$" + "a" * 53])
def test_what_is_no_hash_opens_nothing(stored: str | None) -> None:
    for typed in ("", "plain", "tre tho ngoai vuon"):
        assert not QUICK.verify(stored, typed)


def test_a_hash_with_other_parameters_is_outdated() -> None:
    assert not QUICK.is_outdated(QUICK.hash("x"))
    assert Argon2Passwords(memory_kib=16, passes=1).is_outdated(QUICK.hash("x"))


def test_the_parameters_are_at_least_those_of_owasp() -> None:
    assert (MEMORY_KIB, PASSES) >= (19 * 1024, 2)
    hashed = Argon2Passwords().hash("x")
    assert "m=19456,t=2,p=1" in hashed
