"""JSON services: every way of paging, every way of signing in, and such as do not keep to their own rules."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.errors import InvalidInput, SourceIncomplete, SourceMissing, SourceUnreachable, SourceUnreadable
from catalog.model import DatasetId, DistributionId, SourceShape
from catalog.ports import Fetched, Unchanged
from catalog.sources import HarvestSource, SourceTable
from harvesters import fetch, kind_of, rest_pages
from harvesters.json_services import record_paths
from harvesters.rest_json import address_of, flat
from tests.harvesters.sources import COMMUNES, ROWS, STAGED, content, outside, refusal, request, source, staged
from tests.harvesters.web_server import Asked, Line, Page, Site, reply, serving

RECORDS: list[dict[str, Any]] = [dict(zip(COMMUNES.field_names, row, strict=True)) for row in ROWS]
Query = Mapping[str, str]
PATH = "/api/dan-cu/xa"


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"ma": f"{number:05d}"} for number in range(count)]


def answered(value: object, *, status: str = "200 OK", **headers: str) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return reply(body, status, Content_Type="application/json", Connection="close", **headers)


def asked_for(answer: Callable[[Query], bytes]) -> Page:
    """A page that is made from what is asked for."""

    def page(asked: Asked, line: Line) -> None:
        line.send(answer({name: said[0] for name, said in parse_qs(urlsplit(asked.path).query).items()}))

    return page


@contextmanager
def service(page: Page, **options: str) -> Iterator[tuple[Site, HarvestSource]]:
    with serving({PATH: page}) as site:
        yield site, source("rest_json", {"url": site.url + "/api", **options})


def read(origin: HarvestSource, folder: Path, locator: str = "dan-cu/xa", *, known: str = "") -> Fetched:
    folder.mkdir(exist_ok=True)
    kind_of(origin.kind).checked_options(origin.options)
    told: list[tuple[str, int]] = []
    asked = [request(locator, known=known)]
    ((_, outcome),) = fetch(origin, asked, folder, lambda *step: told.append(step), outside())
    return outcome


def read_pages(answer: Callable[[Query], bytes], folder: Path, **options: str) -> Fetched:
    with service(asked_for(answer), **options) as (_, origin):
        return read(origin, folder)


def codes_of(outcome: Fetched) -> list[str]:
    return content(outcome).split()[1:]


# --- one page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "records"),
    [
        (RECORDS, ""),
        ({"data": RECORDS}, ""),
        ({"data": {"items": RECORDS, "tags": ["a"]}, "log": [1]}, ""),
        ({"data": {"items": RECORDS}, "errors": []}, "data.items"),
        ({"items": RECORDS, "links": [{"rel": "self"}]}, "items"),
    ],
)
def test_records_are_found_where_they_are_said_to_be_or_where_alone_they_can_be(
    document: object, records: str, tmp_path: Path
) -> None:
    with service(answered(document), records=records) as (_, origin):
        assert content(read(origin, tmp_path)) == STAGED


@pytest.mark.parametrize(
    ("document", "records", "told"),
    [
        ({"a": RECORDS, "b": {"c": RECORDS}}, "", "“a”, “b.c”"),
        ({"a": RECORDS}, "data.items", "“a”"),
        ({"a": 1}, "a", "không có danh sách nào"),
        ([1, 2], "", "không có danh sách nào"),
        (RECORDS, "data", "(để trống)"),
        ({"data": RECORDS[0]}, "data", "không có danh sách nào"),
    ],
)
def test_where_there_are_no_records_the_places_that_have_some_are_named(
    document: object, records: str, told: str, tmp_path: Path
) -> None:
    with service(answered(document), records=records) as (_, origin):
        assert told in refusal(read(origin, tmp_path)).message
        (step,) = kind_of("rest_json").check(with_table(origin), outside())
    assert not step.is_well
    assert told in step.message


def with_table(origin: HarvestSource) -> HarvestSource:
    table = SourceTable("xa", "dan-cu/xa", DatasetId("d"), DistributionId("p"), "xa")
    return replace(origin, tables=(table,))


def test_columns_are_the_dictionarys_in_its_order_as_far_as_any_record_has_them(tmp_path: Path) -> None:
    given = [{"Ten": "A", "khac": 1}, {"dan_so": 5, "khac": 2, "ma": "1"}, {"rieng": True}]
    with service(answered(given)) as (_, origin):
        table = staged(read(origin, tmp_path))
    assert content(table) == "ma,ten,dan_so\n,A,\n1,,5\n,,\n"
    assert table.left_out == ("khac", "rieng")
    assert table.shape == SourceShape(dict.fromkeys(["Ten", "khac", "dan_so", "ma", "rieng"], ""))


def test_names_may_be_written_otherwise_but_not_stand_for_two(tmp_path: Path) -> None:
    with service(answered([{"Ma": "1", "danSo": 2, "dan.so2": 3}])) as (_, origin):
        assert content(read(origin, tmp_path / "a")) == "ma,dan_so\n1,2\n"
    with service(answered([{"danSo": 2, "DAN-SO": 3}])) as (_, origin):
        assert "danSo" in refusal(read(origin, tmp_path / "b")).message
    with service(answered([{"danSo": 2, "dan_so": 3}])) as (_, origin):
        table = staged(read(origin, tmp_path / "c"))
    assert content(table) == "dan_so\n3\n"
    assert table.left_out == ("danSo",)


def test_nested_objects_have_dots_in_their_names() -> None:
    assert flat({"a": {"b": {"c": 1}, "d": [{"e": 2}]}, "f": {}}) == {"a.b.c": 1, "a.d": [{"e": 2}]}


def test_numbers_keep_their_digits_and_lists_are_json(tmp_path: Path) -> None:
    body = b'[{"dan_so": 0.10000000000000000001, "ma": 12345678901234567890123, "ten": [1.50, {"a": 2.0}, "\xc4\x91"]},'
    body += b' {"dan_so": 1e5, "ma": -0.0, "ten": []}, {"dan_so": 1e999999999, "ma": true, "ten": null}]'
    with service(answered(body)) as (_, origin):
        assert content(read(origin, tmp_path)) == (
            "ma,ten,dan_so\n"
            '12345678901234567890123,"[1.50, {""a"": 2.0}, ""đ""]",0.10000000000000000001\n'
            "-0.0,[],100000\n"
            "true,,1e999999999\n"
        )


def test_the_paths_of_lists_are_found_as_deep_as_services_nest_them() -> None:
    assert record_paths({"a": {"b": {"c": [{}]}}, "d": [], "e": [1], "f": {"g": [{}]}}) == ["a.b.c", "d", "f.g"]


# --- pages -----------------------------------------------------------------------------------------------------------


def by_page(records: Sequence[Any], size: int, first: int = 1, **more: Any) -> Callable[[Query], bytes]:
    def answer(query: Query) -> bytes:
        start = (int(query["trang"]) - first) * size
        return answered({"data": records[start : start + size], **more})

    return answer


ALL = numbered(7)
CODES = [record["ma"] for record in ALL]
BY_PAGE = {"paging": "page", "page_parameter": "trang", "records": "data"}


@pytest.mark.parametrize("size", [1, 3, 7, 10])
@pytest.mark.parametrize("total", [{}, {"tong": 7}])
def test_pages_with_numbers_are_read_to_the_end(size: int, total: dict[str, int], tmp_path: Path) -> None:
    options = {**BY_PAGE, "total": "tong"} if total else BY_PAGE
    assert codes_of(read_pages(by_page(ALL, size, **total), tmp_path, **options)) == CODES


def test_the_first_page_may_be_number_zero_and_the_size_is_asked_for(tmp_path: Path) -> None:
    with service(asked_for(by_page(ALL, 3, 0)), **BY_PAGE, first_page="0", size_parameter="so", page_size="3") as (
        site,
        origin,
    ):
        assert codes_of(read(origin, tmp_path)) == CODES
    assert [parse_qs(urlsplit(path).query)["so"] for path in site.paths()] == [["3"]] * 4


@pytest.mark.parametrize("total", [{}, {"tong": "7"}])
def test_pages_with_offsets_follow_what_was_really_given(total: dict[str, str], tmp_path: Path) -> None:
    def answer(query: Query) -> bytes:
        start = int(query["offset"])
        return answered({"data": ALL[start : start + 2], **total})

    options = {"paging": "offset", "records": "data", "size_parameter": "limit", "page_size": "5"}
    options |= {"total": "tong"} if total else {}
    assert codes_of(read_pages(answer, tmp_path, **options)) == CODES


def test_pages_with_cursors_end_where_there_is_none(tmp_path: Path) -> None:
    def answer(query: Query) -> bytes:
        start = int(query.get("sau", 0))
        following = start + 3 if start + 3 < len(ALL) else None
        return answered({"data": ALL[start : start + 3] if start != 3 else [], "meta": {"sau": following}})

    options = {"paging": "cursor", "page_parameter": "sau", "records": "data", "next": "meta.sau"}
    assert codes_of(read_pages(answer, tmp_path, **options)) == [*CODES[:3], *CODES[6:]]


@pytest.mark.parametrize("in_header", [True, False])
def test_pages_with_links_are_followed(in_header: bool, tmp_path: Path) -> None:
    def answer(query: Query) -> bytes:
        start = int(query.get("tu", 0))
        following = f"xa?tu={start + 3}" if start + 3 < len(ALL) else ""
        headers = {"Link": f'<{following}>; rel="next"'} if in_header and following else {}
        return answered({"data": ALL[start : start + 3], "sau": following or None}, X_Total_Count="7", **headers)

    options = {"paging": "link", "records": "data", "next": "" if in_header else "sau", "total": "header:X-Total-Count"}
    assert codes_of(read_pages(answer, tmp_path, **options)) == CODES


def test_a_page_that_is_not_there_after_the_last_is_the_end(tmp_path: Path) -> None:
    def answer(query: Query) -> bytes:
        page = int(query["trang"])
        return by_page(ALL, 7)(query) if page == 1 else answered({}, status="404 Not Found")

    assert codes_of(read_pages(answer, tmp_path, **BY_PAGE)) == CODES


CURSOR = {"paging": "cursor", "records": "data", "next": "sau"}
LINK = {"paging": "link", "records": "data", "next": "sau"}


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (lambda query: answered({"data": ALL}), BY_PAGE),
        (lambda query: by_page([*ALL, *ALL], 7)(query), BY_PAGE),
        (lambda query: answered({"data": ALL, "sau": "x"}), CURSOR),
        (lambda query: answered({"data": ALL if not query else [], "sau": "x"}), CURSOR),
        (lambda query: answered({"data": [], "sau": query.get("cursor", "") + "x"}), CURSOR),
        (lambda query: answered({"data": [{"ma": f"x{len(query)}"}], "sau": "xa?a=1"}), LINK),
        (lambda query: by_page(ALL, 3, tong=8)(query), {**BY_PAGE, "total": "tong"}),
        (lambda query: by_page(ALL, 3, tong=6)(query), {**BY_PAGE, "total": "tong"}),
        (lambda query: by_page(ALL, 3, tong=6 + int(query["trang"]))(query), {**BY_PAGE, "total": "tong"}),
        (
            lambda query: (
                answered({}, status="404 Not Found") if query["trang"] == "2" else by_page(ALL, 3, tong=7)(query)
            ),
            {**BY_PAGE, "total": "tong"},
        ),
        (lambda query: answered({"data": [{"ma": query["trang"]}]}), BY_PAGE),
    ],
    ids=[
        "the same page",
        "the same records on two pages",
        "the same cursor and page",
        "the same cursor",
        "empty pages for ever",
        "the same link",
        "total too large",
        "total too small",
        "total changes",
        "a page is missing",
        "no end",
    ],
)
def test_pages_that_do_not_fit_together_are_no_table(
    answer: Callable[[Query], bytes], options: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_pages, "MOST_PAGES", 30)
    outcome = read_pages(answer, tmp_path, **options)
    assert isinstance(outcome, SourceIncomplete | SourceMissing)
    assert not list(tmp_path.iterdir())


def test_a_total_that_is_not_there_is_told(tmp_path: Path) -> None:
    outcome = read_pages(by_page(ALL, 3), tmp_path, **BY_PAGE, total="meta.total")
    assert "meta.total" in refusal(outcome).message


# --- unchanged -------------------------------------------------------------------------------------------------------


def test_a_single_page_is_recognised_by_its_server(tmp_path: Path) -> None:
    def page(asked: Asked, line: Line) -> None:
        unchanged = asked.headers.get("if-none-match") == '"mot"'
        line.send(answered(b"", status="304 Not Modified") if unchanged else answered(RECORDS, ETag='"mot"'))

    with service(page) as (_, origin):
        first = staged(read(origin, tmp_path / "a"))
        again = read(origin, tmp_path / "b", known=first.fingerprint)
    assert again == Unchanged(first.fingerprint)


def test_pages_are_recognised_by_their_records_alone(tmp_path: Path) -> None:
    moments = iter(range(100))

    def answer(query: Query) -> bytes:
        return by_page(ALL, 3, luc=next(moments))(query)

    with service(asked_for(answer), **BY_PAGE) as (_, origin):
        first = staged(read(origin, tmp_path / "a"))
        assert isinstance(read(origin, tmp_path / "b", known=first.fingerprint), Unchanged)
        assert not list((tmp_path / "b").iterdir())
    with service(asked_for(by_page(ALL[:6], 3)), **BY_PAGE) as (_, origin):
        assert codes_of(read(origin, tmp_path / "c", known=first.fingerprint)) == CODES[:6]


# --- who we are ------------------------------------------------------------------------------------------------------


def guarded(accepted: Callable[[Mapping[str, str]], bool]) -> Page:
    def page(asked: Asked, line: Line) -> None:
        line.send(answered(RECORDS) if accepted(asked.headers) else answered({}, status="401 Unauthorized"))

    return page


def test_a_key_or_a_password_is_sent(tmp_path: Path) -> None:
    with service(
        guarded(lambda headers: headers.get("x-khoa") == "bi-mat"), auth="api_key", key_header="X-Khoa", key="bi-mat"
    ) as (_, origin):
        assert content(read(origin, tmp_path / "a")) == STAGED
    basic = "Basic " + base64.b64encode("sở:bi-mat".encode()).decode()
    with service(
        guarded(lambda headers: headers.get("authorization") == basic), auth="basic", user="sở", password="bi-mat"
    ) as (_, origin):
        assert content(read(origin, tmp_path / "b")) == STAGED


@contextmanager
def with_tokens(tokens: Sequence[object], *, lives: int = 3600) -> Iterator[tuple[Site, HarvestSource]]:
    """A service that accepts the last of the tokens that it gave."""
    given = iter(tokens)
    valid: list[object] = []

    def token(asked: Asked, line: Line) -> None:
        valid.append(next(given, None))
        line.send(answered({"access_token": valid[-1], "token_type": "Bearer", "expires_in": lives}))

    def records(asked: Asked, line: Line) -> None:
        is_valid = asked.headers.get("authorization") == f"Bearer {tokens[-1]}"
        line.send(answered(RECORDS) if is_valid else answered({}, status="401 Unauthorized"))

    with serving({PATH: records, "/token": token}) as site:
        options = {"auth": "oauth2", "client_id": "cong", "client_secret": "bi-mat", "scope": "doc"}
        yield site, source("rest_json", {"url": site.url + "/api", "token_url": site.url + "/token", **options})


def test_a_token_is_asked_for_and_renewed_where_it_is_refused(tmp_path: Path) -> None:
    with with_tokens(["mot", "hai"]) as (site, origin):
        assert content(read(origin, tmp_path)) == STAGED
    assert [path.partition("?")[0] for path in site.paths()] == ["/token", PATH, "/token", PATH]


def test_a_service_that_refuses_us_twice_is_left(tmp_path: Path) -> None:
    with with_tokens(["mot", "hai", "ba"]) as (site, origin), pytest.raises(SourceUnreachable, match="401"):
        read(origin, tmp_path)
    assert len(site.paths()) == 4


@pytest.mark.parametrize("auth", ["api_key", "basic", "oauth2"])
def test_no_secret_is_told_by_an_error_or_a_trial(auth: str, tmp_path: Path) -> None:
    secrets = {"key": "bi-mat-1", "user": "cong", "password": "bi-mat-2", "client_secret": "bi-mat-3", "client_id": "c"}
    with serving({PATH: answered({}, status="401 Unauthorized"), "/t": answered({"access_token": "bi-mat-4"})}) as site:
        options = {
            "url": site.url + "/api",
            "auth": auth,
            "token_url": site.url + "/t",
            "query": "k=bi-mat-5",
            **secrets,
        }
        origin = source("rest_json", options)
        with pytest.raises(SourceUnreachable) as caught:
            read(origin, tmp_path)
        steps = list(kind_of("rest_json").check(with_table(origin), outside()))
    assert not steps[0].is_well
    assert "401" in steps[0].message
    assert "bi-mat" not in f"{caught.value.message}{caught.value.message_en}{caught.value.details}{steps}"


# --- broken services -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (reply(b"<!DOCTYPE html><html>login</html>", Content_Type="text/html"), "trang web"),
        (reply(b"<xml/>"), "XML"),
        (reply(b'[{"ma": 1'), "không phải JSON"),
        (reply(b'[{"ma": 1, "ma": 2}]'), "lặp lại"),
        (reply(b"\xff"), "UTF-8"),
        (reply(b"", "403 Forbidden"), "403"),
        (reply(b"", "404 Not Found"), "404"),
        (reply(b"", "500 Oops"), "500"),
        (reply(b"", "302 Found", Location="http://10.0.0.1/"), "nội bộ"),
    ],
)
def test_what_is_wrong_is_explained_when_the_source_is_tried_out(page: bytes, told: str) -> None:
    with service(page) as (_, origin):
        (step,) = kind_of("rest_json").check(with_table(origin), outside())
    assert not step.is_well
    assert told in step.message


def test_a_source_that_is_well_names_its_columns() -> None:
    with service(answered([{"ma": 1, "dia_chi": {"xa": "A"}}])) as (_, origin):
        (step,) = kind_of("rest_json").check(with_table(origin), outside())
        (without,) = kind_of("rest_json").check(origin, outside())
    assert step.is_well
    assert "ma, dia_chi.xa" in step.message
    assert without.is_well


def test_a_name_that_does_not_exist_and_a_port_that_is_closed_are_explained() -> None:
    for url, told in (("http://khong-co.invalid/", "tên miền"), ("http://127.0.0.1:2/", "cổng")):
        (step,) = kind_of("rest_json").check(source("rest_json", {"url": url}), outside())
        assert not step.is_well
        assert told in step.message


@pytest.mark.parametrize(
    "locator", ["../bi-mat", "a/../../b", "//khac.example/x", "http://khac.example/", "a b", "a#b", "a\\b", "%2E%2e/x"]
)
def test_no_locator_leads_out_of_the_base_address(locator: str) -> None:
    with pytest.raises(SourceUnreadable):
        address_of("https://lgsp.example/api", locator)


def test_a_locator_may_have_a_query_of_its_own() -> None:
    assert address_of("https://lgsp.example/api/", "/xa?nam=2025") == "https://lgsp.example/api/xa?nam=2025"
    assert address_of("https://lgsp.example/api/", "") == "https://lgsp.example/api"


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"url": "https://a.example/?b=1"}, "url"),
        ({"paging": "cursor"}, "next"),
        ({"size_parameter": "limit"}, "page_size"),
        ({"auth": "basic"}, "user"),
        ({"paging": "nhảy"}, "paging"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, str], option: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        kind_of("rest_json").checked_options({"url": "https://a.example/", **options})
    assert option in str(caught.value.details)
