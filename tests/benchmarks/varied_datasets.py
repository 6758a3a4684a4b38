"""A catalogue of any size that reads like one: no two datasets alike, common words common and rare words rare.

Titles join a subject of the demo, a place and a time; descriptions (about 1.1 KB) join sentences of the demo, columns,
places and words that hardly another dataset has. What is common in the demo is common here, and everything is drawn by
Zipf's law, so posting lists, ties and facets are as long as they are in life. The same at every run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate

from catalog.common_lists import is_commune
from catalog.dictionary import Code
from catalog.model import (
    AccessLevel,
    Dataset,
    DatasetId,
    Distribution,
    DistributionId,
    DistributionKind,
    Frequency,
    stable_id,
)
from catalog.vietnamese import fold
from portal.demo.profile import DemoProfile

_DERIVED: tuple[tuple[str, ...], ...] = ((), ("json",), ("xlsx",), ("json", "xlsx"))
_LINKED_FORMS = ("geojson", "xml", "pdf", "docx", "zip", "kml", "shp")
_LINKS_ELSEWHERE = 0.2
_KINDS = (
    "Danh sách", "Thống kê", "Báo cáo", "Kết quả", "Bảng tổng hợp", "Số liệu", "Danh mục", "Kế hoạch", "Chỉ tiêu",
    "Tình hình", "Cơ sở dữ liệu", "Tiến độ", "Biểu mẫu", "Hồ sơ", "Quy hoạch", "Đánh giá", "Khảo sát", "Tra cứu",
)  # fmt: skip
_WHOLE_PROVINCE = 0.35
_YEARS = range(2005, 2027)
_ONSETS = ("b", "c", "ch", "d", "đ", "g", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "s", "t", "th", "tr", "v")
_RIMES = ("ạn", "ắc", "ầm", "anh", "áo", "ê", "eng", "ính", "óa", "ổi", "ông", "uân", "ướng", "ịch", "ẽo", "ửu", "ấp")


@dataclass(frozen=True, slots=True)
class VariedDataset:
    """A dataset, the formats made later from its tables, and the communes they speak of (five-digit codes)."""

    dataset: Dataset
    derived: tuple[str, ...]
    communes: tuple[str, ...]


class _Often:
    """Draws what stands first most often: the one at place ``n`` once for ``n`` times the first."""

    def __init__(self, held: Sequence[str], chance: random.Random) -> None:
        self._held = list(dict.fromkeys(held))
        chance.shuffle(self._held)
        self._weights = list(accumulate(1 / place for place in range(1, len(self._held) + 1)))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return list(dict.fromkeys(chance.choices(self._held, cum_weights=self._weights, k=count)))

    def one(self, chance: random.Random) -> str:
        return self.draw(chance, 1)[0]


def varied_datasets(profile: DemoProfile, count: int, now: datetime) -> Iterator[VariedDataset]:
    made = _Maker(profile, now)
    return (made.dataset(number) for number in range(count))


class _Maker:
    def __init__(self, profile: DemoProfile, now: datetime) -> None:
        chance = random.Random(11)
        self._now = now
        self._originals = list(profile.datasets)
        chance.shuffle(self._originals)
        self._weights = list(accumulate(place**-0.6 for place in range(1, len(self._originals) + 1)))
        self._organizations = [body.id for body in profile.organizations]
        self._communes = [code for held in profile.code_lists for code in held.codes if is_commune(code)]
        texts = [item.description for item in profile.datasets]
        texts += [table.description for item in profile.datasets for table in item.distributions]
        self._sentences = _Often([part for text in texts for part in re.split(r"(?<=\.) ", text) if part], chance)
        columns = [field.title for schema in profile.table_schemas for field in schema.fields if field.title]
        self._columns = _Often(columns, chance)
        self._keywords = _Often([word for item in profile.datasets for word in item.keywords], chance)
        syllables = [onset + rime for onset in _ONSETS for rime in _RIMES]
        self._rare = _Often([f"{one} {other}" for one in syllables for other in syllables], chance)

    def dataset(self, number: int) -> VariedDataset:
        chance = random.Random(number)
        original = chance.choices(self._originals, cum_weights=self._weights)[0]
        everywhere = chance.random() < _WHOLE_PROVINCE
        commune = chance.choice(self._communes)
        year = chance.choices(_YEARS, weights=range(1, len(_YEARS) + 1))[0]
        title = self._title(original, None if everywhere else commune, year, chance)
        name = f"{fold(title)[:80]}-{number}".replace(" ", "-")
        name = re.sub(r"[^a-z0-9-]+", "", name).strip("-")
        modified = self._now - timedelta(minutes=chance.randrange(1_500_000))
        organization = original.organization_id if chance.random() < 0.7 else chance.choice(self._organizations)
        made = replace(
            original,
            id=DatasetId(stable_id("varied dataset", str(number))),
            name=name,
            title=title,
            description=self._description(original, chance),
            organization_id=organization,
            keywords=tuple(dict.fromkeys((*original.keywords[:3], *self._keywords.draw(chance, 4)))),
            access_level=chance.choices(list(AccessLevel), weights=(85, 12, 3))[0],
            frequency=chance.choice(list(Frequency)),
            temporal_start=date(year, 1, 1),
            temporal_end=date(min(year + chance.choice((0, 0, 0, 1, 4)), _YEARS[-1]), 12, 31),
            revision=1,
            issued=modified - timedelta(days=chance.randrange(1_000)),
            modified=modified,
            distributions=tuple(self._distributions(original, number, chance)),
        )
        return VariedDataset(made, chance.choice(_DERIVED), self._speaks_of(commune, everywhere))

    def _distributions(self, original: Dataset, number: int, chance: random.Random) -> Iterator[Distribution]:
        for table in original.distributions:
            yield replace(table, id=_distribution_id(number, table.name))
        if chance.random() < _LINKS_ELSEWHERE:
            form = chance.choice(_LINKED_FORMS)
            address = f"https://du-lieu.example/{number}.{form}"
            yield Distribution(
                _distribution_id(number, "elsewhere"),
                "elsewhere",
                "Tệp gốc",
                kind=DistributionKind.LINK,
                access_url=address,
                format=form,
            )

    def _title(self, original: Dataset, commune: Code | None, year: int, chance: random.Random) -> str:
        subject = original.title if chance.random() < 0.6 else self._keywords.one(chance)
        subject = subject[0].lower() + subject[1:]
        place = commune.title if commune else "tỉnh Thanh Hóa"
        time = chance.choice((f"năm {year}", f"quý {chance.randrange(1, 5)}/{year}", f"giai đoạn {year}-{year + 4}"))
        return f"{chance.choice(_KINDS)} {subject} {place} {time}"

    def _description(self, original: Dataset, chance: random.Random) -> str:
        first = original.description.partition(". ")[0]
        places = ", ".join(code.title for code in chance.sample(self._communes, 3))
        number = f"{chance.randrange(1, 6_000)}/QĐ-UBND"
        return " ".join(
            (
                f"{first}.",
                *self._sentences.draw(chance, 4),
                f"Các cột: {', '.join(self._columns.draw(chance, 8))}.",
                f"Ban hành theo Quyết định số {number}; đối chiếu tại {places}.",
                f"Ghi chú: {', '.join(self._rare.draw(chance, 20))}.",
            )
        )

    def _speaks_of(self, commune: Code, everywhere: bool) -> tuple[str, ...]:
        return tuple(code.code for code in self._communes if not code.replaced_by) if everywhere else (commune.code,)


def _distribution_id(number: int, name: str) -> DistributionId:
    return DistributionId(stable_id("varied distribution", str(number), name))
