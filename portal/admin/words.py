"""Words and choices that the templates for operators share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Flask, request, url_for

from catalog.dictionary import TableSchema
from catalog.model import AccessLevel, Frequency, Organization
from catalog.people import Action
from catalog.releases import Release, ReleaseState
from catalog.remote import KeptRecord
from catalog.source_kinds import Option
from catalog.sources import CATALOG_KEY, HarvestSource, Outcome, RunState
from catalog.table_diff import RowChangeKind
from catalog.vocabularies import LICENSES, THEMES
from portal.admin.reach import may_do
from portal.admin.records import LONGEST_RAW
from portal.admin.sources import NEVER, PAUSED, TROUBLED
from portal.pages.languages import _, marked, plain_in_language
from portal.pages.states import State, access_state, run_state
from portal.source_editing import HIDDEN

_TRIGGERS = {"schedule": marked("theo lịch"), "cli": marked("từ dòng lệnh"), "release": marked("sau khi duyệt")}
_EVENTS = {
    "source.create": marked("thêm nguồn"),
    "source.update": marked("sửa nguồn"),
    "source.pause": marked("tạm dừng"),
    "source.resume": marked("bật lại"),
    "source.tables": marked("đổi danh sách bảng"),
    "source.renew-secrets": marked("mã hóa lại bí mật"),
    "run.request": marked("yêu cầu thu thập"),
    "source.read-anew": marked("cho đọc lại toàn bộ"),
    "run.cancel": marked("yêu cầu dừng lượt thu thập"),
    "release.request": marked("đề nghị công bố"),
    "release.approve": marked("duyệt công bố"),
    "release.refuse": marked("từ chối công bố"),
}
Choices = list[tuple[str, str]]


def register(app: Flask) -> None:
    """Let templates use what stands here."""
    app.jinja_env.globals.update(
        source_pages=source_pages,
        may_reach=may_do,
        period_choices=period_choices,
        schema_choices=schema_choices,
        theme_choices=theme_choices,
        table_choices=table_choices,
        would_state=would_state,
        change_state=change_state,
        release_state=release_state,
        described_facts=described_facts,
        record_title=record_title,
        raw_json=raw_json,
        rejected_page=rejected_page,
        owner_choices=owner_choices,
        source_choices=source_choices,
        state_choices=state_choices,
        option_choices=option_choices,
        trigger_words=trigger_words,
        event_words=event_words,
        runs_page=runs_page,
        hidden_mark=HIDDEN,
        listing_key=CATALOG_KEY,
    )


def owner_choices(owners: Iterable[Organization]) -> Choices:
    return [(item.name, plain_in_language(item.title, item.title_en)) for item in owners]


def source_choices(sources: Iterable[HarvestSource]) -> Choices:
    return [(item.name, item.title) for item in sources]


def state_choices(states: Iterable[RunState], *, only_runs: bool = False) -> Choices:
    """States of runs, and for sources what else one looks for."""
    more = [] if only_runs else [(TROUBLED, _("cần xử lý")), (PAUSED, _("tạm dừng")), (NEVER, _("chưa thu thập"))]
    return [*more, *((state.value, run_state(state).label) for state in states)]


def option_choices(option: Option) -> Choices:
    """The words one may choose, said as the portal calls them."""
    titles: Mapping[str, str] = {
        **dict(theme_choices()),
        **dict(_licenses()),
    }
    return [(choice, titles.get(choice, choice)) for choice in option.choices]


def trigger_words(trigger: str) -> str:
    """Who or what asked for a run."""
    return _(_TRIGGERS[trigger]) if trigger in _TRIGGERS else trigger


def event_words(action: str) -> str:
    return _(_EVENTS[action]) if action in _EVENTS else action


def runs_page(page: int) -> str:
    """The address of a page of the list of runs that is being read."""
    source, state = (request.args.get(name) or None for name in ("source", "state"))
    return url_for("admin.runs.run_list", source=source, state=state, page=page)


def rejected_page(page: int) -> str:
    """The address of a page of rejected records."""
    return url_for("admin.records.rejected", name=(request.view_args or {})["name"], page=page)


def source_pages() -> list[tuple[str, str, Action]]:
    """The pages about one source: endpoint, label, and the action that it takes to see them."""
    return [
        ("admin.sources.source", _("Tổng quan"), Action.SOURCE_SEE),
        ("admin.source_editor.edit_source", _("Kết nối"), Action.SOURCE_EDIT),
        ("admin.source_editor.test_page", _("Thử kết nối"), Action.SOURCE_TEST),
        ("admin.source_tables.tables", _("Bảng"), Action.SOURCE_EDIT),
        ("admin.trials.preview", _("Chạy thử"), Action.SOURCE_TEST),
        ("admin.source_schedule.schedule", _("Lịch"), Action.SOURCE_EDIT),
    ]


def period_choices() -> Choices:
    return [(item.value, plain_in_language(item.label, item.label_en)) for item in Frequency]


def schema_choices(schemas: Iterable[TableSchema]) -> Choices:
    return [(item.name, f"{plain_in_language(item.title, item.title_en)} ({item.name})") for item in schemas]


def theme_choices() -> Choices:
    return [(name, plain_in_language(item.title, item.title_en)) for name, item in THEMES.items()]


def table_choices(source: HarvestSource) -> Choices:
    return [(table.key, table.key) for table in source.tables]


_WOULD = {
    Outcome.PUBLISHED: State("positive", "check", marked("sẽ công bố")),
    Outcome.PARTIAL: State("warning", "late", marked("sẽ công bố một phần")),
    Outcome.UNCHANGED: State("positive", "same", marked("không đổi")),
    Outcome.HELD: State("warning", "held", marked("sẽ bị giữ lại")),
    Outcome.REJECTED: State("danger", "cross", marked("sẽ bị loại")),
    Outcome.FAILED: State("danger", "unplugged", marked("không đọc được")),
}
_CHANGES = {
    RowChangeKind.ADDED: State("positive", "check", marked("thêm")),
    RowChangeKind.REMOVED: State("danger", "cross", marked("bớt")),
    RowChangeKind.CHANGED: State("warning", "refresh", marked("đổi")),
}
_RELEASES = {
    None: State("neutral", "empty", marked("chưa ai đề nghị")),
    ReleaseState.REQUESTED: State("warning", "clock", marked("chờ người thứ hai duyệt")),
    ReleaseState.APPROVED: State("positive", "check", marked("đã duyệt")),
    ReleaseState.REFUSED: State("danger", "cross", marked("đã từ chối")),
    ReleaseState.SUPERSEDED: State("neutral", "same", marked("hết hiệu lực vì bảng đã đổi")),
}


def would_state(outcome: str) -> State:
    """What a harvest would make of a table."""
    return _WOULD[Outcome(outcome)].translated()


def change_state(kind: str) -> State:
    return _CHANGES[RowChangeKind(kind)].translated()


def release_state(release: Release | None) -> State:
    return _RELEASES[release.state if release else None].translated()


def described_facts(dataset: Any) -> list[tuple[str, str]]:
    """What a dataset says, by label; it may be one of the catalogue or the plain values of one."""
    said = dataset if isinstance(dataset, Mapping) else asdict(dataset)
    period = " – ".join(str(said[name]) for name in ("temporal_start", "temporal_end") if said[name])
    return [
        (_("Tên"), said["title"]),
        (_("Tên trong địa chỉ"), said["name"]),
        (_("Mô tả"), said["description"]),
        (_("Từ khóa"), ", ".join(said["keywords"])),
        (_("Chủ đề"), dict(theme_choices()).get(said["theme"], said["theme"])),
        (_("Giấy phép"), dict(_licenses()).get(said["license_id"], said["license_id"])),
        (_("Kỳ cập nhật"), dict(period_choices()).get(said["frequency"], said["frequency"])),
        (_("Mức mở"), access_state(AccessLevel(said["access_level"])).label),
        (_("Đầu mối"), f"{said['contact']['name']} {said['contact']['email']}".strip()),
        (_("Phạm vi"), " ".join(filter(None, (said["spatial"], period)))),
        (_("Tệp, đường dẫn"), "; ".join(f"{item['title']} {item['format']}".strip() for item in said["distributions"])),
    ]


def _licenses() -> Choices:
    return [(name, plain_in_language(item.title, item.title_en)) for name, item in LICENSES.items()]


def record_title(record: KeptRecord) -> str:
    """What a record calls itself, as far as that is easily told."""
    title = record.raw.get("title") or record.raw.get("name") or ""
    return title if isinstance(title, str) else ""


def raw_json(raw: Any) -> str:
    """A record as it came, for reading."""
    return json.dumps(raw, ensure_ascii=False, indent=2)[:LONGEST_RAW]
