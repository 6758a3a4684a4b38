"""Roles as people call them."""

from __future__ import annotations

from markupsafe import Markup

from catalog.people import Role, User
from catalog.ports import CatalogReader
from portal.pages.languages import _, in_language, marked

ROLE_LABELS = {Role.ADMINISTRATOR: marked("Quản trị cổng"), Role.STEWARD: marked("Phụ trách dữ liệu")}


def roles_in_words(reader: CatalogReader, user: User) -> tuple[Markup, ...]:
    """Each role with the organization it is for, in the language of the page."""
    titles = {organization.id: organization for organization in reader.organizations()}
    told = []
    for membership in user.memberships:
        organization = titles.get(membership.organization_id) if membership.organization_id else None
        where = Markup(" – {}").format(in_language(organization.title, organization.title_en)) if organization else ""
        told.append(Markup("{}{}").format(_(ROLE_LABELS[membership.role]), where))
    return tuple(told)
