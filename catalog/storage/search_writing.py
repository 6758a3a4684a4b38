"""Changes to what operators keep about searching, in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from catalog.sources import Lease
from catalog.storage.putting import Putting
from catalog.storage.search_tables import index_leases, search_synonyms
from catalog.synonyms import Synonyms, SynonymsId


class SqlSearchWriter(Putting):
    """The part of a ``CatalogTransaction`` that knows about searching, on one open transaction."""

    def put_synonyms(self, group: Synonyms) -> None:
        self._put(search_synonyms, {"id": group.id, "terms": list(group.terms)})

    def delete_synonyms(self, group_id: SynonymsId) -> None:
        self._ask(sa.delete(search_synonyms).where(search_synonyms.c.id == group_id))

    def claim_index(self, name: str, lease: Lease, at: datetime, is_dead: Callable[[str], bool]) -> bool:
        """A row that is there decides by its lock, one that is not by its key."""
        table = index_leases
        held = self._ask(sa.select(table).where(table.c.name == name).with_for_update()).first()
        if held is None:
            try:
                self._add(table, {"name": name, "owner": lease.owner, "until": lease.until})
            except sa.exc.IntegrityError:
                return False
            return True
        if held.until > at and not is_dead(held.owner):
            return False
        self._ask(sa.update(table).where(table.c.name == name).values(owner=lease.owner, until=lease.until))
        return True

    def renew_index(self, name: str, lease: Lease) -> bool:
        table = index_leases
        mine = (table.c.name == name) & (table.c.owner == lease.owner)
        return bool(self._ask(sa.update(table).where(mine).values(until=lease.until)).rowcount)

    def leave_index(self, name: str, owner: str) -> None:
        table = index_leases
        self._ask(sa.delete(table).where(table.c.name == name, table.c.owner == owner))
