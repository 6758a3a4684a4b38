"""“Có phải bạn tìm …” offers what can be found, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import IndexUnavailable
from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId
from catalog.ports import DatasetIndex
from catalog.questions import Enough, SearchPage, SearchQuery, Viewer
from search.datasets.known_words import KnownWords, Vocabulary
from search.datasets.spelling import MOST_OFFERED, MOST_SEARCHES, corrections
from search.datasets.tantivy_index import TantivyIndex
from search.datasets.words import words_of
from tests.contracts.dataset_indexes import described

TITLES = (
    "Cơ sở giáo dục",
    "Đất đai theo xã",
    "Tuyển sinh lớp 10 năm 2024",
    "Bệnh viện công lập",
    "Hộ nghèo, hộ cận nghèo",
    "Hợp tác xã nông nghiệp",
    "Giải ngân vốn đầu tư công",
    "Mã trạm QL45",
    "Bến cảng",
)


@dataclass
class Counting:
    """An index that counts what it is asked."""

    inner: DatasetIndex
    asked: list[SearchQuery] = field(default_factory=list)

    def search(self, query: SearchQuery) -> SearchPage:
        self.asked.append(query)
        return self.inner.search(query)

    def put(self, datasets: Iterable[IndexedDataset]) -> None:
        self.inner.put(datasets)

    def remove(self, ids: Collection[DatasetId]) -> None:
        self.inner.remove(ids)

    def rebuild(self, datasets: Iterable[IndexedDataset]) -> int:
        return self.inner.rebuild(datasets)

    def revisions(self) -> dict[DatasetId, int]:
        return self.inner.revisions()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> TantivyIndex:
    index = TantivyIndex(tmp_path_factory.mktemp("spelling") / "index")
    secret = described("secret", "Kho thuốc nổ", level=AccessLevel.INTERNAL)
    other = described("other", "Vườn quốc gia", organization="so-khac")
    index.rebuild([secret, other, *(described(f"d{n}", title) for n, title in enumerate(TITLES))])
    return index


@pytest.fixture
def index(filled: TantivyIndex) -> Counting:
    return Counting(filled)


def offered(index: Counting, text: str, **question: object) -> tuple[str, ...]:
    query = SearchQuery(text, **question)  # type: ignore[arg-type]  # the tests name real fields
    words = Vocabulary(index).of(query.viewer)
    index.asked.clear()
    return corrections(index, query, words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giaos ducj", "giáo dục"),
        ("gia1o du5c", "giáo dục"),
        ("ddaats ddai", "đất đai"),
        ("TUYEENR SINH", "TUYỂN SINH"),
        ("giaoduc", "giáo dục"),
        ("bệnhviện", "bệnh viện"),
        ("b ệnh viện", "bệnh viện"),
        ("bệh viện", "bệnh viện"),
        ("co7 so73 gia1o du5c", "cơ sở giáo dục"),
        ("noong nghieepj ddaats", "nông nghiệp đất"),
        ("giair ngaan voons ddaauf tuw coong", "giải ngân vốn đầu tư công"),
        ("benk vien", "bệnh viện"),
        ("benk cong lap", "bệnh cong lap"),
        ("hô ngheò cận nghefo", "hô ngheò cận nghèo"),
        ("hop tac sa", "hợp tác xã"),
        ("hợptácxã nôngnghiệp", "hợp tác xã nông nghiệp"),
        ("giai nhan von dau tu", "giải ngân vốn đầu tư"),
        ('"giaos ducj" -phổ', '"giáo dục" -phổ'),
        ("bệh viện công dinh-dang:csv", "bệnh viện công dinh-dang:csv"),
    ],
)
def test_slips_of_many_kinds_are_understood(index: Counting, typed: str, meant: str) -> None:
    assert offered(index, typed)[:1] == (meant,)


@pytest.mark.parametrize(
    "typed", ["tuyển sinh 2025", "2042", "QL46", "lớp 11", "14758", "xyzzy", "", "🙂", "-giaos", "nam:giaos"]
)
def test_numbers_codes_and_years_are_never_changed_and_nothing_is_made_up(index: Counting, typed: str) -> None:
    assert offered(index, typed) == ()


@pytest.mark.parametrize("typed", ["vườn giáo", "gạo"])
def test_what_may_well_be_meant_is_not_taken_for_a_slip_of_something_unrelated(index: Counting, typed: str) -> None:
    assert offered(index, typed) == ()


def test_words_that_are_known_are_no_misspelt_name(index: Counting) -> None:
    words = KnownWords({"giáo": 5, "dục": 5}, names=[words_of("Giao Dức"), words_of("Sầm Sơn")])
    assert corrections(index, SearchQuery("giáo dục"), words) == ()
    assert words.names(words_of("sam son")) == (("sầm", "sơn"),)


def test_an_abbreviation_is_no_slip(index: Counting) -> None:
    words = KnownWords({"buýt": 1, "bệnh": 1, "viện": 1}, meant=("bhyt",))
    index.inner.search(SearchQuery("BHYT"))
    assert corrections(index, SearchQuery("BHYT"), words) == ()
    assert words.form_of("benh") == "bệnh"
    assert corrections(index, SearchQuery("bhytbenhvien"), words) == ()


def test_everything_offered_finds_something(index: Counting) -> None:
    for typed in ("bện vien", "giao dúk", "ho nghe", "dat day", "cong lap vien", "ben vien"):
        for text in offered(index, typed):
            assert index.inner.search(SearchQuery(text, enough=Enough.ALL)).total, (typed, text)


def test_what_the_viewer_may_not_see_is_not_offered(index: Counting) -> None:
    assert offered(index, "thuoc noor") == ()
    assert offered(index, "thuốk nổ") == ()
    assert offered(index, "thuốk nổ", viewer=Viewer.STAFF) == ("thuốc nổ",)


def test_what_is_offered_is_found_with_the_filters_that_are_chosen(index: Counting) -> None:
    assert offered(index, "vườm quốc gia") == ("vườn quốc gia",)
    assert offered(index, "vườm quốc gia", filters={"organization": ("so-y-te",)}) == ()


def test_few_searches_are_made_and_few_texts_offered(index: Counting) -> None:
    for typed in ("bện viên công lậq nàm", "dac dai tep xa gia duc", "nghe ho can ban", " ".join(["bệh"] * 50)):
        assert len(offered(index, typed)) <= MOST_OFFERED
        assert len(index.asked) <= MOST_SEARCHES
        assert all(query.limit <= 3 and not query.facets for query in index.asked)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered(filled: TantivyIndex, text: str) -> None:
    assert len(corrections(filled, SearchQuery(text), {"giáo": 1, "dục": 1, "a": 1})) <= MOST_OFFERED


# --- the words that are known ----------------------------------------------------------------------------------------


def near(words: Iterable[str], typed: str) -> list[str]:
    return KnownWords(dict.fromkeys(words, 1)).near(words_of(typed)[0])


def test_one_mistake_in_a_short_word_two_in_a_long_one() -> None:
    assert near(["benh"], "bemh") == ["benh"]
    assert near(["benh"], "bmeh") == []
    assert near(["nghiep"], "mghiep") == near(["nghiep"], "gnhiepj") == ["nghiep"]
    assert near(["xa"], "ta") == []


def test_said_alike_comes_first() -> None:
    assert near(["xa", "xao"], "sa") == ["xa"]
    assert set(near(["trong", "chung"], "chong")) == {"trong", "chung"}
    assert near(["giay"], "day") == ["giay"]


def test_the_vocabulary_is_kept_for_a_while_and_by_viewer(index: Counting) -> None:
    now = [0.0]
    vocabulary = Vocabulary(index, keep=300, clock=lambda: now[0])
    assert "thuốc" not in vocabulary.of(Viewer.PUBLIC)
    assert vocabulary.of(Viewer.STAFF)["thuốc"] == 1
    for moment, reads in ((299.0, 2), (300.0, 4)):
        now[0] = moment
        vocabulary.of(Viewer.PUBLIC)
        vocabulary.of(Viewer.STAFF)
        assert len(index.asked) == reads


def test_without_an_index_no_word_is_known(tmp_path: Path) -> None:
    missing = TantivyIndex(tmp_path / "none")
    with pytest.raises(IndexUnavailable):
        missing.search(SearchQuery())
    assert len(Vocabulary(missing).of(Viewer.PUBLIC)) == 0
