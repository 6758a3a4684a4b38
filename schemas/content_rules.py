"""Rules about what a table must hold: all codes of a list, and a period that is recent enough."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.dictionary import CodeList
from catalog.issues import Dimension, Issue, Severity
from schemas.messages import issue, number_text
from schemas.periods import end_of_period
from schemas.places import Places
from schemas.rule_context import RuleContext

SHOWN_CODES = 10


def coverage(context: RuleContext) -> Iterator[Issue]:
    """Codes of the list that do not occur, in the whole table or in some group of ``per``; one issue for all groups."""
    code_list = context.code_lists.get(str(context.options["codeList"]))
    if code_list is None:
        return  # the foreign key to the same list says so
    wanted = {code.code: code.title for code in code_list.codes if not code.valid_to or code.valid_to >= context.today}
    per = context.names("per")
    groups = context.frame.groupby(per, sort=True) if per else [((), context.frame)]
    gaps: list[tuple[str, list[str]]] = []
    for key, rows in groups:
        absent = sorted(wanted.keys() - set(rows[context.field]))
        if absent:
            where = ", ".join(f"{name} = {value}" for name, value in zip(per, key, strict=True))
            gaps.append((where, [f"{code} {wanted[code]}" for code in absent]))
    if gaps:
        yield _coverage_issue(context, code_list, len(wanted), gaps)


def _coverage_issue(context: RuleContext, code_list: CodeList, wanted: int, gaps: list[tuple[str, list[str]]]) -> Issue:
    places = Places()
    for where, absent in gaps:
        for entry in absent:
            places.add(None, f"{entry} ({where})" if where else entry)
    where, absent = gaps[0]
    title, title_en = code_list.title, code_list.title_en or code_list.name
    shown = ", ".join(absent[:SHOWN_CODES]) + (", …" if len(absent) > SHOWN_CODES else "")
    place, place_en = (f" ở {where}", f" at {where}") if where else ("", "")
    more = f" Còn {len(gaps) - 1} nhóm khác cũng thiếu." if len(gaps) > 1 else ""
    more_en = f" {len(gaps) - 1} other groups have gaps too." if len(gaps) > 1 else ""
    texts = (
        f"Thiếu {len(absent)}/{wanted} mục của danh mục “{title}”{place}: {shown}.{more}",
        f"{len(absent)} of {wanted} codes of “{title_en}” are missing{place_en}: {shown}.{more_en}",
        "Bổ sung các dòng còn thiếu, hoặc xác nhận rằng kỳ này không có số liệu.",
        "Add the missing rows, or confirm that there are none for this period.",
    )
    return issue("coverage", Severity.HOLD, Dimension.COMPLETE, texts, places, context.field)


def freshness(context: RuleContext) -> Iterator[Issue]:
    """The newest period that the table tells of is older than allowed."""
    limit = int(context.options["maxAgeDays"])
    periods = [(end, str(text)) for text in context.frame[context.field].unique() if (end := end_of_period(str(text)))]
    if not periods:
        return
    end, newest = max(periods)
    age = (context.today - end).days
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
    yield issue("stale-data", Severity.HOLD, Dimension.ALIVE, texts, Places(count=1), context.field)
