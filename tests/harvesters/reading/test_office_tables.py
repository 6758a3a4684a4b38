"""Tables as offices lay them out: each is read rightly, or a person is asked for a reason that is true."""

from __future__ import annotations

import pytest

from catalog.layout import Confidence, LayoutProposal
from harvesters.reading.layout import check_layout, propose, table_rows
from tests.harvesters.reading.office_tables import TABLES, OfficeTable


def differences(table: OfficeTable, proposal: LayoutProposal) -> list[str]:
    """How the proposal differs from what a careful reader takes from the table."""
    layout = proposal.layout
    labels = [column.label for column in layout.columns]
    rows = [texts for _, texts in table_rows(table.book(), layout)]
    units = {column.label: column.unit for column in layout.columns if column.unit}
    pairs = {
        "labels": (labels, table.labels.split("|")),
        "columns": ([column.position for column in layout.columns], table.positions),
        "rows": (rows, table.rows()),
        "unit": (layout.unit, table.unit),
        "units": (units, table.units or units),
        "section": (layout.section_column, table.section),
    }
    return [f"{what}: {found} instead of {wanted}" for what, (found, wanted) in pairs.items() if found != wanted]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_read_rightly_or_a_person_is_asked(table: OfficeTable) -> None:
    proposal = propose(table.book(), None)
    assert proposal.evidence
    if table.asks:
        assert proposal.confidence is Confidence.UNSURE
    if proposal.confidence is not Confidence.UNSURE:
        assert differences(table, proposal) == []
    assert check_layout(table.book(), proposal.layout) == ()


def test_most_tables_are_read_without_asking() -> None:
    sure = [table.name for table in TABLES if propose(table.book(), None).confidence is not Confidence.UNSURE]
    asked = [table.name for table in TABLES if not table.asks and table.name not in sure]
    assert asked == []
