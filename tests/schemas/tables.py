"""Small schemas, code lists and staged tables for the tests of the gate."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from catalog.dictionary import Code, CodeList, TableSchema
from catalog.issues import Issue, Report
from catalog.ports import GateContext, Judgement, StagedTable
from schemas.gate import judge_table

TODAY = date(2026, 5, 1)

COMMUNES = CodeList(
    "xa-thanh-hoa",
    "1.0.0",
    "Xã, phường",
    "Communes",
    (
        Code("14812", "Phường Hạc Thành"),
        Code("15724", "Xã Đồng Tiến"),
        Code("15853", "Phường Đông Tiến"),
        Code("00384", "Huyện Bá Thước", valid_to=date(2025, 6, 30)),
    ),
)


def schema_of(*fields: Mapping[str, Any], name: str = "bang", **more: Any) -> TableSchema:
    """A schema from its fields; a field needs no more than its name."""
    described = [{"title": field["name"], **field} for field in fields]
    return TableSchema.from_descriptor({"name": name, "version": "1.0.0", "title": "Bảng", "fields": described, **more})


def stage(
    folder: Path, header: Sequence[str], rows: Iterable[Sequence[str]], left_out: Sequence[str] = ()
) -> StagedTable:
    """A staged table, as a harvester writes it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    held = list(rows)
    writer.writerows(held)
    path = folder / "bang.csv"
    path.write_bytes(buffer.getvalue().encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return StagedTable("bang", path, tuple(header), len(held), digest, tuple(left_out))


def judge(
    folder: Path,
    schema: TableSchema,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    left_out: Sequence[str] = (),
    siblings: Mapping[str, StagedTable] | None = None,
    sibling_schemas: Mapping[str, TableSchema] | None = None,
    previous: Path | None = None,
    code_lists: Mapping[str, CodeList] | None = None,
) -> Judgement:
    """What the gate makes of these rows."""
    table = stage(folder, header, rows, left_out)
    judged = folder / "da-xet"
    judged.mkdir(exist_ok=True)
    context = GateContext(
        code_lists or {COMMUNES.name: COMMUNES}, siblings or {}, previous, TODAY, sibling_schemas or {}
    )
    return judge_table(table, schema, context, judged)


def only(report: Report, code: str) -> Issue:
    """The one issue of this code; fails if there are none or several."""
    (found,) = [issue for issue in report.issues if issue.code == code]
    return found


def codes(report: Report) -> set[str]:
    return {issue.code for issue in report.issues}


def content(table: StagedTable) -> list[list[str]]:
    """The rows of a table below its header."""
    with table.path.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))[1:]
