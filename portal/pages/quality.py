"""How good a dataset is, in the six words of the province: đúng, đủ, sạch, sống, thống nhất, dùng chung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.duties import Duty
from catalog.issues import Dimension, Issue, Report, Severity
from catalog.model import AccessLevel
from catalog.quality_values import DimensionScore, QualityScore
from catalog.reading import PublishedDataset
from portal.pages.languages import _, marked
from portal.pages.states import State, freshness_state

_QUESTIONS = {
    Dimension.CORRECT: marked("Giá trị đúng kiểu, trong giới hạn, khớp công thức?"),
    Dimension.COMPLETE: marked("Có thiếu dòng, thiếu ô bắt buộc, thiếu xã nào?"),
    Dimension.CLEAN: marked("Có trùng khóa, ký tự lạ, dữ liệu cá nhân?"),
    Dimension.ALIVE: marked("Có được cập nhật đúng kỳ?"),
    Dimension.CONSISTENT: marked("Mã và tên cột có theo từ điển, danh mục chung?"),
    Dimension.SHARED: marked("Máy đọc được, có API và giấy phép rõ ràng?"),
}


@dataclass(frozen=True, slots=True)
class QualityNote:
    """A finding of the check of one table."""

    table_title: str
    issue: Issue


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One of the six qualities: what it asks, how the dataset stands in a word and in points, and what was found. Data
    that are not open have no points."""

    dimension: Dimension
    question: str
    state: State
    notes: tuple[QualityNote, ...] = ()
    score: DimensionScore | None = None


def quality_lines(
    published: PublishedDataset,
    reports: Sequence[tuple[str, Report]],
    duty: Duty,
    score: QualityScore | None = None,
) -> tuple[QualityLine, ...]:
    """The six lines, from the ``reports`` of the published versions (with the titles of their tables)."""
    notes: dict[Dimension, list[QualityNote]] = {dimension: [] for dimension in Dimension}
    for title, report in reports:
        for issue in report.issues:
            notes[issue.dimension].append(QualityNote(title, issue))
    return tuple(
        QualityLine(
            dimension,
            _(_QUESTIONS[dimension]),
            _state(dimension, published, duty, checked=bool(reports), noted=any(map(_weighs, notes[dimension]))),
            tuple(notes[dimension]),
            score.dimension(dimension) if score else None,
        )
        for dimension in Dimension
    )


def _weighs(note: QualityNote) -> bool:
    return note.issue.severity is not Severity.NOTE


def _state(dimension: Dimension, published: PublishedDataset, duty: Duty, *, checked: bool, noted: bool) -> State:
    if dimension is Dimension.ALIVE:
        return freshness_state(duty.freshness)
    if dimension is Dimension.SHARED:
        if published.dataset.access_level is not AccessLevel.OPEN:
            return State("neutral", "lock", _("Chỉ mở phần mô tả"))
        if published.formats and published.license.is_open:
            return State("positive", "check", _("Có API, có giấy phép mở"))
        return State("warning", "late", _("Chưa đủ"))
    if not checked:
        return State("neutral", "empty", _("Chưa kiểm"))
    if noted:
        return State("warning", "late", _("Có lưu ý"))
    return State("positive", "check", _("Không thấy lỗi"))
