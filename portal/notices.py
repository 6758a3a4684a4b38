"""Sends notifications: mail through the operator's SMTP server, webhooks through the guarded HTTP client.

TLS is verified always; a server that cannot do it is refused, and the message waits. Nothing secret gets into an error.
"""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from catalog.errors import NotDelivered
from catalog.notices import Channel, Notification
from catalog.notifying import send_due
from catalog.sources import HarvestSource
from harvesters.http_client import HttpClient
from portal.outgoing import client_settings
from portal.secrets import Vault
from portal.settings import Settings
from portal.source_access import secret_context
from portal.wiring import Parts

SMTP_SECONDS = 20


def deliver_notices(parts: Parts) -> int:
    """Send what is due; returns how many messages went out."""
    return send_due(parts.store, Sender(parts.settings, parts.vault), clock=parts.clock)


class Sender:
    """A :data:`catalog.notifying.Send` by the settings of this portal."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        self._settings = settings
        self._vault = vault

    def __call__(self, source: HarvestSource, notification: Notification) -> None:
        """Raises ``NotDelivered``, or what the HTTP client raises."""
        if notification.channel is Channel.EMAIL:
            self._mail(source.notify_email, notification)
        else:
            self._post(source, notification)

    def _mail(self, recipient: str, notification: Notification) -> None:
        if not recipient:
            raise NotDelivered("Nguồn không còn địa chỉ nhận thư.", "The source has no address for mail any more.")
        message = EmailMessage()
        message["Subject"] = notification.subject
        message["From"] = self._settings.mail_from
        message["To"] = Address(addr_spec=recipient)
        message["Date"] = formatdate(notification.created_at.timestamp())
        message["Message-ID"] = make_msgid(notification.id, domain=self._settings.mail_from.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{notification.body}\n\n{self._settings.public_url}\n")
        try:
            with _connected(self._settings.smtp_url.get_secret_value()) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # ``from None``: servers repeat addresses and sometimes accounts.
            raise NotDelivered(
                f"Máy chủ thư không nhận thư ({type(error).__name__}); sẽ gửi lại sau.",
                f"The mail server did not take the message ({type(error).__name__}); it will be tried again.",
            ) from None

    def _post(self, source: HarvestSource, notification: Notification) -> None:
        address = self._vault.decrypt(source.notify_webhook, secret_context(source.id, "notify_webhook")).reveal()
        with HttpClient(client_settings(self._settings)) as client:
            client.post_json(
                address,
                {
                    "id": notification.id,
                    "source": source.name,
                    "run": notification.run_id,
                    "state": "trouble" if notification.topic else "well",
                    "subject": notification.subject,
                    "text": notification.body,
                    "created_at": notification.created_at.isoformat(),
                    "portal": self._settings.public_url,
                },
            )


def _connected(url: str) -> smtplib.SMTP:
    """``smtps://`` speaks TLS from the start, ``smtp://`` begins it, except to this machine itself."""
    if not url:
        raise NotDelivered(
            "Chưa cài đặt máy chủ thư (DULIEUMO_SMTP_URL).", "No mail server is set (DULIEUMO_SMTP_URL)."
        )
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_SECONDS)
    try:
        if parts.scheme == "smtp" and host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
