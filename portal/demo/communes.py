"""The 166 communes of Thanh Hóa since 1 July 2025 and the former units, as the package vietnamadminunits has them.

Units: 5-digit codes of Decision 19/2025/QĐ-TTg, kept as text. The package is read, never imported: importing it loads
its whole parser, which we do not need.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from catalog.dictionary import Code, CodeList
from catalog.errors import NotFound
from catalog.vietnamese import canonical_tone, nfc

PROVINCE_CODE = "38"
COMMUNE_LIST = "xa-thanh-hoa"
DISTRICT_LIST = "huyen-cu-thanh-hoa"
VALID_FROM = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today. ``kind`` is "xã" or "phường"; ``area`` in km²; ``latitude`` and ``longitude`` in degrees
    (WGS 84) of a point inside; ``former_districts`` are the districts abolished in 2025 that its land belonged to."""

    code: str
    name: str
    short_name: str
    kind: str
    area: float
    latitude: float
    longitude: float
    former_districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Where a former commune went. ``divided``: it was split, and stands in one row per commune that got a part."""

    old_code: str
    old_name: str
    old_district_code: str
    old_district: str
    new_code: str
    new_name: str
    divided: bool


@lru_cache(maxsize=1)
def communes() -> tuple[Commune, ...]:
    """The communes of today, by code; each call returns the same tuple."""
    districts: dict[str, dict[str, None]] = {}
    for change in unit_changes():
        districts.setdefault(change.new_code, {})[change.old_district] = None
    return tuple(
        Commune(code, name, short, kind.lower(), area, latitude, longitude, tuple(districts.get(code, ())))
        for code, name, short, kind, area, latitude, longitude in _query(
            "SELECT wardCode, ward, wardShort, wardType, wardAreaKm2, wardLat, wardLon"
            " FROM admin_units WHERE provinceCode = ? ORDER BY wardCode"
        )
    )


@lru_cache(maxsize=1)
def unit_changes() -> tuple[UnitChange, ...]:
    """Former commune to commune of today, by the two codes; a divided former commune has several rows."""
    new = {key: (code, name) for key, code, name in _query(
        "SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceCode = ?"
    )}  # fmt: skip
    old = {f"{province}_{district}_{ward}": row for province, district, ward, *row in _query(
        "SELECT provinceKey, districtKey, wardKey, wardCode, ward, districtCode, district"
        " FROM admin_units_legacy WHERE provinceCode = ?"
    )}  # fmt: skip
    changes = [
        UnitChange(code, canonical_tone(name), district_code, canonical_tone(district), *new[new_key], divided)
        for old_key, new_key, divided in _conversions()
        for code, name, district_code, district in (old[old_key],)
    ]
    return tuple(sorted(changes, key=lambda change: (change.old_code, change.new_code)))


def commune_code_list() -> CodeList:
    """The communes of today as the code list that foreign keys refer to, and those that ended on 30 June 2025 with
    the communes that took their place. A former name whose code lives on under another name is an alias."""
    names = {commune.code: commune.name for commune in communes()}
    successors: dict[str, dict[str, None]] = {}
    aliases: dict[str, dict[str, None]] = {}
    former: dict[str, str] = {}
    for change in unit_changes():
        if change.old_code not in names:
            successors.setdefault(change.old_code, {})[change.new_code] = None
            former[change.old_code] = change.old_name
        elif not change.divided and change.old_name != names[change.new_code]:
            aliases.setdefault(change.new_code, {})[change.old_name] = None
    return CodeList(
        name=COMMUNE_LIST,
        version="2025.8.0",
        title="Danh mục đơn vị hành chính cấp xã tỉnh Thanh Hóa",
        title_en="Communes of Thanh Hóa province",
        codes=tuple(
            Code(
                code=commune.code,
                title=commune.name,
                parent=PROVINCE_CODE,
                description=commune.kind,
                valid_from=VALID_FROM,
                aliases=tuple(aliases.get(commune.code, ())),
            )
            for commune in communes()
        )
        + tuple(
            Code(
                code=code,
                title=name,
                parent=PROVINCE_CODE,
                valid_to=VALID_FROM - timedelta(days=1),
                replaced_by=tuple(successors[code]),
            )
            for code, name in sorted(former.items())
        ),
        source_decision="Quyết định số 19/2025/QĐ-TTg; Nghị quyết số 1686/NQ-UBTVQH15",
    )


def former_district_code_list() -> CodeList:
    """The districts that ended on 30 June 2025, with the communes of today that their land lies in."""
    places: dict[tuple[str, str], set[str]] = {}
    for change in unit_changes():
        places.setdefault((change.old_district_code, change.old_district), set()).add(change.new_code)
    return CodeList(
        name=DISTRICT_LIST,
        version="2025.8.0",
        title="Danh mục đơn vị hành chính cấp huyện cũ tỉnh Thanh Hóa",
        title_en="Former districts of Thanh Hóa province",
        codes=tuple(
            Code(
                code=code,
                title=name,
                parent=PROVINCE_CODE,
                valid_to=VALID_FROM - timedelta(days=1),
                replaced_by=tuple(sorted(communes_of_today)),
            )
            for (code, name), communes_of_today in sorted(places.items())
        ),
        source_decision="Nghị quyết số 1686/NQ-UBTVQH15",
    )


def _conversions() -> list[tuple[str, str, bool]]:
    """Key of the former unit, key of the unit of today, whether the former one was divided."""
    converter = json.loads((_package_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    province = "tinhthanhhoa"
    whole = converter["DICT_PROVINCE_WARD_NO_DIVIDED"][province]
    divided = converter["DICT_PROVINCE_WARD_DIVIDED"].get(province, {})
    return [(old, new, False) for new, olds in whole.items() for old in olds] + [
        (old, part["newWardKey"], True) for old, parts in divided.items() for part in parts
    ]


def _query(sql: str) -> list[tuple[Any, ...]]:
    address = f"{(_package_folder() / 'dataset.db').as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        rows = database.execute(sql, (PROVINCE_CODE,)).fetchall()
    return [tuple(nfc(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]


def _package_folder() -> Path:
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise NotFound.of("gói dữ liệu", "vietnamadminunits")
    return Path(spec.submodule_search_locations[0]) / "data"
