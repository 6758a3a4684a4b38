"""What can be set from outside, read once from the environment. README.md has the table of them."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are. An address left empty means the embedded adapter under ``home``."""

    model_config = SettingsConfigDict(env_prefix="DULIEUMO_", frozen=True, extra="ignore")

    home: Path = Path(".dulieumo")
    catalog: str = ""
    files: str = ""
    index: str = ""
    rows: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, validation_alias=AliasChoices("DULIEUMO_PORT", "PORT"), ge=0, le=65535)
    site_url: str = ""
    site_title: str = "Cổng dữ liệu mở tỉnh Thanh Hóa"
    site_title_en: str = "Thanh Hóa Open Data Portal"
    workers: int = Field(default=1, ge=1, le=64)

    @property
    def folder(self) -> Path:
        """``home`` as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def public_url(self) -> str:
        """The address that links carry, without a slash at its end."""
        return (self.site_url or f"http://{self.host}:{self.port}").rstrip("/")

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
    def rows_url(self) -> str:
        return self.rows or f"duckdb://{self.folder / 'rows'}"
