"""What an endpoint takes, declared once: the same values read the request and make the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import Response
from werkzeug.datastructures import MultiDict

from catalog.errors import InvalidQuery

LONGEST_VALUE = 1_000


class Kind(StrEnum):
    TEXT = "string"
    INTEGER = "integer"
    FLAG = "boolean"
    TEXTS = "array"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string. ``choices`` and ``longest`` limit text, ``least`` and ``most`` numbers."""

    name: str
    description: str
    kind: Kind = Kind.TEXT
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    longest: int = LONGEST_VALUE

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        schema: dict[str, Any] = {"type": self.kind.value}
        if self.kind is Kind.TEXTS:
            schema["items"] = {"type": "string"}
        if self.kind is Kind.INTEGER:
            schema["minimum"] = self.least
            if self.most is not None:
                schema["maximum"] = self.most
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.default is not None:
            schema["default"] = self.default
        return schema


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``path`` as in OpenAPI, below /api/v1; ``answer`` names the component that describes the JSON. ``open_ended``:
    other parameters are columns of the table and are read by the view."""

    name: str
    path: str
    summary: str
    summary_en: str
    answer: str
    view: Callable[..., Response]
    parameters: tuple[Parameter, ...] = ()
    open_ended: bool = False
    path_descriptions: Mapping[str, str] = field(default_factory=dict)


def read_parameters(endpoint: Endpoint, args: MultiDict[str, str]) -> dict[str, Any]:
    """The declared parameters with their defaults; of an open-ended endpoint also ``""``: all others, as they came.

    Raises ``InvalidQuery`` that names the parameter and what it takes.
    """
    known = {parameter.name: parameter for parameter in endpoint.parameters}
    others = MultiDict((name, value) for name, value in args.items(multi=True) if name not in known)
    if others and not endpoint.open_ended:
        name = next(iter(others))
        usable = ", ".join(known)
        if not known:
            raise _wrong(name, "không có; địa chỉ này không nhận tham số nào", "is unknown; this address takes none")
        raise _wrong(name, f"không có; dùng được: {usable}", f"is unknown; known are: {usable}")
    values = {name: _value(parameter, args.getlist(name)) for name, parameter in known.items()}
    return {**values, "": others} if endpoint.open_ended else values


def _value(parameter: Parameter, given: list[str]) -> Any:
    longest = parameter.longest
    if any(len(text) > longest for text in given):
        raise _wrong(parameter.name, f"dài quá {longest} ký tự", f"is longer than {longest} characters")
    if parameter.kind is Kind.TEXTS:
        return given
    if not given or given[0] == "":
        return parameter.default
    if len(given) > 1:
        raise _wrong(parameter.name, "chỉ được ghi một lần", "may be given only once")
    if parameter.kind is Kind.INTEGER:
        return _number(parameter, given[0])
    if parameter.kind is Kind.FLAG:
        if given[0] not in ("true", "false"):
            raise _wrong(parameter.name, "phải là true hoặc false", "is true or false")
        return given[0] == "true"
    if parameter.choices and given[0] not in parameter.choices:
        allowed = ", ".join(parameter.choices)
        raise _wrong(parameter.name, f"phải là một trong: {allowed}", f"is one of: {allowed}")
    return given[0]


def _number(parameter: Parameter, text: str) -> int:
    most = parameter.most
    if text.isascii() and text.isdigit() and len(text) < 19:
        number = int(text)
        if number >= parameter.least and (most is None or number <= most):
            return number
    if most is None:
        raise _wrong(parameter.name, f"phải là số nguyên từ {parameter.least}", f"is a number from {parameter.least}")
    span, span_en = f"{parameter.least} đến {most}", f"{parameter.least} to {most}"
    raise _wrong(parameter.name, f"phải là số nguyên từ {span}", f"is a number from {span_en}")


def _wrong(name: str, what: str, what_en: str) -> InvalidQuery:
    shown = name[:100]
    return InvalidQuery(f"Tham số “{shown}” {what}.", f"Parameter “{shown}” {what_en}.", parameter=shown)
