"""The use case that harvests: a run is claimed, its source is read, judged and decided on, the run is ended.

What comes of tables is decided in :mod:`catalog.harvesting_tables`, what comes of another catalogue's records in
:mod:`catalog.harvesting_catalogs`. Killing the process at any moment leaves a run that another takes over and ends in
the same state.
"""

from __future__ import annotations

import logging

from catalog.errors import CatalogError, LeaseLost
from catalog.harvesting_catalogs import harvest_catalog
from catalog.harvesting_tables import harvest_tables, internal_error, table_requests
from catalog.ports import Progress
from catalog.runs import Harvester, Keeper, Tell, claim, finish, give_back
from catalog.sources import CATALOG_KEY, HarvestRun, SourceId
from catalog.working_folders import working_folder

logger = logging.getLogger(__name__)


def harvest(
    harvester: Harvester, source_id: SourceId, *, trigger: str, progress: Progress = lambda key, rows: None
) -> HarvestRun:
    """Harvest one source from claim to end and return the finished run.

    Takes over the source's interrupted run if there is one. Raises ``RunInProgress`` if another process is at it and
    ``LeaseLost`` if another took it over; what the source does wrong is never raised but recorded in the run.
    """
    run = claim(harvester, source_id, trigger)
    failure: CatalogError | None = None
    try:
        with Keeper(harvester, run) as keeper:

            def tell(step: str, key: str, done: int = 0) -> None:
                progress(key, done)
                keeper.tell(step, key, done)

            _harvest(harvester, run, tell)
    except LeaseLost:
        raise
    except CatalogError as error:
        failure = error
    except Exception as error:
        logger.exception("run %s broke off", run.id)
        failure = internal_error("nguồn", "the source", error)
    except BaseException:
        give_back(harvester, run)  # this process was told to end: another need not wait for the lease to run out
        raise
    return finish(harvester, run, failure)


def _harvest(harvester: Harvester, run: HarvestRun, tell: Tell) -> None:
    with harvester.store.read() as reader:
        source = reader.source(run.source_id)
        done = {outcome.table_key for outcome in reader.outcomes(run.id)}
        requests = table_requests(reader, source, done)
    with working_folder(harvester.staging) as folder:  # its own: who lost the lease must not clear another's
        tell("read", CATALOG_KEY if not requests else requests[0].table.key, 0)
        remote = None if CATALOG_KEY in done else harvester.open_catalog(source)
        if remote is not None:
            harvest_catalog(harvester, run, source, remote, folder, tell)
        harvest_tables(harvester, run, source, requests, folder, tell)
