"""Secrets of the portal: the key it is given, what is derived from it, and what is encrypted with it.

``DULIEUMO_SECRET_KEY`` is the one secret an operator keeps. Each use has its own key derived from it. What is
encrypted names the key it was made with, so that a new key can be set while the former ones, in
``DULIEUMO_SECRET_KEYS_OLD``, still open what they closed. In development a random key is made in ``DULIEUMO_HOME``;
production refuses to start without one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from catalog.errors import InvalidInput, SourceError
from portal.settings import Settings

KEY_FILE = "secret.key"
SHORTEST_KEY = 32
_FEWEST_DIFFERENT = 8
_DEFAULTS = ("change", "default", "example", "secret", "password", "doi-khoa", "mat-khau", "dulieumo", "khoa-bi-mat")
_MAKE_ONE = "dulieumo secret new-key"

_MARK = "enc:1:"
_NONCE_BYTES = 12
_NAMES_A_VARIABLE = re.compile(r"\$\{\w+\}")


class Secret:
    """A text that must not be seen: logs, errors, JSON and ``repr`` get dots. Only :meth:`reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __str__(self) -> str:
        return "•••"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class Vault:
    """Encrypts with AES-256-GCM under the newest of ``masters`` and opens what any of them closed."""

    def __init__(self, masters: Sequence[Secret]) -> None:
        self._masters = tuple(masters)
        self._by_id = {_key_id(master): _derived(master, "encryption at rest") for master in reversed(self._masters)}
        self._current_id = _key_id(self._masters[0])

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the newest key; of no use for any other purpose."""
        return _derived(self._masters[0], purpose)

    def encrypt(self, value: str | Secret, context: str = "") -> str:
        """The value as it may be stored: text that only this portal reads, and only in the same ``context`` (say,
        source and option). A value that is ``${NAME}`` names an environment variable and is given back as it is."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        text = value.reveal() if isinstance(value, Secret) else value
        if _NAMES_A_VARIABLE.fullmatch(text):
            return text
        nonce = secrets.token_bytes(_NONCE_BYTES)
        closed = AESGCM(self._by_id[self._current_id]).encrypt(nonce, text.encode(), context.encode())
        return f"{_MARK}{self._current_id}:{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def decrypt(self, stored: str, context: str = "") -> Secret:
        """The value that was encrypted; one that was not (``${NAME}``, plain text) as it is. Raises ``SourceError`` if
        no key of ours opens it, or it was made for another context."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not is_encrypted(stored):
            return Secret(stored)
        key_id, _, text = stored.removeprefix(_MARK).partition(":")
        if key_id not in self._by_id:
            raise SourceError(
                f"Bí mật này được mã hóa bằng khóa “{key_id}” mà cổng không còn giữ; hãy đặt khóa đó vào "
                "DULIEUMO_SECRET_KEYS_OLD hoặc nhập lại bí mật.",
                f"This secret was encrypted with the key “{key_id}”, which the portal no longer has; put that key into "
                "DULIEUMO_SECRET_KEYS_OLD or enter the secret again.",
                key_id=key_id,
            )
        try:
            closed = base64.b64decode(text, altchars=b"-_", validate=True)
            nonce, closed = closed[:_NONCE_BYTES], closed[_NONCE_BYTES:]
            return Secret(AESGCM(self._by_id[key_id]).decrypt(nonce, closed, context.encode()).decode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SourceError(
                "Bí mật đã lưu bị hỏng hoặc thuộc về chỗ khác; hãy nhập lại.",
                "The stored secret is damaged or belongs elsewhere; enter it again.",
            ) from error

    def renewed(self, stored: str, context: str = "") -> str:
        """The same secret under the newest key; given back as it is if it stands there already or is not encrypted."""
        if not is_encrypted(stored) or stored.startswith(f"{_MARK}{self._current_id}:"):
            return stored
        return self.encrypt(self.decrypt(stored, context), context)


def is_encrypted(stored: str) -> bool:
    return stored.startswith(_MARK)


def open_vault(settings: Settings) -> Vault:
    """The vault under the keys of the settings. Raises ``InvalidInput`` with one sentence if production has no key, or
    any key is short or a well-known one. In development a missing key is made once, in ``HOME/secret.key``."""
    given = settings.secret_key.get_secret_value().strip()
    if given:
        _require_strong(given)
    elif settings.is_production:
        raise InvalidInput(
            f"Chưa đặt DULIEUMO_SECRET_KEY; chạy chính thức phải có khóa riêng, tạo bằng: {_MAKE_ONE}",
            f"DULIEUMO_SECRET_KEY is not set; production needs a key of its own, made by: {_MAKE_ONE}",
            setting="DULIEUMO_SECRET_KEY",
        )
    else:
        given = _development_key(settings.folder / KEY_FILE)
    former = settings.secret_keys_old.get_secret_value().replace(",", " ").split()
    return Vault([Secret(given), *map(Secret, former)])


def new_key() -> str:
    """A random key, good for ``DULIEUMO_SECRET_KEY``."""
    return secrets.token_urlsafe(48)


def _require_strong(key: str) -> None:
    low = key.lower()
    is_default = any(word in low for word in _DEFAULTS)
    if len(key) < SHORTEST_KEY or len(set(key)) < _FEWEST_DIFFERENT or is_default:
        raise InvalidInput(
            f"DULIEUMO_SECRET_KEY quá ngắn (cần ít nhất {SHORTEST_KEY} ký tự) hoặc dễ đoán; tạo khóa bằng: {_MAKE_ONE}",
            f"DULIEUMO_SECRET_KEY is shorter than {SHORTEST_KEY} or easy to guess; make one by: {_MAKE_ONE}",
            setting="DULIEUMO_SECRET_KEY",
        )


def _development_key(path: Path) -> str:
    """Made whole or not at all, by one of the processes that start at once; readable to nobody else on the machine."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_key())
        try:
            path.hardlink_to(mine)
        except FileExistsError:
            pass  # another process was first, and its key is ours too
        finally:
            mine.unlink()
    return path.read_text().strip()


def _derived(master: Secret, purpose: str) -> bytes:
    return hmac.digest(master.reveal().encode(), b"dulieumo:" + purpose.encode(), hashlib.sha256)


def _key_id(master: Secret) -> str:
    """Names a key without telling anything about it."""
    return _derived(master, "key id").hex()[:8]
