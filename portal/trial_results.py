"""What a dry run found, as plain values for a page: no options of the source, personal values masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from catalog.issues import Issue, Severity
from catalog.previewing import CatalogPreview, SampleRecord, SourcePreview, TablePreview
from catalog.table_diff import TableDiff
from schemas.personal_data import mask_inside
from schemas.personal_issues import PREFIX
from schemas.personal_masks import HIDDEN

LONGEST_TEXT = 300
"""Longer cells are cut: a page is read by a person."""

Shown = Callable[[str, str | None], str | None]


def trial_result(found: SourcePreview) -> dict[str, Any]:
    """The tables and the listing of a :class:`catalog.previewing.SourcePreview`."""
    return {
        "tables": [_table(table) for table in found.tables],
        "catalog": None if found.catalog is None else _catalog(found.catalog),
    }


def _table(table: TablePreview) -> dict[str, Any]:
    personal = {item.field for item in table.report.issues if item.code.startswith(PREFIX)}

    def shown(column: str, value: str | None) -> str | None:
        if not value:
            return value
        return HIDDEN if column in personal else mask_inside(value)[:LONGEST_TEXT]

    return {
        "key": table.table.key,
        "outcome": table.outcome.value,
        "rows": table.row_count,
        "columns": list(table.columns),
        "left_out": list(table.left_out),
        "rejected": sum(item.count for item in table.report.issues if item.severity is Severity.ERROR),
        "normalised": sum(item.count for item in table.report.issues if item.code == "normalised"),
        "issues": [_issue(item) for item in _by_weight(table.report.issues)],
        "diff": None if table.diff is None else _diff(table.diff, shown),
        "sample": [{"raw": _row(row.raw, shown), "canonical": _row(row.canonical, shown)} for row in table.sample],
    }


def _by_weight(issues: tuple[Issue, ...]) -> list[Issue]:
    weights = list(Severity)
    return sorted(issues, key=lambda item: weights.index(item.severity))


def _row(row: Mapping[str, str], shown: Shown) -> dict[str, str | None]:
    return {name: shown(name, value) for name, value in row.items()}


def _diff(diff: TableDiff, shown: Shown) -> dict[str, Any]:
    return {
        **diff.counts(),
        "has_key": diff.has_key,
        "changed_cells": dict(diff.changed_cells),
        "examples": [
            {
                "kind": change.kind.value,
                "key": {name: shown(name, value) for name, value in change.key.items()},
                "cells": {name: [shown(name, old), shown(name, new)] for name, (old, new) in change.cells.items()},
            }
            for change in diff.examples
        ],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    told = asdict(issue)
    told.pop("changes")
    return told


def _catalog(catalog: CatalogPreview) -> dict[str, Any]:
    return {
        "counts": dict(catalog.counts),
        "problems": dict(catalog.problems),
        "notices": [_issue(item) for item in (*((catalog.hold,) if catalog.hold else ()), *catalog.notices)],
        "held": catalog.hold is not None,
        "sample": [_record(record) for record in catalog.sample],
    }


def _record(record: SampleRecord) -> dict[str, Any]:
    return {
        "identifier": record.identifier,
        "raw": record.raw,
        "dataset": None if record.dataset is None else asdict(record.dataset),
        "problems": [_issue(item) for item in record.problems],
    }
