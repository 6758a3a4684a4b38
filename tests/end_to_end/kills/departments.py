"""The departments of the trial: a source of every kind, on PostgreSQL, SQLite, in a folder and behind HTTP."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import xlsxwriter
from sqlalchemy.engine import make_url

from catalog.editing import register
from catalog.sources import HarvestSource, SourceTable
from portal.source_access import sealed
from portal.wiring import Parts
from tests.catalog.examples import COMMUNES, HEALTH, example_source
from tests.end_to_end.kills.tables import (
    COLUMNS,
    ChangingListing,
    ChangingTable,
    csv_text,
    described,
    schema_named,
)
from tests.harvesters.ckan_server import ACTIONS, ACTIONS_KNOWN, Portal
from tests.harvesters.web_server import Asked, Line, Page, Site, reply, serving

KEY_OF_SERVICE = "khoa-dich-vu-8f2c71"
PASSWORD = "mat-khau-csdl-55d0e9"
SECRETS = (KEY_OF_SERVICE, PASSWORD)
"""What must appear in no log and no message."""

URL_VARIABLE = "DULIEUMO_SOURCE_SO_POSTGRESQL__URL"
PAGE_ROWS = 500
SCHEMAS = (schema_named("co-so"), schema_named("co-so-1"))


@dataclass
class Cutting:
    """How answers over HTTP are cut: every one, or the one that comes after ``spare`` whole ones."""

    chance: random.Random = field(default_factory=random.Random)
    every: bool = False
    spare: int = -1
    cuts: int = 0

    def send(self, line: Line, answer: bytes) -> None:
        if not self.every:
            self.spare -= 1
        if self.every or self.spare == -1:
            self.cuts += 1
            line.send(answer[: self.chance.randint(0, len(answer) - 1)])
            if self.chance.random() < 0.5:
                line.reset()
            return
        line.send(answer)


@dataclass
class Departments:
    """What all sources hold now. ``put`` brings what changed in memory to where a source has it."""

    folder: Path
    postgresql: str
    """Address of the database of the first department, as its administrator."""
    sql: list[ChangingTable]
    sqlite: ChangingTable
    files: list[ChangingTable]
    rest: ChangingTable
    ckan: ChangingTable
    packages: ChangingListing
    data_json: ChangingListing
    cutting: Cutting = field(default_factory=Cutting)

    @classmethod
    def filled(cls, folder: Path, postgresql: str, size: int) -> Departments:
        pair = described("hai-bang", "hai-bang-mot", "hai-bang-hai")

        def table(name: str, rows: int, *, may_be_wrong: bool = False) -> ChangingTable:
            dataset = described(name)
            return ChangingTable.filled(
                dataset.distributions[0].name, dataset, SCHEMAS[0], rows, may_be_wrong=may_be_wrong
            )

        def of_pair(number: int) -> ChangingTable:
            return ChangingTable.filled(
                pair.distributions[number].name, pair, SCHEMAS[number], size // 10, may_be_wrong=False
            )

        return cls(
            folder,
            postgresql,
            [table("bang-lon", size), of_pair(0), of_pair(1)],
            table("bang-sqlite", size // 5),
            [table("tep-csv", size // 10, may_be_wrong=True), table("tep-xlsx", size // 20, may_be_wrong=True)],
            table("bang-json", size // 10, may_be_wrong=True),
            table("bang-ckan", size // 20, may_be_wrong=True),
            ChangingListing.filled("ckan", 120),
            ChangingListing.filled("bo", 500),
        )

    @property
    def tables(self) -> list[ChangingTable]:
        return [*self.sql, self.sqlite, *self.files, self.rest, self.ckan]

    @property
    def listings(self) -> dict[str, ChangingListing]:
        """By the source they belong to."""
        return {"cong-ckan": self.packages, "danh-muc-dcat": self.data_json}

    def change(self, chance: random.Random, *, but: Sequence[str] = ()) -> list[str]:
        """Change about half of all sources a little; returns what was done."""
        done = []
        for table in self.tables:
            if table.key not in but and chance.random() < 0.55:
                what = table.change(chance)
                done += [f"{table.key}:{what}"] if what not in ("", "edit") else []
                self.put(table)
        for name, listing in self.listings.items():
            if chance.random() < 0.5:
                what = listing.change(chance)
                done += [f"{name}:{what}"] if what != "edit" else []
        return done

    def put(self, table: ChangingTable) -> None:
        if table in self.sql:
            self._put_postgresql(table)
        elif table is self.sqlite:
            self._put_sqlite(table)
        elif table in self.files:
            self._put_file(table)

    def put_all(self) -> None:
        for table in self.tables:
            self.put(table)

    def _put_postgresql(self, table: ChangingTable) -> None:
        address = make_url(self.postgresql).set(drivername="postgresql").render_as_string(hide_password=False)
        name = table.key.replace("-", "_")
        with psycopg.connect(address) as connection:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {name} (ma text PRIMARY KEY, ten text, ma_xa text, giuong int)".encode()
            )
            connection.execute(f"DELETE FROM {name}".encode())
            with connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
                for row in table.shown:
                    copy.write_row([cell or None for cell in row])

    def _put_sqlite(self, table: ChangingTable) -> None:
        connection = sqlite3.connect(self.folder / "so.db", timeout=20)
        with connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS bang (ma TEXT PRIMARY KEY, ten TEXT, ma_xa TEXT, giuong INT)"
            )
            connection.execute("DELETE FROM bang")
            rows = [[cell or None for cell in row] for row in table.shown]
            connection.executemany("INSERT INTO bang VALUES (?, ?, ?, ?)", rows)
        connection.close()

    def _put_file(self, table: ChangingTable) -> None:
        unfinished = self.folder / "moi"
        if table.key.startswith("tep-xlsx"):
            book = xlsxwriter.Workbook(unfinished)
            sheet = book.add_worksheet("Bang")
            for number, row in enumerate([COLUMNS, *table.shown]):
                sheet.write_row(number, 0, row)
            book.close()
        else:
            unfinished.write_text(csv_text(table.shown), encoding="utf-8")
        unfinished.replace(self.folder / "tep" / file_name(table))


def file_name(table: ChangingTable) -> str:
    return f"{table.key}.{'xlsx' if table.key.startswith('tep-xlsx') else 'csv'}"


@contextmanager
def service_of(departments: Departments) -> Iterator[Site]:
    """The departments that are asked over HTTP."""

    def rows(asked: Asked, line: Line) -> None:
        if asked.headers.get("x-api-key") != KEY_OF_SERVICE:
            line.send(reply(b"", "401 Unauthorized"))
            return
        shown = departments.rest.shown
        page = int(parse_qs(urlsplit(asked.path).query)["page"][0])
        found = shown[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        items = [dict(zip(COLUMNS, row, strict=True)) for row in found]
        said = {"data": {"items": items, "total": len(shown)}}
        departments.cutting.send(line, _json(json.dumps(said, ensure_ascii=False).encode()))

    def data_json(asked: Asked, line: Line) -> None:
        departments.cutting.send(line, _json(departments.data_json.as_data_json()))

    def action(name: str) -> Page:
        def answer(asked: Asked, line: Line) -> None:
            query = {key: values[0] for key, values in parse_qs(urlsplit(asked.path).query).items()}
            departments.cutting.send(line, _closing(_portal(departments).answer(name, query)))

        return answer

    pages: dict[str, Page] = {"/api/bang": rows, "/data.json": data_json}
    with serving(pages | {ACTIONS + name: action(name) for name in ACTIONS_KNOWN}) as site:
        yield site


def _portal(departments: Departments) -> Portal:
    table = departments.ckan
    resource = {"id": "tai-nguyen-1", "name": table.key, "format": "CSV", "datastore_active": True}
    package = {"id": "goi-bang", "name": "goi-bang", "title": "Gói có bảng", "type": "dataset", "resources": [resource]}
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table.shown]
    return Portal(
        packages=departments.packages.as_packages(package),
        rows={"tai-nguyen-1": rows},
        types=dict.fromkeys(COLUMNS, "text"),
    )


def _json(body: bytes) -> bytes:
    return _closing(reply(body, Content_Type="application/json"))


def _closing(answer: bytes) -> bytes:
    return answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


def register_sources(parts: Parts, departments: Departments, site: Site) -> list[HarvestSource]:
    """Describe every dataset and source."""
    d = departments
    paging = {"paging": "page", "size_parameter": "size", "page_size": str(PAGE_ROWS), "total": "data.total"}
    access = {"auth": "api_key", "key": KEY_OF_SERVICE, "records": "data.items"}
    sql = [table.at(table.key.replace("-", "_")) for table in d.sql]
    files = [table.at(file_name(table)) for table in d.files]
    sources = [
        _source("so-postgresql", "sql", sql, url=f"${{{URL_VARIABLE}}}"),
        _source("so-sqlite", "sql", [d.sqlite.at("bang")], url=f"sqlite:///{d.folder / 'so.db'}"),
        _source("so-thu-muc", "files", files, path=str(d.folder / "tep")),
        _source("dich-vu-json", "rest_json", [d.rest.at("bang")], url=f"{site.url}/api", **paging, **access),
        _source("cong-ckan", "ckan", [d.ckan.at("tai-nguyen-1")], url=site.url),
        _source("danh-muc-dcat", "dcat", [], url=f"{site.url}/data.json", grace_days="0"),
    ]
    datasets = {table.dataset.id: table.dataset for table in d.tables}
    with parts.store.write() as transaction:
        register(
            transaction,
            organizations=(HEALTH,),
            table_schemas=SCHEMAS,
            code_lists=(COMMUNES,),
            datasets=datasets.values(),
            sources=[sealed(source, parts.vault) for source in sources],
            actor="test",
            at=parts.clock(),
        )
    return sources


def _source(name: str, kind: str, tables: list[SourceTable], **options: str) -> HarvestSource:
    return replace(example_source(name), title=name, kind=kind, options=options, tables=tuple(tables))
