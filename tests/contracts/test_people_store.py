"""What every ``CatalogStore`` promises about people: users, sessions, and attempts that are counted once each."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import AlreadyExists, EditConflict, NotFound
from catalog.model import OrganizationId
from catalog.people import Membership, Role, SecondFactor, Session, User, UserId
from catalog.ports import CatalogStore
from tests.contracts.records import HEALTH, MINUTE, NOW, department


def lan(user_id: str = "u-lan", name: str = "lan") -> User:
    return User(
        id=UserId(user_id),
        name=name,
        full_name="Nguyễn Thị Lan",
        email="lan@example.org",
        password_hash="$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
        created_at=NOW,
        password_changed_at=NOW + MINUTE,
        memberships=(Membership(Role.STEWARD, HEALTH), Membership(Role.ADMINISTRATOR)),
        must_change_password=True,
    )


def session(key: str = "k1", user_id: str = "u-lan", minutes: int = 0) -> Session:
    return Session(key, UserId(user_id), NOW + minutes * MINUTE, NOW + minutes * MINUTE, "203.0.113.7")


@pytest.fixture
def people(catalog: CatalogStore) -> CatalogStore:
    """A catalogue in which Lan is known."""
    with catalog.write() as transaction:
        transaction.put_organization(department())
        transaction.put_user(lan())
    return catalog


class TestUsers:
    def test_a_user_comes_back_as_put_by_id_and_by_name(self, people: CatalogStore) -> None:
        stored = replace(lan(), revision=1)
        with people.read() as reader:
            assert reader.user("u-lan") == stored
            assert reader.user("lan") == stored
            assert reader.users() == (stored,)
            with pytest.raises(NotFound, match="người dùng"):
                reader.user("minh")

    def test_users_come_by_name(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            transaction.put_user(replace(lan("u-2", "binh"), memberships=()))
            assert [user.name for user in transaction.users()] == ["binh", "lan"]
            assert transaction.users()[0].memberships == ()

    def test_replacing_changes_everything_but_the_past(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            changed = replace(transaction.user("lan"), email="", is_active=False, memberships=lan().memberships[1:])
            assert transaction.put_user(changed) == replace(changed, revision=2)
        with people.read() as reader:
            assert reader.user("lan") == replace(changed, revision=2)

    def test_a_name_is_taken_once(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            with pytest.raises(AlreadyExists, match="lan"):
                transaction.put_user(lan("u-2"))
            assert len(transaction.users()) == 1, "the transaction can go on"

    def test_the_second_of_two_edits_from_one_state_is_a_conflict(self, people: CatalogStore) -> None:
        with people.read() as reader:
            seen = reader.user("lan")
        with people.write() as transaction:
            transaction.put_user(replace(seen, email="mot@example.org"))
        with pytest.raises(EditConflict), people.write() as transaction:
            transaction.put_user(replace(seen, email="hai@example.org"))
        with people.read() as reader:
            assert reader.user("lan").email == "mot@example.org"

    def test_a_role_in_an_unknown_organization_is_refused(self, people: CatalogStore) -> None:
        stranger = replace(lan("u-2", "la"), memberships=(Membership(Role.STEWARD, OrganizationId("khong-co")),))
        with pytest.raises(NotFound), people.write() as transaction:
            transaction.put_user(stranger)
        with people.read() as reader:
            assert [user.name for user in reader.users()] == ["lan"]

    def test_a_user_read_in_a_transaction_is_changed_by_nobody_else(self, people: CatalogStore) -> None:
        is_read, may_go_on = threading.Event(), threading.Event()

        def slow_edit() -> None:
            with people.write() as transaction:
                user = transaction.user("lan")
                is_read.set()
                may_go_on.wait(5)
                transaction.put_user(replace(user, email="cham@example.org"))

        def quick_edit() -> None:
            is_read.wait(5)
            may_go_on.set()
            with people.write() as transaction:
                transaction.put_user(replace(transaction.user("lan"), full_name="Lan Mới"))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(slow_edit), pool.submit(quick_edit)]:
                done.result()
        with people.read() as reader:
            user = reader.user("lan")
        assert (user.email, user.full_name, user.revision) == ("cham@example.org", "Lan Mới", 3)


class TestSessions:
    def test_a_session_is_there_until_it_is_ended(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            transaction.add_session(session())
        with people.read() as reader:
            assert reader.session("k1") == session()
            assert reader.session("k2") is None
        with people.write() as transaction:
            transaction.end_session("k1")
            transaction.end_session("k1")
            assert transaction.session("k1") is None

    def test_being_seen_is_noted_and_revives_nothing(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            transaction.add_session(session())
            transaction.see_session("k1", NOW + MINUTE)
            transaction.see_session("k2", NOW + MINUTE)
        with people.read() as reader:
            assert reader.sessions(lan().id) == (replace(session(), seen_at=NOW + MINUTE),)

    def test_all_sessions_of_one_person_end_and_no_others(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            transaction.put_user(lan("u-2", "minh"))
            for key, user_id, minutes in (("k1", "u-lan", 0), ("k2", "u-lan", 1), ("k3", "u-2", 0)):
                transaction.add_session(session(key, user_id, minutes))
            assert [item.key for item in transaction.sessions(lan().id)] == ["k2", "k1"]
            assert transaction.end_sessions(lan().id) == 2
            assert transaction.end_sessions(lan().id) == 0
            assert transaction.session("k3")

    def test_a_session_of_nobody_is_refused(self, people: CatalogStore) -> None:
        with pytest.raises(NotFound), people.write() as transaction:
            transaction.add_session(session(user_id="khong-co"))

    def test_old_sessions_are_swept(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            for number in range(6):
                transaction.add_session(session(f"k{number}", minutes=number))
            transaction.see_session("k3", NOW)
            transaction.sweep_sessions(seen_before=NOW + MINUTE, created_before=NOW + 2 * MINUTE)
            assert [item.key for item in transaction.sessions(lan().id)] == ["k5", "k4", "k2"]


class TestSecondFactors:
    factor = SecondFactor(UserId("u-lan"), "enc:1:…", NOW, 10)

    def test_a_second_factor_is_there_until_it_is_removed(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            assert transaction.second_factor(lan().id) is None
            transaction.put_second_factor(self.factor)
        with people.read() as reader:
            assert reader.second_factor(lan().id) == self.factor
        with people.write() as transaction:
            transaction.put_second_factor(replace(self.factor, secret="enc:1:khac"))
            assert transaction.second_factor(lan().id) == replace(self.factor, secret="enc:1:khac")
            transaction.remove_second_factor(lan().id)
            transaction.remove_second_factor(lan().id)
            assert transaction.second_factor(lan().id) is None

    def test_a_step_is_used_once_and_in_order(self, people: CatalogStore) -> None:
        with people.write() as transaction:
            assert not transaction.use_step(lan().id, 11), "there is none"
            transaction.put_second_factor(self.factor)
            told = [transaction.use_step(lan().id, step) for step in (10, 11, 11, 9, 60_000_000_000)]
        assert told == [False, True, False, False, True]


class TestAttempts:
    def test_attempts_are_counted_by_key_since_the_first(self, catalog: CatalogStore) -> None:
        window = timedelta(minutes=15)
        with catalog.write() as transaction:
            for number in range(3):
                at = NOW + number * MINUTE
                assert transaction.count_attempt("a", at, at - window) == (number + 1, NOW)
            assert transaction.count_attempt("b", NOW, NOW - window) == (1, NOW)

    def test_counting_begins_anew_after_a_while(self, catalog: CatalogStore) -> None:
        later = NOW + 16 * MINUTE
        with catalog.write() as transaction:
            transaction.count_attempt("a", NOW, NOW - MINUTE)
            transaction.count_attempt("a", NOW, NOW - MINUTE)
            assert transaction.count_attempt("a", later, later - 15 * MINUTE) == (1, later)
            assert transaction.count_attempt("a", later, later - 15 * MINUTE) == (2, later)

    def test_attempts_are_forgiven_one_by_one_or_all_together(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for _ in range(3):
                transaction.count_attempt("a", NOW, NOW - MINUTE)
            transaction.forgive_attempts("a", at_most=1)
            assert transaction.count_attempt("a", NOW, NOW - MINUTE)[0] == 3
            transaction.forgive_attempts("a", at_most=9)
            assert transaction.count_attempt("a", NOW, NOW - MINUTE)[0] == 1
            transaction.forgive_attempts("a")
            transaction.forgive_attempts("khong-co")
            assert transaction.count_attempt("a", NOW + MINUTE, NOW)[1] == NOW + MINUTE

    def test_old_counts_are_swept(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.count_attempt("cu", NOW, NOW - MINUTE)
            transaction.count_attempt("moi", NOW + MINUTE, NOW)
            transaction.sweep_attempts(NOW + MINUTE)
            assert transaction.count_attempt("cu", NOW, NOW - MINUTE)[0] == 1
            assert transaction.count_attempt("moi", NOW + MINUTE, NOW)[0] == 2

    def test_attempts_at_once_are_all_counted(self, catalog: CatalogStore) -> None:
        def attempt(_: int) -> int:
            with catalog.write() as transaction:
                return transaction.count_attempt("a", NOW, NOW - MINUTE)[0]

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(attempt, range(12))) == list(range(1, 13))


def test_an_error_of_the_database_shows_no_value(catalog: CatalogStore) -> None:
    orphan = session("khoa-phien-bi-mat", user_id="khong-co")
    with pytest.raises(NotFound) as refused, catalog.write() as transaction:
        transaction.add_session(orphan)
    shown = "".join(traceback.format_exception(refused.value))
    assert "INSERT INTO sessions" in shown or "COMMIT" in shown
    assert "khoa-phien-bi-mat" not in shown
