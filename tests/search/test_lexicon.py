"""Words that mean the same: abbreviations, renamed bodies, communes and what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog.dictionary import Code, CodeList
from catalog.model import Organization, OrganizationId, OrganizationKind
from catalog.synonyms import Synonyms, SynonymsId, switches_of, switching_off
from search.datasets.lexicon import Lexicon, Meaning, Segment
from search.datasets.lexicon_building import build_lexicon, shipped_synonyms
from search.datasets.words import words_of


def rows(segment: Segment) -> list[str]:
    return [" ".join(word.exact for word in row) for row in segment.rows]


def meant(lexicon: Lexicon, text: str) -> Segment:
    return lexicon.meant(words_of(text))


def cut(lexicon: Lexicon, text: str) -> list[str]:
    return [" ".join(word.exact for word in segment.words) for segment in lexicon.segments(words_of(text))]


def body(name: str, title: str, **changes: object) -> Organization:
    plain = Organization(OrganizationId(name), name, f"H56.{name}", title, "", OrganizationKind.DEPARTMENT)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the tests name real fields


PROVINCE = body("ubnd", "Ủy ban nhân dân tỉnh Thanh Hóa")
SCIENCE = body("khcn", "Sở Khoa học và Công nghệ", parent_id=PROVINCE.id)
NEWS = body("tttt", "Sở Thông tin và Truyền thông", parent_id=PROVINCE.id, successor_id=SCIENCE.id)
BEFORE = body("bcvt", "Sở Bưu chính Viễn thông", parent_id=PROVINCE.id, successor_id=NEWS.id)

ENDED = date(2025, 6, 30)
COMMUNES = CodeList(
    "xa",
    "1",
    "Xã",
    "",
    (
        Code("15853", "Phường Đông Tiến"),
        Code("15724", "Xã Đồng Tiến"),
        Code("14758", "Phường Hàm Rồng", aliases=("Phường Đông Thọ",)),
        Code("14761", "Phường Nam Ngạn", valid_to=ENDED, replaced_by=("14758",)),
        Code("14001", "Xã Nga", parent="390"),
        Code("14002", "Xã Thọ Xương", valid_to=ENDED, replaced_by=("14003",), parent="390"),
        Code("14003", "Xã Xuân Lam", valid_to=ENDED, replaced_by=("15724", "15853")),
        Code("390", "Huyện Thọ Xuân", valid_to=ENDED),
        Code("391", "Thị xã Bỉm Sơn", valid_to=ENDED, replaced_by=("14758",)),
    ),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build_lexicon(
        (Synonyms(SynonymsId("1"), ("đò", "bến đò ngang")),), (PROVINCE, SCIENCE, NEWS, BEFORE), (COMMUNES,)
    )


# --- looking up ------------------------------------------------------------------------------------------------------


def test_the_longest_row_of_words_stays_together() -> None:
    known = Lexicon(
        [Meaning(words_of("cơ sở"), (words_of("a"),)), Meaning(words_of("cơ sở dữ liệu"), (words_of("b"),))]
    )
    assert cut(known, "cơ sở dữ liệu cơ sở dữ") == ["cơ sở dữ liệu", "cơ sở", "dữ"]
    assert cut(known, "") == []


def test_accents_that_are_typed_must_be_those() -> None:
    known = Lexicon([Meaning(words_of("Đông Tiến"), communes=("1",)), Meaning(words_of("Đồng Tiến"), communes=("2",))])
    assert meant(known, "Đông Tiến").communes == ("1",)
    assert meant(known, "đồng tien").communes == ("2",)
    assert meant(known, "dong tien").communes == ("1", "2")
    assert meant(known, "đống tiến").communes == ()


def test_i_and_y_are_one() -> None:
    known = Lexicon([Meaning(words_of("bác sĩ"), (words_of("thầy thuốc"),))])
    assert rows(meant(known, "Bác sỹ")) == rows(meant(known, "bac sy")) == ["thầy thuốc"]
    assert rows(meant(known, "bác sị")) == []


# --- groups of words -------------------------------------------------------------------------------------------------


def test_what_is_shipped_means_something() -> None:
    terms = [term for group in shipped_synonyms() for term in group]
    assert len(shipped_synonyms()) > 80
    assert all(map(words_of, terms))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CSDL", "cơ sở dữ liệu"),
        ("TTHC", "thủ tục hành chính"),
        ("GRDP", "tổng sản phẩm trên địa bàn"),
        ("NTM", "nông thôn mới"),
        ("BHYT", "bảo hiểm y tế"),
        ("ATTP", "an toàn thực phẩm"),
        ("HTX", "hợp tác xã"),
        ("DN", "doanh nghiệp"),
        ("KCN", "khu công nghiệp"),
        ("UBND", "ủy ban nhân dân"),
        ("HĐND", "hội đồng nhân dân"),
        ("GPMB", "giải phóng mặt bằng"),
        ("KCB", "khám chữa bệnh"),
        ("CTR", "chất thải rắn"),
        ("NSNN", "ngân sách nhà nước"),
        ("CBCCVC", "cán bộ công chức viên chức"),
        ("DVC", "dịch vụ công"),
        ("trường học", "cơ sở giáo dục"),
        ("GD&ĐT", "giáo dục và đào tạo"),
        ("LĐTBXH", "lao động thương binh và xã hội"),
    ],
)
def test_abbreviations_mean_what_they_stand_for_and_the_other_way_round(
    lexicon: Lexicon, short: str, long: str
) -> None:
    assert long in rows(meant(lexicon, short))
    assert long in rows(meant(lexicon, short.lower()))
    assert " ".join(word.exact for word in words_of(short)) in rows(meant(lexicon, long))


def test_operators_add_groups(lexicon: Lexicon) -> None:
    assert rows(meant(lexicon, "đò")) == ["bến đò ngang"]


# --- organizations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["Sở Thông tin và Truyền thông", "so thong tin va truyen thong", "Sở TT&TT", "sở TTTT"]
)
def test_the_former_name_of_a_body_means_its_successor(lexicon: Lexicon, typed: str) -> None:
    assert cut(lexicon, f"ngân sách {typed}")[-1] == " ".join(word.exact for word in words_of(typed))
    assert "sở khoa học và công nghệ" in rows(meant(lexicon, typed))


def test_successors_of_successors_count(lexicon: Lexicon) -> None:
    assert rows(meant(lexicon, "Sở Bưu chính Viễn thông")) == ["sở khoa học và công nghệ"]


def test_the_name_of_today_means_the_former_ones_too(lexicon: Lexicon) -> None:
    assert {"sở thông tin và truyền thông", "sở bưu chính viễn thông"} <= set(
        rows(meant(lexicon, "Sở Khoa học và Công nghệ"))
    )
    assert "sở khoa học và công nghệ" in rows(meant(lexicon, "Sở KH&CN"))


def test_bodies_that_succeed_each_other_in_a_ring_are_no_trouble() -> None:
    ring = (replace(SCIENCE, successor_id=NEWS.id), NEWS)
    assert "sở thông tin và truyền thông" in rows(meant(build_lexicon((), ring), "Sở Khoa học và Công nghệ"))


def test_the_province_is_known_by_the_body_above_all(lexicon: Lexicon) -> None:
    assert lexicon.generic == {("tỉnh", "thanh", "hóa"), ("thanh", "hóa")}


# --- communes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Đông Tiến", {"15853"}),
        ("phường Đông Tiến", {"15853"}),
        ("dong tien", {"15853", "15724"}),
        ("xa dong tien", {"15724"}),
        ("Nam Ngạn", {"14758"}),
        ("Phường Đông Thọ", {"14758"}),
        ("Thọ Xương", {"15724", "15853"}),
        ("xã Nga", {"14001"}),
        ("Nga", set()),
        ("Tiến", set()),
    ],
)
def test_a_commune_is_known_by_the_names_it_has_and_had(lexicon: Lexicon, typed: str, codes: set[str]) -> None:
    assert set(meant(lexicon, typed).communes) == codes


def test_old_and_new_names_mean_each_other(lexicon: Lexicon) -> None:
    assert rows(meant(lexicon, "Nam Ngạn")) == ["hàm rồng"]
    assert set(rows(meant(lexicon, "Hàm Rồng"))) == {"phường nam ngạn", "phường đông thọ"}


def test_former_districts_are_the_communes_that_lay_there(lexicon: Lexicon) -> None:
    assert set(meant(lexicon, "huyện Thọ Xuân").communes) == {"14001", "15724", "15853"}
    assert set(meant(lexicon, "thị xã Bỉm Sơn").communes) == {"14758"}
    assert set(meant(lexicon, "bim son").communes) == {"14758"}
    assert set(meant(lexicon, "TX. Bỉm Sơn").communes) == {"14758"}


def test_codes_that_replace_each_other_in_a_ring_are_no_trouble() -> None:
    ring = (Code("10001", "Xã An Một", replaced_by=("10002",)), Code("10002", "Xã An Hai", replaced_by=("10001",)))
    assert meant(build_lexicon((), (), (CodeList("xa", "1", "", "", ring),)), "An Một").communes == ()


def test_a_shipped_group_that_was_switched_off_does_not_count() -> None:
    off = switching_off(("hospital", "Bệnh viện"))
    assert rows(meant(build_lexicon(()), "hospital")) != []
    without = build_lexicon((off,))
    assert rows(meant(without, "hospital")) == []
    assert rows(meant(without, "pharmacy")) != []
    own = Synonyms(SynonymsId("1"), ("hospital", "bệnh viện"))
    assert rows(meant(build_lexicon((off, own)), "hospital")) == ["bệnh viện"]


def test_to_switch_a_shipped_group_off_leaves_the_others_on() -> None:
    for terms in shipped_synonyms():
        assert sum(bool(switches_of(other, (switching_off(terms),))) for other in shipped_synonyms()) == 1
