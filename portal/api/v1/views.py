"""The answers of the portal's own API. Each takes the parameters its endpoint declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from catalog.errors import NotFound
from catalog.model import Dataset, DatasetId, Version
from catalog.ports import CatalogReader
from catalog.public_sources import NO_ORIGINS, Origins, origins_by_source, told_listing, told_run
from catalog.quality import read_quality
from catalog.questions import RowPage, RowQuery
from catalog.reading import (
    is_visible,
    public_outcomes,
    public_tables,
    published_dataset,
    published_table,
    published_version,
)
from catalog.sources import HarvestSource
from catalog.usage import UseKind
from catalog.vocabularies import THEMES
from portal.api.answers import MINUTE, conditional, json_response, unchanged, with_caching
from portal.api.cells import delimited, row_objects
from portal.api.counts import dataset_counts
from portal.api.v1.descriptions import (
    Json,
    checked_table,
    code_list_json,
    code_list_summary,
    dataset_json,
    listing_json,
    organization_json,
    schema_json,
    source_json,
    table_json,
    theme_json,
)
from portal.api.v1.row_questions import ROW_NUMBER, row_query
from portal.context import links, parts, viewer
from portal.usage import note_use
from publishers.report_json import report_descriptor

Parameters = Mapping[str, Any]


def show_dataset(parameters: Parameters, name: str) -> Response:
    with parts().store.read() as reader:
        published = published_dataset(reader, name, viewer())
        note_use(published.dataset.id, UseKind.API)
        score = read_quality(reader, published, parts().clock())
    return _conditional(dataset_json(published, links(), parts().clock(), score))


def show_table(parameters: Parameters, table_id: str) -> Response:
    with parts().store.read() as reader:
        published, table = published_table(reader, table_id, viewer())
    return _conditional(table_json(published, table, links()))


def list_rows(parameters: Parameters, table_id: str) -> Response:
    """The version is the ETag: who has the rows of the newest version gets 304 before any row is looked at."""
    with parts().store.read() as reader:
        published, table = published_table(reader, table_id, viewer())
    version = table.version
    if version is None:
        raise NotFound.of("bảng", table_id)
    answer = unchanged(version.id)
    if answer is not None:
        return answer
    note_use(published.dataset.id, UseKind.API)
    query = row_query(parameters, version)
    found = parts().rows.rows(replace(query, limit=query.limit + 1))  # one more tells whether there is a next page
    page = replace(found, rows=found.rows[: query.limit])
    following = _next_rows(table_id, query, page) if page.rows and len(found.rows) > query.limit else None
    shown = _without_row_number(page) if query.fields and not _asks_for_number(parameters) else page
    response = (
        _rows_csv(shown) if parameters["_format"] == "csv" else _rows_json(shown, query, version, table_id, following)
    )
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    response.set_etag(version.id)
    return with_caching(response, MINUTE)


def show_report(parameters: Parameters, version_id: str) -> Response:
    """A version never changes, nor does its report: the version is the ETag."""
    with parts().store.read() as reader:
        published, table, version = published_version(reader, version_id, viewer())
        answer = unchanged(version.id)
        if answer is not None:
            return answer
        report = reader.version_report(version.id)
    response = json_response(report_descriptor(report, checked_table(published, table, version, links())))
    response.set_etag(version.id)
    return with_caching(response, MINUTE)


def _rows_json(page: RowPage, query: RowQuery, version: Version, key: str, following: str | None) -> Response:
    body = {
        "table": key,
        "version": {"id": version.id, "number": version.number},
        "total": page.total,
        "limit": query.limit,
        "fields": [{"name": column.name, "type": column.type} for column in page.columns],
        "rows": row_objects(page),
        "next": following,
    }
    return json_response(body)


def _rows_csv(page: RowPage) -> Response:
    return Response(delimited(page), content_type="text/csv; charset=utf-8")


def _asks_for_number(parameters: Parameters) -> bool:
    return ROW_NUMBER in (parameters["_fields"] or "").split(",")


def _without_row_number(page: RowPage) -> RowPage:
    return replace(page, columns=page.columns[1:], rows=tuple(row[1:] for row in page.rows))


def _next_rows(key: str, query: RowQuery, page: RowPage) -> str:
    """In published order the next page begins after the last row, at any depth; sorted pages are counted."""
    place = {"_offset": query.offset + query.limit} if query.sort else {"_after": page.rows[-1][0]}
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in ("_after", "_offset")]
    return f"{links().table_rows(key)}?{urlencode([*asked, *place.items()])}"


def list_organizations(parameters: Parameters) -> Response:
    with parts().store.read() as reader:
        organizations = reader.organizations()
    counts = dataset_counts("organization")
    return _conditional(
        {"items": [organization_json(item, counts.get(item.name, 0), links()) for item in organizations]}
    )


def list_themes(parameters: Parameters) -> Response:
    counts = dataset_counts("theme")
    return _conditional({"items": [theme_json(item, counts.get(item.id, 0), links()) for item in THEMES.values()]})


def list_schemas(parameters: Parameters) -> Response:
    with parts().store.read() as reader:
        schemas = reader.table_schemas()
    return _conditional({"items": [schema_json(item, links()) for item in schemas]})


def list_code_lists(parameters: Parameters) -> Response:
    with parts().store.read() as reader:
        code_lists = reader.code_lists()
    return _conditional({"items": [code_list_summary(item, links()) for item in code_lists]})


def show_code_list(parameters: Parameters, name: str) -> Response:
    with parts().store.read() as reader:
        code_list = reader.code_list(name)
    return _conditional(code_list_json(code_list))


def list_sources(parameters: Parameters) -> Response:
    """Sources that feed at least one dataset the caller may know of."""
    with parts().store.read() as reader:
        every = reader.datasets()
        public = {dataset.id: dataset for dataset in every if is_visible(dataset, viewer())}
        origins = origins_by_source(every)
        organizations = {item.id: item.name for item in reader.organizations()}
        items = [
            _source(reader, source, organizations.get(source.organization_id, ""), public, came)
            for source in reader.sources()
            if (came := origins.get(source.id, NO_ORIGINS)).public or public_tables(source, public)
        ]
    return _conditional({"items": items})


def _source(
    reader: CatalogReader,
    source: HarvestSource,
    organization: str,
    public: Mapping[DatasetId, Dataset],
    origins: Origins,
) -> Json:
    newest = next(iter(reader.runs(source.id, limit=1)), None)
    run = told_run(newest, reader.outcomes(newest.id), public, origins) if newest else None
    last = reader.last_outcomes(source.id).values()
    outcomes = {outcome.table_key: outcome for outcome in public_outcomes(last, public)}
    described = source_json(source, organization, run, public_tables(source, public), outcomes)
    listing = listing_json(origins.public, told_listing(last, origins)) if origins.public else None
    return {**described, "catalog": listing}


def _conditional(body: Any) -> Response:
    return conditional(json_response(body))
