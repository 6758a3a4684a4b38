"""Use cases that look after sources: added, changed, paused, removed, told to run or to stop; every step audited.

Options come checked by their kind and with their secrets encrypted (``portal.source_access``). What a source published
stays public whatever becomes of the source, unless its withdrawal is asked for.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime

from catalog.errors import AlreadyExists, EditConflict, InvalidInput, NotFound, RunInProgress
from catalog.model import Dataset, DatasetStatus
from catalog.ports import AuditEvent, CatalogReader, CatalogStore, CatalogTransaction, Topic
from catalog.schedule import check_schedule
from catalog.sources import HarvestRun, HarvestSource, SourceId, SourceTable
from catalog.vietnamese import clean, slug

LONGEST_NAME = 80


def new_source_id() -> SourceId:
    """For a source that is about to be added; its secrets are encrypted for this id."""
    return SourceId(str(uuid.uuid4()))


def add_source(store: CatalogStore, source: HarvestSource, *, actor: str, at: datetime) -> HarvestSource:
    """Raises ``InvalidInput`` (name, schedule), ``AlreadyExists`` (name) and ``NotFound`` (organization)."""
    wanted = _checked(source)
    with store.write() as transaction:
        transaction.organization(wanted.organization_id)
        _require_free(transaction, wanted)
        transaction.put_source(wanted)
        transaction.add_audit(_event(wanted, actor, "source.create", at))
    return wanted


def edit_source(
    store: CatalogStore, source: HarvestSource, *, actor: str, at: datetime, former: HarvestSource | None = None
) -> HarvestSource:
    """Replace what is stored of a source. Raises as :func:`add_source`, ``NotFound`` for the source itself, and
    ``EditConflict`` if it is not ``former`` any more, where that is given."""
    wanted = _checked(source)
    with store.write() as transaction:
        stored = transaction.source(source.id)
        if former is not None and stored != former:
            raise changed_meanwhile(stored)
        _require_free(transaction, wanted)
        if wanted != stored:
            transaction.put_source(wanted)
            names = (item.name for item in fields(HarvestSource))
            changed = ", ".join(name for name in names if getattr(wanted, name) != getattr(stored, name))
            transaction.add_audit(_event(wanted, actor, "source.update", at, changed=changed))
    return wanted


def changed_meanwhile(source: HarvestSource) -> EditConflict:
    """Somebody else was quicker."""
    return EditConflict(
        f"Nguồn “{source.name}” vừa được người khác sửa; hãy mở lại trang để thấy bản mới rồi sửa tiếp.",
        f"Source “{source.name}” was changed by somebody else; open the page again and edit what is there now.",
        source=source.name,
    )


def pause_source(store: CatalogStore, key: str, *, paused: bool, actor: str, at: datetime) -> HarvestSource:
    """Stop harvesting a source by its schedule, or go on."""
    with store.write() as transaction:
        source = transaction.source(key)
        wanted = replace(source, enabled=not paused)
        if wanted != source:
            transaction.put_source(wanted)
            transaction.add_audit(_event(wanted, actor, "source.pause" if paused else "source.resume", at))
    return wanted


def remove_source(store: CatalogStore, key: str, *, withdraw: bool, actor: str, at: datetime) -> HarvestSource:
    """Forget a source, its runs and what is remembered of its records. With ``withdraw`` the datasets that another
    catalogue's listing gave us are withdrawn; tables stay public, for their dataset is ours. Raises ``RunInProgress``
    while it is being harvested."""
    with store.write() as transaction:
        source = transaction.source(key)
        active = transaction.active_run(source.id)
        if active is not None:
            raise RunInProgress(
                f"Nguồn “{source.name}” đang được thu thập; hãy dừng lượt đó trước.",
                f"Source “{source.name}” is being harvested; cancel that run first.",
                run_id=active.id,
            )
        if withdraw:
            _withdraw(transaction, source, actor, at)
        transaction.delete_source(source.id)
        transaction.add_audit(_event(source, actor, "source.remove", at, withdrawn=str(withdraw).lower()))
    return source


def put_tables(
    store: CatalogStore, key: str, tables: Iterable[SourceTable], *, actor: str, at: datetime
) -> HarvestSource:
    """Say which tables of a source are harvested, and where they go. Raises ``InvalidInput`` for a key or a resource
    that is named twice, ``NotFound`` for a schema, dataset or resource that does not exist."""
    wanted = tuple(tables)
    with store.write() as transaction:
        source = transaction.source(key)
        _check_tables(transaction, wanted)
        changed = replace(source, tables=wanted)
        if changed != source:
            transaction.put_source(changed)
            keys = ", ".join(table.key for table in wanted)
            transaction.add_audit(_event(changed, actor, "source.tables", at, tables=keys))
    return changed


def request_run(store: CatalogStore, key: str, *, actor: str, at: datetime, full: bool = False) -> HarvestRun:
    """Queue a run for the workers, a ``full`` one to read what seems not to have changed too. Raises ``RunInProgress``
    if the source has one."""
    with store.write() as transaction:
        source = transaction.source(key)
        run = transaction.enqueue_run(source.id, actor, at)
        if full:
            transaction.forget_fingerprints(source.id)
        transaction.add_audit(
            _event(source, actor, "run.request", at, run=run.id, **({"full": "true"} if full else {}))
        )
    return run


def read_anew(store: CatalogStore, key: str, *, actor: str, at: datetime) -> None:
    """Let the next run of a source read everything, what seems not to have changed too."""
    with store.write() as transaction:
        source = transaction.source(key)
        transaction.forget_fingerprints(source.id)
        transaction.add_audit(_event(source, actor, "source.read-anew", at))


def cancel_run(store: CatalogStore, key: str, *, actor: str, at: datetime) -> HarvestRun:
    """Ask that the active run of a source end. Raises ``NotFound`` if there is none."""
    with store.write() as transaction:
        source = transaction.source(key)
        active = transaction.active_run(source.id)
        if active is None:
            raise NotFound.of("lượt thu thập", source.name)
        run = transaction.cancel_run(active.id, actor, at)
        transaction.add_audit(_event(source, actor, "run.cancel", at, run=run.id))
    return run


def _checked(source: HarvestSource) -> HarvestSource:
    name = clean(source.name)
    if not name or slug(name, limit=LONGEST_NAME) != name:
        raise InvalidInput(
            f"Tên nguồn “{name}” chỉ gồm chữ thường không dấu, số và gạch nối, dài tối đa {LONGEST_NAME} ký tự;"
            f" ví dụ “{slug(name, limit=LONGEST_NAME) or 'so-y-te'}”.",
            f"The name “{name}” must consist of small letters, digits and hyphens, {LONGEST_NAME} at most.",
            option="name",
        )
    check_schedule(source.cron, source.quiet_hours)
    return replace(source, name=name, title=clean(source.title) or name, description=clean(source.description))


def _require_free(reader: CatalogReader, source: HarvestSource) -> None:
    try:
        other = reader.source(source.name)
    except NotFound:
        return
    if other.id != source.id:
        raise AlreadyExists(
            f"Đã có nguồn thu thập khác tên “{source.name}”; hãy chọn tên khác.",
            f"Another source has the name “{source.name}”; choose another.",
            name=source.name,
        )


def _check_tables(reader: CatalogReader, tables: tuple[SourceTable, ...]) -> None:
    names = Counter(str(name) for table in tables for name in {table.key, table.distribution_id})
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise InvalidInput(
            f"“{twice}” được dùng cho hai bảng của nguồn; mỗi bảng cần khóa và tài nguyên riêng.",
            f"“{twice}” is used by two tables of the source; each needs its own key and resource.",
            option="tables",
        )
    for table in tables:
        reader.table_schema(table.schema_name)
        dataset = reader.dataset(table.dataset_id)
        if all(item.id != table.distribution_id for item in dataset.distributions):
            raise NotFound.of("tài nguyên", table.distribution_id)


def _withdraw(transaction: CatalogTransaction, source: HarvestSource, actor: str, at: datetime) -> None:
    ids = [mark.dataset_id for mark in transaction.remote_marks(source.id).values() if mark.dataset_id]
    live = [item for item in transaction.datasets(ids) if item.status is not DatasetStatus.WITHDRAWN] if ids else []
    for dataset in live:
        transaction.put_dataset(replace(dataset, status=DatasetStatus.WITHDRAWN), at)
        transaction.add_audit(_withdrawal(dataset, actor, at))
    transaction.add_events(Topic.DATASET, [dataset.id for dataset in live], at)


def _withdrawal(dataset: Dataset, actor: str, at: datetime) -> AuditEvent:
    details = {"name": dataset.name, "reason": "source-removed"}
    return AuditEvent(at, actor, "dataset.withdraw", "dataset", dataset.id, details)


def _event(source: HarvestSource, actor: str, action: str, at: datetime, **details: str) -> AuditEvent:
    return AuditEvent(at, actor, action, "source", source.id, {"name": source.name, **details})
