"""Where those who look after a source are told of trouble: checked when it is typed, not when trouble is there."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.errors import InvalidInput
from catalog.mail_addresses import mail_address
from harvesters.http_client import FetchFailed, HttpClient
from portal.outgoing import client_settings
from portal.settings import Settings

EMAIL, WEBHOOK = "notify_email", "notify_webhook"


def checked_notice_addresses(settings: Settings, typed: Mapping[str, str]) -> dict[str, str]:
    """``typed`` with its addresses as they are kept; what is not there stays away, an empty one takes one away. Raises
    ``InvalidInput``, whose ``option`` is :data:`EMAIL` or :data:`WEBHOOK`. Nothing is asked for at the address."""
    checked = dict(typed)
    if EMAIL in typed:
        checked[EMAIL] = mail_address(typed[EMAIL], EMAIL)
    if webhook := typed.get(WEBHOOK, "").strip():
        checked[WEBHOOK] = _hook(settings, webhook)
    return checked


def _hook(settings: Settings, address: str) -> str:
    """The address may be a secret as a whole: no error repeats it."""
    try:
        with HttpClient(client_settings(settings)) as client:
            client.check(address)
    except FetchFailed as failure:
        reason = failure.reason
        raise InvalidInput(
            f"Địa chỉ nhận tin (webhook) không dùng được: {reason.explanation}.",
            f"The webhook address cannot be used: {reason.explanation_en}.",
            option=WEBHOOK,
        ) from None
    return address
