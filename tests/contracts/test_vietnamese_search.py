"""What people type in Vietnamese, asked of every engine with the lexicon that the portal gives it."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.dictionary import Code, CodeList
from catalog.model import AccessLevel, Organization, OrganizationId, OrganizationKind
from catalog.ports import DatasetIndex
from catalog.questions import SearchQuery, Viewer
from catalog.synonyms import Synonyms, SynonymsId
from catalog.vietnamese import fold
from search.datasets.known_words import Vocabulary
from search.datasets.lexicon_building import build_lexicon
from search.datasets.spelling import corrections
from search.datasets.tantivy_index import TantivyIndex
from search.datasets.words import words_of
from tests.contracts.dataset_indexes import ENGINES, described, found

UNITS = Path(__file__).parents[2].parent / "shared" / "data" / "units"

PROVINCE = Organization(
    OrganizationId("ubnd"), "ubnd", "H56", "Ủy ban nhân dân tỉnh Thanh Hóa", "", OrganizationKind.DEPARTMENT
)
SCIENCE = Organization(
    OrganizationId("khcn"), "so-khcn", "H56.1", "Sở Khoa học và Công nghệ", "", OrganizationKind.DEPARTMENT,
    parent_id=PROVINCE.id,
)  # fmt: skip
NEWS = Organization(
    OrganizationId("tttt"), "so-tttt", "H56.2", "Sở Thông tin và Truyền thông", "", OrganizationKind.DEPARTMENT,
    parent_id=PROVINCE.id, successor_id=SCIENCE.id,
)  # fmt: skip
COMMUNES = CodeList(
    "xa", "1", "Xã", "",
    (
        Code("15853", "Phường Đông Tiến"),
        Code("15724", "Xã Đồng Tiến"),
        Code("14758", "Phường Hàm Rồng"),
        Code("14761", "Phường Nam Ngạn", replaced_by=("14758",)),
        Code("16012", "Xã Hậu Lộc"),
        Code("16531", "Phường Sầm Sơn"),
    ),
)  # fmt: skip
FERRY = Synonyms(SynonymsId("1"), ("đò", "bến khách ngang sông"))
LEXICON = build_lexicon((FERRY,), (PROVINCE, SCIENCE, NEWS), (COMMUNES,))


DATASETS = (
    described("dong-tien-phuong", "Hộ nghèo phường Đông Tiến"),
    described("dong-tien-xa", "Hộ nghèo xã Đồng Tiến"),
    described("theo-xa", "Dân số các xã, phường", communes=("15853", "14758"), keywords=("dân cư",)),
    described("dat", "Đất đai", organization="so-nnmt", organization_title="Sở Nông nghiệp và Môi trường"),
    described("benh-vien", "Bệnh viện công lập", theme="suc-khoe", theme_title="Sức khỏe", formats=("csv", "xlsx")),
    described(
        "tram", "Trạm y tế và quầy thuốc", theme="suc-khoe", theme_title="Sức khỏe", columns=("Số bác sỹ", "Mã trạm")
    ),
    described("thuy-san", "Thuỷ sản", description="Sản lượng nuôi trồng", theme="nong-nghiep"),
    described("giao-duc", "Cơ sở giáo dục", theme="giao-duc"),
    described("mang", "Mạng lưới viễn thông", organization_title="Sở Khoa học và Công nghệ", organization="so-khcn"),
    described("grdp", "Tổng sản phẩm trên địa bàn", keywords=("kinh tế",), theme="kinh-te"),
    described("kho", "Kho thuốc nổ", level=AccessLevel.INTERNAL, theme="khac", communes=("16012",)),
    described("ma", "Mã số vùng trồng 14758", theme="khac"),
)


@pytest.fixture(params=sorted(ENGINES), scope="module")
def index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    with ENGINES[request.param](request, LEXICON) as made:
        made.rebuild(DATASETS)
        yield made


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Đông Tiến", ["dong-tien-phuong"]),
        ("Đồng Tiến", ["dong-tien-xa"]),
        ("hộ nghèo Đông Tiến", ["dong-tien-phuong"]),
        ("dat dai", ["dat"]),
        ("ĐẤT ĐAI", ["dat"]),
        ("benh vien", ["benh-vien"]),
        ("thuy san", ["thuy-san"]),
        ("thuỷ sản", ["thuy-san"]),
        ("thủy sản", ["thuy-san"]),
        ("bac si", ["tram"]),
        ("bác sĩ", ["tram"]),
        ("giaó dục", ["giao-duc"]),
        ("GIÁO DỤC", ["giao-duc"]),
        (unicodedata.normalize("NFD", "giáo dục"), ["giao-duc"]),
        ("giáo duc", ["giao-duc"]),
        ("GRDP", ["grdp"]),
        ("grdp tỉnh Thanh Hóa", ["grdp"]),
        ("trường học", ["giao-duc"]),
        ("Sở TT&TT", ["mang"]),
        ("so thong tin va truyen thong", ["mang"]),
        ("sở thông tin, truyền thông", ["mang"]),
        ("Sở TT và TT", ["mang"]),
        ("số liệu về bệnh viện của tỉnh ở đâu", ["benh-vien"]),
        ("danh sách các quầy thuốc", ["tram"]),
    ],
)
def test_what_people_type_finds_what_they_mean(index: DatasetIndex, typed: str, first: list[str]) -> None:
    assert found(index, typed)[: len(first)] == first
    assert not index.search(SearchQuery(typed)).relaxed


def test_both_communes_are_found_without_accents(index: DatasetIndex) -> None:
    assert set(found(index, "dong tien")) == {"dong-tien-phuong", "dong-tien-xa", "theo-xa"}


def test_a_commune_finds_the_tables_that_contain_it(index: DatasetIndex) -> None:
    assert "theo-xa" in found(index, "Đông Tiến")
    assert "theo-xa" not in found(index, "Đồng Tiến")
    assert found(index, "Nam Ngạn") == found(index, "P. Nam Ngạn") == found(index, "p.nam ngan") == ["theo-xa"]
    assert found(index, 'xa:"Đông Tiến"') == found(index, "xa:15853") == ["theo-xa"]
    assert set(found(index, "14758")) == {"theo-xa", "ma"}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("bệnh viện OR trạm y tế", {"benh-vien", "tram"}),
        ("bệnh viện HOẶC đất đai", {"benh-vien", "dat"}),
        ("bệnh viện OR đất -đai", {"benh-vien"}),
        ("chu-de:suc-khoe", {"benh-vien", "tram"}),
        ('chủ-đề:"Sức khoẻ" dinh-dang:XLSX', {"benh-vien"}),
        ("chu-de:suc-khoe -dinh-dang:xlsx", {"tram"}),
        ('co-quan:"Sở Nông nghiệp và Môi trường"', {"dat"}),
        ("co-quan:so-khcn", {"mang"}),
        ('co-quan:"Sở TT&TT"', {"mang"}),
        ('co-quan:"Sở KH&CN"', {"mang"}),
        ("co-quan:Sở KH&CN", {"mang"}),
        ("co-quan:sở khoa học viễn thông", {"mang"}),
        ("xa:Đông Tiến", {"theo-xa"}),
        ("dân số xã:phường Nam Ngạn", {"theo-xa"}),
        ("chu-de:giáo dục cơ sở", {"giao-duc"}),
        ('tu-khoa:"dan cu"', {"theo-xa"}),
        ('cot:"bac si"', {"tram"}),
        ('tieu-de:"y tế"', {"tram"}),
        ("thuốc -trạm", set()),
    ],
)
def test_alternatives_and_fields(index: DatasetIndex, typed: str, names: set[str]) -> None:
    page = index.search(SearchQuery(typed))
    assert {hit.name for hit in page.hits} == names
    assert page.total == len(names)


@pytest.mark.parametrize(
    "typed", ['co-quan: OR "', "OR OR OR", "-co-quan:", "nam:x..y", 'xa:"không có"', "lạ:gì", '"" OR -']
)
def test_no_wrong_question_fails(index: DatasetIndex, typed: str) -> None:
    assert index.search(SearchQuery(typed)).total >= 0


_PIECES = st.sampled_from(
    ['"', "“", "-", " OR ", " HOẶC ", "co-quan:", "nam:2024", "xa:", "xã ", "Đông ", "tien ", "Sở TT&TT ", "của ",
     "htx ", "🙂", "14758 ", "năm 2024 ", "tu-khoa:", " ", ":", "*", "?", "không "]
)  # fmt: skip


@given(pieces=st.lists(_PIECES, max_size=14), unfinished=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_mixture_of_words_and_operators_fails(index: DatasetIndex, pieces: list[str], unfinished: bool) -> None:
    assert index.search(SearchQuery("".join(pieces), unfinished=unfinished, limit=2)).total <= len(DATASETS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("giaos ducj", "giáo dục"), ("gia1o du5c", "giáo dục"), ("ddaats ddai", "đất đai"), ("bemh vien", "bệnh viện")],
)
def test_what_was_meant_is_offered(index: DatasetIndex, typed: str, meant: str) -> None:
    query = SearchQuery(typed)
    words = Vocabulary(index).of(query.viewer)
    page = index.search(query)
    assert page.relaxed or not page.total
    assert corrections(index, query, words)[:1] == (meant,)
    assert corrections(index, SearchQuery("thuoc noor"), words) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hàm Roongf", "Hàm Rồng"),
        ("Hàm Rôngk", "Hàm Rồng"),
        ("phường Nam Ngạnk", "phường Nam Ngạn"),
        ("đông tiênj", "đông tiến"),
        ("phường Hám Rồng", "phường Hàm Rồng"),
    ],
)
def test_a_commune_that_only_tables_hold_is_offered_by_its_name(index: DatasetIndex, typed: str, meant: str) -> None:
    query = SearchQuery(typed)
    words = Vocabulary(index, lambda: LEXICON).of(query.viewer)
    assert corrections(index, query, words)[:1] == (meant,)


def test_no_commune_is_offered_that_no_dataset_in_sight_holds(index: DatasetIndex) -> None:
    for typed, viewer, offered in (
        ("Sầm Sơnk", Viewer.STAFF, ()),
        ("Hậu Lộk", Viewer.PUBLIC, ()),
        ("Hậu Lộk", Viewer.STAFF, ("Hậu Lộc",)),
    ):
        words = Vocabulary(index, lambda: LEXICON).of(viewer)
        assert corrections(index, SearchQuery(typed, viewer=viewer), words) == offered


# --- every name of a commune and a province --------------------------------------------------------------------------


def _names() -> dict[str, str]:
    """Short name to full name of 34 provinces and 3,321 communes; of equal short names one."""
    found: dict[str, str] = {}
    for file in ("tinh_34_ma_nso.csv", "xa_3321_ma_nso.csv"):
        with (UNITS / file).open(encoding="utf-8-sig", newline="") as rows:
            found.update((row["ten"], row["ten_day_du"]) for row in csv.DictReader(rows))
    return found


@pytest.mark.skipif(not UNITS.is_dir(), reason="needs ../shared/data/units")
def test_every_name_is_found_without_accents_and_ranks_first_with_them(tmp_path: Path) -> None:
    names = _names()
    index = TantivyIndex(tmp_path / "index", lexicon=lambda: LEXICON)
    index.rebuild(described(f"d{place}", full) for place, full in enumerate(names.values()))
    missed, behind = [], []
    for place, short in enumerate(names):
        narrowed = index.search(SearchQuery(fold(short), limit=1_000))
        if f"d{place}" not in {hit.name for hit in narrowed.hits}:
            missed.append(short)
        best = index.search(SearchQuery(short, limit=1)).hits[0]
        title = " ".join(word.exact for word in words_of("".join(piece.text for piece in best.title)))
        if " ".join(word.exact for word in words_of(short)) not in title:
            behind.append((short, title))
    assert (missed, behind) == ([], [])
