"""The list of datasets: what a search found, by which facets it can be narrowed, and what has been chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalog.errors import IndexUnavailable
from catalog.model import AccessLevel, Frequency, Organization
from catalog.ports import CatalogReader
from catalog.questions import FACETS, FacetCount, Fragment, SearchPage, SearchQuery, SearchSort
from catalog.reading import PublishedDataset, published_datasets
from catalog.vietnamese import clean, fold, sort_key
from catalog.vocabularies import LICENSES, THEMES, format_title
from portal.context import parts, viewer
from portal.pages.languages import _, plain_in_language
from portal.pages.states import access_state
from portal.questions import LAST_PAGE, LONGEST_TEXT, search_query_from_args
from portal.wiring import Parts

pages = Blueprint("datasets", __name__)

FACET_ORDER = ("theme", "organization", "format", "frequency", "keyword", "license", "level")
OPTIONS_SHOWN = 6
SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class FacetOption:
    value: str
    label: str
    count: int | None
    chosen: bool
    only_vietnamese: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The values of one facet: the ``first`` are always seen, the ``rest`` on demand."""

    name: str
    title: str
    first: tuple[FacetOption, ...]
    rest: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset of the list; ``title`` and ``snippet`` with the words that were looked for, where known."""

    published: PublishedDataset
    title: tuple[Fragment, ...] = ()
    snippet: tuple[Fragment, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """One page of datasets. ``facets`` is ``None`` when search is down and the list comes from the database."""

    total: int
    items: tuple[Found, ...]
    organizations: Mapping[str, Organization]
    facets: Mapping[str, tuple[FacetCount, ...]] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An active filter and the address without it."""

    title: str
    label: str
    address_without: str


@dataclass(frozen=True, slots=True)
class SortLink:
    label: str
    address: str
    chosen: bool


@pages.get("/datasets")
def dataset_list() -> str:
    query = search_query_from_args(request.args, viewer(), facets=FACET_ORDER)
    findings = find_datasets(parts(), query)
    return render_template(
        "datasets.html",
        query=query,
        findings=findings,
        groups=facet_groups(findings, query),
        choices=choices(findings, query),
        sorts=sort_links(query),
        page=query.offset // query.limit + 1,
        page_count=min(-(-findings.total // query.limit), LAST_PAGE),
        address=list_address,
        address_of_page=partial(list_address, query),
    )


@pages.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Datasets that what has been typed so far may mean, for the search box."""
    text = clean(request.args.get("q", ""))[:LONGEST_TEXT]
    try:
        found = parts().index.search(SearchQuery(text=text, limit=SUGGESTIONS, viewer=viewer())) if text else None
    except IndexUnavailable:
        found = None
    with parts().store.read() as reader:
        datasets = published_datasets(reader, [hit.dataset_id for hit in found.hits] if found else [], viewer())
    return jsonify(
        [
            {
                "title": plain_in_language(item.dataset.title, item.dataset.title_en),
                "organization": plain_in_language(item.organization.title, item.organization.title_en),
                "url": url_for("dataset.dataset", name=item.dataset.name),
            }
            for item in datasets
        ]
    )


def find_datasets(parts: Parts, query: SearchQuery) -> Findings:
    """One search and one reading, whatever the page holds; without search, the database by title."""
    try:
        page: SearchPage | None = parts.index.search(query)
    except IndexUnavailable:
        page = None
    with parts.store.read() as reader:
        organizations = {item.name: item for item in reader.organizations()}
        if page is None:
            return _from_database(reader, query, organizations)
        published = published_datasets(reader, [hit.dataset_id for hit in page.hits], query.viewer)
    hits = {hit.dataset_id: hit for hit in page.hits}
    items = tuple(Found(item, hits[item.dataset.id].title, hits[item.dataset.id].snippet) for item in published)
    return Findings(page.total, items, organizations, page.facets)


def _from_database(reader: CatalogReader, query: SearchQuery, organizations: Mapping[str, Organization]) -> Findings:
    words = fold(query.text).split()
    found = [
        item
        for item in published_datasets(reader, viewer=query.viewer)
        if all(word in fold(f"{item.dataset.title} {item.dataset.description}") for word in words)
        and all(set(values) & set(facet_values(item)[facet]) for facet, values in query.filters.items())
    ]
    found.sort(key=lambda item: sort_key(item.dataset.title))
    items = tuple(Found(item) for item in found[query.offset : query.offset + query.limit])
    return Findings(len(found), items, organizations, None)


def facet_values(published: PublishedDataset) -> Mapping[str, tuple[str, ...]]:
    """What a dataset stands under in each facet."""
    dataset = published.dataset
    return {
        "organization": (published.organization.name,),
        "theme": (dataset.theme,),
        "format": published.formats,
        "keyword": dataset.keywords,
        "license": (dataset.license_id,),
        "frequency": (dataset.frequency,),
        "level": (dataset.access_level,),
    }


def facet_titles() -> Mapping[str, str]:
    return {
        "theme": _("Chủ đề"),
        "organization": _("Cơ quan"),
        "format": _("Định dạng"),
        "frequency": _("Kỳ cập nhật"),
        "keyword": _("Từ khóa"),
        "license": _("Giấy phép"),
        "level": _("Mức chia sẻ"),
    }


def _labels(organizations: Mapping[str, Organization]) -> Mapping[str, Callable[[str], tuple[str, str]]]:
    """For each facet, a value's name in Vietnamese and in English (empty where there is none)."""

    def organization(value: str) -> tuple[str, str]:
        known = organizations.get(value)
        return (known.title, known.title_en) if known else (value, "")

    def theme(value: str) -> tuple[str, str]:
        return (THEMES[value].title, THEMES[value].title_en) if value in THEMES else (value, "")

    def license_(value: str) -> tuple[str, str]:
        return (LICENSES[value].title, LICENSES[value].title_en) if value in LICENSES else (value, "")

    def frequency(value: str) -> tuple[str, str]:
        if value not in set(Frequency):
            return value, ""
        label, label_en = Frequency(value).label, Frequency(value).label_en
        return label[0].upper() + label[1:], label_en[0].upper() + label_en[1:]

    def level(value: str) -> tuple[str, str]:
        label = access_state(AccessLevel(value)).label if value in set(AccessLevel) else value
        return label, label

    def format_(value: str) -> tuple[str, str]:
        title = format_title(value)
        return title, title

    return {
        "organization": organization,
        "theme": theme,
        "license": license_,
        "frequency": frequency,
        "level": level,
        "format": format_,
        "keyword": lambda value: (value, ""),
    }


def facet_groups(findings: Findings, query: SearchQuery) -> tuple[FacetGroup, ...]:
    """The facets that offer a choice, chosen values first."""
    if findings.facets is None:
        return ()
    labels, groups = _labels(findings.organizations), []
    for name, title in facet_titles().items():
        chosen = query.filters.get(name, ())
        counts = {item.value: item.count for item in findings.facets.get(name, ())}
        values = [*chosen, *(value for value in counts if value not in chosen)]
        options = tuple(
            _option(labels[name](value), value, counts.get(value, 0), chosen=value in chosen) for value in values
        )
        if len(options) > 1 or chosen:
            shown = max(OPTIONS_SHOWN, len(chosen))
            # A "more" that hides a single value costs more room than it saves.
            shown = len(options) if len(options) == shown + 1 else shown
            groups.append(FacetGroup(name, title, options[:shown], options[shown:]))
    return tuple(groups)


def _option(names: tuple[str, str], value: str, count: int, *, chosen: bool) -> FacetOption:
    return FacetOption(value, plain_in_language(*names), count, chosen, only_vietnamese=not names[1])


def list_address(query: SearchQuery, page: int = 1) -> str:
    """The address that asks this question."""
    args: MultiDict[str, str] = MultiDict()
    if query.text:
        args["q"] = query.text
    for facet in FACETS:
        args.setlist(facet, query.filters.get(facet, ()))
    if query.sort is not (SearchSort.RELEVANCE if query.text else SearchSort.MODIFIED):
        args["sort"] = query.sort
    if page > 1:
        args["page"] = str(page)
    return url_for("datasets.dataset_list", **args.to_dict(flat=False))  # type: ignore[arg-type]


def choices(findings: Findings, query: SearchQuery) -> tuple[Choice, ...]:
    """Every active filter."""
    labels, titles = _labels(findings.organizations), facet_titles()
    found = []
    for facet, values in query.filters.items():
        for value in values:
            left = {**query.filters, facet: tuple(other for other in values if other != value)}
            address = list_address(replace(query, filters=left))
            found.append(Choice(titles[facet], plain_in_language(*labels[facet](value)), address))
    return tuple(found)


def sort_links(query: SearchQuery) -> tuple[SortLink, ...]:
    known = {
        SearchSort.RELEVANCE: _("Sát nhất"),
        SearchSort.MODIFIED: _("Mới cập nhật"),
        SearchSort.ISSUED: _("Mới công bố lần đầu"),
        SearchSort.TITLE: _("Tên A–Z"),
    }
    return tuple(
        SortLink(label, list_address(replace(query, sort=sort)), sort is query.sort)
        for sort, label in known.items()
        if query.text or sort is not SearchSort.RELEVANCE
    )
