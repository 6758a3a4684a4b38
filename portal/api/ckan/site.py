"""Actions about the portal itself."""

from __future__ import annotations

from typing import Any

from portal.api.ckan.arguments import Arguments
from portal.context import parts
from publishers.ckan import license_list as all_licenses

CKAN_VERSION = "2.11.3"
"""The CKAN whose behaviour is kept; some clients choose their calls by it."""


def status_show(arguments: Arguments) -> dict[str, Any]:
    """Say what site this is, and the version of the API."""
    settings = parts().settings
    return {
        "site_title": settings.site_title,
        "site_description": settings.site_title_en,
        "site_url": settings.public_url,
        "ckan_version": CKAN_VERSION,
        "error_emails_to": None,
        "locale_default": "vi",
        "extensions": ["datastore"],
    }


def license_list(arguments: Arguments) -> list[dict[str, Any]]:
    """List the licences a dataset can have."""
    return all_licenses()


def site_read(arguments: Arguments) -> bool:
    """Say whether the site can be read: always."""
    return True


def vocabulary_list(arguments: Arguments) -> list[Any]:
    """List the vocabularies of tags: there are none, tags are free."""
    return []


def organization_list_for_user(arguments: Arguments) -> list[Any]:
    """List the organizations the caller may edit: none, for the API only reads."""
    return []


def group_list_authz(arguments: Arguments) -> list[Any]:
    """List the themes the caller may edit: none, for the API only reads."""
    return []


def user_list(arguments: Arguments) -> list[Any]:
    """List the users: accounts are not public, so there are none to list."""
    return []
