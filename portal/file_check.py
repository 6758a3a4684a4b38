"""Checks one file by one schema, as the gate would or exactly as Frictionless does; for the command line."""

from __future__ import annotations

import codecs
import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.layout import TableLayout
from catalog.local_time import LOCAL_TIME
from catalog.ports import GateContext, StagedTable
from portal.definitions import DICTIONARY_ENTRY, as_dictionary_schema, full_descriptor, known_code_lists

if TYPE_CHECKING:
    from schemas.engine import RowCheck

_ABOUT_THE_LAYOUT = "layout-unconfirmed"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file as it was read, and what the gate says of it."""

    schema: TableSchema
    table: StagedTable
    report: Report

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of the file, as the dictionary names them where it knows them."""
        from schemas.normalise import column_positions

        places = {place: name for name, place in column_positions(self.table.columns, self.schema).items()}
        return tuple(places.get(place, label) for place, label in enumerate(self.table.columns))

    @property
    def is_valid(self) -> bool:
        """Whether the gate would publish it: nothing rejected and nothing held."""
        return self.report.verdict not in (Severity.ERROR, Severity.HOLD)


def judge_file(
    path: Path, descriptor: Mapping[str, Any], where: str, folder: Path, *, sheet: str = "", layout: Path | None = None
) -> CheckedFile:
    """Read ``path`` in a limited child process and let the gate judge it. That nobody has accepted the layout yet is
    told as a warning: whoever checks a file sees how it was read. Raises ``SourceError`` if it cannot be read."""
    from harvesters.reading import read_file
    from schemas.gate import judge_table, verify_schema

    descriptor, lacks_rules = full_descriptor(descriptor, where)
    schema = as_dictionary_schema(descriptor, where)
    try:
        verify_schema(schema)
    except ValueError as error:
        raise InvalidInput(
            f"Lược đồ “{where}” có chỗ không hiểu được: {error}.",
            f"The schema “{where}” makes no sense: {error}.",
            schema=where,
        ) from error
    accepted = TableLayout.from_json(json.loads(layout.read_text(encoding="utf-8"))) if layout else None
    table = read_file(path, schema, folder, layout=accepted, sheet=sheet)
    today = datetime.now(LOCAL_TIME).date()
    judgement = judge_table(table, schema, GateContext(known_code_lists(), {}, None, today), folder)
    issues = tuple(
        replace(issue, severity=Severity.WARNING) if issue.code == _ABOUT_THE_LAYOUT else issue
        for issue in judgement.report.issues
    )
    missing = (_rules_not_applied(),) if lacks_rules else ()
    return CheckedFile(schema, table, replace(judgement.report, issues=(*issues, *missing)))


def _rules_not_applied() -> Issue:
    return Issue(
        "rules-not-applied",
        Severity.NOTE,
        Dimension.CORRECT,
        "Lược đồ này là bản công khai: chưa kiểm theo danh mục, cách viết, tổng và đối chiếu ghi trong từ điển.",
        "This schema is the public form: code lists, ways of writing, sums and cross checks of the dictionary were not"
        " applied.",
        remedy=f"Dùng --schema với tên lược đồ, địa chỉ của nó trên cổng, hoặc địa chỉ ghi ở “{DICTIONARY_ENTRY}”.",
        remedy_en=f"Use --schema with its name, its address at the portal, or the address under “{DICTIONARY_ENTRY}”.",
    )


def exact_report(path: Path, descriptor: Mapping[str, Any], folder: Path, checks: Sequence[str] = ()) -> dict[str, Any]:
    """The report that Frictionless would give, in its own form. A text file in UTF-8 is checked as it lies there; any
    other is first read in a child process, its cells unchanged. ``checks`` are further ones, each as
    :func:`row_check` takes it. Raises ``SourceError`` and ``InvalidInput``."""
    from harvesters.reading import read_file
    from schemas.engine import check_file
    from schemas.engine.blocks import Dialect

    started = time.perf_counter()
    row_checks = [row_check(check) for check in checks]
    if _is_utf8_text(path):
        findings = check_file(path, descriptor, checks=row_checks)
    else:
        table = read_file(path, None, folder)
        findings = check_file(table.path, descriptor, dialect=Dialect(), checks=row_checks)
    errors = list(findings.errors())
    seconds = round(time.perf_counter() - started, 3)
    stats = {"errors": len(errors), "warnings": 0, "seconds": seconds}
    task = {
        "name": path.stem,
        "type": "table",
        "valid": not errors,
        "place": path.name,
        "labels": findings.labels,
        "stats": {**stats, "rows": findings.rows, "fields": findings.fields},
        "warnings": [],
        "errors": errors,
    }
    return {"valid": not errors, "stats": {"tasks": 1, **stats}, "warnings": [], "errors": [], "tasks": [task]}


def row_check(text: str) -> RowCheck:
    """A check of rows as Frictionless's command line names it ("duplicate-row", "row-constraint:formula=a > b"), or its
    descriptor in JSON. Raises ``InvalidInput``."""
    from schemas.engine import RowCheck

    kind, _, rest = text.partition(":")
    name, _, formula = rest.partition("=")
    given: Any = {"type": kind.strip(), **({name.strip(): formula.strip()} if rest else {})}
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except ValueError:
            given = {}
    known = {"duplicate-row": {"type"}, "row-constraint": {"type", "formula"}}
    if known.get(given.get("type", "")) != given.keys() or not all(isinstance(value, str) for value in given.values()):
        raise InvalidInput(
            f"Không hiểu phép kiểm “{text}”; chỉ có duplicate-row và row-constraint:formula=BIỂU_THỨC.",
            f"No such check: “{text}”; there are duplicate-row and row-constraint:formula=EXPRESSION.",
            check=text,
        )
    return RowCheck(given["type"], given.get("formula", ""))


def _is_utf8_text(path: Path) -> bool:
    """Whether the file calls itself CSV and its beginning is UTF-8."""
    if not path.is_file() or path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return False
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(head) and b"\x00" not in head and not head.startswith(b"%PDF")


def write_annotated(checked: CheckedFile, path: Path) -> None:
    """The table as it was read, with its faults marked."""
    from publishers.annotated_workbook import annotated_workbook

    csv.field_size_limit(2**31 - 1)
    with checked.table.path.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows, None)
        annotated_workbook(
            checked.table.columns,
            rows,
            checked.report,
            path,
            row_numbers=checked.table.row_numbers,
            fields=checked.labels,
            title=checked.schema.title,
        )
