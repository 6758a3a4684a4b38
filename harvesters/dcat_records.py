"""What a DCAT record says, however it is written: DCAT-US 1.1 and 3, DCAT-AP 2 and 3 as JSON-LD, schema.org Dataset.

A record is JSON: properties by their name, with or without a prefix; a value is a text, ``{"@value", "@language"}``,
texts by language, ``{"@id"}``, or a node of its own. Vietnamese is preferred, then text without a language, then
English. Sources: https://resources.data.gov/resources/dcat-us/, https://www.w3.org/TR/vocab-dcat-3/,
https://schema.org/Dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from catalog.remote import RemoteDataset, RemoteDistribution

Node = Mapping[str, Any]

_LABELS = ("prefLabel", "fn", "name", "organization-name", "label", "title", "legalName", "notation")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_AUTHORITIES = ("publications.europa.eu/resource/authority/", "iana.org/assignments/media-types/")
_MOST_VALUES = 500


def plain(node: Node) -> Node:
    """The node with its properties by their local names; of two that share one the first is taken."""
    if not any(":" in name or "/" in name for name in node):
        return node
    found: dict[str, Any] = {}
    for name, value in node.items():
        found.setdefault(name if name.startswith("@") else re.split(r"[/#:]", name)[-1], value)
    return found


def values(node: Node, *names: str) -> list[Any]:
    """The values of the first of these properties that has any."""
    for name in names:
        found = node.get(name)
        if isinstance(found, Mapping) and "@list" in found:
            found = found["@list"]
        listed = found if isinstance(found, list) else [found]
        if kept := [value for value in listed[:_MOST_VALUES] if value not in (None, "", [], {})]:
            return kept
    return []


def text(node: Node, *names: str, language: str = "vi") -> str:
    """The text of a property, in ``language`` if there is one."""
    return in_language([said for value in values(node, *names) for said in texts(value)], language)


def in_language(said: list[tuple[str, str]], language: str) -> str:
    """The best of several texts."""
    order = ("vi", "", "en") if language == "vi" else (language,)
    for wanted in order:
        for tag, words in said:
            if tag.partition("-")[0].lower() == wanted and words.strip():
                return words.strip()
    return said[0][1].strip() if said and language == "vi" else ""


def texts(value: Any) -> list[tuple[str, str]]:
    """The texts of a value, each with its language; of a node its label, else its address."""
    if isinstance(value, str):
        return [("", value)]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [("", str(value))]
    if isinstance(value, list):
        return [said for item in value[:_MOST_VALUES] for said in texts(item)]
    if not isinstance(value, Mapping):
        return []
    if "@value" in value:
        return [(str(value.get("@language") or ""), str(value["@value"]))]
    if all(_LANGUAGE.fullmatch(name) and isinstance(words, str | list) for name, words in value.items()):
        return [(name, words) for name, item in value.items() for _, words in texts(item)]
    node = plain(value)
    for name in _LABELS:
        if name in node and (said := texts(node[name])):
            return said
    return [("", str(node["@id"]))] if isinstance(node.get("@id"), str) else []


def address(node: Node, *names: str) -> str:
    """The first http(s) or ftp address among the values of these properties, whatever form they have."""
    for name in names:
        for value in values(node, name):
            if found := _address_of(value):
                return found
    return ""


def _address_of(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = plain(value)
        value = inner.get("@id") or inner.get("@value") or inner.get("url") or inner.get("page") or ""
    if isinstance(value, list):
        return next(filter(None, map(_address_of, value[:_MOST_VALUES])), "")
    found = value.strip() if isinstance(value, str) else ""
    return found if found.lower().startswith(("http://", "https://", "ftp://")) else ""


def word(node: Node, *names: str) -> str:
    """The first value as a word: a text, a label, or what an address of a known list of words ends in."""
    return next(iter(words(node, *names)), "")


def words(node: Node, *names: str) -> Iterator[str]:
    """All values as words; a node with a label and an address gives both."""
    for value in values(node, *names):
        inner = plain(value) if isinstance(value, Mapping) else {}
        if said := in_language(texts(value), "vi"):
            yield _last_part(said)
        where = inner.get("@id")
        if isinstance(where, str) and where != said and urlsplit_of(where).scheme.startswith("http"):
            yield _last_part(where)


def _last_part(said: str) -> str:
    if any(place in said for place in _AUTHORITIES):
        return said.partition("media-types/")[2] or re.split(r"[/#]", said.rstrip("/"))[-1]
    return said


def urlsplit_of(said: str) -> Any:
    try:
        return urlsplit(said)
    except ValueError:
        return urlsplit("")


def identifier_of(record: Node) -> str:
    """The catalogue's own identifier: the one it states, else the address of the record (``url`` in
    schema.org); empty without either."""
    node = plain(record)
    said = sorted(words_ for value in values(node, "identifier") for _, words_ in texts(value))
    own = node.get("@id")
    stated = next((item.strip() for item in said if item.strip()), "")
    if stated or not own:
        return stated or address(node, "url")
    return own.strip() if isinstance(own, str) and not own.startswith("_:") else ""


def describe(record: Node) -> RemoteDataset:
    """What the record says of its dataset; a title may be missing."""
    node = plain(record)
    distributions = tuple(_distributions(node))
    start, end = _period(node)
    contact, email = _contact(node)
    own = node.get("@id")
    return RemoteDataset(
        title=text(node, "title", "name", "headline", "label"),
        description=text(node, "description", "abstract"),
        keywords=tuple(_keywords(node)),
        themes=tuple(dict.fromkeys(words(node, "theme", "category", "about", "subject"))),
        publisher=text(node, "publisher", "creator", "provider", "author"),
        license=_license(node),
        frequency=_last_segment(word(node, "accrualPeriodicity", "repeatFrequency")),
        access=_access(node),
        url=address(node, "landingPage", "page", "mainEntityOfPage", "url", "homepage")
        or (_address_of(own) if own else ""),
        spatial=_spatial(node),
        contact_name=contact,
        contact_email=email,
        issued=moment(text(node, "issued", "datePublished", "dateCreated", "created")),
        modified=moment(text(node, "modified", "dateModified")),
        temporal_start=start,
        temporal_end=end,
        distributions=distributions,
        title_en=text(node, "title", "name", "headline", "label", language="en"),
        description_en=text(node, "description", "abstract", language="en"),
    )


def _keywords(node: Node) -> Iterator[str]:
    said = [words_.strip() for value in values(node, "keyword", "keywords", "tag") for _, words_ in texts(value)]
    if len(said) == 1:
        said = [part.strip() for part in re.split(r"[;,]", said[0])]
    yield from dict.fromkeys(filter(None, said))


def _license(node: Node) -> str:
    """Of the dataset, else of the first distribution that has one."""
    for holder in (node, *_nodes(node, "distribution")):
        for value in values(holder, "license"):
            if said := _address_of(value):
                return _last_part(said) if "resource/authority/licence/" in said else said
            if said := in_language(texts(value), "vi"):
                return said
    return ""


def _last_segment(said: str) -> str:
    return re.split(r"[/#]", said.rstrip("/"))[-1] if said.startswith(("http://", "https://")) else said


def _access(node: Node) -> str:
    said = _last_segment(word(node, "accessLevel", "accessRights", "conditionsOfAccess"))
    return "restricted" if said.upper() in ("CONFIDENTIAL", "SENSITIVE") else said


def _spatial(node: Node) -> str:
    for value in values(node, "spatial", "spatialCoverage", "contentLocation"):
        said = in_language(texts(value), "vi")
        if said and not said.startswith(("{", "POLYGON", "<")):
            return unquote(_last_segment(said))
    return ""


def _contact(node: Node) -> tuple[str, str]:
    """Name and e-mail of the first contact that has either."""
    for value in values(node, "contactPoint", "maintainer"):
        if not isinstance(value, Mapping):
            continue
        inner = plain(value)
        name = text(inner, "fn", "name", "organization-name", "hasFN", "title")
        email = next((_email(item) for item in values(inner, "hasEmail", "email", "mbox") if _email(item)), "")
        if name or email:
            return name, email
    return "", ""


def _email(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = plain(value)
        return next((_email(inner[name]) for name in ("@id", "@value", "value", "hasValue") if name in inner), "")
    if isinstance(value, list):
        return next(filter(None, map(_email, value)), "")
    found = unquote(value).strip() if isinstance(value, str) else ""
    if found[:7].lower() == "mailto:":
        found = found[7:].partition("?")[0]
    return found if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", found) and len(found) <= 254 else ""


def _nodes(node: Node, *names: str) -> Iterator[Node]:
    return (plain(value) for value in values(node, *names) if isinstance(value, Mapping))


def _distributions(node: Node) -> Iterator[RemoteDistribution]:
    found = list(_nodes(node, "distribution"))
    if not found and address(node, "accessURL", "downloadURL", "webService"):
        found = [{name: node.get(name) for name in ("accessURL", "downloadURL", "webService", "format", "mediaType")}]
    for item in found:
        own = item.get("@id")
        service = next(_nodes(item, "accessService"), {})
        where = (
            address(item, "downloadURL", "accessURL", "contentUrl", "webService", "url")
            or address(service, "endpointURL")
            or (_address_of(own) if len(item) == 1 else "")
        )
        if where:
            stated = text(item, "identifier") or (own if isinstance(own, str) and not own.startswith("_:") else "")
            yield RemoteDistribution(
                title=text(item, "title", "name"),
                url=where,
                identifier=stated,
                description=text(item, "description"),
                format=_last_part(word(item, "format", "fileFormat")),
                media_type=_last_part(word(item, "mediaType", "encodingFormat")),
                size=_size(text(item, "byteSize", "contentSize")),
            )


def _size(said: str) -> int | None:
    whole = re.fullmatch(r"(\d{1,18})(\.0*)?", said.strip(), re.ASCII)
    return int(whole[1]) if whole else None


def _period(node: Node) -> tuple[date | None, date | None]:
    for value in values(node, "temporal", "temporalCoverage"):
        if isinstance(value, Mapping) and "@value" not in value:
            inner = plain(value)
            start = _instant(inner, "startDate", "hasBeginning", "beginning", "start")
            end = _instant(inner, "endDate", "hasEnd", "end")
        else:
            said, _, until = in_language(texts(value), "vi").partition("/")
            start, end = moment(said), moment(until)
        if start or end:
            return (start.date() if start else None), (end.date() if end else None)
    return None, None


def _instant(node: Node, *names: str) -> datetime | None:
    for value in values(node, *names):
        if isinstance(value, Mapping) and "@value" not in value:
            said = text(plain(value), "inXSDDate", "inXSDDateTimeStamp", "inXSDDateTime", "inXSDgYear")
        else:
            said = in_language(texts(value), "vi")
        if found := moment(said):
            return found
    return None


def moment(said: str) -> datetime | None:
    """A date or time of ISO 8601 in UTC: also a year or a month alone; without a zone it is taken as UTC, as it was
    written. What is written otherwise is not guessed."""
    said = said.strip()
    if re.fullmatch(r"\d{4}", said, re.ASCII):
        said += "-01-01"
    elif re.fullmatch(r"\d{4}-\d\d", said, re.ASCII):
        said += "-01"
    elif re.fullmatch(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)", said, re.ASCII):
        said = said[:10]
    if not re.match(r"[12]\d{3}-?\d\d", said, re.ASCII) or len(said) > 40:
        return None
    try:
        found = datetime.fromisoformat(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
