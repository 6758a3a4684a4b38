"""What a CKAN package says: of today's CKAN (lists of tags and extras), with the common extensions for DCAT and for
several languages, and of the CKAN of 2013 (plain words, extras as an object).

Source: the Action API of CKAN (https://docs.ckan.org/en/latest/api/), times without a zone are UTC there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from catalog.remote import RemoteDataset, RemoteDistribution
from catalog.remote_datasets import license_of
from harvesters.dcat_nodes import in_language, moment, texts

Package = Mapping[str, Any]

NO_DATASETS = frozenset({"harvest", "showcase", "application"})
"""Types of package that common extensions use for other things."""


def is_dataset(package: Package) -> bool:
    """Whether the package is a dataset that is offered; packages also stand for other things."""
    return package.get("state") in (None, "active") and _said(package.get("type")) not in NO_DATASETS


def describe_package(package: Package, site: str) -> RemoteDataset:
    """What the package says of its dataset; ``site`` is where the portal stands."""
    extras = extras_of(package)
    name = _said(package.get("name"))
    title = _translated(package, "title") or name
    start, end = (
        _day(extras, "temporal_start", "temporal_coverage_from"),
        _day(extras, "temporal_end", "temporal_coverage_to"),
    )
    contact, email = _contact(package, extras)
    return RemoteDataset(
        title=title,
        name=name,
        description=_translated(package, "notes"),
        keywords=tuple(dict.fromkeys(_keywords(package))),
        themes=tuple(dict.fromkeys((*_groups(package), *_listed(extras, "theme")))),
        publisher=_publisher(package, extras),
        license=_license(package),
        frequency=_first(extras, "frequency", "accrual_periodicity", "accrualPeriodicity", "update_frequency"),
        access="private" if package.get("private") is True else _first(extras, "access_rights", "accessLevel"),
        url=f"{site}/dataset/{quote(name)}" if name else "",
        spatial=_spatial(extras),
        contact_name=contact,
        contact_email=email,
        issued=moment(_first(extras, "issued") or _said(package.get("metadata_created"))),
        modified=moment(_said(package.get("metadata_modified")) or _first(extras, "modified")),
        temporal_start=start,
        temporal_end=end,
        distributions=tuple(_distributions(package, title)),
        title_en=_translated(package, "title", "en"),
        description_en=_translated(package, "notes", "en"),
    )


def extras_of(package: Package) -> dict[str, str]:
    """The package's own further fields and its extras as texts, whichever way they are given; the extras prevail."""
    found = {name: said for name, value in package.items() if (said := _said(value))}
    given = package.get("extras")
    if isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        listed = given if isinstance(given, list) else []
        pairs = [(item.get("key"), item.get("value")) for item in listed if isinstance(item, Mapping)]
    found |= {str(name): said for name, value in pairs if (said := _said(value))}
    return found


def _said(value: Any) -> str:
    """A text; older versions kept texts as JSON, in quotation marks."""
    if isinstance(value, str):
        text = value.strip()
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _first(extras: Mapping[str, str], *names: str) -> str:
    return next((extras[name] for name in names if extras.get(name)), "")


def _translated(package: Package, name: str, language: str = "vi") -> str:
    """In the language where an extension keeps several; in Vietnamese else as it is."""
    given = package.get(f"{name}_translated")
    said = in_language(texts(given), language) if isinstance(given, Mapping) else ""
    return said or (in_language(texts(package.get(name)), "vi") if language == "vi" else "")


def _keywords(package: Package) -> Iterator[str]:
    tags = package.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        word = tag.get("display_name") or tag.get("name") if isinstance(tag, Mapping) else tag
        if _said(word):
            yield _said(word)
    by_language = package.get("keywords")
    if isinstance(by_language, Mapping):
        yield from (words for _, words in texts(by_language) if words.strip())


def _groups(package: Package) -> Iterator[str]:
    groups = package.get("groups")
    for group in groups if isinstance(groups, list) else []:
        given = (
            [_translated(group, "title"), *(_said(group.get(name)) for name in ("title", "display_name", "name"))]
            if isinstance(group, Mapping)
            else [_said(group)]
        )
        yield from filter(None, given)


def _listed(extras: Mapping[str, str], name: str) -> Iterator[str]:
    """An extra that holds several values, as JSON or with commas; of addresses what they end in too."""
    for part in extras.get(name, "").strip("[]{}").split(","):
        word = part.strip().strip('"')
        yield from filter(None, (word, word.rstrip("/").rpartition("/")[2] if word.startswith("http") else ""))


def _publisher(package: Package, extras: Mapping[str, str]) -> str:
    organization = package.get("organization")
    holder = organization if isinstance(organization, Mapping) else {}
    return (
        _first(extras, "publisher_name")
        or _translated(holder, "title")
        or _said(holder.get("name"))
        or _first(extras, "author", "maintainer")
    )


def _license(package: Package) -> str:
    """The address, id or title of the licence: the first by which it is known."""
    given = [
        said for name in ("license_url", "license_id", "license_title", "license") if (said := _said(package.get(name)))
    ]
    known = next((said for said in given if license_of(said) != "notspecified"), "")
    by_title = [said for said in given if said != _said(package.get("license_id"))]
    return known or next(iter(by_title), "") or next(iter(given), "")


def _contact(package: Package, extras: Mapping[str, str]) -> tuple[str, str]:
    for name, email in (
        ("contact_name", "contact_email"),
        ("maintainer", "maintainer_email"),
        ("author", "author_email"),
    ):
        if extras.get(name) or extras.get(email):
            address = extras.get(email, "").removeprefix("mailto:")
            return extras.get(name, ""), address if "@" in address and len(address) <= 254 else ""
    return "", ""


def _spatial(extras: Mapping[str, str]) -> str:
    said = _first(extras, "spatial_text", "spatial-text", "spatial_name", "geographic_coverage", "spatial")
    return "" if said.startswith(("{", "[", "POLYGON")) else said


def _day(extras: Mapping[str, str], *names: str) -> Any:
    found = moment(_first(extras, *names))
    return found.date() if found else None


def _distributions(package: Package, title: str) -> Iterator[RemoteDistribution]:
    resources = package.get("resources")
    found = [item for item in resources if isinstance(item, Mapping)] if isinstance(resources, list) else []
    for resource in found:
        url = _said(resource.get("url"))
        if not url or resource.get("state") not in (None, "active"):
            continue
        size = resource.get("size")
        yield RemoteDistribution(
            title=_translated(resource, "name"),
            url=url,
            identifier=_said(resource.get("id")),
            description=_translated(resource, "description"),
            format=_said(resource.get("format")),
            media_type=_said(resource.get("mimetype")),
            size=int(said) if (said := _said(size)).isascii() and said.isdigit() and len(said) < 19 else None,
        )
    if "resources" not in package and (url := _said(package.get("url"))):
        yield RemoteDistribution(title=title, url=url)
