"""Use cases about tables that the gate held: who may let one pass, and what that decision covers.

A held table is published when one person asks for it with a reason and a second, different person approves. The release
holds for exactly the bytes, the dictionary and the findings it was given for: changed data or a new finding is held
again. What is wrong (an error) and what the dictionary calls personal is released by nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.dictionary import TableSchema
from catalog.errors import EditConflict, InvalidInput, NotFound
from catalog.issues import Issue, Severity
from catalog.ports import CatalogReader, CatalogStore, CatalogTransaction
from catalog.released_reports import never_released, release_event
from catalog.releases import Release, ReleaseId, ReleaseState, findings_of
from catalog.sources import (
    CATALOG_KEY,
    CATALOG_SCHEMA,
    HarvestSource,
    Outcome,
    SourceId,
    SourceTable,
    TableOutcome,
    catalog_table,
)
from catalog.vietnamese import canonical_tone, clean

SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class HeldTable:
    """A table that waits for a person. ``release`` is the newest one for its present content, if any."""

    source: HarvestSource
    table: SourceTable
    outcome: TableOutcome
    release: Release | None = None

    @property
    def holds(self) -> tuple[Issue, ...]:
        """The findings that hold it."""
        return tuple(issue for issue in self.outcome.issues if issue.severity is Severity.HOLD)


def held_tables(reader: CatalogReader, source_id: SourceId | None = None) -> tuple[HeldTable, ...]:
    """All tables whose newest outcome is a hold, by source and key."""
    sources = reader.sources() if source_id is None else (reader.source(source_id),)
    found = []
    for source in sources:
        outcomes = reader.last_outcomes(source.id)
        for table in (catalog_table(source), *sorted(source.tables, key=lambda table: table.key)):
            outcome = outcomes.get(table.key)
            if outcome is not None and outcome.outcome is Outcome.HELD:
                found.append(HeldTable(source, table, outcome, _release_for(reader, source, outcome)))
    return tuple(found)


def schema_of_table(reader: CatalogReader, table: SourceTable) -> TableSchema:
    """What a table, or the listing of another catalogue, is held against."""
    return CATALOG_SCHEMA if table.key == CATALOG_KEY else reader.table_schema(table.schema_name)


def held_table(reader: CatalogReader, source: str, table_key: str) -> HeldTable:
    """One held table. Raises ``NotFound``, or ``InvalidInput`` for a table that is not held."""
    origin = reader.source(source)
    if all(table.key != table_key for table in (catalog_table(origin), *origin.tables)):
        raise NotFound.of("bảng", table_key)
    found = next((held for held in held_tables(reader, origin.id) if held.table.key == table_key), None)
    if found is None:
        raise InvalidInput(
            f"Bảng “{table_key}” không bị giữ, nên không có gì để duyệt; xem kết quả của lượt thu thập mới nhất.",
            f"Table “{table_key}” is not held: there is nothing to release. See the outcome of its newest run.",
            table=table_key,
        )
    return found


def _release_for(reader: CatalogReader, source: HarvestSource, outcome: TableOutcome) -> Release | None:
    releases = reader.releases(source.id, outcome.table_key)
    return next((item for item in releases if item.is_for(outcome.snapshot_sha256, outcome.schema_digest)), None)


# --- deciding --------------------------------------------------------------------------------------------------------


def request_release(
    store: CatalogStore,
    source: str,
    table_key: str,
    *,
    reason: str,
    requested_by: str,
    at: datetime,
    mask: Callable[[str], str] = str,
) -> Release:
    """Ask that a held table be published as it is. ``mask`` hides personal values in the reason, which is published
    with the report. Raises ``NotFound``, ``InvalidInput`` (not held, not releasable, no reason, no name) and
    ``AlreadyExists`` (somebody asked already). A request for content that is gone makes room."""
    person = _person(requested_by)
    why = _reason(reason, mask)
    with store.write() as transaction:
        held = held_table(transaction, source, table_key)
        _require_releasable(held, schema_of_table(transaction, held.table))
        _supersede(transaction, held, at)
        release = Release(
            id=ReleaseId(str(uuid.uuid4())),
            source_id=held.source.id,
            table_key=table_key,
            snapshot_sha256=held.outcome.snapshot_sha256,
            schema_digest=held.outcome.schema_digest,
            findings=findings_of(held.holds),
            reason=why,
            requested_by=person,
            requested_at=at,
        )
        transaction.add_release(release)
        transaction.add_audit(release_event(held.source, release, person, "release.request", at, reason=why))
    return release


def approve_release(store: CatalogStore, source: str, table_key: str, *, approved_by: str, at: datetime) -> Release:
    """The second person's consent; the next harvest publishes the table. Raises ``NotFound`` without an open request,
    ``InvalidInput`` for the person who asked, ``EditConflict`` if the table is not any more what was asked about."""
    person = _person(approved_by)
    with store.write() as transaction:
        held = held_table(transaction, source, table_key)
        request = _open_request(transaction, held.source, table_key)
        if is_same_person(request.requested_by, person):
            raise InvalidInput(
                "Người duyệt phải khác người đề nghị; hãy để người thứ hai xem và duyệt.",
                "Who approves must not be who asked: let a second person look and approve.",
            )
        _require_unchanged(request, held)
        approved = replace(request, state=ReleaseState.APPROVED, decided_by=person, decided_at=at)
        transaction.decide_release(approved)
        transaction.add_audit(release_event(held.source, approved, person, "release.approve", at))
    return approved


def refuse_release(
    store: CatalogStore,
    source: str,
    table_key: str,
    *,
    reason: str,
    refused_by: str,
    at: datetime,
    mask: Callable[[str], str] = str,
) -> Release:
    """Turn the open request down; the table stays held. Who asked may withdraw in this way too."""
    person = _person(refused_by)
    why = _reason(reason, mask)
    with store.write() as transaction:
        origin = transaction.source(source)
        request = _open_request(transaction, origin, table_key)
        refused = replace(request, state=ReleaseState.REFUSED, decided_by=person, decided_at=at, decision=why)
        transaction.decide_release(refused)
        transaction.add_audit(release_event(origin, refused, person, "release.refuse", at, reason=why))
    return refused


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are the same however they are typed: case, blanks, and the two spellings of accents."""
    return _person_key(one) == _person_key(other)


def _person_key(name: str) -> str:
    return " ".join(canonical_tone(clean(name)).casefold().split())


def _person(name: str) -> str:
    found = " ".join(clean(name).split())
    if not found:
        raise InvalidInput("Hãy cho tên người thực hiện.", "Give the name of the person who does this.")
    return found


def _reason(reason: str, mask: Callable[[str], str]) -> str:
    found = " ".join(clean(reason).split())
    if len(found) < SHORTEST_REASON:
        raise InvalidInput(
            f"Hãy nêu lý do, ít nhất {SHORTEST_REASON} ký tự: vì sao dữ liệu này công bố được.",
            f"Give a reason of at least {SHORTEST_REASON} characters: why these data may be published.",
        )
    return mask(found)


def _require_releasable(held: HeldTable, schema: TableSchema) -> None:
    closed = never_released(held.outcome.issues, schema)
    if closed:
        names = ", ".join(sorted({f"{issue.field or held.table.key} ({issue.code})" for issue in closed}))
        raise InvalidInput(
            f"Không ai được duyệt công bố các phát hiện này: {names}. Hãy bỏ cột hoặc sửa dữ liệu ở nguồn.",
            f"Nobody may release these findings: {names}. Leave the column out or correct it at the source.",
            table=held.table.key,
        )


def _require_unchanged(request: Release, held: HeldTable) -> None:
    outcome = held.outcome
    if not request.is_for(outcome.snapshot_sha256, outcome.schema_digest) or request.not_accepted(held.holds):
        raise EditConflict(
            "Bảng hoặc các phát hiện đã đổi kể từ khi đề nghị; hãy xem lại rồi đề nghị lại.",
            "The table or its findings changed since this was asked; look again and ask again.",
            table=held.table.key,
        )


def _open_request(reader: CatalogReader, source: HarvestSource, table_key: str) -> Release:
    releases = reader.releases(source.id, table_key)
    found = next((release for release in releases if release.state is ReleaseState.REQUESTED), None)
    if found is None:
        raise NotFound.of("đề nghị công bố", table_key)
    return found


def _supersede(transaction: CatalogTransaction, held: HeldTable, at: datetime) -> None:
    """An open request about content that is not there any more makes room for the next one."""
    for release in transaction.releases(held.source.id, held.table.key):
        outcome = held.outcome
        current = release.is_for(outcome.snapshot_sha256, outcome.schema_digest)
        if release.state is ReleaseState.REQUESTED and (not current or release.not_accepted(held.holds)):
            transaction.decide_release(replace(release, state=ReleaseState.SUPERSEDED, decided_at=at))
