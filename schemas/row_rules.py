"""Rules about what may stand together: required cells, combinations, names of codes, keys of several columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from catalog.dictionary import CodeList
from catalog.issues import Dimension, Severity
from catalog.vietnamese import canonical_tone
from schemas.rule_context import Finding, RuleContext, Verdict, condition, texts_in

_KIND_OF_PLACE = re.compile(r"(?:xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tỉnh|đặc khu)\s+")


def required_when(context: RuleContext) -> Iterator[Finding]:
    """A cell that must be filled (or, with ``then``: empty, must not be) wherever the condition holds."""
    name, wanted = context.field, context.options["if"]
    must_be_empty = context.options.get("then", "required") == "empty"
    filled = context.rows[name].filled()
    wrong = condition(context.rows, wanted) & (filled if must_be_empty else ~filled)
    other = context.rows[str(wanted["field"])]
    seen = context.seen(wrong, lambda row: context.rows[name].text(row) or f"{wanted['field']} = {other.text(row)}")
    if not seen:
        return
    state, state_en = ("phải để trống", "must be empty") if must_be_empty else ("phải có giá trị", "must be filled")
    when, when_en = _condition_words(wanted)
    texts = (
        f"Cột {context.title(name)} {state} khi {when}: {seen.count} dòng chưa đúng{seen.where}.",
        f"Column {name} {state_en} where {when_en}: {seen.places.count} rows are not{seen.where_en}.",
        "Xóa giá trị thừa ở nguồn, hoặc sửa cột điều kiện." if must_be_empty else "Điền đủ các ô này ở nguồn.",
        "Clear these cells at the source, or correct the other column."
        if must_be_empty
        else "Fill in these cells at the source.",
    )
    verdict = Verdict("required-when", Severity.ERROR, Dimension.COMPLETE, f"the cell {state_en} where {when_en}")
    yield context.finding(verdict, seen, texts, (name, str(wanted["field"])))


def _condition_words(wanted: Mapping[str, object]) -> tuple[str, str]:
    field = wanted["field"]
    if "equals" in wanted:
        values = ", ".join(texts_in(wanted["equals"]))
        return f"{field} = {values}", f"{field} = {values}"
    return (
        (f"{field} có giá trị", f"{field} is filled")
        if wanted.get("filled", True)
        else (
            f"{field} để trống",
            f"{field} is empty",
        )
    )


def combinations(context: RuleContext) -> Iterator[Finding]:
    """Values that the dictionary does not allow side by side. Rows in which one of them is empty are passed over."""
    names = context.names("fields")
    allowed = {tuple(texts_in(row)) for row in context.options["allowed"]}
    columns = [context.rows[name] for name in names]
    groups, count = context.rows.groups(names)
    first = np.zeros(count, dtype=np.int64)
    first[groups[::-1]] = np.arange(context.rows.count)[::-1]
    forbidden = np.array(
        [
            all(cells) and cells not in allowed
            for cells in (tuple(column.text(row) for column in columns) for row in first.tolist())
        ],
        dtype=np.bool_,
    )
    wrong = forbidden[groups] & context.concerned()
    seen = context.seen(wrong, lambda row: ", ".join(column.text(row) for column in columns))
    if not seen:
        return
    shown = "; ".join(" + ".join(row) for row in sorted(allowed)[:10]) + ("; …" if len(allowed) > 10 else "")
    texts = (
        f"Các cột {', '.join(names)}: {seen.count} dòng có giá trị không được đi cùng nhau{seen.where}.",
        f"Columns {', '.join(names)}: {seen.places.count} rows hold values that do not go together{seen.where_en}.",
        f"Chỉ dùng các cặp: {shown}.",
        f"Use only: {shown}.",
    )
    verdict = Verdict("combinations", Severity.ERROR, Dimension.CONSISTENT, "the values do not go together")
    yield context.finding(verdict, seen, texts, tuple(names))


def unique_together(context: RuleContext) -> Iterator[Finding]:
    """Rows that repeat an earlier row in all these columns. Rows in which all of them are empty are passed over."""
    names = context.names("fields")
    groups, count = context.rows.groups(names)
    filled = np.any([context.rows[name].filled() for name in names], axis=0) & context.concerned()
    first = np.full(count, -1, dtype=np.int64)
    rows = filled.nonzero()[0]
    first[groups[rows[::-1]]] = rows[::-1]
    repeated = rows[first[groups[rows]] != rows]

    def show(row: int) -> str:
        cells = ", ".join(context.rows[name].text(row) for name in names)
        return f"{cells} (trùng dòng {context.rows.source_row(int(first[groups[row]]))})"

    seen = context.seen(repeated, show)
    if not seen:
        return
    texts = (
        f"Các cột {', '.join(names)}: {seen.count} dòng trùng với dòng trước{seen.where}.",
        f"Columns {', '.join(names)}: {seen.places.count} rows repeat an earlier row{seen.where_en}.",
        "Xóa dòng trùng ở nguồn, hoặc sửa giá trị để mỗi dòng một khác.",
        "Remove the repeated rows at the source, or make each of them different.",
    )
    verdict = Verdict("unique-together", Severity.ERROR, Dimension.CLEAN, "the row repeats an earlier row")
    yield context.finding(verdict, seen, texts, tuple(names))


def name_of_code(context: RuleContext) -> Iterator[Finding]:
    """A name that is not the one the code list gives for the code beside it. Where the tone stands (hoá, hóa), capitals
    and a left-out "Xã" or "Phường" make no difference; a tone mark does: Đồng Tiến is not Đông Tiến."""
    name, coded = context.field, str(context.options["codeField"])
    code_list = context.gate.code_lists.get(str(context.options.get("codeList") or _list_of(context, coded)))
    if code_list is None:
        return  # the foreign key of the code says so
    right = _names(code_list)
    names, codes = context.rows[name], context.rows[coded]
    pairs, back = np.unique(codes.codes.astype(np.int64) * len(names.values) + names.codes, return_inverse=True)
    split = (divmod(pair, len(names.values)) for pair in pairs.tolist())
    wrong = np.array([_contradicts(right, codes.values[code], names.values[text]) for code, text in split])
    titles = code_list.titles()
    seen = context.seen(
        wrong[back] & context.concerned(),
        lambda row: f"{names.text(row)} ({codes.text(row)} là {titles[codes.text(row)]})",
    )
    if not seen:
        return
    texts = (
        f"Cột {context.title(name)}: {seen.count} dòng ghi tên không khớp với mã ở cột {coded}{seen.where}.",
        f"Column {name}: {seen.places.count} rows bear a name that is not that of the code in {coded}{seen.where_en}.",
        "Kiểm tra mã và tên ở nguồn: mã sai thì sửa mã, mã đúng thì ghi tên theo danh mục.",
        "Check both at the source: correct the code, or take the name from the code list.",
    )
    verdict = Verdict("name-of-code", Severity.HOLD, Dimension.CONSISTENT, f'the name is not that of "{coded}"')
    yield context.finding(verdict, seen, texts, (name, coded))


def _list_of(context: RuleContext, name: str) -> str:
    field = context.schema.field(name)
    if field is not None and field.code_list:
        return field.code_list
    keys = [key.reference for key in context.schema.foreign_keys if key.fields == (name,)]
    return keys[0] if keys else ""


def _names(code_list: CodeList) -> dict[str, frozenset[str]]:
    """The names each code goes by, folded, with and without the kind of place."""
    found = {}
    for code in code_list.codes:
        folded = {_folded(name) for name in (code.title, *code.aliases)}
        found[code.code] = frozenset(folded | {_KIND_OF_PLACE.sub("", name, count=1) for name in folded})
    return found


def _contradicts(right: dict[str, frozenset[str]], code: str, name: str) -> bool:
    return bool(name) and code in right and _folded(name) not in right[code]


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return " ".join(canonical_tone(name).casefold().split())
