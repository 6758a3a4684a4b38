"""How outside connections may be made, by the settings."""

from __future__ import annotations

from harvesters.http_client import ClientSettings
from portal.settings import Settings


def client_settings(settings: Settings) -> ClientSettings:
    """For every :class:`~harvesters.http_client.HttpClient` of the program, which judges them."""
    named = settings.site_url and settings.site_url.isascii()
    return ClientSettings(
        allow_loopback=settings.allow_loopback,
        internal_networks=tuple(settings.internal_networks.replace(",", " ").split()),
        extra_ca_file=settings.ca_file,
        user_agent=f"dulieumo (+{settings.site_url})" if named else "dulieumo",
    )
