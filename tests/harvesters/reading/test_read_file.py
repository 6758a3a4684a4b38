"""Files as offices make them, read whole: every encoding, every format, every refusal, and always an answer."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.dictionary import TableSchema
from catalog.errors import SourceUnreadable
from catalog.issues import Severity
from catalog.layout import Confidence
from catalog.ports import StagedTable
from harvesters.reading import child, parent, read_file
from harvesters.reading.open_file import open_file

SCHEMA = TableSchema.from_descriptor(
    {
        "name": "dan-so",
        "version": "1.0.0",
        "title": "Dân số theo xã",
        "fields": [
            {"name": "ma_xa", "title": "Mã xã", "constraints": {"pattern": r"^\\d{5}$"}},
            {"name": "ten_xa", "title": "Tên xã"},
            {"name": "dan_so", "title": "Dân số", "type": "integer", "unit": "người"},
            {"name": "dien_tich", "title": "Diện tích", "type": "number", "unit": "km2"},
        ],
        "primaryKey": ["ma_xa"],
    }
)
HEADER = ["Mã xã", "Tên xã", "Dân số", "Diện tích"]
ROWS = [
    ["00384", "Xã Đồng Tiến", "8123", "20.5"],
    ["14797", "Phường Hạc Thành", "197142", "24.62"],
    ["15853", "Phường Đông Tiến", "34028", "29.1"],
    ["16531", "Xã Quảng Chính, Sầm Sơn", "50", "1"],
]
DATA = Path(__file__).parents[4] / "shared" / "data"


def content(table: StagedTable) -> list[list[str]]:
    with table.path.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def csv_text(rows: list[list[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue()


def in_windows_1258(text: str) -> bytes:
    """The tones apart from their letters, as that encoding wants them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
            written += (base + "".join(part for part in parts if part in tones)).encode("cp1258")
    return bytes(written)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "nfd", "utf-16", "utf-16-le", "windows-1258"])
def test_a_table_reads_the_same_however_it_was_saved(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    text = csv_text([HEADER, *ROWS], delimiter, end)
    if encoding == "nfd":
        bytes_ = unicodedata.normalize("NFD", text).encode()
    else:
        bytes_ = in_windows_1258(text) if encoding == "windows-1258" else text.encode(encoding)
    path = tmp_path / "bang.csv"
    path.write_bytes(bytes_)
    book = open_file(path, [text for field in SCHEMA.fields for text in (field.name, field.title)])
    rows = [[unicodedata.normalize("NFC", cell.text) for cell in row.cells] for row in book.sheets[0].rows()]
    assert rows == [HEADER, *ROWS]


def test_the_child_stages_what_was_read_and_a_plain_file_needs_nobody(tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_bytes(csv_text([HEADER, *ROWS]).encode())
    table = read_file(path, SCHEMA, tmp_path)
    assert content(table) == [HEADER, *ROWS]
    assert table.proposal is not None
    assert table.proposal.confidence is Confidence.PLAIN
    assert (table.notices, table.row_numbers.in_source(4)) == ((), 4)


def office_workbook(path: Path) -> None:
    """What a department sends: letterhead, title, a header of two rows, column numbers, sections, total, signature."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Biểu 01")
        sheet.merge_range(0, 0, 0, 3, "UBND TỈNH THANH HÓA")
        sheet.merge_range(2, 0, 2, 4, "DÂN SỐ VÀ DIỆN TÍCH NĂM 2025")
        for column, label in enumerate(["STT", "Mã xã", "Tên xã"]):
            sheet.merge_range(4, column, 5, column, label)
        sheet.merge_range(4, 3, 4, 4, "Chỉ tiêu")
        sheet.write_row(5, 3, ["Dân số (người)", "Diện tích (km2)"])
        sheet.write_row(6, 0, ["A", "B", "C", "1", "2"])
        sheet.write(7, 1, "I. Khu vực miền núi")
        for place, (code, name, people, area) in enumerate(ROWS):
            sheet.write_row(8 + place, 0, [place + 1, code, name, int(people), float(area)])
        sheet.write_comment(8, 2, "Hỏi chị Lan 0912345678")
        sheet.write_row(12, 2, ["Tổng cộng", 239343, 75.22])
        sheet.write(14, 0, "Ghi chú: số liệu đến 31/12/2025")
        sheet.write(16, 3, "GIÁM ĐỐC")
        hidden = book.add_worksheet("Nháp")
        hidden.write(0, 0, "038099001234")
        hidden.hide()


def test_an_office_workbook_is_read_to_the_table_and_held_until_somebody_accepts(tmp_path: Path) -> None:
    path = tmp_path / "bieu-01.xlsx"
    office_workbook(path)
    table = read_file(path, SCHEMA, tmp_path)
    assert content(table) == [["ma_xa", "ten_xa", "dan_so", "dien_tich"], *ROWS]
    assert table.row_numbers.in_source(2) == 9
    (notice,) = [issue for issue in table.notices if issue.severity is Severity.HOLD]
    assert notice.code == "layout-unconfirmed"
    assert "dòng 5" in notice.message
    beside = " ".join(f"{text.place}: {text.text}" for text in table.around)
    assert "0912345678" in beside
    assert "038099001234" in beside
    assert "GIÁM ĐỐC" in beside
    assert table.units == {"dan_so": "người", "dien_tich": "km2"}


def test_an_accepted_layout_is_read_without_asking_and_a_changed_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bieu-01.xlsx"
    office_workbook(path)
    proposal = read_file(path, SCHEMA, tmp_path).proposal
    assert proposal is not None
    again = read_file(path, SCHEMA, tmp_path, layout=proposal.layout)
    assert [issue for issue in again.notices if issue.severity is Severity.HOLD] == []
    other = tmp_path / "khac.csv"
    other.write_bytes(csv_text([HEADER, *ROWS]).encode())
    changed = read_file(other, SCHEMA, tmp_path, layout=proposal.layout)
    assert "layout-changed" in {issue.code for issue in changed.notices}


RECORDS = [dict(zip(["ma_xa", "ten_xa", "dan_so", "dien_tich"], row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(RECORDS, ensure_ascii=False)),
        ("b.json", json.dumps({"status": "ok", "data": {"items": RECORDS}}, ensure_ascii=False)),
        ("c.json", json.dumps({name: [row[name] for row in RECORDS] for name in RECORDS[0]}, ensure_ascii=False)),
        ("d.ndjson", "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)),
        (
            "e.xml",
            "<ds>" + "".join(
                f'<xa ma_xa="{r["ma_xa"]}"><ten_xa>{r["ten_xa"]}</ten_xa><dan_so>{r["dan_so"]}</dan_so>'
                f'<dien_tich>{r["dien_tich"]}</dien_tich></xa>' for r in RECORDS
            ) + "</ds>",
        ),
    ],
)  # fmt: skip
def test_records_are_tables_too(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert content(read_file(tmp_path / name, SCHEMA, tmp_path)) == [list(RECORDS[0]), *ROWS]


def test_numbers_of_json_keep_their_digits(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"a": 1.10, "b": 12345678901234567890, "c": true, "d": null, "e": [1.0]}]')
    assert content(read_file(tmp_path / "a.json", None, tmp_path))[1] == [
        "1.10", "12345678901234567890", "true", "", "[1.0]"
    ]  # fmt: skip


def test_points_of_geojson_get_columns_and_its_other_properties_are_looked_at(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"ten": "A"},
        "geometry": {"type": "Point", "coordinates": [105.7, 19.8]},
    }
    document = {"type": "FeatureCollection", "nguoi_lap": "0912345678", "features": [feature] * 2}
    (tmp_path / "a.geojson").write_text(json.dumps(document))
    book = open_file(tmp_path / "a.geojson")
    header, first, *_ = [[cell.text for cell in row.cells] for row in book.sheets[0].rows()]
    assert dict(zip(header, first, strict=True))["vi_do"] == "19.8"
    assert book.loose[0].text == "0912345678"


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 20_000_000)


@pytest.mark.parametrize(
    ("name", "bytes_"),
    [
        ("a.csv", b""),
        ("b.csv", b"%PDF-1.7\n"),
        ("c.csv", b"a;b\n1;\x002\n"),
        ("d.json", b"[" * 100_000 + b"]" * 100_000),
        ("e.json", b'[{"a": NaN}]'),
        ("f.json", b'[{"a": 1, "a": 2}]'),
        ("g.json", b'{"a": 1}'),
        ("h.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a><d e="&b;"/><d e="f"/></a>'),
        ("i.xlsx", b"PK\x03\x04rac"),
        ("k.xls", b"\xd0\xcf\x11\xe0" + bytes(2_000)),
        ("m.csv", b"ma,ten\n1,\xc4\x90\xc3\xb4ng Ti\xe1\xba\xbfn x\xc3\xa3\n2,\xff\xfe\n"),
        ("n.csv", b"Rar!\x1a\x07"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, name: str, bytes_: bytes) -> None:
    (tmp_path / name).write_bytes(bytes_)
    with pytest.raises(SourceUnreadable) as refusal:
        read_file(tmp_path / name, SCHEMA, tmp_path)
    assert name in refusal.value.message
    assert not list(tmp_path.glob("000-*"))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb(tmp_path / "no.xlsx")
    with pytest.raises(SourceUnreadable):
        read_file(tmp_path / "no.xlsx", SCHEMA, tmp_path)


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bang.csv").write_bytes(csv_text([HEADER, *ROWS]).encode())
    monkeypatch.setattr(parent, "WALL_SECONDS", 0.001)
    with pytest.raises(SourceUnreadable, match="quá thời gian"):
        read_file(tmp_path / "bang.csv", SCHEMA, tmp_path)


def test_a_reader_that_dies_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bang.csv").write_bytes(csv_text([HEADER, *ROWS]).encode())
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(SourceUnreadable, match="ngừng đọc"):
        read_file(tmp_path / "bang.csv", SCHEMA, tmp_path)
    assert child.MEMORY_BYTES <= 4 << 30


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_rows_come_back_as_they_were_written(
    tmp_path: Path, rows: list[list[str]], delimiter: str, quoting: Any
) -> None:
    buffer = io.StringIO(newline="")
    header = ["ma_xa", "ten_xa", "dan_so"]
    csv.writer(buffer, delimiter=delimiter, quoting=quoting).writerows([header, *rows])
    path = tmp_path / "bang.csv"
    path.write_bytes(buffer.getvalue().encode())
    book = open_file(path, header)
    assert [[cell.text for cell in row.cells] for row in book.sheets[0].rows()] == [header, *rows]


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
@pytest.mark.parametrize("name", ["vni", "windows-1258", "tcvn3_abc"])
def test_real_tables_in_the_encodings_of_old_read_like_their_originals(name: str) -> None:
    old = open_file(DATA / "messy" / "ma_hoa_lai_tu_du_lieu_that" / f"xa_phuong_{name}.csv")
    with (DATA / "units" / "thanh_hoa_166_xa_phuong.csv").open(encoding="utf-8-sig", newline="") as text:
        original = [row for row in csv.reader(text) if row]
    read = [[cell.text for cell in row.cells] for row in old.sheets[0].rows() if row.cells]
    assert len(read) == len(original)
    different = [
        (was, now)
        for before, after in zip(original, read, strict=True)
        for was, now in zip(before, after, strict=True)
        if unicodedata.normalize("NFC", was) != now
    ]
    assert all(was.casefold() == now.casefold() for was, now in different)
    assert len(different) <= (7 if name == "tcvn3_abc" else 0)


@pytest.mark.parametrize("module", ["harvesters.reading.child", "harvesters.rdf_child"])
def test_a_child_whose_parent_was_killed_before_it_began_does_nothing(module: str) -> None:
    nobody = 2**22 + 1  # no process of Linux has such a number
    done = subprocess.run([sys.executable, "-m", module, str(nobody)], input=b"{", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"nobody waits for an answer any more\n")
