"""What is found where no dataset, or hardly one, has all that was typed; on every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.ports import DatasetIndex
from catalog.questions import Enough, SearchQuery
from tests.contracts.dataset_indexes import ENGINES, described, found
from tests.contracts.test_vietnamese_search import LEXICON

DATASETS = (
    described("budget", "Thu ngân sách nhà nước", description="Theo khoản thu, năm 2025"),
    described("visits", "Di tích", description="Lượt khách thu theo quý 3 năm 2024"),
    described("rice", "Sản xuất lúa", description="Diện tích, năng suất, sản lượng"),
    described("port", "Tàu cá theo cảng cá"),
    described("land", "Diện tích đất", description="Đang sử dụng", communes=("15853",)),
    described("clinic", "Bệnh viện và trạm y tế"),
    described("feast", "Lễ hội"),
    described("success", "Thành tựu của tỉnh"),
)


@pytest.fixture(params=sorted(ENGINES), scope="module")
def index(request: pytest.FixtureRequest) -> Iterator[DatasetIndex]:
    with ENGINES[request.param](request, LEXICON) as made:
        made.rebuild(DATASETS)
        yield made


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("thu NSNN quý 3/2024", "budget"),
        ("thu ngân sách 1999", "budget"),
        ("lúa 1.500 ha", "rice"),
        ("sản lượng lúa vụ mùa muộn", "rice"),
        ("cảng cá Lạch Hới", "port"),
        ("quy hoạch sử dụng đất", "land"),
        ("bệnh viện Nhi", "clinic"),
        ("lễ hội Lam Kinh", "feast"),
        ("bệnh viện Đồng Tiến", "clinic"),
        ("UBND phường Đông Tiến", "land"),
    ],
)
def test_what_comes_nearest_is_found_and_said_to_be_no_more(index: DatasetIndex, typed: str, first: str) -> None:
    page = index.search(SearchQuery(typed))
    assert page.relaxed
    assert page.hits[0].name == first


def test_numbers_are_given_up_before_words_are(index: DatasetIndex) -> None:
    assert found(index, "thu ngân sách 2024") == ["budget"]
    assert found(index, "thu ngân sách 2025", enough=Enough.ALL) == ["budget"]
    assert not index.search(SearchQuery("thu ngân sách 2025")).relaxed
    assert found(index, "thu ngân sách 2024", enough=Enough.ALL) == []


@pytest.mark.parametrize(
    "typed", ["Hàm Rồng", "1999 2001", '"bệnh viện" 1999 "trạm xá"', "14758", "14758 1999", "-lúa xyzzy", "xyzzy"]
)
def test_what_says_nothing_finds_nothing(index: DatasetIndex, typed: str) -> None:
    assert found(index, typed) == []


def test_filters_and_conditions_hold_in_any_case(index: DatasetIndex) -> None:
    assert found(index, "bệnh viện Nhi", filters={"organization": ("so-xay-dung",)}) == []
    assert found(index, "bệnh viện Nhi -trạm") == []
    assert found(index, "diện tích rừng xa:Đông Tiến") == ["land"]
