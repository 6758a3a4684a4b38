"""Adding and changing people: names that cannot be confused, roles that fit, and always somebody to administer."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.errors import AlreadyExists, InvalidInput, NotFound
from catalog.managing_people import add_user, disable_user, edit_user, enable_user, set_password
from catalog.people import Membership, Role, User
from catalog.ports import CatalogStore
from catalog.storage.database import SqlCatalogStore
from tests.catalog.examples import HEALTH, NOW
from tests.catalog.persons import ANOTHER_PASSWORD, PASSWORD, QUICK, add_administrator, add_steward


def add(store: CatalogStore, name: str = "minh", **changes: Any) -> User:
    values: dict[str, Any] = {
        "full_name": "Lê Văn Minh",
        "email": "",
        "role": Role.ADMINISTRATOR,
        "organizations": (),
        "password": PASSWORD,
    } | changes
    return add_user(store, QUICK, name=name, actor="test", at=NOW, **values)


def test_somebody_new_has_to_choose_a_password_of_their_own(store: SqlCatalogStore) -> None:
    lan = add_steward(store)
    assert lan.must_change_password
    assert lan.memberships == (Membership(Role.STEWARD, HEALTH.id),)
    with store.read() as reader:
        assert reader.user("lan") == lan
        (event,) = reader.audit()
    assert (event.actor, event.action, event.object_id) == ("test", "user.create", lan.id)
    assert "argon2" not in str(event)


@pytest.mark.parametrize("name", ["", "Lan Anh", "làn", "аdmin", "a/b", "-lan", "lan.", "x" * 41, "lan\u200b-"])
def test_names_that_could_be_confused_are_refused(store: SqlCatalogStore, name: str) -> None:
    with pytest.raises(InvalidInput, match="Tên đăng nhập"):
        add(store, name)


def test_a_name_belongs_to_one_person_in_any_case(store: SqlCatalogStore) -> None:
    assert add(store, "Minh").name == "minh"
    with pytest.raises(AlreadyExists, match="minh"):
        add(store, "MINH")


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": " "},
        {"full_name": "x" * 201},
        {"email": "khong phai thu"},
        {"email": "a@b"},
        {"password": "ngan"},
        {"password": "matkhau123456"},
        {"role": Role.STEWARD},
        {"organizations": ("so-y-te",)},
    ],
)
def test_what_does_not_fit_is_refused(store: SqlCatalogStore, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        add(store, **changes)
    with store.read() as reader:
        assert reader.users() == ()


def test_a_steward_of_an_unknown_organization_is_refused(store: SqlCatalogStore) -> None:
    with pytest.raises(NotFound, match="so-khong-co"):
        add(store, role=Role.STEWARD, organizations=("so-khong-co",))


def test_organizations_are_named_by_code_name_or_id_and_count_once(store: SqlCatalogStore) -> None:
    add_steward(store)
    edited = edit_user(store, "lan", organizations=(HEALTH.code, HEALTH.name, HEALTH.id), actor="test", at=NOW)
    assert edited.memberships == (Membership(Role.STEWARD, HEALTH.id),)


def test_editing_changes_what_is_given_and_keeps_the_rest(store: SqlCatalogStore) -> None:
    lan = add_steward(store)
    edited = edit_user(store, "lan", email="moi@soyte.example", actor="test", at=NOW)
    assert (edited.email, edited.full_name, edited.memberships) == ("moi@soyte.example", lan.full_name, lan.memberships)
    assert edit_user(store, "lan", email="moi@soyte.example", actor="test", at=NOW) == edited
    promoted = edit_user(store, "lan", role=Role.ADMINISTRATOR, actor="test", at=NOW)
    assert promoted.memberships == (Membership(Role.ADMINISTRATOR),)
    with pytest.raises(InvalidInput, match="duy nhất"):
        edit_user(store, "lan", role=Role.STEWARD, organizations=(HEALTH.code,), actor="test", at=NOW)


def test_somebody_is_always_left_to_administer_the_portal(store: SqlCatalogStore) -> None:
    add_administrator(store)
    with pytest.raises(InvalidInput, match="duy nhất"):
        disable_user(store, "quan-tri", actor="test", at=NOW)
    add_administrator(store, "thay")
    assert not disable_user(store, "quan-tri", actor="test", at=NOW).is_active
    with pytest.raises(InvalidInput, match="duy nhất"):
        disable_user(store, "thay", actor="test", at=NOW)
    assert enable_user(store, "quan-tri", actor="test", at=NOW).is_active
    assert not disable_user(store, "thay", actor="test", at=NOW).is_active


def test_every_change_is_in_the_audit_without_any_secret(store: SqlCatalogStore) -> None:
    add_administrator(store)
    add_steward(store)
    edit_user(store, "lan", full_name="Lan Mới", actor="quan-tri", at=NOW)
    set_password(store, QUICK, "lan", ANOTHER_PASSWORD, actor="quan-tri", at=NOW)
    disable_user(store, "lan", actor="quan-tri", at=NOW)
    disable_user(store, "lan", actor="quan-tri", at=NOW)
    enable_user(store, "lan", actor="quan-tri", at=NOW)
    with store.read() as reader:
        events = reader.audit()
    done = [(event.actor, event.action) for event in reversed(events)][2:]
    actions = ("user.update", "user.password", "user.disable", "user.enable")
    assert done == [("quan-tri", action) for action in actions]
    assert not any(word in str(events) for word in (PASSWORD, ANOTHER_PASSWORD, "argon2"))


def test_an_unknown_user_is_told_so(store: SqlCatalogStore) -> None:
    with pytest.raises(NotFound, match="người dùng"):
        disable_user(store, "khong-co", actor="test", at=NOW)
