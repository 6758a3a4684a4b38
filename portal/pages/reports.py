"""The report on one published version: for people as a page, for the clerk as a workbook with the faulty cells marked.

Only open data have a public report, and it is made of what was published: nothing that is held or rejected shows here.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, render_template, send_file
from markupsafe import Markup

from catalog.dictionary import Field
from catalog.issues import Dimension, Fault, Issue, Severity
from portal.api.answers import YEAR, unchanged, with_caching
from portal.api.downloads import disposition
from portal.context import links, parts
from portal.made_files import MadeFiles
from portal.pages.dictionary import rules_in_words, type_in_words
from portal.pages.languages import _, in_language
from portal.pages.states import State
from portal.pages.versions import VersionPage, version_page
from portal.published_rows import published_rows
from publishers.annotated_workbook import annotated_workbook

pages = Blueprint("reports", __name__)

FAULTS_SHOWN = 100
XLSX_CELLS = 200_000
"""A workbook made for one question: so many cells, and beyond them the rows with findings."""
WORKBOOK_FORM = 1
"""To be raised when the workbook is written otherwise, so that what caches hold is made anew."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NORMALISED = "normalised"


@dataclass(frozen=True, slots=True)
class Place:
    """One single fault, with what it breaks."""

    issue: Issue
    fault: Fault
    field: Field | None

    @property
    def rule(self) -> Markup | str:
        """The rule in words: what the dictionary asks of the column, or the finding itself."""
        if self.field and self.fault.code in _BY_FIELD:
            return rule_in_words(self.field)
        return in_language(without_places(self.issue.message), without_places(self.issue.message_en))

    @property
    def message(self) -> Markup:
        return in_language(self.issue.message, self.issue.message_en)


_PLACES = re.compile(
    r"(?:,? (?:ở|trong|in|at) [\d.,]+ (?:dòng|ô|chỗ|rows?|cells?|places?))?(?:[,;:] (?:ví dụ|e\.g\.) .*)?\.?$"
)
_BY_FIELD = ("type-error", "constraint-error", "unique-error")


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A version with its report, sorted for reading."""

    of: VersionPage

    @property
    def findings(self) -> tuple[Issue, ...]:
        """What weighs more than a note, the heaviest first."""
        weights = list(Severity)
        found = [issue for issue in self.of.report.issues if issue.severity is not Severity.NOTE]
        return tuple(sorted(found, key=lambda issue: weights.index(issue.severity)))

    @property
    def changes(self) -> tuple[Issue, ...]:
        """What normalising changed, a column each."""
        return tuple(issue for issue in self.of.report.issues if issue.code == NORMALISED)

    @property
    def notes(self) -> tuple[Issue, ...]:
        """What else is worth knowing."""
        issues = self.of.report.issues
        return tuple(item for item in issues if item.severity is Severity.NOTE and item.code != NORMALISED)

    @property
    def changed_cells(self) -> int:
        return sum(issue.count for issue in self.changes)

    @property
    def counts(self) -> dict[Dimension, Counter[Severity]]:
        """How many places of each severity in each of the six qualities."""
        counted: dict[Dimension, Counter[Severity]] = {dimension: Counter() for dimension in Dimension}
        for issue in self.of.report.issues:
            counted[issue.dimension][issue.severity] += issue.count
        return counted

    @property
    def places(self) -> tuple[Place, ...]:
        """The first single places, in the order of rows."""
        return tuple(self._places())[:FAULTS_SHOWN]

    def _places(self) -> Iterator[Place]:
        schema = self.of.schema
        for issue, fault in self.of.report.places():
            if issue is not None and issue.severity is not Severity.NOTE and fault.row is not None:
                yield Place(issue, fault, schema.field(fault.field or issue.field or ""))

    @property
    def verdict(self) -> State:
        match self.of.report.verdict:
            case Severity.ERROR:
                return State("danger", "cross", _("Có lỗi"))
            case Severity.HOLD:
                return State("warning", "held", _("Có chỗ cần xác nhận"))
            case Severity.WARNING:
                return State("warning", "late", _("Đạt, có điều cần lưu ý"))
            case _:
                return State("positive", "check", _("Đạt, không thấy lỗi"))


def without_places(message: str) -> str:
    """What a grouped message says of all its places alike: without their number and the example."""
    return _PLACES.sub("", message, count=1).rstrip()


def rule_in_words(field: Field) -> str:
    """Everything the dictionary asks of a column, in one phrase."""
    return ", ".join((type_in_words(field), *rules_in_words(field)))


@pages.get("/dataset/<name>/versions/<table>/<int:number>/report")
def report(name: str, table: str, number: int) -> str:
    page = ReportPage(version_page(name, table, number))
    return render_template("report.html", report_page=page, page=page.of, links=links(), severities=list(Severity))


@pages.get("/dataset/<name>/versions/<table>/<int:number>/report.xlsx")
def workbook(name: str, table: str, number: int) -> Response:
    """From the published rows alone, made for the first who asks; a version and its report never change."""
    page = version_page(name, table, number)
    key = f"{page.version.id}-report-{WORKBOOK_FORM}"
    answer = unchanged(key)
    if answer is not None:
        return with_caching(answer, YEAR)
    made = _made_files(parts().settings.folder).open(key, lambda path: write_version_workbook(page, path))
    response = send_file(made, mimetype=XLSX_TYPE, conditional=False, etag=False)
    response.content_length = os.fstat(made.fileno()).st_size
    response.headers["Content-Disposition"] = disposition(f"{table}-v{number}-bao-cao.xlsx")
    response.set_etag(key)
    return with_caching(response, YEAR)


@lru_cache(maxsize=8)
def _made_files(home: Path) -> MadeFiles:
    """One for a folder in a process, since it counts how many are at work."""
    return MadeFiles(home / "made-reports")


def write_version_workbook(page: VersionPage, path: Path, most_cells: int = XLSX_CELLS) -> None:
    """The annotated workbook of a published version."""
    version = page.version
    columns = [column.name for column in version.columns]
    title = f"{page.schema.title}, phiên bản {version.number}"
    most_rows = max(most_cells // max(len(columns), 1), 1)
    annotated_workbook(
        columns, published_rows(parts().files, version), page.report, path, title=title, most_rows=most_rows
    )
