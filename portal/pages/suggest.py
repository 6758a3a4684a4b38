"""Suggestions for the search box, while somebody types."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from portal.context import parts, viewer
from portal.pages.languages import _, counted, plain_in_language
from portal.questions import LONGEST_TEXT
from portal.suggesting import KEPT_NAMES, Suggestion, SuggestionKind, suggest

pages = Blueprint("suggest", __name__)


@pages.get("/suggest")
def suggestions() -> ResponseReturnValue:
    """What has been typed so far may mean these; each with its kind, in the order of kinds."""
    text = request.args.get("q", "")[:LONGEST_TEXT]
    found = suggest(parts(), current_app.extensions[KEPT_NAMES], text, viewer())
    return jsonify([_shown(item) for item in found])


def _shown(item: Suggestion) -> dict[str, str]:
    return {
        "kind": item.kind.value,
        "group": _titles()[item.kind],
        "title": plain_in_language(item.title, item.title_en),
        "detail": _detail(item),
        "url": _address(item),
    }


def _titles() -> dict[SuggestionKind, str]:
    return {
        SuggestionKind.DATASET: _("Bộ dữ liệu"),
        SuggestionKind.COMMUNE: _("Xã, phường"),
        SuggestionKind.ORGANIZATION: _("Cơ quan"),
        SuggestionKind.THEME: _("Chủ đề"),
        SuggestionKind.COLUMN: _("Cột trong bảng"),
    }


def _detail(item: Suggestion) -> str:
    if item.kind is SuggestionKind.DATASET:
        owner = item.organization
        return plain_in_language(owner.title, owner.title_en) if owner else ""
    return counted("%(count)s bộ dữ liệu", item.count)


def _address(item: Suggestion) -> str:
    if item.kind is SuggestionKind.DATASET:
        return url_for("dataset.dataset", name=item.value)
    facet: dict[str, Any] = {item.kind.value: item.value}
    return url_for("datasets.dataset_list", **facet)
