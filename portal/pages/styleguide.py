"""Every piece of the pages on one page, for those who build them; absent outside development and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template

from catalog.issues import Dimension, Example, Issue, Severity
from catalog.reading import as_listed
from catalog.sources import HarvestRun, RunId, RunState, SourceId
from portal.context import parts
from portal.pages.dataset import DatasetPage, dataset_page
from portal.pages.dataset_list import Found
from portal.pages.facets import FacetGroup, FacetOption
from portal.pages.home import DueDay, due_days
from portal.pages.overview import overview

pages = Blueprint("styleguide", __name__)


@dataclass(frozen=True, slots=True)
class Specimens:
    """What the pieces show; ``found`` and ``page`` are of the largest dataset, ``None`` in an empty catalogue."""

    run: HarvestRun
    issues: tuple[Issue, ...]
    facet: FacetGroup
    days: tuple[DueDay, ...]
    found: Found | None
    page: DatasetPage | None


@pages.get("/styleguide")
def styleguide() -> str:
    if not (current_app.debug or current_app.testing):
        abort(404)
    return render_template("styleguide.html", example=specimens(), page_address="#page-{}".format)


def specimens() -> Specimens:
    fullest = max(overview(parts()).owed, key=lambda item: item.row_count, default=None)
    page = dataset_page(fullest.dataset.name) if fullest else None
    now = parts().clock()
    run = HarvestRun(RunId("r"), SourceId("s"), RunState.RUNNING, "schedule", now - timedelta(minutes=1))
    return Specimens(
        run=run,
        issues=(
            _issue(
                Severity.ERROR, "type-error", "Cột giuong: 1 ô không phải số nguyên.", "Cell is not a whole number."
            ),
            _issue(Severity.HOLD, "shrunken-table", "Bảng giảm từ 200 xuống 100 dòng.", "The table lost 100 rows."),
            _issue(Severity.NOTE, "columns-left-out", "Không đọc 1 cột của nguồn.", "One column was not read."),
        ),
        facet=FacetGroup(
            "theme",
            "Chủ đề",
            tuple(FacetOption(f"mau-{n}", f"Chủ đề {n}", 9 - n, chosen=n == 0) for n in range(4)),
            tuple(FacetOption(f"them-{n}", f"Chủ đề khác {n}", 1, chosen=False, depth=n % 3) for n in range(10)),
            long=True,
        ),
        days=due_days(overview(parts()), now),
        found=Found(as_listed(page.published)) if page else None,
        page=page,
    )


def _issue(severity: Severity, code: str, message: str, message_en: str) -> Issue:
    return Issue(
        code=code,
        severity=severity,
        dimension=Dimension.CORRECT,
        message=message,
        message_en=message_en,
        remedy="Sửa ở nguồn rồi chờ lần thu thập sau.",
        remedy_en="Mend it in the source and wait for the next harvest.",
        field="giuong",
        count=3,
        examples=(Example(12, "ba"), Example(40, "1,2.3")),
    )
