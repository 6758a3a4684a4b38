"""Signing in: new sessions, one answer for every failure, limits that all workers share, and ends that hold at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalog.errors import InvalidInput, NotSignedIn, TooManyAttempts
from catalog.managing_people import disable_user, set_password
from catalog.people import User
from catalog.ports import AuditEvent, CatalogStore
from catalog.signing_in import (
    SignedIn,
    SignInRules,
    change_own_password,
    recognised,
    session_key,
    sign_in,
    sign_out,
)
from catalog.storage.database import SqlCatalogStore
from portal.passwords import Argon2Passwords
from tests.catalog.examples import NOW
from tests.catalog.persons import ADDRESS, ANOTHER_PASSWORD, PASSWORD, QUICK, add_administrator, add_steward

RULES = SignInRules(per_account=4, per_address=8)
MINUTE = timedelta(minutes=1)


def enter(
    store: CatalogStore,
    name: str = "lan",
    password: str = PASSWORD,
    *,
    address: str = ADDRESS,
    at: datetime = NOW,
    former: str = "",
) -> str:
    return sign_in(store, QUICK, name, password, address=address, at=at, rules=RULES, former_token=former)


def who(store: CatalogStore, token: str, at: datetime = NOW) -> SignedIn | None:
    return recognised(store, token, at, RULES)


def audit(store: CatalogStore, action: str) -> list[AuditEvent]:
    with store.read() as reader:
        return [event for event in reader.audit() if event.action == action]


@pytest.fixture
def lan(store: SqlCatalogStore) -> User:
    return add_steward(store)


class TestSessions:
    def test_who_signs_in_is_recognised_by_the_token_alone(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        found = who(store, token)
        assert found is not None
        assert found.user == lan
        assert who(store, token + "x") is None
        assert who(store, "") is None
        assert who(store, found.session.key) is None, "what is stored does not open the door"

    def test_names_are_typed_in_any_case_but_ids_are_no_names(self, store: SqlCatalogStore, lan: User) -> None:
        assert who(store, enter(store, "  LAN "))
        with pytest.raises(NotSignedIn):
            enter(store, lan.id)

    def test_every_sign_in_has_a_new_session_and_ends_the_one_before(self, store: SqlCatalogStore, lan: User) -> None:
        planted = "chosen-by-an-attacker"
        first = enter(store, former=planted)
        second = enter(store, former=first)
        assert len({planted, first, second}) == 3
        assert who(store, planted) is None
        assert who(store, first) is None
        assert who(store, second)

    def test_signing_out_ends_this_session_for_every_process(self, store: SqlCatalogStore, lan: User) -> None:
        here, there = enter(store), enter(store)
        found = who(store, here)
        assert found is not None
        sign_out(store, found, NOW)
        assert who(store, here) is None
        assert who(store, there)
        assert [event.actor for event in audit(store, "user.sign-out")] == ["lan"]

    def test_a_session_ends_when_idle_and_when_old(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        assert who(store, token, NOW + RULES.idle - MINUTE)
        assert who(store, token, NOW + 2 * RULES.idle - 2 * MINUTE), "it was used meanwhile"
        assert who(store, token, NOW + 3 * RULES.idle) is None
        token, at = enter(store), NOW
        while at < NOW + RULES.longest - 30 * MINUTE:
            at += 30 * MINUTE
            kept = who(store, token, at)
            assert (kept is not None) == (at < NOW + RULES.longest)
        assert who(store, token, NOW + RULES.longest) is None

    def test_being_used_is_noted_once_a_minute(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        for seconds, seen in ((30, 0), (59, 0), (60, 60), (90, 60), (121, 121)):
            who(store, token, NOW + timedelta(seconds=seconds))
            with store.read() as reader:
                session = reader.session(session_key(token))
            assert session is not None
            assert session.seen_at == NOW + timedelta(seconds=seen)

    def test_who_is_made_inactive_is_out_at_the_next_request_and_stays_out(
        self, store: SqlCatalogStore, lan: User
    ) -> None:
        token = enter(store)
        other_process = SqlCatalogStore(str(store._engine.url))
        assert who(other_process, token)
        disable_user(store, "lan", actor="test", at=NOW)
        assert who(other_process, token) is None
        other_process.close()
        with pytest.raises(NotSignedIn):
            enter(store)

    def test_a_password_set_by_somebody_else_ends_all_sessions(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        set_password(store, QUICK, "lan", ANOTHER_PASSWORD, actor="test", at=NOW)
        assert who(store, token) is None
        found = who(store, enter(store, password=ANOTHER_PASSWORD))
        assert found is not None
        assert found.user.must_change_password

    def test_sessions_that_are_over_are_swept(self, store: SqlCatalogStore, lan: User) -> None:
        enter(store)
        enter(store, at=NOW + timedelta(days=1))
        with store.read() as reader:
            assert len(reader.sessions(lan.id)) == 1

    def test_no_token_lies_in_the_database_or_its_audit(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        with pytest.raises(NotSignedIn):
            enter(store, password="sai hoan toan nhe")
        with store._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            dump = "\n".join(driver.iterdump())
        assert token not in dump
        assert PASSWORD not in dump
        assert "sai hoan toan nhe" not in dump


class TestRefusals:
    def test_wrong_name_wrong_password_and_inactive_sound_the_same(self, store: SqlCatalogStore, lan: User) -> None:
        add_administrator(store)
        add_steward(store, "nghi")
        disable_user(store, "nghi", actor="test", at=NOW)
        told = set()
        for name, password in (
            ("khong-co", PASSWORD),
            ("lan", "sai"),
            ("nghi", PASSWORD),
            ("", ""),
            ("lan", "x" * 9999),
        ):
            with pytest.raises(NotSignedIn) as refused:
                enter(store, name, password)
            told.add((refused.value.message, refused.value.message_en, tuple(refused.value.details)))
        assert len(told) == 1
        reasons = [event.details["reason"] for event in reversed(audit(store, "user.sign-in-failed"))]
        assert reasons == ["unknown name", "wrong password", "inactive", "unknown name", "wrong password"]

    def test_the_time_of_an_answer_does_not_tell_whether_a_user_exists(self, store: SqlCatalogStore, lan: User) -> None:
        verified: list[bool] = []

        class Counting(Argon2Passwords):
            def verify(self, password_hash: str | None, password: str) -> bool:
                verified.append(password_hash is None)
                return super().verify(password_hash, password)

        counting = Counting(memory_kib=8, passes=1)
        for name in ("lan", "khong-co"):
            with pytest.raises(NotSignedIn):
                sign_in(store, counting, name, "sai", address=ADDRESS, at=NOW, rules=RULES)
        assert verified == [False, True], "a password is compared for an unknown name too"

    def test_a_typed_password_in_the_name_field_is_kept_nowhere(self, store: SqlCatalogStore) -> None:
        with pytest.raises(NotSignedIn):
            enter(store, PASSWORD, "")
        with store.read() as reader:
            assert all(PASSWORD not in str(event) for event in reader.audit())


class TestLimits:
    def test_an_account_is_closed_after_too_many_attempts_and_opens_again(
        self, store: SqlCatalogStore, lan: User
    ) -> None:
        for count in range(RULES.per_account):
            with pytest.raises(NotSignedIn):
                enter(store, password="sai", address=f"198.51.100.{count}")
        with pytest.raises(TooManyAttempts, match="Hãy chờ 15 phút") as refused:
            enter(store, address="198.51.100.200")
        assert refused.value.details["seconds"] == 900
        assert who(store, enter(store, at=NOW + RULES.window + MINUTE))

    def test_refused_attempts_do_not_keep_it_closed(self, store: SqlCatalogStore, lan: User) -> None:
        at = NOW
        for _ in range(100):
            at += timedelta(seconds=8)
            with pytest.raises((NotSignedIn, TooManyAttempts)):
                enter(store, password="sai", at=at, address="198.51.100.1")
        assert at < NOW + RULES.window
        assert who(store, enter(store, at=NOW + RULES.window + MINUTE), NOW + RULES.window + MINUTE)

    def test_an_address_is_closed_whatever_names_it_tries(self, store: SqlCatalogStore, lan: User) -> None:
        for count in range(RULES.per_address):
            with pytest.raises(NotSignedIn):
                enter(store, f"ten-{count}", "sai")
        with pytest.raises(TooManyAttempts):
            enter(store)
        assert who(store, enter(store, address="198.51.100.1")), "another address is not"

    @pytest.mark.parametrize(
        ("one", "other", "is_same"),
        [
            ("2001:db8::1", "2001:db8::ffff:1", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("::ffff:203.0.113.7", "203.0.113.7", True),
            ("", "khong-ro", False),
        ],
    )
    def test_an_ipv6_network_counts_as_one_address(
        self, store: SqlCatalogStore, lan: User, one: str, other: str, is_same: bool
    ) -> None:
        for count in range(RULES.per_address):
            with pytest.raises(NotSignedIn):
                enter(store, f"ten-{count}", "sai", address=one)
        if is_same:
            with pytest.raises(TooManyAttempts):
                enter(store, address=other)
        else:
            assert enter(store, address=other)

    def test_success_forgives_the_account_and_does_not_count_against_an_office(
        self, store: SqlCatalogStore, lan: User
    ) -> None:
        for _ in range(RULES.per_address + 1):
            enter(store)
        for _ in range(2):
            for _ in range(RULES.per_account - 1):
                with pytest.raises(NotSignedIn):
                    enter(store, password="sai")
            enter(store)

    def test_a_colleague_who_goes_on_trying_closes_no_door_for_the_office(
        self, store: SqlCatalogStore, lan: User
    ) -> None:
        add_steward(store, "minh")
        for _ in range(2 * RULES.per_address):
            with pytest.raises((NotSignedIn, TooManyAttempts)):
                enter(store, "minh", "sai")
        assert enter(store)

    def test_a_known_browser_gets_in_while_others_try_the_account(self, store: SqlCatalogStore, lan: User) -> None:
        def attempt(password: str, device: str, address: str = ADDRESS) -> str:
            return sign_in(store, QUICK, "lan", password, address=address, at=NOW, rules=RULES, device=device)

        for count in range(RULES.per_account + 1):
            with pytest.raises((NotSignedIn, TooManyAttempts)):
                attempt("sai", "", f"198.51.100.{count}")
        assert attempt(PASSWORD, "may-cua-lan")
        for count in range(RULES.per_account):
            with pytest.raises(NotSignedIn):
                attempt("sai", "may-cua-lan", f"198.51.100.{count}")
        with pytest.raises(TooManyAttempts):
            attempt(PASSWORD, "may-cua-lan")

    def test_too_many_attempts_are_told_once_in_the_audit(self, store: SqlCatalogStore, lan: User) -> None:
        for _ in range(RULES.per_account + 5):
            with pytest.raises((NotSignedIn, TooManyAttempts)):
                enter(store, password="sai")
        (limited,) = audit(store, "user.sign-in-limited")
        assert limited.details == {"limit": "account", "address": ADDRESS}
        assert len(audit(store, "user.sign-in-failed")) == RULES.per_account

    def test_workers_that_try_at_once_allow_no_more_than_one_would(self, store: SqlCatalogStore, lan: User) -> None:
        def attempt(number: int) -> str:
            try:
                enter(store, password="sai", address=f"198.51.100.{number}")
            except (NotSignedIn, TooManyAttempts) as refused:
                return refused.code
            return "in"

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(attempt, range(16)))
        assert told.count("not-signed-in") == RULES.per_account
        assert told.count("too-many-attempts") == 16 - RULES.per_account


class TestOwnPassword:
    def change(self, store: CatalogStore, token: str, current: str = PASSWORD, new: str = ANOTHER_PASSWORD) -> str:
        found = who(store, token)
        assert found is not None
        return change_own_password(store, QUICK, found, current, new, at=NOW, rules=RULES)

    def test_a_new_password_opens_a_new_session_and_ends_all_others(self, store: SqlCatalogStore, lan: User) -> None:
        here, there = enter(store), enter(store)
        renewed = self.change(store, here)
        assert [bool(who(store, token)) for token in (here, there, renewed)] == [False, False, True]
        with pytest.raises(NotSignedIn):
            enter(store)
        found = who(store, enter(store, password=ANOTHER_PASSWORD))
        assert found is not None
        assert not found.user.must_change_password
        assert [event.actor for event in audit(store, "user.password")] == ["lan"]

    def test_the_present_password_must_be_right_and_the_new_one_another(
        self, store: SqlCatalogStore, lan: User
    ) -> None:
        token = enter(store)
        with pytest.raises(InvalidInput, match="hiện tại không đúng"):
            self.change(store, token, current="sai")
        with pytest.raises(InvalidInput, match="phải khác"):
            self.change(store, token, new=PASSWORD)
        with pytest.raises(InvalidInput, match="12 ký tự"):
            self.change(store, token, new="ngan")
        with pytest.raises(InvalidInput, match="dễ đoán"):
            self.change(store, token, new="Nguyen Thi Lan 1985")
        assert who(store, token)

    def test_the_present_password_cannot_be_guessed_without_end(self, store: SqlCatalogStore, lan: User) -> None:
        token = enter(store)
        for _ in range(RULES.per_account):
            with pytest.raises(InvalidInput):
                self.change(store, token, current="sai")
        with pytest.raises(TooManyAttempts):
            self.change(store, token)

    def test_a_stolen_session_cannot_change_what_was_changed_meanwhile(self, store: SqlCatalogStore, lan: User) -> None:
        found = who(store, enter(store))
        assert found is not None
        set_password(store, QUICK, "lan", ANOTHER_PASSWORD, actor="test", at=NOW)
        with pytest.raises(NotSignedIn):
            change_own_password(store, QUICK, found, PASSWORD, "trang len dau nui xa", at=NOW, rules=RULES)


def test_a_password_is_hashed_anew_when_the_parameters_changed(store: SqlCatalogStore) -> None:
    lan = add_steward(store)
    stronger = Argon2Passwords(memory_kib=16, passes=2)
    token = sign_in(store, stronger, "lan", PASSWORD, address=ADDRESS, at=NOW, rules=RULES)
    found = who(store, token)
    assert found is not None
    assert "m=16,t=2" in found.user.password_hash
    assert replace(found.user, password_hash="", revision=1) == replace(lan, password_hash="")
