"""The one rule: every action has a row, every cell of the table is as decided, and what is not in it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import Forbidden
from catalog.model import OrganizationId
from catalog.people import (
    RULES,
    Action,
    Membership,
    Owned,
    Relation,
    Role,
    Session,
    User,
    UserId,
    allowed,
    may,
    may_somewhere,
    require_may,
)
from tests.catalog.examples import CLINICS, HEALTH, NOW, example_source
from tests.catalog.persons import person

ADMINISTRATOR = person(Membership(Role.ADMINISTRATOR), name="quan-tri")
STEWARD = person(Membership(Role.STEWARD, HEALTH.id))
SOMEBODY = person(name="minh")
OWN = example_source("csdl-so-y-te", CLINICS)
OTHERS = replace(OWN, organization_id=OrganizationId("so-xay-dung"))

# Who may do what to: something of the own organization, of another one, oneself, another person, the portal.
MATRIX = {
    Action.ADMIN_SEE: ("----A", "----S"),
    Action.ACCOUNT_EDIT: ("--A--", "--S--"),
    Action.USER_SEE: ("AAAAA", "-----"),
    Action.USER_EDIT: ("AAAAA", "-----"),
    Action.SOURCE_SEE: ("AAAAA", "S----"),
    Action.SOURCE_CREATE: ("AAAAA", "S----"),
    Action.SOURCE_EDIT: ("AAAAA", "S----"),
    Action.SOURCE_REACH_SERVER: ("AAAAA", "-----"),
    Action.SOURCE_REMOVE: ("AAAAA", "S----"),
    Action.SOURCE_TEST: ("AAAAA", "S----"),
    Action.SOURCE_HARVEST: ("AAAAA", "S----"),
    Action.RUN_SEE: ("AAAAA", "S----"),
    Action.RUN_CANCEL: ("AAAAA", "S----"),
    Action.HELD_SEE: ("AAAAA", "S----"),
    Action.HELD_REQUEST: ("AAAAA", "S----"),
    Action.HELD_APPROVE: ("AAAAA", "S----"),
    Action.HELD_REFUSE: ("AAAAA", "S----"),
    Action.AUDIT_SEE: ("AAAAA", "-----"),
    Action.SEARCH_EDIT: ("AAAAA", "-----"),
}


@pytest.mark.parametrize("action", Action)
def test_every_action_says_for_every_role_what_it_may(action: Action) -> None:
    assert action in RULES, f"{action} has no row"
    assert set(RULES[action]) == set(Role)
    assert all(relations <= set(Relation) for relations in RULES[action].values())


@pytest.mark.parametrize("action", Action)
def test_the_table_is_as_decided(action: Action) -> None:
    for user, cells in zip((ADMINISTRATOR, STEWARD), MATRIX[action], strict=True):
        objects: tuple[Owned | User | None, ...] = (OWN, OTHERS, user, SOMEBODY, None)
        told = [may(user, action, about) for about in objects]
        assert told == [cell != "-" for cell in cells], user.name


@pytest.mark.parametrize("action", Action)
def test_nobody_and_the_inactive_and_who_has_no_role_may_nothing(action: Action) -> None:
    for about in (OWN, None, STEWARD):
        assert not may(None, action, about)
        assert not may(SOMEBODY, action, about)
        assert not may(replace(ADMINISTRATOR, is_active=False), action, about)
        assert not may(replace(STEWARD, is_active=False), action, about)
    assert not may_somewhere(None, action)
    assert not may_somewhere(replace(ADMINISTRATOR, is_active=False), action)


def test_an_action_without_a_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RULES, Action.SOURCE_EDIT)
    assert not may(ADMINISTRATOR, Action.SOURCE_EDIT, OWN)
    assert not may_somewhere(ADMINISTRATOR, Action.SOURCE_EDIT)


def test_a_steward_of_two_organizations_may_act_for_both() -> None:
    both = person(Membership(Role.STEWARD, HEALTH.id), Membership(Role.STEWARD, OTHERS.organization_id))
    assert may(both, Action.HELD_APPROVE, OWN)
    assert may(both, Action.HELD_APPROVE, OTHERS)
    assert allowed(STEWARD, Action.SOURCE_SEE, (OTHERS, OWN)) == (OWN,)
    assert allowed(ADMINISTRATOR, Action.SOURCE_SEE, (OTHERS, OWN)) == (OTHERS, OWN)


def test_a_steward_role_without_an_organization_opens_nothing() -> None:
    assert not may(person(Membership(Role.STEWARD)), Action.SOURCE_SEE, OWN)
    assert not may(person(Membership(Role.STEWARD)), Action.USER_EDIT)


def test_a_refusal_says_so_in_both_languages_and_names_the_action() -> None:
    require_may(STEWARD, Action.HELD_APPROVE, OWN)
    with pytest.raises(Forbidden, match="không có quyền") as refused:
        require_may(STEWARD, Action.HELD_APPROVE, OTHERS)
    assert refused.value.details == {"action": "held.approve"}


def test_a_menu_shows_what_may_be_done_to_anything() -> None:
    assert may_somewhere(STEWARD, Action.SOURCE_EDIT)
    assert not may_somewhere(STEWARD, Action.USER_EDIT)
    assert may_somewhere(ADMINISTRATOR, Action.USER_EDIT)


def test_nothing_secret_shows_when_a_person_or_session_is_printed() -> None:
    assert "argon2" not in repr(replace(STEWARD, password_hash="$argon2id$v=19$"))
    assert "abcdef" not in repr(Session("abcdef", UserId("u"), NOW, NOW))


def test_a_session_is_over_when_idle_or_old_but_not_when_the_clock_is_set_back() -> None:
    session = Session("k", UserId("u"), NOW, NOW + timedelta(hours=2))
    idle, longest = timedelta(hours=1), timedelta(hours=12)
    assert not session.is_over(NOW + timedelta(hours=2, minutes=59), idle, longest)
    assert session.is_over(NOW + timedelta(hours=3), idle, longest)
    assert replace(session, seen_at=NOW + timedelta(hours=12)).is_over(NOW + timedelta(hours=12), idle, longest)
    assert not session.is_over(NOW - timedelta(days=1), idle, longest)
