"""What a person types finds, on every engine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidQuery
from catalog.model import AccessLevel, DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import (
    FACETS,
    AnyOf,
    Between,
    Condition,
    Enough,
    FacetCount,
    Likeness,
    Match,
    SearchQuery,
)
from tests.contracts.dataset_indexes import ENGINES, described, found, where


@pytest.mark.parametrize(
    "typed",
    ["giáo dục", "giao duc", "GIÁO DỤC", "Giao Duc", unicodedata.normalize("NFD", "giáo dục"), "giaó dục", "dục giáo"],
)
def test_finds_words_with_and_without_accents_in_any_case_and_spelling(index: DatasetIndex, typed: str) -> None:
    index.put([described("truong", "Cơ sở giáo dục"), described("dat", "Đất đai")])
    assert found(index, typed) == ["truong"]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Đất đai", "dat dai"),
        ("ĐẤT ĐAI", "đất đai"),
        ("Thanh Hoá", "Thanh Hóa"),
        ("Thanh Hóa", "thanh hoá"),
        ("Thuỷ sản", "thủy sản"),
        ("Số bác sĩ", "bác sỹ"),
        ("Số bác sỹ", "bac si"),
        ("Kĩ thuật", "kỹ thuật"),
        (unicodedata.normalize("NFD", "Hộ nghèo"), "hộ nghèo"),
        ("Bảng ma_don_vi", "don vi"),
    ],
)
def test_one_word_in_two_spellings_is_one_word(index: DatasetIndex, title: str, typed: str) -> None:
    index.put([described("a", title), described("b", "khác")])
    assert found(index, typed) == ["a"]


def test_words_that_only_the_tables_hold_are_named_as_they_were_typed(index: DatasetIndex) -> None:
    clinics = described(
        "y-te",
        "Cơ sở khám bệnh",
        description="Các bệnh viện của tỉnh",
        keywords=("bác sĩ",),
        columns=("Giường bệnh",),
        code_values=("Phường Hạc Thành",),
        temporal_start=date(2024, 1, 1),
    )
    index.put([clinics])

    def in_tables(text: str, **question: object) -> tuple[str, ...]:
        [hit] = index.search(SearchQuery(text, **question)).hits  # type: ignore[arg-type]  # real fields
        return hit.in_tables

    assert in_tables("bệnh viện Hạc Thành 2024") == ("Hạc Thành",)
    assert in_tables("giuong bac sy, hac thanh") == ("giuong", "hac thanh")
    assert in_tables("bệnh viện tỉnh") == ()
    assert in_tables("bệnh viện hác") == ()  # found as "Hạc", which was not typed
    assert in_tables("Hạc Thành", marked=False) == ()
    assert in_tables("bệnh viện Hạc Thành xyzzy") == ()  # relaxed: who knows which of the words are missing


def test_all_words_must_stand_in_the_dataset_but_in_any_of_its_fields(index: DatasetIndex) -> None:
    index.put(
        [
            described(
                "all",
                "Bệnh viện",
                title_en="Hospitals",
                description="Số giường",
                keywords=("khám bệnh", "viện phí"),
                organization_title="Sở Y tế",
                theme_title="Sức khỏe",
                columns=("Mã cơ sở", "Năm thành lập"),
            ),
            described("some", "Bệnh viện", description="Số phòng"),
        ]
    )
    assert found(index, "bệnh viện giường") == ["all"]
    for typed in ("hospitals", "viện phí", "sở y tế", "sức khỏe giường", "năm thành lập", "mã giường phí"):
        assert found(index, typed) == ["all"], typed
    assert found(index, "giường xyz", enough=Enough.ALL) == []
    assert found(index, "bệnh viện giường") == ["all"]


def test_where_no_dataset_holds_all_the_words_those_with_most_of_them_are_found(index: DatasetIndex) -> None:
    index.put([described("most", "Bệnh viện", description="Số giường"), described("few", "Bệnh xá")])
    page = index.search(SearchQuery("bệnh viện giường xyz", facets=("organization",)))
    assert page.relaxed
    assert [hit.name for hit in page.hits] == ["most"]
    assert page.facets["organization"] == (FacetCount("so-y-te", 1),)
    assert not index.search(SearchQuery("bệnh viện giường")).relaxed
    assert not index.search(SearchQuery("abc def ghi")).relaxed


def test_where_no_dataset_holds_both_words_those_with_one_are_found(index: DatasetIndex) -> None:
    index.put(
        [
            described("goods", "Giá hàng hóa", description="Thống kê năm 2024"),
            described("land", "Bảng giá đất theo tuyến đường", modified=datetime.now(UTC)),
            described("told", "Chợ", description="Có niêm yết giá", modified=datetime.now(UTC)),
            described("coded", "Vật tư", code_values=("Giá sàn",), modified=datetime.now(UTC)),
            described("other", "Vùng già hóa dân số", modified=datetime.now(UTC)),
        ]
    )
    page = index.search(SearchQuery("giá xăng"))
    assert page.relaxed
    assert [hit.name for hit in page.hits] == ["land", "goods", "told"]
    for typed in ('"giá xăng"', "2024 xăng", "xăng dầu"):
        assert found(index, typed) == [], typed
    assert found(index, "giá xăng", unfinished=True) == found(index, "giá xăng", enough=Enough.ALL) == []
    assert not index.search(SearchQuery("giá sàn")).relaxed


def test_somebody_who_types_accents_means_none_where_there_are_none(index: DatasetIndex) -> None:
    index.put([described("work", "Làm kính ở cảng"), described("feast", "Lễ hội")])
    assert found(index, "lễ hội Lam Kinh") == ["feast"]
    assert found(index, "lễ hội lam kính cang") == ["feast"]


def test_words_with_accents_are_not_loosened_twice(index: DatasetIndex) -> None:
    index.put([described("road", "Đường bộ", description="Chiều dài"), described("sea", "Đại dương")])
    assert found(index, "đại dương xanh") == ["sea"]
    assert sorted(found(index, "dai duong")) == ["road", "sea"]


def test_a_long_question_that_hardly_a_dataset_answers_in_full_finds_those_with_most_of_its_words(
    index: DatasetIndex,
) -> None:
    index.put(
        [
            described("all", "Số giường bệnh viện công lập tuyến huyện"),
            described("most", "Bệnh viện công lập", description="Giường tuyến"),
            described("few", "Bệnh viện"),
        ]
    )
    page = index.search(SearchQuery("giường bệnh viện công lập tuyến huyện"))
    assert [hit.name for hit in page.hits] == ["all", "most"]
    assert page.relaxed
    assert not index.search(SearchQuery("giường bệnh viện")).relaxed


@pytest.mark.parametrize("typed", ["xã Hoàng Su Phì", "xa hoang su phi"])
def test_a_name_that_a_dataset_has_is_answered_by_that_alone(index: DatasetIndex, typed: str) -> None:
    index.put(
        [described("xa", "Hộ nghèo xã Hoàng Su Phì"), described("khac", "Xã Su Hoàng"), described("su", "Phì Su")]
    )
    assert found(index, typed) == ["xa"]
    index.remove([DatasetId("id-xa")])
    assert found(index, typed)[0] == "khac"


def test_filters_that_leave_nothing_do_not_relax_the_words(index: DatasetIndex) -> None:
    index.put([described("a", "Bệnh viện công lập"), described("b", "Bệnh viện tư", organization="so-xay-dung")])
    page = index.search(SearchQuery("bệnh viện công lập", filters={"organization": ("so-xay-dung",)}))
    assert (page.total, page.relaxed) == (0, False)


def test_exact_accents_rank_first(index: DatasetIndex) -> None:
    index.put(
        [described("dong-tien", "Đồng Tiến"), described("dong-tien-2", "Xã Đông Tiến trong tỉnh"), described("x")]
    )
    assert found(index, "Đông Tiến") == ["dong-tien-2", "dong-tien"]
    assert found(index, "Đồng Tiến") == ["dong-tien", "dong-tien-2"]
    assert sorted(found(index, "dong tien")) == ["dong-tien", "dong-tien-2"]


def test_exact_accents_in_the_description_rank_above_other_accents_in_the_title(index: DatasetIndex) -> None:
    others = [described(f"giao-duc-{n}", "Giao đức giao đức", keywords=("giao đức",)) for n in range(8)]
    long_text = "Thống kê hằng năm của tỉnh về ngành giáo dục, theo đơn vị hành chính cấp xã. " * 5
    scattered = "Thể dục; thống kê hằng năm của tỉnh về giáo viên, theo đơn vị hành chính cấp xã. " * 5
    index.put([*others, described("exact", description=long_text), described("scattered", description=scattered)])
    assert found(index, "giáo dục")[:2] == ["exact", "scattered"]


def test_words_in_a_row_rank_above_scattered_ones(index: DatasetIndex) -> None:
    scattered = [described(f"s{n}", "Lao và động", keywords=("lao", "động")) for n in range(5)]
    index.put([*scattered, described("row", "Thống kê", description="Tình hình lao động của tỉnh")])
    assert found(index, "lao động")[0] == "row"
    assert found(index, "lao dong")[0] == "row"


def test_a_match_in_the_title_ranks_above_one_in_all_other_fields(index: DatasetIndex) -> None:
    """The one is common here and the other rare, which alone would rank the rare one first."""
    words = "du khách lịch"
    others = {"title_en": words, "description": words, "columns": (words,), "theme_title": words, "keywords": (words,)}
    title = "Các điểm du lịch và nghỉ mát ở ven biển, trên núi của tỉnh Thanh Hóa"
    index.put([described("inside", "Bảng", **others), *(described(f"t{n}", title) for n in range(5))])
    assert found(index, "lịch du")[-1] == "inside"
    assert found(index, "du lịch")[-1] == "inside"


def test_a_dataset_is_found_by_what_its_tables_are_called(index: DatasetIndex) -> None:
    index.put(
        [
            described("tep", "Số liệu y tế", tables=("Danh sách trạm y tế xã", "Commune clinics", "tram-y-te-2024")),
            described("khac", "Y tế", description="Hai trạm bơm. Danh sách xã."),
        ]
    )
    assert found(index, "commune clinics") == ["tep"]
    assert found(index, "tram-y-te-2024")[0] == "tep"
    assert found(index, '"y tế xã"') == ["tep"]
    assert found(index, '"xã commune"') == []
    assert where(index, Match("tables", "clinics")) == ["tep"]
    assert where(index, Match("tables", "số liệu")) == []
    assert where(index, Match("tables", "*")) == ["tep"]


def test_an_english_reader_finds_by_the_english_description(index: DatasetIndex) -> None:
    index.put([described("truong", "Trường học", description="Mỗi xã.", description_en="Where pupils learn")])
    assert found(index, "pupils") == ["truong"]
    assert where(index, Match("description", "xã pupils")) == ["truong"]
    assert where(index, Match("description", "xã where", phrase=True)) == []


def test_a_dataset_is_found_by_the_number_of_the_decision_it_rests_on(index: DatasetIndex) -> None:
    decisions = ("3833/QĐ-UBND",)
    index.put([described("a", "Bảng", decisions=decisions), described("b", "Quyết định 3833", description="12/UBND")])
    assert found(index, "3833/QĐ-UBND")[0] == "a"
    (hit,) = index.search(SearchQuery("3833 QĐ UBND", limit=1)).hits
    assert (hit.listed.decisions, hit.in_tables) == (decisions, ())


def test_words_written_together_are_found_by_their_parts_too(index: DatasetIndex) -> None:
    index.put([described("cot", "Bảng", columns=("TênĐơnVị", "MaXa")), described("mo", "Cổng OpenData tỉnh")])
    assert found(index, "tên đơn vị") == ["cot"]
    assert found(index, "TenDonVi") == ["cot"]
    assert found(index, "ma xa") == ["cot"]
    assert found(index, "opendata") == ["mo"]
    assert where(index, Match("title", "open data", phrase=True)) == ["mo"]
    assert where(index, Match("title", "tỉnh open")) == ["mo"]
    assert where(index, Match("title", "tỉnh open", phrase=True)) == []


def test_what_tables_are_called_counts_for_more_than_the_description_and_less_than_the_title(
    index: DatasetIndex,
) -> None:
    index.put(
        [
            described("mo-ta", "Bảng một", description="Trạm y tế"),
            described("bang", "Bảng hai", tables=("Trạm y tế",)),
            described("tu-khoa", "Bảng ba", keywords=("trạm y tế",)),
            described("ten", "Trạm y tế"),
            described("ca-hai", "Bảng bốn", description="Trạm y tế", tables=("Trạm y tế",)),
        ]
    )
    assert found(index, "trạm y tế") == ["ten", "tu-khoa", "ca-hai", "bang", "mo-ta"]


def test_what_is_called_as_asked_comes_before_what_only_has_the_words_in_its_title(index: DatasetIndex) -> None:
    index.put(
        [
            described("trong-ten", "Giấy phép xây dựng nhà ở", keywords=("giấy phép xây dựng",)),
            described("tu-khoa", "Hồ sơ đã cấp", keywords=("Xây dựng",)),
            described("chu-de", "Công trình xây dựng", theme_title="Xây dựng"),
            described("co-quan", "Công trình khởi công xây dựng", organization_title="XÂY DỰNG"),
            described("ten", "Xây Dựng"),
            described("parks", "Playgrounds", keywords=("Parks & Recreation",)),
            described("and", "Parks and recreation centers", description="Recreation in parks"),
        ]
    )
    for typed in ("xây dựng", "xay dung", unicodedata.normalize("NFD", "XÂY DỰNG")):
        assert found(index, typed)[0] == "ten", typed
        assert set(found(index, typed)[1:4]) == {"tu-khoa", "chu-de", "co-quan"}, typed
    assert found(index, "parks and recreation")[0] == "parks"
    assert found(index, "parks & recreation")[0] == "parks"


@pytest.mark.parametrize(
    ("typed", "first", "then"),
    [
        ("parks", "Dog parks", "City park"),
        ("park", "City park", "Dog parks"),
        ("dog park", "Dog park", "Dog parks"),
        ("library", "Library cards", "Public libraries"),
        ("libraries", "Public libraries", "Library cards"),
        ("tax", "Income tax", "Unpaid taxes"),
        ("taxes", "Unpaid taxes", "Income tax"),
        ("pet license", "Pet license", "Pets, licenses"),
        ("children", "Children seen", "Child care"),
        ("maps", "Maps of wards", "Map of wards"),
    ],
)
def test_english_words_are_found_in_one_and_in_many_as_written_first(
    index: DatasetIndex, typed: str, first: str, then: str
) -> None:
    index.put([described("then", then), described("other", "Bộ sách"), described("first", first)])
    assert found(index, typed) == ["first", "then"]


def test_words_that_may_be_vietnamese_have_no_plural(index: DatasetIndex) -> None:
    index.put([described("cho", "Chợ hoa"), described("chos", "Chos hoas")])
    assert found(index, "cho hoa") == found(index, "chợ hoa") == ["cho"]


def test_quotes_ask_for_a_phrase_and_a_minus_leaves_out(index: DatasetIndex) -> None:
    index.put([described("row", "Nhà đất ở"), described("apart", "Đất và nhà")])
    assert found(index, '"nhà đất"') == ["row"]
    assert found(index, '"đất ở"') == ["row"]
    assert found(index, "nhà -ở") == ["apart"]
    assert sorted(found(index, "-khác")) == ["apart", "row"]


def test_a_phrase_does_not_run_from_one_field_into_the_next(index: DatasetIndex) -> None:
    index.put([described("a", "Danh sách đất", description="đai lưng", keywords=("mở", "cửa"), columns=("Tên", "Mã"))])
    for typed in ('"đất đai"', '"mở cửa"', '"tên mã"'):
        assert found(index, typed) == [], typed


def test_text_without_a_word_asks_for_everything(index: DatasetIndex) -> None:
    index.put([described("a"), described("b")])
    for typed in ("", "   ", "*", "*:*", "-", '"', "\x00", "\ud800"):
        assert sorted(found(index, typed)) == ["a", "b"], typed


@pytest.mark.parametrize("typed", ["🙂", "漢字", "quá " * 2_500, "x" * 10_000, "\ud800x", "b AND", "title:(x", "[* TO"])
def test_odd_text_is_answered(index: DatasetIndex, typed: str) -> None:
    index.put([described("a")])
    assert found(index, typed, enough=Enough.ALL) == []


@given(typed=st.text(max_size=200))
@example(typed='"-"-"')
@example(typed="+(a OR {!b}) [c TO d] ~2^3 /x/")
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_search_fail(random_index: DatasetIndex, typed: str) -> None:
    page = random_index.search(SearchQuery(typed, facets=("keyword",)))
    assert page.total in (0, 1)


@given(text=st.text(max_size=100))
@example(text="modified")
@settings(max_examples=100, deadline=None)
def test_no_condition_makes_a_search_fail_but_by_invalid_query(random_index: DatasetIndex, text: str) -> None:
    fields = (*FACETS, "id", "name", "title", "description", "text", "state", "simulated", "unknown", text)
    conditions: list[Condition] = [Match(f, text, phrase=p, prefix=not p) for f in fields for p in (True, False)]
    conditions += [Between(f, text, None) for f in fields]
    try:
        page = random_index.search(SearchQuery(where=AnyOf(tuple(conditions))))
    except InvalidQuery:
        assert text in ("issued", "modified")  # the last field is then a time, which this text is not
    else:
        assert page.total in (0, 1)


@pytest.fixture(params=sorted(ENGINES), scope="module")
def random_index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    with ENGINES[request.param](request) as made:
        made.put([described("một", "Cơ sở giáo dục", keywords=("0", "a"))])
        yield made


# --- similar, unfinished ------------------------------------------------------------------------------------------


def test_similar_datasets_share_words_and_never_include_the_dataset_itself(index: DatasetIndex) -> None:
    index.put(
        [
            described("a", "Danh sách trường học", keywords=("trường học",), theme="giao-duc"),
            described("b", "Trường học đạt chuẩn", keywords=("trường học", "chuẩn"), theme="giao-duc"),
            described("c", "Học sinh", theme="giao-duc"),
            described("d", "Tàu cá"),
            described("e", "Trường học nội bộ", level=AccessLevel.INTERNAL),
        ]
    )
    like = Likeness(DatasetId("id-a"), "Danh sách trường học", ("trường học",), "giao-duc")
    assert found(index, like=like) == ["b", "c"]


def test_a_word_still_being_typed_matches_by_its_beginning(index: DatasetIndex) -> None:
    index.put([described("a", "Bệnh viện tỉnh"), described("b", "Bệnh xá")])
    assert found(index, "bệnh vi", unfinished=True) == ["a"]
    assert sorted(found(index, "bện", unfinished=True)) == ["a", "b"]
    assert found(index, "vi bệnh", unfinished=True) == []
    assert found(index, "trạm y tế bệ", unfinished=True) == []
    assert found(index, "tỉnh nhà bệnh việ", unfinished=True) == ["a"]  # most of the words, the last as begun


def test_what_datasets_are_called_comes_first_while_somebody_types(index: DatasetIndex) -> None:
    about = {"description": "Bệnh viện đã đóng cửa"}
    index.put([described("a", "Trạm y tế", **about), described("b", "Bệnh nhân", **about), described("c", "Bệnh viện")])
    assert found(index, "bệnh vi", unfinished=True) == ["c", "b", "a"]
    assert found(index, "bệnh vi", unfinished=True, limit=1) == ["c"]
    assert index.search(SearchQuery("bệnh vi", unfinished=True, limit=1)).total == 1
    index.put([described("d", "Y tế", title_en="Hospitals"), described("e", "Y tế", keywords=("Bệnh viện",))])
    assert found(index, "hospi", unfinished=True) == ["d"]
    assert sorted(found(index, "bệnh vi", unfinished=True, limit=2)) == ["c", "e"]
