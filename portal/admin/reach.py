"""What the person who asks can reach: sources, runs and organizations, always by :func:`catalog.people.may`.

What somebody may not see is answered as if it did not exist; what they may see but not do is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.errors import NotFound
from catalog.model import Organization, OrganizationId
from catalog.people import Action, may, require_may
from catalog.ports import CatalogReader
from catalog.sources import HarvestRun, HarvestSource, RunId
from portal.admin.guard import user
from portal.context import parts


@dataclass(frozen=True, slots=True)
class BelongsTo:
    """Anything of an organization, for asking what may be done to it before it exists."""

    organization_id: OrganizationId


def reached(reader: CatalogReader, key: str, action: Action = Action.SOURCE_SEE) -> HarvestSource:
    """The source called ``key``, for doing ``action`` to it. Raises ``NotFound`` and ``Forbidden``."""
    source = reader.source(key)
    if not may(user(), Action.SOURCE_SEE, source):
        raise NotFound.of("nguồn thu thập", key)
    require_may(user(), action, source)
    return source


def source_for(key: str, action: Action = Action.SOURCE_SEE) -> HarvestSource:
    """The same for a view that asks for nothing else."""
    with parts().store.read() as reader:
        return reached(reader, key, action)


def reached_run(
    reader: CatalogReader, run_id: str, action: Action = Action.RUN_SEE
) -> tuple[HarvestRun, HarvestSource]:
    """A run with its source. Raises ``NotFound`` and ``Forbidden``."""
    run = reader.run(RunId(run_id))
    source = reader.source(run.source_id)
    if not may(user(), Action.RUN_SEE, source):
        raise NotFound.of("lượt thu thập", run_id)
    require_may(user(), action, source)
    return run, source


def organizations_for(reader: CatalogReader, action: Action) -> tuple[Organization, ...]:
    """Present organizations for which the person who asks may do ``action``, by title."""
    found = [item for item in reader.organizations() if item.is_current and may(user(), action, BelongsTo(item.id))]
    return tuple(sorted(found, key=lambda item: item.title))


def may_do(action: Action, source: HarvestSource) -> bool:
    """For templates: whether a button that does ``action`` to the source is shown."""
    return may(user(), action, source)
