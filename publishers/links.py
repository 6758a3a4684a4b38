"""Every address of the portal, made in one place. All are absolute, under the configured site address."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from catalog.model import DistributionId

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


@lru_cache(maxsize=4096)
def _quoted(part: str) -> str:
    return part if _PLAIN.fullmatch(part) else quote(part, safe="")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under ``site``, which has no slash at its end."""

    site: str

    def _at(self, *parts: str) -> str:
        return "/".join((self.site, *map(_quoted, parts)))

    def home(self) -> str:
        return self.site + "/"

    def catalog(self, extension: str) -> str:
        return self._at(f"catalog.{extension}")

    def dataset(self, name: str, extension: str = "") -> str:
        """The page of a dataset, which is also its IRI; with an extension (ttl, rdf, jsonld) its description."""
        return self._at("dataset", f"{name}.{extension}" if extension else name)

    def data_package(self, name: str) -> str:
        return self._at("dataset", name, "datapackage.json")

    def organization(self, name: str) -> str:
        return self._at("organization", name)

    def theme(self, theme_id: str) -> str:
        return self._at("datasets") + "?theme=" + quote(theme_id, safe="")

    def distribution(self, resource_id: str) -> str:
        """IRI of one file format of a table. Flat, for rdflib's Turtle writer is worse than linear on nested IRIs."""
        return self._at("distribution", resource_id)

    def download(self, dataset: str, table: str, file_format: str, number: int | None = None) -> str:
        """A file of a table: of the newest version, or for ever the same bytes with a version ``number``."""
        filename = f"{table}.{file_format}"
        if number is None:
            return self._at("download", dataset, filename)
        return self._at("download", dataset, table, str(number), filename)

    def table_rows(self, distribution_id: str) -> str:
        return self._at("api", "v1", "tables", distribution_id, "rows")

    def report(self, version_id: str) -> str:
        """The report on a version as JSON, in Frictionless's format."""
        return self._at("api", "v1", "versions", version_id, "report")

    def report_page(self, dataset: str, table: str, number: int, extension: str = "") -> str:
        """The report on a version for people; with the extension xlsx the table with its marked cells."""
        return self._at("dataset", dataset, "versions", table, str(number), "report" + extension)

    def table_schema(self, name: str, version: str | None = None) -> str:
        """The descriptor that ``frictionless validate --schema`` accepts."""
        return self._at("schemas", name, f"{version}.json") if version else self._at("schemas", f"{name}.json")

    def dictionary_entry(self, name: str, version: str | None = None) -> str:
        """A table schema as the dictionary holds it, rules and ways of writing included."""
        return self._at("dictionary", name, f"{version}.json") if version else self._at("dictionary", f"{name}.json")

    def code_list(self, name: str, version: str | None = None) -> str:
        """A code list as JSON: its newest version, or for ever the same one."""
        return self._at("code-lists", name, f"{version}.json") if version else self._at("code-lists", f"{name}.json")

    def quality(self, key: str) -> str:
        """What a quality or its measure means, in the help for readers."""
        return self._at("help", "hieu-so-lieu") + "#" + key

    def action(self, name: str) -> str:
        return self._at("api", "3", "action", name)

    def openapi(self) -> str:
        return self._at("api", "v1", "openapi.json")


_WRITTEN_AS_USUAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_RESOURCE_MARKS = {"csv": 0, "xlsx": 1, "json": 2, "parquet": 3, "link": 4, "rows": 5}


def resource_id(distribution_id: str, form: str) -> str:
    """The stable UUID of one form of a table: a CKAN resource, a DCAT distribution.

    ``form`` is a file format, ``link`` or ``rows``. It is told by the last bits of the distribution's own UUID, so that
    :func:`resource_origins` reads it back without a look-up table.
    """
    if not _WRITTEN_AS_USUAL(distribution_id):
        distribution_id = str(uuid.UUID(distribution_id))
    return f"{distribution_id[:-1]}{int(distribution_id[-1], 16) ^ _RESOURCE_MARKS[form]:x}"


def resource_origins(key: str) -> dict[DistributionId, str]:
    """Which distributions, in which form, a resource id may stand for: at most one of them exists. Empty if the key is
    no UUID."""
    try:
        number = uuid.UUID(key).int
    except ValueError:
        return {}
    return {DistributionId(str(uuid.UUID(int=number ^ mark))): form for form, mark in _RESOURCE_MARKS.items()}
