"""Ways to narrow a list of datasets: facets with their values, what these are called and how many datasets each has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from catalog.model import AccessLevel, Frequency, Organization
from catalog.questions import FacetCount
from catalog.vietnamese import clean, fold
from catalog.vocabularies import LICENSES, THEMES, format_title
from portal.pages.languages import _, marked, plain_in_language
from portal.pages.states import access_state
from portal.questions import FACET_LIMIT, LONGEST_TEXT

OPTIONS_SHOWN = 6
LISTED = 30
"""Of a facet that can be searched in, so many values are listed."""
LONG = 12
"""A facet that can be searched in gets a field for it if it has more values than this."""
MOST_SEARCHED = 5_000
"""So many values of a facet are looked through for words in their names."""


@dataclass(frozen=True, slots=True)
class Facet:
    """``name`` is the index's, ``parameter`` that of addresses. Values that are ``plain`` are called as they are. Those
    of a ``searched`` facet are too many to look through."""

    name: str
    parameter: str
    title: str
    searched: bool = False
    plain: bool = False


FACETS_SHOWN = (
    Facet("theme", "theme", marked("Chủ đề")),
    Facet("organization_path", "organization", marked("Cơ quan"), searched=True),
    Facet("commune", "commune", marked("Xã, phường"), searched=True),
    Facet("year", "year", marked("Năm của dữ liệu")),
    Facet("format", "format", marked("Định dạng")),
    Facet("frequency", "frequency", marked("Kỳ cập nhật")),
    Facet("keyword", "keyword", marked("Từ khóa"), searched=True, plain=True),
    Facet("column", "column", marked("Cột trong bảng"), searched=True, plain=True),
    Facet("license", "license", marked("Giấy phép")),
    Facet("level", "level", marked("Mức chia sẻ")),
)
"""In the order of the page; those up to the year come before the fields for dates."""

FACET_NAMES = {facet.parameter: facet.name for facet in FACETS_SHOWN}
FACET_OF = {facet.name: facet for facet in FACETS_SHOWN}


@dataclass(frozen=True, slots=True)
class FacetOption:
    """``count`` is ``None`` where it is not known; ``depth`` is how many values above it are listed."""

    value: str
    label: str
    count: int | None
    chosen: bool
    only_vietnamese: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The values of one facet: the ``first`` are always seen, the ``rest`` on demand. ``long`` ones can be searched in,
    ``find`` is what is searched for; ``is_cut`` says that there are more values than are listed."""

    name: str
    title: str
    first: tuple[FacetOption, ...]
    rest: tuple[FacetOption, ...] = ()
    long: bool = False
    find: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """What values are called, in Vietnamese and in English (empty where there is no English)."""

    organizations: Mapping[str, Organization] = field(default_factory=dict)
    communes: Mapping[str, str] = field(default_factory=dict)

    def of(self, facet: str, value: str) -> tuple[str, str]:
        known: Mapping[str, Callable[[str], tuple[str, str]]] = {
            "organization_path": self._organization,
            "theme": _theme,
            "license": _license,
            "frequency": _frequency,
            "level": _level,
            "format": _format,
            "commune": lambda code: (self.communes.get(code, code), ""),
            "year": lambda year: (year, year),
        }
        return known[facet](value) if facet in known else (value, "")

    def plain(self, facet: str, value: str) -> str:
        """In the language of the page."""
        return plain_in_language(*self.of(facet, value))

    def _organization(self, value: str) -> tuple[str, str]:
        known = self.organizations.get(value)
        return (known.title, known.title_en) if known else (value, "")


def _theme(value: str) -> tuple[str, str]:
    return (THEMES[value].title, THEMES[value].title_en) if value in THEMES else (value, "")


def _license(value: str) -> tuple[str, str]:
    return (LICENSES[value].title, LICENSES[value].title_en) if value in LICENSES else (value, "")


def _frequency(value: str) -> tuple[str, str]:
    if value not in set(Frequency):
        return value, ""
    label, label_en = Frequency(value).label, Frequency(value).label_en
    return label[0].upper() + label[1:], label_en[0].upper() + label_en[1:]


def _level(value: str) -> tuple[str, str]:
    label = access_state(AccessLevel(value)).label if value in set(AccessLevel) else value
    return label, label


def _format(value: str) -> tuple[str, str]:
    title = format_title(value)
    return title, title


def finds_from_args(args: MultiDict[str, str]) -> dict[str, str]:
    """By facet, the words that its values are searched for."""
    texts = {
        facet.name: clean(args.get(f"find_{facet.parameter}", ""))[:LONGEST_TEXT]
        for facet in FACETS_SHOWN
        if facet.searched
    }
    return {name: text for name, text in texts.items() if fold(text)}


def facet_groups(
    counted: Mapping[str, Sequence[FacetCount]],
    chosen: Mapping[str, tuple[str, ...]],
    labels: Labels,
    finds: Mapping[str, str],
    this_year: int,
) -> tuple[FacetGroup, ...]:
    """The facets that offer a choice."""
    groups = (_group(facet, counted.get(facet.name, ()), chosen, labels, finds, this_year) for facet in FACETS_SHOWN)
    return tuple(group for group in groups if group is not None)


def _group(
    facet: Facet,
    counted: Sequence[FacetCount],
    filters: Mapping[str, tuple[str, ...]],
    labels: Labels,
    finds: Mapping[str, str],
    this_year: int,
) -> FacetGroup | None:
    chosen, find = filters.get(facet.name, ()), finds.get(facet.name, "")
    found = [
        item for item in counted if facet.plain or not find or _is_called(labels.plain(facet.name, item.value), find)
    ]
    listed = LISTED if facet.searched else FACET_LIMIT
    is_cut, found = len(found) > listed or len(counted) == FACET_LIMIT, found[:listed]
    counts: dict[str, int | None] = {item.value: item.count for item in found}
    # Of a value that is not among the most frequent nobody has counted the datasets.
    missing = None if is_cut or find else 0
    offered = list(dict.fromkeys((*chosen, *counts)))
    if facet.name == "year":
        offered.sort(key=lambda year: (year not in chosen, *_newest_year(year, this_year)))
    values = [(value, 0) for value in offered]
    if facet.name == "organization_path":
        values = _as_tree(offered, labels.organizations)
        if not (is_cut or find):
            values = _without_top(values, chosen)
    options = tuple(
        _option(labels.of(facet.name, value), value, counts.get(value, missing), chosen=value in chosen, depth=depth)
        for value, depth in values
    )
    if len(options) < 2 and not chosen and not find:
        return None
    shown = _shown(options, find)
    long = facet.searched and (bool(find) or len(options) > LONG)
    return FacetGroup(facet.parameter, _(facet.title), options[:shown], options[shown:], long, find, is_cut)


def _shown(options: Sequence[FacetOption], find: str) -> int:
    """How many are always seen: some, and all up to the last that is chosen. A "more" that hides a single value costs
    more room than it saves."""
    last_chosen = max((place for place, option in enumerate(options, 1) if option.chosen), default=0)
    shown = max(LONG if find else OPTIONS_SHOWN, last_chosen)
    return len(options) if len(options) == shown + 1 else shown


def _newest_year(year: str, this_year: int) -> tuple[bool, int]:
    """This year and those before it, the newest first; then those to come, of which plans speak."""
    number = int(year) if year.isdecimal() else 0
    return number > this_year, -number


def _is_called(label: str, find: str) -> bool:
    """Whether every word looked for begins a word of the name."""
    words = fold(label).split()
    return all(any(word.startswith(begun) for word in words) for begun in fold(find).split())


def _as_tree(values: Sequence[str], organizations: Mapping[str, Organization]) -> list[tuple[str, int]]:
    """Each organization followed by those below it that are there too, and how far below; otherwise as ordered."""
    names = {item.id: name for name, item in organizations.items()}

    def above(name: str) -> str:
        """The nearest organization above that is listed."""
        known, seen = organizations.get(name), {name}
        while known and known.parent_id:
            parent = names.get(known.parent_id, "")
            if parent in seen:
                return ""
            if parent in values:
                return parent
            seen.add(parent)
            known = organizations.get(parent)
        return ""

    below: dict[str, list[str]] = {}
    for value in values:
        below.setdefault(above(value), []).append(value)
    placed: list[tuple[str, int]] = []

    def place(names: Iterable[str], depth: int) -> None:
        for name in names:
            placed.append((name, depth))
            place(below.get(name, ()), depth + 1)

    place(below.get("", ()), 0)
    # Organizations that somebody put below each other have none above them to be listed under.
    return placed + [(value, 0) for value in values if value not in dict(placed)]


def _without_top(placed: list[tuple[str, int]], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """Without an organization that all others stand below: whoever chose it would narrow nothing."""
    tops = [value for value, depth in placed if depth == 0]
    if len(tops) != 1 or len(placed) == 1 or tops[0] in chosen:
        return placed
    return [(value, depth - 1) for value, depth in placed if depth]


def _option(names: tuple[str, str], value: str, count: int | None, *, chosen: bool, depth: int) -> FacetOption:
    return FacetOption(value, plain_in_language(*names), count, chosen, only_vietnamese=not names[1], depth=depth)
