"""Codes of a second factor: TOTP as the usual apps show it (RFC 6238: SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime

from catalog.people import SecondFactor, UserId
from portal.secrets import Secret, Vault

_STEPS_AROUND = (0, -1, 1)
"""Clocks of telephones are a little wrong, and codes are typed slowly."""

_DIGITS = 6


class TotpCodes:
    """``catalog.people_ports.OneTimeCodes`` over secrets that lie encrypted in the catalogue."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def step_of(self, factor: SecondFactor, code: str, at: datetime) -> int | None:
        from pyotp import TOTP

        typed = "".join(code.split())
        if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
            return None
        totp = TOTP(self._vault.decrypt(factor.secret, _context(factor.user_id)).reveal())
        now = totp.timecode(at)
        return next((now + by for by in _STEPS_AROUND if hmac.compare_digest(totp.generate_otp(now + by), typed)), None)

    def sealed(self, secret: Secret, user_id: UserId) -> str:
        """A secret as the catalogue keeps it."""
        return self._vault.encrypt(secret, _context(user_id))

    def renewed(self, factor: SecondFactor) -> SecondFactor:
        """The same under the newest key."""
        return replace(factor, secret=self._vault.renewed(factor.secret, _context(factor.user_id)))


def new_secret() -> Secret:
    """160 random bits in base32, as apps take them."""
    from pyotp import random_base32

    return Secret(random_base32())


def address_for_apps(secret: Secret, account: str, issuer: str) -> str:
    """``otpauth://…``: what a telephone opens with its app. Holds the secret: for the person's own page only."""
    from pyotp import TOTP

    return TOTP(secret.reveal()).provisioning_uri(name=account, issuer_name=issuer)


def _context(user_id: UserId) -> str:
    return f"second factor/{user_id}"
