"""TLS is verified always: chain, name, dates; a further authority may be named, nothing can be turned off."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from harvesters.http.dialing import tls_context
from harvesters.http_client import ClientSettings, HttpClient, Reason
from tests.harvesters.web_client import client_of, failure_at
from tests.harvesters.web_server import reply, serving

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority ``ca.pem``; ``good`` for 127.0.0.1 and so-y-te.example, ``other`` for another name, ``old``."""
    folder = tmp_path_factory.mktemp("tls")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl(
        "req", "-x509", *curve, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", "/CN=CA cua tinh"
    )
    for name, names, days in (
        ("good", "IP:127.0.0.1,DNS:so-y-te.example", "2"),
        ("other", "DNS:khac.example", "2"),
        ("old", "IP:127.0.0.1", "-1"),
    ):
        key, request, certificate = (folder / f"{name}.{kind}" for kind in ("key", "req", "pem"))
        (folder / "names").write_text(f"subjectAltName={names}\n")
        _openssl("req", *curve, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        signing = ("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", days)
        _openssl("x509", "-req", "-in", request, *signing, "-extfile", folder / "names", "-out", certificate)
    return folder


def _server(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def test_a_named_authority_is_trusted_beside_the_public_ones(folder: Path) -> None:
    with serving({"/": reply(b"x")}, tls=_server(folder, "good")) as site:
        with client_of(extra_ca_file=str(folder / "ca.pem")) as client:
            assert client.get(site.url).content == b"x"
            assert client.get(site.url).content == b"x"
        assert site.connections == 1
        with client_of() as client:
            assert failure_at(client, site.url).reason is Reason.TLS


@pytest.mark.parametrize(("name", "why"), [("other", "mismatch"), ("old", "expired")])
def test_a_wrong_name_and_an_expired_certificate_are_refused(folder: Path, name: str, why: str) -> None:
    with serving({"/": reply(b"x")}, tls=_server(folder, name)) as site:
        with client_of(extra_ca_file=str(folder / "ca.pem"), attempts=3) as client:
            failure = failure_at(client, site.url)
        assert failure.reason is Reason.TLS
        assert why in failure.detail
        assert site.asked == []
        assert site.connections == 1


def test_the_name_is_verified_not_the_address_it_stands_for(folder: Path) -> None:
    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    with (
        serving({"/": reply(b"x")}, tls=_server(folder, "good")) as site,
        client_of(extra_ca_file=str(folder / "ca.pem"), resolve=resolve) as client,
    ):
        assert client.get(f"https://so-y-te.example:{site.port}/").content == b"x"
        assert failure_at(client, f"https://gia-mao.example:{site.port}/").reason is Reason.TLS


def test_the_environment_turns_nothing_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(folder / "ca.pem"))
    with serving({"/": reply(b"x")}, tls=_server(folder, "good")) as site, client_of() as client:
        assert failure_at(client, site.url).reason is Reason.TLS


def test_plain_text_where_tls_is_expected_is_a_failure_of_tls() -> None:
    with serving({"/": reply(b"x")}) as site, client_of(seconds=0.2) as client:
        failure = failure_at(client, site.url.replace("http:", "https:"))
    assert failure.reason in (Reason.TLS, Reason.BROKEN, Reason.SLOW)


def test_a_redirect_to_a_worse_certificate_is_refused(folder: Path) -> None:
    with (
        serving({"/": reply(b"x")}, tls=_server(folder, "old")) as there,
        serving({"/": reply(b"", "302 Found", Location=there.url)}, tls=_server(folder, "good")) as here,
        client_of(extra_ca_file=str(folder / "ca.pem")) as client,
    ):
        assert failure_at(client, here.url).reason is Reason.TLS
    assert there.asked == []


def test_a_slow_handshake_ends() -> None:

    with socket.create_server(("127.0.0.1", 0)) as silent, client_of(seconds=0.1) as client:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert failure_at(client, url).reason in (Reason.SLOW, Reason.SILENT)


def test_nothing_older_than_tls_1_2_is_spoken() -> None:
    assert tls_context().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert tls_context().verify_mode is ssl.CERT_REQUIRED
    assert tls_context().check_hostname


@pytest.mark.parametrize("content", [None, "khong phai chung thu"])
def test_a_file_of_authorities_that_cannot_be_read_is_named_at_once(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "ca.pem").write_text(content)
    with pytest.raises(InvalidInput, match=r"ca\.pem"):
        HttpClient(ClientSettings(extra_ca_file=str(tmp_path / "ca.pem")))
