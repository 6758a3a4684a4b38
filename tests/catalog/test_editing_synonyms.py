"""Words that mean the same, as operators keep them: added, changed, removed, every step audited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.editing_synonyms import (
    add_synonyms,
    change_synonyms,
    import_synonyms,
    remove_synonyms,
    switch_off,
    switch_on,
    synonyms_of,
)
from catalog.errors import AlreadyExists, EditConflict, InvalidInput, NotFound
from catalog.storage.database import SqlCatalogStore
from catalog.synonyms import MOST_TERMS, Synonyms, read_group, read_groups, switches_of

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
HTX = ("HTX", "hợp tác xã")


def kept(store: SqlCatalogStore) -> list[tuple[str, ...]]:
    with store.read() as reader:
        return [group.terms for group in reader.synonyms()]


def add(store: SqlCatalogStore, *terms: str) -> Synonyms:
    return add_synonyms(store, terms, actor="quan-tri", at=NOW)


def test_groups_are_kept_in_the_order_of_the_alphabet(store: SqlCatalogStore) -> None:
    add(store, *HTX)
    add(store, "đò", "bến đò ngang")
    add(store, "Chợ", "chợ dân sinh")
    assert kept(store) == [("Chợ", "chợ dân sinh"), ("đò", "bến đò ngang"), HTX]


def test_a_group_that_says_nothing_new_is_refused(store: SqlCatalogStore) -> None:
    add(store, *HTX, "hợp tác")
    with pytest.raises(AlreadyExists):
        add(store, "HỢP TÁC XÃ", "htx")
    assert len(kept(store)) == 1


def test_changes_and_removals(store: SqlCatalogStore) -> None:
    group = add(store, *HTX)
    wider = change_synonyms(store, group, (*HTX, "HTXNN"), actor="quan-tri", at=NOW)
    assert kept(store) == [(*HTX, "HTXNN")]
    with pytest.raises(EditConflict):
        change_synonyms(store, group, ("HTX", "hợp tác"), actor="lan", at=NOW)
    remove_synonyms(store, wider.id, actor="quan-tri", at=NOW)
    assert kept(store) == []
    for gone in (lambda: remove_synonyms(store, wider.id, actor="quan-tri", at=NOW), lambda: _look(store, wider)):
        with pytest.raises(NotFound):
            gone()


def _look(store: SqlCatalogStore, group: Synonyms) -> None:
    with store.read() as reader:
        synonyms_of(reader, group.id)


def test_every_step_is_audited(store: SqlCatalogStore) -> None:
    group = add(store, *HTX)
    wider = change_synonyms(store, group, (*HTX, "HTXNN"), actor="lan", at=NOW)
    change_synonyms(store, wider, wider.terms, actor="lan", at=NOW)
    remove_synonyms(store, group.id, actor="quan-tri", at=NOW)
    with store.read() as reader:
        events = reader.audit(object_id=group.id)
    assert [event.action for event in events] == ["synonyms.remove", "synonyms.update", "synonyms.create"]
    assert events[1].details == {"terms": "HTX = hợp tác xã = HTXNN", "former": "HTX = hợp tác xã"}


def test_an_import_adds_all_that_is_new_or_nothing(store: SqlCatalogStore) -> None:
    add(store, *HTX)
    groups = read_groups("# của tỉnh\n\nHTX = hợp tác xã\nđò = bến đò\nĐò = Bến đò\n")
    assert len(import_synonyms(store, groups, actor="quan-tri", at=NOW)) == 1
    assert kept(store) == [("đò", "bến đò"), HTX]
    with pytest.raises(InvalidInput):
        import_synonyms(store, [("chợ", "chợ dân sinh"), ("một",)], actor="quan-tri", at=NOW)
    assert len(kept(store)) == 2


@pytest.mark.parametrize("line", ["một", "một = ", "một = một", "a = -", "= =", f"a = {'x' * 121}"])
def test_what_is_no_group_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(InvalidInput, match="Dòng 2"):
        read_groups(f"HTX = hợp tác xã\n{line}")


def test_a_group_has_an_end() -> None:
    with pytest.raises(InvalidInput, match=str(MOST_TERMS)):
        read_groups(" = ".join(map(str, range(MOST_TERMS + 1))))


def test_terms_are_cleaned() -> None:
    assert read_group(" HTX =  hợp \u00a0tác\txã = HTX = ") == HTX


def test_a_group_of_the_program_is_switched_off_and_on_again(store: SqlCatalogStore) -> None:
    assert switch_off(store, HTX, actor="lan", at=NOW)
    assert not switch_off(store, ("htx", "HỢP TÁC XÃ"), actor="lan", at=NOW)
    with store.read() as reader:
        (switch,) = reader.synonyms()
        assert [(event.action, event.actor) for event in reader.audit(object_id=switch.id)] == [
            ("synonyms.switch-off", "lan")
        ]
    assert switches_of((*HTX, "HTX nông nghiệp"), (switch,)) == (switch,)
    assert switches_of(("HTX", "hợp tác"), (switch,)) == ()
    for use in (lambda: _look(store, switch), lambda: remove_synonyms(store, switch.id, actor="lan", at=NOW)):
        with pytest.raises(NotFound):
            use()
    add(store, *HTX)
    assert switch_on(store, HTX, actor="hoa", at=NOW)
    assert not switch_on(store, HTX, actor="hoa", at=NOW)
    with store.read() as reader:
        assert reader.audit(object_id=switch.id)[0].action == "synonyms.switch-on"
    assert kept(store) == [HTX]
