"""Changes to what operators keep about searching, in SQL."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.storage.putting import Putting
from catalog.storage.search_tables import search_synonyms
from catalog.synonyms import Synonyms, SynonymsId


class SqlSearchWriter(Putting):
    """The part of a ``CatalogTransaction`` that knows about searching, on one open transaction."""

    def put_synonyms(self, group: Synonyms) -> None:
        self._put(search_synonyms, {"id": group.id, "terms": list(group.terms)})

    def delete_synonyms(self, group_id: SynonymsId) -> None:
        self._ask(sa.delete(search_synonyms).where(search_synonyms.c.id == group_id))
