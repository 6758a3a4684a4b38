"""Notifications leave by mail and by webhook; what does not leave says why, with nothing secret in it."""

from __future__ import annotations

import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr

from catalog.errors import CatalogError, InvalidInput, NotDelivered
from catalog.notices import Channel, Notification
from portal.notices import Sender
from portal.secrets import Secret, Vault
from portal.settings import Settings, check_mail_settings
from portal.source_access import sealed
from tests.catalog.examples import CLINICS, example_source
from tests.harvesters.web_server import reply, serving

VAULT = Vault([Secret("một khóa dài dùng cho kiểm thử, không dùng thật")])
SOURCE = replace(example_source("nguon", CLINICS), notify_email="can-bo@so-y-te.example")
NOTICE = Notification(
    "n-1", SOURCE.id, "run-1", Channel.EMAIL, "topic", "[Cổng dữ liệu] Nguồn: cần xem lại", "Bảng bị giữ lại.",
    datetime(2026, 11, 1, tzinfo=UTC),
)  # fmt: skip


class _Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refuses: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.refuses = refuses
        self.messages: list[EmailMessage] = []


class _Conversation(socketserver.StreamRequestHandler):
    """Just enough SMTP (RFC 5321) to take a message."""

    server: _Mailbox

    def handle(self) -> None:
        self._say("220 hop-thu")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA":
                    self._say("354 go on")
                    self._take()
                case b"QUIT":
                    self._say("221 bye")
                    return
                case b"RCPT" if self.server.refuses:
                    self._say("550 khong nhan can-bo@so-y-te.example")
                case _:
                    self._say("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        message = message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.messages.append(message)
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mailbox(*, refuses: bool = False) -> Iterator[_Mailbox]:
    with _Mailbox(refuses) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(home: Path, smtp: str = "") -> Settings:
    return Settings(
        home=home, smtp_url=SecretStr(smtp), mail_from="cong@thanhhoa.example", allow_loopback=True,
        site_url="https://dulieu.example",
    )  # fmt: skip


def test_mail_arrives_whole_in_vietnamese(tmp_path: Path) -> None:
    with mailbox() as server:
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        Sender(settings(tmp_path, url), VAULT)(SOURCE, NOTICE)
    (message,) = server.messages
    assert message["To"] == "can-bo@so-y-te.example"
    assert message["Subject"] == NOTICE.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().startswith("Bảng bị giữ lại.")
    assert "https://dulieu.example" in message.get_content()


@pytest.mark.parametrize("refuses", [True, False], ids=["refused", "no server"])
def test_mail_that_is_not_taken_waits_and_names_nobody(tmp_path: Path, refuses: bool) -> None:
    with mailbox(refuses=refuses) as server:
        port = server.server_address[1]
        if refuses:
            with pytest.raises(NotDelivered) as caught:
                Sender(settings(tmp_path, f"smtp://127.0.0.1:{port}"), VAULT)(SOURCE, NOTICE)
    if not refuses:
        with pytest.raises(NotDelivered) as caught:
            Sender(settings(tmp_path, f"smtp://nguoi:m4t-kh4u@127.0.0.1:{port}"), VAULT)(SOURCE, NOTICE)
    assert "can-bo" not in str(caught.value)
    assert "m4t-kh4u" not in repr(caught.value.__dict__)


def test_without_a_mail_server_the_message_waits(tmp_path: Path) -> None:
    with pytest.raises(NotDelivered, match="DULIEUMO_SMTP_URL"):
        Sender(settings(tmp_path), VAULT)(SOURCE, NOTICE)


def test_a_webhook_gets_json_and_its_address_is_stored_encrypted(tmp_path: Path) -> None:
    with serving({"/bi-mat": reply(b"{}")}) as site:
        source = sealed(replace(SOURCE, notify_webhook=f"{site.url}/bi-mat"), VAULT)
        assert "bi-mat" not in source.notify_webhook
        Sender(settings(tmp_path), VAULT)(source, replace(NOTICE, channel=Channel.WEBHOOK))
    (asked,) = site.asked
    told = json.loads(asked.body)
    assert (told["id"], told["state"], told["subject"]) == ("n-1", "trouble", NOTICE.subject)


def test_a_webhook_that_fails_is_an_error_without_its_path(tmp_path: Path) -> None:
    with serving({"/bi-mat": reply(b"", "500 Hỏng".encode("ascii", "ignore").decode())}) as site:
        source = sealed(replace(SOURCE, notify_webhook=f"{site.url}/bi-mat"), VAULT)
        with pytest.raises(CatalogError) as caught:
            Sender(settings(tmp_path), VAULT)(source, replace(NOTICE, channel=Channel.WEBHOOK))
    assert "bi-mat" not in caught.value.message + caught.value.message_en


@pytest.mark.parametrize("url", ["http://thu.example", "smtp://", "smtp://thu.example:nope"])
def test_mail_settings_that_cannot_be_used_are_named_at_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput, match="DULIEUMO_SMTP_URL"):
        check_mail_settings(settings(tmp_path, url))
