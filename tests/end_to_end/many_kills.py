"""Kills harvests, cuts their connections and stalls their workers many times over one home, and checks after each time
that the catalogue keeps its promises; at the end everything must be as the sources have it.

``python -m tests.end_to_end.many_kills --rounds 100 --seed 1 [--catalog postgresql]``
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from catalog.checking import make_ready
from portal.settings import Settings
from portal.wiring import open_parts
from tests.end_to_end.kills.departments import URL_VARIABLE, Departments, register_sources, service_of
from tests.end_to_end.kills.interruptions import APPLICATION, Interrupting
from tests.end_to_end.kills.processes import Place, without_secrets_of_ours
from tests.end_to_end.kills.trial import Trial
from tests.postgresql import PostgresqlServer, start_server


@contextmanager
def prepared(
    folder: Path, server: PostgresqlServer, catalog_url: str, chance: random.Random, size: int
) -> Iterator[Trial]:
    """A trial in ``folder``, with everything described and nothing harvested."""
    home, temporary, sources = folder / "home", folder / "tam", folder / "so"
    for path in (home, temporary, sources, sources / "tep"):
        path.mkdir(parents=True)
    with ExitStack() as stack:
        departments_url = stack.enter_context(server.database())
        departments = Departments.filled(sources, departments_url, size)
        departments.put_all()
        site = stack.enter_context(service_of(departments))
        catalog = {"DULIEUMO_CATALOG": catalog_url} if catalog_url else {}
        source = {URL_VARIABLE: departments_url, "PGAPPNAME": APPLICATION}
        environment = without_secrets_of_ours(home, temporary, **catalog, **source)
        settings = Settings(home=home, catalog=catalog_url, site_url="http://du-lieu.test", allow_loopback=True)
        parts = open_parts(settings)
        stack.callback(parts.store.close)
        make_ready(parts.indexing)
        register_sources(parts, departments, site)
        place = Place(home, temporary, folder / "log", environment)
        yield Trial(Interrupting(place, parts, departments, server, settings.catalog_url, chance))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--size", type=int, default=20_000, help="rows of the largest table")
    asked.add_argument("--catalog", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--only", nargs="*", default=(), help="these kinds of interruptions only, such as stall")
    asked.add_argument("--keep", action="store_true", help="keep the folder of the trial")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    started = time.monotonic()
    with start_server() as server, ExitStack() as stack:
        url = stack.enter_context(server.database()) if given.catalog == "postgresql" else ""
        trial = stack.enter_context(prepared(folder, server, url, random.Random(given.seed), given.size))
        trial.begin()
        for number in range(1, given.rounds + 1):
            trial.round(number, given.only)
        trial.end()
    counts = json.dumps(dict(sorted(trial.done.items())), indent=1)
    click.echo(
        f"{given.rounds} rounds in {time.monotonic() - started:.0f} s; {len(trial.broken)} broken promises\n{counts}"
    )
    if given.keep or trial.broken:
        click.echo(f"the folder of the trial is {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if trial.broken else 0)


if __name__ == "__main__":
    main()
