"""CKAN portals: what packages say, listings that move or lie, rows of the datastore and files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceError, SourceIncomplete, SourceMissing, SourceUnreadable
from catalog.model import SourceShape
from catalog.ports import Fetched, Unchanged
from catalog.remote import AnswersForRecords, InvalidRecord, RemoteDataset, RemoteDistribution
from catalog.sources import HarvestSource
from harvesters import ckan, ckan_api, ckan_tables, fetch, kind_of
from harvesters.ckan_api import site_of, wanted
from harvesters.ckan_records import describe_package
from tests.harvesters.catalogs import Listed, catalog_source, listed, notices, opened, records
from tests.harvesters.ckan_server import Portal, portal_site
from tests.harvesters.sources import ROWS, STAGED, content, outside, refusal, request, staged
from tests.harvesters.web_server import Site, reply

CATALOGS = Path(__file__).parents[3] / "shared" / "data" / "catalogs"
genuine = pytest.mark.skipif(not CATALOGS.is_dir(), reason="the genuine catalogues are not on this machine")

PACKAGE: dict[str, Any] = {
    "id": "4a3f0d8e-7a4c-4f0e-9a56-2f4a3c6d1e11",
    "name": "tre-em-2025",
    "title": "Trẻ em được tiêm chủng",
    "notes": "Theo *xã*",
    "type": "dataset",
    "state": "active",
    "private": False,
    "tags": [{"name": "y-te", "display_name": "y tế"}, {"name": "trẻ em"}],
    "groups": [{"name": "suc-khoe", "title": "Sức khỏe", "display_name": "Sức khỏe"}],
    "organization": {"id": "x", "name": "so-y-te", "title": "Sở Y tế"},
    "license_id": "cc-by",
    "license_title": "Creative Commons Attribution",
    "license_url": "http://www.opendefinition.org/licenses/cc-by",
    "metadata_created": "2025-01-31T00:00:00.000000",
    "metadata_modified": "2025-02-28T03:00:00.000000",
    "maintainer": "Phòng Nghiệp vụ",
    "maintainer_email": "nghiep-vu@soyte.example",
    "extras": [
        {"key": "frequency", "value": "annual"},
        {"key": "temporal_start", "value": "2024-01-01"},
        {"key": "temporal_end", "value": "2024-12-31"},
        {"key": "spatial_text", "value": "Thanh Hóa"},
        {"key": "spatial", "value": '{"type": "Point"}'},
    ],
    "resources": [
        {
            "id": "r-1",
            "name": "Bảng",
            "description": "Một dòng mỗi xã",
            "url": "https://soyte.example/tre-em.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": 1024,
            "state": "active",
        },
        {"id": "r-2", "name": "đã xóa", "url": "https://soyte.example/cu.csv", "state": "deleted"},
    ],
}
DESCRIBED = RemoteDataset(
    title="Trẻ em được tiêm chủng",
    name="tre-em-2025",
    description="Theo *xã*",
    keywords=("y tế", "trẻ em"),
    themes=("Sức khỏe", "suc-khoe"),
    publisher="Sở Y tế",
    license="cc-by",
    frequency="annual",
    url="https://cong.example/dataset/tre-em-2025",
    spatial="Thanh Hóa",
    contact_name="Phòng Nghiệp vụ",
    contact_email="nghiep-vu@soyte.example",
    issued=datetime(2025, 1, 31, tzinfo=UTC),
    modified=datetime(2025, 2, 28, 3, tzinfo=UTC),
    temporal_start=date(2024, 1, 1),
    temporal_end=date(2024, 12, 31),
    distributions=(
        RemoteDistribution(
            "Bảng",
            "https://soyte.example/tre-em.csv",
            identifier="r-1",
            description="Một dòng mỗi xã",
            format="CSV",
            media_type="text/csv",
            size=1024,
        ),
    ),
)


def packages(count: int) -> list[dict[str, Any]]:
    return [{"id": f"id-{number:04d}", "name": f"bo-{number}", "title": f"Bộ {number}"} for number in range(count)]


def read_from(portal: Portal, folder: Path, **options: str) -> Listed:
    with portal_site(portal) as site:
        return listed(opened("ckan", url=site.url, **options), folder)


def codes(found: Listed) -> list[str]:
    assert not any(notice.complete for notice in notices(found))
    return [notice.issue.code for notice in notices(found)]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ckan, "PAGE_ROWS", 10)
    monkeypatch.setattr(ckan_api, "PAGE_ROWS", 10)
    monkeypatch.setattr(ckan_tables, "PAGE_ROWS", 2)


# --- what a package says ---------------------------------------------------------------------------------------------


def test_a_package_of_today_is_described() -> None:
    assert describe_package(PACKAGE, "https://cong.example") == DESCRIBED


def test_a_package_of_2013_is_described() -> None:
    described = describe_package(
        {
            "id": "b061d0cc",
            "name": "africa_open_data",
            "title": "Africa Open Data",
            "url": "http://africaopendata.org/",
            "license": "OKD Compliant::Other (Attribution)",
            "license_id": "other-at",
            "tags": ["ctic"],
            "groups": ["africa"],
            "author": "Code for Africa",
            "metadata_modified": "2013-03-15T07:17:26.251Z",
            "extras": {"spatial_text": '"Africa"', "language": "en"},
        },
        "http://datacatalogs.org",
    )
    assert described == RemoteDataset(
        title="Africa Open Data",
        name="africa_open_data",
        keywords=("ctic",),
        themes=("africa",),
        publisher="Code for Africa",
        license="other-at",
        url="http://datacatalogs.org/dataset/africa_open_data",
        spatial="Africa",
        contact_name="Code for Africa",
        modified=datetime(2013, 3, 15, 7, 17, 26, 251000, tzinfo=UTC),
        distributions=(RemoteDistribution("Africa Open Data", "http://africaopendata.org/"),),
    )


def test_vietnamese_is_taken_where_an_extension_keeps_several_languages() -> None:
    described = describe_package(
        {
            "name": "x",
            "title": "Children",
            "title_translated": {"en": "Children", "vi": "Trẻ em"},
            "notes_translated": {"en": "By commune", "vi": ""},
            "keywords": {"vi": ["y tế"], "en": ["health"]},
            "resources": [{"url": "https://a.example/b", "name_translated": {"vi": "Bảng", "en": "Table"}}],
        },
        "",
    )
    assert (described.title, described.description) == ("Trẻ em", "By commune")
    assert described.keywords == ("y tế", "health")
    assert described.distributions[0].title == "Bảng"
    assert (described.title_en, described.description_en) == ("Children", "By commune")


@pytest.mark.parametrize("odd", [None, 5, True, [], {}, [[]], [None], [{}], "", [5, "a"], {"a": [1]}], ids=repr)
def test_no_form_of_a_value_is_an_error(odd: object) -> None:
    assert describe_package({**dict.fromkeys(PACKAGE, odd), "title": "Có"}, "").title == "Có"
    assert (
        describe_package({"title": "Có", "resources": [dict.fromkeys(PACKAGE["resources"][0], odd)]}, "").title == "Có"
    )


# --- listings --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("count", [1, 9, 10, 11, 35])
def test_all_pages_are_read_in_a_stable_order(count: int, tmp_path: Path) -> None:
    with portal_site(Portal(packages(count))) as site:
        found = listed(opened("ckan", url=site.url), tmp_path)
        assert all("sort=id+asc" in path or "sort=id%20asc" in path for path in site.paths())
    assert [record.identifier for record in records(found)] == [f"id-{number:04d}" for number in range(count)]
    assert [record.position for record in records(found)] == list(range(1, count + 1))
    assert codes(found) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("small_pages")
def test_a_portal_that_gives_fewer_than_asked_for_is_read_to_its_end(tmp_path: Path) -> None:
    found = read_from(Portal(packages(35), largest_page=4), tmp_path)
    assert len(records(found)) == 35
    assert codes(found) == []


@pytest.mark.usefixtures("small_pages")
def test_a_portal_that_cannot_search_is_asked_for_its_list(tmp_path: Path) -> None:
    portal = Portal(packages(25), without=("package_search",))
    assert len(records(read_from(portal, tmp_path))) == 25
    with pytest.raises(SourceError, match="400"):
        read_from(portal, tmp_path, organization="so-y-te")


def test_a_filter_that_the_portal_does_not_understand_is_shown_with_where_to_mend_it(tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return reply(b"{}", "409 Conflict") if "fq" in asked else result

    with pytest.raises(SourceError, match=r"bộ lọc “tags:\(” \(lỗi 409\); kiểm tra các mục “Bộ lọc \(fq\)”"):
        read_from(Portal(packages(3), tamper=tamper), tmp_path, filter="tags:(")


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found"])
def test_a_portal_that_refuses_to_be_searched_has_not_lost_its_datasets(status: str, tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return reply(b"{}", status) if action == "package_search" else result

    with pytest.raises(SourceError):
        read_from(Portal(tamper=tamper), tmp_path)


FORBIDDEN = reply(
    b'{"success": false, "error": {"__type": "Authorization Error"}}', "403 Forbidden", Content_Type="application/json"
)


def test_a_portal_says_what_it_does_not_show_any_more() -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return FORBIDDEN if asked.get("id") == "id-0001" else result

    kept = [*packages(3), {"id": "private", "private": True}, {"id": "deleted", "state": "deleted"}]
    asked = ["id-0001", "id-0002", "private", "deleted", "removed"]
    assert gone_from(Portal(kept, tamper=tamper), asked) == {"id-0001", "private", "deleted", "removed"}


@pytest.mark.parametrize("answer", [FORBIDDEN, reply(b"", "500 Internal Server Error"), reply(b"<html>")])
def test_a_portal_that_shows_no_package_at_all_says_nothing_of_any(answer: bytes) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return answer if action == "package_show" else result

    assert gone_from(Portal(packages(3), tamper=tamper), ["id-0001", "removed"]) == set()
    assert gone_from(Portal(packages(3), without=("package_show",)), ["id-0001", "removed"]) == set()


def gone_from(portal: Portal, identifiers: Sequence[str]) -> frozenset[str]:
    with portal_site(portal) as site:
        remote = opened("ckan", url=site.url)
        assert isinstance(remote, AnswersForRecords)
        return remote.gone(identifiers, "id-0000")


def test_a_portal_that_cannot_sort_by_id_is_sorted_by_name(tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return reply(b"{}", "409 Conflict") if asked.get("sort") == "id asc" else result

    found = read_from(Portal(packages(3), tamper=tamper), tmp_path)
    assert len(records(found)) == 3


def test_harvest_sources_and_deleted_packages_are_no_datasets(tmp_path: Path) -> None:
    odd = [{"id": "x", "type": "harvest"}, {"id": "y", "state": "deleted"}]
    found = read_from(Portal([*packages(2), *odd]), tmp_path)
    assert [record.identifier for record in records(found)] == ["id-0000", "id-0001"]
    assert codes(found) == []


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    ("tamper", "code", "read"),
    [
        (lambda asked, result: {**result, "results": packages(10)}, "listing-repeats", 10),
        (
            lambda asked, result: {**result, "count": 99, "results": result["results"] or packages(10)},
            "listing-repeats",
            35,
        ),
        (lambda asked, result: {**result, "count": 50}, "listing-total", 35),
        (lambda asked, result: {**result, "count": 20}, "listing-total", 35),
        (lambda asked, result: {**result, "count": 35 + int(asked["start"])}, "listing-moved", 35),
        (
            lambda asked, result: {**result, "results": [*packages(1), *result["results"][1:]]},
            "listing-moved",
            32,
        ),
        (
            lambda asked, result: {**result, "results": [] if asked["start"] == "20" else result["results"]},
            "listing-total",
            20,
        ),
    ],
    ids=[
        "the same page",
        "the first page again",
        "total too large",
        "total too small",
        "total grows",
        "shifted",
        "hole",
    ],
)
def test_after_a_listing_that_repeats_or_lies_no_absence_proves_anything(
    tamper: Any, code: str, read: int, tmp_path: Path
) -> None:
    found = read_from(Portal(packages(35), tamper=lambda action, asked, result: tamper(asked, result)), tmp_path)
    assert codes(found) == [code]
    assert len(records(found)) == read


@pytest.mark.usefixtures("small_pages")
def test_a_portal_that_repeats_a_page_after_the_last_has_given_everything(tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return {**result, "results": result["results"] or packages(10)}

    found = read_from(Portal(packages(20), tamper=tamper), tmp_path)
    assert len(records(found)) == 20
    assert codes(found) == []


@pytest.mark.usefixtures("small_pages")
def test_a_listing_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ckan, "MOST_PAGES", 4)

    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        start = int(asked["start"])
        return {"count": 10**9, "results": [{"id": f"x{start + number}"} for number in range(10)]}

    assert codes(read_from(Portal(tamper=tamper), tmp_path)) == ["listing-too-long"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "page",
    [
        reply(b'{"success": true, "result": {"count": 35, "results": [{"id": "a"}, {"id'),
        reply(b'{"success": false, "error": {"__type": "Search Error"}}'),
        reply(b'{"success": false, "result": {"results": []}}'),
        reply(b"<html>", Content_Type="text/html"),
        reply(b"[]"),
        reply(b"", "503 Service Unavailable"),
        reply(b"", "404 Not Found"),
    ],
)
@pytest.mark.parametrize("start", ["0", "10"])
def test_a_page_that_breaks_off_breaks_the_listing(page: bytes, start: str, tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return page if asked.get("start") == start or asked.get("offset") == start else result

    with pytest.raises(SourceError):
        read_from(Portal(packages(35), tamper=tamper), tmp_path)


def test_a_package_that_cannot_be_read_is_rejected_alone(tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        body = json.dumps({"success": True, "result": result}).replace('"Bộ 1"', "NaN").replace('"B\\u1ed9 1"', "NaN")
        return reply(body.encode())

    with portal_site(Portal(packages(3), tamper=tamper)) as site:
        remote = opened("ckan", url=site.url)
        found = listed(remote, tmp_path)
    assert [record.identifier for record in records(found)] == ["id-0000", "id-0001", "id-0002"]
    with pytest.raises(InvalidRecord):
        remote.describe(records(found)[1])
    assert not notices(found)


def test_filters_are_put_together() -> None:
    assert wanted({}) == {}
    assert wanted({"filter": "groups:y-te"}) == {"fq": "groups:y-te"}
    assert wanted({"organization": 'so-y-te, "so-tai-chinh"', "filter": "a:b OR c:d"}) == {
        "fq": 'organization:("so-y-te" OR "so-tai-chinh") AND (a:b OR c:d)'
    }


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("groups:y-te OR groups:giao-duc", "(groups:y-te OR groups:giao-duc)"),
        ("groups:y-te || groups:giao-duc", "(groups:y-te || groups:giao-duc)"),
        ("-groups:y-te", "-groups:y-te"),
        ('title:"mot OR hai" -groups:y-te', 'title:"mot OR hai" -groups:y-te'),
        ("groups:(y-te OR giao-duc) -tags:cu", "groups:(y-te OR giao-duc) -tags:cu"),
        (r"title:\"x\" OR tags:(a (b OR c))", r"(title:\"x\" OR tags:(a (b OR c)))"),
    ],
)
def test_alternatives_are_put_in_brackets_and_what_leaves_out_is_not(given: str, asked: str) -> None:
    """A genuine CKAN answers everything to the first without brackets, and nothing to ``(-groups:y-te)``."""
    assert wanted({"filter": given}) == {"fq": asked}
    assert wanted({"organization": "so-y-te", "filter": given}) == {"fq": f'organization:("so-y-te") AND {asked}'}


@pytest.mark.parametrize(
    "url",
    [
        "https://cong.example/vi",
        "https://cong.example/vi/",
        "https://cong.example/vi/api/3",
        "https://cong.example/vi/api/3/action/package_search?rows=5",
        "https://cong.example/vi/api/action",
    ],
)
def test_the_site_is_found_from_the_address_of_its_api(url: str) -> None:
    assert site_of(url) == "https://cong.example/vi"


@genuine
def test_the_genuine_list_of_2013_is_described(tmp_path: Path) -> None:
    given = json.loads((CATALOGS / "dataportals_ckan_export_390.json").read_bytes())["results"]
    with portal_site(Portal(given)) as site:
        remote = opened("ckan", url=site.url)
        found = listed(remote, tmp_path)
    assert codes(found) == []
    assert {record.identifier for record in records(found)} == {package["id"] for package in given}
    described = [remote.describe(record) for record in records(found)]
    assert all(said.title and said.distributions and said.modified for said in described)


# --- tables ----------------------------------------------------------------------------------------------------------

TYPES = {"ma": "text", "ten": "text", "dan_so": "numeric", "ngay": "date", "ghi_chu": "text"}
RESOURCES = {
    "id": "p",
    "resources": [
        {"id": "kho", "datastore_active": True, "url": "", "name": "Kho"},
        {"id": "trong", "url": ""},
    ],
}


def communes(number: int = 1) -> list[dict[str, object]]:
    return [{**dict(zip(TYPES, row, strict=False)), "ghi_chu": "x"} for row in ROWS] * number


def tables(site: Site, folder: Path, *locators: str, known: str = "", **options: str) -> list[Fetched]:
    folder.mkdir(exist_ok=True)
    source = catalog_source("ckan", {"url": site.url, **options})
    requests = [request(locator, key=f"bang-{place}", known=known) for place, locator in enumerate(locators)]
    return [outcome for _, outcome in fetch(source, requests, folder, lambda key, rows: None, outside())]


@pytest.mark.usefixtures("small_pages")
def test_rows_of_the_datastore_are_read_page_by_page(tmp_path: Path) -> None:
    with portal_site(Portal([RESOURCES], {"kho": communes()}, TYPES)) as site:
        (outcome,) = tables(site, tmp_path, "kho")
    assert content(outcome) == STAGED
    assert staged(outcome).left_out == ("ghi_chu",)
    assert staged(outcome).shape == SourceShape(TYPES)


def test_numbers_of_the_datastore_keep_their_digits(tmp_path: Path) -> None:
    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        if action != "datastore_search":
            return result
        body = json.dumps({"success": True, "result": result}).replace("12000", "0.10000000000000000001")
        return reply(body.encode())

    with portal_site(Portal([RESOURCES], {"kho": communes()}, TYPES, tamper=tamper)) as site:
        (outcome,) = tables(site, tmp_path, "kho")
    assert "0.10000000000000000001" in content(outcome)


def test_fewer_rows_are_asked_for_where_the_answer_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ckan_tables, "PAGE_ROWS", 1_000)
    asked_for: list[str] = []

    def tamper(action: str, asked: Mapping[str, str], result: Any) -> Any:
        if action != "datastore_search":
            return result
        asked_for.append(asked["limit"])
        return reply(b"", Content_Length="60000000") if asked["limit"] == "1000" else result

    rows = [{"ma": str(number)} for number in range(250)]
    with portal_site(Portal([RESOURCES], {"kho": rows}, {"ma": "text"}, tamper=tamper)) as site:
        (outcome,) = tables(site, tmp_path, "kho")
    assert staged(outcome).row_count == 250
    assert asked_for == ["1000", "100", "100", "100"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "tamper",
    [
        lambda start, result: {**result, "records": [{"_id": 1}, {"_id": 2}]},
        lambda start, result: {**result, "records": [] if start else result["records"]},
        lambda start, result: {**result, "total": 3 + start},
        lambda start, result: {**result, "total": 2},
        lambda start, result: {**result, "records": [{"_id": "1"}]},
        lambda start, result: {**result, "records": [{}]},
    ],
    ids=["the same page", "empty page", "total grows", "total too small", "text for number", "no number"],
)
def test_rows_that_do_not_fit_together_are_no_table(tamper: Any, tmp_path: Path) -> None:
    def tampered(action: str, asked: Mapping[str, str], result: Any) -> Any:
        return tamper(int(asked["offset"]), result) if action == "datastore_search" else result

    with portal_site(Portal([RESOURCES], {"kho": communes()}, TYPES, tamper=tampered)) as site:
        (outcome,) = tables(site, tmp_path, "kho")
    assert isinstance(outcome, SourceIncomplete)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_the_file_of_a_resource_is_read_and_recognised_again(tmp_path: Path) -> None:
    with portal_site(Portal(files={"/xa.csv": reply(STAGED.encode(), ETag='"mot"')})) as site:
        resources = [{"id": "tep", "url": f"{site.url}/xa.csv", "format": "CSV"}]
        portal = Portal([{"id": "p", "resources": resources}])
        with portal_site(portal) as other:
            (first,) = tables(other, tmp_path / "a", "tep")
            (second,) = tables(other, tmp_path / "b", "tep", known=staged(first).fingerprint)
    assert content(first) == STAGED
    assert isinstance(second, Unchanged)


def test_a_resource_that_is_not_there_or_has_no_file_costs_its_table_alone(tmp_path: Path) -> None:
    with portal_site(Portal([RESOURCES], {"kho": communes()}, TYPES)) as site:
        missing, odd, nothing, found = tables(site, tmp_path, "khong-co", "../x", "trong", "kho")
    assert isinstance(missing, SourceMissing)
    assert isinstance(odd, SourceMissing)
    assert isinstance(nothing, SourceUnreadable)
    assert "khong-co" in refusal(missing).message
    assert content(found) == STAGED


def test_resources_with_rows_are_offered(tmp_path: Path) -> None:
    package = {**PACKAGE, "resources": RESOURCES["resources"]}
    with portal_site(Portal([package])) as site:
        offered = list(kind_of("ckan").offered(catalog_source("ckan", {"url": site.url}), outside()))
    assert [(table.locator, table.title) for table in offered] == [("kho", "Trẻ em được tiêm chủng – Kho")]


# --- trying out, and secrets -----------------------------------------------------------------------------------------


def test_a_portal_that_is_well_says_its_version_and_what_it_has() -> None:
    with portal_site(Portal([PACKAGE])) as site:
        steps = list(kind_of("ckan").check(catalog_source("ckan", {"url": site.url}), outside()))
    assert all(step.is_well for step in steps)
    assert "2.11.3" in steps[0].message


def test_the_key_is_sent_and_shown_nowhere(tmp_path: Path) -> None:
    with portal_site(Portal([PACKAGE])) as site:
        listed(opened("ckan", url=site.url, api_key="khoa-bi-mat"), tmp_path)
        assert site.asked[-1].headers["authorization"] == "khoa-bi-mat"
    source: HarvestSource = catalog_source("ckan", {"url": site.url, "api_key": "khoa-bi-mat"})
    steps: Sequence[Any] = list(kind_of("ckan").check(source, outside()))
    assert not steps[0].is_well
    assert "khoa-bi-mat" not in repr(steps)
