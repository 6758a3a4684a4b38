"""Every action by its name. A function's docstring is what ``help_show`` answers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.api.ckan.arguments import Arguments
from portal.api.ckan.datastore import datastore_info, datastore_search
from portal.api.ckan.errors import not_found
from portal.api.ckan.organizations import (
    group_list,
    group_package_show,
    group_show,
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
from portal.api.ckan.resources import resource_search, resource_show, resource_view_list
from portal.api.ckan.site import license_list, site_read, status_show, user_list
from portal.api.ckan.tags import tag_list, tag_show

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
    group_list,
    group_package_show,
    group_show,
    help_show,
    license_list,
    organization_list,
    organization_show,
    package_autocomplete,
    package_list,
    package_search,
    package_show,
    resource_search,
    resource_show,
    resource_view_list,
    site_read,
    status_show,
    tag_list,
    tag_show,
    user_list,
)

ACTIONS: dict[str, Action] = {action.__name__: action for action in _ALL}
"""All of them only read, so GET and POST are both allowed."""
