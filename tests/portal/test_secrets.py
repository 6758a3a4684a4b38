"""Secrets: what is closed opens only here, old keys go on opening, nothing shows them, production insists on a key."""

from __future__ import annotations

import json
import logging
import pickle
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidInput, SourceError
from portal.secrets import KEY_FILE, Secret, Vault, is_encrypted, open_vault
from portal.settings import Settings

OLD, NEW = Secret("khoa cu " + "q8Zt" * 8), Secret("khoa moi " + "w3Lx" * 8)
KEY = "7Qm-tYw2_kPz9RbV4xNc6LsD8fHj1GaE"
PASSWORD = "mật khẩu của csdl"


class TestVault:
    @given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
    def test_what_is_closed_opens_in_its_own_context_only(self, text: str, context: str) -> None:
        vault = Vault([NEW])
        closed = vault.encrypt(f"-{text}", context)
        assert is_encrypted(closed)
        assert vault.decrypt(closed, context).reveal() == f"-{text}"
        with pytest.raises(SourceError, match="hỏng hoặc thuộc về chỗ khác"):
            vault.decrypt(closed, context + "x")

    def test_the_same_secret_is_never_closed_alike(self) -> None:
        vault = Vault([NEW])
        assert vault.encrypt(PASSWORD) != vault.encrypt(Secret(PASSWORD))
        assert PASSWORD not in vault.encrypt(PASSWORD)

    def test_a_value_that_names_a_variable_stays_as_it_is(self) -> None:
        vault = Vault([NEW])
        assert vault.encrypt("${SO_Y_TE_PASSWORD}") == "${SO_Y_TE_PASSWORD}"
        assert vault.decrypt("${SO_Y_TE_PASSWORD}").reveal() == "${SO_Y_TE_PASSWORD}"
        assert is_encrypted(vault.encrypt("$SO_Y_TE"))
        assert is_encrypted(vault.encrypt("${}"))

    def test_a_former_key_goes_on_opening_and_is_renewed(self) -> None:
        closed = Vault([OLD]).encrypt(PASSWORD, "nguon")
        rotated = Vault([NEW, OLD])
        assert rotated.decrypt(closed, "nguon").reveal() == PASSWORD
        renewed = rotated.renewed(closed, "nguon")
        assert Vault([NEW]).decrypt(renewed, "nguon").reveal() == PASSWORD
        assert rotated.renewed(renewed, "nguon") == renewed
        assert rotated.renewed("${NAME}", "nguon") == "${NAME}"

    def test_a_key_that_is_gone_is_named_but_not_told(self) -> None:
        closed = Vault([OLD]).encrypt(PASSWORD)
        with pytest.raises(SourceError, match="DULIEUMO_SECRET_KEYS_OLD") as refused:
            Vault([NEW]).decrypt(closed)
        told = f"{refused.value.message} {refused.value.message_en} {dict(refused.value.details)}"
        assert OLD.reveal() not in told
        assert PASSWORD not in told

    @pytest.mark.parametrize("damage", ["", "A", "AAAA", "é", "=" * 9, "A" * 60])
    def test_what_was_tampered_with_is_refused(self, damage: str) -> None:
        vault = Vault([NEW])
        head, _, _ = vault.encrypt(PASSWORD).rpartition(":")
        with pytest.raises(SourceError):
            vault.decrypt(f"{head}:{damage}")

    def test_each_purpose_has_a_key_of_its_own(self) -> None:
        vault = Vault([NEW])
        keys = {vault.key_for("forms"), vault.key_for("encryption at rest"), Vault([OLD]).key_for("forms")}
        assert len(keys) == 3
        assert all(len(key) == 32 for key in keys)


class TestSecret:
    def test_nothing_shows_it(self, caplog: pytest.LogCaptureFixture) -> None:
        @dataclass(frozen=True)
        class Holder:
            password: Secret

        secret = Secret(PASSWORD)
        with caplog.at_level(logging.INFO):
            logging.getLogger("t").info("%s %r %s", secret, secret, Holder(secret))
        shown = [str(secret), repr(secret), f"{secret}", f"{secret!r}", str(Holder(secret)), str([secret]), caplog.text]
        shown.append(json.dumps({"password": secret}, default=str))
        assert all((PASSWORD not in text and "•••" in text) or "\\u2022" in text for text in shown)
        with pytest.raises(TypeError):
            pickle.dumps(secret)
        assert not hasattr(secret, "__dict__")

    def test_secrets_are_compared_by_what_they_hide(self) -> None:
        assert Secret("a") == Secret("a")
        assert Secret("a") != Secret("b")
        assert Secret("a") != "a"
        assert len({Secret("a"), Secret("a")}) == 1
        assert not Secret("")


class TestKeys:
    @pytest.mark.parametrize(
        ("env", "site_url", "is_production"),
        [
            ("", "", False),
            ("", "http://du-lieu.thanhhoa.gov.vn", False),
            ("", "https://du-lieu.thanhhoa.gov.vn", True),
            ("", "https://localhost:8443", False),
            ("", "https://127.0.0.1", False),
            ("", "https://[::1]:8443/", False),
            ("production", "", True),
            ("development", "https://du-lieu.thanhhoa.gov.vn", False),
        ],
    )
    def test_production_is_said_or_seen_by_the_public_address(
        self, env: str, site_url: str, is_production: bool
    ) -> None:
        assert Settings.model_validate({"env": env, "site_url": site_url}).is_production == is_production

    @pytest.mark.parametrize(
        "key",
        [
            "",
            " ",
            "ngan",
            KEY[:31],
            "a" * 64,
            "0123456" * 9,
            "change-me-" + KEY,
            "DoiKhoaNay-mat-khau-" + KEY,
            "my-secret-" + KEY,
        ],
    )
    def test_production_refuses_a_missing_short_or_usual_key(self, key: str, tmp_path: Path) -> None:
        settings = Settings.model_validate({"env": "production", "secret_key": key, "home": tmp_path})
        with pytest.raises(InvalidInput, match="DULIEUMO_SECRET_KEY") as refused:
            open_vault(settings)
        assert not key.strip() or key not in refused.value.message + refused.value.message_en
        assert list(tmp_path.iterdir()) == []

    def test_a_good_key_is_taken_and_the_former_ones_too(self, tmp_path: Path) -> None:
        settings = Settings.model_validate(
            {
                "env": "production",
                "secret_key": KEY,
                "secret_keys_old": f"{OLD.reveal().replace(' ', '')},x y",
                "home": tmp_path,
            }
        )
        closed = Vault([Secret("y")]).encrypt(PASSWORD)
        assert open_vault(settings).decrypt(closed).reveal() == PASSWORD
        assert Vault([Secret(KEY)]).decrypt(open_vault(settings).encrypt(PASSWORD)).reveal() == PASSWORD
        assert KEY not in repr(settings)
        assert list(tmp_path.iterdir()) == []

    def test_development_makes_one_key_for_all_its_processes(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path / "home")
        with ThreadPoolExecutor(8) as pool:
            vaults = list(pool.map(lambda _: open_vault(settings), range(16)))
        assert len({vault.key_for("forms") for vault in vaults}) == 1
        (file,) = (tmp_path / "home").iterdir()
        assert file.name == KEY_FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_text()) >= 48

    def test_production_does_not_start_and_says_why_in_one_line(self, tmp_path: Path) -> None:
        for command in (["serve", "--port", "0"], ["worker", "--once"], ["init"]):
            ended = subprocess.run(
                [sys.executable, "-m", "portal.cli", *command],
                env={"DULIEUMO_HOME": str(tmp_path), "DULIEUMO_SITE_URL": "https://du-lieu.example", "PATH": ""},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 3
            assert ended.stderr.count("\n") == 1
            assert "Chưa đặt DULIEUMO_SECRET_KEY" in ended.stderr
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DULIEUMO_ENV", "chinh-thuc"),
        ("DULIEUMO_SESSION_HOURS", "mười"),
        ("DULIEUMO_PROXIES", "-1"),
        ("PORT", "99999999"),
    ],
)
def test_an_unusable_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=name) as refused:
        Settings()
    assert value not in refused.value.message
