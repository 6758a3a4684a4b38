"""How the Action API says no. Clients branch on ``error.__type`` alone, so these strings are exact."""

from __future__ import annotations

from typing import Any


class BadRequestError(Exception):
    """Not a request the API can read; answered with a bare JSON string."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class ActionError(Exception):
    """An action that could not be done; ``body`` is the ``error`` of the answer."""

    def __init__(self, status: int, kind: str, **fields: Any) -> None:
        super().__init__(kind)
        self.status = status
        self.body = {"__type": kind, **fields}


def not_found(message: str = "Not found") -> ActionError:
    return ActionError(404, "Not Found Error", message=message)


def access_denied() -> ActionError:
    """CKAN's answer for what exists but is not for the caller; it says nothing about it."""
    return ActionError(403, "Authorization Error", message="Access denied")


def validation_error(field: str, message: str) -> ActionError:
    return ActionError(409, "Validation Error", **{field: message if field == "message" else [message]})


def login_required(action: str) -> ActionError:
    """CKAN's answer to a caller without an account who wants to change something."""
    return ActionError(
        403, "Authorization Error", message=f"Access denied: Action {action} requires an authenticated user"
    )


def search_query_error(message: str) -> ActionError:
    """CKAN's answer to parameters that it does not know, or not so."""
    return ActionError(400, "Search Query Error", message=f"Search Query is invalid: {message!r}")


def search_error(message: str) -> ActionError:
    """CKAN's answer where its search engine does not understand the question."""
    return ActionError(409, "Search Error", message=f"Search error: {message!r}")
