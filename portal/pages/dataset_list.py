"""The list of datasets: what a search found, by which facets it can be narrowed, and what has been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from flask import Blueprint, current_app, render_template, request, url_for

from catalog.errors import IndexUnavailable, InvalidQuery
from catalog.listed import ListedDataset
from catalog.questions import OLDER, FacetCount, Fragment, SearchHit, SearchQuery, SearchSort
from catalog.reading import listed_now
from catalog.vocabularies import THEMES, Theme
from portal.communes import KeptCommunes
from portal.context import language, parts, viewer
from portal.corrections import corrected
from portal.pages.facets import (
    FACET_NAMES,
    FACET_OF,
    FACETS_SHOWN,
    MOST_SEARCHED,
    Labels,
    facet_groups,
    finds_from_args,
)
from portal.pages.languages import _
from portal.pages.writing import local_time, write_bound_day
from portal.questions import BOUNDS, LAST_PAGE, Asked, asked_from_args, within
from portal.usage import note_unanswered
from portal.wiring import Parts
from search.datasets.highlighting import highlight, snippet

pages = Blueprint("datasets", __name__)

COMMUNES = "dulieumo.communes"


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset of the list; ``title`` and ``snippet``, in the language of the page where there is such a text, with
    the words that were looked for, where known; ``in_tables`` are those of them that only its tables hold."""

    listed: ListedDataset
    title: tuple[Fragment, ...] = ()
    snippet: tuple[Fragment, ...] = ()
    in_tables: tuple[str, ...] = ()

    @property
    def theme(self) -> Theme | None:
        return THEMES.get(self.listed.theme)


@dataclass(frozen=True, slots=True)
class Findings:
    """One page of datasets. ``from_database``: search is down, and not all filters narrow the list; with
    ``only_newest`` it holds the newest datasets of a very large catalogue."""

    total: int
    items: tuple[Found, ...]
    labels: Labels
    facets: Mapping[str, tuple[FacetCount, ...]]
    relaxed: bool = False
    degraded: bool = False
    from_database: bool = False
    only_newest: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether the index has no dataset that holds all that was asked for."""
        return not self.degraded and (self.relaxed or not self.total)


@dataclass(frozen=True, slots=True)
class Choice:
    """An active filter and the address without it."""

    title: str
    label: str
    address_without: str


@dataclass(frozen=True, slots=True)
class Loosened:
    """A filter that can be given up, and how many datasets there are then."""

    title: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class SortLink:
    label: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the page of the list says; ``hidden`` is what the search box carries along."""

    asked: Asked
    findings: Findings
    finds: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    loosened: tuple[Loosened, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def number(self) -> int:
        return self.asked.query.offset // self.asked.query.limit + 1

    @property
    def page_count(self) -> int:
        return min(-(-self.findings.total // self.asked.query.limit), LAST_PAGE)


@pages.get("/datasets")
def dataset_list() -> str:
    finds = finds_from_args(request.args)
    facets = tuple(facet.name for facet in FACETS_SHOWN)
    asked = asked_from_args(request.args, viewer(), facets=facets, names=FACET_NAMES)
    asked = replace(asked, query=_searching_facets(replace(asked.query, after=""), finds))
    findings = find_datasets(parts(), asked.query)
    if findings.is_unanswered:
        note_unanswered(asked.query)
    page = ListPage(
        asked=asked,
        findings=findings,
        finds=finds,
        choices=choices(findings, asked),
        loosened=loosened(parts(), asked) if findings.is_unanswered and not findings.relaxed else (),
        corrections=_corrections(asked) if findings.is_unanswered else (),
    )
    this_year = local_time(parts().clock()).year
    groups = facet_groups(findings.facets, asked.query.filters, findings.labels, finds, this_year)
    return render_template(
        "datasets.html",
        page=page,
        query=asked.query,
        bounds=asked.bounds,
        findings=findings,
        leading=[group for group in groups if group.name in LEADING],
        groups=[group for group in groups if group.name not in LEADING],
        sorts=sort_links(asked),
        recent=recent_links(asked, local_time(parts().clock()).date()),
        unfiltered=list_address(replace(asked, query=replace(asked.query, filters={}, offset=0), bounds={})),
        hidden=address_args(replace(asked, query=replace(asked.query, text="", sort=SearchSort.MODIFIED))),
        address_of_page=partial(list_address, asked),
    )


LEADING = ("theme", "organization", "commune", "year")


def _searching_facets(query: SearchQuery, finds: Mapping[str, str]) -> SearchQuery:
    """The question that also looks for words in the values of facets: the index does where values are called as they
    are; where they have other names all are asked for, and the names are looked at here."""
    plain = {name: text for name, text in finds.items() if FACET_OF[name].plain}
    limit = MOST_SEARCHED if len(plain) < len(finds) else query.facet_limit
    return replace(query, facet_text=plain, facet_limit=limit)


def find_datasets(parts: Parts, query: SearchQuery) -> Findings:
    """One search and one reading, whatever the page holds."""
    page = parts.index.search(query)
    kept: KeptCommunes = current_app.extensions[COMMUNES]
    with parts.store.read() as reader:
        organizations = {item.name: item for item in reader.organizations()}
        labels = Labels(organizations, kept.get(reader, parts.clock()))
        listed = listed_now(reader, [hit.listed for hit in page.hits], query.viewer)
    hits = {hit.dataset_id: hit for hit in page.hits}
    items = tuple(_found(item, hits[item.id], page.marks) for item in listed)
    facets = {name: counts for name, counts in page.facets.items() if name not in page.left_out}
    left_out = page.left_out
    return Findings(page.total, items, labels, facets, page.relaxed, page.degraded, bool(left_out), OLDER in left_out)


def _found(listed: ListedDataset, hit: SearchHit, marks: frozenset[str]) -> Found:
    title, shown = hit.title, hit.snippet
    if language() == "en":
        title = highlight(listed.title_en, marks) or title
        shown = snippet(listed.description_en, marks) if listed.description_en else shown
    return Found(listed, title, shown, hit.in_tables)


# --- addresses -------------------------------------------------------------------------------------------------------


def address_args(asked: Asked) -> dict[str, list[str]]:
    """What an address says to ask this question."""
    query = asked.query
    args = {"q": [query.text]} if query.text else {}
    args |= {name: list(values) for name, facet in FACET_NAMES.items() if (values := query.filters.get(facet))}
    args |= {name: [asked.bounds[name]] for name in BOUNDS if name in asked.bounds}
    if query.sort is not (SearchSort.RELEVANCE if query.text else SearchSort.MODIFIED):
        args["sort"] = [query.sort.value]
    return args


def list_address(asked: Asked, page: int = 1) -> str:
    """The address that asks this question."""
    args = address_args(asked)
    if page > 1:
        args["page"] = [str(page)]
    return url_for("datasets.dataset_list", **args)  # type: ignore[arg-type]


def _without(asked: Asked, facet: str, values: tuple[str, ...]) -> Asked:
    left = tuple(value for value in asked.query.filters[facet] if value not in values)
    filters = {name: left if name == facet else held for name, held in asked.query.filters.items()}
    return replace(asked, query=replace(asked.query, filters={name: held for name, held in filters.items() if held}))


def _without_bounds(asked: Asked, *names: str) -> Asked:
    left = {name: bound for name, bound in asked.bounds.items() if name not in names}
    return replace(asked, query=replace(asked.query, where=within(left)), bounds=left)


def _corrections(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What may have been meant, and the address that asks it."""
    texts = corrected(parts().index, asked.query)
    return tuple((text, list_address(replace(asked, query=replace(asked.query, text=text)))) for text in texts)


def bound_titles() -> Mapping[str, str]:
    return {
        "period_from": _("Dữ liệu từ"),
        "period_to": _("Dữ liệu đến"),
        "modified_from": _("Cập nhật từ"),
        "modified_to": _("Cập nhật đến"),
    }


def choices(findings: Findings, asked: Asked) -> tuple[Choice, ...]:
    """Every active filter."""
    found = [
        Choice(
            _(FACET_OF[facet].title),
            findings.labels.plain(facet, value),
            list_address(_without(asked, facet, (value,))),
        )
        for facet, values in asked.query.filters.items()
        for value in values
    ]
    titles = bound_titles()
    for name, bound in asked.bounds.items():
        address = list_address(_without_bounds(asked, name))
        found.append(Choice(titles[name], write_bound_day(bound, language()), address))
    return tuple(found)


def loosened(parts: Parts, asked: Asked) -> tuple[Loosened, ...]:
    """What giving up one filter would bring, for a question that finds nothing; only what brings something."""
    ways = [(_(FACET_OF[facet].title), _without(asked, facet, values)) for facet, values in asked.query.filters.items()]
    if any(name.startswith("period") for name in asked.bounds):
        ways.append((_("Thời gian của dữ liệu"), _without_bounds(asked, "period_from", "period_to")))
    if any(name.startswith("modified") for name in asked.bounds):
        ways.append((_("Ngày cập nhật"), _without_bounds(asked, "modified_from", "modified_to")))
    found = []
    for title, way in ways:
        try:
            total = parts.index.search(replace(way.query, limit=0, offset=0, facets=(), facet_text={})).total
        except (IndexUnavailable, InvalidQuery):
            continue
        if total:
            found.append(Loosened(title, list_address(way), total))
    return tuple(found)


def recent_links(asked: Asked, today: date) -> tuple[tuple[str, str], ...]:
    """What was brought up to date lately, in words, and the addresses that ask for it beside all else that is asked."""
    spans = {7: _("7 ngày qua"), 30: _("30 ngày qua"), 183: _("6 tháng qua")}
    others = {name: bound for name, bound in asked.bounds.items() if not name.startswith("modified")}
    return tuple(
        (label, list_address(replace(asked, bounds=others | {"modified_from": (today - timedelta(days)).isoformat()})))
        for days, label in spans.items()
    )


def sort_links(asked: Asked) -> tuple[SortLink, ...]:
    query = asked.query
    known = {
        SearchSort.RELEVANCE: _("Sát nhất"),
        SearchSort.MODIFIED: _("Mới cập nhật"),
        SearchSort.ISSUED: _("Mới công bố lần đầu"),
        SearchSort.TITLE: _("Tên A–Z"),
    }
    return tuple(
        SortLink(label, list_address(replace(asked, query=replace(query, sort=sort))), sort is query.sort)
        for sort, label in known.items()
        if query.text or sort is not SearchSort.RELEVANCE
    )
