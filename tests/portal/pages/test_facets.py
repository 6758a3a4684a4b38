"""Facets as a reader meets them: called by their names, in a sensible order, long ones searched."""

from __future__ import annotations

from catalog.model import Organization, OrganizationId, OrganizationKind, stable_id
from catalog.questions import FacetCount
from portal.app import create_app
from portal.pages.facets import LISTED, FacetGroup, Labels, facet_groups
from portal.wiring import Parts


def _body(name: str, title: str, parent: str = "") -> Organization:
    return Organization(
        id=OrganizationId(stable_id("organization", name)),
        name=name,
        code=f"H56.{name}",
        title=title,
        title_en="",
        kind=OrganizationKind.DEPARTMENT,
        parent_id=OrganizationId(stable_id("organization", parent)) if parent else None,
    )


BODIES = {
    body.name: body
    for body in (
        _body("ubnd", "Ủy ban nhân dân tỉnh"),
        _body("so-y-te", "Sở Y tế", "ubnd"),
        _body("so-tai-chinh", "Sở Tài chính", "ubnd"),
        _body("benh-vien", "Bệnh viện tỉnh", "so-y-te"),
        _body("cuc", "Cục Thống kê"),
        _body("a", "Vòng A", "b"),
        _body("b", "Vòng B", "a"),
    )
}
LABELS = Labels(BODIES, {"14797": "Phường Hạc Thành", "15853": "Phường Đông Tiến"})


def _group(
    parts: Parts,
    facet: str,
    counts: dict[str, int],
    *chosen: str,
    find: str = "",
) -> FacetGroup | None:
    counted = {facet: [FacetCount(value, count) for value, count in counts.items()]}
    with create_app(parts).test_request_context("/datasets"):
        groups = facet_groups(counted, {facet: chosen} if chosen else {}, LABELS, {facet: find} if find else {}, 2026)
    return groups[0] if groups else None


def _listed(group: FacetGroup | None) -> list[tuple[str, int]]:
    assert group is not None
    return [(option.value, option.depth) for option in (*group.first, *group.rest)]


def test_organizations_stand_below_those_they_belong_to(parts: Parts) -> None:
    counts = {"ubnd": 9, "so-tai-chinh": 5, "so-y-te": 4, "cuc": 3, "benh-vien": 1}
    assert _listed(_group(parts, "organization_path", counts)) == [
        ("ubnd", 0), ("so-tai-chinh", 1), ("so-y-te", 1), ("benh-vien", 2), ("cuc", 0),
    ]  # fmt: skip


def test_one_whose_parent_is_not_listed_stands_below_the_next_above(parts: Parts) -> None:
    counts = {"ubnd": 9, "benh-vien": 1, "cuc": 1}
    assert _listed(_group(parts, "organization_path", counts)) == [("ubnd", 0), ("benh-vien", 1), ("cuc", 0)]
    assert _listed(_group(parts, "organization_path", {"benh-vien": 1, "cuc": 1})) == [("benh-vien", 0), ("cuc", 0)]


def test_an_organization_above_all_others_is_offered_only_to_be_given_up(parts: Parts) -> None:
    counts = {"ubnd": 9, "so-tai-chinh": 5, "so-y-te": 4, "benh-vien": 1}
    below = [("so-tai-chinh", 0), ("so-y-te", 0), ("benh-vien", 1)]
    assert _listed(_group(parts, "organization_path", counts)) == below
    chosen = _listed(_group(parts, "organization_path", counts, "ubnd"))
    assert chosen == [("ubnd", 0), *((value, depth + 1) for value, depth in below)]
    assert _group(parts, "organization_path", {"ubnd": 4, "so-y-te": 4}) is None


def test_organizations_below_each_other_are_still_listed(parts: Parts) -> None:
    assert _listed(_group(parts, "organization_path", {"a": 2, "b": 1, "cuc": 1})) == [("cuc", 0), ("a", 0), ("b", 0)]


def test_all_up_to_the_last_chosen_value_are_seen(parts: Parts) -> None:
    counts = {f"tu-khoa-{number}": 20 - number for number in range(20)}
    group = _group(parts, "keyword", counts)
    assert group is not None
    assert (len(group.first), len(group.rest), group.long) == (6, 14, True)
    group = _group(parts, "keyword", counts, "tu-khoa-19", "khong-co")
    assert group is not None
    assert [(option.value, option.count) for option in group.first[:2]] == [("tu-khoa-19", 1), ("khong-co", 0)]


def test_values_with_names_are_searched_by_these(parts: Parts) -> None:
    group = _group(parts, "commune", {"14797": 3, "15853": 2}, find="dong")
    assert group is not None
    assert [option.label for option in group.first] == ["Phường Đông Tiến"]
    nothing = _group(parts, "commune", {"14797": 3, "15853": 2}, "14797", find="xyz")
    assert nothing is not None
    assert [(option.label, option.count) for option in nothing.first] == [("Phường Hạc Thành", None)]


def test_years_begin_with_this_one_and_plans_come_last(parts: Parts) -> None:
    counts = {"2030": 9, "2024": 8, "2026": 1, "2025": 4, "2027": 1}
    assert [value for value, _depth in _listed(_group(parts, "year", counts))] == [
        "2026", "2025", "2024", "2030", "2027",
    ]  # fmt: skip


def test_a_facet_without_a_choice_is_left_out(parts: Parts) -> None:
    assert _group(parts, "theme", {"y-te": 5}) is None
    assert _group(parts, "theme", {"y-te": 5}, "y-te") is not None


def test_where_not_all_values_are_listed_it_says_so(parts: Parts) -> None:
    group = _group(parts, "column", {f"Cột {number}": 1 for number in range(LISTED + 5)}, "Cột khác")
    assert group is not None
    assert group.is_cut
    assert len(group.first) + len(group.rest) == LISTED + 1
    assert group.first[0].count is None
