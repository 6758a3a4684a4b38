"""Every action by its name. A function's docstring is what ``help_show`` answers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.api.ckan.activities import package_activity_list, recently_changed_packages_activity_list
from portal.api.ckan.arguments import Arguments
from portal.api.ckan.datastore import datastore_info, datastore_search
from portal.api.ckan.errors import not_found
from portal.api.ckan.organizations import (
    group_autocomplete,
    group_list,
    group_package_show,
    group_show,
    organization_autocomplete,
    organization_list,
    organization_show,
)
from portal.api.ckan.package_search import package_search
from portal.api.ckan.packages import (
    current_package_list_with_resources,
    package_autocomplete,
    package_list,
    package_show,
)
from portal.api.ckan.resources import format_autocomplete, resource_search, resource_show, resource_view_list
from portal.api.ckan.site import (
    group_list_authz,
    license_list,
    organization_list_for_user,
    site_read,
    status_show,
    user_list,
    vocabulary_list,
)
from portal.api.ckan.tags import tag_autocomplete, tag_list, tag_search, tag_show

Action = Callable[[Arguments], Any]


def help_show(arguments: Arguments) -> str:
    """Say what an action does. ``name``: the action."""
    action = ACTIONS.get(arguments.required("name"))
    if action is None:
        raise not_found("Action not found")
    return action.__doc__ or ""


_ALL: tuple[Action, ...] = (
    current_package_list_with_resources,
    datastore_info,
    datastore_search,
    format_autocomplete,
    group_autocomplete,
    group_list,
    group_list_authz,
    group_package_show,
    group_show,
    help_show,
    license_list,
    organization_autocomplete,
    organization_list,
    organization_list_for_user,
    organization_show,
    package_activity_list,
    package_autocomplete,
    package_list,
    package_search,
    package_show,
    recently_changed_packages_activity_list,
    resource_search,
    resource_show,
    resource_view_list,
    site_read,
    status_show,
    tag_autocomplete,
    tag_list,
    tag_search,
    tag_show,
    user_list,
    vocabulary_list,
)

ACTIONS: dict[str, Action] = {action.__name__: action for action in _ALL}
"""All of them only read, so GET and POST are both allowed."""

_WRITTEN = ("package", "resource", "resource_view", "group", "organization", "tag", "vocabulary", "member", "user")
_WRITES = ("create", "update", "patch", "delete")

WRITING_ACTIONS = frozenset(
    {f"{thing}_{verb}" for thing in _WRITTEN for verb in _WRITES}
    | {"package_revise", "package_owner_org_update", "package_resource_reorder", "dataset_purge"}
    | {"group_purge", "organization_purge", "api_token_create", "api_token_revoke"}
    | {"datastore_create", "datastore_upsert", "datastore_delete", "datastore_records_delete"}
)
"""What CKAN could change. Nobody may here; a client is told so in the way it knows, and not that there is no such
action."""
