"""Questions about use, in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from catalog.model import DatasetId
from catalog.storage.asking import Asking
from catalog.storage.usage_tables import dataset_use, dataset_use_grades, search_demand
from catalog.usage import SearchDemand


class SqlUsageReader(Asking):
    """A ``UsageReader`` on one open transaction."""

    def demand(self, since: date) -> tuple[SearchDemand, ...]:
        table = search_demand
        count, last_day = sa.func.sum(table.c.count), sa.func.max(table.c.day)
        statement = sa.select(table.c.text, count.label("total"), last_day.label("last_day"))
        found = self._ask(statement.where(table.c.day >= since).group_by(table.c.text).order_by(count.desc()))
        return tuple(SearchDemand(row.text, int(row.total), row.last_day) for row in found)

    def uses(self, since: date, ids: Collection[DatasetId] | None = None) -> dict[DatasetId, int]:
        table = dataset_use
        statement = sa.select(table.c.dataset_id, sa.func.sum(table.c.count).label("total"))
        statement = statement.where(table.c.day >= since)
        if ids is not None:
            statement = statement.where(self._among(table.c.dataset_id, ids))
        return {DatasetId(row.dataset_id): int(row.total) for row in self._ask(statement.group_by(table.c.dataset_id))}

    def use_grades(self) -> dict[DatasetId, int]:
        return {DatasetId(row.dataset_id): row.grade for row in self._ask(sa.select(dataset_use_grades))}

    def has_usage_before(self, day: date) -> bool:
        tables = (search_demand, dataset_use)
        return any(self._ask(sa.select(table.c.day).where(table.c.day < day).limit(1)).first() for table in tables)
