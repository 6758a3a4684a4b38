"""Values that look personal and are public: hotlines of agencies, codes of enterprises and procedures.

A field of the dictionary names them in ``publicValues``: texts, matched as they stand or by their letters and digits
alone, and ``{"pattern": …}``, an RE2 pattern that must match the value found or the whole cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.dictionary import TableSchema
from catalog.errors import InvalidInput
from schemas.personal_forms import Span, canonical
from schemas.staged_rows import declared

PROPERTY = "publicValues"


@dataclass(frozen=True, slots=True)
class PublicValues:
    """What a field declares to be public."""

    texts: frozenset[str] = frozenset()
    patterns: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.patterns)

    @classmethod
    def of(cls, field: str, raw: Mapping[str, Any]) -> PublicValues:
        """Read the JSON of a field. Raises ``InvalidInput`` for what is no list of texts and RE2 patterns."""
        items = raw.get(PROPERTY, ())
        if isinstance(items, str) or not isinstance(items, Sequence):
            raise _malformed(field, f"{items!r}")
        texts: set[str] = set()
        patterns = []
        for item in items:
            if isinstance(item, str) and item.strip():
                texts |= _ways_of_writing(canonical(item))
            elif isinstance(item, Mapping) and set(item) == {"pattern"} and isinstance(item["pattern"], str):
                patterns.append(_compiled(field, item["pattern"]))
            else:
                raise _malformed(field, f"{item!r}")
        return cls(frozenset(texts), tuple(patterns))

    def without(self, text: str, spans: Sequence[Span]) -> Sequence[Span]:
        """Those spans of a canonical text that are not declared public."""
        if not self:
            return spans
        if self.allows(text):
            return ()
        return [span for span in spans if not self.allows(text[span.start : span.end])]

    def allows(self, value: str) -> bool:
        ways = _ways_of_writing(value)
        return not ways.isdisjoint(self.texts) or any(
            pattern.fullmatch(way) is not None for pattern in self.patterns for way in ways
        )


NOTHING_PUBLIC = PublicValues()


def public_values(schema: TableSchema) -> Mapping[str, PublicValues]:
    """What each field declares to be public. Raises ``InvalidInput``."""
    return {name: PublicValues.of(name, raw) for name, raw in declared(schema).items() if PROPERTY in raw}


def _ways_of_writing(value: str) -> set[str]:
    return {value.strip(), re.sub(r"[\W_]", "", value)} - {""}


def _compiled(field: str, pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise _malformed(field, f"{pattern!r} ({error})") from error


def _malformed(field: str, shown: str) -> InvalidInput:
    return InvalidInput(
        f'Trường {field}: {PROPERTY} phải là danh sách giá trị hoặc {{"pattern": biểu thức RE2}}, không phải {shown}.',
        f'Field {field}: {PROPERTY} must list values or {{"pattern": an RE2 pattern}}, not {shown}.',
        field=field,
    )
