"""Outside connections as the operator's settings have them: closed, until a switch or a network is named."""

from __future__ import annotations

import json

import pytest

from catalog.errors import InvalidInput, SourceUnreachable
from harvesters.http_client import HttpClient
from portal.definitions import load_descriptor
from portal.outgoing import client_settings
from portal.settings import Settings
from tests.harvesters.web_server import reply, serving


def test_a_schema_on_this_machine_is_read_only_with_the_development_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    descriptor = {"fields": [{"name": "ma"}]}
    with serving({"/luoc-do.json": reply(json.dumps(descriptor).encode())}) as site:
        monkeypatch.delenv("DULIEUMO_ALLOW_LOOPBACK", raising=False)
        with pytest.raises(SourceUnreachable):
            load_descriptor(site.url + "/luoc-do.json")
        assert site.asked == []
        monkeypatch.setenv("DULIEUMO_ALLOW_LOOPBACK", "1")
        assert load_descriptor(site.url + "/luoc-do.json") == descriptor


def test_settings_become_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULIEUMO_INTERNAL_NETWORKS", "10.32.0.0/16, fd12::/16")
    monkeypatch.setenv("DULIEUMO_SITE_URL", "https://dulieu.thanhhoa.gov.vn")
    settings = client_settings(Settings())
    assert settings.internal_networks == ("10.32.0.0/16", "fd12::/16")
    assert settings.user_agent == "dulieumo (+https://dulieu.thanhhoa.gov.vn)"
    assert not settings.allow_loopback


@pytest.mark.parametrize("networks", ["0.0.0.0/0", "10.0.0.1/8", "noi-bo"])
def test_a_network_that_may_not_be_opened_is_named_at_once(monkeypatch: pytest.MonkeyPatch, networks: str) -> None:
    monkeypatch.setenv("DULIEUMO_INTERNAL_NETWORKS", networks)
    with pytest.raises(InvalidInput, match="mạng nội bộ"):
        HttpClient(client_settings(Settings()))
