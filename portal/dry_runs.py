"""Shows dry runs on the command line, in words or as JSON, as pages show them: personal values masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.errors import CatalogError
from catalog.issues import Severity
from catalog.previewing import CatalogPreview, SourcePreview, TablePreview, preview
from catalog.sources import HarvestSource, Outcome
from catalog.table_diff import RowChangeKind
from catalog.vietnamese import grouped
from portal.commands.options import print_json
from portal.harvest_runs import progress_display
from portal.trial_results import trial_result
from portal.wiring import Parts, open_harvester
from search.rows.comparing import compare_tables

_WOULD = {
    Outcome.PUBLISHED: "sẽ công bố",
    Outcome.UNCHANGED: "không đổi",
    Outcome.HELD: "sẽ bị giữ lại",
    Outcome.REJECTED: "sẽ bị loại",
    Outcome.FAILED: "không đọc được",
}
_SIGNS = {RowChangeKind.ADDED: "+", RowChangeKind.REMOVED: "−", RowChangeKind.CHANGED: "~"}
_ROWS_SHOWN = 5


def show_dry_runs(parts: Parts, sources: tuple[HarvestSource, ...], *, as_json: bool) -> bool:
    """Dry run of each source, told as it ends; whether a real harvest of all would go well."""
    harvester = open_harvester(parts)
    told: list[dict[str, Any]] = []
    well = True
    with progress_display(as_json, len(sources)) as (show, say, advance):
        for source in sources:
            try:
                found = preview(harvester, source, compare_tables, progress=show(source.title))
            except CatalogError as error:
                well = False
                told.append({"source": source.name, "error": {"code": error.code, "message": error.message}})
                say(f"✗ {source.title}: {error.message}")
            else:
                well = well and is_well(found)
                result = trial_result(found)
                told.append({"source": source.name, **result})
                for line in lines_of(found, result):
                    say(line)
            advance()
    if as_json:
        print_json(told)
    return well


def is_well(found: SourcePreview) -> bool:
    """Whether a harvest would publish everything."""
    tables = all(table.outcome in (Outcome.PUBLISHED, Outcome.UNCHANGED) for table in found.tables)
    catalog = found.catalog is None or (found.catalog.hold is None and not found.catalog.counts["rejected"])
    return tables and catalog


def lines_of(found: SourcePreview, result: Mapping[str, Any]) -> Iterator[str]:
    """What a person reads. ``result`` is the same masked (:func:`portal.trial_results.trial_result`): cells are shown
    from there alone."""
    yield f"{found.source.title}: chạy thử, không ghi gì"
    if found.catalog is not None:
        yield from _catalog_lines(found.catalog)
    for table, shown in zip(found.tables, result["tables"], strict=True):
        yield from _table_lines(table)
        if shown["diff"] is not None:
            yield from _diff_lines(shown["diff"])


def _catalog_lines(catalog: CatalogPreview) -> Iterator[str]:
    counts = catalog.counts
    yield (
        f"  danh mục: đọc {grouped(counts['read'])} bản ghi; thêm {grouped(counts['added'])}, đổi"
        f" {grouped(counts['changed'])}, như cũ {grouped(counts['unchanged'])}, không còn {grouped(counts['missing'])},"
        f" loại {grouped(counts['rejected'])}"
    )
    if catalog.hold is not None:
        yield f"    sẽ bị giữ lại: {catalog.hold.message}"
    for code, count in sorted(catalog.problems.items()):
        yield f"    {code}: {grouped(count)} bản ghi"


def _table_lines(table: TablePreview) -> Iterator[str]:
    rows = "" if table.row_count is None else f", {grouped(table.row_count)} dòng"
    yield f"  {table.table.key}: {_WOULD[table.outcome]}{rows}"
    if table.left_out:
        yield f"    không lấy cột: {', '.join(table.left_out)}"
    for issue in table.report.issues:
        if issue.severity in (Severity.ERROR, Severity.HOLD, Severity.WARNING):
            yield f"    [{issue.severity}] {issue.message}"


def _diff_lines(diff: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"    so với bản đang công bố: thêm {grouped(diff['added'])}, bớt {grouped(diff['removed'])}, đổi"
        f" {grouped(diff['changed'])}, như cũ {grouped(diff['unchanged'])} dòng"
    )
    for name, count in diff["changed_cells"].items():
        yield f"      cột {name}: {grouped(count)} ô đổi"
    for kind, sign in _SIGNS.items():
        for change in [item for item in diff["examples"] if item["kind"] == kind][:_ROWS_SHOWN]:
            key = ", ".join(f"{name}={value}" for name, value in change["key"].items())
            cells = "; ".join(f"{name}: {old or '∅'} → {new or '∅'}" for name, (old, new) in change["cells"].items())
            yield f"      {sign} {key} {cells}".rstrip()
