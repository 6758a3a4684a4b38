"""How a kind of source is declared: its names and options, from which form, validation and help are made.

A kind (``harvesters``, one module each) is a class that derives from :class:`SourceKind`. What a person fills in comes
here as text; a value may name a variable of the environment as ``${NAME}`` and is then taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

from catalog.errors import InvalidInput
from catalog.vietnamese import clean

VARIABLE = re.compile(r"\$\{(\w+)\}", re.ASCII)
YES, NO = "true", "false"


class OptionType(StrEnum):
    """What an option holds: a line of text, an http(s) address, a whole number, one of a few words, yes or no."""

    TEXT = "text"
    ADDRESS = "address"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a source. ``secret`` ones are encrypted at rest and shown to nobody again; ``minimum`` and
    ``maximum`` bound a number; an option that is not ``required`` and not given has its ``default``."""

    name: str
    title: str
    title_en: str
    help: str = ""
    help_en: str = ""
    type: OptionType = OptionType.TEXT
    required: bool = False
    secret: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 1_000_000

    def checked(self, value: str) -> str:
        """``value`` as it is kept. Raises ``InvalidInput`` that says what is wrong with it."""
        text = value.strip() if self.secret else clean(value)
        if VARIABLE.search(text) or not text:
            if self.required and not text:
                raise self._refused("còn trống", "is empty")
            return text
        match self.type:
            case OptionType.NUMBER:
                self._check_number(text)
            case OptionType.ADDRESS:
                self._check_address(text)
            case OptionType.CHOICE if text not in self.choices:
                listed = ", ".join(self.choices)
                raise self._refused(f"phải là một trong: {listed}", f"must be one of: {listed}")
            case OptionType.FLAG if text not in (YES, NO):
                raise self._refused(f"phải là {YES} hoặc {NO}", f"must be {YES} or {NO}")
        return text

    def _check_number(self, text: str) -> None:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not self.minimum <= int(text) <= self.maximum:
            raise self._refused(
                f"phải là số nguyên từ {self.minimum} đến {self.maximum}",
                f"must be a whole number from {self.minimum} to {self.maximum}",
            )

    def _check_address(self, text: str) -> None:
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self._refused("phải là địa chỉ http:// hoặc https://", "must be an http:// or https:// address")
        if parts.username or parts.password:
            raise self._refused(
                "không được chứa mật khẩu; dùng mục riêng cho tài khoản", "must not hold a password; use its own option"
            )

    def _refused(self, reason: str, reason_en: str) -> InvalidInput:
        return InvalidInput(
            f"Mục “{self.name}” ({self.title}): {reason}.",
            f"Option “{self.name}” ({self.title_en}): {reason_en}.",
            option=self.name,
        )


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of trying a source out: what was tried, whether it went well, and what it says to a person."""

    title: str
    title_en: str
    is_well: bool
    message: str = ""
    message_en: str = ""


@dataclass(frozen=True, slots=True)
class OfferedTable:
    """A table that a source could give: its ``locator``, and as far as known its columns and rows."""

    locator: str
    title: str = ""
    columns: tuple[str, ...] = ()
    row_count: int | None = None


class SourceKind:
    """The declaration of a kind. ``reads_tables`` and ``reads_catalog`` say what it can give; it may be both."""

    name: ClassVar[str]
    title: ClassVar[str]
    title_en: ClassVar[str]
    help: ClassVar[str] = ""
    help_en: ClassVar[str] = ""
    locator_help: ClassVar[str] = ""
    locator_help_en: ClassVar[str] = ""
    options: ClassVar[tuple[Option, ...]] = ()
    reads_tables: ClassVar[bool] = False
    reads_catalog: ClassVar[bool] = False

    @classmethod
    def option(cls, name: str) -> Option | None:
        return next((option for option in cls.options if option.name == name), None)

    @classmethod
    def checked_options(cls, given: Mapping[str, str]) -> dict[str, str]:
        """The options as they are kept: known ones, valid, without those left empty. Raises ``InvalidInput`` that tells
        everything that is wrong; ``details["options"]`` has the sentence for each option."""
        problems = {
            name: InvalidInput(
                f"Không có mục “{name}” cho loại nguồn “{cls.name}”; các mục: {cls._names()}.",
                f"The kind “{cls.name}” has no option “{name}”; it has: {cls._names()}.",
            )
            for name in given
            if cls.option(name) is None
        }
        kept: dict[str, str] = {}
        for option in cls.options:
            try:
                value = option.checked(given.get(option.name, ""))
            except InvalidInput as error:
                problems[option.name] = error
            else:
                if value:
                    kept[option.name] = value
        if problems:
            raise InvalidInput(
                " ".join(error.message for error in problems.values()),
                " ".join(error.message_en for error in problems.values()),
                options={name: error.message for name, error in problems.items()},
                options_en={name: error.message_en for name, error in problems.items()},
            )
        cls.check_together(kept)
        return kept

    @classmethod
    def check_together(cls, options: Mapping[str, str]) -> None:
        """A kind's own look at options that depend on each other. Raises ``InvalidInput``."""

    @classmethod
    def reads_server(cls, options: Mapping[str, str]) -> bool:
        """Whether these options make it read what lies on the harvesting server itself, or what only that server
        reaches: whoever sets them must answer for the server."""
        return False

    @classmethod
    def value(cls, options: Mapping[str, str], name: str) -> str:
        """The value of an option, or its default."""
        option = cls.option(name)
        return options.get(name) or (option.default if option else "")

    @classmethod
    def _names(cls) -> str:
        return ", ".join(option.name for option in cls.options)
