"""What a source looks like: a change of columns, types or key is held with the difference, until two persons agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from catalog.harvesting import harvest
from catalog.holding import approve_release, request_release
from catalog.model import SourceShape, Version
from catalog.sources import HarvestSource, RunState, TableOutcome
from portal.wiring import Parts, open_harvester
from tests.catalog.examples import CLINICS, example_source
from tests.harvesters.sources import read, source, staged
from tests.portal.sample import describe_source, open_sample_parts

TABLE = (
    "CREATE TABLE co_so (ma varchar(5) PRIMARY KEY, ten varchar(200), ma_xa varchar(5), giuong integer, ghi varchar(9))"
)
ROW = "INSERT INTO co_so VALUES ('38001', 'Bệnh viện Đa khoa tỉnh', '14797', 1200, 'x')"


def run_on(url: str, *statements: str) -> None:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a department's database with one clinic."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'y-te.sqlite'}"
    else:
        address = request.getfixturevalue(f"empty_{request.param}_url")
    run_on(address, TABLE, ROW)
    return address


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_sample_parts(tmp_path / "home")
    yield opened
    opened.store.close()


@pytest.fixture
def clinics(parts: Parts, url: str, tmp_path: Path) -> HarvestSource:
    described = describe_source(parts, example_source("nguon", CLINICS), CLINICS, folder=tmp_path / "x", files={})
    (table,) = described.tables
    origin = replace(described, kind="sql", options={"url": url}, tables=(replace(table, locator="co_so"),))
    with parts.store.write() as transaction:
        transaction.put_source(origin)
    return origin


def versions_of(parts: Parts) -> tuple[Version, ...]:
    with parts.store.read() as reader:
        return reader.versions(CLINICS.distributions[0].id)


def outcome_of(parts: Parts, origin: HarvestSource) -> TableOutcome:
    with parts.store.read() as reader:
        return next(iter(reader.last_outcomes(origin.id).values()))


CHANGES = {
    "renamed": (["ALTER TABLE co_so RENAME COLUMN ghi TO ghi_chu"], "mất ghi; thêm ghi_chu"),
    "dropped": (["ALTER TABLE co_so DROP COLUMN ghi"], "mất ghi"),
    "dropped and asked for": (["ALTER TABLE co_so DROP COLUMN giuong"], "mất giuong"),
    "added": (["ALTER TABLE co_so ADD COLUMN sdt varchar(20)"], "thêm sdt"),
    "retyped": (
        ["DROP TABLE co_so", TABLE.replace("giuong integer", "giuong decimal(12,2)"), ROW],
        "đổi kiểu giuong: int",
    ),
    "another key": (
        ["DROP TABLE co_so", TABLE.replace(" PRIMARY KEY", "").replace("(9)", "(9) PRIMARY KEY"), ROW],
        "Khóa của bảng nguồn đổi từ (ma) thành (ghi)",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_source_that_looks_otherwise_is_held_with_the_difference_until_two_persons_agree(
    parts: Parts, clinics: HarvestSource, url: str, change: str
) -> None:
    harvester = open_harvester(parts)
    assert harvest(harvester, clinics.id, trigger="test").state is RunState.SUCCESS
    statements, said = CHANGES[change]
    run_on(url, *statements, "UPDATE co_so SET ten = 'Bệnh viện tỉnh'")

    assert harvest(harvester, clinics.id, trigger="test").state is RunState.HELD
    messages = " ".join(issue.message for issue in outcome_of(parts, clinics).issues)
    assert said in messages
    assert [version.number for version in versions_of(parts)] == [1]

    key = clinics.tables[0].key
    request_release(parts.store, clinics.name, key, reason="Nguồn đổi thật", requested_by="Một", at=parts.clock())
    approve_release(parts.store, clinics.name, key, approved_by="Hai", at=parts.clock())
    assert harvest(harvester, clinics.id, trigger="test").state is RunState.SUCCESS
    newest, _ = versions_of(parts)
    run_on(url, "UPDATE co_so SET ten = 'Bệnh viện Đa khoa'")
    harvest(harvester, clinics.id, trigger="test")
    codes = {issue.code for issue in outcome_of(parts, clinics).issues}
    assert not codes & {"source-columns-changed", "source-key-changed"}
    assert versions_of(parts)[0].source_shape == newest.source_shape


def test_a_source_that_looks_otherwise_is_held_even_if_its_rows_are_the_same(
    parts: Parts, clinics: HarvestSource, url: str
) -> None:
    harvester = open_harvester(parts)
    harvest(harvester, clinics.id, trigger="test")
    run_on(url, "ALTER TABLE co_so ADD COLUMN sdt varchar(20)")
    assert harvest(harvester, clinics.id, trigger="test").state is RunState.HELD
    assert len(versions_of(parts)) == 1


def test_the_shape_has_all_columns_with_their_types_and_the_key(url: str, tmp_path: Path) -> None:
    columns = {"ma": "varchar(5)", "ten": "varchar(200)", "ma_xa": "varchar(5)", "giuong": "int", "ghi": "varchar(9)"}
    if url.startswith("sqlite"):
        columns["giuong"] = "integer"
    if url.startswith("postgresql"):
        columns = {name: kind.replace("varchar", "character varying") for name, kind in columns.items()}
        columns["giuong"] = "integer"
    (table,) = read(source("sql", {"url": url}), tmp_path / "a", "CO_SO")
    assert staged(table).shape == SourceShape(columns, ("ma",))


def test_the_shape_of_a_view_or_a_select_has_no_key(url: str, tmp_path: Path) -> None:
    run_on(url, "CREATE VIEW xem AS SELECT ma, giuong FROM co_so")
    view, select = read(source("sql", {"url": url}), tmp_path / "a", "xem", "SELECT ma, giuong FROM co_so")
    shapes = [staged(outcome).shape for outcome in (view, select)]
    assert [(list(shape.columns), shape.key) for shape in shapes if shape] == [(["ma", "giuong"], ())] * 2
    if shapes[1] and not url.startswith("sqlite"):
        assert all(shapes[1].columns.values())
