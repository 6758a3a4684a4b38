"""The gate's report for programs: in Frictionless's own format, which Frictionless reads back."""

from __future__ import annotations

from dataclasses import replace

import frictionless
import pytest

from catalog.issues import Change, ChangeList, Dimension, Example, Fault, Issue, Report, Severity
from publishers.frictionless_errors import ERROR_TYPES
from publishers.report_json import CheckedTable, report_descriptor

LABELS = ("ma", "ten", "giuong")
TABLE = CheckedTable("Cơ sở KCB", "co-so.csv", LABELS, sha256="ab" * 32, size=120)


def an_issue(code: str, severity: Severity = Severity.ERROR, field: str | None = None, count: int = 1) -> Issue:
    texts = ("Có chỗ sai.", "Something is wrong.", "Sửa ở nguồn.", "Correct it at the source.")
    return Issue(code, severity, Dimension.CORRECT, *texts, field=field, count=count)


REPORT = Report(
    rows=3,
    issues=(
        an_issue("type-error", field="giuong", count=2),
        an_issue("primary-key", field="ma"),
        an_issue("foreign-key", field="ten"),
        an_issue("coverage", Severity.HOLD, field="ma", count=4),
        an_issue("outlier", Severity.WARNING, field="giuong"),
        an_issue("normalised", Severity.NOTE, field="ten"),
    ),
    faults=(
        Fault("type-error", 2, "giuong", 3, ("giuong",), "ba", note='type is "integer/default"'),
        Fault("primary-key", 3, note="the same as in the row at position 2"),
        Fault("foreign-key", 3, fields=("ten",), value="x", constraint="xa"),
        Fault("outlier", 4, "giuong", 3, ("giuong",), "99000", note="10 times the version before"),
    ),
)


def test_frictionless_reads_the_report_back() -> None:
    descriptor = report_descriptor(REPORT, TABLE)
    read = frictionless.Report.from_descriptor(descriptor)
    assert not read.valid
    assert read.flatten(["type", "rowNumber", "fieldName"]) == [
        ["type-error", 2, "giuong"],
        ["primary-key", 3, None],
        ["foreign-key", 3, None],
        ["table-error", None, None],
    ]
    assert read.tasks[0].stats["rows"] == 3


def test_an_error_says_what_frictionless_says_and_more() -> None:
    error = report_descriptor(REPORT, TABLE)["tasks"][0]["errors"][0]
    assert error["message"] == (
        'Type error in the cell "ba" in row "2" and field "giuong" at position "3": type is "integer/default"'
    )
    assert error["tags"] == ["#table", "#row", "#cell"]
    assert (error["severity"], error["dimension"], error["messageVi"]) == ("error", "dung", "Có chỗ sai.")
    assert (error["remedy"], error["remedyEn"], error["count"]) == ("Sửa ở nguồn.", "Correct it at the source.", 2)


def test_a_note_on_normalised_cells_lists_their_changes() -> None:
    changes = ChangeList((("number", 3), ("spaces", 1)), (Change("number", "1.234,5", "1234.5", 2),), 1)
    note = replace(an_issue("normalised", Severity.NOTE, field="giuong", count=3), changes=changes)
    described = report_descriptor(Report(3, (note,)), TABLE)["tasks"][0]["issues"][0]["changes"]
    assert described == {
        "kinds": {"number": 3, "spaces": 1},
        "commonest": [{"kind": "number", "before": "1.234,5", "after": "1234.5", "count": 2}],
        "otherCells": 1,
    }


def test_all_faults_are_counted_though_not_all_are_listed() -> None:
    task = report_descriptor(REPORT, TABLE)["tasks"][0]
    assert task["stats"]["errors"] == 2 + 1 + 1 + 4
    assert len(task["errors"]) == 4
    assert any("4 of 8" in warning for warning in task["warnings"])


def test_a_rule_of_ours_keeps_its_code_under_a_type_frictionless_knows() -> None:
    task = report_descriptor(REPORT, TABLE)["tasks"][0]
    coverage = task["errors"][-1]
    assert (coverage["type"], coverage["code"], coverage["severity"]) == ("table-error", "coverage", "hold")
    (outlier,) = task["observations"]
    assert (outlier["type"], outlier["code"], outlier["rowNumber"]) == ("cell-error", "outlier", 4)


def test_a_table_that_is_only_remarked_on_is_valid() -> None:
    report = Report(3, REPORT.issues[4:], faults=REPORT.faults[3:])
    descriptor = report_descriptor(report, TABLE)
    assert descriptor["valid"]
    assert descriptor["tasks"][0]["errors"] == []
    assert descriptor["tasks"][0]["warnings"] == ["Something is wrong."]
    assert [issue["code"] for issue in descriptor["tasks"][0]["issues"]] == ["outlier", "normalised"]
    assert frictionless.Report.from_descriptor(descriptor).valid


def test_an_issue_without_single_faults_is_told_by_its_examples() -> None:
    issue = Issue("extra-cell", Severity.ERROR, Dimension.CORRECT, "a", "b", examples=(Example(5, "x"), Example(6)))
    errors = report_descriptor(Report(9, (issue,)), TABLE)["tasks"][0]["errors"]
    assert [(error["type"], error["rowNumber"], error["cell"]) for error in errors] == [
        ("extra-cell", 5, "x"),
        ("extra-cell", 6, ""),
    ]


@pytest.mark.parametrize("code", sorted(ERROR_TYPES))
def test_frictionless_s_words_are_its_own_and_every_type_is_read_back(code: str) -> None:
    known = frictionless.system.select_error_class(code)
    ours = ERROR_TYPES[code]
    assert (ours.title, ours.description, ours.template, list(ours.tags)) == (
        known.title,
        known.description,
        known.template,
        known.tags,
    )
    report = Report(1, (an_issue(code, field="ma"),), faults=(Fault(code, 2, "ma", 1, ("ma",), "1", note="vì"),))
    assert frictionless.Report.from_descriptor(report_descriptor(report, TABLE)).tasks[0].errors[0].type == code
