"""``dulieumo schema``: look up, draft, compare and use the data dictionary."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.errors import CatalogError, InvalidInput, NotFound, SourceError
from catalog.issues import Severity
from catalog.working_folders import working_folder
from portal.commands.options import as_json, print_json
from portal.commands.schema_layout import accepted_layout, layout

if TYPE_CHECKING:
    from portal.file_check import CheckedFile

EXIT_INVALID = 1
EXIT_UNREADABLE = 2
SHOWN_CHANGES = 100
SHOWN_ERRORS = 1_000
_SEVERITIES = {
    Severity.ERROR: "lỗi",
    Severity.HOLD: "giữ lại",
    Severity.WARNING: "cảnh báo",
    Severity.NOTE: "ghi chú",
}


@click.group()
def schema() -> None:
    """Từ điển dữ liệu: xem, soạn nháp, so sánh, xem cách đọc và kiểm tra một tệp."""


schema.add_command(layout)


@schema.command("show")
@click.argument("name")
def show(name: str) -> None:
    """In lược đồ NAME (tên, name@version, tệp hoặc địa chỉ) dạng JSON."""
    from portal.definitions import load_descriptor

    print_json(load_descriptor(name))


@schema.command("diff")
@click.argument("before")
@click.argument("after")
@as_json
def diff(before: str, after: str, json_output: bool) -> None:
    """So hai bản của một lược đồ: đổi gì, có phá vỡ không, số bản mới phải là bao nhiêu.

    Mã thoát: 0 không phá vỡ; 1 có thay đổi phá vỡ, hoặc số bản mới thấp hơn mức phải có.
    """
    from catalog.dictionary_changes import schema_diff
    from portal.definitions import as_dictionary_schema, load_descriptor

    found = schema_diff(*(as_dictionary_schema(load_descriptor(where), where) for where in (before, after)))
    if json_output:
        print_json(
            {
                "before": found.before,
                "after": found.after,
                "weight": found.weight.name.lower(),
                "breaking": found.is_breaking,
                "least_version": found.least_version,
                "numbered_rightly": found.is_numbered_rightly,
                "changes": [
                    {
                        "weight": change.weight.name.lower(),
                        "place": change.place,
                        "what": change.what,
                        "before": change.before,
                        "after": change.after,
                        "message": change.message,
                        "message_en": change.message_en,
                    }
                    for change in found.changes
                ],
            }
        )
    else:
        for change in found.changes[:SHOWN_CHANGES]:
            click.echo(f"{change.weight.label}\t{change.message}")
        click.echo(f"{len(found.changes)} thay đổi, mức: {found.weight.label}.")
        if not found.is_numbered_rightly:
            click.echo(f"Bản mới phải mang số từ {found.least_version} trở lên (đang ghi {found.after}).")
    if found.is_breaking or not found.is_numbered_rightly:
        sys.exit(EXIT_INVALID)


@schema.command("infer")
@click.argument("source")
@click.option("--table", "tables", multiple=True, help="Chỉ bảng này (dùng được nhiều lần), với cơ sở dữ liệu.")
@click.option("--sheet", default="", help="Trang tính, với sổ tính.")
@click.option("--name", default="", help="Tên của lược đồ nháp, với tệp.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Ghi mỗi lược đồ một tệp vào thư mục.")
def infer(source: str, tables: tuple[str, ...], sheet: str, name: str, output: Path | None) -> None:
    """Soạn nháp từ điển từ SOURCE: tệp, địa chỉ cơ sở dữ liệu (SQLAlchemy) hoặc tên nguồn thu thập.

    Cơ sở dữ liệu chỉ được đọc. Mã (mã xã, số điện thoại, mã số thuế …) luôn là văn bản.
    """
    drafts = [_draft_of_file(Path(source), sheet, name)] if Path(source).is_file() else _drafts_of(source, tables)
    if output is None:
        print_json(drafts[0] if len(drafts) == 1 else drafts)
        return
    output.mkdir(parents=True, exist_ok=True)
    for draft in drafts:
        path = output / f"{draft['name']}.json"
        path.write_text(json.dumps(draft, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        click.echo(str(path))


def _draft_of_file(path: Path, sheet: str, name: str) -> dict[str, Any]:
    from catalog.vietnamese import slug
    from harvesters.reading import read_file
    from harvesters.reading.inference import draft_schema

    with working_folder() as folder:
        table = read_file(path, None, folder, sheet=sheet)
        return draft_schema(table, name or slug(path.stem) or "bang")


def _drafts_of(source: str, tables: tuple[str, ...]) -> list[dict[str, Any]]:
    from dataclasses import replace

    from catalog.model import OrganizationId
    from catalog.sources import HarvestSource, SourceId
    from harvesters.sql_dictionary import draft_schemas
    from portal.definitions import known_source
    from portal.settings import Settings
    from portal.source_access import filled_options, source_variables

    if "://" in source:
        origin = HarvestSource(SourceId("nhap"), "nhap", source, OrganizationId(""), "sql", {"url": source}, ())
    else:
        origin = known_source(source)
        if origin.kind != "sql":
            raise InvalidInput(
                f"Nguồn “{source}” không phải cơ sở dữ liệu; hãy cho đường dẫn của tệp.",
                f"Source “{source}” is no database; give the path of the file.",
                source=source,
            )
    drafts = list(draft_schemas(replace(origin, options=filled_options(origin, source_variables(Settings()))), tables))
    if not drafts:
        raise NotFound.of("bảng", source)
    return drafts


@schema.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schema", "where", required=True, help="Tên, tệp hoặc địa chỉ của lược đồ.")
@click.option("--sheet", default="", help="Trang tính, với sổ tính.")
@click.option("--layout", type=click.Path(path_type=Path, exists=True), help="Cách đọc đã chấp nhận (JSON).")
@click.option("--exact/--gate", "exact", default=None, help="Đúng như Frictionless, hoặc như cửa kiểm của cổng.")
@click.option(
    "--check",
    "checks",
    multiple=True,
    help="Kiểm thêm như Frictionless, với --exact: duplicate-row, hoặc 'row-constraint:formula=a <= b'.",
)
@click.option("--xlsx", type=click.Path(path_type=Path), help="Ghi sổ tính có đánh dấu các ô sai.")
@as_json
def check(
    file: Path,
    where: str,
    sheet: str,
    layout: Path | None,
    exact: bool | None,
    checks: tuple[str, ...],
    xlsx: Path | None,
    json_output: bool,
) -> None:
    """Kiểm FILE theo lược đồ, như khi gửi lên cổng.

    Lược đồ của từ điển: tệp được đọc, chuẩn hóa, kiểm, soát dữ liệu cá nhân như ở cổng (--gate). Table Schema thường:
    kiểm đúng như Frictionless, không sửa gì (--exact).

    Mã thoát: 0 đúng; 1 có lỗi hoặc phải giữ lại; 2 không đọc được tệp hoặc lược đồ.
    """
    from portal.definitions import is_dictionary_schema, load_descriptor
    from portal.file_check import judge_file

    try:
        descriptor = load_descriptor(where)
        if layout is not None:
            accepted_layout(layout)
        if exact is None:
            exact = not is_dictionary_schema(descriptor)
        _refuse_checks(checks if not exact else ())
        with working_folder() as folder:
            if exact:
                valid = _check_exactly(file, descriptor, folder, checks, json_output=json_output)
            else:
                checked = judge_file(file, descriptor, where, folder, sheet=sheet, layout=layout)
                valid = _tell(file, checked, xlsx, json_output=json_output)
    except (SourceError, InvalidInput, NotFound) as error:
        _say_unreadable(error, json_output)
        sys.exit(EXIT_UNREADABLE)
    sys.exit(0 if valid else EXIT_INVALID)


def _refuse_checks(checks: tuple[str, ...]) -> None:
    if checks:
        raise InvalidInput(
            "--check chỉ dùng với --exact; với từ điển, hãy khai luật trong lược đồ (rules).",
            "--check goes with --exact; a dictionary declares its rules in the schema.",
        )


def _check_exactly(
    file: Path, descriptor: dict[str, Any], folder: Path, checks: tuple[str, ...], *, json_output: bool
) -> bool:
    from portal.file_check import exact_report

    report = exact_report(file, descriptor, folder, checks)
    errors = report["tasks"][0]["errors"]
    if json_output:
        print_json(report)
    else:
        for error in errors[:SHOWN_ERRORS]:
            click.echo(f"{error['type']}\t{error['message']}")
        click.echo(f"{len(errors)} lỗi, {report['tasks'][0]['stats']['rows']} dòng.")
    return not errors


def _tell(file: Path, checked: CheckedFile, xlsx: Path | None, *, json_output: bool) -> bool:
    from portal.file_check import write_annotated
    from publishers.report_json import CheckedTable, report_descriptor

    report = checked.report
    if xlsx is not None:
        write_annotated(checked, xlsx)
    if json_output:
        print_json(report_descriptor(report, CheckedTable(checked.schema.name, file.name, checked.labels)))
        return checked.is_valid
    for issue in report.issues:
        click.echo(f"[{_SEVERITIES[issue.severity]}] {issue.message}")
        if issue.remedy:
            click.echo(f"    → {issue.remedy}")
    verdict = "Đúng từ điển, công bố được." if checked.is_valid else "Chưa công bố được."
    click.echo(f"{verdict} {report.rows} dòng, {len(report.issues)} nhóm phát hiện.")
    return checked.is_valid


def _say_unreadable(error: CatalogError, json_output: bool) -> None:
    if json_output:
        print_json(
            {"valid": False, "error": {"code": error.code, "message": error.message, "message_en": error.message_en}}
        )
    else:
        click.echo(f"Lỗi [{error.code}]: {error.message}", err=True)
