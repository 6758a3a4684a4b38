"""What a caller of an action gave, from any of the four places CKAN clients put it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Request
from werkzeug.datastructures import MultiDict

from portal.api.ckan.errors import BadRequestError, validation_error

_BAD_JSON = "Bad request: JSON Error: Error decoding JSON data."
_NOT_A_DICT = "Bad request: JSON Error: Request data JSON decoded to {} but it needs to be a dictionary."
_URLENCODED = "application/x-www-form-urlencoded"
_TRUE = ("true", "yes", "1", "on", "t", "y")


class Arguments:
    """The arguments of one call. Readers convert, for a query string holds only text; what cannot be converted is a
    validation error of that field."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, list | dict):
            raise validation_error(name, "Must be a single string")
        return str(value)

    def required(self, name: str, *other_names: str) -> str:
        """The first of the names that is given; CKAN's validation error where none is."""
        for given in (name, *other_names):
            if self.values.get(given) not in (None, ""):
                return self.text(given)
        raise validation_error(name, "Missing value")

    def natural(self, name: str, default: int, most: int | None = None) -> int:
        """A number from 0, quietly brought down to ``most``."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value).strip()) if len(str(value)) < 30 else -1
        except ValueError:
            raise validation_error(name, "Invalid integer") from None
        if isinstance(value, bool) or number < 0:
            raise validation_error(name, "Must be a natural number")
        return number if most is None else min(number, most)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value).strip().lower() in _TRUE

    def names(self, name: str) -> list[str]:
        """A list, a JSON list as text, or words with commas between."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = self.json(name) if value.lstrip().startswith("[") else value.split(",")
        if value is None:
            return []
        if not isinstance(value, list):
            raise validation_error(name, "Not a list or a string")
        return [str(item).strip() for item in value if str(item).strip()]

    def json(self, name: str) -> Any:
        """A value that a query string carries as JSON text, and a JSON body as itself."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise validation_error(name, "Could not parse as valid JSON") from None

    def choice(self, name: str, default: str, choices: Iterable[str]) -> str:
        value = self.text(name) or default
        if value not in choices:
            raise validation_error(name, f'invalid value "{value}"')
        return value


def read_arguments(request: Request) -> Arguments:
    """Form first (JSON that curl sent as a form, for want of a content type, is JSON), then the query string, which
    counts on POST too, then a JSON body. ``callback`` belongs to the transport."""
    body = request.get_data() if request.mimetype == _URLENCODED else b""
    form = request.form
    if body.lstrip().startswith(b"{"):
        values = _dictionary(body)
    elif form and list(form.values()) in ([""], ["1"]):
        values = _dictionary(next(iter(form)))
    elif form:
        values = _mixed(form)
    elif request.args:
        values = _mixed(request.args)
    else:
        values = _body(request)
    values.pop("callback", None)
    return Arguments(values)


def _body(request: Request) -> dict[str, Any]:
    body = request.get_data()
    if not body.strip() or request.mimetype in ("multipart/form-data", _URLENCODED):
        return {}
    if not (request.is_json or request.mimetype == ""):
        raise BadRequestError(f"Bad request: Unsupported media type {request.mimetype}; send application/json", 415)
    return _dictionary(body)


def _dictionary(text: str | bytes) -> dict[str, Any]:
    try:
        decoded = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequestError(_BAD_JSON) from None
    if not isinstance(decoded, dict):
        raise BadRequestError(_NOT_A_DICT.format(type(decoded).__name__))
    return decoded


def _mixed(values: MultiDict[str, str]) -> dict[str, Any]:
    """Repeated keys become lists."""
    return {key: given[0] if len(given) == 1 else given for key, given in values.lists()}
