"""A report in plain text, for the command line: the verdict, the counts, every group of faults and, if asked, every
single fault that was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from catalog.issues import Dimension, Fault, Issue, Report, Severity
from catalog.sources import Outcome, TableOutcome
from catalog.vietnamese import grouped

OUTCOME_WORDS = {
    Outcome.PUBLISHED: "đã công bố",
    Outcome.PARTIAL: "đã công bố, trừ bản ghi bị loại",
    Outcome.UNCHANGED: "không đổi",
    Outcome.HELD: "giữ lại chờ xác nhận",
    Outcome.REJECTED: "bị loại",
    Outcome.FAILED: "không đọc được",
}
COUNT_WORDS = {
    "read": "đọc",
    "added": "thêm",
    "changed": "đổi",
    "unchanged": "như cũ",
    "missing": "không còn",
    "withdrawn": "thu hồi",
    "rejected": "loại",
}

Kind = TypeVar("Kind", Severity, Dimension)

SEVERITY_WORDS = {
    Severity.ERROR: "Lỗi",
    Severity.HOLD: "Cần xác nhận",
    Severity.WARNING: "Lưu ý",
    Severity.NOTE: "Ghi chú",
}
_VERDICTS = {
    Severity.ERROR: "có lỗi, bị loại",
    Severity.HOLD: "giữ lại chờ xác nhận",
    Severity.WARNING: "đạt, có điều cần lưu ý",
    Severity.NOTE: "đạt",
}
_DIMENSIONS = {dimension: dimension.label for dimension in Dimension}


def listing_counts(outcome: TableOutcome) -> str:
    """What became of the records of another catalogue."""
    counts = outcome.counts
    return ", ".join(f"{word} {grouped(counts[name])}" for name, word in COUNT_WORDS.items() if counts.get(name))


def report_lines(report: Report, *, everything: bool = False, unit: str = "dòng") -> Iterator[str]:
    """The report of one table, or of a listing, a line at a time; ``unit`` is what it is made of."""
    more = " (kiểm dừng giữa chừng vì quá nhiều lỗi)" if report.truncated else ""
    yield f"Kết luận: {_VERDICTS[report.verdict]}. {grouped(report.rows)} {unit} đã kiểm{more}."
    if not report.issues:
        return
    yield f"Theo mức: {_counts(((item.severity, item.count) for item in report.issues), SEVERITY_WORDS)}."
    yield f"Theo tiêu chí: {_counts(((item.dimension, item.count) for item in report.issues), _DIMENSIONS)}."
    weights = list(Severity)
    for issue in sorted(report.issues, key=lambda item: weights.index(item.severity)):
        yield from _issue_lines(issue, unit)
    if everything:
        yield ""
        yield f"Từng chỗ: {unit}, cột, giá trị, mã, quy tắc"
        yield from (_fault_line(issue, fault) for issue, fault in report.places() if fault.row is not None)


def _counts(counted: Iterable[tuple[Kind, int]], words: Mapping[Kind, str]) -> str:
    total: Counter[Kind] = Counter()
    for kind, count in counted:
        total[kind] += count
    return ", ".join(f"{words[kind].lower()} {grouped(total[kind])}" for kind in words if total[kind])


def _issue_lines(issue: Issue, unit: str) -> Iterator[str]:
    yield f"- {SEVERITY_WORDS[issue.severity]} [{issue.code}] {issue.message}"
    places = [
        f"{unit} {grouped(example.row)}{f': {example.value}' if example.value else ''}"
        for example in issue.examples[1:]
        if example.row is not None
    ]
    if places:
        yield f"    Chỗ khác: {'; '.join(places)}{' …' if issue.count > len(issue.examples) else ''}"
    if issue.remedy:
        yield f"    Cách sửa: {issue.remedy}"


def _fault_line(issue: Issue | None, fault: Fault) -> str:
    column = fault.field or ", ".join(fault.fields) or (issue.field if issue else "") or "-"
    rule = fault.note or (issue.message if issue else "")
    return "\t".join((str(fault.row), column, fault.value, fault.code, rule))
