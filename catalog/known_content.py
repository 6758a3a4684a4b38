"""What a source may recognise its content by, so that what did not change need not be read again.

A fingerprint is the source's own; before it is asked about one, it is made sure that what the fingerprint was given for
is what stands in the catalogue, read by the same options and judged by the same rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalog.dictionary import TableSchema
from catalog.issues import Report
from catalog.listings import SHRUNKEN, Listing
from catalog.ports import CatalogReader
from catalog.remote import RemoteMark
from catalog.sources import (
    CATALOG_KEY,
    HarvestRun,
    HarvestSource,
    Outcome,
    SourceTable,
    TableOutcome,
    catalog_table,
)


def recipe_of(source: HarvestSource, table: SourceTable, mapping_version: int = 0) -> str:
    """Stands for how a table, or a listing, is read: whatever of it changes, it is read anew."""
    layout = table.layout.as_json() if table.layout else None
    parts: list[object] = [source.kind, sorted(source.options.items()), table.locator, layout]
    if mapping_version:
        parts.append(mapping_version)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


def known_table(source: HarvestSource, table: SourceTable, schema: TableSchema, last: TableOutcome | None) -> str:
    """The fingerprint of what is public, if it was read by the same options and judged by the same dictionary."""
    if last is None or last.outcome not in (Outcome.PUBLISHED, Outcome.UNCHANGED):
        return ""
    recipe, _, fingerprint = last.fingerprint.partition(" ")
    return fingerprint if last.schema_digest == schema.digest and recipe == recipe_of(source, table) else ""


@dataclass(frozen=True, slots=True)
class KnownListing:
    """The fingerprint of the listing that the catalogue was brought in step with, and what came of it then. Without an
    outcome there is none, and the listing is read whatever the source says."""

    recipe: str
    fingerprint: str = ""
    last: TableOutcome | None = None

    def next_fingerprint(self, listing: Listing) -> str:
        """What to remember of a listing that was just applied; nothing of one that was not read to its end."""
        return f"{self.recipe} {listing.mark.fingerprint}" if listing.mark and listing.complete else ""

    def recognised(self, listing: Listing) -> TableOutcome | None:
        """What came of the listing when it was read, if the source says that it still is the same."""
        return self.last if listing.mark and listing.mark.unchanged else None


def known_listing(reader: CatalogReader, run: HarvestRun, source: HarvestSource, mapping_version: int) -> KnownListing:
    """Only the run right before this one is believed: one that broke off after it may have applied a part of another
    listing, and so may this one, if it was begun before."""
    recipe = recipe_of(source, catalog_table(source), mapping_version)
    nothing = KnownListing(recipe)
    last = reader.last_outcomes(source.id).get(CATALOG_KEY)
    if last is None or last.outcome not in (Outcome.PUBLISHED, Outcome.PARTIAL, Outcome.UNCHANGED):
        return nothing
    earlier = next((item.id for item in reader.runs(source.id, 2) if item.id != run.id), None)
    then, _, fingerprint = last.fingerprint.partition(" ")
    if run.attempt > 1 or earlier != last.run_id or then != recipe:
        return nothing
    return KnownListing(recipe, fingerprint, last)


def take_as_before(listing: Listing, known: KnownListing, marks: Mapping[str, RemoteMark]) -> None:
    """Let a listing that was recognised stand as if it had been read: what was there then is there now."""
    listing.read = (known.last.row_count or 0) if known.last else 0
    listing.unchanged = {name for name, mark in marks.items() if mark.missing_since is None}


def report_as_before(reader: CatalogReader, last: TableOutcome) -> Report:
    """What was said of the listing when it was read, without what was said of that run alone."""
    report = reader.outcome_report(last.run_id, CATALOG_KEY)
    return replace(report, issues=tuple(issue for issue in report.issues if issue.code != SHRUNKEN))
