"""Opens sources for reading: options filled in just before, by variables of the environment and the vault.

Between two uses an option with a secret lies encrypted in the catalogue, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import SourceError
from catalog.ports import Fetched, Progress, TableRequest
from catalog.remote import RemoteCatalog
from catalog.source_kinds import VARIABLE, CheckStep, OfferedTable
from catalog.sources import HarvestSource, SourceId
from harvesters import fetch, kind_of
from harvesters.outside import Outside
from portal.outgoing import client_settings
from portal.secrets import Vault, is_encrypted
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.wiring import Parts


VARIABLE_PREFIX = "DULIEUMO_SOURCE_"


@dataclass(frozen=True, slots=True)
class SourceAccess:
    """How the processes of this portal read sources."""

    variables: Mapping[str, str]
    vault: Vault
    outside: Outside

    @classmethod
    def of(cls, parts: Parts) -> SourceAccess:
        return cls(source_variables(parts.settings), parts.vault, Outside(client_settings(parts.settings)))

    def fetch(
        self, source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        """See :class:`catalog.ports.Fetch`."""
        return fetch(self.opened(source), requests, folder, progress, self.outside)

    def open_catalog(self, source: HarvestSource) -> RemoteCatalog | None:
        """See :data:`catalog.ports.OpenCatalog`."""
        kind = kind_of(source.kind)
        return kind.catalog(self.opened(source), self.outside) if kind.reads_catalog else None

    def check(self, source: HarvestSource) -> Iterator[CheckStep]:
        """Try a source out, step by step."""
        try:
            opened = self.opened(source)
        except SourceError as error:
            yield CheckStep("Cấu hình", "Configuration", False, error.message, error.message_en)
        else:
            yield from kind_of(source.kind).check(opened, self.outside)

    def offered(self, source: HarvestSource) -> Iterator[OfferedTable]:
        """The tables that a source could give. Raises ``SourceError``."""
        return kind_of(source.kind).offered(self.opened(source), self.outside)

    def opened(self, source: HarvestSource) -> HarvestSource:
        """The source with its options in the clear: never to be stored, shown or logged."""
        # Variables first: a password that looks like one must stay as it is.
        filled = filled_options(source.options, self.variables)
        revealed = {
            name: self.vault.decrypt(value, secret_context(source.id, name)).reveal() for name, value in filled.items()
        }
        return replace(source, options=revealed)


def secret_context(source_id: SourceId, option: str) -> str:
    """What an encrypted option belongs to: moved elsewhere it cannot be opened."""
    return f"{source_id}/{option}"


def sealed(source: HarvestSource, vault: Vault) -> HarvestSource:
    """The source as it may be stored: its secret options encrypted."""
    kind = kind_of(source.kind)
    options = {
        name: vault.encrypt(value, secret_context(source.id, name))
        if (option := kind.option(name)) and option.secret and not is_encrypted(value)
        else value
        for name, value in source.options.items()
    }
    webhook = source.notify_webhook  # its path is as good as a password
    if webhook and not is_encrypted(webhook):
        webhook = vault.encrypt(webhook, secret_context(source.id, "notify_webhook"))
    return replace(source, options=options, notify_webhook=webhook)


def source_variables(settings: Settings) -> Mapping[str, str]:
    """The variables that a source may name: those meant for sources. Who may edit a source must not be able to send
    the portal's own secrets, or others of the machine, to a server of their choice."""
    meant = {name: value for name, value in os.environ.items() if name.startswith(VARIABLE_PREFIX)}
    return {**meant, "DULIEUMO_HOME": str(settings.folder)}


def filled_options(options: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """The options of a source with every ``${NAME}`` in them filled in. Raises ``SourceError`` for an unset one."""

    def filled(option: str, value: str) -> str:
        for name in VARIABLE.findall(value):
            if name not in variables:
                raise SourceError(
                    f"Cấu hình nguồn thiếu biến môi trường {name} (trong mục “{option}”).",
                    f"The environment variable {name} named by the option “{option}” is not set.",
                    remedy=f"Đặt biến {name} cho tiến trình thu thập rồi chạy lại; tên phải bắt đầu bằng"
                    f" {VARIABLE_PREFIX}.",
                    remedy_en=f"Set {name} for the harvesting process and run again; names begin with"
                    f" {VARIABLE_PREFIX}.",
                )
        return VARIABLE.sub(lambda match: variables[match[1]], value)

    return {option: filled(option, value) for option, value in options.items()}
