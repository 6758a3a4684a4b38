"""The twenty-one questions of the quality score, and what each answer is worth (:mod:`catalog.quality_shapes`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catalog.duties import Freshness
from catalog.issues import Dimension
from catalog.quality_shapes import (
    by_faults,
    by_share,
    by_yes,
    criterion,
    distinct_rows,
    faults_of,
    gain_of_publishing,
    gain_of_the_rest,
    gains_of,
    is_checked,
    notes_of,
    tenths,
    told_by_report,
    total,
)
from catalog.quality_values import Criterion, Gain, QualityFacts
from catalog.vietnamese import grouped

MISSING_ROWS = frozenset({"coverage"})
"""Issues that count rows which should be there."""

LONG_DESCRIPTION = 120
"""Characters of a description that tells something."""

ENOUGH_KEYWORDS = 3
ENOUGH_FORMATS = 3
ENOUGH_VERSIONS = 2
LATE_FACTOR = 0.7
"""What is left of the points on the first day after the due date; a whole period later nothing is."""


# --- đúng ------------------------------------------------------------------------------------------------------------


def _correct(facts: QualityFacts) -> tuple[Criterion, ...]:
    return (
        by_faults(facts, "dung.gia-tri", ("Giá trị đúng", "Values are right"), 14, faults_of(Dimension.CORRECT)),
        by_share(
            "dung.gioi-han",
            ("Từ điển đủ chặt để máy kiểm", "The dictionary is strict enough to be checked"),
            3,
            (total(facts, lambda table: table.limited_columns), total(facts, lambda table: table.columns)),
            ("cột có kiểu, giới hạn, mẫu hoặc danh mục", "columns have a type, a limit, a pattern or a code list"),
            (
                "Khai kiểu, giới hạn hoặc danh mục cho các cột còn lại",
                "Declare type, limits or code list of the others",
            ),
        ),
        by_share(
            "dung.kiem",
            ("Đã được kiểm hết", "Checked to the end"),
            3,
            (total(facts, lambda table: int(table.complete)), len(facts.tables)),
            ("bảng có báo cáo kiểm tra đọc hết bảng", "tables have a report that read them to the end"),
            ("Công bố và kiểm hết các bảng còn lại", "Publish and check the other tables"),
        ),
    )


# --- đủ --------------------------------------------------------------------------------------------------------------


def _complete(facts: QualityFacts) -> tuple[Criterion, ...]:
    cells = [fault for fault in faults_of(Dimension.COMPLETE)(facts) if fault.code not in MISSING_ROWS]
    return (
        _rows_there(facts),
        by_faults(facts, "du.o", ("Ô bắt buộc có giá trị", "Required cells are filled"), 6, lambda _: cells),
        by_share(
            "du.cot",
            ("Không cột nào bỏ trống", "No column is left empty"),
            4,
            (total(facts, lambda table: table.filled_columns), total(facts, lambda table: table.columns)),
            ("cột có số liệu", "columns hold values"),
            (
                "Điền các cột đang trống, hoặc bỏ khỏi từ điển",
                "Fill the empty columns, or take them off the dictionary",
            ),
        ),
    )


def _rows_there(facts: QualityFacts) -> Criterion:
    """40 % for nothing missing, 60 % x rows / (rows + missing rows); rows that repeat others left out."""
    possible = 10.0
    missing = [fault for fault in faults_of(Dimension.COMPLETE)(facts) if fault.code in MISSING_ROWS]
    rows = distinct_rows(facts) if is_checked(facts) else 0

    def points(absent: int) -> float:
        return possible * (0.4 * (absent == 0) + 0.6 * rows / (rows + absent)) if rows else 0.0

    count = sum(fault.count for fault in missing)
    return criterion(
        "du.dong",
        ("Không thiếu dòng nào của danh mục", "No row of a code list is missing"),
        (points(count), possible),
        told_by_report(
            facts, f"thiếu {grouped(count)} dòng, có {grouped(rows)}", f"{count:,} rows missing, {rows:,} there"
        ),
        gains_of(missing, count, points) or gain_of_publishing(facts, possible),
    )


# --- sạch ------------------------------------------------------------------------------------------------------------


def _clean(facts: QualityFacts) -> tuple[Criterion, ...]:
    with_key = total(facts, lambda table: int(table.has_key))
    return (
        by_faults(
            facts,
            "sach.loi",
            ("Không trùng, không dòng rác", "No repeated or stray rows"),
            9,
            faults_of(Dimension.CLEAN),
        ),
        by_share(
            "sach.khoa",
            ("Có khóa để phát hiện trùng", "A key that shows repetitions"),
            3,
            (with_key, len(facts.tables)),
            ("bảng có khóa chính", "tables have a primary key"),
            ("Khai khóa chính trong từ điển", "Declare a primary key in the dictionary"),
        ),
        by_faults(facts, "sach.nguon", ("Nguồn ghi đúng quy cách", "The source writes as agreed"), 3, notes_of),
    )


# --- sống ------------------------------------------------------------------------------------------------------------


def _alive(facts: QualityFacts) -> tuple[Criterion, ...]:
    stale = sum(fault.count for fault in faults_of(Dimension.ALIVE)(facts))
    versions = max((table.versions for table in facts.tables), default=0)
    return (
        _on_time(facts),
        by_yes(
            "song.so-lieu",
            ("Số liệu của kỳ gần đây", "Figures of a recent period"),
            3,
            holds=is_checked(facts) and stale == 0,
            evidence=told_by_report(facts, f"{stale} cảnh báo số liệu cũ", f"{stale} warnings of stale data"),
            fix=("Cập nhật số liệu kỳ mới ở nguồn", "Enter the newer period at the source"),
        ),
        by_share(
            "song.lich-su",
            ("Đã được làm mới", "Renewed at least once"),
            3,
            (min(versions, ENOUGH_VERSIONS), ENOUGH_VERSIONS),
            (f"phiên bản cần có (hiện {versions})", f"versions asked for ({versions} now)"),
            ("Công bố bản mới khi số liệu đổi", "Publish anew when the figures change"),
        ),
    )


def _on_time(facts: QualityFacts) -> Criterion:
    possible, period = 14.0, facts.period_days or 1
    match facts.freshness:
        case Freshness.NEVER:
            points, told = 0.0, ("chưa công bố lần nào", "never published")
        case Freshness.OVERDUE:
            points = possible * LATE_FACTOR * max(0.0, 1 - facts.days_late / period)
            told = (f"quá hạn {grouped(facts.days_late)} ngày", f"{facts.days_late:,} days overdue")
        case _:
            points, told = possible, ("còn trong hạn cập nhật", "not yet due again")
    fix = ("Công bố số liệu kỳ mới", "Publish the new period")
    return criterion(
        "song.han",
        ("Cập nhật đúng kỳ", "Renewed on time"),
        (points, possible),
        (f"Theo kỳ cập nhật: {told[0]}.", f"By its period: {told[1]}."),
        gain_of_the_rest(points, possible, fix),
    )


# --- thống nhất ------------------------------------------------------------------------------------------------------


def _consistent(facts: QualityFacts) -> tuple[Criterion, ...]:
    title = ("Mã, tên và các số khớp nhau", "Codes, names and numbers agree")
    return (
        by_faults(facts, "thong-nhat.khop", title, 6, faults_of(Dimension.CONSISTENT)),
        by_share(
            "thong-nhat.tu-dien",
            ("Cột có định nghĩa trong từ điển", "Columns are defined in the dictionary"),
            2,
            (total(facts, lambda table: table.defined_columns), total(facts, lambda table: table.columns)),
            ("cột có định nghĩa", "columns have a definition"),
            ("Viết định nghĩa cho các cột còn lại", "Write a definition for the other columns"),
        ),
        by_yes(
            "thong-nhat.danh-muc",
            ("Dùng danh mục chung", "Uses shared code lists"),
            2,
            holds=total(facts, lambda table: table.coded_columns) > 0,
            evidence=(
                f"{total(facts, lambda table: table.coded_columns)} cột theo danh mục dùng chung.",
                f"{total(facts, lambda table: table.coded_columns)} columns follow a shared code list.",
            ),
            fix=("Gắn danh mục dùng chung cho cột mã", "Tie a code column to a shared code list"),
        ),
    )


# --- dùng chung ------------------------------------------------------------------------------------------------------


def _shared(facts: QualityFacts) -> tuple[Criterion, ...]:
    personal = sum(fault.count for fault in faults_of(Dimension.SHARED)(facts))
    formats = ", ".join(facts.formats).upper()
    return (
        by_share(
            "dung-chung.giay-phep",
            ("Giấy phép mở, đọc được", "An open licence to be read"),
            3,
            (int(facts.has_open_license) + int(facts.has_license_text), 2),
            ("điều: giấy phép mở, có địa chỉ văn bản", "points: an open licence, with an address of its text"),
            ("Chọn một giấy phép mở có văn bản", "Choose an open licence with a text"),
        ),
        by_share(
            "dung-chung.dinh-dang",
            ("Máy đọc được, nhiều dạng", "Machine-readable, in several forms"),
            3,
            (min(len(facts.formats), ENOUGH_FORMATS), ENOUGH_FORMATS),
            (f"dạng tệp ({formats or 'không có'})", f"file formats ({formats or 'none'})"),
            ("Công bố dạng bảng (CSV, XLSX, JSON, Parquet)", "Publish as a table (CSV, XLSX, JSON, Parquet)"),
        ),
        by_yes(
            "dung-chung.api",
            ("Có API từng dòng", "An API for the rows"),
            2,
            holds=is_checked(facts),
            evidence=(
                f"{total(facts, lambda table: int(table.version > 0))} bảng có API.",
                f"{total(facts, lambda table: int(table.version > 0))} tables have an API.",
            ),
            fix=("Công bố bảng đầu tiên", "Publish the first table"),
        ),
        _described(facts),
        by_yes(
            "dung-chung.lien-he",
            ("Có nơi để hỏi", "Somebody to ask"),
            2,
            holds=facts.has_contact,
            evidence=("Đầu mối có thư hoặc điện thoại.", "The contact has an e-mail address or a telephone.")
            if facts.has_contact
            else ("Đầu mối chưa có thư hay điện thoại.", "The contact has neither e-mail address nor telephone."),
            fix=("Ghi thư hoặc điện thoại của đầu mối", "Give the contact an e-mail address or telephone"),
        ),
        by_yes(
            "dung-chung.an-toan",
            ("Không lẫn dữ liệu cá nhân", "No personal data among them"),
            2,
            holds=is_checked(facts) and personal == 0,
            evidence=told_by_report(
                facts, f"{personal} dấu hiệu dữ liệu cá nhân", f"{personal} signs of personal data"
            ),
            fix=("Bỏ cột hoặc che giá trị cá nhân ở nguồn", "Remove or mask personal values at the source"),
        ),
    )


def _described(facts: QualityFacts) -> Criterion:
    told = (
        min(facts.description_length / LONG_DESCRIPTION, 1.0),
        float(facts.has_english),
        min(facts.keywords / ENOUGH_KEYWORDS, 1.0),
        float(facts.has_source),
        float(facts.has_coverage),
    )
    possible = 3.0
    points = possible * sum(told) / len(told)
    wanting = [
        (f"viết mô tả dài hơn {LONG_DESCRIPTION} ký tự", f"a description longer than {LONG_DESCRIPTION} characters"),
        ("thêm tên và mô tả tiếng Anh", "title and description in English"),
        (f"thêm {ENOUGH_KEYWORDS} từ khóa", f"{ENOUGH_KEYWORDS} keywords"),
        ("ghi nguồn hoặc căn cứ pháp lý", "the source or its legal basis"),
        ("ghi phạm vi không gian hoặc thời gian", "the place or time it covers"),
    ]
    gains = tuple(
        Gain(tenths(possible * (1 - part) / len(told)), f"Mô tả: {fix}", f"Description: {fix_en}")
        for part, (fix, fix_en) in zip(told, wanting, strict=True)
        if part < 1
    )
    complete = sum(part >= 1 for part in told)
    evidence = (
        f"{complete}/{len(told)} phần mô tả đầy đủ; mô tả dài {grouped(facts.description_length)} ký tự.",
        f"{complete} of {len(told)} parts are complete; {facts.description_length:,} characters of description.",
    )
    return criterion(
        "dung-chung.mo-ta", ("Mô tả đủ để hiểu", "Described well enough"), (points, possible), evidence, gains
    )


CRITERIA: Mapping[Dimension, Callable[[QualityFacts], tuple[Criterion, ...]]] = {
    Dimension.CORRECT: _correct,
    Dimension.COMPLETE: _complete,
    Dimension.CLEAN: _clean,
    Dimension.ALIVE: _alive,
    Dimension.CONSISTENT: _consistent,
    Dimension.SHARED: _shared,
}
