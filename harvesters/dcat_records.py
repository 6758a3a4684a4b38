"""What a DCAT record says, however it is written: DCAT-US 1.1 and 3, DCAT-AP 2 and 3 as JSON-LD, schema.org Dataset.

Sources: https://resources.data.gov/resources/dcat-us/, https://www.w3.org/TR/vocab-dcat-3/,
https://schema.org/Dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

from catalog.remote import RemoteDataset, RemoteDistribution
from harvesters.dcat_nodes import (
    Node,
    address,
    address_of,
    in_language,
    last_part,
    moment,
    plain,
    text,
    texts,
    values,
    word,
    words,
)


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
        or (address_of(own) if own else ""),
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
            if said := address_of(value):
                return last_part(said) if "resource/authority/licence/" in said else said
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
        if not isinstance(value, dict):
            continue
        inner = plain(value)
        name = text(inner, "fn", "name", "organization-name", "hasFN", "title")
        email = next((_email(item) for item in values(inner, "hasEmail", "email", "mbox") if _email(item)), "")
        if name or email:
            return name, email
    return "", ""


def _email(value: Any) -> str:
    if isinstance(value, dict):
        inner = plain(value)
        return next((_email(inner[name]) for name in ("@id", "@value", "value", "hasValue") if name in inner), "")
    if isinstance(value, list):
        return next(filter(None, map(_email, value)), "")
    found = unquote(value).strip() if isinstance(value, str) else ""
    if found[:7].lower() == "mailto:":
        found = found[7:].partition("?")[0]
    return found if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", found) and len(found) <= 254 else ""


def _nodes(node: Node, *names: str) -> Iterator[Node]:
    return (plain(value) for value in values(node, *names) if isinstance(value, dict))


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
            or (address_of(own) if len(item) == 1 else "")
        )
        if where:
            stated = text(item, "identifier") or (own if isinstance(own, str) and not own.startswith("_:") else "")
            yield RemoteDistribution(
                title=text(item, "title", "name"),
                url=where,
                identifier=stated,
                description=text(item, "description"),
                format=last_part(word(item, "format", "fileFormat")),
                media_type=last_part(word(item, "mediaType", "encodingFormat")),
                size=_size(text(item, "byteSize", "contentSize")),
            )


def _size(said: str) -> int | None:
    whole = re.fullmatch(r"(\d{1,18})(\.0*)?", said.strip(), re.ASCII)
    return int(whole[1]) if whole else None


def _period(node: Node) -> tuple[date | None, date | None]:
    for value in values(node, "temporal", "temporalCoverage"):
        if isinstance(value, dict) and "@value" not in value:
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
        if isinstance(value, dict) and "@value" not in value:
            said = text(plain(value), "inXSDDate", "inXSDDateTimeStamp", "inXSDDateTime", "inXSDgYear")
        else:
            said = in_language(texts(value), "vi")
        if found := moment(said):
            return found
    return None
