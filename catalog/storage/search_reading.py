"""What operators keep about searching, from SQL."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.storage.asking import Asking
from catalog.storage.search_tables import search_synonyms
from catalog.synonyms import Synonyms, SynonymsId
from catalog.vietnamese import sort_key


class SqlSearchReader(Asking):
    """The part of a ``CatalogReader`` that knows about searching, on one open transaction."""

    def synonyms(self) -> tuple[Synonyms, ...]:
        found = [Synonyms(SynonymsId(row.id), tuple(row.terms)) for row in self._ask(sa.select(search_synonyms))]
        return tuple(sorted(found, key=lambda group: (sort_key(group.terms[0]), group.id)))
