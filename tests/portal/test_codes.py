"""Codes of a telephone, read against the published examples; a key works for its owner only."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalog.errors import SourceError
from catalog.people import SecondFactor, UserId
from portal.codes import TotpCodes, address_for_apps, new_secret
from portal.secrets import Secret, Vault

OLD, NEW = Secret("khóa cũ " * 8), Secret("khóa mới " * 8)
LAN = UserId("u-lan")
RFC_SECRET = Secret(b32encode(b"12345678901234567890").decode())


def factor(vault: Vault, secret: Secret = RFC_SECRET) -> SecondFactor:
    return SecondFactor(LAN, TotpCodes(vault).sealed(secret, LAN), datetime(2026, 1, 1, tzinfo=UTC), 0)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_examples_of_rfc_6238_are_read(seconds: int, code: str) -> None:
    vault = Vault([NEW])
    assert TotpCodes(vault).step_of(factor(vault), code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_a_key_belongs_to_one_person() -> None:
    vault = Vault([NEW])
    with pytest.raises(SourceError):
        TotpCodes(vault).step_of(replace(factor(vault), user_id=UserId("u-khac")), "287082", datetime.now(UTC))


def test_a_key_moves_to_the_newest_key_of_the_portal() -> None:
    moved = TotpCodes(Vault([NEW, OLD])).renewed(factor(Vault([OLD])))
    at = datetime.fromtimestamp(59, UTC)
    assert TotpCodes(Vault([NEW])).step_of(moved, "287082", at) == 1
    assert TotpCodes(Vault([NEW, OLD])).renewed(moved) == moved


def test_apps_get_an_address_that_names_account_and_portal() -> None:
    secret = new_secret()
    address = address_for_apps(secret, "lan", "Cổng dữ liệu mở")
    assert address.startswith("otpauth://totp/")
    assert f"secret={secret.reveal()}" in address
    assert secret != new_secret()
    assert len(secret.reveal()) == 32
