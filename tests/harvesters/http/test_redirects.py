"""Redirects are followed, five at most, and never to a forbidden place."""

from __future__ import annotations

import socket

import pytest

from harvesters.http_client import FetchFailed, Reason
from tests.harvesters.web_client import REFUSAL, client_of, failure_at
from tests.harvesters.web_server import Page, head, reply, serving


def moved(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=location)


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
            "//2130706433/",
        ),
        *("http://0x7f.1/", "http://192.168.1.1:8080/", "http://[64:ff9b::7f00:1]/", "https://172.16.0.1/"),
        *("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://ai:khoa@127.0.0.1/", "http://[/"),
        *("http://127.0.0.1:22/", "javascript:alert(1)", "http://127.0.0.1\\@a.vn/", "http://a..b/"),
    ],
)
def test_no_redirect_leads_to_a_forbidden_place(location: str) -> None:
    with serving({"/": moved(location)}) as site, client_of() as client:
        failure = failure_at(client, site.url + "/")
    assert failure.reason in (Reason.ADDRESS, Reason.NOT_WEB, Reason.CREDENTIALS, Reason.PORT)
    assert failure.message == REFUSAL.format(site.url + "/")
    assert len(site.asked) == 1


def test_no_redirect_leads_to_a_name_that_stands_for_a_forbidden_place() -> None:
    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        address = "127.0.0.1" if host == "127.0.0.1" else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with (
        serving({"/": moved("https://kho-du-lieu.example/")}) as site,
        client_of(resolve=resolve, attempts=3) as client,
    ):
        failure = failure_at(client, site.url)
    assert failure.reason is Reason.ADDRESS
    assert "169.254.169.254" in failure.explanation_en
    assert "169.254" not in failure.message + failure.message_en + repr(failure.details)
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed_also_to_another_server(status: str) -> None:
    with (
        serving({"/dich": reply(b"x")}) as there,
        serving({"/": moved(there.url + "/dich", status)}) as here,
        client_of() as client,
    ):
        answer = client.get(here.url + "/")
        assert (answer.content, answer.url, answer.fetched.redirects) == (b"x", there.url + "/dich", 1)
        assert answer.fetched.url == here.url + "/"


def test_five_redirects_are_followed_and_no_more() -> None:
    pages: dict[str, Page] = {f"/{step}": moved(f"/{step + 1}") for step in range(6)}
    with serving({**pages, "/6": reply(b"x")}) as site, client_of() as client:
        assert client.get(site.url + "/1").content == b"x"
        assert failure_at(client, site.url + "/0").reason is Reason.REDIRECTS


def test_a_loop_ends() -> None:
    with serving({"/vong": moved("/vong")}) as site, client_of() as client:
        assert failure_at(client, site.url + "/vong").reason is Reason.REDIRECTS
    assert len(site.asked) == 6


def test_a_redirect_may_hold_vietnamese_letters() -> None:
    with serving({"/": moved(b"/b%E1%BA%A3ng".decode()), "/b%E1%BA%A3ng": reply(b"x")}) as site:
        site.pages["/utf8"] = head("302 Found", Content_Length="0", Location="/@").replace(b"@", "bảng".encode())
        with client_of() as client:
            assert client.get(site.url + "/").content == b"x"
            assert client.get(site.url + "/utf8").content == b"x"


def test_what_was_sent_is_not_sent_on() -> None:
    with (
        serving({"/token": moved("/khac", "307 Temporary"), "/khac": reply(b"{}")}) as site,
        client_of() as client,
        pytest.raises(FetchFailed) as failure,
    ):
        client.post_form(site.url + "/token", {"client_secret": "bi-mat"})
    assert failure.value.reason is Reason.REDIRECTS
    assert site.paths() == ["/token"]
