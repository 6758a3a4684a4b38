"""The bodies of the province: real names, simulated numbers that say so, and successors for those that ended."""

from __future__ import annotations

import re

from catalog.model import OrganizationKind
from portal.demo.organizations import LAST_DAY_BEFORE, PROVINCE, demo_organizations, organization_id

BODIES = demo_organizations()
BY_NAME = {body.name: body for body in BODIES}


def test_the_province_and_sixteen_bodies_are_current() -> None:
    current = [body for body in BODIES if body.is_current]
    assert len(current) == 17
    assert [body.name for body in current if body.kind is OrganizationKind.PROVINCE] == [PROVINCE]


def test_names_codes_and_ids_are_unique() -> None:
    for values in ({b.name for b in BODIES}, {b.code for b in BODIES}, {b.id for b in BODIES}):
        assert len(values) == len(BODIES)


def test_every_body_stands_under_the_province() -> None:
    assert BY_NAME[PROVINCE].parent_id is None
    assert {body.parent_id for body in BODIES if body.name != PROVINCE} == {organization_id(PROVINCE)}


def test_every_numbered_code_says_that_it_is_simulated() -> None:
    assert BY_NAME[PROVINCE].code == "H56"
    numbered = [body for body in BODIES if body.name != PROVINCE]
    assert all(re.fullmatch(r"H56\.\d\d", body.code) for body in numbered)
    assert all(f"{body.code} là mã mô phỏng" in body.description for body in numbered)


def test_former_bodies_ended_with_february_2025_and_name_who_took_over() -> None:
    taken_over = {
        "so-thong-tin-va-truyen-thong": "so-khoa-hoc-va-cong-nghe",
        "so-ke-hoach-va-dau-tu": "so-tai-chinh",
        "so-giao-thong-van-tai": "so-xay-dung",
        "so-tai-nguyen-va-moi-truong": "so-nong-nghiep-va-moi-truong",
        "so-nong-nghiep-va-phat-trien-nong-thon": "so-nong-nghiep-va-moi-truong",
        "so-lao-dong-thuong-binh-va-xa-hoi": "so-noi-vu",
        "ban-dan-toc": "so-dan-toc-va-ton-giao",
    }
    former = {body.name: body for body in BODIES if not body.is_current}
    assert former.keys() == taken_over.keys()
    for name, successor in taken_over.items():
        assert former[name].successor_id == BY_NAME[successor].id
        assert former[name].valid_to == LAST_DAY_BEFORE


def test_every_current_body_has_an_office_to_ask_and_no_private_address() -> None:
    for body in BODIES:
        if body.is_current:
            assert body.contact is not None
            assert body.contact.email.endswith("@thanhhoa.example")
            assert body.contact.phone == ""
