"""Where no connection may go: every reserved block, every notation, every trick of a name server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.http.addresses import AddressRules
from harvesters.http.failures import FetchFailed, Reason
from harvesters.http.targets import read_target
from harvesters.http_client import ClientSettings
from tests.harvesters.web_client import REFUSAL, client_of, failure_at
from tests.harvesters.web_server import reply, serving

PUBLIC = ["1.1.1.1", "8.8.8.8", "113.160.0.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0"]
PUBLIC_V6 = ["2001:4860:4860::8888", "2606:4700::1111", "2405:4800::1", "2400:cb00::1"]
RESERVED = [
    *("0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1"),
    *("172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:4136:e378::1"),
    *("2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "4000::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1", "200::1"),
    *("2405:4800::5efe:127.0.0.1", "2405:4800::200:5efe:10.0.0.1", "fe80::1%lo", "::1%1", "2606:4700::1111%eth0"),
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1 ", "127.0.0.1.", "0177.0.0.1", "[::1]"),
]


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_V6)
def test_public_addresses_are_open(address: str) -> None:
    assert AddressRules().refusal(address) is None


@pytest.mark.parametrize("address", RESERVED)
def test_reserved_addresses_are_closed(address: str) -> None:
    assert AddressRules().refusal(address)


def _reserved_v4() -> st.SearchStrategy[IPv4Address]:
    blocks = ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
    return st.one_of([st.ip_addresses(v=4, network=block) for block in blocks])  # type: ignore[misc]


@settings(deadline=None)
@given(_reserved_v4())
def test_no_address_of_ipv6_carries_a_reserved_one_of_ipv4(inner: IPv4Address) -> None:
    number = int(inner)
    carriers = [
        number,
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        0x64_FF9B << 96 | number,
        0x64_FF9B_0001 << 80 | number,
        0x2002 << 112 | number << 80 | 1,
        0x2001_0000 << 96 | (number ^ 0xFFFFFFFF),
        0x2405_4800 << 96 | 0x5EFE << 32 | number,
    ]
    assert all(AddressRules(allow_loopback=False).refusal(IPv6Address(carrier)) for carrier in carriers)


@settings(deadline=None)
@given(_reserved_v4(), st.integers(0, 5))
def test_no_notation_of_a_reserved_address_is_opened(address: IPv4Address, notation: int) -> None:
    number, parts = int(address), str(address).split(".")
    written = [
        str(address),
        str(number),
        hex(number),
        "0" + oct(number)[2:],
        ".".join(f"0{int(part):o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
    ][notation]
    for host in (written, written + ".", written.upper(), f"[::ffff:{address}]", f"[::{address}]"):
        with client_of(allow_loopback=False) as client:
            assert failure_at(client, f"http://{host}/").reason is Reason.ADDRESS


@settings(deadline=None)
@given(_reserved_v4())
def test_a_name_may_not_stand_for_a_reserved_address(address: IPv4Address) -> None:
    with client_of(allow_loopback=False, resolve=answering(str(address))) as client:
        assert failure_at(client, "https://so-y-te.example/").reason is Reason.ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.vn/",
            "gopher://example.vn/",
            "http:///x",
            "//example.vn/",
            "example.vn",
        ),
        *("http://", "https://[::1", "http://[v1.a]/", "http://[fe80::1%25lo]/", "http://[::1%251]/", "http://a..b/"),
        *("http://%31%32%37.0.0.1/", "http://ex%61mple.vn/", "http://example.vn:99999/", "http://example.vn:x/"),
        *("http://example.vn\\@127.0.0.1/", "http://exa mple.vn/", "http://example.vn\t/", "http://a\u200bb.vn/"),
        *("http://example.vn/\r\nHost: x", "http://-a.vn/", "javascript:alert(1)", "data:,x", "jar:http://a!/"),
        *("http://" + "a" * 300 + ".vn/", "http://" + "a." * 200 + "vn/", "http://example.vn/" + "a" * 9_000),
        *("http://\ud800.vn/", "http://example.vn/\udfff", "http://x_y*.vn/", "http://1.2.3.4.5/"),
    ],
    ids=lambda url: ascii(url)[:40],
)
def test_only_plain_addresses_of_the_web_are_asked(url: str) -> None:
    with client_of(resolve=answering("127.0.0.1")) as client:
        assert failure_at(client, url).reason in (Reason.NOT_WEB, Reason.ADDRESS)


@pytest.mark.parametrize("host", ["127。0。0。1", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.0.0.1", "127.0.0.1", "0X7F.1"])
def test_letters_that_stand_for_digits_open_nothing(host: str) -> None:
    with client_of(allow_loopback=False) as client:
        assert failure_at(client, f"http://{host}/").reason in (Reason.ADDRESS, Reason.NOT_WEB)


@pytest.mark.parametrize("url", ["http://ai@example.vn/", "http://ai:mat-khau@example.vn/", "http://:x@example.vn/"])
def test_an_address_holds_no_credentials_and_none_are_repeated(url: str) -> None:
    with client_of() as client:
        failure = failure_at(client, url)
    assert failure.reason is Reason.CREDENTIALS
    assert "mat-khau" not in failure.message + failure.message_en + failure.explanation_en + repr(failure.details)


@pytest.mark.parametrize(
    ("port", "open_by_default"), [(80, True), (443, True), (1024, True), (8080, True), (22, False)]
)
def test_only_ports_of_web_servers_are_asked(port: int, open_by_default: bool) -> None:
    url = f"http://example.vn:{port}/"
    with client_of() as client:
        if open_by_default:
            client.check(url)
        else:
            assert failure_at(client, url).reason is Reason.PORT
    with client_of(ports=frozenset({port})) as client:
        client.check(url)


def test_people_read_the_same_whatever_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    urls = ["http://10.0.0.1/", "http://a.example/", "https://localhost:22/"]
    with client_of(allow_loopback=False, resolve=unknown) as client:
        failures = [failure_at(client, url) for url in urls]
    assert len({failure.reason for failure in failures}) == 3
    assert [failure.message for failure in failures] == [REFUSAL.format(url) for url in urls]
    assert "10.0.0.1 (private)" in caplog.text


# Names


def answering(*addresses: str) -> Any:
    """A name server that gives these addresses in turn, one each time it is asked; the last again and again."""
    left = list(addresses)

    def resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def unknown(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_is_asked_for_once_and_its_first_answer_is_the_one_that_is_used() -> None:
    with serving({"/": reply(b"x")}) as site:
        asked: list[str] = []
        inner = answering("127.0.0.1", "169.254.169.254")

        def resolve(host: str, port: int) -> Any:
            asked.append(host)
            return inner(host, port)

        with client_of(resolve=resolve) as client:
            assert client.get(f"http://so-y-te.example:{site.port}/").content == b"x"
        assert asked == ["so-y-te.example"]
        assert site.asked[0].headers["host"] == f"so-y-te.example:{site.port}"


def test_a_second_answer_of_the_name_server_is_checked_as_the_first() -> None:
    with (
        serving({"/": reply(b"x", Connection="close")}) as site,
        client_of(resolve=answering("127.0.0.1", "10.0.0.1")) as client,
    ):
        url = f"http://doi-dia-chi.example:{site.port}/"
        assert client.get(url).content == b"x"
        assert failure_at(client, url).reason is Reason.ADDRESS


def test_among_several_addresses_only_the_open_ones_are_tried() -> None:
    with serving({"/": reply(b"x")}) as site:

        def resolve(host: str, port: int) -> Any:
            return [answering(address)(host, port)[0] for address in ("10.0.0.1", "::ffff:127.0.0.1", "127.0.0.1")]

        with client_of(resolve=resolve) as client:
            assert client.get(f"http://nhieu-dia-chi.example:{site.port}/").content == b"x"


def test_a_silent_name_server_holds_nothing_up() -> None:
    over = threading.Event()

    def resolve(host: str, port: int) -> Any:
        over.wait(5)
        return []

    with client_of(resolve=resolve, connect_seconds=0.05) as client:
        assert failure_at(client, "http://im-lang.example/").reason is Reason.NAME
    over.set()


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 on this machine")
def test_a_server_is_asked_over_ipv6() -> None:
    with serving({"/": reply(b"x")}, host="::1") as site, client_of() as client:
        assert client.get(site.url).content == b"x"
        assert site.asked[0].headers["host"] == f"[::1]:{site.port}"


# What an operator may open


def test_the_development_switch_opens_loopback_only_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with client_of() as client:
        for url in ("http://10.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/", "http://0.0.0.0/"):
            assert failure_at(client, url).reason is Reason.ADDRESS
        client.check("http://127.0.0.1:8000/")
        client.check("http://[::1]:8000/")
    assert "development switch" in caplog.text


def test_an_internal_network_is_opened_by_name(caplog: pytest.LogCaptureFixture) -> None:
    with client_of(internal_networks=("10.32.0.0/16", "fd12::/16")) as client:
        client.check("http://10.32.1.1/")
        client.check("http://[fd12::1]/")
        with pytest.raises(FetchFailed):
            client.check("http://10.33.1.1/")
    assert "10.32.0.0/16" in caplog.text


@pytest.mark.parametrize("network", ["0.0.0.0/0", "169.254.0.0/16", "127.0.0.0/8", "8.8.8.0/24", "::/0", "fe80::/10"])
def test_nothing_but_private_networks_can_be_opened(network: str) -> None:
    with pytest.raises(ValueError, match="private"):
        AddressRules(internal=(ip_network(network),))


# Reading addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTP://Example.VN", "http://example.vn/"),
        ("https://example.vn:443/a?b#c", "https://example.vn/a?b"),
        ("https://example.vn.:8443/a b/é", "https://example.vn:8443/a%20b/%C3%A9"),
        ("https://dữliệu.vn/", "https://xn--dliu-nw5ark.vn/"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        (" https://example.vn/x ", "https://example.vn/x"),
    ],
)
def test_an_address_is_read_one_way(written: str, read: str) -> None:
    assert read_target(written).url == read


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_reading_and_what_is_read_reads_the_same_again(host: str, rest: str) -> None:
    try:
        target = read_target(f"http://{host}/{rest}")
    except FetchFailed:
        return
    assert read_target(target.url) == target
    assert target.url.isascii()


def test_what_is_shown_of_a_query_is_harmless() -> None:
    shown = read_target(
        "https://a.vn/x?trang=3&api_key=12345&q=Nguyen+Van+A&token=abc&sort=desc&X-Amz-Signature=ff"
    ).shown
    assert shown == "https://a.vn/x?trang=3&api_key=…&q=…&token=…&sort=desc&X-Amz-Signature=…"


def test_settings_are_closed_by_default() -> None:
    assert ClientSettings().rules() == AddressRules(allow_loopback=False, internal=())
