"""Rules about what a table must hold: all codes of a list, and a period that is recent enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from catalog.dictionary import Code, CodeList
from catalog.issues import EXAMPLES_KEPT, FAULTS_KEPT, Dimension, Severity
from catalog.periods import end_of_period
from schemas.messages import number_text
from schemas.places import Places
from schemas.rule_context import Finding, RuleContext, Seen, Verdict

SHOWN_CODES = 10


@dataclass(frozen=True, slots=True)
class _Gap:
    """One group of rows without some codes: its label ("nam = 2026", or nothing for the whole table)."""

    label: str
    wanted: int
    absent: tuple[Code, ...]


def coverage(context: RuleContext) -> Iterator[Finding]:
    """Codes of the list that do not occur, in the whole table or in some group of ``per``; one finding for all groups.

    Asked for are the codes valid today, or, where ``period`` names a field, at the end of each group's period. Codes
    too many (unknown or not valid at that time) are named too, unless a key to the same list names them already.
    """
    code_list = context.gate.code_lists.get(str(context.options["codeList"]))
    if code_list is None:
        return  # the foreign key to the same list says so
    gaps, surplus = _compared(context, code_list)
    if gaps:
        yield _missing(context, code_list, gaps)
    if surplus and not _has_key(context, code_list):
        yield _surplus(context, code_list, surplus)


def _compared(context: RuleContext, code_list: CodeList) -> tuple[list[_Gap], list[int]]:
    """The gaps of all groups, and the first row of each code too many in its group."""
    per = context.names("per")
    period = context.options.get("period")
    names = list(dict.fromkeys([*per, *([str(period)] if period else [])]))
    column = context.rows[context.field]
    groups, _ = context.rows.groups(names)
    pairs, first = np.unique(groups * len(column.values) + column.codes, return_index=True)
    held: dict[int, dict[str, int]] = {}
    for pair, row in zip(pairs.tolist(), first.tolist(), strict=True):
        group, code = divmod(pair, len(column.values))
        held.setdefault(group, {})[column.values[code]] = row
    gaps, surplus, valid_at = [], [], {}
    for codes in held.values():
        row = min(codes.values())
        day = (end_of_period(context.rows[str(period)].text(row)) if period else None) or context.gate.today
        if day not in valid_at:
            valid_at[day] = {code.code: code for code in code_list.codes if _is_valid(code, day)}
        wanted = valid_at[day]
        absent = tuple(wanted[code] for code in sorted(wanted.keys() - codes.keys()))
        if absent:
            gaps.append(_Gap(context.group_label(names, row), len(wanted), absent))
        surplus += [codes[code] for code in codes.keys() - wanted.keys() if code]
    return sorted(gaps, key=lambda gap: gap.label), sorted(surplus)


def _is_valid(code: Code, day: date) -> bool:
    return (not code.valid_from or code.valid_from <= day) and (not code.valid_to or code.valid_to >= day)


def _missing(context: RuleContext, code_list: CodeList, gaps: list[_Gap]) -> Finding:
    entries = (
        f"{code.code} {code.title}" + (f" ({gap.label})" if gap.label else "") for gap in gaps for code in gap.absent
    )
    seen = _seen(entries, sum(len(gap.absent) for gap in gaps))
    first, title, title_en = gaps[0], code_list.title, code_list.title_en or code_list.name
    shown = ", ".join(f"{code.code} {code.title}" for code in first.absent[:SHOWN_CODES])
    shown += ", …" if len(first.absent) > SHOWN_CODES else ""
    place, place_en = (f" ở {first.label}", f" at {first.label}") if first.label else ("", "")
    more = f" Còn {len(gaps) - 1} nhóm khác cũng thiếu." if len(gaps) > 1 else ""
    more_en = f" {len(gaps) - 1} other groups have gaps too." if len(gaps) > 1 else ""
    texts = (
        f"Thiếu {len(first.absent)}/{first.wanted} mục của danh mục “{title}”{place}: {shown}.{more}",
        f"{len(first.absent)} of {first.wanted} codes of “{title_en}” are missing{place_en}: {shown}.{more_en}",
        "Bổ sung các dòng còn thiếu, hoặc xác nhận rằng kỳ này không có số liệu.",
        "Add the missing rows, or confirm that there are none for this period.",
    )
    verdict = Verdict("coverage", Severity.HOLD, Dimension.COMPLETE, "a code of the list does not occur")
    return context.finding(verdict, seen, texts)


def _seen(entries: Iterable[str], count: int) -> Seen:
    """What is not in any row: shown without a row number."""
    kept = [text for _, text in zip(range(FAULTS_KEPT), entries, strict=False)]
    places = Places()
    for text in kept[:EXAMPLES_KEPT]:
        places.add(None, text)
    places.count = count
    return Seen(places, tuple((None, text) for text in kept))


def _has_key(context: RuleContext, code_list: CodeList) -> bool:
    field = context.schema.field(context.field)
    keys = any(
        key.fields == (context.field,) and key.reference == code_list.name for key in context.schema.foreign_keys
    )
    return keys or (field is not None and field.code_list == code_list.name)


def _surplus(context: RuleContext, code_list: CodeList, rows: list[int]) -> Finding:
    known = {code.code: code for code in code_list.codes}
    column = context.rows[context.field]

    def told(row: int) -> str:
        code = known.get(column.text(row))
        if code is None:
            return f"{column.text(row)} (không có trong danh mục)"
        ended = f", hết hiệu lực ngày {code.valid_to:%d/%m/%Y}" if code.valid_to else ""
        now = f", nay là {', '.join(code.replaced_by)}" if code.replaced_by else ""
        return f"{code.code} ({code.title}{ended}{now})"

    seen = context.seen(np.array(rows, dtype=np.int64), told)
    title, title_en = code_list.title, code_list.title_en or code_list.name
    texts = (
        f"Thừa {seen.count} mã không còn (hoặc chưa) có hiệu lực trong danh mục “{title}”{seen.where}.",
        f"{seen.places.count} codes are not valid in “{title_en}”{seen.where_en}.",
        "Thay bằng mã có hiệu lực ở thời điểm của số liệu, hoặc bỏ các dòng đó.",
        "Use the codes valid at the time of the data, or leave these rows out.",
    )
    verdict = Verdict("coverage-surplus", Severity.HOLD, Dimension.CONSISTENT, "the code is not valid at that time")
    return context.finding(verdict, seen, texts)


def freshness(context: RuleContext) -> Iterator[Finding]:
    """The newest period that the table tells of is older than allowed."""
    limit, today = int(context.options["maxAgeDays"]), context.gate.today
    column = context.rows[context.field]
    periods = [(end, text) for text in column.values if (end := end_of_period(text))]
    if not periods:
        return
    end, newest = max(periods)
    age = (today - end).days
    if age <= limit:
        return
    texts = (
        (
            f"Số liệu đã cũ: kỳ mới nhất ở cột {context.title(context.field)} là {newest},"
            f" đã qua {number_text(age)} ngày (cho phép {number_text(limit)} ngày)."
        ),
        f"The data are stale: the newest period in {context.field} is {newest}, {age} days ago ({limit} are allowed).",
        "Cập nhật số liệu kỳ mới ở nguồn rồi thu thập lại.",
        "Enter the newer period at the source and harvest again.",
    )
    seen = Seen(Places(count=1), ((None, newest),))
    yield context.finding(Verdict("stale-data", Severity.HOLD, Dimension.ALIVE, "the data are stale"), seen, texts)
