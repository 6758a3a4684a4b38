"""Every state a page shows, as a word, an icon and a tone: never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalog.duties import Freshness
from catalog.issues import Severity
from catalog.model import AccessLevel
from catalog.sources import Outcome, RunState
from portal.pages.languages import _, marked


@dataclass(frozen=True, slots=True)
class State:
    """``tone`` is one of positive, warning, danger, neutral; ``icon`` a symbol of the sprite."""

    tone: str
    icon: str
    label: str

    def translated(self) -> State:
        """The same in the language of the page."""
        return replace(self, label=_(self.label))


_FRESHNESS = {
    Freshness.CURRENT: State("positive", "check", marked("Còn hạn")),
    Freshness.DUE_SOON: State("warning", "clock", marked("Sắp đến hạn")),
    Freshness.OVERDUE: State("danger", "late", marked("Quá hạn")),
    Freshness.NEVER: State("neutral", "empty", marked("Chưa công bố")),
}
_OUTCOMES = {
    Outcome.PUBLISHED: State("positive", "check", marked("Đã công bố bản mới")),
    Outcome.PARTIAL: State("warning", "late", marked("Công bố, trừ bản ghi bị loại")),
    Outcome.UNCHANGED: State("positive", "same", marked("Nguồn không đổi")),
    Outcome.HELD: State("warning", "held", marked("Bị giữ lại chờ xác nhận")),
    Outcome.REJECTED: State("danger", "cross", marked("Bị loại vì sai")),
    Outcome.FAILED: State("danger", "unplugged", marked("Không đọc được")),
}
_RUNS = {
    RunState.QUEUED: State("neutral", "clock", marked("Đang chờ")),
    RunState.RUNNING: State("neutral", "refresh", marked("Đang chạy")),
    RunState.SUCCESS: State("positive", "check", marked("Tốt")),
    RunState.PARTIAL: State("warning", "late", marked("Một phần")),
    RunState.HELD: State("warning", "held", marked("Bị giữ lại")),
    RunState.FAILED: State("danger", "cross", marked("Thất bại")),
    RunState.CANCELLED: State("neutral", "close", marked("Đã dừng")),
}
_SEVERITIES = {
    Severity.ERROR: State("danger", "cross", marked("Lỗi")),
    Severity.HOLD: State("warning", "held", marked("Cần xác nhận")),
    Severity.WARNING: State("warning", "late", marked("Lưu ý")),
    Severity.NOTE: State("neutral", "info", marked("Ghi chú")),
}
_LEVELS = {
    AccessLevel.OPEN: State("positive", "open", marked("Dữ liệu mở")),
    AccessLevel.SHARED: State("neutral", "lock", marked("Dùng chung giữa cơ quan nhà nước")),
    AccessLevel.INTERNAL: State("neutral", "lock", marked("Nội bộ")),
}


def freshness_state(freshness: Freshness) -> State:
    return _FRESHNESS[freshness].translated()


def outcome_state(outcome: Outcome) -> State:
    return _OUTCOMES[outcome].translated()


def run_state(state: RunState) -> State:
    return _RUNS[state].translated()


def severity_state(severity: Severity) -> State:
    return _SEVERITIES[severity].translated()


def access_state(level: AccessLevel) -> State:
    return _LEVELS[level].translated()


_TROUBLES = {
    "source-unreachable": marked("Nguồn không trả lời hoặc từ chối kết nối."),
    "source-missing": marked("Bảng hoặc tệp cần đọc không còn ở nguồn."),
    "source-changed": marked("Nguồn đã đổi cách tổ chức dữ liệu."),
    "source-unreadable": marked("Nguồn trả lời nhưng nội dung không đọc được."),
    "source-incomplete": marked("Nguồn đứt giữa chừng nên cổng không kết luận gì."),
    "run-cancelled": marked("Lượt thu thập đã được dừng theo yêu cầu."),
}
_OTHER_TROUBLE = marked("Lượt thu thập gặp trục trặc ở cổng.")


def trouble_in_words(code: str) -> str:
    """Why a run broke off, as the public may know it: no address, account or name of a file."""
    return _(_TROUBLES.get(code, _OTHER_TROUBLE))


COUNTS = {
    "read": marked("đọc"),
    "added": marked("thêm"),
    "changed": marked("đổi"),
    "removed": marked("bớt"),
    "unchanged": marked("như cũ"),
    "missing": marked("vắng"),
    "withdrawn": marked("thu hồi"),
    "rejected": marked("loại"),
}
"""What is counted in a run, in the order it is told."""


def ordered_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts as they are told: in the order of :data:`COUNTS`, unknown ones last."""
    places = {name: place for place, name in enumerate(COUNTS)}
    return sorted(counts.items(), key=lambda item: places.get(item[0], len(places)))
