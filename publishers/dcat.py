"""The catalogue as DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/), as nodes to be written as RDF.

IRIs are flat (``/dataset/<name>``, ``/distribution/<uuid>``). Things that belong to one dataset alone (contact, period,
place, checksum) are blank nodes; what many share (agencies, licences, code list entries) is described once a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from catalog.model import ContactPoint, Organization, StoredFile
from catalog.quality_values import QualityScore
from catalog.reading import PublishedDataset, PublishedTable
from catalog.vocabularies import FORMATS, format_title
from publishers.dcat_shared import (
    ACCESS_RIGHTS,
    EU,
    LANGUAGES,
    Shared,
    Statements,
    has_address,
    is_absolute,
    media_type_iri,
    organization_node,
    shared_graph,
    shared_nodes,
    titles,
)
from publishers.dqv import quality_statements, quality_vocabulary
from publishers.links import Links, resource_id
from publishers.rdf import Iri, Node, Text, Typed, json_ld_document, json_ld_graph

QualityOf = Callable[[PublishedDataset], QualityScore | None]
"""The score of a dataset, asked for when the dataset is written."""

_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


@dataclass(frozen=True, slots=True)
class CatalogDescription:
    """What the catalogue says of itself. ``publisher`` is the province where it is among the organizations."""

    title: str
    title_en: str
    description: str
    description_en: str
    publisher: Organization | None = None


def catalog_nodes(
    catalog: CatalogDescription,
    datasets: Iterable[PublishedDataset],
    links: Links,
    modified: datetime | None = None,
    quality: QualityOf = lambda _: None,
) -> Iterator[Node]:
    """The whole catalogue: itself first, then every dataset with what belongs to it. Takes datasets one by one."""
    iri = links.home() + "#catalog"
    publisher = links.organization(catalog.publisher.name) if catalog.publisher else links.home() + "#publisher"
    statements: Statements = [
        ("dct:title", Text(catalog.title, "vi")),
        ("dct:title", Text(catalog.title_en, "en")),
        ("dct:description", Text(catalog.description, "vi")),
        ("dct:description", Text(catalog.description_en, "en")),
        ("dct:publisher", Iri(publisher)),
        ("foaf:homepage", Iri(links.home())),
        ("dcat:themeTaxonomy", Iri(EU + "data-theme")),
        *(("dct:language", Iri(language)) for language in LANGUAGES),
    ]
    if modified:
        statements.append(("dct:modified", _moment(modified)))
    yield Node(iri, ("dcat:Catalog",), tuple(statements))
    yield Node(links.home(), ("foaf:Document",), ())
    yield Node(EU + "data-theme", ("skos:ConceptScheme",), (("dct:title", Text("Data theme", "en")),))
    described: set[str] = set()
    if catalog.publisher:
        yield from _once(described, [organization_node(catalog.publisher, links)])
    else:
        yield Node(publisher, ("foaf:Agent",), (("foaf:name", Text(catalog.title, "vi")),))
    for published in datasets:
        parts: Statements = [("dcat:dataset", Iri(links.dataset(published.dataset.name)))]
        parts += [("dcat:service", Iri(_service_iri(table, links))) for table in published.tables if table.version]
        yield Node(iri, (), tuple(parts))
        yield from dataset_nodes(published, links, described, quality(published))


def dataset_nodes(
    published: PublishedDataset,
    links: Links,
    described: set[str] | None = None,
    score: QualityScore | None = None,
) -> Iterator[Node]:
    """One dataset, its distributions and services, and whatever they refer to that is not ``described`` yet."""
    described = set() if described is None else described
    yield from _own_nodes(published, links, score)
    yield from _once(described, shared_nodes(Shared.of(published), links))
    if score:
        yield from _once(described, quality_vocabulary(links))


def dataset_record(published: PublishedDataset, links: Links) -> bytes:
    """One dataset as a JSON-LD document: the same statements as :func:`dataset_nodes` without a score, made fast, for
    an index of very many datasets."""
    own = json_ld_graph(_own_nodes(published, links, None))
    return json_ld_document(own, shared_graph(Shared.of(published), links))


def _own_nodes(published: PublishedDataset, links: Links, score: QualityScore | None) -> Iterator[Node]:
    yield dataset_node(published, links, score)
    for table in published.tables:
        if table.version:
            yield from distribution_nodes(published, table, links)
            yield _service_node(published, table, links)
        elif has_address(published, table):
            yield _linked_node(published, table, links)


def dataset_node(published: PublishedDataset, links: Links, score: QualityScore | None = None) -> Node:
    """The dataset itself; of data that are not open only the description."""
    dataset = published.dataset
    page = links.dataset(dataset.name)
    statements: Statements = [
        *titles(dataset.title, dataset.title_en),
        ("dct:description", Text(dataset.description or dataset.title, "vi")),
        ("dct:identifier", Text(dataset.id)),
        ("dct:publisher", Iri(links.organization(published.organization.name))),
        ("dcat:contactPoint", _contact(dataset.contact)),
        ("dct:accessRights", Iri(ACCESS_RIGHTS[dataset.access_level])),
        ("dct:accrualPeriodicity", Iri(dataset.frequency.uri)),
        ("dcat:landingPage", Iri(page)),
        ("dct:language", Iri(LANGUAGES[0])),
    ]
    if dataset.description_en:
        statements.append(("dct:description", Text(dataset.description_en, "en")))
    if published.theme:
        statements.append(("dcat:theme", Iri(published.theme.data_theme_uri)))
        statements.append(("dcat:theme", Iri(links.theme(published.theme.id))))
    statements += [("dcat:keyword", Text(keyword, "vi")) for keyword in dataset.keywords]
    statements += _dates(dataset.issued, dataset.modified)
    if dataset.spatial:
        statements.append(
            ("dct:spatial", Node(None, ("dct:Location",), (("rdfs:label", Text(dataset.spatial, "vi")),)))
        )
    statements += _temporal(published)
    statements += _provenance(published)
    if dataset.origin and is_absolute(dataset.origin.url):
        statements.append(("dct:source", Iri(dataset.origin.url)))
    for table in published.tables:
        if table.version:
            schema = links.table_schema(table.version.schema_name, table.version.schema_version)
            statements.append(("dct:conformsTo", Iri(schema)))
            statements += [("dcat:distribution", Iri(_file_iri(table, file, links))) for file in table.files]
        elif has_address(published, table):
            statements.append(("dcat:distribution", Iri(_link_iri(table, links))))
    if score:
        statements += quality_statements(score, page, links)
    # One address names the dataset and shows its page, which DCAT-AP wants to be a document.
    return Node(page, ("dcat:Dataset", "foaf:Document"), tuple(statements))


def distribution_nodes(published: PublishedDataset, table: PublishedTable, links: Links) -> Iterator[Node]:
    """The newest version of a table, in each of its formats."""
    dataset, distribution, version = published.dataset, table.distribution, table.version
    of_all: Statements = [
        ("dcat:accessURL", Iri(links.dataset(dataset.name))),
        ("dcat:accessService", Iri(_service_iri(table, links))),
        *_license(published),
    ]
    if distribution.description:
        of_all.append(("dct:description", Text(distribution.description, "vi")))
    if version:
        of_all += _dates(version.published_at, version.published_at)
        of_all.append(("dct:conformsTo", Iri(links.table_schema(version.schema_name, version.schema_version))))
    for file in table.files:
        statements: Statements = [
            *titles(f"{distribution.title} ({_format_title(file)})", _english_title(table, file)),
            ("dcat:downloadURL", Iri(links.download(dataset.name, distribution.name, file.format))),
            ("dcat:mediaType", Iri(media_type_iri(file.media_type))),
            ("dcat:byteSize", Typed(str(file.size), "xsd:nonNegativeInteger")),
            ("spdx:checksum", _checksum(file.sha256)),
            *of_all,
        ]
        if file.format in FORMATS:
            statements.append(("dct:format", Iri(FORMATS[file.format].file_type_uri)))
        yield Node(_file_iri(table, file, links), ("dcat:Distribution",), tuple(statements))


def _linked_node(published: PublishedDataset, table: PublishedTable, links: Links) -> Node:
    distribution = table.distribution
    statements: Statements = [
        *titles(distribution.title, distribution.title_en),
        ("dcat:accessURL", Iri(distribution.access_url or "")),
        *_license(published),
    ]
    if distribution.format in FORMATS:
        statements.append(("dct:format", Iri(FORMATS[distribution.format].file_type_uri)))
        statements.append(("dcat:mediaType", Iri(media_type_iri(FORMATS[distribution.format].media_type))))
    if distribution.size is not None:
        statements.append(("dcat:byteSize", Typed(str(distribution.size), "xsd:nonNegativeInteger")))
    return Node(_link_iri(table, links), ("dcat:Distribution",), tuple(statements))


def _service_node(published: PublishedDataset, table: PublishedTable, links: Links) -> Node:
    """The row API of one table."""
    title, title_en = table.distribution.title, table.distribution.title_en or table.distribution.title
    statements: Statements = [
        ("dct:title", Text(f"Giao diện truy vấn từng dòng: {title}", "vi")),
        ("dct:title", Text(f"Row API: {title_en}", "en")),
        ("dcat:endpointURL", Iri(links.table_rows(table.distribution.id))),
        ("dcat:endpointDescription", Iri(links.openapi())),
        ("dcat:servesDataset", Iri(links.dataset(published.dataset.name))),
        *_license(published),
    ]
    return Node(_service_iri(table, links), ("dcat:DataService",), tuple(statements))


def _once(described: set[str], nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.iri and node.iri not in described:
            described.add(node.iri)
            yield node


def _english_title(table: PublishedTable, file: StoredFile) -> str:
    return f"{table.distribution.title_en} ({_format_title(file)})" if table.distribution.title_en else ""


def _format_title(file: StoredFile) -> str:
    return format_title(file.format)


def _dates(issued: datetime | None, modified: datetime | None) -> Statements:
    named = (("dct:issued", issued), ("dct:modified", modified))
    return [(name, _moment(moment)) for name, moment in named if moment]


@lru_cache(maxsize=1024)
def _moment(moment: datetime) -> Typed:
    return Typed(moment.isoformat(timespec="seconds"), "xsd:dateTime")


def _temporal(published: PublishedDataset) -> Statements:
    named = (("dcat:startDate", published.dataset.temporal_start), ("dcat:endDate", published.dataset.temporal_end))
    ends = tuple((name, Typed(day.isoformat(), "xsd:date")) for name, day in named if day)
    return [("dct:temporal", Node(None, ("dct:PeriodOfTime",), ends))] if ends else []


def _provenance(published: PublishedDataset) -> Statements:
    """Where the content comes from, in words; generated content says so."""
    dataset = published.dataset
    said = [
        "Dữ liệu mô phỏng." if dataset.simulated else "",
        f"Nguồn: {dataset.source_database}." if dataset.source_database else "",
        f"Căn cứ: {dataset.legal_basis}." if dataset.legal_basis else "",
        f"Mục trong danh mục dữ liệu: {dataset.register_item}." if dataset.register_item else "",
        f"Mô tả lấy từ danh mục khác, mã ở đó: {dataset.origin.identifier}." if dataset.origin else "",
    ]
    label = " ".join(filter(None, said))
    if not label:
        return []
    return [("dct:provenance", Node(None, ("dct:ProvenanceStatement",), (("rdfs:label", Text(label, "vi")),)))]


def _contact(contact: ContactPoint) -> Node:
    statements: Statements = [("vcard:fn", Text(contact.name, "vi"))]
    if contact.email:
        statements.append(("vcard:hasEmail", Iri(f"mailto:{contact.email}")))
    if contact.phone:
        statements.append(("vcard:hasTelephone", Iri("tel:" + re.sub(r"[^\d+]", "", contact.phone))))
    return Node(None, ("vcard:Kind",), tuple(statements))


def _checksum(sha256: str) -> Node:
    value = ("spdx:checksumValue", Typed(sha256, "xsd:hexBinary"))
    return Node(None, ("spdx:Checksum",), (("spdx:algorithm", Iri(_SHA256)), value))


def _license(published: PublishedDataset) -> Statements:
    return [("dct:license", Iri(published.license.url))] if published.license.url else []


@lru_cache(maxsize=256)
def _resource_iri(table_id: str, name: str, links: Links) -> str:
    """One table is asked for the same IRIs again and again, and a name-based UUID takes its time."""
    return links.distribution(resource_id(table_id, name))


def _file_iri(table: PublishedTable, file: StoredFile, links: Links) -> str:
    return _resource_iri(table.distribution.id, file.format, links)


def _link_iri(table: PublishedTable, links: Links) -> str:
    return _resource_iri(table.distribution.id, "link", links)


def _service_iri(table: PublishedTable, links: Links) -> str:
    return _resource_iri(table.distribution.id, "rows", links)
