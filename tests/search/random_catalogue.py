"""Datasets and questions drawn at random from a seed, in such a way that questions find something."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from catalog.indexed import IndexedDataset
from catalog.model import AccessLevel, DatasetId
from catalog.questions import (
    FACETS,
    VOCABULARY,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Likeness,
    Match,
    Not,
    SearchQuery,
    SearchSort,
    Viewer,
)
from catalog.vietnamese import fold
from search.datasets.lexicon import Lexicon, Meaning
from search.datasets.words import words_of

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)

_SYLLABLES = (
    "giáo giao dục đức đất dat đai đại học hoc sinh sĩ sỹ y tế bệnh viện viên cơ sở số liệu thống kê hoá hóa Thanh Đông"
    " Đồng Tiến tien xã phường thị trấn dân số hộ nghèo nghề lao động du lịch di tích nông lâm thủy thuỷ sản kỹ kĩ"
    " thuật quý quí 2019 2020 2021 38 14797 GRDP BHYT csdl nước sạch môi trường quan trắc không khí giá thuế ngân sách"
    " dự án đầu tư công trình xây dựng quy hoạch bản đồ tuyến xe buýt trạm dừng hội nghị an toàn thực phẩm danh mục và"
    " của các theo năm tháng tỉnh huyện đơn vị hành chính mã tên địa chỉ tọa độ ghi chú báo cáo kết quả"
)
SYLLABLES = tuple(_SYLLABLES.split())
COMMUNES = ("14797", "14803", "14806", "16012", "16030")
ORGANIZATIONS = tuple((f"so-{n}", f"Sở {SYLLABLES[3 * n]} {SYLLABLES[3 * n + 1]}") for n in range(12))
THEMES = ("y-te", "giao-duc", "dat-dai", "giao-thong", "kinh-te", "")
FORMATS = ("csv", "CSV", "xlsx", "json", "geojson", "pdf")
LICENSES = ("cc-by", "cc0", "")
FREQUENCIES = ("yearly", "quarterly", "monthly", "daily")


def lexicon() -> Lexicon:
    """A few words that mean the same, and communes by name."""
    same = {
        "csdl": ("cơ sở dữ liệu", "số liệu"),
        "bhyt": ("y tế",),
        "sở y tế": ("bệnh viện",),
        "xe": ("tuyến xe buýt",),
    }
    meanings = [Meaning(words_of(text), tuple(words_of(row) for row in rows)) for text, rows in same.items()]
    communes = {"đông tiến": ("14797", "14803"), "thanh hóa": ("16012",)}
    meanings += [Meaning(words_of(name), (), codes) for name, codes in communes.items()]
    return Lexicon(meanings, generic=("tỉnh thanh hóa",))


class RandomCatalogue:
    """Draws datasets and questions; the same ones for the same seed."""

    def __init__(self, seed: int | str, size: int) -> None:
        self._random = random.Random(seed)
        self.datasets = tuple(self._dataset(number) for number in range(size))

    def _text(self, least: int, most: int) -> str:
        """Few words are frequent and many are rare."""
        count = self._random.randint(least, most)
        places = (int(len(SYLLABLES) * self._random.random() ** 2) for _ in range(count))
        return " ".join(SYLLABLES[place] for place in places)

    def _some(self, values: tuple[str, ...], most: int) -> tuple[str, ...]:
        return tuple(self._random.sample(values, self._random.randint(0, min(most, len(values)))))

    def _moment(self) -> datetime | None:
        return NOW - timedelta(minutes=self._random.randint(0, 1_500_000)) if self._random.random() < 0.9 else None

    def _day(self) -> date | None:
        return date(self._random.randint(2015, 2026), self._random.randint(1, 12), 1) if self._chance(0.5) else None

    def _chance(self, part: float) -> bool:
        return self._random.random() < part

    def _dataset(self, number: int) -> IndexedDataset:
        draw = self._random
        organization, organization_title = draw.choice(ORGANIZATIONS)
        above = (draw.choice(ORGANIZATIONS)[0],) if self._chance(0.3) else ()
        theme = draw.choice(THEMES)
        return IndexedDataset(
            id=DatasetId(f"id-{number:05}"),
            revision=draw.randint(1, 50),
            name=f"{draw.choice('abcđe')}{draw.choice(('-', '_', ' ', '.', ''))}{number}",
            title=self._text(1, 9).capitalize() + draw.choice(("", "", "!", " (2021)", "\n2")),
            title_en=draw.choice(("", "Schools of the province", "Land prices 2021", "Hospitals")),
            description=". ".join(self._text(0, 40) for _ in range(draw.randint(0, 3))),
            organization=organization,
            organization_id=f"org-{organization}",
            organization_title=organization_title,
            theme=theme,
            theme_title=theme.replace("-", " "),
            keywords=tuple(dict.fromkeys(self._text(1, 2) for _ in range(draw.randint(0, 4)))),
            license=draw.choice(LICENSES),
            formats=self._some(FORMATS, 3),
            frequency=draw.choice(FREQUENCIES),
            level=draw.choice((AccessLevel.OPEN, AccessLevel.OPEN, AccessLevel.SHARED, AccessLevel.INTERNAL)),
            published=self._chance(0.9),
            simulated=self._chance(0.2),
            columns=tuple(dict.fromkeys(self._text(1, 3) for _ in range(draw.randint(0, 6)))),
            tables=tuple(dict.fromkeys(self._text(1, 5) for _ in range(draw.randint(0, 3)))),
            issued=self._moment(),
            modified=self._moment(),
            recorded=self._moment(),
            organization_path=(organization, *above),
            decisions=draw.choice(((), (), ("12/QĐ-UBND",))),
            description_en=draw.choice(("", "", "Where pupils learn, by commune.", "OpenData of the province")),
            code_values=tuple(self._text(1, 2) for _ in range(draw.randint(0, 3))),
            communes=self._some(COMMUNES, 2),
            temporal_start=self._day(),
            temporal_end=self._day(),
            quality=draw.choice((None, 10, 55, 70, 85, 95)),
            uses=draw.choice((0, 0, 5, 50, 500, 5_000)),
            record=f'{{"@id": "d/{number}", "title": "Dữ liệu"}}'.encode(),
        )

    # --- questions ---

    def query(self) -> SearchQuery:
        draw = self._random
        query = SearchQuery(
            text=self._typed(),
            unfinished=self._chance(0.2),
            filters={facet: self._values(facet) for facet in self._some(FACETS, 2)} if self._chance(0.3) else {},
            where=self._condition(draw.randint(0, 4)) if self._chance(0.3) else None,
            sort=draw.choice(tuple(SearchSort)) if self._chance(0.4) else SearchSort.RELEVANCE,
            offset=draw.choice((0, 0, 0, 3, 20, 250)),
            limit=draw.choice((10, 10, 20, 50, 1, 0, 400)),
            facets=self._some((*FACETS, VOCABULARY), 5),
            facet_limit=draw.choice((50, 50, 3, 1, 1_000)),
            viewer=draw.choice((Viewer.PUBLIC, Viewer.PUBLIC, Viewer.STAFF)),
        )
        if query.facets and self._chance(0.2):
            query = replace(query, facet_text={draw.choice(query.facets): draw.choice(("d", "so", "giáo", "2"))})
        return replace(query, like=self._likeness()) if self._chance(0.05) else query

    def _typed(self) -> str:
        draw = self._random
        parts = [self._part() for _ in range(draw.choice((0, 1, 1, 2, 2, 3, 4, 6)))]
        if len(parts) > 1 and self._chance(0.15):
            parts.insert(draw.randrange(1, len(parts)), draw.choice(("OR", "HOẶC", "AND", "-", "&", '"')))
        text = " ".join(parts)
        change = draw.random()
        if change < 0.35:
            return fold(text)
        if change < 0.45:
            return unicodedata.normalize("NFD", text)
        return text.upper() if change < 0.5 else text

    def _part(self) -> str:
        kind = self._random.random()
        if kind < 0.5:
            return self._text(1, 1)
        if kind < 0.7:
            return self._taken()
        if kind < 0.8:
            return f'"{self._taken()}"'
        if kind < 0.88:
            return f"-{self._text(1, 1)}"
        if kind < 0.95:
            field = self._random.choice(
                ("năm", "định-dạng", "cơ-quan", "chủ-đề", "từ-khóa", "cột", "xã", "tiêu-đề", "x")
            )
            value = self._random.choice(("2020", "2019-2021", "csv", "so-1", "y-te", self._text(1, 1), '"Đông Tiến"'))
            return f"{field}:{value}"
        return self._random.choice(("tỉnh thanh hóa", "csdl", "đông tiến", "xyz", "🙂", "\x00", "a*", "(", "thanh hoá"))

    def _taken(self) -> str:
        """Some words in a row out of a dataset."""
        dataset = self._random.choice(self.datasets)
        found = (dataset.title + " " + dataset.description).split()
        start = self._random.randrange(len(found))
        return " ".join(found[start : start + self._random.randint(1, 4)]).replace('"', "")

    def _values(self, facet: str) -> tuple[str, ...]:
        dataset = self._random.choice(self.datasets)
        values: dict[str, tuple[str, ...]] = {
            "organization_path": dataset.organization_path,
            "format": dataset.formats,
            "keyword": dataset.keywords,
            "level": (dataset.level.value,),
            "commune": dataset.communes,
            "column": dataset.columns,
            "year": tuple(str(year) for year in range(2016, self._random.randint(2016, 2026))),
        }
        return values.get(facet) or (str(getattr(dataset, facet, "x")),)

    def _condition(self, depth: int) -> Condition:
        draw = self._random
        kind = draw.random()
        if depth and kind < 0.5:
            parts = tuple(self._condition(depth - 1) for _ in range(draw.randint(0, 3)))
            return AllOf(parts) if kind < 0.25 else AnyOf(parts)
        if depth and kind < 0.65:
            return Not(self._condition(depth - 1))
        if kind < 0.85:
            return self._match()
        low, high = self._end(), self._end()
        field = draw.choice(
            ("issued", "modified", "recorded", "temporal_start", "temporal_end", "name", "keyword", "year", "x")
        )
        return Between(field, low, high, self._chance(0.7), self._chance(0.7))

    def _end(self) -> str | None:
        ends = (None, "2020-01-01", "2025-06-01T00:00:00Z", "2026-01-31", "b", "giáo", "2020", "hôm qua", "")
        return self._random.choices(ends, (4, 3, 3, 3, 1, 1, 1, 0.2, 0.2))[0]

    def _match(self) -> Match:
        draw = self._random
        field = draw.choice(
            (*FACETS, "id", "name", "title", "description", "tables", "text", "state", "simulated", "x", "issued")
        )
        dataset = draw.choice(self.datasets)
        if field in ("title", "description", "tables", "text"):
            value = self._taken() if self._chance(0.5) else self._text(1, 2)
        elif field == "issued":
            value = draw.choice(("*", "2025-06-01", ""))
        else:
            value = draw.choice(self._values(field) if field in FACETS else (str(getattr(dataset, field, "active")),))
        if self._chance(0.1):
            return Match(field, "*")
        if self._chance(0.25):
            begun = value[: draw.randint(0, 4)]
            return Match(field, draw.choice((begun + "*", "*" + begun + "*", begun + "?", "\\" + begun)), wildcard=True)
        return Match(field, value[: draw.randint(1, 30)], phrase=self._chance(0.3), prefix=self._chance(0.3))

    def _likeness(self) -> Likeness:
        dataset = self._random.choice(self.datasets)
        about = (dataset.title, dataset.keywords, dataset.theme, dataset.organization, dataset.columns)
        return Likeness(dataset.id, *about)
