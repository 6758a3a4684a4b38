"""What the descriptions of many datasets have in common: agencies, licences, entries of code lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from catalog.model import AccessLevel, DistributionKind, Frequency, Organization
from catalog.reading import PublishedDataset, PublishedTable
from catalog.vocabularies import FORMATS, License, Theme
from publishers.links import Links
from publishers.rdf import Iri, Node, Term, Text, json_ld_graph

Statements = list[tuple[str, Term]]

EU = "http://publications.europa.eu/resource/authority/"
LANGUAGES = (EU + "language/VIE", EU + "language/ENG")
ACCESS_RIGHTS = {
    AccessLevel.OPEN: EU + "access-right/PUBLIC",
    AccessLevel.SHARED: EU + "access-right/RESTRICTED",
    AccessLevel.INTERNAL: EU + "access-right/NON_PUBLIC",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """What a dataset refers to that is not its own. ``schemas`` are names with versions, ``formats`` the ids and media
    types of its files."""

    organization: Organization
    access_level: AccessLevel
    frequency: Frequency
    theme: Theme | None
    license: License
    schemas: tuple[tuple[str, str], ...]
    formats: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, published: PublishedDataset) -> Shared:
        dataset, schemas, formats = published.dataset, [], []
        for table in published.tables:
            if table.version:
                schemas.append((table.version.schema_name, table.version.schema_version))
            formats += [(file.format, file.media_type) for file in table.files]
            form = table.distribution.format
            if form in FORMATS and has_address(published, table):
                formats.append((form, FORMATS[form].media_type))
        return cls(
            published.organization,
            dataset.access_level,
            dataset.frequency,
            published.theme,
            published.license,
            tuple(schemas),
            tuple(formats),
        )


def shared_nodes(shared: Shared, links: Links) -> Iterator[Node]:
    """DCAT-AP's range checks want to see the class of each."""
    theme, licence = shared.theme, shared.license
    yield organization_node(shared.organization, links)
    yield Node(ACCESS_RIGHTS[shared.access_level], ("dct:RightsStatement",), ())
    yield Node(shared.frequency.uri, ("dct:Frequency",), ())
    yield from (Node(language, ("dct:LinguisticSystem",), ()) for language in LANGUAGES)
    if theme:
        own: Statements = [("skos:prefLabel", Text(theme.title, "vi")), ("skos:prefLabel", Text(theme.title_en, "en"))]
        own.append(("skos:broadMatch", Iri(theme.data_theme_uri)))
        yield Node(links.theme(theme.id), ("skos:Concept",), tuple(own))
        code = theme.data_theme_uri.rpartition("/")[2]
        yield Node(theme.data_theme_uri, ("skos:Concept",), (("skos:prefLabel", Text(code)),))
    if licence.url:
        yield Node(licence.url, ("dct:LicenseDocument",), tuple(titles(licence.title, licence.title_en)))
    for name, version in shared.schemas:
        yield Node(links.table_schema(name, version), ("dct:Standard",), ())
    for form, media_type in shared.formats:
        yield Node(media_type_iri(media_type), ("dct:MediaType",), ())
        if form in FORMATS:
            yield Node(FORMATS[form].file_type_uri, ("dct:MediaTypeOrExtent",), ())


@lru_cache(maxsize=4096)
def shared_graph(shared: Shared, links: Links) -> bytes:
    return json_ld_graph({node.iri: node for node in shared_nodes(shared, links)}.values())


def organization_node(organization: Organization, links: Links) -> Node:
    """An agency, with its identification code (mã định danh điện tử) where it has one."""
    statements: Statements = [("foaf:name", Text(organization.title, "vi"))]
    if organization.title_en:
        statements.append(("foaf:name", Text(organization.title_en, "en")))
    statements.append(("dct:identifier", Text(organization.code or organization.id)))
    return Node(links.organization(organization.name), ("foaf:Agent",), tuple(statements))


def titles(title: str, title_en: str) -> Statements:
    return [("dct:title", Text(title, "vi")), *([("dct:title", Text(title_en, "en"))] if title_en else [])]


def has_address(published: PublishedDataset, table: PublishedTable) -> bool:
    """Whether an open dataset points to content that lies elsewhere."""
    distribution = table.distribution
    return (
        distribution.kind is not DistributionKind.TABLE
        and published.dataset.access_level is AccessLevel.OPEN
        and is_absolute(distribution.access_url or "")
    )


def is_absolute(address: str) -> bool:
    """A web address with a host; anything less would break the whole document for a strict reader."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https", "ftp") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def media_type_iri(media_type: str) -> str:
    return "https://www.iana.org/assignments/media-types/" + media_type.partition(";")[0].strip()
