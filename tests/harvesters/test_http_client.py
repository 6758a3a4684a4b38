"""What the one outgoing client gives: content, records, conditions, credentials kept to their site, no secret shown."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import pickle
import traceback
from dataclasses import replace
from datetime import UTC
from io import BytesIO
from pathlib import Path

import pytest

from catalog.errors import InvalidInput, SourceMissing, SourceUnreadable, StorageFull
from harvesters.http.oauth import OAuthClient, TokenSource
from harvesters.http_client import (
    Answer,
    ApiKey,
    Basic,
    Bearer,
    ClientSettings,
    Fetched,
    FetchFailed,
    HttpClient,
    connect_outside,
    fetch_document,
    parse_json,
)
from tests.harvesters.web_client import client_of, failure_at
from tests.harvesters.web_server import Asked, Line, Page, head, reply, serving

SECRET = "bi-mat-cua-tinh"

# What is fetched


def test_a_document_is_fetched_with_its_record() -> None:
    record: list[Fetched] = []
    page = reply(b"a,b\n", ETag='"1"', Last_Modified="Wed, 25 Nov 2026 09:00:00 GMT", Content_Type="text/csv")
    with serving({"/bang.csv": page}) as site, client_of(record=record.append) as client:
        answer = client.get(site.url + "/bang.csv", accept="text/csv")
    assert answer.content == b"a,b\n"
    assert record == [answer.fetched]
    fetched = answer.fetched
    assert (fetched.url, fetched.final_url, fetched.method) == (site.url + "/bang.csv", site.url + "/bang.csv", "GET")
    assert (fetched.status, fetched.size, fetched.length, fetched.failure) == (200, 4, 4, "")
    assert (fetched.etag, fetched.last_modified) == ('"1"', "Wed, 25 Nov 2026 09:00:00 GMT")
    assert (fetched.content_type, fetched.sha256) == ("text/csv", hashlib.sha256(b"a,b\n").hexdigest())
    assert fetched.received == len(page)
    assert fetched.when.tzinfo is UTC
    assert 0 < fetched.seconds < 5
    assert site.asked[0].headers["accept"] == "text/csv"
    assert site.asked[0].headers["user-agent"] == "dulieumo"


def test_connections_are_used_again() -> None:
    with serving({"/": reply(b"x")}) as site, client_of() as client:
        assert [client.get(site.url).content for _ in range(3)] == [b"x"] * 3
    assert site.connections == 1


def test_parameters_are_added_to_the_query() -> None:
    with serving({"/tim": reply(b"{}")}) as site, client_of() as client:
        client.get(site.url + "/tim?q=sở y tế", params={"trang": 2, "loc": ["a", "b&c"], "bo": None})
    assert site.paths() == ["/tim?q=s%E1%BB%9F%20y%20t%E1%BA%BF&trang=2&loc=a&loc=b%26c"]


def test_a_file_is_downloaded_with_its_hash(tmp_path: Path) -> None:
    content = os.urandom(300_000)
    with serving({"/a.zip": reply(content)}) as site, client_of() as client:
        fetched = client.download(site.url + "/a.zip", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == content
    assert (fetched.size, fetched.sha256) == (300_000, hashlib.sha256(content).hexdigest())


def test_a_failed_download_leaves_no_file_and_touches_no_other(tmp_path: Path) -> None:
    (tmp_path / "cu").write_text("cũ")
    pages: dict[str, Page] = {"/404": reply(b"", "404 Not Found"), "/": reply(b"moi")}
    with serving(pages) as site, client_of() as client:
        with pytest.raises(SourceMissing):
            client.download(site.url + "/404", tmp_path / "moi")
        with pytest.raises(FileExistsError):
            client.download(site.url, tmp_path / "cu")
    assert [path.name for path in tmp_path.iterdir()] == ["cu"]
    assert (tmp_path / "cu").read_text() == "cũ"


class FullDisk(BytesIO):
    """A file on a disk without space."""

    def write(self, content: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_not_blamed_on_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode: FullDisk())
    monkeypatch.setattr(Path, "unlink", lambda path: None)
    with serving({"/": reply(b"x" * 100_000)}) as site, client_of() as client, pytest.raises(StorageFull):
        client.download(site.url, tmp_path / "a")


def test_unchanged_content_costs_no_content(tmp_path: Path) -> None:
    def page(asked: Asked, line: Line) -> None:
        known = '"1"' in (asked.headers.get("if-none-match"), asked.headers.get("if-modified-since"))
        again = {"ETag": '"1"', "Connection": "close"}
        line.send(reply(b"", "304 Not Modified", **again) if known else reply(b"x", **again))

    record: list[Fetched] = []
    with serving({"/": page}) as site, client_of(record=record.append) as client:
        first = client.get_if_changed(site.url, etag=None, last_modified=None)
        assert first is not None
        assert client.get_if_changed(site.url, etag=first.fetched.etag, last_modified=None) is None
        assert client.get_if_changed(site.url, etag=None, last_modified='"1"') is None
        assert client.get_if_changed(site.url, etag='"2"', last_modified="") is not None
        assert client.download(site.url, tmp_path / "a", etag='"1"').not_modified
        assert client.get_if_changed(site.url, etag='"ộ"\r\nX: y', last_modified=None) is not None
    assert [fetched.not_modified for fetched in record] == [False, True, True, False, True, False]
    assert list(tmp_path.iterdir()) == []


def test_a_probe_reads_no_content() -> None:
    with serving({"/": head(Content_Length="5000000000", ETag='"9"')}) as site, client_of() as client:
        fetched = client.head(site.url)
        assert (fetched.method, fetched.length, fetched.etag, fetched.size) == ("HEAD", 5_000_000_000, '"9"', 0)
        assert client.head(site.url).status == 200
    assert [asked.method for asked in site.asked] == ["HEAD", "HEAD"]


def test_the_next_page_is_found_in_the_head() -> None:
    link = '</trang?so=2>; rel="next", <https://khac.vn/>; rel="last hosts"'
    with serving({"/trang": reply(b"[]", Link=link), "/": reply(b"")}) as site, client_of() as client:
        answer = client.get(site.url + "/trang?so=1")
        assert answer.link("next") == site.url + "/trang?so=2"
        assert answer.link("hosts") == "https://khac.vn/"
        assert answer.link("prev") is None
        assert client.get(site.url).link("next") is None


def test_a_schema_at_an_address_is_fetched_by_the_operator_s_rules() -> None:
    with serving({"/luoc-do.json": reply(b'{"fields": []}')}) as site:
        url = site.url + "/luoc-do.json"
        assert fetch_document(url, most_bytes=100, settings=ClientSettings(allow_loopback=True)) == b'{"fields": []}'
        with pytest.raises(FetchFailed):
            fetch_document(url, most_bytes=100)
    assert len(site.asked) == 1


# Who we are


@pytest.mark.parametrize(
    ("credential", "name", "value"),
    [
        (Bearer(SECRET, site="{}"), "authorization", f"Bearer {SECRET}"),
        (ApiKey("X-API-Key", SECRET, site="{}"), "x-api-key", SECRET),
        (Basic("sở-y-tế", SECRET, site="{}"), "authorization", "Basic c+G7ny15LXThur86YmktbWF0LWN1YS10aW5o"),
    ],
)
def test_a_credential_is_sent_to_its_site(
    caplog: pytest.LogCaptureFixture, credential: Bearer | ApiKey | Basic, name: str, value: str
) -> None:
    with serving({"/": reply(b"x")}) as site, client_of() as client:
        client.get(site.url, auth=replace(credential, site=site.url + "/duong-dan"))
    assert site.asked[0].headers[name] == value
    assert f"{site.url} without encryption" in caplog.text


def test_a_credential_is_sent_to_no_other_site() -> None:
    with serving({"/": reply(b"x")}) as there, serving({"/": reply(b"", "302 Found", Location=there.url)}) as here:
        with client_of() as client:
            client.get(here.url, auth=Bearer(SECRET, site=here.url), headers={"X-Khoa": SECRET})
            client.get(there.url, auth=Bearer(SECRET, site=here.url))
            client.get(here.url, auth=Bearer(SECRET, site=here.url.replace("http:", "https:")))
        assert "authorization" in here.asked[0].headers
        assert "authorization" not in here.asked[1].headers
    assert SECRET not in repr(there.asked)


def test_a_credential_returns_with_the_way_back() -> None:
    with serving({}) as here, serving({"/": reply(b"", "302 Found", Location=here.url + "/dich")}) as there:
        here.pages |= {"/": reply(b"", "302 Found", Location=there.url), "/dich": reply(b"x")}
        with client_of() as client:
            assert client.get(here.url, auth=Bearer(SECRET, site=here.url)).content == b"x"
        assert [("authorization" in asked.headers) for asked in here.asked] == [True, True]
        assert [("authorization" in asked.headers) for asked in there.asked] == [False]


def test_who_is_refused_elsewhere_learns_that_the_credential_was_not_sent() -> None:
    with (
        serving({"/": reply(b"", "401 No")}) as there,
        serving({"/": reply(b"", "302 Found", Location=there.url)}) as here,
        client_of() as client,
    ):
        failure = failure_at(client, here.url, auth=Bearer(SECRET, site=here.url))
    assert "another site" in failure.explanation_en


def test_what_the_environment_knows_is_not_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login ai password {SECRET}\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving({"/": reply(b"ke gian")}) as proxy, serving({"/": reply(b"x", Set_Cookie="a=1; Path=/")}) as site:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        with client_of() as client:
            assert [client.get(site.url).content for _ in range(2)] == [b"x", b"x"]
    assert proxy.asked == []
    assert not {"authorization", "cookie", "proxy-authorization"} & set(site.asked[1].headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "khac.vn"},
        {"content-length": "1"},
        {"Transfer-Encoding": "chunked"},
        {"Authorization": SECRET},
        {"Cookie": SECRET},
        {"X": "a\r\nY: b"},
        {"X Y": "a"},
        {"X": "ộ"},
        {"": "a"},
    ],
)
def test_headers_that_steer_or_smuggle_are_not_sent(headers: dict[str, str]) -> None:
    with serving({"/": reply(b"x")}) as site, client_of() as client, pytest.raises(InvalidInput) as refusal:
        client.get(site.url, headers=headers)
    assert SECRET not in refusal.value.message
    assert site.asked == []


@pytest.mark.parametrize("secret", ["a\nb", "", "ộ", " a", "a\0"])
def test_a_key_that_cannot_be_sent_is_named_without_being_shown(secret: str) -> None:
    with serving({"/": reply(b"x")}) as site, client_of() as client, pytest.raises(InvalidInput, match="nhập lại"):
        client.get(site.url, auth=ApiKey("X-Key", secret, site=site.url))
    assert site.asked == []


def test_no_secret_is_shown_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    record: list[Fetched] = []
    shown: list[str] = [
        repr(Bearer(SECRET, site="x")),
        repr(ApiKey("K", SECRET, site="x")),
        repr(Basic("a", SECRET, "x")),
    ]
    pages: dict[str, Page] = {
        "/": b"HTTP/1.1 200 OK\r\nbroken header\r\nContent-Length: 1\r\n\r\nx",
        "/chuyen": reply(b"", "302 Found", Location=f"/dich?token={SECRET}"),
        "/dich": reply(b"", "500 Broken"),
        "/dut": head(Content_Length="9"),
        "/json": reply(b"{"),
    }
    with serving(pages) as site, client_of(record=record.append, attempts=2) as client:
        site.pages["/dut"] = lambda asked, line: line.reset()
        for path in pages:
            url = f"{site.url}{path}?api_key={SECRET}&k={SECRET}"
            try:
                answer = client.get(url, auth=Bearer(SECRET, site=site.url), params={"matkhau": SECRET})
                shown.append(repr(answer))
                answer.json()
            except (FetchFailed, SourceUnreadable) as error:
                shown += [error.message, error.message_en, repr(error.details), repr(error), str(error)]
                shown += ["".join(traceback.format_exception(error))]
        with pytest.raises(SourceMissing) as missing:
            client.post_json(f"{site.url}/hook/{SECRET}", {"a": 1})
        shown += [missing.value.message, repr(missing.value.details)]
    assert len(record) >= len(pages)
    assert SECRET in repr(site.asked)
    assert SECRET not in "\n".join([*shown, repr(record), caplog.text])


# OAuth 2


def test_a_token_is_asked_for_once_and_again_before_it_ends() -> None:
    now = [0.0]
    given = [b'{"access_token": "mot", "token_type": "Bearer", "expires_in": "3600"}', b'{"access_token": "hai"}']

    def page(asked: Asked, line: Line) -> None:
        line.send(reply(given.pop(0), Connection="close"))

    with serving({"/token": page}) as site, client_of() as client:
        known = OAuthClient(site.url + "/token", "tinh:36", "a b&c", site="https://lgsp.vn", scope="doc")
        tokens = TokenSource(client, known, clock=lambda: now[0])
        assert tokens.bearer() == tokens.bearer() == Bearer("mot", site="https://lgsp.vn")
        now[0] = 3_580
        assert tokens.bearer().token == "hai"
    assert site.asked[0].body == b"grant_type=client_credentials&scope=doc"
    assert site.asked[0].headers["authorization"] == "Basic dGluaCUzQTM2OmElMjBiJTI2Yw=="
    assert len(site.asked) == 2
    assert "a b&c" not in repr(known)


def test_name_and_secret_may_go_in_the_form() -> None:
    with serving({"/token": reply(b'{"access_token": "mot"}')}) as site, client_of() as client:
        known = OAuthClient(site.url + "/token", "tinh", SECRET, site=site.url, secret_in_form=True)
        tokens = TokenSource(client, known)
        assert tokens.bearer(renew=True) == tokens.bearer(renew=True)
    assert site.asked[0].body.decode().endswith(f"client_id=tinh&client_secret={SECRET}")
    assert "authorization" not in site.asked[0].headers
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "answer", [b"[]", b"{}", b'{"access_token": 1}', b'{"access_token":"a","token_type":"mac"}', b"x"]
)
def test_an_answer_without_a_token_is_unreadable(answer: bytes) -> None:
    with serving({"/token": reply(answer)}) as site, client_of() as client:
        tokens = TokenSource(client, OAuthClient(site.url + "/token", "a", SECRET, site=site.url))
        with pytest.raises(SourceUnreadable):
            tokens.bearer()


def test_a_notification_is_sent_as_json() -> None:
    with serving({"/hook": reply(b"")}) as site, client_of() as client:
        client.post_json(site.url + "/hook", {"nguồn": "sở y tế"})
    assert json.loads(site.asked[0].body) == {"nguồn": "sở y tế"}
    assert site.asked[0].headers["content-type"] == "application/json"


# JSON


def test_json_is_read_as_it_stands() -> None:
    content = "\ufeff".encode() + b'{"a": [1, 2.5, "\\ud83d\\ude00", null], "b": {"a": 1}}'
    assert parse_json(content, "x") == {"a": [1, 2.5, "😀", None], "b": {"a": 1}}
    assert parse_json(b'{"a": 2.50}', "x", number=str) == {"a": "2.50"}
    assert parse_json(b"[" * 64 + b"]" * 64, "x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"ma": 1, "ten": 2, "ma": 3}', "“ma” lặp lại"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1e999]", "quá lớn"),
        (b"[" + b"9" * 5_000 + b"]", "không phải JSON"),
        (b"[" * 66 + b"]" * 66, "64 tầng"),
        (b'{"a":' * 66 + b"1" + b"}" * 66, "64 tầng"),
        (b"[" * 500_000, "không phải JSON"),
        (b'["\\ud800"]', "UTF-8"),
        (b'{"\\udfff": 1}', "UTF-8"),
        (b'["\xff"]', "UTF-8"),
        ("[1]".encode("utf-16"), "UTF-8"),
        (b"", "không phải JSON"),
        (b"[1,]", "không phải JSON"),
        (b"<html>", "không phải JSON"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_json_that_is_none_or_means_two_things_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(SourceUnreadable, match=said) as refusal:
        parse_json(content, "http://a.vn/")
    assert "http://a.vn/" in refusal.value.message


# Other protocols


def test_other_protocols_connect_by_the_same_table() -> None:
    with serving({"/": reply(b"x")}) as site:
        with connect_outside("127.0.0.1", site.port, settings=ClientSettings(allow_loopback=True)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        for host in ("127.0.0.1", "localhost", "0x7f.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "a b"):
            with pytest.raises(FetchFailed):
                connect_outside(host, site.port)
    assert site.connections == 1


def test_a_failure_keeps_its_meaning_between_processes() -> None:
    with client_of() as client:
        failure = failure_at(client, "http://10.0.0.1/")
    copy = pickle.loads(pickle.dumps(failure))  # noqa: S301 - our own, from the line before
    assert (copy.reason, copy.message, copy.explanation_en) == (failure.reason, failure.message, failure.explanation_en)


def test_a_client_is_usable_as_it_comes() -> None:
    with HttpClient() as client, pytest.raises(FetchFailed):
        client.get("http://127.0.0.1:1/")


def test_the_headers_of_a_download_are_told(tmp_path: Path) -> None:
    told: list[Answer] = []
    with serving({"/": reply(b"xin", Link='</?trang=2>; rel="next"')}) as site, client_of() as client:
        client.download(site.url, tmp_path / "tep", on_answer=told.append)
    assert told[0].link("next") == f"{site.url}/?trang=2"
    assert told[0].content == b""
