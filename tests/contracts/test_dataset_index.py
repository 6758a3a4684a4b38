"""What every :class:`catalog.ports.DatasetIndex` promises. A new engine joins by a line in ``ENGINES``."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidQuery
from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import (
    FACETS,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Enough,
    FacetCount,
    Likeness,
    Match,
    Not,
    SearchQuery,
    SearchSort,
    Viewer,
)
from search.datasets.elastic_client import ElasticsearchAccess
from search.datasets.elastic_index import ElasticsearchIndex, IndexShape
from search.datasets.tantivy_index import TantivyIndex
from tests.elasticsearch_server import ElasticsearchServer

Opening = AbstractContextManager[DatasetIndex]


@contextmanager
def a_tantivy_index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    folder: Path = request.getfixturevalue("tmp_path_factory").mktemp("index")
    yield TantivyIndex(folder / "index")


@contextmanager
def an_elasticsearch_index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    with server.name() as name:
        access = ElasticsearchAccess((server.url,), name, search_seconds=60)
        yield ElasticsearchIndex(access, shape=IndexShape(durable=False))


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Opening]] = {
    "tantivy": a_tantivy_index,
    "elasticsearch": an_elasticsearch_index,
}


@pytest.fixture(params=sorted(ENGINES), scope="module")
def shared_index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    """One for all tests: to make one takes an engine up to a second."""
    with ENGINES[request.param](request) as made:
        made.rebuild(())
        yield made


@pytest.fixture
def index(shared_index: DatasetIndex) -> DatasetIndex:
    """An empty one."""
    shared_index.remove(shared_index.revisions().keys())
    return shared_index


def described(key: str, title: str = "", **changes: object) -> IndexedDataset:
    plain = IndexedDataset(
        id=DatasetId(f"id-{key}"),
        revision=1,
        name=key,
        title=title or key,
        title_en="",
        description="",
        organization="so-y-te",
        organization_id="org-1",
        organization_title="",
        theme="y-te",
        theme_title="",
        keywords=(),
        license="cc-by",
        formats=("csv",),
        frequency="yearly",
        level=AccessLevel.OPEN,
        published=True,
        simulated=False,
        columns=(),
        issued=None,
        modified=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the tests name real fields


def found(index: DatasetIndex, text: str = "", **question: object) -> list[str]:
    """The names of the hits, in order."""
    return [hit.name for hit in index.search(SearchQuery(text, **question)).hits]  # type: ignore[arg-type]


def where(index: DatasetIndex, condition: Condition) -> list[str]:
    return sorted(found(index, where=condition))


# --- words -----------------------------------------------------------------------------------------------------------


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


# --- viewers, filters, facets ----------------------------------------------------------------------------------------


def test_the_public_sees_published_datasets_of_open_and_shared_levels_only(index: DatasetIndex) -> None:
    index.put(
        [
            described("open"),
            described("shared", level=AccessLevel.SHARED),
            described("internal", level=AccessLevel.INTERNAL),
            described("draft", published=False),
        ]
    )
    assert sorted(found(index)) == ["open", "shared"]
    assert sorted(found(index, viewer=Viewer.STAFF)) == ["draft", "internal", "open", "shared"]
    hidden = SearchQuery(where=AnyOf((Match("level", "internal"), Match("state", "draft"))), facets=("level",))
    assert index.search(hidden).total == 0
    assert index.search(hidden).facets["level"] == ()


def faceted(index: DatasetIndex) -> None:
    index.put(
        [
            described("a", organization="so-y-te", keywords=("khám bệnh", "thuốc"), formats=("csv", "xlsx")),
            described("b", organization="so-y-te", keywords=("thuốc",)),
            described("c", organization="so-xay-dung", keywords=("nhà ở",), formats=("pdf",)),
        ]
    )


def test_any_value_of_one_facet_and_all_of_the_facets(index: DatasetIndex) -> None:
    faceted(index)
    assert sorted(found(index, filters={"organization": ("so-y-te", "so-xay-dung")})) == ["a", "b", "c"]
    assert found(index, filters={"organization": ("so-y-te",), "keyword": ("khám bệnh",)}) == ["a"]
    assert found(index, filters={"organization": ("so-xay-dung",), "keyword": ("thuốc",)}) == []
    assert found(index, filters={"organization": ("khong-co",)}) == []
    assert sorted(found(index, filters={"organization": ()})) == ["a", "b", "c"]
    assert found(index, filters={"keyword": (unicodedata.normalize("NFD", "khám bệnh"),)}) == ["a"]


def test_facets_are_counted_without_their_own_filter_by_count_then_value(index: DatasetIndex) -> None:
    faceted(index)
    page = index.search(
        SearchQuery(filters={"organization": ("so-y-te",)}, facets=("organization", "keyword", "format"))
    )
    assert page.total == 2
    assert page.facets["organization"] == (FacetCount("so-y-te", 2), FacetCount("so-xay-dung", 1))
    assert page.facets["keyword"] == (FacetCount("thuốc", 2), FacetCount("khám bệnh", 1))
    assert page.facets["format"] == (FacetCount("csv", 2), FacetCount("xlsx", 1))


def test_facet_counts_follow_the_text_and_are_limited(index: DatasetIndex) -> None:
    faceted(index)
    page = index.search(SearchQuery("nhà", facets=("keyword", "license")))
    assert page.facets == {"keyword": (FacetCount("nhà ở", 1),), "license": (FacetCount("cc-by", 1),)}
    assert index.search(SearchQuery(facets=("keyword",), facet_limit=1)).facets["keyword"] == (FacetCount("thuốc", 2),)


def test_every_facet_of_the_catalogue_can_be_counted_and_filtered(index: DatasetIndex) -> None:
    day = date(2024, 5, 1)
    index.put([described("a", keywords=("k",), communes=("14797",), columns=("Diện tích",), temporal_start=day)])
    counted = index.search(SearchQuery(facets=FACETS)).facets
    assert set(counted) == set(FACETS)
    for facet, (count,) in counted.items():
        assert found(index, filters={facet: (count.value,)}) == ["a"]


def test_a_facet_of_organizations_counts_those_above_too(index: DatasetIndex) -> None:
    index.put(
        [
            described("a", organization="chi-cuc", organization_path=("chi-cuc", "so-y-te")),
            described("b", organization="so-y-te", organization_path=("so-y-te",)),
        ]
    )
    page = index.search(SearchQuery(facets=("organization_path", "organization")))
    assert page.facets["organization_path"] == (FacetCount("so-y-te", 2), FacetCount("chi-cuc", 1))
    assert page.facets["organization"] == (FacetCount("chi-cuc", 1), FacetCount("so-y-te", 1))
    assert sorted(found(index, filters={"organization_path": ("so-y-te",)})) == ["a", "b"]


def test_years_are_those_from_the_first_to_the_last_day(index: DatasetIndex) -> None:
    index.put(
        [
            described("long", temporal_start=date(2019, 5, 1), temporal_end=date(2021, 1, 1)),
            described("short", temporal_start=date(2021, 5, 1)),
            described("none"),
        ]
    )
    assert index.search(SearchQuery(facets=("year",))).facets["year"] == (
        FacetCount("2021", 2),
        FacetCount("2019", 1),
        FacetCount("2020", 1),
    )
    assert found(index, where=Between("temporal_start", "2020-01-01", None)) == ["short"]
    assert found(index, where=Between("temporal_end", None, "2021-01-01")) == ["long"]


def test_values_of_a_long_facet_can_be_looked_for(index: DatasetIndex) -> None:
    index.put([described("a", columns=("Diện tích đất", "Dân số", "Đất ở")), described("b", columns=("Dân số",))])
    page = index.search(SearchQuery(facets=("column",), facet_text={"column": "dat"}, facet_limit=5))
    assert page.facets["column"] == (FacetCount("Diện tích đất", 1), FacetCount("Đất ở", 1))
    page = index.search(SearchQuery(facets=("column",), facet_text={"column": "d"}, facet_limit=1))
    assert page.facets["column"] == (FacetCount("Dân số", 2),)


@pytest.mark.parametrize("query", [SearchQuery(facets=("mật",)), SearchQuery(filters={"mật": ("x",)})])
def test_an_unknown_facet_is_refused(index: DatasetIndex, query: SearchQuery) -> None:
    with pytest.raises(InvalidQuery, match="mật"):
        index.search(query)


# --- order and pages -------------------------------------------------------------------------------------------------


def test_sorts_by_time_with_undated_ones_last(index: DatasetIndex) -> None:
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    index.put(
        [
            described("none", recorded=early),
            described("early", issued=late, modified=early, recorded=late),
            described("late", issued=early, modified=late),
        ]
    )
    assert found(index, sort=SearchSort.MODIFIED) == ["late", "early", "none"]
    assert found(index, sort=SearchSort.MODIFIED_ASC) == ["early", "late", "none"]
    assert found(index, sort=SearchSort.ISSUED) == ["early", "late", "none"]
    assert found(index, sort=SearchSort.ISSUED_ASC) == ["late", "early", "none"]
    assert found(index, sort=SearchSort.RECORDED) == ["early", "none", "late"]
    assert found(index, sort=SearchSort.RECORDED_ASC) == ["none", "early", "late"]
    assert found(index, sort=SearchSort.RELEVANCE) == ["late", "early", "none"]


def test_sorts_titles_as_a_vietnamese_dictionary_does(index: DatasetIndex) -> None:
    titles = ["An sinh", "Ăn uống", "Ấp", "Dân số", "Du lịch", "Đất đai", "Đông Sơn", "Ô nhiễm", "Ốc", "Ơn"]
    index.put([described(f"n{n}", title) for n, title in enumerate(reversed(titles))])
    page = index.search(SearchQuery(sort=SearchSort.TITLE))
    assert ["".join(piece.text for piece in hit.title) for hit in page.hits] == titles
    backwards = index.search(SearchQuery(sort=SearchSort.TITLE_DESC))
    assert [hit.name for hit in backwards.hits] == [hit.name for hit in reversed(page.hits)]


def test_sorts_by_name(index: DatasetIndex) -> None:
    index.put([described("b"), described("a"), described("c")])
    assert found(index, sort=SearchSort.NAME) == ["a", "b", "c"]
    assert found(index, sort=SearchSort.NAME_DESC) == ["c", "b", "a"]


def test_pages_follow_each_other_and_the_total_is_exact(index: DatasetIndex) -> None:
    index.put([described(f"n{n:02}") for n in range(25)])
    pages = [index.search(SearchQuery(sort=SearchSort.NAME, offset=at, limit=10)) for at in (0, 10, 20, 30)]
    assert [hit.name for page in pages for hit in page.hits] == [f"n{n:02}" for n in range(25)]
    assert {page.total for page in pages} == {25}


@pytest.mark.parametrize("sort", SearchSort)
def test_every_dataset_comes_once_by_following_next(index: DatasetIndex, sort: SearchSort) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(23):
        moment = None if n % 7 == 0 else day + timedelta(hours=n % 3)
        index.put([described(f"n{n:02}", "Bệnh viện", modified=moment, issued=moment, recorded=moment)])
    whole = found(index, "bệnh viện", sort=sort, limit=100)
    names: list[str] = []
    after = ""
    for _ in range(20):
        page = index.search(SearchQuery("bệnh viện", sort=sort, limit=4, after=after))
        assert page.total == 23
        names += [hit.name for hit in page.hits]
        after = page.next
        if not after:
            break
    assert sorted(names) == sorted(whole)
    if sort is not SearchSort.RELEVANCE:
        assert names == whole


@pytest.mark.parametrize(
    "after", ["x", "!", "W10", "WyJhdCIsLTFd", "WyJmcm9tIiwieCIsMSxbXSwwXQ", "null", "đ", "W" * 5_000]
)
def test_a_cursor_that_is_none_is_refused(index: DatasetIndex, after: str) -> None:
    index.put([described("a")])
    with pytest.raises(InvalidQuery):
        index.search(SearchQuery(sort=SearchSort.MODIFIED, after=after))


@pytest.mark.parametrize(
    ("offset", "limit", "hits"), [(0, 0, 0), (10**12, 10, 0), (0, 10**12, 3), (-5, 2, 2), (0, -1, 0)]
)
def test_any_offset_and_limit_is_answered(index: DatasetIndex, offset: int, limit: int, hits: int) -> None:
    index.put([described(name) for name in "abc"])
    page = index.search(SearchQuery(offset=offset, limit=limit))
    assert (page.total, len(page.hits)) == (3, hits)


# --- what a hit shows ------------------------------------------------------------------------------------------------


def marked(pieces: object) -> str:
    return "".join(f"[{p.text}]" if p.matched else p.text for p in pieces)  # type: ignore[attr-defined]


def test_a_hit_shows_which_words_matched(index: DatasetIndex) -> None:
    index.put([described("a", "Cơ sở giáo dục & đào tạo", description="<b>Giao duc</b> mầm non. Bác sỹ.")])
    (hit,) = index.search(SearchQuery("giáo dục bác sĩ")).hits
    assert (hit.dataset_id, hit.name) == ("id-a", "a")
    assert marked(hit.title) == "Cơ sở [giáo dục] & đào tạo"
    assert marked(hit.snippet) == "<b>[Giao duc]</b> mầm non. [Bác sỹ]."
    (hit,) = index.search(SearchQuery()).hits
    assert marked(hit.title) == "Cơ sở giáo dục & đào tạo"
    (hit,) = index.search(SearchQuery("giáo dục bác sĩ", marked=False)).hits
    assert (marked(hit.title), hit.snippet) == ("Cơ sở giáo dục & đào tạo", ())


# --- conditions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(index: DatasetIndex) -> DatasetIndex:
    index.put(
        [
            described("a-1", "Đất đai Thanh Hóa", formats=("CSV",), keywords=("đất", "nhà ở"), simulated=True),
            described("a-2", "Đất", description="Bản đồ đất đai", modified=datetime(2026, 1, 31, 12, tzinfo=UTC)),
            described("b", "Nước sạch", organization_id="org-2", modified=datetime(2025, 6, 1, tzinfo=UTC)),
        ]
    )
    return index


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Match("id", "id-b"), ["b"]),
        (Match("name", "a-1"), ["a-1"]),
        (Match("name", "a", prefix=True), ["a-1", "a-2"]),
        (Match("name", "a"), []),
        (Match("organization_id", "org-2"), ["b"]),
        (Match("state", "active"), ["a-1", "a-2", "b"]),
        (Match("state", "deleted"), []),
        (Match("simulated", "true"), ["a-1"]),
        (Match("format", "csv"), ["a-1", "a-2", "b"]),
        (Match("format", "CSV"), ["a-1", "a-2", "b"]),
        (Match("keyword", "nhà ở"), ["a-1"]),
        (Match("keyword", "*"), ["a-1"]),
        (Not(Match("keyword", "*")), ["a-2", "b"]),
        (Match("modified", "*"), ["a-2", "b"]),
        (Match("description", "*"), ["a-2"]),
        (Match("title", "dat"), ["a-1", "a-2"]),
        (Match("title", "đai đất"), ["a-1"]),
        (Match("title", "thanh đất", phrase=True), []),
        (Match("title", "đai thanh", phrase=True), ["a-1"]),
        (Match("title", "đất tha", prefix=True), ["a-1"]),
        (Match("title", "!"), []),
        (Match("description", "bản đồ"), ["a-2"]),
        (Match("text", "dat dai"), ["a-1", "a-2"]),
        (Match("unknown", "x"), []),
        (Match("name", "\ud800"), []),
        (Match("unknown", "*"), []),
        (Not(Match("unknown", "x")), ["a-1", "a-2", "b"]),
        (Between("unknown", "a", "b"), []),
        (Between("name", "a-2", None), ["a-2", "b"]),
        (Between("name", "a-2", "b", include_low=False), ["b"]),
        (Between("name", None, "b", include_high=False), ["a-1", "a-2"]),
        (Between("keyword", None, None), ["a-1"]),
        (Between("modified", "2025-12-31", None), ["a-2"]),
        (Between("modified", None, "2026-01-31"), ["a-2", "b"]),
        (Between("modified", None, "2026-01-31T12:00:00Z", include_high=False), ["b"]),
        (Between("modified", "2026-01-31T19:00:00+07:00", "2026-01-31T12:00:00"), ["a-2"]),
        (Between("modified", "2025-06-01", None, include_low=False), ["a-2"]),
        (AllOf(()), ["a-1", "a-2", "b"]),
        (AnyOf(()), []),
        (AllOf((Match("title", "đất"), Not(Match("name", "a-1")))), ["a-2"]),
        (AnyOf((Match("name", "b"), Not(Match("title", "đất")))), ["b"]),
        (AnyOf((Match("name", "a-1"), Not(Match("title", "đất")))), ["a-1", "b"]),
        (AllOf((Not(Match("name", "a-1")), Not(Match("name", "b")))), ["a-2"]),
        (Not(Not(Match("name", "b"))), ["b"]),
        (Not(AllOf(())), []),
    ],
)
def test_conditions(three: DatasetIndex, condition: Condition, names: list[str]) -> None:
    assert where(three, condition) == names


def test_conditions_narrow_text_and_filters(three: DatasetIndex) -> None:
    assert found(three, "đất", where=Not(Match("name", "a-1")), filters={"format": ("csv",)}) == ["a-2"]


@pytest.mark.parametrize("field", ["issued", "modified", "recorded"])
def test_a_time_that_is_none_is_refused(three: DatasetIndex, field: str) -> None:
    with pytest.raises(InvalidQuery, match="hôm qua"):
        where(three, Between(field, "hôm qua", None))


def test_a_condition_too_deep_or_too_long_is_refused(three: DatasetIndex) -> None:
    deep: Condition = Match("name", "b")
    for _ in range(2_000):
        deep = Not(deep)
    for condition in (deep, AnyOf((Match("name", "b"),) * 100_000)):
        with pytest.raises(InvalidQuery):
            where(three, condition)


@pytest.mark.parametrize("depth", [1, 10, 18])
def test_a_condition_that_is_deep_is_answered(three: DatasetIndex, depth: int) -> None:
    deep: Condition = Match("name", "b")
    for level in range(depth):
        deep = AnyOf((deep, Match("name", "a-1"))) if level % 2 else AllOf((deep, Match("state", "active")))
    assert where(three, deep) == (["b"] if depth == 1 else ["a-1", "b"])


@pytest.mark.parametrize("kind", [AnyOf, AllOf])
def test_a_condition_that_is_long_is_answered(three: DatasetIndex, kind: type[AnyOf] | type[AllOf]) -> None:
    parts = tuple(Match("name", f"n{n}") if n % 2 else Not(Match("name", f"n{n}")) for n in range(2, 3_000))
    assert where(three, kind(parts)) == (["a-1", "a-2", "b"] if kind is AnyOf else [])


def test_a_text_of_too_many_words_in_a_condition_is_refused(three: DatasetIndex) -> None:
    with pytest.raises(InvalidQuery):
        where(three, Match("text", " ".join(f"n{n}" for n in range(60_000))))


def test_a_value_longer_than_engines_take_is_found_by_its_beginning(index: DatasetIndex) -> None:
    index.put([described("a", "A" * 70_000, keywords=("đ" * 70_000,)), described("b")])
    assert where(index, Match("keyword", "đ" * 70_000)) == ["a"]
    assert where(index, Match("keyword", "đ" * 900, prefix=True)) == ["a"]
    assert found(index, sort=SearchSort.TITLE) == ["a", "b"]


# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_is_visible_when_the_call_returns_and_replaces_what_was_there(index: DatasetIndex) -> None:
    index.put([described("a", "Cũ"), described("b", "Khác")])
    index.put([described("a", "Mới", revision=2)])
    assert index.search(SearchQuery()).total == 2
    assert found(index, "mới") == ["a"]
    assert found(index, "cũ") == []


def test_an_older_revision_never_replaces_a_newer_one(index: DatasetIndex) -> None:
    index.put([described("a", "Mới", revision=7)])
    index.put([described("a", "Cũ", revision=6)])
    assert found(index, "mới") == ["a"]
    index.put([described("a", "Nhất", revision=9), described("a", "Cũ", revision=8)])
    assert found(index, "nhất") == ["a"]
    index.put([described("a", "Bằng", revision=9)])
    assert found(index, "bằng") == ["a"]
    assert index.revisions() == {"id-a": 9}


def test_removes(index: DatasetIndex) -> None:
    index.put([described("a"), described("b")])
    index.remove([DatasetId("id-a"), DatasetId("id-none")])
    assert found(index) == ["b"]
    assert index.revisions() == {"id-b": 1}


def test_a_rebuild_replaces_everything_while_searches_go_on(index: DatasetIndex) -> None:
    index.put([described("old", revision=5)])
    seen: list[list[str]] = []

    def datasets() -> Iterator[IndexedDataset]:
        for name in ("x", "y"):
            seen.append(found(index))
            yield described(name)

    assert index.rebuild(datasets()) == 2
    assert seen == [["old"], ["old"]]
    assert sorted(found(index)) == ["x", "y"]
    assert index.revisions() == {"id-x": 1, "id-y": 1}


def test_a_rebuild_that_fails_changes_nothing(index: DatasetIndex) -> None:
    index.put([described("old")])

    def datasets() -> Iterator[IndexedDataset]:
        yield described("new")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(datasets())
    assert found(index) == ["old"]
    index.put([described("more")])
    assert sorted(found(index)) == ["more", "old"]


def test_a_rebuild_counts_a_dataset_given_twice_once(index: DatasetIndex) -> None:
    given_twice = [described("a", "Hai", revision=2), described("a", "Một", revision=1), described("b"), described("b")]
    assert index.rebuild(given_twice) == 2
    assert sorted(found(index)) == ["a", "b"]
    assert found(index, "hai") == ["a"]


# --- similar, unfinished, patterns -----------------------------------------------------------------------------------


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


def test_wildcards_in_words_and_values(index: DatasetIndex) -> None:
    index.put([described("bus-poi-1", "Trạm xePOI2"), described("poi", "Điểm POI"), described("a.c", "abc")])
    assert where(index, Match("title", "*POI*", wildcard=True)) == ["bus-poi-1", "poi"]
    assert where(index, Match("title", "p?i", wildcard=True)) == ["poi"]
    assert where(index, Match("name", "*poi*", wildcard=True)) == ["bus-poi-1", "poi"]
    assert where(index, Match("name", "a.?", wildcard=True)) == ["a.c"]
    assert where(index, Match("name", "a??", wildcard=True)) == ["a.c"]


def test_a_sign_of_a_pattern_stands_for_any_sign_even_the_end_of_a_line(index: DatasetIndex) -> None:
    index.put([described("lines", keywords=("x\ny",)), described("signs", keywords=("a\\b", "(c)")), described("none")])
    assert where(index, Match("keyword", "x?y", wildcard=True)) == ["lines"]
    assert where(index, Match("keyword", "x*", wildcard=True)) == ["lines"]
    assert where(index, Match("keyword", "a\\?", wildcard=True)) == ["signs"]
    assert where(index, Match("keyword", "(?)", wildcard=True)) == ["signs"]
    assert where(index, Match("keyword", "[a-z]*", wildcard=True)) == []


@pytest.mark.parametrize("field", ["name", "title"])
@pytest.mark.parametrize("pattern", ["?" * 20 + "đ" * 80, "đ" * 90 + "*", "*a????", "*a*b*c*d*e*f*g*h", "a" + "*" * 99])
def test_a_long_pattern_is_answered(index: DatasetIndex, field: str, pattern: str) -> None:
    index.put([described("a")])
    assert where(index, Match(field, pattern, wildcard=True)) == (["a"] if pattern.startswith("a*") else [])


@pytest.mark.parametrize("field", ["name", "title"])
@pytest.mark.parametrize("pattern", ["a" * 200 + "*", "?" * 21, "*a??????", "*" + "ab?" * 300])
def test_a_pattern_that_would_exhaust_an_engine_is_refused(index: DatasetIndex, field: str, pattern: str) -> None:
    with pytest.raises(InvalidQuery):
        where(index, Match(field, pattern, wildcard=True))


def test_too_many_patterns_are_refused(index: DatasetIndex) -> None:
    patterns = tuple(Match("name", f"n{n}*x", wildcard=True) for n in range(200))
    with pytest.raises(InvalidQuery):
        where(index, AnyOf(patterns))
    assert where(index, AnyOf(patterns[:50])) == []
