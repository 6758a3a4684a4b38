"""One trial: rounds of changing, interrupting and checking over one home that goes on and on."""

from __future__ import annotations

import csv
import io
import os
import random
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import click
from flask import Flask

from catalog.errors import CatalogError
from catalog.holding import approve_release, held_tables, request_release
from catalog.model import DatasetStatus, Version
from portal.app import create_app
from portal.wiring import Parts
from tests.end_to_end.kills.departments import SECRETS, Departments
from tests.end_to_end.kills.interruptions import Interrupting
from tests.end_to_end.kills.processes import Place, orphans_of
from tests.end_to_end.kills.readers import reading_on
from tests.end_to_end.kills.tables import COLUMNS, ChangingTable, rows_digest
from tests.end_to_end.state import broken_promises

LONG_AGO = 7_200
"""Seconds; after so long the worker sweeps what killed processes left."""


@dataclass
class Trial:
    """One home, its sources and what was seen of it so far."""

    interrupting: Interrupting
    done: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    _seen: dict[str, Version] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _log_read: int = 0
    _app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self._app = create_app(self.parts)

    @property
    def parts(self) -> Parts:
        return self.interrupting.parts

    @property
    def departments(self) -> Departments:
        return self.interrupting.departments

    @property
    def place(self) -> Place:
        return self.interrupting.place

    # --- rounds

    def begin(self) -> None:
        """Everything is published once, without trouble."""
        started = time.monotonic()
        code = self.place.run("harvest", "--all")
        self.interrupting.usual = time.monotonic() - started
        if code:
            raise SystemExit(f"the first harvest ended with {code}: {self.place.log.read_text()[-3000:]}")
        self._tell("begin", self.promises_broken(settled=False))

    def round(self, number: int, only: Collection[str] = ()) -> None:
        """Change the sources, interrupt, check; sometimes let the next worker do what is left, and check again."""
        chance = self.interrupting.chance
        changed = self.departments.change(chance)
        self.release(chance, only_some=True)
        ways = {name: way for name, way in self.interrupting.ways().items() if name in only or not only}
        name = chance.choices(list(ways), [weight for _, weight in ways.values()])[0]
        self.interrupting.started.clear()
        with reading_on(self._app, {table.key: table.distribution_id for table in self.departments.tables}) as wrong:
            when = ways[name][0]()
        self.done[f"{name} ({when})"] += 1
        wrong += [f"left over process: {found}" for found in orphans_of(*self.interrupting.started)]
        self._tell(f"{number} {name} ({when}) {' '.join(changed)}", wrong + self.promises_broken(settled=False))
        if chance.random() < 0.5:
            self._tell(f"{number} recovery", self.recover())

    def release(self, chance: random.Random, *, only_some: bool) -> None:
        """Two persons let a held table pass: now and then one that lost rows on purpose, or every one."""
        with self.parts.store.read() as reader:
            held = {item.table.key: item for item in held_tables(reader)}
        for table in self.departments.tables:
            item = held.get(table.key)
            if item is None or (only_some and (table.trouble != "shrink" or chance.random() < 0.5)):
                continue
            try:
                now = self.parts.clock()
                said = "Đơn vị xác nhận đã bỏ các dòng này."
                request_release(
                    self.parts.store, item.source.name, table.key, reason=said, requested_by="Người thứ nhất", at=now
                )
                approve_release(self.parts.store, item.source.name, table.key, approved_by="Người thứ hai", at=now)
            except CatalogError:
                continue  # what is held is not what the source shows now
            table.allow_shown()
            self.done["release"] += 1

    def recover(self) -> list[str]:
        """The next worker takes over what was interrupted and delivers what waits; then nothing is left."""
        self._age_leftovers()
        code = self.place.run("worker", "--once")
        broken = [f"the worker ended with {code}"] if code else []
        left = [
            *self.place.home.glob("staging/*"),
            *self.place.home.glob("files/incoming/*"),
            *self.place.home.glob("rows/.*"),
            *self.place.temporary.iterdir(),
        ]
        broken += [f"left over: {path.relative_to(self.place.home.parent)}" for path in left]
        code = self.place.run("check", "--hashes", "--repair")
        broken += [f"check --repair ended with {code}"] if code else []
        return broken + self.promises_broken(settled=True)

    def _age_leftovers(self) -> None:
        """As if the processes had been killed long ago."""
        long_ago = time.time() - LONG_AGO
        for folder in (self.place.temporary, *(self.place.home / name for name in ("staging", "files/incoming"))):
            for path in [*folder.rglob("*")]:
                os.utime(path, (long_ago, long_ago))
        for path in self.place.home.glob("rows/.*"):
            os.utime(path, (long_ago, long_ago))

    def end(self) -> None:
        """Undisturbed, everything comes to what the sources have now."""
        for table in self.departments.tables:
            if table.trouble:
                table.recover()
                self.departments.put(table)
        for listing in self.departments.listings.values():
            listing.recover()
        broken = self.recover()
        self.place.run("harvest", "--all")
        self.release(self.interrupting.chance, only_some=False)  # a source may have lost much since its last version
        self.place.run("harvest", "--all")
        broken += self.recover()
        for table in self.departments.tables:
            versions = self._versions_of(table)
            if not versions or self._digest(versions[-1]) != table.history[-1]:
                broken.append(f"{table.key} does not have what its source has")
        self._tell("end", [*broken, *self._listings_differ()])
        with self.parts.store.read() as reader:
            runs = [run for source in reader.sources() for run in reader.runs(source.id, limit=100_000)]
        self.done["versions published"] = sum(len(self._versions_of(table)) for table in self.departments.tables)
        self.done["runs taken over"] = sum(run.attempt > 1 for run in runs)
        self.done.update(f"runs that ended as {run.state}" for run in runs)

    # --- checking

    def promises_broken(self, *, settled: bool) -> list[str]:
        return [
            *broken_promises(self.parts, settled=settled),
            *self._untrue_versions(),
            *self._unanswered(),
            *self._told_secrets(),
        ]

    def _untrue_versions(self) -> Iterator[str]:
        """Versions that changed, went, or hold what their source never had at a time after the version before."""
        for table in self.departments.tables:
            versions = self._versions_of(table)
            for version in versions:
                before = self._seen.setdefault(version.id, version)
                if before != version:
                    yield f"version {version.number} of {table.key} changed"
            gone = {key for key, seen in self._seen.items() if seen.distribution_id == table.distribution_id}
            if gone - {version.id for version in versions}:
                yield f"a version of {table.key} went"
            states = iter(table.history)
            for version in versions:
                if self._digest(version) not in states:
                    yield f"version {version.number} of {table.key} holds what its source never had then"
                    break

    def _versions_of(self, table: ChangingTable) -> list[Version]:
        with self.parts.store.read() as reader:
            return sorted(reader.versions(table.distribution_id), key=lambda version: version.number)

    def _digest(self, version: Version) -> str:
        if version.id not in self._digests:
            stored = version.file("csv")
            if stored is None:
                return "no file"
            with self.parts.files.open(stored.sha256) as stream:
                lines = list(csv.DictReader(io.StringIO(stream.read().decode("utf-8-sig"), newline="")))
            self._digests[version.id] = rows_digest([line[name] for name in COLUMNS] for line in lines)
        return self._digests[version.id]

    def _unanswered(self) -> Iterator[str]:
        """The last good version of every table is public: described, queried and downloaded through the API."""
        client = self._app.test_client()
        for table in self.departments.tables:
            latest = self._versions_of(table)[-1]
            answer = client.get(f"/api/v1/tables/{table.distribution_id}/rows?_limit=3")
            if answer.status_code != 200 or answer.get_json()["total"] != latest.row_count:
                yield f"the rows of {table.key} are answered with {answer.status_code}: {answer.get_data()[:200]!r}"
            described = client.get(f"/api/v1/tables/{table.distribution_id}").get_json()
            for file in described["files"]:
                path = "/" + file["url"].split("/", 3)[3]
                if client.get(path).status_code != 200:
                    yield f"{path} cannot be downloaded"
            if described["version"]["id"] != latest.id:
                yield f"{table.key} is described with another version than its last"

    def _told_secrets(self) -> Iterator[str]:
        with self.place.log.open("rb") as log:
            log.seek(self._log_read)
            said = log.read()
            self._log_read = log.tell()
        with self.parts.store.read() as reader:
            runs = [run.error for source in reader.sources() for run in reader.runs(source.id, limit=5)]
            issues = [
                f"{issue.message} {issue.message_en} {issue.remedy}"
                for source in reader.sources()
                for outcome in reader.last_outcomes(source.id).values()
                for issue in outcome.issues
            ]
        everything = said.decode(errors="replace") + "\n".join([*runs, *issues])
        for secret in SECRETS:
            if secret in everything:
                yield "a secret stands in a log or message"

    def _listings_differ(self) -> Iterator[str]:
        for name, listing in self.departments.listings.items():
            with self.parts.store.read() as reader:
                marks = reader.remote_marks(reader.source(name).id)
                for identifier, title in listing.records.items():
                    mark = marks.get(identifier)
                    if mark is None or mark.dataset_id is None or mark.missing_since is not None:
                        yield f"record {identifier} of {name} is not remembered as it is"
                        continue
                    dataset = reader.dataset(mark.dataset_id)
                    if dataset.title != title or dataset.status is not DatasetStatus.PUBLISHED:
                        yield f"record {identifier} of {name} is “{dataset.title}” ({dataset.status})"
                for identifier in marks.keys() - listing.records.keys() - {"goi-bang"}:
                    if marks[identifier].missing_since is None:
                        yield f"record {identifier} of {name} is gone, but not remembered as missing"

    def _tell(self, what: str, broken: list[str]) -> None:
        click.echo(f"{what}: {f'{len(broken)} broken' if broken else 'well'}")
        for line in broken[:12]:
            click.echo(f"    BROKEN {line}")
        self.broken += [f"{what}: {line}" for line in broken]
