"""The menu of the pages for operators: each entry stands for an action, and shows to those who may do it somewhere."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.people import Action, may_somewhere
from portal.admin.guard import current_user
from portal.pages.languages import marked


@dataclass(frozen=True, slots=True)
class Section:
    """One entry; ``label`` is translated where it is shown. ``more`` names the modules whose pages belong to it too."""

    endpoint: str
    label: str
    action: Action
    icon: str
    more: tuple[str, ...] = ()

    @property
    def blueprints(self) -> tuple[str, ...]:
        return (self.endpoint.rpartition(".")[0], *(f"admin.{name}" for name in self.more))


_SOURCE_PAGES = ("source_editor", "source_tables", "source_schedule", "trials", "records")
SECTIONS = (
    Section("admin.home.overview", marked("Tổng quan"), Action.ADMIN_SEE, "briefcase"),
    Section("admin.sources.source_list", marked("Nguồn"), Action.SOURCE_SEE, "database", _SOURCE_PAGES),
    Section("admin.runs.run_list", marked("Lượt thu thập"), Action.RUN_SEE, "history"),
    Section("admin.held.held_list", marked("Bị giữ lại"), Action.HELD_SEE, "held"),
    Section("admin.demand.search_demand", marked("Nhu cầu tìm kiếm"), Action.ADMIN_SEE, "search"),
    Section("admin.synonyms.synonym_list", marked("Từ đồng nghĩa"), Action.SEARCH_EDIT, "search"),
    Section("admin.account.account", marked("Tài khoản của tôi"), Action.ACCOUNT_EDIT, "people"),
)


def admin_sections() -> tuple[Section, ...]:
    """Those the person who asks may enter, in order."""
    user = current_user()
    return tuple(section for section in SECTIONS if may_somewhere(user, section.action))
