"""Makes the lexicon: of groups of words, of organizations and their successors, of communes and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources

from catalog.common_lists import is_commune
from catalog.dictionary import Code, CodeList
from catalog.errors import NotFound
from catalog.model import Organization
from catalog.synonyms import Synonyms, key_of, read_groups, switches_of
from catalog.vocabularies import THEMES
from search.datasets.lexicon import Lexicon, Meaning
from search.datasets.words import Word, words_of

Row = tuple[Word, ...]

COMMUNE_KINDS = (words_of("xã"), words_of("phường"), words_of("thị trấn"), words_of("đặc khu"))
DISTRICT_KINDS = (words_of("huyện"), words_of("thị xã"), words_of("thành phố"), words_of("quận"))
DISTRICT_KINDS_IN_SHORT = {
    words_of("thành phố"): words_of("TP"),
    words_of("thị xã"): words_of("TX"),
    words_of("huyện"): words_of("H"),
}
COMMUNE_KINDS_IN_SHORT = {
    words_of("xã"): words_of("X"),
    words_of("phường"): words_of("P"),
    words_of("thị trấn"): words_of("TT"),
}
PROVINCE_KINDS = (words_of("tỉnh"), words_of("thành phố"))
MOST_VARIANTS = 12


@lru_cache(maxsize=1)
def shipped_synonyms() -> tuple[tuple[str, ...], ...]:
    """The groups that come with the program."""
    return read_groups(resources.files("search.datasets").joinpath("synonyms.txt").read_text(encoding="utf-8"))


def shipped_group(key: str) -> tuple[str, ...]:
    """The group that comes with the program and has this key. Raises ``NotFound``."""
    for terms in shipped_synonyms():
        if key_of(terms) == key:
            return terms
    raise NotFound.of("nhóm từ đồng nghĩa", key)


def build_lexicon(
    synonyms: Sequence[Synonyms] = (),
    organizations: Sequence[Organization] = (),
    code_lists: Iterable[CodeList] = (),
) -> Lexicon:
    """``synonyms`` are the groups that count beside the shipped ones, and what switches some of those off."""
    shipped = (terms for terms in shipped_synonyms() if not switches_of(terms, synonyms))
    own = (group.terms for group in synonyms if not group.switches_off)
    groups = [_spelled_out(terms) for terms in (*shipped, *own)]
    meanings = [Meaning(term, _others(term, *group)) for group in groups for term in group if term]
    meanings += _renamed_organizations(organizations, groups)
    provinces = _provinces(organizations)
    codes = {code.code: code for code_list in code_lists for code in code_list.codes if _is_place(code)}
    meanings += _communes(codes)
    meanings += _districts(codes, provinces)
    titles = {
        "organization": (title for body in organizations for title in (body.title, body.title_en)),
        "theme": (title for theme in THEMES.values() for title in (theme.title, theme.title_en)),
    }
    return Lexicon(meanings, [" ".join(word.exact for word in row) for row in provinces], titles)


def _spelled_out(terms: Sequence[str]) -> tuple[Row, ...]:
    """*NN&PTNT* is also written *NN và PTNT*."""
    written = (way for term in terms for way in (term, term.replace("&", " và ")))
    return tuple(dict.fromkeys(map(words_of, written)))


# --- organizations ---------------------------------------------------------------------------------------------------


def _renamed_organizations(organizations: Sequence[Organization], groups: Sequence[Sequence[Row]]) -> list[Meaning]:
    """Who asks for a body that was renamed or merged means the one that took its place, and the other way round."""
    bodies = {body.id: body for body in organizations}
    former: dict[Row, dict[Row, None]] = defaultdict(dict)
    for body in organizations:
        last, seen = body, {body.id}
        while last.successor_id in bodies and last.successor_id not in seen:
            last = bodies[last.successor_id]
            seen.add(last.id)
        if last is not body:
            former[words_of(last.title)][words_of(body.title)] = None
    found: list[Meaning] = []
    for today, titles in former.items():
        found += [Meaning(variant, _others(variant, today, *titles)) for variant in _variants(today, groups)]
        for title in titles:
            found += [Meaning(variant, _others(variant, title, today)) for variant in _variants(title, groups)]
    return found


def _others(row: Row, *rows: Row) -> tuple[Row, ...]:
    return tuple(other for other in rows if other != row)


def _variants(title: Row, groups: Iterable[Sequence[Row]]) -> tuple[Row, ...]:
    """A title as it is, and with any part of it written as the groups say it may be: *Sở TT&TT*; with its *và* and
    without."""
    variants = {title: None}
    for group in groups:
        for term in group:
            at = _place_of(term, title)
            if at is not None:
                variants.update(
                    dict.fromkeys((*title[:at], *other, *title[at + len(term) :]) for other in group if other != term)
                )
    ways = (way for variant in tuple(variants)[:MOST_VARIANTS] for way in (variant, _without_and(variant)))
    return tuple(dict.fromkeys(ways))


def _without_and(row: Row) -> Row:
    return tuple(word for word in row if word.exact != "và")


def _place_of(part: Row, whole: Row) -> int | None:
    length = len(part)
    return next((at for at in range(len(whole) - length + 1) if length > 1 and whole[at : at + length] == part), None)


def _provinces(organizations: Iterable[Organization]) -> tuple[Row, ...]:
    """What the province is called, with and without its kind: the end of the title of the body above all others."""
    found: dict[Row, None] = {}
    for body in organizations:
        title = words_of(body.title)
        for kind in PROVINCE_KINDS if body.parent_id is None and body.successor_id is None else ():
            at = _place_of_last(kind, title)
            if at is not None and len(title) - at > len(kind):
                found.update(dict.fromkeys((title[at:], title[at + len(kind) :])))
                break
    return tuple(found)


def _place_of_last(part: Row, whole: Row) -> int | None:
    places = [at for at in range(len(whole)) if whole[at : at + len(part)] == part]
    return places[-1] if places else None


# --- communes and former districts -----------------------------------------------------------------------------------


def _is_place(code: Code) -> bool:
    return is_commune(code) or _is_district(code)


def _is_district(code: Code) -> bool:
    name = words_of(code.title)
    return _without(DISTRICT_KINDS, name) != name


def _communes(codes: Mapping[str, Code]) -> list[Meaning]:
    former: dict[str, dict[Row, None]] = defaultdict(dict)
    found: list[Meaning] = []
    for commune in filter(is_commune, codes.values()):
        today = _today(commune, codes)
        titles = () if today == (commune.code,) else tuple(_short(codes[code].title) for code in today)
        names = [(words_of(commune.title), titles)]
        names += [(words_of(alias), (_short(commune.title),)) for alias in commune.aliases]
        for name, rows in names:
            if rows:
                for code in today:
                    former[code][name] = None
            short = _without(COMMUNE_KINDS, name)
            keys = (*_keys(name, short), *_in_short(name, short, COMMUNE_KINDS_IN_SHORT))
            found += [Meaning(key, _others(short, *rows), today) for key in keys]
    for code, names_before in former.items():
        name = words_of(codes[code].title)
        short = _without(COMMUNE_KINDS, name)
        rows = tuple(row for row in names_before if _without(COMMUNE_KINDS, row) != short)
        found += [Meaning(key, rows, (code,)) for key in _keys(name, short) if rows]
    return found


def _districts(codes: Mapping[str, Code], provinces: Sequence[Row]) -> list[Meaning]:
    """Districts that communes name as their parent, or that name the communes that took their place. A name that a
    commune has too, or the province, means the district only with *huyện* before it."""
    inside: dict[str, dict[str, None]] = defaultdict(dict)
    taken = set(provinces)
    for commune in filter(is_commune, codes.values()):
        inside[commune.parent].update(dict.fromkeys(_today(commune, codes)))
        taken.update(_without(COMMUNE_KINDS, words_of(title)) for title in (commune.title, *commune.aliases))
    found: list[Meaning] = []
    for code in filter(_is_district, codes.values()):
        places = tuple(dict.fromkeys((*inside.get(code.code, ()), *code.replaced_by)))
        for name in map(words_of, (code.title, *code.aliases)):
            short = _without(DISTRICT_KINDS, name)
            keys = (name,) if short in taken else _keys(name, short)
            keys += _in_short(name, short, DISTRICT_KINDS_IN_SHORT)
            found += [Meaning(key, (), places) for key in keys if places]
    return found


def _today(code: Code, codes: Mapping[str, Code]) -> tuple[str, ...]:
    """The codes that stand for it today: its own, or those that took its place, however often that happened."""
    found: dict[str, None] = {}
    waiting, seen = [code], {code.code}
    while waiting:
        looked_at = waiting.pop(0)
        next_ones = [codes[after] for after in looked_at.replaced_by if after in codes and after not in seen]
        seen.update(after.code for after in next_ones)
        if not looked_at.replaced_by:
            found[looked_at.code] = None
        waiting += next_ones
    return tuple(found)


def _short(title: str) -> Row:
    """A commune's name as it stands in texts: without its kind where two syllables are left."""
    name = words_of(title)
    short = _without(COMMUNE_KINDS, name)
    return short if len(short) > 1 else name


def _keys(name: Row, short: Row) -> tuple[Row, ...]:
    """What people call a place. A single syllable is too little without the kind of place before it."""
    return (name, short) if len(short) > 1 and short != name else (name,)


def _in_short(name: Row, short: Row, kinds: Mapping[Row, Row]) -> tuple[Row, ...]:
    """*P. Đông Vệ* for *phường Đông Vệ*."""
    kind = kinds.get(name[: len(name) - len(short)])
    return ((*kind, *short),) if kind else ()


def _without(kinds: Iterable[Row], name: Row) -> Row:
    for kind in kinds:
        if len(name) > len(kind) and name[: len(kind)] == kind:
            return name[len(kind) :]
    return name
