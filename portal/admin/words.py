"""Words and choices that the templates for operators share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask, request, url_for

from catalog.model import Organization
from catalog.source_kinds import Option
from catalog.sources import CATALOG_KEY, HarvestSource, RunState
from catalog.vocabularies import LICENSES, THEMES
from portal.admin.runs import COUNTS, counts_in_order
from portal.admin.sources import NEVER, PAUSED, TROUBLED
from portal.pages.languages import _, marked, plain_in_language
from portal.pages.states import run_state
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
    "run.cancel": marked("yêu cầu dừng lượt thu thập"),
    "release.request": marked("đề nghị công bố"),
    "release.approve": marked("duyệt công bố"),
    "release.refuse": marked("từ chối công bố"),
}
Choices = list[tuple[str, str]]


def register(app: Flask) -> None:
    """Let templates use what stands here."""
    app.jinja_env.globals.update(
        owner_choices=owner_choices,
        source_choices=source_choices,
        state_choices=state_choices,
        option_choices=option_choices,
        trigger_words=trigger_words,
        event_words=event_words,
        ordered_counts=counts_in_order,
        runs_page=runs_page,
        count_words=COUNTS,
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
        **{name: plain_in_language(item.title, item.title_en) for name, item in THEMES.items()},
        **{name: plain_in_language(item.title, item.title_en) for name, item in LICENSES.items()},
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
