"""``dulieumo search synonyms``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import EXIT_UNABLE, main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DULIEUMO_HOME", str(tmp_path / "home"))
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    return tmp_path


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["search", "synonyms", *words], input=given)


def listed() -> dict[str, list[str]]:
    return {group["id"]: group["terms"] for group in json.loads(run("list", "--json").stdout)}


def test_a_group_is_added_listed_and_removed(home: Path) -> None:
    group_id, _, written = run("add", "đò", "bến đò ngang").stdout.strip().partition("\t")
    assert written == "đò = bến đò ngang"
    assert listed() == {group_id: ["đò", "bến đò ngang"]}
    assert run("list").stdout == f"{group_id}\tđò = bến đò ngang\n"
    assert "Đã xóa" in run("remove", group_id).stdout
    assert listed() == {}
    assert run("remove", group_id).exit_code == EXIT_UNABLE


def test_a_file_is_imported_whole_or_not_at_all(home: Path) -> None:
    file = home / "nhom.txt"
    file.write_text("\ufeff# nhóm\nđò = bến đò\nchợ = chợ dân sinh\n", encoding="utf-8")
    assert run("import", str(file)).stdout == "Đã thêm 2 nhóm từ.\n"
    assert run("import", str(file)).stdout == "Đã thêm 0 nhóm từ.\n"
    wrong = run("import", "-", given="ga = nhà ga\nmột\n")
    assert (wrong.exit_code, len(listed())) == (EXIT_UNABLE, 2)
    assert "Dòng 2" in wrong.stderr
    file.write_bytes("đò = bến".encode("utf-16"))
    assert run("import", str(file)).exit_code == EXIT_UNABLE


def test_what_is_shipped_is_listed_too(home: Path) -> None:
    assert "HTX = hợp tác xã\n" in run("list", "--shipped").stdout
    assert run("add", "một").exit_code == EXIT_UNABLE


def test_a_shipped_group_is_switched_off_and_on_again(home: Path) -> None:
    def shipped() -> dict[str, bool]:
        return {group["terms"][0]: group["off"] for group in json.loads(run("list", "--shipped", "--json").stdout)}

    (line,) = [line for line in run("list", "--shipped").stdout.splitlines() if "HTX = hợp tác xã" in line]
    key = line.split("\t")[0]
    assert run("off", key).stdout == "Đã tắt: HTX = hợp tác xã\n"
    assert f"{line}\t(đã tắt)\n" in run("list", "--shipped").stdout
    assert [term for term, is_off in shipped().items() if is_off] == ["HTX"]
    assert listed() == {}
    assert run("remove", f"off-{key}").exit_code == EXIT_UNABLE
    assert run("on", key).exit_code == 0
    assert not any(shipped().values())
    assert run("off", "khong-co").exit_code == EXIT_UNABLE
