"""The catalogue for other catalogues: DCAT of everything and of one dataset, Data Packages, schemas, redirections."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from catalog.errors import InvalidInput, NotFound
from catalog.model import Dataset, DatasetId, Organization, OrganizationKind
from catalog.ports import CatalogReader, CatalogStore
from catalog.quality import read_quality
from catalog.quality_values import QualityScore
from catalog.questions import Viewer
from catalog.reading import PublishedDataset, is_visible, published_dataset, published_datasets
from portal.api.answers import MINUTE, YEAR, conditional, json_response, unchanged, with_caching
from portal.api.resource_ids import place_of
from portal.api.v1.descriptions import code_list_json
from portal.context import links, parts, viewer
from portal.definitions import DICTIONARY_ENTRY
from publishers.data_package import data_package
from publishers.dcat import CatalogDescription, catalog_nodes, dataset_nodes
from publishers.rdf import RDF_FORMATS, serialize

exports = Blueprint("exports", __name__)

_BLOCK = 500
_EXTENSIONS = "any(" + ", ".join(RDF_FORMATS) + ")"


@exports.get(f"/catalog.<{_EXTENSIONS}:extension>")
def whole_catalog(extension: str) -> ResponseReturnValue:
    """DCAT-AP of all datasets, streamed; ``?modified_since=2026-01-31`` for those stored or changed here since."""
    since = _modified_since(request.args.get("modified_since", ""))
    now = parts().clock()
    with parts().store.read() as reader:
        datasets = [item for item in reader.datasets() if is_visible(item, viewer()) and _is_newer(item, since)]
        catalog = _catalog_description(reader)
        organizations = reader.organizations()
    etag = _etag_of(datasets, organizations, catalog, f"{extension} {now.date()}")
    answer = unchanged(etag)
    if answer is not None:
        return answer
    modified = max((item.modified for item in datasets if item.modified), default=None)
    stream = _published(parts().store, [item.id for item in datasets], viewer())
    form = RDF_FORMATS[extension]
    document = serialize(catalog_nodes(catalog, stream, links(), modified, _quality(parts().store, now)), form)
    response = Response(document, content_type=f"{form.media_type}; charset=utf-8")
    response.set_etag(etag)
    return with_caching(response, 0)


@exports.get("/catalog")
def catalog_in_the_format_wanted() -> ResponseReturnValue:
    """Where harvesters that know no file ending begin: the RDF they ask for, or the front page."""
    extension = _wanted_extension()
    response = redirect(links().catalog(extension) if extension else links().home(), 303)
    response.headers["Vary"] = "Accept"
    return response


@exports.get(f"/dataset/<name>.<{_EXTENSIONS}:extension>")
def one_dataset(name: str, extension: str) -> ResponseReturnValue:
    """DCAT-AP of one dataset."""
    form = RDF_FORMATS[extension]
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
        score = read_quality(reader, published, parts().clock())
    document = b"".join(serialize(dataset_nodes(published, links(), score=score), form))
    response = Response(document, content_type=f"{form.media_type}; charset=utf-8")
    return conditional(with_caching(response, MINUTE))


@exports.get("/dataset/<name>/datapackage.json")
def package_of_dataset(name: str) -> ResponseReturnValue:
    """The Frictionless Data Package of a dataset with public files."""
    with parts().store.read() as reader:
        published = _with_schemas_of_versions(reader, published_dataset(reader, name, viewer()))
    descriptor = data_package(published, links())
    if "resources" not in descriptor:
        raise NotFound(
            f"Bộ dữ liệu “{name}” chưa có tệp công khai nào.", f"The dataset “{name}” has no public files.", key=name
        )
    return conditional(json_response(descriptor))


@exports.get("/schemas/<name>.json")
def newest_schema(name: str) -> ResponseReturnValue:
    """The newest version of a table schema, as Frictionless takes it."""
    return _schema(name, None, MINUTE)


@exports.get("/schemas/<name>/<version>.json")
def schema_version(name: str, version: str) -> ResponseReturnValue:
    """One version of a table schema."""
    return _schema(name, version, YEAR)


def _schema(name: str, version: str | None, max_age: int) -> Response:
    from schemas.frictionless_schema import public_descriptor

    with parts().store.read() as reader:
        schema = reader.table_schema(name, version)
    descriptor = {**public_descriptor(schema), DICTIONARY_ENTRY: links().dictionary_entry(schema.name, schema.version)}
    return conditional(json_response(descriptor, max_age=max_age))


@exports.get("/dictionary/<name>.json")
def newest_dictionary_entry(name: str) -> ResponseReturnValue:
    """The newest version of a table schema as the dictionary holds it: with its rules, code lists, keys into other
    tables and the ways of writing that it reads."""
    return _dictionary_entry(name, None, MINUTE)


@exports.get("/dictionary/<name>/<version>.json")
def dictionary_entry_version(name: str, version: str) -> ResponseReturnValue:
    """One version of it."""
    return _dictionary_entry(name, version, YEAR)


def _dictionary_entry(name: str, version: str | None, max_age: int) -> Response:
    with parts().store.read() as reader:
        schema = reader.table_schema(name, version)
    return conditional(json_response(dict(schema.descriptor), max_age=max_age))


@exports.get("/code-lists/<name>.json")
def newest_code_list(name: str) -> ResponseReturnValue:
    """The newest version of a code list."""
    return _code_list(name, None, MINUTE)


@exports.get("/code-lists/<name>/<version>.json")
def code_list_version(name: str, version: str) -> ResponseReturnValue:
    """One version of a code list; issued ones never change."""
    return _code_list(name, version, YEAR)


def _code_list(name: str, version: str | None, max_age: int) -> Response:
    with parts().store.read() as reader:
        code_list = reader.code_list(name, version)
    return conditional(json_response(code_list_json(code_list), max_age=max_age))


@exports.get("/distribution/<key>")
def distribution(key: str) -> ResponseReturnValue:
    """Where the IRI of a distribution leads: its dataset, as RDF for who asks for RDF."""
    with parts().store.read() as reader:
        place = place_of(reader, key)
        if place is None:
            raise NotFound.of("tài nguyên", key)
        try:
            name = published_dataset(reader, place.dataset_id, viewer()).dataset.name
        except NotFound:
            raise NotFound.of("tài nguyên", key) from None  # the dataset's own id must not show
    return redirect(links().dataset(name, _wanted_extension()), 303)


def _wanted_extension() -> str:
    """The RDF format that the caller likes best; empty for one that wants a page."""
    wanted = request.accept_mimetypes.best_match(["text/html", *(form.media_type for form in RDF_FORMATS.values())])
    return next((form.extension for form in RDF_FORMATS.values() if form.media_type == wanted), "")


# --- the pieces ------------------------------------------------------------------------------------------------------


def _modified_since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise InvalidInput(
            f"modified_since=“{text[:50]}” không phải ngày; hãy viết như 2026-01-31 hoặc 2026-01-31T08:00:00Z.",
            f"modified_since=“{text[:50]}” is no date; write 2026-01-31 or 2026-01-31T08:00:00Z.",
            parameter="modified_since",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_newer(dataset: Dataset, since: datetime | None) -> bool:
    return since is None or (dataset.recorded is not None and dataset.recorded >= since)


def _catalog_description(reader: CatalogReader) -> CatalogDescription:
    settings = parts().settings
    provinces = (item for item in reader.organizations() if item.kind is OrganizationKind.PROVINCE and item.is_current)
    return CatalogDescription(
        title=settings.site_title,
        title_en=settings.site_title_en,
        description=f"Danh mục các bộ dữ liệu công bố trên {settings.site_title}.",
        description_en=f"Catalogue of the datasets published on the {settings.site_title_en}.",
        publisher=next(provinces, None),
    )


def _etag_of(
    datasets: Sequence[Dataset], organizations: Sequence[Organization], catalog: CatalogDescription, form: str
) -> str:
    """Changes whenever a dataset comes, goes or gets a new revision, and when the portal or an organization is
    described anew, for their names stand in the document too; ``form`` says what else does."""
    digest = hashlib.sha256(f"{form};{catalog};{organizations}".encode())
    for dataset in datasets:
        digest.update(f"{dataset.id}:{dataset.revision};".encode())
    return digest.hexdigest()[:32]


def _published(store: CatalogStore, ids: Sequence[DatasetId], seer: Viewer) -> Iterator[PublishedDataset]:
    """The datasets in blocks, each read in one go: no reader stays open while a slow client takes the stream."""
    for start in range(0, len(ids), _BLOCK):
        with store.read() as reader:
            block = published_datasets(reader, ids[start : start + _BLOCK], seer, schemas=True)
        yield from block


def _quality(store: CatalogStore, now: datetime) -> Callable[[PublishedDataset], QualityScore | None]:
    """The score of each dataset when it is written, read by itself: no reader stays open meanwhile."""

    def quality(published: PublishedDataset) -> QualityScore | None:
        with store.read() as reader:
            return read_quality(reader, published, now)

    return quality


def _with_schemas_of_versions(reader: CatalogReader, published: PublishedDataset) -> PublishedDataset:
    """The tables with the very schemas their newest versions were judged by, for the dictionary may have moved on."""
    tables = tuple(
        replace(table, schema=reader.table_schema(table.version.schema_name, table.version.schema_version))
        if table.version
        else table
        for table in published.tables
    )
    return replace(published, tables=tables)
