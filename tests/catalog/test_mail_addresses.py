"""What is taken for an address of electronic mail: one that a mail server takes too."""

from __future__ import annotations

import pytest

from catalog.errors import InvalidInput
from catalog.mail_addresses import LONGEST, mail_address


@pytest.mark.parametrize("typed", ["a@so.example", "can-bo.y+te@mail.so-y-te.gov.vn", "A_b@SO.example"])
def test_a_plain_address_is_kept_as_it_is_typed(typed: str) -> None:
    assert mail_address(f"  {typed}\u200b ") == typed


def test_there_may_be_none() -> None:
    assert mail_address("  ") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "can-bo",
        "can-bo@",
        "@so.example",
        "can bo@so.example",
        "a@so",
        "a..b@so.example",
        ".a@so.example",
        "a@so..example",
        "a@so.example.",
        "a@b@so.example",
        "chị@so.example",
        "a@sở.example",
        "An <a@so.example>",
        "a@so.example\r\nBcc: b@so.example",
        "mailto:a@so.example",
        f"a@{'so.' * 80}example",
        f"{'a' * 65}@so.example",
    ],
)
def test_what_no_mail_server_takes_is_refused_by_name(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        mail_address(typed, "notify_email")
    assert caught.value.details["option"] == "notify_email"
    assert caught.value.message
    assert caught.value.message_en


@pytest.mark.parametrize(
    "typed", ["a@so.example, b@so.example", "a@so.example; b@so.example", "a@so.example b@so.example"]
)
def test_several_addresses_are_told_apart_from_a_wrong_one(typed: str) -> None:
    with pytest.raises(InvalidInput, match="Chỉ ghi một địa chỉ"):
        mail_address(typed)
    assert len(typed) < LONGEST
