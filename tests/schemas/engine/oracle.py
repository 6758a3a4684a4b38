"""Frictionless's own answer for a file and a schema, to hold ours against."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import frictionless

from schemas.engine import Findings, Reference, RowCheck, check_file


def theirs(
    path: Path, descriptor: Mapping[str, Any], references: Sequence[Reference] = (), checks: Sequence[RowCheck] = ()
) -> list[dict[str, Any]]:
    """The descriptors of all errors that Frictionless finds."""
    table = frictionless.Resource(
        name="bang",
        path=path.name,
        basepath=str(path.parent),
        schema=frictionless.Schema.from_descriptor(dict(descriptor)),
        encoding="utf-8",
    )
    any_field = {"type": "any"}
    lookups = [
        frictionless.Resource(
            name=item.name,
            data=[list(item.reference_fields), *map(list, item.allowed or ())],
            schema=frictionless.Schema.from_descriptor(
                {"fields": [{"name": name, **any_field} for name in item.reference_fields]}
            ),
        )
        for item in references
    ]
    if lookups:
        frictionless.Package(resources=[table, *lookups])
    formulas = [{"formula": check.formula} if check.formula else {} for check in checks]
    descriptors = [{"type": check.type, **formula} for check, formula in zip(checks, formulas, strict=True)]
    checklist = frictionless.Checklist.from_descriptor({"checks": descriptors})
    report = table.validate(checklist, limit_errors=0)
    return [error.to_descriptor() for error in report.tasks[0].errors]


def ours(
    path: Path, descriptor: Mapping[str, Any], references: Sequence[Reference] = (), checks: Sequence[RowCheck] = ()
) -> tuple[Findings, list[dict[str, Any]]]:
    """What the engine finds, and its errors."""
    findings = check_file(path, descriptor, references=references, checks=checks)
    return findings, list(findings.errors())


def written(path: Path, rows: Iterable[Sequence[str]], end: str = "\n") -> Path:
    """A CSV file of these rows."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end).writerows(rows)
    path.write_bytes(buffer.getvalue().encode("utf-8", "surrogatepass"))
    return path


def schema(*fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A descriptor of these fields."""
    return {"fields": [dict(field) for field in fields], **more}
