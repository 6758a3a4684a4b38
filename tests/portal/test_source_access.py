"""Options of sources: encrypted at rest, filled in just before a source is read, never the portal's own secrets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import InvalidInput, SourceError
from catalog.ports import TableRequest
from catalog.sources import HarvestSource, SourceId
from harvesters.outside import Outside
from portal.secrets import Secret, Vault
from portal.settings import Settings
from portal.source_access import SourceAccess, own_variables, sealed, source_variables
from portal.source_editing import edit
from portal.source_places import SourcePlaces
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, HEALTH, example_source
from tests.portal.sample import open_sample_parts

VAULT = Vault([Secret("một khóa dài dùng cho kiểm thử, không dùng thật")])


def access(**variables: str) -> SourceAccess:
    own = {f"DULIEUMO_SOURCE_NGUON__{name}": value for name, value in variables.items()}
    return SourceAccess(own, VAULT, Outside(), SourcePlaces(Path("/cong"), None, "sqlite:////cong/catalog.db", False))


def with_options(kind: str = "files", **options: str) -> HarvestSource:
    return replace(example_source("nguon", CLINICS), kind=kind, options=options)


def test_options_of_a_source_are_filled_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "co-so-kham-chua-benh-bang.csv").write_text("ma,ten,ma_xa,giuong\n38001,A,14797,1\n")
    source = with_options(path="${DULIEUMO_SOURCE_NGUON__NOI_DE}")
    requests = [TableRequest(source.tables[0], CLINIC_SCHEMA)]
    ((_, table),) = access(NOI_DE=str(tmp_path)).fetch(source, requests, tmp_path, lambda key, rows: None)
    assert not isinstance(table, SourceError)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(SourceError, match="NOI_DE"):
        access().opened(with_options(path="${DULIEUMO_SOURCE_NGUON__NOI_DE}"))


def test_a_source_cannot_name_the_secrets_of_the_portal_or_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DULIEUMO_SECRET_KEY", "bí mật của cổng")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "bí mật của máy")
    monkeypatch.setenv("DULIEUMO_SOURCE_SO_Y_TE__MAT_KHAU", "của nguồn")
    monkeypatch.setenv("DULIEUMO_SOURCE_SO_Y_TE_2__MAT_KHAU", "của nguồn khác")
    variables = source_variables(Settings(home=tmp_path))
    assert set(own_variables("so-y-te", variables)) == {"DULIEUMO_SOURCE_SO_Y_TE__MAT_KHAU", "DULIEUMO_HOME"}
    assert set(own_variables("so-y", variables)) == {"DULIEUMO_HOME"}


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
    stored = sealed(with_options("sql", url="${DULIEUMO_SOURCE_NGUON__MAY_CHU}", password="m4t-${KHAU}"), VAULT)
    assert access(MAY_CHU="postgresql://may-chu").opened(stored).options == {
        "url": "postgresql://may-chu",
        "password": "m4t-${KHAU}",
    }


def places(
    home: Path, *, folders: tuple[Path, ...] | None = None, catalog: str = "", strict: bool = False
) -> SourcePlaces:
    return SourcePlaces(home, folders, catalog or f"sqlite:///{home}/catalog.db", strict)


def is_allowed(rule: SourcePlaces, source: HarvestSource) -> bool:
    try:
        rule.check(source)
    except SourceError:
        return False
    return True


def test_a_folder_of_the_portal_itself_is_no_source(tmp_path: Path) -> None:
    home = tmp_path / "cong"
    rule = places(home)
    assert is_allowed(rule, with_options(path=str(tmp_path / "so-y-te")))
    assert is_allowed(rule, with_options(path=str(home / "departments" / "so")))
    for path in (home, home / "files", tmp_path, home / "departments" / ".." / "files"):
        assert not is_allowed(rule, with_options(path=str(path))), path
    assert not is_allowed(rule, with_options("sql", url=f"sqlite:///{home}/catalog.db"))
    assert not is_allowed(rule, with_options("sql", url="sqlite://"))


def test_only_folders_that_the_operator_names_are_read_where_there_are_any(tmp_path: Path) -> None:
    rule = places(tmp_path / "cong", folders=(tmp_path / "chia-se",))
    assert is_allowed(rule, with_options(path=str(tmp_path / "chia-se" / "so-y-te")))
    assert not is_allowed(rule, with_options(path="/etc"))
    assert not is_allowed(rule, with_options("sql", url="sqlite:////var/lib/khac.db"))
    (tmp_path / "chia-se").mkdir()
    (tmp_path / "chia-se" / "loi-ra").symlink_to("/etc")
    assert not is_allowed(rule, with_options(path=str(tmp_path / "chia-se" / "loi-ra")))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("postgresql://doc@csdl.so.example/noi_vu", True),
        ("postgresql://doc@csdl.cong.example/dulieumo", False),
        ("postgresql://doc@csdl.cong.example/khac", True),
        ("postgresql+psycopg://doc@CSDL.cong.example/dulieumo", False),
        ("postgresql://doc@127.0.0.1/khac", False),
        ("postgresql://doc@localhost/khac", False),
        ("postgresql://doc@/khac?host=/var/run/postgresql", False),
        ("mysql+pymysql://doc@[::1]/khac", False),
    ],
)
def test_the_catalogue_and_in_production_this_machine_are_no_sources(tmp_path: Path, url: str, allowed: bool) -> None:
    rule = places(tmp_path, catalog="postgresql://cong@csdl.cong.example/dulieumo", strict=True)
    assert is_allowed(rule, with_options("sql", url=url)) is allowed


@pytest.mark.parametrize(
    ("kind", "before", "after", "must_be_typed"),
    [
        ("sql", {"url": "postgresql://doc@may-1.example/a"}, {"url": "postgresql://doc@may-2.example/a"}, True),
        ("sql", {"url": "postgresql://doc@may-1.example/a"}, {"url": "postgresql://khac@may-1.example/b"}, False),
        ("sql", {"url": "postgresql://doc@may-1.example/a"}, {"url": "postgresql://doc@may-1.example:99/a"}, True),
        ("sql", {"url": "postgresql://doc@may-1.example/a"}, {"schema": "moi"}, False),
    ],
)
def test_a_secret_is_not_sent_to_another_server_than_the_one_it_was_given_for(
    tmp_path: Path, kind: str, before: dict[str, str], after: dict[str, str], must_be_typed: bool
) -> None:
    parts = open_sample_parts(tmp_path)
    stored = sealed(with_options(kind, password="m4t-kh4u", **before), parts.vault)
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
        transaction.put_source(replace(stored, tables=()))
    if must_be_typed:
        with pytest.raises(InvalidInput, match="password"):
            edit(parts, "nguon", {}, after, actor="test")
        after = {**after, "password": "moi"}
    edit(parts, "nguon", {}, after, actor="test")
    parts.store.close()
