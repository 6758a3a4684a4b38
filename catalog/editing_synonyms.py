"""Use cases that look after the words that mean the same to a search; every step audited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from catalog.errors import AlreadyExists, EditConflict, InvalidInput, NotFound
from catalog.ports import AuditEvent, CatalogReader, CatalogStore
from catalog.synonyms import Synonyms, SynonymsId, checked_terms, compared, switches_of, switching_off, write_group

_OBJECT = "synonyms"


def add_synonyms(store: CatalogStore, terms: tuple[str, ...], *, actor: str, at: datetime) -> Synonyms:
    """Raises ``InvalidInput``, and ``AlreadyExists`` where a group holds all these terms."""
    (added,) = import_synonyms(store, [terms], actor=actor, at=at) or (None,)
    if added is None:
        raise AlreadyExists(
            f"Đã có nhóm chứa mọi từ này: {write_group(terms)}.",
            f"There is a group with all these terms: {write_group(terms)}.",
        )
    return added


def import_synonyms(
    store: CatalogStore, groups: Iterable[tuple[str, ...]], *, actor: str, at: datetime
) -> tuple[Synonyms, ...]:
    """Add groups, all or none; one whose terms all stand in a stored group adds nothing. Raises ``InvalidInput``, for
    no group at all too."""
    wanted = [checked_terms(terms) for terms in groups]
    if not wanted:
        raise InvalidInput("Hãy viết ít nhất một nhóm từ.", "Write one group of words at least.")
    added: list[Synonyms] = []
    with store.write() as transaction:
        known = [compared(group.terms) for group in transaction.synonyms() if not group.switches_off]
        for terms in wanted:
            if any(compared(terms) <= held for held in known):
                continue
            group = Synonyms(SynonymsId(str(uuid.uuid4())), terms)
            known.append(compared(terms))
            transaction.put_synonyms(group)
            transaction.add_audit(_event(group, actor, "synonyms.create", at))
            added.append(group)
    return tuple(added)


def change_synonyms(
    store: CatalogStore, former: Synonyms, terms: tuple[str, ...], *, actor: str, at: datetime
) -> Synonyms:
    """Raises ``InvalidInput``, ``NotFound`` for a group that is gone, and ``EditConflict`` if it is not ``former`` any
    more."""
    wanted = Synonyms(former.id, checked_terms(terms))
    with store.write() as transaction:
        if synonyms_of(transaction, former.id) != former:
            raise EditConflict(
                "Nhóm từ này vừa được người khác sửa; hãy mở lại trang để thấy bản mới rồi sửa tiếp.",
                "This group was changed by somebody else; open the page again and edit what is there now.",
            )
        if wanted != former:
            transaction.put_synonyms(wanted)
            transaction.add_audit(_event(wanted, actor, "synonyms.update", at, former=write_group(former.terms)))
    return wanted


def remove_synonyms(store: CatalogStore, group_id: SynonymsId, *, actor: str, at: datetime) -> Synonyms:
    """Raises ``NotFound``."""
    with store.write() as transaction:
        group = synonyms_of(transaction, group_id)
        transaction.delete_synonyms(group.id)
        transaction.add_audit(_event(group, actor, "synonyms.remove", at))
    return group


def switch_off(store: CatalogStore, shipped: tuple[str, ...], *, actor: str, at: datetime) -> bool:
    """Let a group that comes with the program not count; whether it did until now."""
    with store.write() as transaction:
        if switches_of(shipped, transaction.synonyms()):
            return False
        switch = switching_off(shipped)
        transaction.put_synonyms(switch)
        transaction.add_audit(_event(switch, actor, "synonyms.switch-off", at))
    return True


def switch_on(store: CatalogStore, shipped: tuple[str, ...], *, actor: str, at: datetime) -> bool:
    """Let a group that comes with the program count again; whether it did not until now."""
    with store.write() as transaction:
        switches = switches_of(shipped, transaction.synonyms())
        for switch in switches:
            transaction.delete_synonyms(switch.id)
            transaction.add_audit(_event(switch, actor, "synonyms.switch-on", at))
    return bool(switches)


def synonyms_of(reader: CatalogReader, group_id: str) -> Synonyms:
    """Raises ``NotFound``."""
    for group in reader.synonyms():
        if group.id == group_id and not group.switches_off:
            return group
    raise NotFound.of("nhóm từ đồng nghĩa", group_id)


def _event(group: Synonyms, actor: str, action: str, at: datetime, **details: str) -> AuditEvent:
    return AuditEvent(at, actor, action, _OBJECT, group.id, {"terms": write_group(group.terms), **details})
