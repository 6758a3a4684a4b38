"""What changed between two versions of a table schema or of a code list, and which version number that asks for.

Numbers are semantic (https://semver.org): *major* when a table that was right before may be wrong now, or a program
that reads the table may be wrong about it (a column gone, another type, unit, key or code list, a tighter limit, a code
that ended); *minor* when more is allowed than before (a column or a code added, a limit loosened, a rule changed);
*patch* when only words changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from catalog.dictionary import Code, CodeList, TableSchema

_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", re.ASCII)


class Weight(IntEnum):
    """How much a change weighs, by the part of the version number it raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        return ("không đổi", "chỉ đổi lời", "mở rộng", "phá vỡ")[self]

    @property
    def label_en(self) -> str:
        return ("no change", "words only", "extension", "breaking")[self]


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One difference. ``place`` is a field name or code (empty: the whole), ``what`` the property that changed."""

    weight: Weight
    place: str
    what: str
    before: Any = None
    after: Any = None

    @property
    def message(self) -> str:
        """The change in Vietnamese words."""
        where = f"{self.place}: " if self.place else ""
        if self.before is None:
            return f"{where}thêm {_WORDS.get(self.what, (self.what, ''))[0]} {_shown(self.after)}".rstrip()
        if self.after is None:
            return f"{where}bỏ {_WORDS.get(self.what, (self.what, ''))[0]} {_shown(self.before)}".rstrip()
        return f"{where}{_WORDS.get(self.what, (self.what, ''))[0]}: {_shown(self.before)} → {_shown(self.after)}"

    @property
    def message_en(self) -> str:
        where = f"{self.place}: " if self.place else ""
        what = _WORDS.get(self.what, ("", self.what))[1]
        if self.before is None:
            return f"{where}{what} added {_shown(self.after)}".rstrip()
        if self.after is None:
            return f"{where}{what} removed {_shown(self.before)}".rstrip()
        return f"{where}{what}: {_shown(self.before)} → {_shown(self.after)}"


_WORDS: Mapping[str, tuple[str, str]] = {
    "field": ("cột", "column"),
    "code": ("mã", "code"),
    "type": ("kiểu", "type"),
    "format": ("cách ghi", "format"),
    "unit": ("đơn vị", "unit"),
    "multiplier": ("bội số", "multiplier"),
    "codeList": ("danh mục mã", "code list"),
    "sensitivity": ("mức nhạy cảm", "sensitivity"),
    "primaryKey": ("khóa chính", "primary key"),
    "foreignKeys": ("khóa ngoại", "foreign keys"),
    "missingValues": ("dấu hiệu thiếu", "missing values"),
    "rules": ("quy tắc", "rules"),
    "reading": ("cách đọc", "way of reading"),
    "title": ("tên gọi", "title"),
    "titleEn": ("tên tiếng Anh", "English title"),
    "description": ("định nghĩa", "definition"),
    "sourceDecision": ("căn cứ", "decision"),
    "status": ("trạng thái", "status"),
    "owner": ("cơ quan chịu trách nhiệm", "owner"),
    "parent": ("mã cha", "parent"),
    "validity": ("hiệu lực", "validity"),
    "replacedBy": ("mã thay thế", "successor"),
    "aliases": ("tên khác", "other names"),
}


def _shown(value: object) -> str:
    if value is None or value == "":
        return "(trống)" if value == "" else ""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 120 else text[:119] + "…"


@dataclass(frozen=True, slots=True)
class DefinitionDiff:
    """All differences from ``before`` to ``after`` (version numbers), and the least number that ``after`` may bear."""

    before: str
    after: str
    changes: tuple[DefinitionChange, ...]

    @property
    def weight(self) -> Weight:
        return max((change.weight for change in self.changes), default=Weight.NONE)

    @property
    def is_breaking(self) -> bool:
        return self.weight is Weight.MAJOR

    @property
    def least_version(self) -> str:
        """What ``before`` must be raised to for these changes."""
        numbers = _three_numbers(self.before)
        if self.weight is Weight.NONE:
            return self.before
        place = {Weight.MAJOR: 0, Weight.MINOR: 1, Weight.PATCH: 2}[self.weight]
        numbers[place] += 1
        numbers[place + 1 :] = [0] * (2 - place)
        return ".".join(map(str, numbers))

    @property
    def is_numbered_rightly(self) -> bool:
        """Whether ``after`` is at least :attr:`least_version`."""
        return version_order(self.after) >= version_order(self.least_version)


def version_order(version: str) -> tuple[Any, ...]:
    """Sorts versions as https://semver.org/#spec-item-11 says: 1.10.0 after 1.9.0, 2.0.0-rc.1 before 2.0.0. What is
    no such version comes before all that are, in the order of its characters."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", version, re.ASCII)
    if match is None:
        return (0, version)
    major, minor, patch, early = match.groups()
    parts = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in (early or "").split("."))
    return (1, int(major), int(minor), int(patch), early is None, parts)


def _three_numbers(version: str) -> list[int]:
    match = _NUMBER.match(version)
    return [int(part or 0) for part in match.groups()] if match else [0, 0, 0]


def schema_diff(before: TableSchema, after: TableSchema) -> DefinitionDiff:
    """Every difference between two versions of a schema, the heaviest first."""
    changes = [*_field_changes(before, after), *_whole_changes(before.descriptor, after.descriptor)]
    changes.sort(key=lambda change: -change.weight)
    return DefinitionDiff(before.version, after.version, tuple(changes))


def _field_changes(before: TableSchema, after: TableSchema) -> Iterator[DefinitionChange]:
    old = {item["name"]: item for item in before.descriptor["fields"]}
    new = {item["name"]: item for item in after.descriptor["fields"]}
    for name in old.keys() - new.keys():
        yield DefinitionChange(Weight.MAJOR, "", "field", name)
    for name in new.keys() - old.keys():
        required = new[name].get("constraints", {}).get("required")
        yield DefinitionChange(Weight.MAJOR if required else Weight.MINOR, "", "field", None, name)
    for name, item in old.items():
        if name in new:
            yield from _changes_of_field(name, item, new[name])


_FIELD_WEIGHTS: Mapping[str, tuple[Weight, Any]] = {
    "type": (Weight.MAJOR, "string"),
    "unit": (Weight.MAJOR, ""),
    "multiplier": (Weight.MAJOR, ""),
    "codeList": (Weight.MAJOR, ""),
    "sensitivity": (Weight.MINOR, "normal"),
    "title": (Weight.PATCH, ""),
    "titleEn": (Weight.PATCH, ""),
    "description": (Weight.PATCH, ""),
    "sourceDecision": (Weight.PATCH, ""),
    "owner": (Weight.PATCH, ""),
}
_READING = (
    "format", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "accepts", "missingValues",
    "percent", "footnotes", "acceptsUnits", "canonicalTones",
)  # fmt: skip


def _changes_of_field(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[DefinitionChange]:
    for what, (weight, default) in _FIELD_WEIGHTS.items():
        if old.get(what, default) != new.get(what, default):
            yield DefinitionChange(weight, name, what, old.get(what, default), new.get(what, default))
    for what in _READING:
        if old.get(what) != new.get(what):
            other_values = what == "percent" and old.get(what) and new.get(what)
            weight = Weight.MAJOR if other_values else Weight.MINOR
            yield DefinitionChange(weight, name, what, old.get(what, ""), new.get(what, ""))
    yield from _constraint_changes(name, old.get("constraints", {}), new.get("constraints", {}))


def _constraint_changes(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[DefinitionChange]:
    for what in sorted(old.keys() | new.keys()):
        before, after = old.get(what), new.get(what)
        if before == after or (what in ("required", "unique") and bool(before) == bool(after)):
            continue
        weight = Weight.MINOR if _is_looser(what, before, after) else Weight.MAJOR
        yield DefinitionChange(weight, name, what, before, after)


def _is_looser(what: str, before: Any, after: Any) -> bool:
    """Whether every value that was right stays right. What cannot be compared counts as tighter."""
    if after is None or after is False:
        return True
    if before is None or before is False:
        return False
    try:
        if what == "enum":
            return set(map(str, before)) <= set(map(str, after))
        if what in ("minimum", "exclusiveMinimum", "minLength"):
            return bool(after <= before)
        if what in ("maximum", "exclusiveMaximum", "maxLength"):
            return bool(after >= before)
    except TypeError:
        return False
    return False


_WHOLE_WEIGHTS: Mapping[str, tuple[Weight, Any]] = {
    "primaryKey": (Weight.MAJOR, []),
    "foreignKeys": (Weight.MAJOR, []),
    "missingValues": (Weight.MINOR, [""]),
    "footnotes": (Weight.MINOR, False),
    "canonicalTones": (Weight.MINOR, False),
    "rules": (Weight.MINOR, []),
    "title": (Weight.PATCH, ""),
    "titleEn": (Weight.PATCH, ""),
    "description": (Weight.PATCH, ""),
    "sourceDecision": (Weight.PATCH, ""),
    "status": (Weight.PATCH, "issued"),
    "owner": (Weight.PATCH, ""),
}


def _whole_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[DefinitionChange]:
    for what, (weight, default) in _WHOLE_WEIGHTS.items():
        before, after = _listed(old.get(what, default)), _listed(new.get(what, default))
        if what in ("foreignKeys", "rules"):
            yield from _list_changes(weight, what, before, after)
        elif before != after:
            yield DefinitionChange(weight, "", what, before, after)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value] if value and isinstance(value, Mapping) else value


def _list_changes(weight: Weight, what: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[DefinitionChange]:
    """Entries that only one side has; a key or rule dropped allows more than before."""
    for item in before:
        if item not in after:
            yield DefinitionChange(Weight.MINOR, "", what, item)
    for item in after:
        if item not in before:
            yield DefinitionChange(weight, "", what, None, item)


def code_list_diff(before: CodeList, after: CodeList) -> DefinitionDiff:
    """Every difference between two versions of a code list. A code that ends, is dropped or gets another parent breaks
    tables that use it; a new code or a new name does not."""
    old = {code.code: code for code in before.codes}
    new = {code.code: code for code in after.codes}
    changes = [DefinitionChange(Weight.MAJOR, "", "code", f"{key} {old[key].title}") for key in old.keys() - new.keys()]
    changes += [
        DefinitionChange(Weight.MINOR, "", "code", None, f"{key} {new[key].title}") for key in new.keys() - old.keys()
    ]
    for key in old.keys() & new.keys():
        changes.extend(_changes_of_code(old[key], new[key]))
    if (before.title, before.title_en) != (after.title, after.title_en):
        changes.append(DefinitionChange(Weight.PATCH, "", "title", before.title, after.title))
    if before.source_decision != after.source_decision:
        changes.append(
            DefinitionChange(Weight.PATCH, "", "sourceDecision", before.source_decision, after.source_decision)
        )
    changes.sort(key=lambda change: (-change.weight, change.place, str(change.before), str(change.after)))
    return DefinitionDiff(before.version, after.version, tuple(changes))


def _changes_of_code(old: Code, new: Code) -> Iterator[DefinitionChange]:
    if old.valid_to != new.valid_to or old.valid_from != new.valid_from:
        ended = new.valid_to is not None and (old.valid_to is None or new.valid_to < old.valid_to)
        weight = Weight.MAJOR if ended else Weight.MINOR
        yield DefinitionChange(weight, old.code, "validity", _validity(old), _validity(new))
    for what, weight, before, after in (
        ("parent", Weight.MAJOR, old.parent, new.parent),
        ("title", Weight.MINOR, old.title, new.title),
        ("titleEn", Weight.PATCH, old.title_en, new.title_en),
        ("description", Weight.PATCH, old.description, new.description),
        ("aliases", Weight.PATCH, list(old.aliases), list(new.aliases)),
        ("replacedBy", Weight.MINOR, list(old.replaced_by), list(new.replaced_by)),
    ):
        if before != after:
            yield DefinitionChange(weight, old.code, what, before, after)


def _validity(code: Code) -> str:
    return f"{code.valid_from or '…'}/{code.valid_to or '…'}"
