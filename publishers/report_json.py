"""A report of the gate in the report format of Frictionless 5.21, for the programs that read those.

``frictionless.Report.from_descriptor`` accepts it. What Frictionless has no word for stands in properties of our own:
``issues`` and ``observations`` of the task; ``code``, ``severity``, ``dimension``, ``messageVi``, ``remedy`` … of an
error. Frictionless refuses error types it does not know, so a finding of a rule of ours has the general type of the
place it stands in (``cell-error``, ``row-error``, ``table-error``); its ``code`` is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.issues import WEIGHTY, Fault, Issue, Report, Severity
from publishers.frictionless_errors import ERROR_TYPES, ErrorType

Json = dict[str, Any]

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9._-]+")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """The table that a report is about: its ``name``, where it lies (``place``: an address or a path), its columns, and
    of its file what is known. ``about`` are further properties of the report: dataset, version, schema …"""

    name: str
    place: str
    labels: Sequence[str]
    sha256: str = ""
    size: int | None = None
    about: Mapping[str, Any] | None = None


def report_descriptor(report: Report, table: CheckedTable) -> Json:
    """The report of one table. ``stats.errors`` counts all faults that reject or hold the table; ``errors`` names the
    single ones that were kept, ``warnings`` tells (in English) what weighs less."""
    listed = [
        (issue, error_descriptor(issue, fault, table.labels, report))
        for issue, fault in report.places()
        if issue is None or issue.severity is not Severity.NOTE
    ]
    errors = [error for issue, error in listed if issue is None or issue.severity in WEIGHTY]
    observations = [error for issue, error in listed if issue is not None and issue.severity not in WEIGHTY]
    count = max(sum(issue.count for issue in report.issues if issue.severity in WEIGHTY), len(errors))
    warnings = [issue.message_en for issue in report.issues if issue.severity is Severity.WARNING]
    if report.truncated or count > len(errors):
        warnings.append(f"Not all faults are listed: {len(errors)} of {'more than ' * report.truncated}{count}.")
    task: Json = {
        "name": _NOT_IN_A_NAME.sub("-", table.name.lower()).strip("-") or "table",
        "type": "table",
        "valid": report.is_valid and not errors,
        "place": table.place,
        "labels": list(table.labels),
        "stats": _task_stats(report, table, count, len(warnings)),
        "warnings": warnings,
        "errors": errors,
        "observations": observations,
        "issues": [issue_descriptor(issue) for issue in report.issues],
    }
    return {
        **(table.about or {}),
        "valid": task["valid"],
        "verdict": report.verdict.value,
        "stats": {"tasks": 1, "errors": count, "warnings": len(warnings), "seconds": 0.0},
        "warnings": [],
        "errors": [],
        "tasks": [task],
    }


def _task_stats(report: Report, table: CheckedTable, errors: int, warnings: int) -> Json:
    stats: Json = {"errors": errors, "warnings": warnings, "seconds": 0.0}
    if table.sha256:
        stats["sha256"] = table.sha256
    if table.size is not None:
        stats["bytes"] = table.size
    return {**stats, "fields": len(table.labels), "rows": report.rows}


def issue_descriptor(issue: Issue) -> Json:
    """A group of faults, in both languages; a note on normalised cells with its changes by kind."""
    described: Json = {
        "code": issue.code,
        "severity": issue.severity.value,
        "dimension": issue.dimension.value,
        "fieldName": issue.field,
        "constraint": issue.constraint or None,
        "count": issue.count,
        "message": issue.message_en,
        "messageVi": issue.message,
        "remedy": issue.remedy,
        "remedyEn": issue.remedy_en,
        "examples": [{"rowNumber": example.row, "cell": example.value} for example in issue.examples],
    }
    if issue.changes is not None:
        described["changes"] = {
            "kinds": dict(issue.changes.kinds),
            "commonest": [asdict(change) for change in issue.changes.commonest],
            "otherCells": issue.changes.other_cells,
        }
    return described


def error_descriptor(issue: Issue | None, fault: Fault, labels: Sequence[str], report: Report) -> Json:
    """One fault as Frictionless tells it, with the sentences of its issue. The other cells of its row are left out:
    they are not at fault and may be personal."""
    position = fault.field_number or (labels.index(fault.field) + 1 if fault.field in labels else None)
    kind = fault.code if fault.code in ERROR_TYPES else _general_type(fault, position)
    note = fault.note or (issue.message_en if issue and kind != fault.code else "")
    error: Json = {"note": note, **_place(kind, fault, position, labels)}
    words = ERROR_TYPES[kind]
    message = _filled(words, error) if kind == fault.code or issue is None else issue.message_en
    described: Json = {
        "type": kind,
        "title": words.title,
        "description": words.description,
        "message": message,
        "tags": list(words.tags),
        **error,
        "code": fault.code,
    }
    if issue is not None:
        described |= {
            "severity": issue.severity.value,
            "dimension": issue.dimension.value,
            "messageVi": issue.message,
            "remedy": issue.remedy,
            "remedyEn": issue.remedy_en,
            "count": issue.count,
        }
    return described


def _general_type(fault: Fault, position: int | None) -> str:
    if fault.row is None:
        return "table-error"
    return "cell-error" if position else "row-error"


def _place(kind: str, fault: Fault, position: int | None, labels: Sequence[str]) -> Json:
    """Where it is, in the properties that Frictionless's type has."""
    tags = ERROR_TYPES[kind].tags
    field: Json = {"fieldName": fault.field, "fieldNumber": position or 0}
    if "#header" in tags:
        header: Json = {"labels": list(labels), "rowNumbers": [fault.row or 1]}
        return {**header, "label": fault.value, **field} if "#label" in tags else header
    if "#row" not in tags:
        return {}
    row: Json = {"cells": [], "rowNumber": fault.row or 0}
    if kind == "foreign-key":
        return {
            **row,
            "fieldNames": list(fault.fields),
            "fieldCells": [fault.value] if len(fault.fields) == 1 else fault.value.split(", "),
            "referenceName": fault.constraint,
            "referenceFieldNames": [],
        }
    return {**row, "cell": fault.value, **field} if "#cell" in tags else row


def _filled(words: ErrorType, values: Json) -> str:
    return _SLOT.sub(lambda slot: str(values.get(slot.group(1), "")), words.template)


def joined(descriptors: Sequence[Json]) -> Json:
    """Several reports as one, a task each: Frictionless's form for a package."""
    tasks = [task for descriptor in descriptors for task in descriptor["tasks"]]
    totals = {name: sum(each["stats"][name] for each in descriptors) for name in ("errors", "warnings", "seconds")}
    return {
        "valid": all(descriptor["valid"] for descriptor in descriptors),
        "stats": {"tasks": len(tasks), **totals},
        "warnings": [],
        "errors": [],
        "tasks": tasks,
    }
