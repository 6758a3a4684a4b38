"""How long the history of harvests is kept: enough to explain what is public, never growing without bound.

Versions, their reports and the audit are not history in this sense and stay.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from catalog.ports import CatalogStore
from catalog.usage import local_day

KEPT_FOR = timedelta(days=400)
"""Longer than a year: the yearly report looks back at runs."""

KEPT_RUNS = 50
"""The newest runs of every source stay, however old they are."""

PRUNED_AT_ONCE = 200


def prune_history(store: CatalogStore, now: datetime) -> int:
    """Forget runs, notifications and counts of use that are old; a little at a time, so that nobody waits for it.
    Returns how many runs went."""
    first_day = local_day(now - KEPT_FOR)
    with store.read() as reader:
        if not reader.has_history_before(now - KEPT_FOR) and not reader.has_usage_before(first_day):
            return 0
    with store.write() as transaction:
        transaction.prune_usage(first_day)
        transaction.prune_notifications(now - KEPT_FOR)
        return transaction.prune_runs(now - KEPT_FOR, KEPT_RUNS, PRUNED_AT_ONCE)
