"""``dulieumo secret``: a key of one's own, and another one later without losing what the first one closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyotp import TOTP

from catalog.people import SecondFactor
from catalog.sources import HarvestSource
from portal.cli import main
from portal.codes import TotpCodes, new_secret
from portal.settings import Settings
from portal.source_access import SourceAccess, sealed
from portal.wiring import open_parts
from tests.catalog.examples import CLINICS, HEALTH, NOW, example_source
from tests.catalog.persons import add_administrator


def secret(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["secret", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def opened(source: HarvestSource) -> tuple[HarvestSource, HarvestSource]:
    """The stored source, and the same in the clear."""
    parts = open_parts(Settings())
    with parts.store.read() as reader:
        stored = reader.source(source.id)
    parts.store.close()
    return stored, SourceAccess.of(parts).opened(stored)


def test_a_new_key_is_good_for_production_and_new_every_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    monkeypatch.setenv("DULIEUMO_ENV", "production")
    key = secret("new-key").strip()
    assert key != secret("new-key").strip()
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", key)
    assert secret("renew", "--help")
    open_parts(Settings()).store.close()


def test_secrets_of_sources_move_to_a_new_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    old, new = secret("new-key").strip(), secret("new-key").strip()
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", old)
    options = {"url": "postgresql://doc@may-chu/so_y_te", "password": "mật khẩu"}
    source = replace(example_source("csdl-so-y-te", CLINICS), kind="sql", options=options)
    parts = open_parts(Settings())
    parts.store.upgrade()
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(sealed(source, parts.vault))
    parts.store.close()
    closed_with_old = opened(source)[0].options

    monkeypatch.setenv("DULIEUMO_SECRET_KEY", new)
    monkeypatch.setenv("DULIEUMO_SECRET_KEYS_OLD", old)
    assert opened(source)[1].options == options
    assert secret("renew") == "Đã mã hóa lại 1 bí mật.\n"
    assert secret("renew") == "Đã mã hóa lại 0 bí mật.\n"
    monkeypatch.delenv("DULIEUMO_SECRET_KEYS_OLD")
    stored, clear = opened(source)
    assert stored.options["password"] != closed_with_old["password"]
    assert clear.options == options
    parts = open_parts(Settings())
    with parts.store.read() as reader:
        (event,) = [event for event in reader.audit() if event.action == "source.renew-secrets"]
    parts.store.close()
    assert event.details == {"name": "csdl-so-y-te", "options": "password"}


def test_second_factors_move_to_a_new_key_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    old = secret("new-key").strip()
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", old)
    parts = open_parts(Settings())
    parts.store.upgrade()
    somebody = add_administrator(parts.store)
    key = new_secret()
    with parts.store.write() as transaction:
        sealed_key = TotpCodes(parts.vault).sealed(key, somebody.id)
        transaction.put_second_factor(SecondFactor(somebody.id, sealed_key, NOW, 0))
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", secret("new-key").strip())
    monkeypatch.setenv("DULIEUMO_SECRET_KEYS_OLD", old)
    assert secret("renew") == "Đã mã hóa lại 1 bí mật.\n"
    monkeypatch.delenv("DULIEUMO_SECRET_KEYS_OLD")
    with parts.store.read() as reader:
        factor = reader.second_factor(somebody.id)
    parts.store.close()
    assert factor is not None
    assert TotpCodes(open_parts(Settings()).vault).step_of(factor, TOTP(key.reveal()).at(NOW), NOW)
