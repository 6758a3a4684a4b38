"""CKAN's ``q`` and ``fq`` (Solr syntax) as a :class:`catalog.questions.Condition`, by a parser of our own.

Understood: ``field:value``, ``field:"a phrase"``, ``field:(a OR b)``, ``field:[a TO b]``, ``f?o*``, ``+ - ! NOT``,
``AND OR && ||``, brackets, ``*:*``, date math, backslash escapes. A blank means AND, and binds weaker than OR: the
``organization:a OR organization:b metadata_modified:[…]`` that harvesters send means (a or b) and the time, although
Solr as CKAN sets it up would find everything. In ``res_format:(CSV XLSX)`` it means OR, as there. What only leaves out
leaves out, in brackets too. ``"a b"~3`` asks for both words, wherever they stand, and ``word~`` also for words that are
one letter off, however many it allows. Local parameters and regular expressions are refused, boosts are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from catalog.errors import InvalidQuery
from catalog.questions import AllOf, AnyOf, Condition, Not
from search.datasets.ckan_fields import Value, between_condition, holds_whole_values, value_condition

MAX_CHARACTERS = 100_000
MAX_CLAUSES = 2_000
MAX_DEPTH = 30

_SPACE = re.compile(r"(?:\s|[-+!](?=\s|$))*")  # a sign that stands alone is a dash between words
_FIELD = re.compile(r"([A-Za-z_][\w.\-]*|\*)\s*:\s*")
_BARE = re.compile(r'(?:\\.|[^\s()\[\]{}"\\:])(?:\\.|[^\s()\[\]{}"\\])*', re.DOTALL)
_WORD_OF_FREE_TEXT = re.compile(r'(?:\\.|[^\s()\[\]{}"\\])+', re.DOTALL)
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_RANGE = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|\'\'|(?:\\.|[^\s\]}"\\])+)\s+TO\s+("(?:\\.|[^"\\])*"|\'\'|(?:\\.|[^\s\]}"\\])+)\s*([\]}])',
    re.DOTALL,
)
_PROXIMITY = re.compile(r"~(\d*)(\.\d+)?")
_NEARLY = re.compile(r"(?<!\\)~(\d*(?:\.\d+)?)$")
_BOOST = re.compile(r"\^\d+(\.\d+)?")
_AND = re.compile(r"&&|AND(?![^\s()+\-!\"\[{])")
_OR = re.compile(r"\|\||OR(?![^\s()+\-!\"\[{])")
_NOT = re.compile(r"!|-|NOT(?![^\s()+\-!\"\[{])")
_PLAIN_VALUE = re.compile(
    r'(?!(?:AND|OR|NOT|TO)(?![^\s()]))(?![-+!/])((?:\\.|[^\s()\[\]{}"\\*?~^&|])+)(?=[\s)])\s*', re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_REFUSED_FIELDS = frozenset({"_query_", "_val_"})


def parse_condition(text: str, now: datetime) -> Condition:
    """What ``text`` asks for; ``now`` is what ``NOW`` stands for. Empty text asks for everything.

    Raises ``InvalidQuery``, with the position, for what is not in the grammar.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidQuery("Câu hỏi quá dài; hãy tách thành nhiều câu.", "The query is too long; ask several.")
    return _Parser(text, now).parse()


@dataclass
class _Parser:
    """Recursive descent; ``at`` is the position in ``text``."""

    text: str
    now: datetime
    at: int = 0
    depth: int = 0
    clauses: int = 0

    def parse(self) -> Condition:
        self._skip_space()
        if self._ended():
            return AllOf(())
        condition = self._expression(field=None)
        if not self._ended():
            raise self._wrong("thừa dấu đóng ngoặc", "a closing bracket too many")
        return condition

    # expression := either (blank either)*       either := both (OR both)*       both := clause (AND clause)*

    def _expression(self, field: str | None) -> Condition:
        parts = [self._either(field)]
        while not self._ended() and not self._sees(")"):
            parts.append(self._either(field))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _either(self, field: str | None) -> Condition:
        return self._joined(_OR, lambda: self._joined(_AND, lambda: self._clause(field), AllOf), AnyOf)

    def _joined(
        self,
        operator: re.Pattern[str],
        part: Callable[[], Condition],
        join: Callable[[tuple[Condition, ...]], Condition],
    ) -> Condition:
        parts = [part()]
        while self._takes(operator):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _clause(self, field: str | None) -> Condition:
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            raise self._wrong(f"quá {MAX_CLAUSES} điều kiện", f"more than {MAX_CLAUSES} clauses")
        listed = self._listed_values(field) if field and holds_whole_values(field) else ()
        if listed:
            return AnyOf(listed)
        with_sign = self._nested(lambda: self._signed(field))
        self._takes(_BOOST)
        return with_sign

    def _nested(self, part: Callable[[], Condition]) -> Condition:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._wrong(f"lồng nhau quá {MAX_DEPTH} tầng", f"nested more than {MAX_DEPTH} deep")
        condition = part()
        self.depth -= 1
        return condition

    def _signed(self, field: str | None) -> Condition:
        self._skip_space()
        if self._ended() or self._sees(")"):
            raise self._wrong("thiếu điều kiện", "a clause is missing")
        if self._takes(_NOT):
            return Not(self._nested(lambda: self._signed(field)))
        if self._sees("+"):
            self.at += 1
            return self._nested(lambda: self._signed(field))
        if self._sees("("):
            return self._bracketed(field)
        if field is None:
            named = _FIELD.match(self.text, self.at)
            if named:
                return self._fielded(named)
        return self._value(field)

    def _fielded(self, named: re.Match[str]) -> Condition:
        if named[1] in _REFUSED_FIELDS:
            raise self._wrong(f"không dùng được {named[1]}", f"{named[1]} is not allowed")
        self.at = named.end()
        if self._sees("("):
            return self._bracketed(named[1])
        return self._value(named[1])

    def _bracketed(self, field: str | None) -> Condition:
        self.at += 1
        self._skip_space()
        if self._sees(")"):
            raise self._wrong("ngoặc rỗng", "empty brackets")
        condition = self._nested(lambda: self._expression(field))
        if not self._sees(")"):
            raise self._wrong("thiếu dấu đóng ngoặc “)”", "“)” is missing")
        self.at += 1
        self._skip_space()
        return condition

    def _listed_values(self, field: str) -> tuple[Condition, ...]:
        """Two or more plain values with blanks between, in the brackets of a field: any of them, as Solr reads them."""
        self._skip_space()
        found, at = [], self.at
        while plain := _PLAIN_VALUE.match(self.text, at):
            found.append(value_condition(field, Value(_unescaped(plain[1])), self.now))
            at = plain.end()
        if len(found) < 2:
            return ()
        self.at, self.clauses = at, self.clauses + len(found)
        return tuple(found)

    def _value(self, field: str | None) -> Condition:
        if self.text[self.at : self.at + 1] in ("[", "{"):
            return self._range(field)
        if self._sees('"'):
            quoted = _QUOTED.match(self.text, self.at)
            if quoted is None:
                raise self._wrong("thiếu dấu ngoặc kép đóng", "a closing quote is missing")
            self.at = quoted.end()
            near = _PROXIMITY.match(self.text, self.at)
            self.at = near.end() if near else self.at
            self._takes(_BOOST)
            self._skip_space()
            is_row = near is None or near[1] == "0"
            return value_condition(field, Value(_unescaped(quoted[1]), phrase=is_row), self.now)
        bare = (_BARE if field is None else _WORD_OF_FREE_TEXT).match(self.text, self.at)
        if bare is None:
            raise self._wrong("ký tự không hiểu", "an unexpected character")
        written = bare.group()
        if len(written) > 1 and written.startswith("/") and written.endswith("/"):
            raise self._wrong("không hỗ trợ biểu thức chính quy", "regular expressions are not supported")
        self.at = bare.end()
        self._skip_space()
        return value_condition(field, _bare_value(_without_boost(written)), self.now)

    def _range(self, field: str | None) -> Condition:
        if field is None:
            raise self._wrong("khoảng giá trị cần tên trường phía trước", "a range needs a field before it")
        found = _RANGE.match(self.text, self.at + 1)
        if found is None:
            raise self._wrong("khoảng giá trị phải viết [a TO b]", "a range is written [a TO b]")
        opening = self.text[self.at]
        self.at = found.end()
        self._skip_space()
        low, high = _range_end(found[1]), _range_end(found[2])
        return between_condition(field, low, high, opening == "[", found[3] == "]", self.now)

    def _takes(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        self._skip_space()
        return True

    def _sees(self, character: str) -> bool:
        return self.text.startswith(character, self.at)

    def _ended(self) -> bool:
        return self.at >= len(self.text)

    def _skip_space(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at

    def _wrong(self, what: str, what_en: str) -> InvalidQuery:
        place = self.text[self.at : self.at + 30]
        return InvalidQuery(
            f"Câu hỏi sai ở vị trí {self.at + 1} (“{place}”): {what}.",
            f"The query is wrong at position {self.at + 1} (“{place}”): {what_en}.",
            position=self.at + 1,
        )


def _bare_value(written: str) -> Value:
    """A value outside quotes, where ``*`` and ``?`` stand for other characters unless escaped; a ``~`` at its end says
    that a letter may be wrong."""
    nearly = _NEARLY.search(written, 1)
    if nearly:
        written = written[: nearly.start()]
    plain = re.sub(r"\\.", "__", written, flags=re.DOTALL)
    if not plain.strip("*"):
        return Value("*", anything=True)
    if "*" not in plain[:-1] and "?" not in plain:
        begins = plain.endswith("*")
        is_near = nearly is not None and nearly[1] != "0" and not begins
        return Value(_unescaped(written[:-1] if begins else written), begins=begins, nearly=is_near)
    # An escaped sign in a pattern can only be asked for as any one character.
    return Value(_unescaped(re.sub(r"\\[*?]", "?", written)), pattern=True)


def _without_boost(written: str) -> str:
    return re.sub(r"(?<!\\)\^\d+(\.\d+)?$", "", written) or written


def _range_end(written: str) -> str | None:
    if written in ("*", "''", '""'):
        return None
    return _unescaped(written[1:-1] if written.startswith('"') else written)


def _unescaped(written: str) -> str:
    return _ESCAPE.sub(r"\1", written)
