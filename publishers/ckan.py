"""Datasets, organizations, themes and keywords as the dictionaries of CKAN's Action API, complete enough for the
strictest client: text that clients want as a string is never null, ids are the catalogue's own and stable.

CKAN words: package = dataset, resource = one file format of a table, group = theme, tag = keyword.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from catalog.model import AccessLevel, DistributionKind, Organization, Origin, StoredFile, stable_id
from catalog.reading import PublishedDataset, PublishedTable
from catalog.vietnamese import clean
from catalog.vocabularies import LICENSES, License, Theme, format_title
from publishers.links import Links, resource_id

Dict = dict[str, Any]

LINK = "link"
"""Stands for the format of a distribution that is only an address."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_IN_TAG = re.compile(r"[^\w \-.]+")


def timestamp(moment: datetime | None) -> str:
    """Naive UTC with microseconds, as CKAN writes times and its harvesters compare them, as strings. Never null:
    1970 stands for what has not happened yet."""
    return (moment or _EPOCH).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def package(published: PublishedDataset, links: Links) -> Dict:
    """The answer of ``package_show``. ``metadata_modified`` is when this catalogue stored the description last, which
    of a dataset of another catalogue is not the day that it changed there: who copies us asks what is new here."""
    dataset, license_ = published.dataset, published.license
    resources = resources_of(published, links)
    tags = [tag(name) for name in tag_names(dataset.keywords)]
    return {
        "id": dataset.id,
        "name": dataset.name,
        "title": dataset.title,
        "notes": dataset.description,
        "url": links.dataset(dataset.name),
        "version": None,
        "type": "dataset",
        "state": "active",
        "private": False,
        "author": published.organization.title,
        "author_email": None,
        "maintainer": dataset.contact.name or None,
        "maintainer_email": dataset.contact.email or None,
        "license_id": license_.id,
        "license_title": license_.title,
        **({"license_url": license_.url} if license_.url else {}),
        "isopen": license_.is_open,
        "owner_org": dataset.organization_id,
        "organization": _organization_core(published.organization),
        "creator_user_id": stable_id("user", "portal"),
        "metadata_created": timestamp(dataset.issued),
        "metadata_modified": timestamp(dataset.recorded),
        "groups": [_group_core(published.theme)] if published.theme else [],
        "tags": tags,
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": _extras(published),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def _extras(published: PublishedDataset) -> list[Dict]:
    """What CKAN has no field for; the keys that harvesters know (spatial-text, frequency, temporal_…) come first."""
    dataset = published.dataset
    values = {
        "spatial-text": dataset.spatial,
        "frequency": dataset.frequency.value,
        "temporal_start": dataset.temporal_start.isoformat() if dataset.temporal_start else "",
        "temporal_end": dataset.temporal_end.isoformat() if dataset.temporal_end else "",
        "title_en": dataset.title_en,
        "description_en": dataset.description_en,
        "access_level": dataset.access_level.value,
        "source_database": dataset.source_database,
        "legal_basis": dataset.legal_basis,
        "register_item": dataset.register_item,
        "simulated": "true" if dataset.simulated else "",
        **({} if dataset.origin is None else _origin_extras(dataset.origin)),
    }
    return [{"key": key, "value": value} for key, value in values.items() if value]


def _origin_extras(origin: Origin) -> dict[str, str]:
    """Where another catalogue's dataset comes from, by the names that CKAN's harvesters give it."""
    return {
        "guid": origin.identifier,
        "harvest_source_id": origin.source_id,
        "landing_page": origin.url,
        "publisher_name": origin.publisher,
        "license_as_given": origin.license,
    }


def resources_of(published: PublishedDataset, links: Links) -> list[Dict]:
    """One resource for each file format of each table; an address elsewhere is one too. Empty where the content is not
    public."""
    resources: list[Dict] = []
    for table in published.tables:
        if table.version:
            resources += [_file_resource(published, table, file, links) for file in table.files]
        elif _is_public_link(published, table):
            resources.append(_link_resource(published, table))
    return [{**resource, "position": position} for position, resource in enumerate(resources)]


def _is_public_link(published: PublishedDataset, table: PublishedTable) -> bool:
    distribution = table.distribution
    is_elsewhere = distribution.kind is not DistributionKind.TABLE and bool(distribution.access_url)
    return is_elsewhere and published.dataset.access_level is AccessLevel.OPEN


def _file_resource(published: PublishedDataset, table: PublishedTable, file: StoredFile, links: Links) -> Dict:
    """Created with the dataset, modified with its version. ``datastore_search`` answers for every format; the flag
    stands on one of them, so that a harvester does not take the same rows four times."""
    title = format_title(file.format)
    modified = timestamp(table.version.published_at if table.version else None)
    return {
        **_resource_core(published, table, file.format),
        "name": f"{table.distribution.title} ({title})",
        "url": links.download(published.dataset.name, table.distribution.name, file.format),
        "format": title,
        "mimetype": file.media_type.partition(";")[0].strip(),
        "size": file.size,
        "hash": file.sha256,
        "last_modified": modified,
        "metadata_modified": modified,
        "resource_type": "file",
        "datastore_active": file.format == "csv",
    }


def _link_resource(published: PublishedDataset, table: PublishedTable) -> Dict:
    return {
        **_resource_core(published, table, LINK),
        "name": table.distribution.title,
        "url": table.distribution.access_url,
        "format": format_title(table.distribution.format),
        "mimetype": table.distribution.media_type or None,
        "size": table.distribution.size,
        "hash": "",
        "last_modified": None,
        "metadata_modified": timestamp(published.dataset.recorded),
        "resource_type": None,
        "datastore_active": False,
    }


def _resource_core(published: PublishedDataset, table: PublishedTable, file_format: str) -> Dict:
    return {
        "id": resource_id(table.distribution.id, file_format),
        "package_id": published.dataset.id,
        "description": table.distribution.description,
        "state": "active",
        "created": timestamp(published.dataset.issued),
        "url_type": None,
        "mimetype_inner": None,
        "cache_url": None,
        "cache_last_updated": None,
    }


# --- organizations and themes ----------------------------------------------------------------------------------------


def organization(item: Organization, package_count: int | None) -> Dict:
    """The answer of ``organization_show``; without a count where the caller wants none."""
    extras = [{"key": "title_en", "value": item.title_en}, {"key": "code", "value": item.code}]
    counted = {} if package_count is None else {"package_count": package_count}
    return {
        **_organization_core(item),
        "display_name": item.title,
        "image_display_url": "",
        "num_followers": 0,
        **counted,
        "users": [],
        "groups": [],
        "tags": [],
        "extras": [extra for extra in extras if extra["value"]],
    }


def _organization_core(item: Organization) -> Dict:
    return {
        "id": item.id,
        "name": item.name,
        "title": item.title,
        "type": "organization",
        "description": item.description,
        "image_url": "",
        "created": _day(item.valid_from),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def group(theme: Theme, package_count: int | None) -> Dict:
    """The answer of ``group_show``."""
    counted = {} if package_count is None else {"package_count": package_count}
    return {
        **_group_core(theme),
        "type": "group",
        "image_url": "",
        "created": timestamp(None),
        "is_organization": False,
        "approval_status": "approved",
        "state": "active",
        "num_followers": 0,
        **counted,
        "users": [],
        "groups": [],
        "tags": [],
        "extras": [{"key": "title_en", "value": theme.title_en}],
    }


def _group_core(theme: Theme) -> Dict:
    return {
        "id": group_id(theme),
        "name": theme.id,
        "title": theme.title,
        "display_name": theme.title,
        "description": "",
        "image_display_url": "",
    }


def group_id(theme: Theme) -> str:
    return stable_id("theme", theme.id)


def _day(day: date | None) -> str:
    return timestamp(datetime.combine(day, time(), UTC) if day else None)


# --- tags ------------------------------------------------------------------------------------------------------------


def tag_names(keywords: tuple[str, ...]) -> list[str]:
    """Keywords as CKAN allows tags: letters, digits, blanks and ``-_.`` in NFC, 2 to 100 characters, each once."""
    names = (" ".join(_NOT_IN_TAG.sub(" ", clean(keyword)).split())[:100].strip() for keyword in keywords)
    return list(dict.fromkeys(name for name in names if len(name) >= 2))


def tag(name: str) -> Dict:
    return {"id": tag_id(name), "name": name, "display_name": name, "state": "active", "vocabulary_id": None}


def tag_id(name: str) -> str:
    return stable_id("tag", name)


# --- licences --------------------------------------------------------------------------------------------------------

_CC = "https://creativecommons.org/licenses/"
_PUBLIC_DOMAIN = "https://creativecommons.org/publicdomain/zero/1.0/"
_ODC = "https://opendatacommons.org/licenses/"
_KNOWN_LICENSES = (
    # id, title, url, is generic, for content, for data, open
    ("notspecified", "License not specified", "", True, False, False, False),
    ("odc-pddl", "Open Data Commons Public Domain Dedication (PDDL)", _ODC + "pddl/", False, False, True, True),
    ("odc-odbl", "Open Data Commons Open Database License (ODbL)", _ODC + "odbl/", False, False, True, True),
    ("odc-by", "Open Data Commons Attribution License", _ODC + "by/", False, False, True, True),
    ("cc-zero", "Creative Commons CCZero", _PUBLIC_DOMAIN, False, True, True, True),
    ("cc-by", "Creative Commons Attribution", _CC + "by/4.0/", False, True, True, True),
    ("cc-by-sa", "Creative Commons Attribution Share-Alike", _CC + "by-sa/4.0/", False, True, True, True),
    ("gfdl", "GNU Free Documentation License", "https://www.gnu.org/licenses/fdl-1.3.html", False, True, False, True),
    ("other-open", "Other (Open)", "", True, True, True, True),
    ("other-pd", "Other (Public Domain)", "", True, True, True, True),
    ("other-at", "Other (Attribution)", "", True, True, True, True),
    ("uk-ogl", "UK Open Government Licence (OGL)",
     "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", False, True, True, True),
    ("cc-nc", "Creative Commons Non-Commercial (Any)", _CC + "by-nc/4.0/", False, False, False, False),
    ("other-nc", "Other (Non-Commercial)", "", True, False, False, False),
    ("other-closed", "Other (Not Open)", "", True, False, False, False),
)  # fmt: skip


def license_list() -> list[Dict]:
    """The answer of ``license_list``: the ids that CKAN knows, and the province's own terms first. Titles are the
    catalogue's own where it has one."""
    known = {row[0] for row in _KNOWN_LICENSES}
    own = [
        _license(item.id, item.title, item.url, is_generic=False, content=True, data=True, is_open=item.is_open)
        for item in LICENSES.values()
        if item.id not in known
    ]
    return own + [
        _license(
            key, _title(LICENSES.get(key), title), url, is_generic=generic, content=content, data=data, is_open=open_
        )
        for key, title, url, generic, content, data, open_ in _KNOWN_LICENSES
    ]


def _title(item: License | None, title: str) -> str:
    return item.title if item else title


def _license(key: str, title: str, url: str, *, is_generic: bool, content: bool, data: bool, is_open: bool) -> Dict:
    """CKAN writes the flags of a licence as the strings "True" and "False"."""
    return {
        "id": key,
        "title": title,
        "url": url,
        "family": "",
        "status": "active",
        "maintainer": "",
        "is_generic": str(is_generic),
        "domain_content": str(content),
        "domain_data": str(data),
        "domain_software": "False",
        "od_conformance": "approved" if is_open and not is_generic else "not reviewed",
        "osd_conformance": "not reviewed",
    }
