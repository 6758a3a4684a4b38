"""Files that are not what they claim to be: each is refused with a reason, and none takes the process with it."""

from __future__ import annotations

import csv
import os
import random
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xlsxwriter

from catalog.errors import SourceMissing, SourceUnreachable, SourceUnreadable
from harvesters.reading.workbooks import open_workbook
from tests.harvesters.sources import content, read, refusal, source
from tests.harvesters.test_files import fault, read_file

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nguon"
    folder.mkdir()
    return folder


@pytest.fixture
def workbook(folder: Path) -> Path:
    path = folder / "so-lieu.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(400):
            sheet.write_row(row, 0, [f"ma {row}", f"Tên {row}", row])
    return path


@pytest.mark.parametrize("seed", range(30))
def test_a_workbook_with_flipped_bytes_is_read_or_refused(folder: Path, workbook: Path, seed: int) -> None:
    chance = random.Random(seed)
    bytes_ = bytearray(workbook.read_bytes())
    for _ in range(8):
        bytes_[chance.randrange(len(bytes_))] = chance.randrange(256)
    workbook.write_bytes(bytes_)
    outcome = read_file(folder, workbook.name)
    assert not isinstance(outcome, Exception) or "Excel" in str(outcome)


def test_a_workbook_whose_packing_is_broken_is_refused(folder: Path, workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    bytes_ = bytearray(workbook.read_bytes())
    start = part.header_offset + 30 + len(part.filename)
    bytes_[start : start + part.compress_size // 2] = b"\xff" * (part.compress_size // 2)
    workbook.write_bytes(bytes_)
    assert "Excel" in fault(folder, workbook.name)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(folder: Path, workbook: Path, share: float) -> None:
    bytes_ = workbook.read_bytes()
    workbook.write_bytes(bytes_[: int(len(bytes_) * share)])
    assert "Excel" in fault(folder, workbook.name)


def test_texts_that_would_fill_the_memory_are_refused(
    folder: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvesters.reading.xlsx_parts.MAX_STRINGS_BYTES", 1000)
    with pytest.raises(SourceUnreadable, match="quá lớn"):
        list(open_workbook(workbook).sheets[0].rows())


def test_cells_without_a_place_are_counted_too(folder: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvesters.reading.xlsx_sheets.MAX_CELLS", 20_000)
    assert len(list(open_workbook(workbook).sheets[0].rows())) == 400
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        b"<worksheet><sheetData><row>"
        + b"<c/>" * 16_000
        + b"</row><row>"
        + b"<c/>" * 16_000
        + b"</row></sheetData></worksheet>"
    )
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(SourceUnreadable, match="quá lớn"):
        list(open_workbook(workbook).sheets[0].rows())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_without_their_mark_are_known_by_their_zeros(folder: Path, encoding: str) -> None:
    (folder / "xa.csv").write_bytes("ma,ten\n01,Dong Tien\n".encode(encoding))
    assert content(read_file(folder, "xa.csv")) == "ma,ten\n01,Dong Tien\n"


def test_wider_letters_are_no_text(folder: Path) -> None:
    (folder / "xa.csv").write_bytes("ma,ten\n01,Dong Tien\n".encode("utf-32"))
    assert "UTF-8" in fault(folder, "xa.csv")


def test_a_nul_is_no_text_and_names_its_row(folder: Path) -> None:
    (folder / "xa.csv").write_bytes(b"ma,ten\n" + b"1,a\n" * 1233 + b"2,b\x00c\n")
    assert "dòng 1.235" in fault(folder, "xa.csv")


def test_utf16_that_ends_within_a_letter_is_refused(folder: Path) -> None:
    (folder / "xa.csv").write_bytes("ma,ten\n01,Đông Tiến\n".encode("utf-16")[:-1])
    assert "không đọc được" in fault(folder, "xa.csv")


def test_a_long_text_is_read_whatever_limit_others_have_set(folder: Path) -> None:
    (folder / "xa.csv").write_text(f"ma,ranh_gioi\n1,{'x' * 300_000}\n", encoding="utf-8")
    before = csv.field_size_limit(1000)
    try:
        assert len(content(read_file(folder, "xa.csv"))) > 300_000
    finally:
        csv.field_size_limit(before)


def test_a_file_that_is_written_while_it_is_read_is_refused(folder: Path) -> None:
    from harvesters import fetch
    from tests.harvesters.sources import request

    file = folder / "xa.csv"
    file.write_text("ma\n" + "1\n" * 25_000, encoding="utf-8")

    def append(key: str, rows: int) -> None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write("2\n")

    staging = folder.parent / "dan-dung"
    staging.mkdir()
    ((_, outcome),) = fetch(source("files", {"path": str(folder)}), [request("xa.csv")], staging, append)
    assert isinstance(outcome, SourceUnreadable)
    assert "ghi đè" in outcome.message
    assert list(staging.iterdir()) == []


def test_a_file_that_vanished_is_missing_and_the_others_are_read(folder: Path) -> None:
    (folder / "con.csv").write_text("ma\n1\n", encoding="utf-8")
    outcomes = read(source("files", {"path": str(folder)}), folder.parent / "dan-dung", "mat.csv", "con.csv")
    assert isinstance(refusal(outcomes[0]), SourceMissing)
    assert content(outcomes[1]) == "ma\n1\n"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, as pytest's own cannot be by others."""
    with tempfile.TemporaryDirectory(prefix="dulieumo-quyen-") as name:
        folder = Path(name) / "nguon"
        folder.mkdir()
        for path in (folder, folder.parent):
            path.chmod(0o777)
        yield folder
        folder.chmod(0o777)


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may read everything, so it becomes somebody else for a while."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_a_file_without_the_right_to_read_it_is_refused_alone(open_folder: Path) -> None:
    for name in ("kin.csv", "mo.csv"):
        (open_folder / name).write_text("ma\n1\n", encoding="utf-8")
    (open_folder / "kin.csv").chmod(0)
    (open_folder / "kin").mkdir()
    (open_folder / "kin").chmod(0)
    with without_rights():
        closed, inside = read(
            source("files", {"path": str(open_folder)}), open_folder.parent / "a", "kin.csv", "kin/xa.csv"
        )
    (open_folder / "kin").chmod(0o777)
    assert "“kin.csv”: không có quyền đọc" in refusal(closed).message
    (opened,) = read(source("files", {"path": str(open_folder)}), open_folder.parent / "b", "mo.csv")
    assert content(opened) == "ma\n1\n"
    assert "“kin/xa.csv”: không có quyền đọc" in refusal(inside).message


def test_a_folder_without_the_right_to_read_it_is_out_of_reach(open_folder: Path) -> None:
    open_folder.chmod(0)
    with without_rights(), pytest.raises(SourceUnreachable, match="quyền đọc"):
        read(source("files", {"path": str(open_folder)}), open_folder.parent / "a", "xa.csv")
