"""Every difference between the database and its copies is named, and mended where it can be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.checking import Drift, find_drift, repair
from catalog.indexing import rebuild_index
from catalog.model import Version, VersionId
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from portal.worker import deliver_outbox
from tests.catalog.examples import CLINICS
from tests.portal.sample import publish_sample


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with everything delivered, to be copied: quicker than harvesting again."""
    home = tmp_path_factory.mktemp("published")
    publish_sample(home).store.close()
    return home


@pytest.fixture
def parts(published: Path, tmp_path: Path) -> Iterator[Parts]:
    shutil.copytree(published, tmp_path / "home")
    opened = open_parts(Settings(home=tmp_path / "home"))
    yield opened
    opened.store.close()


def drift_of(parts: Parts) -> tuple[Drift, ...]:
    return find_drift(parts.indexing, parts.files, hashes=True)


def kinds_of(parts: Parts) -> set[str]:
    return {item.kind for item in drift_of(parts)}


def mend(parts: Parts) -> None:
    repair(parts.indexing, parts.files, drift_of(parts))


def newest(parts: Parts) -> Version:
    with parts.store.read() as reader:
        return reader.versions(CLINICS.distributions[0].id)[0]


def test_a_delivered_catalogue_has_no_drift(parts: Parts) -> None:
    assert drift_of(parts) == ()


def test_a_missing_row_copy_is_named_and_made_again(parts: Parts) -> None:
    parts.rows.remove(newest(parts).id)
    assert kinds_of(parts) == {"missing-rows"}
    mend(parts)
    assert drift_of(parts) == ()


def test_a_row_copy_without_a_version_is_named_and_removed(parts: Parts, tmp_path: Path) -> None:
    version = newest(parts)
    parquet = version.file("parquet")
    assert parquet is not None
    path = parts.files.path(parquet.sha256)
    assert path is not None
    stray = Version(
        **{name: getattr(version, name) for name in version.__slots__}
        | {"id": VersionId("00000000-0000-5000-8000-000000000000")}
    )
    parts.rows.add(stray, path)
    assert kinds_of(parts) == {"orphan-rows"}
    mend(parts)
    assert drift_of(parts) == ()


def test_a_file_nobody_refers_to_is_named_and_removed(parts: Parts, tmp_path: Path) -> None:
    stray = tmp_path / "thua.txt"
    stray.write_text("không ai dùng")
    parts.files.put(stray)
    assert kinds_of(parts) == {"orphan-file"}
    mend(parts)
    assert drift_of(parts) == ()


def test_a_file_without_a_version_may_belong_to_a_harvest_under_way_and_is_left_alone(
    parts: Parts, tmp_path: Path
) -> None:
    stray = tmp_path / "dang-lam.txt"
    stray.write_text("của lượt đang chạy")
    parts.files.put(stray)
    with parts.store.write() as transaction:
        transaction.enqueue_run(transaction.sources()[0].id, "test", parts.clock())
    mend(parts)
    assert kinds_of(parts) == {"orphan-file"}


def test_a_lost_file_is_named_and_cannot_be_mended(parts: Parts) -> None:
    csv = newest(parts).file("csv")
    assert csv is not None
    parts.files.delete(csv.sha256)
    mend(parts)
    assert kinds_of(parts) == {"missing-file"}


def test_a_file_with_other_bytes_of_the_same_size_is_found_by_its_hash(parts: Parts) -> None:
    csv = newest(parts).file("csv")
    assert csv is not None
    path = parts.files.path(csv.sha256)
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(b"x" * csv.size)
    assert kinds_of(parts) == {"damaged-file"}


def test_a_dataset_missing_from_the_index_is_named_and_the_index_made_again(parts: Parts) -> None:
    parts.index.remove([CLINICS.id])
    assert kinds_of(parts) == {"index"}
    mend(parts)
    assert drift_of(parts) == ()


def test_the_index_can_be_made_again_from_the_database_alone(parts: Parts) -> None:
    before = parts.index.revisions()
    assert rebuild_index(parts.indexing) == len(before)
    assert parts.index.revisions() == before


def test_delivering_twice_changes_nothing(parts: Parts) -> None:
    assert deliver_outbox(parts) == 0
    assert drift_of(parts) == ()
