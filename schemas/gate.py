"""The gate every table passes: personal data, canonical form, schema, rules, comparison with the version before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.dictionary import TableSchema
from catalog.issues import FAULTS_KEPT, Issue, Report
from catalog.ports import GateContext, Judgement, StagedTable
from schemas import change_messages, column_messages
from schemas.cell_formats import converter
from schemas.check import Sibling, check_table
from schemas.engine.plan import Plan
from schemas.frictionless_schema import judging_descriptor
from schemas.guards import find_jumps
from schemas.normalise import Normalised, normalise, with_units_by_field
from schemas.period_guard import find_lost_periods
from schemas.personal_data import look_for_personal_data, masker_for, verify_declarations
from schemas.rules import apply_rules, verify_rules
from schemas.staged_rows import declared
from schemas.units import unit_issues


def verify_schema(schema: TableSchema) -> None:
    """Raises ``ValueError`` or ``InvalidInput`` naming what in a schema makes no sense: a rule, a way of writing, a
    type, a pattern or a limit that cannot be used, public values that are malformed."""
    Plan.of(judging_descriptor(schema), (), storable_only=True)
    verify_rules(schema)
    verify_declarations(schema)
    raw = declared(schema)
    for field in schema.fields:
        converter(field, raw.get(field.name, {}))


def judge_table(table: StagedTable, schema: TableSchema, context: GateContext, folder: Path) -> Judgement:
    """See :class:`catalog.ports.Gate`. The canonical table has all columns of the dictionary, in its order, and no
    other; those the source lacks are empty and reported. Raises ``ValueError`` only for a schema whose rules make no
    sense."""
    table = with_units_by_field(table, schema)
    personal = look_for_personal_data(table, schema, context.today)
    normalised = normalise(table, schema, folder, context.code_lists, context.today)
    siblings = {name: Sibling(other, context.sibling_schemas.get(name)) for name, other in context.siblings.items()}
    report = check_table(normalised.table, schema, context.code_lists, siblings, context.today, normalised.missing)
    issues = [
        *table.notices,
        *unit_issues(table, schema),
        *personal.issues,
        *_column_issues(normalised, schema),
        *report.issues,
    ]
    found = (apply_rules(normalised.table, schema, context), find_jumps(normalised.table, schema, context))
    issues.extend(issue for findings in found for issue in findings.issues)
    issues.extend(find_lost_periods(normalised.table, schema, context))
    issues.extend(_notes(normalised, schema))
    masker = masker_for(personal, schema, issues)
    masked = tuple(map(masker.issue, issues))
    faults = [*report.faults, *(fault for findings in found for fault in findings.faults)]
    shown = map(masker.fault, sorted(faults, key=lambda fault: fault.row or 0)[:FAULTS_KEPT])
    judged = Report(table.row_count, masked, report.truncated, tuple(shown), table.row_numbers)
    return Judgement(normalised.table, judged)


def _column_issues(normalised: Normalised, schema: TableSchema) -> Iterator[Issue]:
    others = (*normalised.extra, *normalised.table.left_out)
    yield from column_messages.missing_columns(schema, normalised.missing, others)
    if normalised.extra:
        yield column_messages.extra_columns(normalised.extra)
    if normalised.extra_cells.count:
        yield column_messages.extra_cells(normalised.extra_cells)
    for name, places in normalised.missing_cells.items():
        yield column_messages.missing_cells(schema, name, places)


def _notes(normalised: Normalised, schema: TableSchema) -> Iterator[Issue]:
    for name, changes in normalised.changes.items():
        yield from change_messages.normalised_cells(schema, name, changes)
    if normalised.table.left_out:
        yield column_messages.columns_left_out(normalised.table.left_out)
