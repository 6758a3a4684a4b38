"""Harvest of another catalogue's metadata, in records a second, over loopback: the first run, and the second when
nothing changed, by a server that says so and by one that does not; against fetching and parsing the document bare.

``DULIEUMO_BENCH_RECORDS`` makes the catalogue smaller while developing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from catalog.harvesting import harvest
from catalog.sources import CATALOG_KEY, HarvestSource, Outcome, SourceId
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts
from tests.benchmarks.figures import Figure
from tests.catalog.examples import HEALTH, example_source
from tests.harvesters.web_server import Asked, Line, Page, reply, serving

RECORDS = int(os.environ.get("DULIEUMO_BENCH_RECORDS", "5000"))
REFERENCE = "bare download and parsing of the same document"
ETAG = '"v1"'


def measure(home: Path) -> Iterator[Figure]:
    """A data.json whose server answers conditions, the same without them, and a catalogue as Turtle."""
    document = json.dumps({"dataset": [_record(number) for number in range(RECORDS)]}, ensure_ascii=False).encode()
    pages = {"/data.json": _marked(document), "/khong-dau.json": _plain(document), "/danh-muc.ttl": _plain(_turtle())}
    with serving(pages) as site:
        bare = RECORDS / _bare(site.url + "/data.json")
        parts = open_parts(Settings(home=home, allow_loopback=True))
        try:
            parts.store.upgrade()
            named = (
                ("data.json", "data.json"),
                ("data.json without ETag", "khong-dau.json"),
                ("Turtle", "danh-muc.ttl"),
            )
            for name, path in named:
                yield from _measured(parts, _source(parts, path, f"{site.url}/{path}"), name, bare)
        finally:
            parts.store.close()


def _measured(parts: Parts, source: HarvestSource, name: str, bare: float) -> Iterator[Figure]:
    for run, wanted in (("first run", Outcome.PUBLISHED), ("unchanged", Outcome.UNCHANGED)):
        seconds, busy = _harvested(parts, source, wanted)
        said = f"metadata, {name}, {run}, {RECORDS} records"
        yield Figure(said, RECORDS / seconds, bare, "records/s", REFERENCE)
        yield Figure(f"{said}, processor time", RECORDS / busy, bare, "records/s", REFERENCE)


def _harvested(parts: Parts, source: HarvestSource, wanted: Outcome) -> tuple[float, float]:
    """The seconds it took, and those of the processor."""
    harvester = open_harvester(parts)
    started, busy = time.perf_counter(), _processor_seconds()
    run = harvest(harvester, source.id, trigger="bench")
    seconds, busy = time.perf_counter() - started, _processor_seconds() - busy
    with parts.store.read() as reader:
        (outcome,) = (item for item in reader.outcomes(run.id) if item.table_key == CATALOG_KEY)
    if (outcome.outcome, outcome.row_count) != (wanted, RECORDS):
        raise RuntimeError(f"the harvest came to something else: {outcome}")
    return seconds, busy


def _processor_seconds() -> float:
    """Of this process and the children that it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _bare(url: str) -> float:
    started = time.perf_counter()
    found = json.loads(requests.get(url, timeout=60).content)
    seconds = time.perf_counter() - started
    if len(found["dataset"]) != RECORDS:
        raise RuntimeError("the document is not whole")
    return seconds


def _source(parts: Parts, path: str, url: str) -> HarvestSource:
    name = path.replace(".", "-")
    source = replace(example_source(name), id=SourceId(name), kind="dcat", options={"url": url, "theme": "y-te"})
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(source)
    return source


# --- what is served --------------------------------------------------------------------------------------------------


def _marked(body: bytes) -> Page:
    def page(asked: Asked, line: Line) -> None:
        known = asked.headers.get("if-none-match") == ETAG
        line.send(
            reply(b"" if known else body, "304 Not Modified" if known else "200 OK", ETag=ETAG, Connection="close")
        )

    return page


def _plain(body: bytes) -> Page:
    def page(asked: Asked, line: Line) -> None:
        line.send(reply(body, Connection="close"))

    return page


def _record(number: int) -> dict[str, Any]:
    """As DCAT-US 1.1 has it, of a usual length."""
    return {
        "@type": "dcat:Dataset",
        "identifier": f"https://so.example/bo/{number}",
        "title": f"Số liệu tiêm chủng của xã số {number}",
        "description": f"Bảng {number}. " + "Mỗi dòng là một điểm tiêm chủng trong tháng. " * 8,
        "keyword": ["y tế", "tiêm chủng", f"xã {number % 500}"],
        "modified": f"2026-0{1 + number % 9}-15",
        "issued": "2024-01-01",
        "publisher": {"@type": "org:Organization", "name": "Sở Y tế"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Phòng Nghiệp vụ", "hasEmail": "mailto:nv@so.example"},
        "accessLevel": "public",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "accrualPeriodicity": "R/P1M",
        "temporal": "2025-01-01/2025-12-31",
        "theme": ["y-te"],
        "landingPage": f"https://so.example/trang/{number}",
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": f"Bảng dạng {form}",
                "downloadURL": f"https://so.example/tep/{number}.{form}",
                "mediaType": f"text/{form}",
            }
            for form in ("csv", "json")
        ],
    }


_PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
"""


def _turtle() -> bytes:
    """The same as DCAT-AP writes it."""
    return (_PREFIXES + "".join(map(_node, map(_record, range(RECORDS))))).encode()


def _node(record: dict[str, Any]) -> str:
    texts = {"dct:identifier": record["identifier"], "dct:modified": record["modified"], "dct:issued": record["issued"]}
    titles = {"dct:title": record["title"], "dct:description": record["description"]}
    said = [f'{name} "{text}"' for name, text in texts.items()]
    said += [f'{name} "{text}"@vi' for name, text in titles.items()]
    said += [f'dcat:keyword "{word}"@vi' for word in record["keyword"]]
    said += [
        'dct:publisher [ foaf:name "Sở Y tế"@vi ]',
        'dcat:contactPoint [ vcard:fn "Phòng Nghiệp vụ" ; vcard:hasEmail <mailto:nv@so.example> ]',
        "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>",
        "dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY>",
        f"dcat:landingPage <{record['landingPage']}>",
        f"dct:license <{record['license']}>",
    ]
    said += [
        f'dcat:distribution [ dct:title "{item["title"]}"@vi ; dcat:downloadURL <{item["downloadURL"]}> ;'
        f" dcat:mediaType <https://www.iana.org/assignments/media-types/{item['mediaType']}> ]"
        for item in record["distribution"]
    ]
    return f"<{record['identifier']}> a dcat:Dataset ; {' ; '.join(said)} .\n"
