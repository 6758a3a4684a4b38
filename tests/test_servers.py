"""A run says at its end which servers its machine lacked."""

from __future__ import annotations

import pytest

from tests.servers import give_up, not_tested


def test_skips_for_want_of_a_server_are_told_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_TEST_REQUIRE", "")
    with pytest.raises(pytest.skip.Exception) as skipped:
        give_up("mariadb", "mariadbd is not installed: apt-get")
    reason = f"Skipped: {skipped.value}"
    assert not_tested([reason, "Skipped: needs ../shared/data", reason]) == {
        "mariadb": ["mariadbd is not installed: apt-get"] * 2
    }


def test_a_server_that_is_required_is_never_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_TEST_REQUIRE", "postgresql,mariadb")
    with pytest.raises(pytest.fail.Exception, match="mariadbd is not installed"):
        give_up("mariadb", "mariadbd is not installed")
