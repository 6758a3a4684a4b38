"""What is left to Frictionless itself: how a file is written, and files that columns cannot judge."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frictionless
from frictionless.checks.row.duplicate_row import duplicate_row
from frictionless.checks.row.row_constraint import row_constraint
from frictionless.formats.csv import CsvControl
from frictionless.helpers import stringify_label

from schemas.engine.blocks import Dialect, header_of
from schemas.engine.plan import Plan, invalid_schema

if TYPE_CHECKING:
    from schemas.engine.run import Findings

SAMPLE_LINES = 100


def sniffed_dialect(path: Path, encoding: str) -> Dialect:
    """How the file is written, found out from its first lines as Frictionless's CSV parser does."""
    control = CsvControl()
    try:
        with path.open(encoding=encoding, newline="") as text:
            sample = "".join(islice(text, SAMPLE_LINES))
    except UnicodeDecodeError:
        return Dialect()
    try:
        config: Any = csv.Sniffer().sniff(sample, ",\t;|")
    except csv.Error:
        config = csv.excel()
    if config.quotechar == "'":
        config.quotechar = '"'
    control.set_not_defined("delimiter", config.delimiter, distinct=True)
    control.set_not_defined("escape_char", config.escapechar, distinct=True)
    control.set_not_defined("quote_char", config.quotechar, distinct=True)
    control.set_not_defined("skip_initial_space", config.skipinitialspace, distinct=True)
    found: Any = control.to_python()  # type: ignore[no-untyped-call]
    usual = csv.excel()
    names = ("doublequote", "escapechar", "quotechar", "quoting", "skipinitialspace")
    options = {name: getattr(found, name) for name in names if getattr(found, name) != getattr(usual, name)}
    return Dialect(found.delimiter, tuple(options.items()))


def header_comes_first(path: Path, encoding: str, dialect: Dialect) -> bool:
    """Whether Frictionless takes the first row for the header; it passes over rows of quite another width."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            sample = list(islice(dialect.reader(text), SAMPLE_LINES))
    except (UnicodeDecodeError, csv.Error):
        return False
    found = frictionless.Detector().detect_dialect(sample)
    return bool(found.header) and list(found.header_rows) == [1]


def header_or_refusal(path: Path, dialect: Dialect) -> tuple[list[str], int | None]:
    """The labels as Frictionless reads them, and where the records begin; no labels where it should decide itself."""
    try:
        cells, start = header_of(path, dialect)
    except (UnicodeDecodeError, csv.Error):
        return [], 0
    labels = stringify_label(cells)
    return list(labels), start


def by_frictionless(path: Path, plan: Plan, dialect: Dialect) -> Findings:
    """The whole check by Frictionless. Raises ``InvalidInput`` for keys of values that it cannot compare."""
    from schemas.engine.run import Findings

    resource = frictionless.Resource(
        name="bang", path=path.name, basepath=str(path.absolute().parent), schema=plan.schema
    )
    others = [
        frictionless.Resource(
            name=reference.name,
            data=[list(reference.reference_fields), *map(list, reference.allowed or ())],
            schema=frictionless.Schema.from_descriptor(
                {"fields": [{"name": name, "type": "any"} for name in reference.reference_fields]}
            ),
        )
        for reference in plan.references
    ]
    checks: list[frictionless.Check] = [
        row_constraint(formula=check.formula) if check.type == "row-constraint" else duplicate_row()
        for check in plan.checks
    ]
    checklist = frictionless.Checklist(checks=checks)
    if others:
        frictionless.Package(resources=[resource, *others])
    try:
        report = resource.validate(checklist, limit_errors=0)
    except TypeError as error:  # Frictionless looks lists and objects up in a dictionary
        raise invalid_schema(f"key of values that cannot be compared: {error}") from error
    task = report.tasks[0]
    found = [error.to_descriptor() for error in [*report.errors, *task.errors]]

    def errors() -> Iterator[dict[str, Any]]:
        return iter(found)

    return Findings(
        int(task.stats.get("rows") or 0),
        list(task.labels),
        int(task.stats.get("fields") or 0),
        "frictionless",
        errors,
        faulty_rows=len({error["rowNumber"] for error in found if "rowNumber" in error}),
    )
