"""Words that mean the same, in the pages for operators."""

from __future__ import annotations

import pytest

from catalog.synonyms import Synonyms, key_of
from portal.wiring import Parts
from tests.portal.admin.browser import Browser
from tests.portal.pages.page import read

LIST = "/admin/synonyms"
HTX_KEY = key_of(("HTX", "hợp tác xã"))


def kept(parts: Parts) -> tuple[Synonyms, ...]:
    with parts.store.read() as reader:
        return reader.synonyms()


@pytest.fixture
def boat(administrator: Browser, parts: Parts) -> Synonyms:
    administrator.send(LIST, LIST, groups="đò = bến đò ngang")
    return kept(parts)[0]


def test_groups_are_added_one_a_line(administrator: Browser, parts: Parts) -> None:
    answer = administrator.send(LIST, LIST, groups="đò = bến đò ngang\n\nchợ = chợ dân sinh\n")
    page = administrator.open(answer.headers["Location"])
    assert "Đã thêm 2 nhóm" in page.words
    assert "đò = bến đò ngang" in page.links
    assert [group.terms[0] for group in kept(parts)] == ["chợ", "đò"]


def test_shipped_groups_are_shown(administrator: Browser) -> None:
    assert "GRDP = tổng sản phẩm trên địa bàn" in administrator.open(LIST).words


@pytest.mark.parametrize(("given", "told"), [("đò = bến đò\nmột", "Dòng 2"), ("", "ít nhất một nhóm")])
def test_what_cannot_be_used_is_told_and_kept_in_the_form(
    administrator: Browser, parts: Parts, given: str, told: str
) -> None:
    answer = administrator.send(LIST, LIST, groups=given)
    page = read(answer.get_data(as_text=True), answer.status_code)
    assert (page.status, kept(parts)) == (400, ())
    assert told in page.words
    assert page.one("textarea", name="groups").words() == " ".join(given.split())


def test_a_group_is_changed_and_removed(administrator: Browser, parts: Parts, boat: Synonyms) -> None:
    address = f"{LIST}/{boat.id}"
    page = administrator.open(address)
    seen = page.one("input", name="seen").attributes["value"]
    changed = administrator.send(address, address, terms="đò = bến đò ngang = bến khách", seen=seen)
    assert "Đã lưu thay đổi" in administrator.open(changed.headers["Location"]).words
    assert kept(parts)[0].terms == ("đò", "bến đò ngang", "bến khách")
    late = administrator.send(address, address, terms="đò = đò ngang", seen=seen)
    assert late.status_code == 409
    assert "người khác sửa" in late.text
    administrator.send(address, f"{address}/remove")
    assert kept(parts) == ()
    assert administrator.get(address).status_code == 404
    with parts.store.read() as reader:
        assert {event.actor for event in reader.audit(object_id=boat.id)} == {"quan-tri"}


def test_only_administrators_may_look_and_change(steward: Browser, parts: Parts, boat: Synonyms) -> None:
    assert LIST not in steward.open("/admin/").links.values()
    assert steward.get(LIST).status_code == 403
    token = steward.token(steward.open("/admin/account"))
    for address in (LIST, f"{LIST}/{boat.id}", f"{LIST}/{boat.id}/remove", f"{LIST}/shipped/{HTX_KEY}/off"):
        assert steward.post(address, {"csrf": token, "groups": "a = b", "terms": "a = b"}).status_code == 403
    assert kept(parts) == (boat,)


def test_a_shipped_group_is_switched_off_and_on_again(administrator: Browser, parts: Parts) -> None:
    group, address = "HTX = hợp tác xã", f"{LIST}/shipped/{HTX_KEY}"
    page = administrator.open(f"{LIST}?find=hop+tac+xa")
    assert group in page.words
    assert "HKD = hộ kinh doanh" not in page.words
    answer = administrator.send(f"{LIST}?find=hop+tac+xa", f"{address}/off", find="hop tac xa")
    page = administrator.open(answer.headers["Location"].partition("#")[0])
    assert "Đã tắt nhóm có sẵn" in page.words
    assert "quan-tri tắt lúc" in page.words
    assert "1 nhóm đang tắt" in page.words
    (switch,) = kept(parts)
    assert switch.switches_off
    page = administrator.open(administrator.send(LIST, f"{address}/on").headers["Location"].partition("#")[0])
    assert "Đã bật lại" in page.words
    assert "nhóm đang tắt" not in page.words
    assert kept(parts) == ()
    assert administrator.post(f"{LIST}/shipped/gone/off", {"csrf": administrator.token(page)}).status_code == 404


def test_a_word_of_no_shipped_group_is_told(administrator: Browser) -> None:
    assert "Không nhóm có sẵn nào" in administrator.open(f"{LIST}?find=xyzzy").words
