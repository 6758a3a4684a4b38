"""What the properties of a node say, however they are written: a value is a text, ``{"@value", "@language"}``, texts by
language, ``{"@id"}``, or a node of its own. Vietnamese is preferred, then text without a language, then English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

Node = Mapping[str, Any]

_LABELS = ("prefLabel", "fn", "name", "organization-name", "label", "title", "legalName", "notation")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_AUTHORITIES = ("publications.europa.eu/resource/authority/", "iana.org/assignments/media-types/")
_MOST_VALUES = 500


def plain(node: Node) -> Node:
    """The node with its properties by their local names; of two that share one the first is taken."""
    if not any(":" in name or "/" in name for name in node):
        return node
    found: dict[str, Any] = {}
    for name, value in node.items():
        found.setdefault(_local(name), value)
    return found


@lru_cache(4096)
def _local(name: str) -> str:
    return name if name.startswith("@") else re.split(r"[/#:]", name)[-1]


def values(node: Node, *names: str) -> list[Any]:
    """The values of the first of these properties that has any."""
    for name in names:
        found = node.get(name)
        if isinstance(found, dict) and "@list" in found:
            found = found["@list"]
        listed = found if isinstance(found, list) else [found]
        if kept := [value for value in listed[:_MOST_VALUES] if value not in (None, "", [], {})]:
            return kept
    return []


def text(node: Node, *names: str, language: str = "vi") -> str:
    """The text of a property, in ``language`` if there is one."""
    return in_language([said for value in values(node, *names) for said in texts(value)], language)


def in_language(said: list[tuple[str, str]], language: str) -> str:
    """The best of several texts."""
    order = ("vi", "", "en") if language == "vi" else (language,)
    for wanted in order:
        for tag, words in said:
            if tag.partition("-")[0].lower() == wanted and words.strip():
                return words.strip()
    return said[0][1].strip() if said and language == "vi" else ""


def texts(value: Any) -> list[tuple[str, str]]:
    """The texts of a value, each with its language; of a node its label, else its address."""
    if isinstance(value, str):
        return [("", value)]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [("", str(value))]
    if isinstance(value, list):
        return [said for item in value[:_MOST_VALUES] for said in texts(item)]
    if not isinstance(value, dict):
        return []
    if "@value" in value:
        return [(str(value.get("@language") or ""), str(value["@value"]))]
    if all(_LANGUAGE.fullmatch(name) and isinstance(words, str | list) for name, words in value.items()):
        return [(name, words) for name, item in value.items() for _, words in texts(item)]
    node = plain(value)
    for name in _LABELS:
        if name in node and (said := texts(node[name])):
            return said
    return [("", str(node["@id"]))] if isinstance(node.get("@id"), str) else []


def address(node: Node, *names: str) -> str:
    """The first http(s) or ftp address among the values of these properties, whatever form they have."""
    for name in names:
        for value in values(node, name):
            if found := address_of(value):
                return found
    return ""


def address_of(value: Any) -> str:
    """The address that a value is or leads to; empty without one."""
    if isinstance(value, dict):
        inner = plain(value)
        value = inner.get("@id") or inner.get("@value") or inner.get("url") or inner.get("page") or ""
    if isinstance(value, list):
        return next(filter(None, map(address_of, value[:_MOST_VALUES])), "")
    found = value.strip() if isinstance(value, str) else ""
    return found if found.lower().startswith(("http://", "https://", "ftp://")) else ""


def word(node: Node, *names: str) -> str:
    """The first value as a word: a text, a label, or what an address of a known list of words ends in."""
    return next(iter(words(node, *names)), "")


def words(node: Node, *names: str) -> Iterator[str]:
    """All values as words; a node with a label and an address gives both."""
    for value in values(node, *names):
        inner = plain(value) if isinstance(value, dict) else {}
        if said := in_language(texts(value), "vi"):
            yield last_part(said)
        where = inner.get("@id")
        if isinstance(where, str) and where != said and _parts_of(where).scheme.startswith("http"):
            yield last_part(where)


def last_part(said: str) -> str:
    """The word itself, of an address in a known list of words."""
    if any(place in said for place in _AUTHORITIES):
        return said.partition("media-types/")[2] or re.split(r"[/#]", said.rstrip("/"))[-1]
    return said


def _parts_of(said: str) -> Any:
    try:
        return urlsplit(said)
    except ValueError:
        return urlsplit("")


def moment(said: str) -> datetime | None:
    """A date or time of ISO 8601 in UTC: also a year or a month alone; without a zone it is taken as UTC, as it was
    written. What is written otherwise is not guessed."""
    said = said.strip()
    if re.fullmatch(r"\d{4}", said, re.ASCII):
        said += "-01-01"
    elif re.fullmatch(r"\d{4}-\d\d", said, re.ASCII):
        said += "-01"
    elif re.fullmatch(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)", said, re.ASCII):
        said = said[:10]
    if not re.match(r"[12]\d{3}-?\d\d", said, re.ASCII) or len(said) > 40:
        return None
    try:
        found = datetime.fromisoformat(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
