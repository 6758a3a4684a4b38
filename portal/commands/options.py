"""What the commands share: the opened parts, the option ``--json``, and how JSON is printed."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def as_json(command: Callable[..., None]) -> Callable[..., None]:
    """The option ``--json``, for programs."""
    return click.option("--json", "json_output", is_flag=True, help="Kết quả dạng JSON, cho chương trình đọc.")(command)


def with_parts(command: Callable[..., None]) -> Callable[..., None]:
    """Opens the parts that the settings name and closes them afterwards."""

    @wraps(command)
    def opened(*args: Any, **kwargs: Any) -> None:
        from portal.settings import Settings
        from portal.wiring import open_parts

        parts = open_parts(Settings())
        try:
            command(parts, *args, **kwargs)
        finally:
            parts.store.close()

    return opened


def machine_account() -> str:
    """The actor of what is done on the command line, as the audit trail names it."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
