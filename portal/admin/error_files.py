"""Files of errors for whoever mends them: CSV (RFC 4180, UTF-8 with BOM) that a spreadsheet never runs as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from catalog.issues import Report
from catalog.remote import KeptRecord
from portal.api.downloads import disposition
from portal.pages.languages import _, plain_in_language
from portal.pages.states import severity_state
from publishers.formulas import neutralise_formulas

Line = Sequence[str]


def csv_answer(rows: Iterable[Line], filename: str) -> Response:
    """A download of ``rows``, the first of which is the header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow(neutralise_formulas(list(row)))
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = disposition(filename)
    return response


def fault_rows(report: Report) -> Iterator[Line]:
    """Every single place that the report knows, with what is wrong there and what to do."""
    yield (_("Dòng"), _("Cột"), _("Giá trị"), _("Mức"), _("Mã"), _("Điều sai"), _("Cách sửa"))
    for issue, fault in report.places():
        column = fault.field or ", ".join(fault.fields) or (issue.field if issue else "") or ""
        yield (
            "" if fault.row is None else str(fault.row),
            column,
            fault.value,
            severity_state(issue.severity).label if issue else "",
            fault.code,
            plain_in_language(issue.message, issue.message_en) if issue else fault.note,
            plain_in_language(issue.remedy, issue.remedy_en) if issue else "",
        )


def rejected_rows(records: Iterable[KeptRecord]) -> Iterator[Line]:
    """Every problem of every record that was rejected."""
    yield (_("Vị trí"), _("Mã bản ghi"), _("Mã"), _("Điều sai"), _("Cách sửa"))
    for record in records:
        for issue in record.problems:
            yield (
                str(record.position),
                record.identifier,
                issue.code,
                plain_in_language(issue.message, issue.message_en),
                plain_in_language(issue.remedy, issue.remedy_en),
            )
