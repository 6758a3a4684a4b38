"""Organizations: what each owes and what it delivers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.duties import Freshness
from catalog.model import AccessLevel, Organization
from portal.context import parts
from portal.pages.overview import Overview, Owed, SourceStanding, overview

pages = Blueprint("organizations", __name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization with its datasets, most urgent first, and its sources. ``obliged``: it must offer open data."""

    organization: Organization
    owed: tuple[Owed, ...]
    sources: tuple[SourceStanding, ...]
    obliged: bool

    def count(self, *kinds: Freshness) -> int:
        return sum(item.duty.freshness in kinds for item in self.owed)

    @property
    def open_count(self) -> int:
        return sum(item.dataset.access_level is AccessLevel.OPEN for item in self.owed)

    @property
    def late(self) -> int:
        return self.count(Freshness.OVERDUE)

    @property
    def stuck_count(self) -> int:
        return sum(len(source.stuck) for source in self.sources)

    @property
    def next_due(self) -> Owed | None:
        """The dataset that falls due first, or is overdue longest."""
        return next((item for item in self.owed if item.duty.due), None)


@pages.get("/organizations")
def organization_list() -> str:
    seen = overview(parts())
    return render_template(
        "organizations.html",
        seen=seen,
        standings=[standing(seen, item) for item in seen.organizations if item.is_current],
        former=[item for item in seen.organizations if not item.is_current],
        titles={item.id: item for item in seen.organizations},
    )


@pages.get("/organization/<name>")
def organization(name: str) -> ResponseReturnValue:
    with parts().store.read() as reader:
        found = reader.organization(name)
    if found.name != name:
        return redirect(url_for("organizations.organization", name=found.name), 301)
    seen = overview(parts())
    known = {item.id: item for item in seen.organizations}
    return render_template(
        "organization.html",
        seen=seen,
        standing=standing(seen, found),
        parent=known.get(found.parent_id) if found.parent_id else None,
        successor=known.get(found.successor_id) if found.successor_id else None,
        predecessors=[item for item in seen.organizations if item.successor_id == found.id],
    )


def standing(seen: Overview, organization: Organization) -> Standing:
    owed = seen.of(organization.id)
    urgent = sorted(owed, key=lambda item: (item.duty.due is None, item.duty.due or seen.made_at))
    return Standing(organization, tuple(urgent), seen.sources_of(organization.id), organization in seen.obliged)
