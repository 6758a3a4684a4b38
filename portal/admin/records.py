"""Records of another catalogue: those rejected, and each as it came beside the dataset that was made of it."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from catalog.people import Action
from portal.admin.error_files import csv_answer, rejected_rows
from portal.admin.guard import requires
from portal.admin.reach import reached
from portal.context import parts

pages = Blueprint("records", __name__)

PAGE_SIZE = 50
MOST_READ = 10_000
LONGEST_RAW = 100_000


@pages.get("/source/<name>/rejected")
@requires(Action.RUN_SEE)
def rejected(name: str) -> str:
    with parts().store.read() as reader:
        source = reached(reader, name, Action.RUN_SEE)
        records = reader.rejected_records(source.id, limit=MOST_READ)
    page_count = max(-(-len(records) // PAGE_SIZE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), page_count)
    return render_template(
        "admin/rejected.html",
        source=source,
        records=records[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(records),
        page=page,
        page_count=page_count,
    )


@pages.get("/source/<name>/rejected.csv")
@requires(Action.RUN_SEE)
def rejected_file(name: str) -> Response:
    with parts().store.read() as reader:
        source = reached(reader, name, Action.RUN_SEE)
        records = reader.rejected_records(source.id, limit=MOST_READ)
    return csv_answer(rejected_rows(records), f"{source.name}-ban-ghi-bi-loai.csv")


@pages.get("/source/<name>/record")
@requires(Action.RUN_SEE)
def record(name: str) -> str:
    """One record by its identifier, which may hold anything and therefore stands in the question."""
    with parts().store.read() as reader:
        source = reached(reader, name, Action.RUN_SEE)
        found = reader.remote_record(source.id, request.args.get("id", ""))
        dataset = reader.dataset(found.dataset_id) if found.dataset_id else None
    raw = json.dumps(found.raw, ensure_ascii=False, indent=2)
    return render_template(
        "admin/record.html",
        source=source,
        record=found,
        dataset=dataset,
        raw=raw[:LONGEST_RAW],
        is_cut=len(raw) > LONGEST_RAW,
    )
