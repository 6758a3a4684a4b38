"""Judges the text of a query: one SELECT, or nothing.

The read-only snapshot is what protects a department's database; this judgement makes a mistake in a source's
description fail early, with a sentence that says why.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    r"""
      '(?:[^']|'')*'            # text
    | "(?:[^"]|"")*"            # quoted names
    | `[^`]*`
    | \[[^\]]*\]
    | \$(\w*)\$.*?\$\1\$        # PostgreSQL's dollar quotes
    | --[^\n]*                  # comments, but not MySQL's /*! which are run
    | /\*(?!!).*?\*/
    """,
    re.VERBOSE | re.DOTALL,
)
_WRITING = re.compile(
    r"\b(?:insert|update|delete|merge|replace\s+into|into|drop|alter|create|truncate|grant|revoke|call|exec|execute|attach"
    r"|copy|pragma|vacuum|lock|set)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"\s*\(*\s*(?:select|with)\b", re.IGNORECASE)
_ANY_STATEMENT = re.compile(
    r"(?:insert|update|delete|merge|replace|drop|alter|create|truncate|grant|revoke|call|exec|execute|attach|copy|pragma"
    r"|vacuum|set|begin|values|show|explain)\s",
    re.IGNORECASE,
)


def looks_like_statement(locator: str) -> bool:
    """Whether a locator is SQL rather than the name of a table."""
    text = _HIDDEN.sub(" ", locator).strip() if locator.lstrip().startswith(("--", "/*")) else locator.strip()
    return bool(_STATEMENT.match(text) or _ANY_STATEMENT.match(text) or ";" in text)


def single_select(sql: str) -> str | None:
    """``sql`` without a final semicolon if it is one statement that only reads (SELECT, WITH … SELECT), else ``None``.

    Names of columns that are also words of writing SQL must be quoted to pass.
    """
    statement = sql.strip().rstrip(";").rstrip()
    bare = _HIDDEN.sub(" '' ", statement)
    if not _STATEMENT.match(bare) or ";" in bare or "/*!" in bare or _WRITING.search(bare):
        return None
    return statement
