"""Files on an SFTP server: only of the server that is known, only below the folder, read like those of a folder."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

paramiko = pytest.importorskip("paramiko", reason="the extra sftp is not installed")

from catalog.errors import InvalidInput, SourceMissing, SourceUnreachable, SourceUnreadable  # noqa: E402
from catalog.local_time import LOCAL_TIME  # noqa: E402
from catalog.ports import Fetched, Unchanged  # noqa: E402
from catalog.sources import HarvestSource  # noqa: E402
from harvesters import fetch, full_reads, kind_of  # noqa: E402
from harvesters.outside import Outside  # noqa: E402
from tests.harvesters.sftp_server import PASSWORD, SftpSite, sftp_site  # noqa: E402
from tests.harvesters.sources import STAGED, content, outside, refusal, request, source, staged  # noqa: E402
from tests.harvesters.web_server import reply, serving  # noqa: E402

UNKNOWN_KEY = "SHA256:" + "A" * 43


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SftpSite]:
    folder = tmp_path / "may-chu"
    (folder / "gui-tinh").mkdir(parents=True)
    (folder / "gui-tinh" / "xa.csv").write_text(STAGED)
    (folder / "bi-mat.csv").write_text(STAGED)
    with sftp_site(folder) as opened:
        yield opened


def at(site: SftpSite, **options: str) -> HarvestSource:
    known = {"sftp": f"sftp://so@127.0.0.1:{site.port}/gui-tinh", "password": PASSWORD, "host_key": site.fingerprint}
    given = {name: value for name, value in {**known, **options}.items() if value}
    return source("files", kind_of("files").checked_options(given))


def read(
    origin: HarvestSource, folder: Path, *locators: str, known: str = "", world: Outside | None = None
) -> list[Fetched]:
    folder.mkdir(exist_ok=True)
    asked = [request(locator, key=f"bang-{number}", known=known) for number, locator in enumerate(locators)]
    return [outcome for _, outcome in fetch(origin, asked, folder, lambda key, rows: None, world or outside())]


def test_a_file_is_read_and_recognised_by_its_size_and_time(site: SftpSite, tmp_path: Path) -> None:
    os.utime(site.folder / "gui-tinh" / "xa.csv", (1_700_000_000, 1_700_000_000))
    (first,) = read(at(site), tmp_path / "a", "xa.csv")
    known = staged(first).fingerprint
    assert content(first) == STAGED
    reads: list[int] = []
    site.on_read = lambda: reads.append(1)
    assert read(at(site), tmp_path / "b", "xa.csv", known=known) == [Unchanged(known)]
    assert not reads
    os.utime(site.folder / "gui-tinh" / "xa.csv", (1, 1))
    (touched,) = read(at(site), tmp_path / "c", "xa.csv", known=known)
    assert isinstance(touched, Unchanged)
    (site.folder / "gui-tinh" / "xa.csv").write_text(STAGED.replace("12000", "12001"))
    (changed,) = read(at(site), tmp_path / "d", "xa.csv", known=known)
    assert "12001" in content(changed)


def test_a_file_of_just_now_is_not_believed_by_its_time(site: SftpSite, tmp_path: Path) -> None:
    path = site.folder / "gui-tinh" / "xa.csv"
    written = path.stat().st_mtime
    (first,) = read(at(site), tmp_path / "a", "xa.csv")
    path.write_text(STAGED.replace("12000", "12001"))
    os.utime(path, (written, written))
    (changed,) = read(at(site), tmp_path / "b", "xa.csv", known=staged(first).fingerprint)
    assert "12001" in content(changed)


def test_a_change_that_leaves_size_and_time_is_found_within_seven_days(
    site: SftpSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.folder / "gui-tinh" / "xa.csv"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    (first,) = read(at(site), tmp_path / "a", "xa.csv")
    known = staged(first).fingerprint
    path.write_text(STAGED.replace("12000", "12001"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert read(at(site), tmp_path / "b", "xa.csv", known=known) == [Unchanged(known)]
    later = datetime.now(LOCAL_TIME) + timedelta(days=7)
    monkeypatch.setattr(full_reads, "_now", lambda: later)
    (found,) = read(at(site), tmp_path / "c", "xa.csv", known=known)
    assert "12001" in content(found)


def test_accents_are_found_however_the_server_writes_them(site: SftpSite, tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "dân số.csv")
    (site.folder / "gui-tinh" / name).write_text(STAGED)
    (outcome,) = read(at(site), tmp_path / "a", "dân số.csv")
    assert content(outcome) == STAGED
    assert [table.locator for table in kind_of("files").offered(at(site), outside())] == ["dân số.csv", "xa.csv"]


def test_nothing_outside_the_folder_is_read(site: SftpSite, tmp_path: Path) -> None:
    (site.folder / "gui-tinh" / "lien-ket.csv").symlink_to(site.folder / "bi-mat.csv")
    (site.folder / "gui-tinh" / "thu-muc.csv").mkdir()
    above, absolute, link, folder, missing, good = read(
        at(site), tmp_path / "a", "../bi-mat.csv", "/bi-mat.csv", "lien-ket.csv", "thu-muc.csv", "huyen.csv", "xa.csv"
    )
    assert all(isinstance(outcome, SourceUnreadable) for outcome in (above, absolute, link))
    assert isinstance(folder, SourceMissing)
    assert "huyen.csv" in refusal(missing).message
    assert content(good) == STAGED


def test_a_file_that_is_written_to_meanwhile_is_no_table(site: SftpSite, tmp_path: Path) -> None:
    path = site.folder / "gui-tinh" / "xa.csv"
    site.on_read = lambda: os.utime(path, (1, 1))
    (outcome,) = read(at(site), tmp_path / "a", "xa.csv")
    assert "ghi đè" in refusal(outcome).message


def test_a_connection_that_is_cut_is_said_of_the_whole_source(site: SftpSite, tmp_path: Path) -> None:
    site.on_read = lambda: site.connections[-1].close()
    with pytest.raises(SourceUnreachable, match="SFTP"):
        read(at(site), tmp_path / "a", "xa.csv", "xa.csv")


def test_a_key_of_our_own_lets_us_in(site: SftpSite, tmp_path: Path) -> None:
    site.client_key = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    site.client_key.write_private_key(text)
    (outcome,) = read(at(site, password="", private_key=text.getvalue()), tmp_path / "a", "xa.csv")
    assert content(outcome) == STAGED


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"password": "sai-bi-mat"}, "từ chối tài khoản"),
        ({"password": "", "private_key": "khong phai khoa bi-mat"}, "từ chối tài khoản"),
        ({"host_key": UNKNOWN_KEY}, "không phải khóa đã khai báo"),
        ({"host_key": ""}, "host_key"),
    ],
)
def test_who_is_not_known_is_not_believed(site: SftpSite, options: dict[str, str], told: str, tmp_path: Path) -> None:
    origin = at(site, **options)
    with pytest.raises(SourceUnreachable, match=told) as caught:
        read(origin, tmp_path / "a", "xa.csv")
    (step,) = kind_of("files").check(origin, outside())
    assert not step.is_well
    assert told in step.message
    if "host_key" in options:
        assert site.fingerprint in step.message
    assert "bi-mat" not in f"{caught.value.message}{caught.value.message_en}{step}"


def test_a_server_that_is_none_or_may_not_be_called_is_explained(site: SftpSite, tmp_path: Path) -> None:
    with serving({"/": reply(b"")}) as web:
        none = at(site, sftp=f"sftp://so@127.0.0.1:{web.port}/x")
        with pytest.raises(SourceUnreachable, match="SFTP"):
            read(none, tmp_path / "a", "xa.csv")
    with pytest.raises(SourceUnreachable, match="nội bộ"):
        read(at(site), tmp_path / "b", "xa.csv", world=Outside())
    with pytest.raises(SourceUnreachable, match="tên miền"):
        read(at(site, sftp="sftp://so@khong-co.invalid/x"), tmp_path / "c", "xa.csv")


def test_a_source_is_tried_out(site: SftpSite) -> None:
    connected, listed = kind_of("files").check(at(site), outside())
    assert connected.is_well
    assert "1 tệp" in listed.message
    _, missing = kind_of("files").check(at(site, sftp=f"sftp://so@127.0.0.1:{site.port}/khac"), outside())
    assert not missing.is_well


@pytest.mark.parametrize(
    "options",
    [
        {"sftp": "sftp://may-chu/x"},
        {"sftp": "sftp://so:bi-mat@may-chu/x"},
        {"sftp": "ftp://so@may-chu/x"},
        {"sftp": "sftp://so@may-chu:cong/x"},
        {"sftp": "sftp://so@may-chu/x", "host_key": "aa:bb"},
        {"sftp": "sftp://so@may-chu/x", "path": "/x"},
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        kind_of("files").checked_options(options)
    assert "bi-mat" not in caught.value.message
