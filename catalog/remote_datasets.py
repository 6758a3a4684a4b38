"""From what another catalogue says to a dataset of ours: identifiers kept, licences, formats, periods mapped.

What is not known stays said in the other catalogue's words (:class:`catalog.model.Origin`), never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from catalog.editing import cleaned
from catalog.model import (
    AccessLevel,
    ContactPoint,
    Dataset,
    DatasetId,
    DatasetStatus,
    Distribution,
    DistributionId,
    DistributionKind,
    Frequency,
    Origin,
    stable_id,
)
from catalog.remote import RemoteDataset, RemoteDistribution, RemoteRecord
from catalog.sources import HarvestSource
from catalog.vietnamese import fold, slug
from catalog.vocabularies import FORMATS, LICENSES, THEMES

LONGEST_TITLE, LONGEST_TEXT, MOST_KEYWORDS = 500, 20_000, 50
DEFAULT_THEME = "kinh-te-xa-hoi"

_LICENSES_BY_ADDRESS = (
    (re.compile(r"creativecommons\.org/licenses/by/"), "cc-by"),
    (re.compile(r"creativecommons\.org/publicdomain/zero/"), "cc-zero"),
    (re.compile(r"creativecommons\.org/publicdomain/mark/"), "other-open"),
    (re.compile(r"creativecommons\.org/licenses/by-sa/"), "other-open"),
    (re.compile(r"creativecommons\.org/licenses/by-(?:nc|nd)"), "other-closed"),
    (re.compile(r"opendatacommons\.org/licenses/by"), "odc-by"),
    (re.compile(r"opendatacommons\.org/licenses/(?:odbl|pddl)"), "other-open"),
    (re.compile(r"nationalarchives\.gov\.uk/doc/open-government-licence"), "other-open"),
    (re.compile(r"usa\.gov/(?:publicdomain|government-works|government-copyright)"), "other-open"),
)
_LICENSES_BY_ID: Mapping[str, str] = {
    "cc by": "cc-by", "cc by 4 0": "cc-by", "cc by 3 0": "cc-by", "creative commons attribution": "cc-by",
    "cc0": "cc-zero", "cc0 1 0": "cc-zero", "cc zero": "cc-zero", "creative commons cczero": "cc-zero",
    "odc by": "odc-by", "odc odbl": "other-open", "odc pddl": "other-open", "cc by sa": "other-open",
    "uk ogl": "other-open", "ogl uk 3 0": "other-open", "other pd": "other-open", "other at": "other-open",
    "other open": "other-open", "public domain": "other-open", "us pd": "other-open", "gfdl": "other-open",
    "cc nc": "other-closed", "cc by nc": "other-closed", "other nc": "other-closed", "other closed": "other-closed",
    "ukcrown withrights": "other-closed",
}  # fmt: skip
_FORMATS_BY_NAME: Mapping[str, str] = {
    "excel": "xlsx", "xslx": "xlsx", "microsoft excel": "xlsx", "text csv": "csv", "comma separated values": "csv",
    "application json": "json", "geo json": "geojson", "shapefile": "shp", "esri shapefile": "shp",
    "jpg": "jpeg", "tif": "tiff", "text": "txt", "htm": "html", "web page": "html", "ht ml": "html", "gdb": "filegdb",
}  # fmt: skip
_FREQUENCIES: Mapping[str, Frequency] = {
    "r pt1h": Frequency.HOURLY, "hourly": Frequency.HOURLY, "hang gio": Frequency.HOURLY,
    "r p1d": Frequency.DAILY, "daily": Frequency.DAILY, "hang ngay": Frequency.DAILY,
    "r p1w": Frequency.TEN_DAYS, "r p10d": Frequency.TEN_DAYS, "weekly": Frequency.TEN_DAYS,
    "monthly 3": Frequency.TEN_DAYS, "r p0 33m": Frequency.TEN_DAYS,
    "r p1m": Frequency.MONTHLY, "monthly": Frequency.MONTHLY, "hang thang": Frequency.MONTHLY,
    "r p3m": Frequency.QUARTERLY, "quarterly": Frequency.QUARTERLY, "hang quy": Frequency.QUARTERLY,
    "r p6m": Frequency.SIX_MONTHLY, "r p0 5y": Frequency.SIX_MONTHLY, "semiannual": Frequency.SIX_MONTHLY,
    "biannually": Frequency.SIX_MONTHLY, "annual 2": Frequency.SIX_MONTHLY, "6 thang mot lan": Frequency.SIX_MONTHLY,
    "r p1y": Frequency.YEARLY, "annually": Frequency.YEARLY, "annual": Frequency.YEARLY, "yearly": Frequency.YEARLY,
    "hang nam": Frequency.YEARLY,
}  # fmt: skip
_CLOSED_ACCESS = frozenset({"restricted", "restricted public", "non public", "nonpublic", "private", "internal"})
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")


def dataset_of(
    source: HarvestSource, record: RemoteRecord, said: RemoteDataset, name: str, stored: Dataset | None, now: datetime
) -> Dataset:
    """The dataset that a record describes, called ``name``. A title in one language stands for both; a dataset that is
    ``stored`` already keeps its name, its revision and when it was first issued; one that says no time is as old as
    our knowledge of it (``now``)."""
    dataset_id = stored.id if stored else dataset_id_of(source, record.identifier)
    title = _shortened(said.title, LONGEST_TITLE)
    issued = (stored.issued if stored else None) or said.issued or said.modified or now
    origin = Origin(
        source.id, record.identifier, _address(said.url), said.publisher, said.license, said.issued, said.modified
    )
    return cleaned(
        Dataset(
            id=dataset_id,
            name=stored.name if stored else name,
            title=title,
            title_en=_shortened(said.title_en, LONGEST_TITLE) or title,
            description=_shortened(plain_text(said.description), LONGEST_TEXT),
            description_en=_shortened(plain_text(said.description_en), LONGEST_TEXT),
            organization_id=source.organization_id,
            theme=theme_of((*said.themes, *said.keywords), source.options.get("theme", "")),
            keywords=tuple(dict.fromkeys(word for word in map(str.strip, said.keywords) if word))[:MOST_KEYWORDS],
            license_id=license_of(said.license) if said.license else source.options.get("license") or "notspecified",
            access_level=AccessLevel.SHARED if _folded(said.access) in _CLOSED_ACCESS else AccessLevel.OPEN,
            frequency=_FREQUENCIES.get(_folded(said.frequency), Frequency.AS_NEEDED),
            contact=ContactPoint(said.contact_name or said.publisher, said.contact_email),
            spatial=_shortened(said.spatial, LONGEST_TITLE),
            temporal_start=said.temporal_start,
            temporal_end=said.temporal_end,
            status=DatasetStatus.PUBLISHED,
            issued=issued,
            modified=said.modified or issued,
            recorded=stored.recorded if stored else None,
            revision=stored.revision if stored else 0,
            distributions=_distributions(dataset_id, said.distributions),
            origin=origin,
        )
    )


def dataset_id_of(source: HarvestSource, identifier: str) -> DatasetId:
    """The same for the same record of the same source, always."""
    return DatasetId(stable_id("remote-dataset", source.id, identifier))


def name_of(said: RemoteDataset, record: RemoteRecord, source: HarvestSource, taken: Collection[str]) -> str:
    """A name for a new dataset: that of the other catalogue, else made from the title; with a few characters of its id
    if another dataset has it."""
    name = slug(said.name or said.title, limit=80) or "bo-du-lieu"
    return name if name not in taken else f"{name}-{dataset_id_of(source, record.identifier)[:8]}"


def license_of(said: str) -> str:
    """The id of a licence that is given as an address, an id or a title; what is not known is ``notspecified``."""
    address = said.strip().lower()
    for pattern, known in _LICENSES_BY_ADDRESS:
        if pattern.search(address):
            return known
    folded = _folded(said)
    return _LICENSES_BY_ID.get(folded) or (said.strip() if said.strip() in LICENSES else "notspecified")


def format_of(distribution: RemoteDistribution) -> str:
    """A short lower-case name of the format: said, else by the media type, else by the ending of the address; one of
    :data:`FORMATS` where it is one of them."""
    said = distribution.format.strip().lstrip(".")
    by_type = {item.media_type: item.id for item in FORMATS.values()}
    media = distribution.media_type.partition(";")[0].strip().lower()
    for text in (said, media):
        if text.lower() in by_type:
            return by_type[text.lower()]
        if "/" in text and not text.startswith("http"):
            kind = text.rpartition("/")[2].lower().removeprefix("vnd.").removeprefix("x-")
            return _FORMATS_BY_NAME.get(kind.replace("-", " "), kind)[:40]
        if text:
            folded = _folded(text.rpartition("/")[2])
            return _FORMATS_BY_NAME.get(folded, folded.replace(" ", "-"))[:40]
    ending = re.search(r"\.([a-z0-9]{2,8})$", urlsplit(_address(distribution.url)).path.lower())
    return ending[1] if ending else ""


@cache
def _themes_by_word() -> dict[str, str]:
    return {_folded(text): item.id for item in THEMES.values() for text in (item.id, item.title, item.title_en)}


def theme_of(said: Collection[str], default: str) -> str:
    """The first of the words that is one of our themes, by id or title; else the ``default`` of the source."""
    found = (_themes_by_word().get(_folded(word)) for word in said)
    return next(filter(None, found), default if default in THEMES else DEFAULT_THEME)


def plain_text(text: str) -> str:
    """``text`` without HTML tags; what only looks like one in a sentence (``a < b``) stays."""
    return _TAG.sub(" ", text).strip() if "<" in text else text


def _distributions(dataset_id: DatasetId, said: tuple[RemoteDistribution, ...]) -> tuple[Distribution, ...]:
    found: dict[str, Distribution] = {}
    for place, item in enumerate(said):
        address = _address(item.url)
        key = item.identifier or f"{place}:{address}"
        if not address or key in found:
            continue
        file_format = format_of(item)
        name = f"tai-nguyen-{place + 1}" + (f"-{slug(file_format, limit=20)}" if file_format else "")
        found[key] = Distribution(
            id=DistributionId(stable_id("remote-distribution", dataset_id, key)),
            name=name,
            title=_shortened(item.title, LONGEST_TITLE) or file_format.upper() or address,
            description=_shortened(plain_text(item.description), LONGEST_TEXT),
            kind=DistributionKind.LINK,
            access_url=address,
            format=file_format,
            media_type=item.media_type.partition(";")[0].strip().lower()[:100],
            size=item.size if item.size is not None and 0 <= item.size < 2**62 else None,
        )
    return tuple(found.values())


def _address(url: str) -> str:
    """An http(s) or ftp address, or nothing: no other scheme gets onto a page."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip()[:2000] if parts.scheme in ("http", "https", "ftp") and parts.hostname else ""


def _shortened(text: str, limit: int) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())
