"""One province ready to be put into an empty catalogue: who, what, by which dictionary, from which sources.

The department files in :mod:`portal.demo.departments` are read and joined here; a profile made from other tables has
the same shape and is used in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog.common_lists import organization_code_list, theme_code_list
from catalog.dictionary import CodeList, TableSchema
from catalog.model import (
    AccessLevel,
    ContactPoint,
    Dataset,
    DatasetId,
    Distribution,
    DistributionId,
    Frequency,
    Organization,
    stable_id,
)
from catalog.sources import HarvestSource, SourceId, SourceTable
from portal.demo.communes import commune_code_list, former_district_code_list
from portal.demo.organizations import demo_organizations, organization_id
from schemas.definitions_loader import shipped_code_lists, shipped_schemas

ROUNDS = 2
"""How many states the simulated departments go through: the first harvest, and one period later."""

SPATIAL = "Tỉnh Thanh Hóa"

BuildProgress = Callable[[str, int, int], None]
"""Told the name of the source just built, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class DemoProfile:
    """Everything a catalogue needs to begin. ``table_schemas`` holds exactly those that a dataset uses."""

    name: str
    organizations: tuple[Organization, ...]
    table_schemas: tuple[TableSchema, ...]
    code_lists: tuple[CodeList, ...]
    datasets: tuple[Dataset, ...]
    sources: tuple[HarvestSource, ...]


def load_profile() -> DemoProfile:
    """The simulated province. Opens no database of a department: those are made by :func:`build_sources`."""
    departments = tuple(department_descriptions().values())
    datasets = tuple(_dataset(item) for department in departments for item in department["datasets"])
    names = sorted({name for dataset in datasets for name in _schema_names(dataset)})
    return DemoProfile(
        name="thanh-hoa-mo-phong",
        organizations=demo_organizations(),
        table_schemas=tuple(shipped_schemas()[name] for name in names),
        code_lists=(
            commune_code_list(),
            former_district_code_list(),
            organization_code_list(demo_organizations(), "2025.3.1"),
            theme_code_list(),
            *shipped_code_lists().values(),
        ),
        datasets=datasets,
        sources=tuple(_source(department) for department in departments),
    )


def build_sources(folder: Path, round_number: int, progress: BuildProgress) -> None:
    """Write every department's database or files as of ``round_number`` (1 … ``ROUNDS``) into ``folder``."""
    if not 1 <= round_number <= ROUNDS:
        raise ValueError(f"round_number must be 1 … {ROUNDS}: {round_number}")
    folder.mkdir(parents=True, exist_ok=True)
    names = tuple(department_descriptions())
    for done, name in enumerate(names, start=1):
        import_module(f"portal.demo.departments.{name}").build(folder, round_number)
        progress(name, done, len(names))


@lru_cache(maxsize=1)
def department_descriptions() -> Mapping[str, Mapping[str, Any]]:
    """The JSON of each department, by the name of its module, in the order of those names."""
    folder = files("portal.demo.departments")
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name
    )
    return {entry.name.removesuffix(".json"): json.loads(entry.read_text(encoding="utf-8")) for entry in entries}


def dataset_id(name: str) -> DatasetId:
    """The id of the dataset of this name; the same at every run."""
    return DatasetId(stable_id("dataset", name))


def distribution_id(dataset: str, table: str) -> DistributionId:
    """The id of the table ``table`` of the dataset named ``dataset``; the same at every run."""
    return DistributionId(stable_id("distribution", dataset, table))


def _schema_names(dataset: Dataset) -> Iterator[str]:
    return (item.schema_name for item in dataset.distributions if item.schema_name)


def _dataset(item: Mapping[str, Any]) -> Dataset:
    start, end = item["temporal"] or (None, None)
    return Dataset(
        id=dataset_id(item["name"]),
        name=item["name"],
        title=item["title"],
        title_en=item["title_en"],
        description=item["description"],
        description_en=item["description_en"],
        organization_id=organization_id(item["organization"]),
        theme=item["theme"],
        keywords=tuple(item["keywords"]),
        license_id=item["license"],
        access_level=AccessLevel(item["access_level"]),
        frequency=Frequency(item["frequency"]),
        contact=ContactPoint(**item["contact"]),
        source_database=item["source_database"],
        legal_basis=item["legal_basis"],
        register_item=item["register_item"],
        spatial=SPATIAL,
        temporal_start=date.fromisoformat(start) if start else None,
        temporal_end=date.fromisoformat(end) if end else None,
        simulated=item["simulated"],
        distributions=tuple(_distribution(item["name"], table) for table in item["tables"]),
    )


def _distribution(dataset_name: str, table: Mapping[str, str]) -> Distribution:
    return Distribution(
        id=distribution_id(dataset_name, table["name"]),
        name=table["name"],
        title=table["title"],
        title_en=table["title_en"],
        description=table["description"],
        schema_name=table["schema"],
    )


def _source(department: Mapping[str, Any]) -> HarvestSource:
    source = department["source"]
    return HarvestSource(
        id=SourceId(stable_id("source", source["name"])),
        name=source["name"],
        title=source["title"],
        organization_id=organization_id(source["organization"]),
        kind=source["kind"],
        options=source["options"],
        frequency=Frequency(source["frequency"]),
        description=source["description"],
        tables=tuple(
            SourceTable(
                key=table["name"],
                locator=table["locator"],
                dataset_id=dataset_id(dataset["name"]),
                distribution_id=distribution_id(dataset["name"], table["name"]),
                schema_name=table["schema"],
            )
            for dataset in department["datasets"]
            for table in dataset["tables"]
        ),
    )
