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
from portal.source_places import SourcePlaces

if TYPE_CHECKING:
    from portal.wiring import Parts


VARIABLE_PREFIX = "DULIEUMO_SOURCE_"


@dataclass(frozen=True, slots=True)
class SourceAccess:
    """How the processes of this portal read sources."""

    variables: Mapping[str, str]
    vault: Vault
    outside: Outside
    places: SourcePlaces

    @classmethod
    def of(cls, parts: Parts) -> SourceAccess:
        settings = parts.settings
        outside = Outside(client_settings(settings))
        return cls(source_variables(settings), parts.vault, outside, SourcePlaces.of(settings))

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
        """The source with its options in the clear: never to be stored, shown or logged. Raises ``SourceError`` for a
        variable that is not set, a secret that cannot be opened, and a place where no source may lie."""
        # Variables first: a password that looks like one must stay as it is.
        filled = filled_options(source, own_variables(source.name, self.variables))
        revealed = {
            name: self.vault.decrypt(value, secret_context(source.id, name)).reveal() for name, value in filled.items()
        }
        opened = replace(source, options=revealed)
        self.places.check(opened)
        return opened


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
    """The variables that are meant for sources."""
    meant = {name: value for name, value in os.environ.items() if name.startswith(VARIABLE_PREFIX)}
    return {**meant, "DULIEUMO_HOME": str(settings.folder)}


def own_variables(source_name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Those that this very source may name. Who may edit a source must not be able to send the secrets of another, of
    the portal or of the machine to a server of their choice."""
    own = variable_prefix(source_name)
    return {name: value for name, value in variables.items() if name.startswith(own) or name == "DULIEUMO_HOME"}


def variable_prefix(source_name: str) -> str:
    """How the variables of a source begin: ``DULIEUMO_SOURCE_SO_Y_TE__`` for the source “so-y-te”. Two underscores end
    the name, for no name of a source has two hyphens in a row."""
    return f"{VARIABLE_PREFIX}{source_name.upper().replace('-', '_')}__"


def filled_options(source: HarvestSource, variables: Mapping[str, str]) -> dict[str, str]:
    """The options of a source with every ``${NAME}`` in them filled in. Raises ``SourceError`` for an unset one."""

    own = variable_prefix(source.name)

    def filled(option: str, value: str) -> str:
        for name in VARIABLE.findall(value):
            if name not in variables:
                raise SourceError(
                    f"Cấu hình nguồn thiếu biến môi trường {name} (trong mục “{option}”).",
                    f"The environment variable {name} named by the option “{option}” is not set.",
                    remedy=f"Đặt biến cho tiến trình thu thập rồi chạy lại; tên phải bắt đầu bằng {own}.",
                    remedy_en=f"Set it for the harvesting process and run again; its name must begin with {own}.",
                )
        return VARIABLE.sub(lambda match: variables[match[1]], value)

    return {option: filled(option, value) for option, value in source.options.items()}
