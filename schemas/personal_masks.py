"""How personal values are shown: enough for their owner to know them again, nothing for anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.issues import Fault, Issue
from schemas.personal_forms import Span, canonical, spans_in
from schemas.personal_issues import PREFIX
from schemas.personal_sieve import may_hold

_WORDLIKE = frozenset({"name", "perhaps-name", "address", "birth", "coordinates"})


def mask(value: str) -> str:
    """A number that can be recognised by its owner and by nobody else: 038•••••••34; n•••@gmail.com."""
    if "@" in value:
        account, _, domain = value.partition("@")
        return f"{account[:1]}•••@{domain}"
    if len(value) < 4:
        return "•" * len(value)
    kept_first, kept_last = (3, 2) if len(value) >= 8 else (1, 1)
    return value[:kept_first] + "•" * (len(value) - kept_first - kept_last) + value[-kept_last:]


def mask_words(value: str) -> str:
    """Words of which the first letters stay: N••• V••• A•••. Figures vanish."""
    return " ".join(f"{word[0] if word[0].isalpha() else ''}•••" for word in value.split()[:6]) or "•••"


def mask_span(text: str, span: Span) -> str:
    """The value at ``span`` as it may be shown."""
    value = text[span.start : span.end]
    return mask_words(value) if span.kind in _WORDLIKE else mask(value)


def mask_inside(text: str) -> str:
    """``text`` with every personal value in it masked that can be told without knowing its column."""
    if not may_hold(text):
        return text
    known = canonical(text)
    spans = sorted((span for span in spans_in(known) if span.sure), key=lambda span: (span.start, -span.end))
    if not spans:
        return text
    parts, end = [], 0
    for span in spans:
        if span.start >= end:
            parts += [known[end : span.start], mask_span(known, span)]
            end = span.end
    return "".join(parts) + known[end:]


_FIRST_SEEN = re.compile(r"(, ví dụ dòng [\d.]+|, e\.g\. row [\d,]+): .*", re.DOTALL)
_PARTS = re.compile(r", | → |; | = ")
HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Masker:
    """Masks what a report says of a table. ``personal``: columns of which no value is shown; ``public``: columns that
    the dictionary lets be shown; ``known``: all fields of the dictionary; ``judged``: columns that were looked at cell
    by cell; ``labels``: labels that are personal themselves, each with what is shown for it.

    A finding that speaks of a personal column, that speaks of several columns of a table that has one, or whose
    examples hold a personal value, loses its values entirely.
    """

    personal: frozenset[str]
    public: frozenset[str]
    known: frozenset[str]
    judged: frozenset[str]
    labels: tuple[tuple[str, str], ...] = ()
    quoting: frozenset[tuple[str, str | None]] = frozenset()
    """Code and field of the findings whose faults may quote a personal column."""

    def for_issues(self, issues: Iterable[Issue]) -> Masker:
        """The same, knowing all findings, so that their single faults are masked as they are."""
        quoting = frozenset((issue.code, issue.field) for issue in issues if self._concerns(issue))
        return replace(self, quoting=quoting)

    def issue(self, issue: Issue) -> Issue:
        """The finding as it may be kept and shown."""
        if self._concerns(issue):
            return replace(
                self._by_form(issue),
                message=self._without_values(issue.message, issue),
                message_en=self._without_values(issue.message_en, issue),
                examples=tuple(replace(item, value=HIDDEN if item.value else "") for item in issue.examples),
                changes=issue.changes and issue.changes.with_values(lambda value: HIDDEN if value else ""),
            )
        return issue if issue.field in self.public else self._by_form(issue)

    def fault(self, fault: Fault) -> Fault:
        """A single fault, likewise."""
        named = {fault.field, *fault.fields}
        quotes = any((fault.code, name) in self.quoting for name in (*named, None))
        if quotes or not named.isdisjoint(self.personal) or self._is_personal(fault.value, fault.field):
            note = _QUOTED_VALUES.sub(rf"\1{HIDDEN}", fault.note)
            note = note.replace(fault.value, HIDDEN) if len(fault.value) > 1 else note
            return replace(fault, value=HIDDEN if fault.value else "", note=mask_inside(note))
        if fault.field in self.public:
            return fault
        return replace(fault, value=mask_inside(fault.value), note=mask_inside(fault.note))

    def _concerns(self, issue: Issue) -> bool:
        """Whether the finding may quote a personal column: by its field, by naming it, or by naming no field."""
        if issue.code.startswith(PREFIX):
            return False
        if issue.field in self.personal or any(self._is_personal(item.value, issue.field) for item in issue.examples):
            return True
        if issue.field is None and self.personal and any(item.value for item in issue.examples):
            return True
        return any(_names(issue.message, name) or _names(issue.message_en, name) for name in self.personal)

    def _is_personal(self, value: str, field: str | None) -> bool:
        """Whether a value shows something personal by itself. A name alone is a street's where its column was judged
        to be one of streets."""
        if field in self.public:
            return False
        parts = filter(may_hold, {value, *_PARTS.split(value)})
        spans = [span for part in parts for span in spans_in(canonical(part))]
        return any(span.sure or (span.kind == "name" and field not in self.judged) for span in spans)

    def _by_form(self, issue: Issue) -> Issue:
        return replace(
            issue,
            message=self._text(issue.message),
            message_en=self._text(issue.message_en),
            remedy=self._text(issue.remedy),
            remedy_en=self._text(issue.remedy_en),
            field=issue.field if issue.field is None or issue.field in self.known else self._text(issue.field),
            examples=tuple(replace(item, value=mask_inside(item.value)) for item in issue.examples),
            changes=issue.changes and issue.changes.with_values(mask_inside),
        )

    def _text(self, text: str) -> str:
        for label, shown in self.labels:
            text = text.replace(label, shown)
        return mask_inside(text)

    def _without_values(self, message: str, issue: Issue) -> str:
        """A sentence without the values it quotes: its end after the first place, its examples, its groups."""
        message = _FIRST_SEEN.sub(r"\1.", message)
        for value in sorted({item.value for item in issue.examples if item.value}, key=len, reverse=True):
            if len(value) > 1:
                message = message.replace(value, HIDDEN)
        for name in self.personal:
            message = re.sub(rf"(?<!\w)({re.escape(name)} = )[^,;:()]*", rf"\1{HIDDEN}", message)
        return self._text(message)


_QUOTED_VALUES = re.compile(r'((?:values?|cells?) ")[^"]*(?=")')


def _names(message: str, name: str) -> bool:
    return name in message and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) is not None
