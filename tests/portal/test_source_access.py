"""Options of sources: encrypted at rest, filled in just before a source is read, never the portal's own secrets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import SourceError
from catalog.ports import TableRequest
from catalog.sources import HarvestSource, SourceId
from harvesters.outside import Outside
from portal.secrets import Secret, Vault
from portal.settings import Settings
from portal.source_access import SourceAccess, sealed, source_variables
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, example_source

VAULT = Vault([Secret("một khóa dài dùng cho kiểm thử, không dùng thật")])


def access(**variables: str) -> SourceAccess:
    return SourceAccess(variables, VAULT, Outside())


def with_options(kind: str = "files", **options: str) -> HarvestSource:
    return replace(example_source("nguon", CLINICS), kind=kind, options=options)


def test_options_of_a_source_are_filled_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "co-so-kham-chua-benh-bang.csv").write_text("ma,ten,ma_xa,giuong\n38001,A,14797,1\n")
    source = with_options(path="${NOI_DE}")
    requests = [TableRequest(source.tables[0], CLINIC_SCHEMA)]
    ((_, table),) = access(NOI_DE=str(tmp_path)).fetch(source, requests, tmp_path, lambda key, rows: None)
    assert not isinstance(table, SourceError)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(SourceError, match="NOI_DE"):
        access().opened(with_options(path="${NOI_DE}"))


def test_a_source_cannot_name_the_secrets_of_the_portal_or_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", "bí mật của cổng")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "bí mật của máy")
    monkeypatch.setenv("DULIEUMO_SOURCE_MAT_KHAU", "của nguồn")
    variables = source_variables(Settings(home=tmp_path))
    assert set(variables) == {"DULIEUMO_SOURCE_MAT_KHAU", "DULIEUMO_HOME"}


def test_secret_options_are_stored_encrypted_and_opened_only_in_their_place() -> None:
    source = with_options("sql", url="postgresql://doc@may-chu/noi_vu", password="m4t-kh4u")
    stored = sealed(source, VAULT)
    assert "m4t-kh4u" not in str(stored)
    assert stored.options["url"] == source.options["url"]
    assert sealed(stored, VAULT) == stored
    assert access().opened(stored).options == source.options
    with pytest.raises(SourceError):
        access().opened(replace(stored, id=SourceId("nguon-khac")))


def test_a_password_that_looks_like_a_variable_stays_as_it_is() -> None:
    stored = sealed(with_options("sql", url="${MAY_CHU}", password="m4t-${KHAU}"), VAULT)
    assert access(MAY_CHU="postgresql://may-chu").opened(stored).options == {
        "url": "postgresql://may-chu",
        "password": "m4t-${KHAU}",
    }
