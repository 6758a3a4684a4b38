"""Tables and listings of departments that change a little at a time, and remember what was ever true of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.dictionary import TableSchema
from catalog.model import Dataset, Distribution, DistributionId, stable_id
from catalog.sources import SourceTable
from tests.catalog.examples import clinic_descriptor, example_dataset

COLUMNS = ("ma", "ten", "ma_xa", "giuong")
COMMUNE_CODES = ("14797", "15853", "15724")

Row = tuple[str, str, str, str]


def schema_named(name: str) -> TableSchema:
    """The dictionary of one table of facilities with keys of six digits."""
    descriptor = clinic_descriptor(name=name)
    key, *others = descriptor["fields"]
    return TableSchema.from_descriptor(
        {**descriptor, "fields": [{**key, "constraints": {"required": True, "pattern": r"\d{6}"}}, *others]}
    )


def rows_digest(rows: Iterable[Iterable[object]]) -> str:
    """Stands for the content of a table, whatever the order of its rows."""
    lines = sorted("\x1f".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def csv_text(rows: Iterable[Row]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([COLUMNS, *rows])
    return buffer.getvalue()


@dataclass
class ChangingTable:
    """What a source shows of one table. ``history`` holds the digest of every state that may be published, in order;
    a state that lost too many rows or has a wrong cell is not in it."""

    key: str
    dataset: Dataset
    schema: TableSchema
    may_be_wrong: bool
    rows: dict[str, Row] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)
    trouble: str = ""
    changes: int = 0
    _former: list[dict[str, Row]] = field(default_factory=list)

    @classmethod
    def filled(cls, key: str, dataset: Dataset, schema: TableSchema, size: int, *, may_be_wrong: bool) -> ChangingTable:
        table = cls(key, dataset, schema, may_be_wrong)
        for number in range(100_001, 100_001 + size):
            table._put(f"{number}", number)
        table._show()
        return table

    @property
    def distribution_id(self) -> DistributionId:
        return next(item.id for item in self.dataset.distributions if item.name == self.key)

    def at(self, locator: str) -> SourceTable:
        return SourceTable(self.key, locator, self.dataset.id, self.distribution_id, self.schema.name)

    def change(self, chance: random.Random) -> str:
        """Change a little, or take a trouble back; returns what was done."""
        self.changes += 1
        if self.trouble and chance.random() < 0.5:
            return ""
        what = "edit" if self.trouble else chance.choices(("edit", "back", "shrink", "spoil"), (80, 8, 8, 4))[0]
        if what == "shrink":
            kept = list(self.rows.values())
            self.shown, self.trouble = kept[: int(len(kept) * chance.uniform(0.5, 0.75))], what
        elif what == "spoil" and self.may_be_wrong:
            first, *others = self.rows.values()
            self.shown, self.trouble = [(*first[:3], "ba"), *others], what
        elif what == "back":
            self.rows = dict(chance.choice(self._former))
            self._show()
        else:
            what = "edit"
            self._edit(chance)
            self._show()
        return what

    def allow_shown(self) -> None:
        """Two persons released what the source shows."""
        self.rows = {row[0]: row for row in self.shown}
        self._show()

    def recover(self) -> None:
        """The trouble is over."""
        self._show()

    def _edit(self, chance: random.Random) -> None:
        keys = list(self.rows)
        for key in chance.sample(keys, chance.randint(0, len(keys) // 50)):
            del self.rows[key]
        for key in chance.sample(list(self.rows), len(self.rows) // 50):
            self._put(key, chance.randint(0, 2_000))
        for _ in range(chance.randint(0, max(1, len(keys) // 40))):
            self._put(f"{chance.randint(200_000, 999_999)}", chance.randint(0, 2_000))
        self._put("100000", self.changes)  # no two states are alike

    def _put(self, key: str, number: int) -> None:
        beds = str(number % 300) if number % 7 else ""
        self.rows[key] = (key, f"Trạm y tế số {number}", COMMUNE_CODES[number % 3], beds)

    def _show(self) -> None:
        self.shown, self.trouble = list(self.rows.values()), ""
        self.history.append(rows_digest(self.shown))
        self._former = [*self._former[-3:], dict(self.rows)]


@dataclass
class ChangingListing:
    """The records of another catalogue, by identifier; ``title`` of a record is what changes."""

    records: dict[str, str]
    gone: dict[str, str] = field(default_factory=dict)
    changes: int = 0

    @classmethod
    def filled(cls, name: str, size: int) -> ChangingListing:
        return cls({f"{name}-{number:04d}": f"Bảng {name} số {number}" for number in range(size)})

    def change(self, chance: random.Random) -> str:
        self.changes += 1
        if self.gone:
            self.recover()
            return "edit"
        names = list(self.records)
        if chance.random() < 0.08:
            self.gone = {name: self.records.pop(name) for name in names[: len(names) // 3]}
            return "shrink"
        for name in chance.sample(names, len(names) // 20):
            self.records[name] = f"{self.records[name].partition(', lần')[0]}, lần {self.changes}"
        for name in chance.sample(names, chance.randint(0, 2)):
            del self.records[name]
        for number in range(chance.randint(0, 3)):
            new = f"moi-{self.changes}-{number}"
            self.records[new] = f"Bảng mới {new}"
        return "edit"

    def recover(self) -> None:
        """What was gone comes back."""
        self.records |= self.gone
        self.gone = {}

    def as_data_json(self) -> bytes:
        """As DCAT-US ``data.json``."""
        found = [
            {
                "identifier": name,
                "title": title,
                "description": "Số liệu của bộ.",
                "keyword": ["bộ"],
                "distribution": [{"downloadURL": f"https://tep.example/{name}.csv", "mediaType": "text/csv"}],
            }
            for name, title in self.records.items()
        ]
        conforms = "https://project-open-data.cio.gov/v1.1/schema"
        return json.dumps({"conformsTo": conforms, "dataset": found}, ensure_ascii=False).encode()

    def as_packages(self, *further: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """As packages of a CKAN portal."""
        return [
            {"id": name, "name": name, "title": title, "notes": "Số liệu.", "type": "dataset", "resources": []}
            for name, title in self.records.items()
        ] + list(further)


def described(name: str, *tables: str) -> Dataset:
    """A dataset with one table, or with those named."""
    dataset = example_dataset(name, f"Cơ sở khám chữa bệnh {name}")
    first = dataset.distributions[0]
    if not tables:
        return replace(dataset, distributions=(replace(first, schema_name="co-so"),))
    distributions = tuple(
        Distribution(
            id=DistributionId(stable_id("distribution", name, key)),
            name=key,
            title=f"Bảng {key}",
            schema_name=f"co-so-{number}" if number else "co-so",
        )
        for number, key in enumerate(tables)
    )
    return replace(dataset, distributions=distributions)
