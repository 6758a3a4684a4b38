"""``dulieumo user`` as an operator uses it; passwords come from stdin and are shown nowhere."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.people import SecondFactor
from catalog.ports import AuditEvent
from portal.cli import main
from portal.settings import Settings
from portal.wiring import open_parts
from tests.catalog.examples import HEALTH, NOW
from tests.catalog.persons import ANOTHER_PASSWORD, PASSWORD

LAN = ("add", "lan", "--full-name", "Nguyễn Thị Lan", "--organization", "H56.08")
ADMINISTRATOR = ("add", "quan-tri", "--full-name", "Lê Quản Trị", "--role", "administrator")


def user(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["user", *arguments], input=typed)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal that knows the department of health."""
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path))
    parts = open_parts(Settings(home=tmp_path))
    parts.store.upgrade()
    with parts.store.write() as transaction:
        transaction.put_organization(HEALTH)
    parts.store.close()
    return tmp_path


def audit(home: Path) -> list[AuditEvent]:
    parts = open_parts(Settings(home=home))
    with parts.store.read() as reader:
        found = reader.audit()
    parts.store.close()
    return list(reversed(found))


def test_people_are_added_listed_changed_and_sent_away(home: Path) -> None:
    assert user(*ADMINISTRATOR, typed=f"{PASSWORD}\n").exit_code == 0
    assert user(*LAN, typed=f"{PASSWORD}\r\n").exit_code == 0
    assert user("edit", "lan", "--email", "lan@soyte.example").exit_code == 0
    assert user("password", "lan", typed=f"{ANOTHER_PASSWORD}\n").exit_code == 0
    assert user("disable", "lan").exit_code == 0
    listed = user("list")
    assert listed.output.splitlines() == [
        "lan\tNguyễn Thị Lan\tphụ trách dữ liệu so-y-te\tđã cho nghỉ",
        "quan-tri\tLê Quản Trị\tquản trị cổng",
        "2 người dùng.",
    ]
    assert user("enable", "lan").exit_code == 0
    assert "đã cho nghỉ" not in user("list").output
    events = audit(home)
    assert [event.action for event in events] == [
        "user.create", "user.create", "user.update", "user.password", "user.disable", "user.enable"
    ]  # fmt: skip
    assert all(event.actor.startswith("cli") for event in events)
    assert PASSWORD not in str(events)


def test_programs_read_the_same_as_json() -> None:
    added = json.loads(user(*LAN, "--json", typed=f"{PASSWORD}\n").output)
    assert added["roles"] == [{"role": "steward", "organization": "so-y-te"}]
    assert added["must_change_password"] is True
    assert json.loads(user("list", "--json").output) == [added]
    assert "argon2" not in str(added)
    changed = json.loads(user("edit", "lan", "--role", "administrator", "--json").output)
    assert changed["roles"] == [{"role": "administrator", "organization": None}]


def test_a_lost_telephone_is_forgotten(home: Path) -> None:
    user(*LAN, typed=f"{PASSWORD}\n")
    parts = open_parts(Settings(home=home))
    with parts.store.write() as transaction:
        lan = transaction.user("lan")
        transaction.put_second_factor(SecondFactor(lan.id, "enc:1:…", NOW, 0))
    assert user("forget-device", "lan").exit_code == 0
    assert user("forget-device", "lan").exit_code == 0
    with parts.store.read() as reader:
        assert reader.second_factor(lan.id) is None
    parts.store.close()
    assert [event.action for event in audit(home)] == ["user.create", "user.second-factor-off"]


def test_what_is_wrong_is_told_in_one_line() -> None:
    user(*ADMINISTRATOR, typed=f"{PASSWORD}\n")
    for arguments, typed, words in (
        (LAN, "ngan\n", "12 ký tự"),
        (LAN, "", "12 ký tự"),
        (LAN, "matkhau123456\n", "dễ đoán"),
        (ADMINISTRATOR, f"{PASSWORD}\n", "Đã có người dùng"),
        (("add", "lan", "--full-name", "Lan"), f"{PASSWORD}\n", "ít nhất một cơ quan"),
        ((*LAN[:-1], "khong-co"), f"{PASSWORD}\n", "khong-co"),
        (("disable", "quan-tri"), "", "duy nhất"),
        (("password", "khong-co"), f"{PASSWORD}\n", "Không tìm thấy người dùng"),
    ):
        refused = user(*arguments, typed=typed)
        assert refused.exit_code == 3, arguments
        assert words in refused.output
        assert refused.output.count("\n") == 1


def test_there_is_no_option_for_a_password() -> None:
    refused = user(*LAN, "--password", PASSWORD)
    assert refused.exit_code == 2
    assert "No such option" in refused.output


def test_on_a_terminal_the_password_is_asked_twice_and_not_echoed(home: Path) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "user", *ADMINISTRATOR],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "DULIEUMO_HOME": str(home)},
    )  # fmt: skip
    os.close(theirs)
    shown = ""
    for prompt in ("Mật khẩu:", "Gõ lại mật khẩu:"):
        while prompt not in shown:
            shown += os.read(ours, 4096).decode("utf-8", "replace")
        os.write(ours, f"{PASSWORD}\n".encode())
    while "Đã thêm" not in shown:
        shown += os.read(ours, 4096).decode("utf-8", "replace")
    assert child.wait(10) == 0
    os.close(ours)
    assert PASSWORD not in shown
