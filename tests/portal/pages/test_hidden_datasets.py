"""What is not public shows nowhere: every address of the portal is asked, and none tells of it.

Three datasets have two published versions each and are then internal, a draft, withdrawn. One more is shared: its
description is public, its content is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from catalog.editing import describe
from catalog.model import AccessLevel, Dataset, DatasetStatus, Distribution, DistributionId, stable_id
from catalog.sources import HarvestSource
from portal.api.ckan.actions import ACTIONS
from portal.app import create_app
from portal.wiring import Parts
from portal.worker import deliver_outbox
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, COMMUNES, HEALTH, example_dataset, example_source
from tests.portal.sample import CLINIC_ROWS, describe_source, harvest_and_deliver, open_sample_parts

MARK = "zqvx"
"""Stands in every name, title and cell of what is hidden, and in nothing else."""
SHARED_CELLS = ("Phiếu lương", "987654")
FORMATS = ("csv", "xlsx", "json", "parquet")
UNKNOWN = "khong-co-bao-gio"


def _hidden(kind: str) -> Dataset:
    name = f"{MARK}-{kind}"
    return example_dataset(
        name,
        f"Thanh tra {MARK} {kind}",
        title_en=f"Inspection {MARK} {kind}",
        description=f"Kết luận {MARK} chưa công bố.",
        keywords=(f"{MARK} mật",),
        source_database=f"CSDL {MARK}",
        distributions=(
            Distribution(
                id=DistributionId(stable_id("distribution", name)),
                name=f"{name}-bang",
                title=f"Bảng {MARK} {kind}",
                schema_name=CLINIC_SCHEMA.name,
            ),
        ),
    )


HIDDEN = tuple(map(_hidden, ("noi-bo", "nhap", "rut")))
SHARED = example_dataset("luong-vien-chuc", "Lương viên chức y tế")


@dataclass(frozen=True)
class Place:
    """The portal with the ids of what is hidden and of the shared content, and one table that is open."""

    app: Flask
    client: FlaskClient
    secrets: tuple[str, ...]
    shared: tuple[str, ...]


def _rows(cell: str, beds: int) -> str:
    return CLINIC_ROWS.replace("Bệnh viện Đa khoa tỉnh", cell).replace(",1200", f",{beds}")


def _source_files(beds: int) -> dict[str, str]:
    files = {f"{item.distributions[0].name}.csv": _rows(f"Vụ {MARK} {item.name}", beds) for item in HIDDEN}
    files[f"{CLINICS.distributions[0].name}.csv"] = CLINIC_ROWS
    shared = _rows(SHARED_CELLS[0], int(SHARED_CELLS[1])).replace(",15724,", f",15724,{beds}")
    files[f"{SHARED.distributions[0].name}.csv"] = shared
    return files


def _harvested_twice(parts: Parts, source: HarvestSource, folder: Path, *datasets: Dataset) -> None:
    """Two versions, then a state that the gate rejects."""
    source = describe_source(parts, source, *datasets, folder=folder, files=_source_files(700_001))
    harvest_and_deliver(parts, source)
    for files in (_source_files(700_002), {name: _bad(text) for name, text in _source_files(700_003).items()}):
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        harvest_and_deliver(parts, source)


def _bad(text: str) -> str:
    return text.replace(",5\n", ",rất nhiều\n") if SHARED_CELLS[0] in text or MARK in text else text


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("kin")
    parts = open_sample_parts(home)
    mixed = example_source("csdl-chung", CLINICS, SHARED, HIDDEN[0], HIDDEN[2])
    only_hidden = example_source(f"nguon-{MARK}", HIDDEN[1], title=f"Nguồn {MARK}")
    _harvested_twice(parts, mixed, home / "departments" / "mot", CLINICS, SHARED, HIDDEN[0], HIDDEN[2])
    _harvested_twice(parts, only_hidden, home / "departments" / "hai", HIDDEN[1])
    changes: tuple[Dataset, ...] = (
        replace(HIDDEN[0], access_level=AccessLevel.INTERNAL),
        replace(HIDDEN[1], status=DatasetStatus.DRAFT),
        replace(HIDDEN[2], status=DatasetStatus.WITHDRAWN),
        replace(SHARED, access_level=AccessLevel.SHARED),
    )
    with parts.store.write() as transaction:
        for dataset in changes:
            assert describe(transaction, dataset, actor="test", at=parts.clock())
    deliver_outbox(parts)
    app = create_app(parts)
    app.testing = True
    yield Place(app, app.test_client(), _ids(parts, HIDDEN), _ids(parts, (SHARED,), content_only=True))
    parts.store.close()


def _ids(parts: Parts, datasets: tuple[Dataset, ...], *, content_only: bool = False) -> tuple[str, ...]:
    found: list[str] = []
    with parts.store.read() as reader:
        for dataset in datasets:
            versions = reader.versions(dataset.distributions[0].id)
            assert len(versions) == 2
            found += [version.id for version in versions]
            found += [file.sha256 for version in versions for file in version.files]
            if not content_only:
                found += [dataset.id, dataset.distributions[0].id]
    return tuple(found)


def _addresses(rule: Rule, dataset: Dataset, source: str, versions: tuple[str, ...]) -> Iterator[str]:
    """Every address of a rule that has to do with the dataset. A rule nobody has thought of fails the test."""
    table = dataset.distributions[0]
    names = (dataset.name, dataset.id, dataset.name.upper())
    values: dict[str, tuple[object, ...]] = {
        "name": names,
        "dataset": names,
        "table": (table.name, table.id),
        "table_id": (table.id, table.name),
        "key": (table.id, table.name, *(f"{table.id}-{kind}" for kind in FORMATS)),
        "number": (1, 2, 3),
        "file_format": FORMATS,
        "filename": tuple(f"{table.name}.{kind}" for kind in FORMATS),
        "extension": ("ttl", "rdf", "xml", "jsonld", "nt"),
        "version": (CLINIC_SCHEMA.version,),
        "version_id": versions,
        "kind": ("files",),
        "source": (source,),
        "run_id": ("khong-co",),
        "trial_id": ("khong-co",),
        "group_id": ("khong-co",),
    }
    by_endpoint: dict[str, tuple[object, ...]] = {
        "ckan.call_action": tuple(ACTIONS),
        "sources.source": (source,),
        "organizations.organization": (HEALTH.name,),
        "dictionary.schema": (CLINIC_SCHEMA.name,),
        "exports.newest_schema": (CLINIC_SCHEMA.name,),
        "exports.schema_version": (CLINIC_SCHEMA.name,),
        "v1.show_code_list": (COMMUNES.name,),
        "guides.help_page": ("co-quan",),
        "static": ("portal.css",),
    }
    if rule.endpoint in by_endpoint:
        values["name" if "name" in rule.arguments else "filename"] = by_endpoint[rule.endpoint]
    names_of_parts = sorted(rule.arguments)
    for chosen in product(*(values[part] for part in names_of_parts)):
        built = rule.build(dict(zip(names_of_parts, chosen, strict=True)))
        assert built
        yield built[1]


def _questions(address: str, dataset: Dataset) -> Iterator[str]:
    yield address
    if address.startswith(("/api/3/action/", "/api/action/")):
        table = dataset.distributions[0].id
        for key in (dataset.name, dataset.id, table, HEALTH.name, "y-te"):
            yield f"{address}?id={key}&resource_id={key}&name={key}&include_datasets=true&limit=100&rows=100"
        yield f"{address}?q={MARK}&query=name:{MARK}&fq=title:{MARK}&facet.field=[%22tags%22,%22organization%22]"
    elif address in ("/datasets", "/suggest", "/api/v1/datasets", "/api/v1/suggest"):
        yield from (f"{address}?q={text}" for text in ("thanh tra", "ket luan", "inspection", "mat", "zqv"))
        yield f"{address}?level=internal"
        yield f"{address}?organization={HEALTH.name}&per_page=100&modified_from=2000"
        yield f"{address}?find_keyword=mat&find_column=l&facet_text=keyword:mat&facet_text=column:l"


def _crawl(place: Place, dataset: Dataset, source: str) -> Iterator[tuple[str, int, str]]:
    with place.app.extensions["dulieumo"].store.read() as reader:
        versions = tuple(version.id for version in reader.versions(dataset.distributions[0].id))
    versions = versions or ("khong-co-1", "khong-co-2")
    for rule in place.app.url_map.iter_rules():
        for plain in _addresses(rule, dataset, source, versions):
            for address in _questions(plain, dataset):
                for prefix in ("",) if address.startswith("/api/") else ("", "/en"):
                    with place.client.get(prefix + address) as answer:
                        body = answer.get_data().decode("utf-8", "replace")
                        for version in versions:  # a question for a version is told again to who asks it
                            body = body.replace(version, "·") if version in address else body
                        yield prefix + address, answer.status_code, body


@pytest.mark.parametrize("dataset", [CLINICS, SHARED], ids=["open", "shared"])
def test_no_address_of_what_is_public_tells_of_what_is_hidden(place: Place, dataset: Dataset) -> None:
    seen = 0
    for address, status, body in _crawl(place, dataset, "csdl-chung"):
        assert status < 500, address
        seen += status == 200
        # A question is told again to who asks it, so one with the mark may be answered with it; ids are never.
        assert MARK in address or MARK not in body.lower(), address
        assert [secret for secret in place.secrets if secret in body] == [], address
    assert seen > 80


@pytest.mark.parametrize("dataset", HIDDEN, ids=["internal", "draft", "withdrawn"])
def test_what_is_hidden_answers_as_if_it_did_not_exist(place: Place, dataset: Dataset) -> None:
    unknown = example_dataset(UNKNOWN, "Không có")
    pairs = zip(_crawl(place, dataset, f"nguon-{MARK}"), _crawl(place, unknown, f"nguon-{UNKNOWN}"), strict=True)
    for (address, status, body), (_other, other_status, other_body) in pairs:
        if "/action/" in address:  # CKAN refuses by contract what is there and hidden
            assert status in (other_status, 403), address
            continue
        assert status == other_status, address
        if status != 200:
            told = _without(body, dataset, f"nguon-{MARK}")
            assert told == _without(other_body, unknown, f"nguon-{UNKNOWN}"), address


def _without(body: str, dataset: Dataset, source: str) -> str:
    """The answer without what the caller asked for."""
    for word in (dataset.id, dataset.distributions[0].id, dataset.distributions[0].name, source, dataset.name):
        body = body.replace(word, "·").replace(word.upper(), "·")
    return body


def test_numbers_count_only_what_is_public(place: Place) -> None:
    found = place.client.get("/api/v1/datasets").get_json()
    assert found["total"] == 2
    source = place.client.get("/source/csdl-chung").get_data(as_text=True)
    assert "2 bảng, 1 chưa đạt" in source
    assert "<dd>2 <small>(1 bảng cần xử lý)" in source
    assert place.client.get(f"/source/nguon-{MARK}").status_code == 404
    assert f"nguon-{MARK}" not in place.client.get("/sources").get_data(as_text=True)


def test_shared_content_is_told_by_no_page(place: Place) -> None:
    """Not its rows, files, numbers of rows, nor the findings of a check, which quote cells."""
    for address, status, body in _crawl(place, SHARED, "csdl-chung"):
        assert status < 500
        assert [secret for secret in (*place.shared, *SHARED_CELLS) if secret in body] == [], address
        assert "rất nhiều" not in body, address


def test_shared_data_are_described_and_their_trouble_is_named_without_its_content(place: Place) -> None:
    dataset = place.client.get(f"/dataset/{SHARED.name}").get_data(as_text=True)
    assert "Bộ này không mở nội dung cho công chúng." in dataset
    assert "Bản mới nhất từ nguồn bị loại" in dataset
    source = place.client.get("/source/csdl-chung").get_data(as_text=True)
    assert "nên lý do chỉ báo cho đơn vị" in source
    assert "không mở nội dung" in source
