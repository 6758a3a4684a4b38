"""Asking actions the way a client does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """The result of an action, posted as JSON; the call must succeed."""

    def result_of(action: str, **arguments: Any) -> Any:
        response = client.post(f"/api/3/action/{action}", json=arguments)
        body = response.get_json()
        assert (response.status_code, body["success"]) == (200, True), body
        return body["result"]

    return result_of


@pytest.fixture
def refuse(client: FlaskClient) -> Ask:
    """Status and error of an action that must fail."""

    def error_of(action: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        response = client.post(f"/api/3/action/{action}", json=arguments)
        body = response.get_json()
        assert body["success"] is False
        return response.status_code, body["error"]

    return error_of
