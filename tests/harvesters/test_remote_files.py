"""Files at http(s) addresses: found, recognised, read like those of a folder, and nothing else of the site."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from catalog.errors import InvalidInput, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.model import DatasetId, DistributionId
from catalog.ports import Fetched, Unchanged
from catalog.sources import HarvestSource, SourceTable
from harvesters import fetch, kind_of
from harvesters.remote_files import below, file_name
from tests.harvesters.sources import COMMUNES, STAGED, content, outside, refusal, request, source, staged
from tests.harvesters.web_server import Asked, Line, Page, reply, serving

CSV = STAGED.encode()


def read(origin: HarvestSource, folder: Path, *locators: str, known: str = "") -> list[Fetched]:
    folder.mkdir(exist_ok=True)
    kind_of("files").checked_options(origin.options)
    asked = [request(locator, key=f"bang-{number}", known=known) for number, locator in enumerate(locators)]
    return [outcome for _, outcome in fetch(origin, asked, folder, lambda key, rows: None, outside())]


def at(url: str, **options: str) -> HarvestSource:
    return source("files", {"base_url": url, **options})


def with_table(origin: HarvestSource, locator: str) -> HarvestSource:
    return replace(origin, tables=(SourceTable("xa", locator, DatasetId("d"), DistributionId("p"), "xa"),))


def conditional(body: bytes, **marks: str) -> Page:
    """A file that its server recognises by ``marks``."""

    def page(asked: Asked, line: Line) -> None:
        known = {asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")} - {None}
        unchanged = known and known <= set(marks.values())
        line.send(reply(b"" if unchanged else body, "304 Not Modified" if unchanged else "200 OK", **marks))

    return page


def test_a_name_with_accents_and_blanks_is_found(tmp_path: Path) -> None:
    with serving({"/tep/D%C3%A2n%20s%E1%BB%91%202025.csv": reply(CSV)}) as site:
        (outcome,) = read(at(site.url + "/tep/"), tmp_path, "Dân số 2025.csv")
    assert content(outcome) == STAGED


def test_a_whole_address_is_read_beside_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "nguon").mkdir()
    (tmp_path / "nguon" / "xa.csv").write_bytes(CSV)
    with serving({"/tai-ve": reply(CSV, Content_Type="text/csv; charset=utf-8")}) as site:
        near, far = read(
            source("files", {"path": str(tmp_path / "nguon")}), tmp_path / "a", "xa.csv", f"{site.url}/tai-ve?id=5"
        )
    assert content(near) == content(far) == STAGED


def test_a_sheet_of_a_workbook_and_a_packed_file_are_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "xa.xlsx")) as book:
        book.add_worksheet("Bìa").write(0, 0, "Sở Nội vụ")
        sheet = book.add_worksheet("Xã")
        sheet.write_row(0, 0, COMMUNES.field_names)
        sheet.write_row(1, 0, ["00016", "Xã Đông Tiến", "", ""])
    pages = {"/xa.xlsx": reply((tmp_path / "xa.xlsx").read_bytes()), "/xa.csv.gz": reply(gzip.compress(CSV))}
    with serving(pages) as site:
        book_table, packed = read(at(site.url), tmp_path / "a", "xa.xlsx#Xã", "xa.csv.gz")
    assert "Xã Đông Tiến" in content(book_table)
    assert content(packed) == STAGED


@pytest.mark.parametrize(
    "marks",
    [{"ETag": '"mot"'}, {"Last_Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}, {}],
    ids=["etag", "date", "nothing"],
)
def test_an_unchanged_file_is_recognised_and_a_changed_one_is_read(marks: Mapping[str, str], tmp_path: Path) -> None:
    with serving({"/xa.csv": conditional(CSV, **marks)}) as site:
        (first,) = read(at(site.url), tmp_path / "a", "xa.csv")
        known = staged(first).fingerprint
        assert read(at(site.url), tmp_path / "b", "xa.csv", known=known) == [Unchanged(known)]
        assert not [path for path in (tmp_path / "b").rglob("*") if path.is_file()]
        changed = CSV.replace(b"12000", b"12001")
        site.pages["/xa.csv"] = conditional(changed, **{name: f"{value}x" for name, value in marks.items()})
        (again,) = read(at(site.url), tmp_path / "c", "xa.csv", known=known)
    assert content(again) == changed.decode()


@pytest.mark.parametrize("known", ["", "x", "[1]", "{}", '["\\r\\nA: b", "", ""]', "[null, null, null]"])
def test_an_odd_fingerprint_only_means_reading_anew(known: str, tmp_path: Path) -> None:
    with serving({"/xa.csv": reply(CSV)}) as site:
        (outcome,) = read(at(site.url), tmp_path, "xa.csv", known=known)
    assert content(outcome) == STAGED


def test_one_bad_file_costs_itself_alone(tmp_path: Path) -> None:
    pages = {
        "/trang.csv": reply(b"<!DOCTYPE html><html>xin chao</html>"),
        "/cut.csv": reply(CSV[:20], Content_Length="4000", Connection="close"),
        "/xa.csv": reply(CSV),
    }
    with serving(pages) as site:
        page, cut, missing, outside_base, good = read(
            at(site.url), tmp_path, "trang.csv", "cut.csv", "khong-co.csv", "../xa.csv", "xa.csv"
        )
    assert "HTML" in refusal(page).message
    assert isinstance(cut, SourceUnreachable)
    assert isinstance(missing, SourceMissing)
    assert isinstance(outside_base, SourceUnreadable)
    assert content(good) == STAGED


def test_a_password_goes_to_the_base_address_alone(tmp_path: Path) -> None:
    basic = "Basic " + base64.b64encode(b"so:bi-mat").decode()
    with serving({"/xa.csv": reply(CSV)}) as site, serving({"/xa.csv": reply(CSV)}) as other:
        origin = at(site.url, auth="basic", user="so", password="bi-mat")
        assert [content(outcome) for outcome in read(origin, tmp_path, "xa.csv", f"{other.url}/xa.csv")] == [STAGED] * 2
    assert site.asked[0].headers["authorization"] == basic
    assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "a/../../x.csv", "%2e%2e/x.csv", "a/%2E%2E%2Fx.csv", "//khac.example/x.csv", "a\\b.csv", "a\nb"],
)
def test_no_name_leads_out_of_the_base_address(name: str) -> None:
    with pytest.raises(SourceUnreadable):
        below("https://so.example/tep", name)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("xa.csv", "https://so.example/tep/xa.csv"),
        ("/năm 2025/xã#.csv", "https://so.example/tep/n%C4%83m%202025/x%C3%A3%23.csv"),
        ("t%C3%AA.csv", "https://so.example/tep/t%C3%AA.csv"),
        ("50%.csv", "https://so.example/tep/50%25.csv"),
        ("tai-ve?id=5&x=ă", "https://so.example/tep/tai-ve?id=5&x=ă"),
    ],
)
def test_names_are_appended_to_the_base_address(name: str, address: str) -> None:
    assert below("https://so.example/tep/", name) == address


@pytest.mark.parametrize(
    ("url", "content_type", "hint", "name"),
    [
        ("https://a.example/D%C3%A2n%20s%E1%BB%91.CSV?x=1", "", "", "dan-so.csv"),
        ("https://a.example/tai-ve", "text/csv; charset=x", "", "tai-ve.csv"),
        ("https://a.example/tai-ve", "application/octet-stream", "XLSX", "tai-ve.xlsx"),
        ("https://a.example/", "", "", "tep"),
        ("https://a.example/a.php", "", "pdf", "a"),
    ],
)
def test_a_file_is_called_by_what_is_known_of_it(url: str, content_type: str, hint: str, name: str) -> None:
    assert file_name(url, content_type, hint) == name


def test_a_source_is_tried_out_file_by_file() -> None:
    with serving({"/xa.csv": reply(CSV, Content_Type="text/csv")}) as site:
        (well,) = kind_of("files").check(with_table(at(site.url), "xa.csv"), outside())
        (ill,) = kind_of("files").check(with_table(at(site.url), "huyen.csv"), outside())
        (bare,) = kind_of("files").check(at(site.url), outside())
    assert well.is_well
    assert "text/csv" in well.message
    assert not ill.is_well
    assert "404" in ill.message
    assert bare.is_well


def test_a_source_has_a_folder_or_a_base_address() -> None:
    for options in ({}, {"path": "/x", "base_url": "https://a.example/"}):
        with pytest.raises(InvalidInput, match="base_url"):
            kind_of("files").checked_options(options)
