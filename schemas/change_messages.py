"""Sentences about what normalising did to a column, what it refused, and what it could not tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from catalog.dictionary import TableSchema
from catalog.issues import Change, ChangeList, Dimension, Issue, Severity
from schemas.changes import Changes, change_text
from schemas.messages import column_name, first_seen, issue, number_text
from schemas.places import Places, shortened
from schemas.readings import KIND_LABELS, Kind, Mark

COMMONEST_TOLD = 10
"""Single changes that a report lists of one column; the rest is counted."""

_COMMONEST_IN_SENTENCE = 3
_SHOWN_IN_SENTENCE = 60
"""Characters of a value that a sentence about changes shows."""


@dataclass(frozen=True, slots=True)
class _Words:
    """One kind of refusal: its code, what cells do ("{count} ô …"), and the remedy."""

    code: str
    wrong: str
    wrong_en: str
    remedy: str
    remedy_en: str


_NOT_AS_DECLARED = _Words(
    "number-format",
    "không viết theo cách khai báo cho cột này",
    "are not written in the way declared for it",
    "Viết số theo đúng dấu thập phân và dấu phân nhóm ghi trong từ điển dữ liệu.",
    "Write numbers with the decimal and grouping characters that the dictionary declares.",
)
_FOOTNOTE = _Words(
    "footnote-mark",
    "có dấu chú thích dính vào giá trị",
    "carry a footnote mark",
    'Bỏ dấu đó khỏi ô, hoặc khai báo "footnotes": true cho cột trong từ điển dữ liệu.',
    'Remove the mark from the cell, or declare "footnotes": true for the column in the dictionary.',
)
_REFUSALS: Mapping[Kind, _Words] = {
    Kind.DATE: _Words(
        "date-impossible",
        "ghi ngày không có thật",
        "name a day that does not exist",
        "Sửa lại ngày ở nguồn; kiểm tra thứ tự ngày, tháng.",
        "Correct the day at the source; look at the order of day and month.",
    ),
    Kind.PERIOD: _Words(
        "period-impossible",
        "ghi kỳ không có thật",
        "name a period that does not exist",
        "Sửa lại kỳ ở nguồn.",
        "Correct the period at the source.",
    ),
    Kind.PERCENT: _Words(
        "percent-undeclared",
        "ghi số phần trăm mà từ điển không khai báo",
        "are percents, which the dictionary does not declare",
        'Khai báo "percent": "percent" (12,5% là 12,5) hoặc "fraction" (12,5% là 0,125) cho cột trong từ điển dữ liệu.',
        'Declare "percent": "percent" (12.5% is 12.5) or "fraction" (12.5% is 0.125) for the column.',
    ),
    Kind.UNIT: _Words(
        "unit-fraction",
        "đổi sang đơn vị của từ điển thì không còn là số nguyên",
        "are no whole numbers in the dictionary's unit",
        "Khai báo cột là số thập phân (number), hoặc gửi số liệu theo đơn vị của từ điển.",
        "Declare the column as number, or send the numbers in the dictionary's unit.",
    ),
    Kind.FOOTNOTE: _FOOTNOTE,
    Kind.PRELIMINARY: replace(
        _FOOTNOTE,
        code="preliminary-mark",
        wrong="có dấu số sơ bộ hoặc ước tính đi kèm",
        wrong_en="carry a mark of preliminary figures",
    ),
}
_ONE_WAY = (
    "Viết lại cả cột theo một cách: bỏ dấu phân nhóm, hoặc ghi đủ phần thập phân không phải ba chữ số.",
    "Write the whole column in one way: without grouping, or with a number of decimals other than three.",
)
_ONE_ORDER = (
    "Viết lại cả cột theo một thứ tự ngày, tháng; tốt nhất là dạng năm-tháng-ngày.",
    "Write the whole column with one order of day and month; best as year-month-day.",
)
_ONE_SIGN = (
    "Ghi dấu % cho mọi ô của cột, hoặc bỏ dấu % khỏi mọi ô.",
    "Write the percent sign in all cells of the column, or in none.",
)


def normalised_cells(schema: TableSchema, name: str, changes: Changes) -> list[Issue]:
    """What normalising did to a column, what it would not touch, and what in it can be read in two ways."""
    issues = [_changed(schema, name, changes)] if changes.changed.count else []
    issues.extend(_refused(schema, name, kind, places) for kind, places in changes.refused.items())
    issues.extend(_ambiguous(schema, name, mark, changes.marks[mark]) for mark in changes.clashes)
    issues.extend(_doubts(schema, name, changes))
    return issues


def _changed(schema: TableSchema, name: str, changes: Changes) -> Issue:
    counted = _change_list(changes)
    kinds = ", ".join(f"{KIND_LABELS[Kind(kind)][0]} {number_text(count)}" for kind, count in counted.kinds)
    kinds_en = ", ".join(f"{KIND_LABELS[Kind(kind)][1]} {count:,}" for kind, count in counted.kinds)
    commonest = counted.commonest[:_COMMONEST_IN_SENTENCE]
    pairs = [change_text(change.before, change.after, _SHOWN_IN_SENTENCE) for change in commonest]
    counts = [change.count for change in commonest]
    told = "; ".join(f"{pair} ({number_text(count)} ô)" for pair, count in zip(pairs, counts, strict=True))
    told_en = "; ".join(f"{pair} ({count:,})" for pair, count in zip(pairs, counts, strict=True))
    more = len(changes.pairs) - len(counts)
    at_least = ("hơn ", "more than ") if changes.uncounted else ("", "")
    rest = f"; còn {at_least[0]}{number_text(more)} cách đổi khác" if more else ""
    rest_en = f"; and {at_least[1]}{more:,} other changes" if more else ""
    first = changes.changed.examples[0]
    texts = (
        (
            f"Đã chuẩn hóa {number_text(changes.changed.count)} ô ở cột {column_name(schema, name)} ({kinds}),"
            f" ví dụ dòng {number_text(first.row or 0)}: {first.value}. Nhiều nhất: {told}{rest}."
        ),
        (
            f"{changes.changed.count:,} cells of column {name} were normalised ({kinds_en}), e.g. row"
            f" {first.row:,}: {first.value}. Most often: {told_en}{rest_en}."
        ),
        "",
        "",
    )
    return replace(issue("normalised", Severity.NOTE, Dimension.CLEAN, texts, changes.changed, name), changes=counted)


def _change_list(changes: Changes) -> ChangeList:
    kinds = tuple((kind.value, count) for kind, count in sorted(changes.kinds.items(), key=lambda item: -item[1]))
    told = tuple(
        Change(pair.kind.value, shortened(before), shortened(pair.after), pair.count)
        for before, pair in changes.commonest(COMMONEST_TOLD)
    )
    return ChangeList(kinds, told, changes.changed.count - sum(change.count for change in told))


def _refused(schema: TableSchema, name: str, kind: Kind, places: Places) -> Issue:
    words = _REFUSALS.get(kind, _NOT_AS_DECLARED)
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {column_name(schema, name)}: {number_text(places.count)} ô {words.wrong}{seen}.",
        f"Column {name}: {places.count:,} cells {words.wrong_en}{seen_en}.",
        words.remedy,
        words.remedy_en,
    )
    return issue(words.code, Severity.ERROR, Dimension.CORRECT, texts, places, name)


def _ambiguous(schema: TableSchema, name: str, mark: Mark, places: Places) -> Issue:
    """Cells that another cell of their column leaves with two readings, one of them wrong."""
    code, (one, other), (why, why_en), (remedy, remedy_en) = _two_readings(mark, places.examples[0].value)
    seen, seen_en = first_seen(places)
    texts = (
        (
            f"Cột {column_name(schema, name)}: {number_text(places.count)} ô đọc được hai cách{seen};"
            f" có thể là {one} hoặc {other}, vì {why}."
        ),
        (
            f"Column {name}: {places.count:,} cells can be read in two ways{seen_en};"
            f" as {_in_english(one, mark)} or as {_in_english(other, mark)}, for {why_en}."
        ),
        remedy,
        remedy_en,
    )
    return issue(code, Severity.ERROR, Dimension.CORRECT, texts, places, name)


def _two_readings(mark: Mark, shown: str) -> tuple[str, tuple[str, str], tuple[str, str], tuple[str, str]]:
    """The issue's code, both readings of an example in Vietnamese, why nobody can tell, and the remedy."""
    if mark is Mark.EITHER_DAY:
        first, second, year = (
            int(part) for part in shown.replace(".", "/").replace("-", "/")[:10].split()[0].split("/")
        )
        one = f"ngày {first} tháng {second} năm {year}"
        why = ("cột này có cả ô chỉ đọc được theo thứ tự ngược lại", "other cells can only be read in the other order")
        return "date-ambiguous", (one, f"ngày {second} tháng {first} năm {year}"), why, _ONE_ORDER
    if mark is Mark.BARE_PERCENT:
        why = ("cột này có cả ô ghi dấu %", "other cells bear a percent sign")
        return "percent-ambiguous", (f"{shown}%", f"{shown} × 100%"), why, _ONE_SIGN
    if mark is Mark.THREE_PLACES:
        why = ("cột này có cả số viết dấu phẩy", "the column holds numbers with commas too")
    elif mark is Mark.ONE_GROUP:
        why = ("cột này có cả số dùng dấu chấm thập phân", "the column holds numbers with a decimal point too")
    else:
        why = ("cột này có cả số viết dấu phân nhóm", "the column holds grouped numbers too")
    small = shown.replace(".", ",")
    large = int("".join(letter for letter in shown if letter.isdigit() or letter == "-"))
    return "number-ambiguous", (small, number_text(large)), why, _ONE_WAY


def _in_english(reading: str, mark: Mark) -> str:
    if mark in (Mark.THREE_DECIMALS, Mark.ONE_GROUP, Mark.THREE_PLACES):
        return reading.translate(str.maketrans(",.", ".,"))
    return reading.replace("ngày ", "day ").replace(" tháng ", ", month ").replace(" năm ", ", ")


def _doubts(schema: TableSchema, name: str, changes: Changes) -> Iterator[Issue]:
    shown = column_name(schema, name)
    if places := changes.marks.get(Mark.FOREIGN_LETTERS):
        seen, seen_en = first_seen(places)
        texts = (
            f"Cột {shown}: {number_text(places.count)} ô có chữ cái Hy Lạp hoặc Kirin trông như chữ Latinh{seen}.",
            f"Column {name}: {places.count:,} cells hold Greek or Cyrillic letters that look Latin{seen_en}.",
            "Gõ lại các từ đó bằng bàn phím tiếng Việt; nếu đúng là chữ nước ngoài thì giữ nguyên.",
            "Type these words again on a Vietnamese keyboard, unless they are meant to be foreign.",
        )
        yield issue("foreign-letters", Severity.WARNING, Dimension.CLEAN, texts, places, name)
    if places := changes.marks.get(Mark.LOST_CHARACTERS):
        seen, seen_en = first_seen(places)
        texts = (
            f"Cột {shown}: {number_text(places.count)} ô có ký tự hỏng do đọc sai bảng mã{seen}.",
            f"Column {name}: {places.count:,} cells hold characters that a wrong encoding destroyed{seen_en}.",
            "Xuất lại tệp từ nguồn dưới dạng CSV UTF-8 hoặc XLSX.",
            "Export the file again as CSV UTF-8 or XLSX.",
        )
        yield issue("lost-characters", Severity.HOLD, Dimension.CLEAN, texts, places, name)
    if places := changes.marks.get(Mark.MAYBE_GROUPED):
        seen, seen_en = first_seen(places)
        texts = (
            (
                f"Cột {shown}: {number_text(places.count)} số đều có đúng ba chữ số sau dấu chấm{seen};"
                " đang đọc là phần thập phân, có thể là dấu phân nhóm hàng nghìn."
            ),
            (
                f"Column {name}: {places.count:,} numbers have just three digits behind the point{seen_en};"
                " they are read as decimals and may be grouped thousands."
            ),
            'Khai báo "groupChar": "." và "decimalChar": "," nếu là hàng nghìn; "decimalChar": "." nếu là số lẻ.',
            'Declare "groupChar": "." and "decimalChar": "," for thousands, "decimalChar": "." for decimals.',
        )
        yield issue("number-maybe-grouped", Severity.WARNING, Dimension.CORRECT, texts, places, name)
