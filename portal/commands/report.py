"""``dulieumo report``: what the gate found in a table, published or not, for those who must act on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from catalog.errors import InvalidInput, NotFound
from catalog.issues import Report
from catalog.model import Dataset, Distribution, Version
from catalog.ports import CatalogReader
from catalog.sources import CATALOG_KEY, HarvestSource, Outcome, RunId, SourceTable, TableOutcome

if TYPE_CHECKING:
    from portal.wiring import Parts
    from publishers.report_json import CheckedTable

EXIT_FOUND = 1


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table that a name stands for, and the source it comes from, if it has one."""

    dataset: Dataset
    distribution: Distribution
    source: HarvestSource | None = None
    entry: SourceTable | None = None

    unit: ClassVar[str] = "dòng"

    @property
    def label(self) -> str:
        return f"{self.dataset.name} / {self.distribution.name}"


@dataclass(frozen=True, slots=True)
class FoundListing:
    """The listing of another catalogue, of the source that a name stands for."""

    source: HarvestSource

    unit: ClassVar[str] = "bản ghi"

    @property
    def label(self) -> str:
        return f"{self.source.name} / danh mục"


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A report with what it is about: a published version, or the outcome of a run."""

    about: FoundTable | FoundListing
    report: Report
    version: Version | None = None
    outcome: TableOutcome | None = None

    @property
    def heading(self) -> str:
        """One line that says whose report it is."""
        from portal.report_texts import OUTCOME_WORDS, listing_counts

        name = self.about.label
        if self.outcome is not None:
            counts = listing_counts(self.outcome) if isinstance(self.about, FoundListing) else ""
            said = OUTCOME_WORDS[self.outcome.outcome] + (f" ({counts})" if counts else "")
            return f"{name}: {said}, lượt {self.outcome.run_id}"
        return f"{name}: phiên bản {self.version.number}" if self.version else name

    @property
    def is_valid(self) -> bool:
        failed = self.outcome is not None and self.outcome.outcome is Outcome.FAILED
        return self.report.is_valid and not failed


@click.command()
@click.argument("name")
@click.option("--run", "run_id", help="Của lượt thu thập này.")
@click.option("--version", "number", type=click.IntRange(1), help="Của phiên bản số này.")
@click.option("--all", "everything", is_flag=True, help="Cả từng chỗ đã ghi lại, không chỉ theo nhóm.")
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Ghi bảng có đánh dấu các ô được nêu.")
@click.option("--json", "json_output", is_flag=True, help="Kết quả dạng JSON của Frictionless, cho chương trình đọc.")
def report(
    name: str, run_id: str | None, number: int | None, everything: bool, xlsx: Path | None, json_output: bool
) -> None:
    """Báo cáo kiểm tra của NAME: tên bảng, tên bộ dữ liệu hoặc tên nguồn.

    Nguồn là danh mục khác: báo cáo các bản ghi, nhất là những bản ghi bị loại. Bảng đang bị giữ hoặc bị loại: báo cáo
    của lần thu thập gần nhất; bảng khác: của phiên bản đang công bố.

    Mã thoát: 0 đạt; 1 có bảng bị giữ, bị loại hoặc không đọc được; 2 gọi lệnh sai; 3 không làm được.
    """
    if run_id and number:
        raise click.UsageError("Cho --run hoặc --version, không cho cả hai.")
    from portal.settings import Settings
    from portal.wiring import open_parts

    parts = open_parts(Settings())
    try:
        with parts.store.read() as reader:
            found = _reports(reader, name, run_id, number)
            if xlsx:
                _write_workbook(parts, found, xlsx)
            shown = [_descriptor(reader, item) for item in found] if json_output else []
    finally:
        parts.store.close()
    if json_output:
        _print_json(shown)
    else:
        _print(found, everything)
    if not all(item.is_valid for item in found):
        sys.exit(EXIT_FOUND)


def _called(reader: CatalogReader, name: str) -> tuple[FoundTable | FoundListing, ...]:
    """The listing and the tables of a source, the tables of a dataset, or the one table of this name, key or id.
    ``NotFound`` if there is none."""
    named = (item for item in reader.sources() if name in (item.name, item.id))
    listings = tuple(FoundListing(item) for item in named if CATALOG_KEY in reader.last_outcomes(item.id))
    tables = tuple(_tables(reader))
    of_source = tuple(item for item in tables if item.source is not None and name in (item.source.name, item.source.id))
    if listings or of_source:
        return (*listings, *of_source)
    for matches in (
        lambda item: name in (item.dataset.name, item.dataset.id),
        lambda item: name in (item.distribution.name, item.distribution.id),
        lambda item: item.entry is not None and name == item.entry.key,
    ):
        chosen = tuple(item for item in tables if matches(item))
        if chosen:
            return chosen
    raise NotFound.of("bảng", name)


def _tables(reader: CatalogReader) -> Iterator[FoundTable]:
    fed = {entry.distribution_id: (source, entry) for source in reader.sources() for entry in source.tables}
    for dataset in reader.datasets():
        for distribution in dataset.distributions:
            yield FoundTable(dataset, distribution, *fed.get(distribution.id, (None, None)))


def _reports(reader: CatalogReader, name: str, run_id: str | None, number: int | None) -> list[FoundReport]:
    """The reports of those that have one; ``NotFound`` if none has."""
    each = [
        _listing_report(reader, item.source, run_id, number)
        if isinstance(item, FoundListing)
        else _report_of(reader, item, run_id, number)
        for item in _called(reader, name)
    ]
    found = [item for item in each if item is not None]
    if not found:
        if run_id:
            raise NotFound.of("kết quả thu thập", run_id)
        raise NotFound.of("phiên bản", str(number)) if number else NotFound.of("báo cáo của phiên bản", name)
    return found


def _listing_report(
    reader: CatalogReader, source: HarvestSource, run_id: str | None, number: int | None
) -> FoundReport | None:
    """Of the last reading of the listing, or of that of a run; listings have no versions."""
    run = run_id and reader.run(RunId(run_id))
    if number is not None or (run and run.source_id != source.id):
        return None
    outcomes = reader.outcomes(run.id) if run else reader.last_outcomes(source.id).values()
    last = next((item for item in outcomes if item.table_key == CATALOG_KEY), None)
    if last is None:
        return None
    return FoundReport(FoundListing(source), reader.outcome_report(last.run_id, CATALOG_KEY), outcome=last)


def _report_of(reader: CatalogReader, table: FoundTable, run_id: str | None, number: int | None) -> FoundReport | None:
    if run_id is None and number is None:
        return _current_report(reader, table)
    if number is not None:
        versions = reader.versions(table.distribution.id)
        version = next((item for item in versions if item.number == number), None)
        return FoundReport(table, reader.version_report(version.id), version) if version else None
    run = RunId(run_id or "")
    outcomes = reader.outcomes(run) if table.entry else ()
    outcome = next((item for item in outcomes if item.distribution_id == table.distribution.id), None)
    return FoundReport(table, reader.outcome_report(run, outcome.table_key), outcome=outcome) if outcome else None


def _current_report(reader: CatalogReader, table: FoundTable) -> FoundReport | None:
    """Of the last outcome where the table got stuck, else of the newest version."""
    outcomes = reader.last_outcomes(table.source.id) if table.source else {}
    last = outcomes.get(table.entry.key) if table.entry else None
    if last is not None and last.outcome not in (Outcome.PUBLISHED, Outcome.UNCHANGED):
        return FoundReport(table, reader.outcome_report(last.run_id, last.table_key), outcome=last)
    versions = reader.versions(table.distribution.id)
    return FoundReport(table, reader.version_report(versions[0].id), versions[0]) if versions else None


def _print(found: list[FoundReport], everything: bool) -> None:
    from portal.report_texts import report_lines

    for place, item in enumerate(found):
        if place:
            click.echo()
        click.echo(item.heading)
        for line in report_lines(item.report, everything=everything, unit=item.about.unit):
            click.echo(line)


def _descriptor(reader: CatalogReader, item: FoundReport) -> dict[str, Any]:
    from publishers.report_json import report_descriptor

    table = _listing_in_json(item) if isinstance(item.about, FoundListing) else _table_in_json(reader, item, item.about)
    return report_descriptor(item.report, table)


def _table_in_json(reader: CatalogReader, item: FoundReport, table: FoundTable) -> CheckedTable:
    from publishers.report_json import CheckedTable

    distribution, version = table.distribution, item.version
    schema_name = version.schema_name if version else distribution.schema_name
    columns = [column.name for column in version.columns] if version else []
    if not columns and schema_name:
        columns = list(reader.table_schema(schema_name).field_names)
    about = {
        "dataset": table.dataset.name,
        "table": distribution.id,
        "version": {"id": version.id, "number": version.number} if version else None,
        "outcome": _outcome_in_json(item.outcome),
    }
    place = table.entry.locator if table.entry else distribution.name
    return CheckedTable(distribution.name, place, columns, about=about)


def _listing_in_json(item: FoundReport) -> CheckedTable:
    from publishers.report_json import CheckedTable

    counts = dict(item.outcome.counts) if item.outcome else {}
    about = {"catalog": item.about.label, "outcome": _outcome_in_json(item.outcome), "counts": counts}
    return CheckedTable(CATALOG_KEY, CATALOG_KEY, [], about=about)


def _outcome_in_json(outcome: TableOutcome | None) -> dict[str, str] | None:
    return {"run": outcome.run_id, "state": outcome.outcome.value} if outcome else None


def _print_json(descriptors: list[dict[str, Any]]) -> None:
    from publishers.report_json import joined

    shown = descriptors[0] if len(descriptors) == 1 else joined(descriptors)
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))


def _write_workbook(parts: Parts, found: list[FoundReport], path: Path) -> None:
    """Of one published version: rows that are not published are not kept."""
    from portal.published_rows import published_rows
    from publishers.annotated_workbook import annotated_workbook

    if len(found) != 1:
        raise click.UsageError("--xlsx ghi một bảng; hãy cho tên của bảng.")
    item = found[0]
    version = item.version
    if isinstance(item.about, FoundListing):
        raise click.UsageError("--xlsx ghi một bảng; danh mục không phải là bảng. Hãy dùng --all hoặc --json.")
    if version is None:
        raise InvalidInput(
            "Cổng không giữ các dòng của bảng bị giữ lại hoặc bị loại. Hãy dùng tệp gốc: dulieumo schema check --xlsx.",
            "Rows that are held or rejected are not kept. Use the file itself: dulieumo schema check --xlsx.",
        )
    columns = [column.name for column in version.columns]
    title = f"{item.about.distribution.title}, phiên bản {version.number}"
    annotated_workbook(columns, published_rows(parts.files, version), item.report, path, title=title)
