"""Signing in: new sessions, one answer for every failure, limits that all workers share, and ends that hold at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest

from catalog.errors import AlreadyExists, InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from catalog.managing_people import disable_user, remove_second_factor, set_password
from catalog.own_account import add_second_factor, change_own_password, remove_own_second_factor
from catalog.people import User
from catalog.ports import AuditEvent, CatalogStore
from catalog.sign_in_limits import SignInRules
from catalog.signing_in import Attempt, Door, SignedIn, recognised, session_key, sign_in, sign_out
from catalog.storage.database import SqlCatalogStore
from portal.codes import new_secret
from portal.passwords import Argon2Passwords
from portal.secrets import Secret
from tests.catalog.examples import NOW
from tests.catalog.persons import ADDRESS, ANOTHER_PASSWORD, CODES, PASSWORD, QUICK, add_administrator, add_steward

RULES = SignInRules(per_account=4, per_address=8)
MINUTE = timedelta(minutes=1)


def door(store: CatalogStore, passwords: Argon2Passwords = QUICK) -> Door:
    return Door(store, passwords, CODES, RULES)


def enter(
    store: CatalogStore,
    name: str = "lan",
    password: str = PASSWORD,
    *,
    address: str = ADDRESS,
    at: datetime = NOW,
    former: str = "",
    code: str = "",
    device: str = "",
) -> str:
    return sign_in(door(store), Attempt(name, password, code, address, device, former), at)


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
                sign_in(door(store, counting), Attempt(name, "sai", address=ADDRESS), NOW)
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
            return enter(store, "lan", password, address=address, device=device)

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
        return change_own_password(door(store), found, current, new, NOW)

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
            change_own_password(door(store), found, PASSWORD, "trang len dau nui xa", NOW)


def test_a_password_is_hashed_anew_when_the_parameters_changed(store: SqlCatalogStore) -> None:
    lan = add_steward(store)
    stronger = Argon2Passwords(memory_kib=16, passes=2)
    token = sign_in(door(store, stronger), Attempt("lan", PASSWORD, address=ADDRESS), NOW)
    found = who(store, token)
    assert found is not None
    assert "m=16,t=2" in found.user.password_hash
    assert replace(found.user, password_hash="", revision=1) == replace(lan, password_hash="")


class TestSecondFactor:
    @pytest.fixture
    def secret(self, store: SqlCatalogStore, lan: User) -> Secret:
        """Of Lan's telephone; turning it on used the code of a minute ago."""
        secret = new_secret()
        add_second_factor(
            door(store),
            self.inside(store),
            CODES.sealed(secret, lan.id),
            self.code(secret, -60),
            PASSWORD,
            NOW - MINUTE,
        )
        return secret

    def inside(self, store: CatalogStore) -> SignedIn:
        found = who(store, enter(store))
        assert found is not None
        return found

    def code(self, secret: Secret, seconds: int = 0) -> str:
        return pyotp.TOTP(secret.reveal()).at(NOW + timedelta(seconds=seconds))

    def test_the_password_alone_opens_no_more(self, store: SqlCatalogStore, secret: Secret) -> None:
        for code in ("", "000000", "abcdef", "١٢٣٤٥٦", self.code(secret) + "0"):
            with pytest.raises(NotSignedIn):
                enter(store, code=code, address="198.51.100.1", device=code)
        with pytest.raises(NotSignedIn):
            enter(store, password="sai", code=self.code(secret))
        assert who(store, enter(store, code=f" {self.code(secret)[:3]} {self.code(secret)[3:]}"))
        assert "wrong code" in [event.details["reason"] for event in audit(store, "user.sign-in-failed")]

    @pytest.mark.parametrize(("seconds", "opens"), [(-61, False), (-30, True), (30, True), (61, False)])
    def test_clocks_may_differ_a_little(
        self, store: SqlCatalogStore, secret: Secret, seconds: int, opens: bool
    ) -> None:
        if opens:
            assert enter(store, code=self.code(secret, seconds))
        else:
            with pytest.raises(NotSignedIn):
                enter(store, code=self.code(secret, seconds))

    def test_a_code_opens_once_and_no_earlier_one_after_it(self, store: SqlCatalogStore, secret: Secret) -> None:
        code = self.code(secret)
        assert enter(store, code=code)
        for used in (code, self.code(secret, -30)):
            with pytest.raises(NotSignedIn):
                enter(store, code=used)
        assert enter(store, code=self.code(secret, 30))

    def test_of_two_who_come_with_one_code_one_gets_in(self, store: SqlCatalogStore, secret: Secret) -> None:
        def attempt(number: int) -> str:
            try:
                return enter(store, code=self.code(secret), address=f"198.51.100.{number}", device=f"may-{number}")
            except NotSignedIn:
                return ""

        with ThreadPoolExecutor(6) as pool:
            assert sum(map(bool, pool.map(attempt, range(6)))) == 1

    def test_codes_cannot_be_guessed_without_end(self, store: SqlCatalogStore, secret: Secret) -> None:
        for number in range(RULES.per_account):
            with pytest.raises(NotSignedIn):
                enter(store, code=f"00000{number}")
        with pytest.raises(TooManyAttempts):
            enter(store, code=self.code(secret))

    def test_it_is_turned_on_by_a_code_and_the_password_only(self, store: SqlCatalogStore, lan: User) -> None:
        secret = new_secret()
        sealed = CODES.sealed(secret, lan.id)
        assert secret.reveal() not in sealed
        inside = self.inside(store)
        with pytest.raises(InvalidInput, match="Mã không đúng"):
            add_second_factor(door(store), inside, sealed, "000000", PASSWORD, NOW)
        with pytest.raises(InvalidInput, match="Mật khẩu hiện tại"):
            add_second_factor(door(store), inside, sealed, self.code(secret), "sai", NOW)
        assert enter(store)
        add_second_factor(door(store), inside, sealed, self.code(secret), PASSWORD, NOW)
        with pytest.raises(AlreadyExists):
            add_second_factor(door(store), inside, sealed, self.code(secret), PASSWORD, NOW)
        assert [event.action for event in audit(store, "user.second-factor-on")] == ["user.second-factor-on"]

    def test_it_is_turned_off_by_a_code_and_the_password_only(
        self, store: SqlCatalogStore, lan: User, secret: Secret
    ) -> None:
        inside = who(store, enter(store, code=self.code(secret, -30)))
        assert inside is not None
        with pytest.raises(InvalidInput, match="Mã không đúng hoặc đã dùng"):
            remove_own_second_factor(door(store), inside, self.code(secret, -30), PASSWORD, NOW)
        remove_own_second_factor(door(store), inside, self.code(secret), PASSWORD, NOW)
        assert enter(store)
        with pytest.raises(NotFound):
            remove_own_second_factor(door(store), inside, self.code(secret), PASSWORD, NOW)

    def test_an_administrator_turns_it_off_for_who_lost_the_telephone(
        self, store: SqlCatalogStore, secret: Secret
    ) -> None:
        remove_second_factor(store, "lan", actor="quan-tri", at=NOW)
        remove_second_factor(store, "lan", actor="quan-tri", at=NOW)
        assert enter(store)
        assert [event.actor for event in audit(store, "user.second-factor-off")] == ["quan-tri"]
