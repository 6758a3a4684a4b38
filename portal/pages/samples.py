"""Ready-made commands that read a table from a program, with the real addresses in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.dictionary import TableSchema
from catalog.reading import PublishedDataset, PublishedTable
from portal.pages.languages import _
from publishers.links import Links


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code; ``language`` is shown beside the title."""

    title: str
    language: str
    code: str


def code_samples(published: PublishedDataset, table: PublishedTable, links: Links) -> tuple[Sample, ...]:
    name, distribution = published.dataset.name, table.distribution
    rows = links.table_rows(distribution.id)
    csv = links.download(name, distribution.name, "csv")
    return (
        Sample(_("Hỏi từng dòng"), "curl", f"curl '{rows}?_limit=5'"),
        Sample(
            _("Đọc cả bảng"),
            "Python",
            f"import pandas as pd\n\nurl = {json.dumps(csv)}\ntable = pd.read_csv(url{_code_types(table.schema)})",
        ),
        Sample(
            _("Từ chương trình viết cho CKAN"),
            "curl",
            f"curl '{links.action('package_show')}?id={name}'",
        ),
    )


def _code_types(schema: TableSchema | None) -> str:
    """The argument that keeps leading zeros of codes; pandas would read them as numbers."""
    codes = list(_code_columns(schema)) if schema else []
    if not codes:
        return ""
    inner = ", ".join(f"{json.dumps(code)}: str" for code in codes)
    return ", dtype={" + inner + "}"


def _code_columns(schema: TableSchema) -> Iterable[str]:
    for field in schema.fields:
        pattern = str(field.constraints.get("pattern", "")).lstrip("^")
        if field.type == "string" and (
            field.code_list or pattern[:1].isdigit() or pattern.startswith((r"\d", "[0-9]"))
        ):
            yield field.name
