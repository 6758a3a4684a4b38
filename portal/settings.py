"""What can be set from outside, read once from the environment. README.md has the table of them."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.errors import InvalidInput


class Settings(BaseSettings):
    """Where things are. An address left empty means the embedded adapter under ``home``."""

    model_config = SettingsConfigDict(env_prefix="DULIEUMO_", frozen=True, extra="ignore")

    home: Path = Path(".dulieumo")
    catalog: str = Field(default="", repr=False)  # may hold a password, as index may
    files: str = ""
    index: str = Field(default="", repr=False)
    index_copy: bool = True
    rows: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, validation_alias=AliasChoices("DULIEUMO_PORT", "PORT"), ge=0, le=65535)
    site_url: str = ""
    site_title: str = "Cổng dữ liệu mở tỉnh Thanh Hóa"
    site_title_en: str = "Thanh Hóa Open Data Portal"
    workers: int = Field(default=1, ge=1, le=64)
    env: Literal["", "production", "development"] = ""
    secret_key: SecretStr = SecretStr("")
    secret_keys_old: SecretStr = SecretStr("")
    session_idle_minutes: int = Field(default=60, ge=1, le=1440)
    session_hours: int = Field(default=12, ge=1, le=168)
    proxies: int = Field(default=0, ge=0, le=10)
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    source_folders: str = ""
    allow_loopback: bool = False
    internal_networks: str = ""
    ca_file: str = ""
    elasticsearch_user: str = ""
    elasticsearch_password: SecretStr = SecretStr("")
    elasticsearch_api_key: SecretStr = SecretStr("")
    elasticsearch_ca: str = ""
    elasticsearch_seconds: float = Field(default=2.0, gt=0, le=60)
    elasticsearch_write_seconds: float = Field(default=60.0, gt=0, le=600)
    elasticsearch_shards: int = Field(default=1, ge=1, le=100)
    elasticsearch_replicas: int | None = Field(default=None, ge=0, le=10)

    def __init__(self, **given: Any) -> None:
        """Raises ``InvalidInput`` with one sentence for what cannot be used; it names no value, which may be secret."""
        try:
            super().__init__(**given)
        except ValidationError as error:
            wrong = "; ".join(f"{_variable(problem['loc'])} ({problem['msg']})" for problem in error.errors())
            raise InvalidInput(
                f"Không dùng được cài đặt {wrong}; hãy sửa biến môi trường này.",
                f"Unusable setting {wrong}; correct this environment variable.",
            ) from None

    @property
    def folder(self) -> Path:
        """``home`` as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def public_url(self) -> str:
        """The address that links carry, without a slash at its end."""
        return (self.site_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_production(self) -> bool:
        """Said by ``DULIEUMO_ENV``; where that is silent, a public https address is production."""
        if self.env:
            return self.env == "production"
        address = urlsplit(self.public_url)
        return address.scheme == "https" and not _is_loopback(address.hostname or "")

    @property
    def session_idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_longest(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def catalog_url(self) -> str:
        return self.catalog or f"sqlite:///{self.folder / 'catalog.db'}"

    @property
    def files_url(self) -> str:
        return self.files or (self.folder / "files").as_uri()

    @property
    def index_url(self) -> str:
        return self.index or f"tantivy://{self.folder / 'index'}"

    @property
    def index_copy_folder(self) -> Path | None:
        """Where the embedded copy of an index elsewhere lies; ``None`` where there is none."""
        return self.folder / "index-copy" if self.index_copy and not self.index_url.startswith("tantivy:") else None

    @property
    def rows_url(self) -> str:
        return self.rows or f"duckdb://{self.folder / 'rows'}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else ""
    return name if name.startswith(("DULIEUMO_", "PORT")) else f"DULIEUMO_{name.upper()}"


def check_mail_settings(settings: Settings) -> None:
    """Raises ``InvalidInput`` for a mail server or sender that cannot be used."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        return
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or "@" not in settings.mail_from:
        raise InvalidInput(
            "Cài đặt thư không dùng được: DULIEUMO_SMTP_URL phải là smtp://… hoặc smtps://…, DULIEUMO_MAIL_FROM là địa"
            " chỉ thư.",
            "The mail settings cannot be used: DULIEUMO_SMTP_URL must be smtp://… or smtps://…, DULIEUMO_MAIL_FROM an"
            " address.",
            setting="DULIEUMO_SMTP_URL",
        )
