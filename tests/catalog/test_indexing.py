"""What the index holds of a dataset is what the catalogue knows of it, and of content that is not open nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.dictionary import Code, CodeList, TableSchema
from catalog.editing import describe
from catalog.harvesting import harvest
from catalog.indexed import IndexedDataset
from catalog.indexing import MOST_CODE_WORDS, indexed_datasets, rebuild_index
from catalog.model import (
    Column,
    Dataset,
    Distribution,
    DistributionId,
    DistributionKind,
    Organization,
    OrganizationId,
    OrganizationKind,
    Version,
    stable_id,
)
from catalog.ports import CatalogReader
from catalog.quality import read_quality
from catalog.questions import Match, SearchQuery, Viewer
from catalog.reading import published_dataset
from catalog.version_codes import coded_columns, fill_codes
from portal.settings import Settings
from portal.wiring import Parts, open_harvester, open_parts
from portal.worker import deliver_outbox
from publishers.dcat import dataset_nodes
from publishers.links import Links
from publishers.rdf import JSON_LD, serialize
from tests.catalog.examples import CLINIC_SCHEMA, CLINICS, COMMUNES, HEALTH, clinic_descriptor
from tests.portal.sample import CLINIC_ROWS, INTERNAL, PHARMACIES, SHARED, Ticking, publish_sample

SITE = "http://du-lieu.test"
PROVINCE = Organization(
    id=OrganizationId("tinh"),
    name="ubnd-tinh",
    code="H56",
    title="Ủy ban nhân dân tỉnh",
    title_en="People's Committee",
    kind=OrganizationKind.PROVINCE,
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published")
    publish_sample(home).store.close()
    return home


@pytest.fixture
def parts(published: Path, tmp_path: Path) -> Iterator[Parts]:
    shutil.copytree(published, tmp_path / "home")
    opened = replace(open_parts(Settings(home=tmp_path / "home", site_url=SITE)), clock=Ticking())
    yield opened
    opened.store.close()


def indexed(parts: Parts, dataset: Dataset = CLINICS) -> IndexedDataset:
    indexing = parts.indexing
    with parts.store.read() as reader:
        (found,) = indexed_datasets(reader, [dataset.id], indexing.describe, parts.clock())
    return found


def put_codes(parts: Parts, codes: dict[str, tuple[str, ...]]) -> None:
    with parts.store.write() as transaction:
        transaction.put_version_codes(version_of(transaction).id, codes)


def version_of(reader: CatalogReader, dataset: Dataset = CLINICS) -> Version:
    return reader.versions(dataset.distributions[0].id)[0]


def with_links(parts: Parts, dataset: Dataset, addresses: tuple[str, ...]) -> None:
    links = tuple(
        Distribution(
            id=DistributionId(stable_id("distribution", dataset.name, address)),
            name=f"link-{n}",
            title="Nơi khác",
            kind=DistributionKind.LINK,
            access_url=address,
        )
        for n, address in enumerate(addresses)
    )
    with parts.store.write() as transaction:
        held = transaction.dataset(dataset.id)
        transaction.put_dataset(replace(held, distributions=held.distributions + links), parts.clock())


def test_all_datasets_are_indexed_and_no_others(parts: Parts) -> None:
    with parts.store.read() as reader:
        every = list(indexed_datasets(reader, None, parts.indexing.describe, parts.clock()))
        assert {item.id: item.revision for item in every} == reader.dataset_revisions()
    assert {item.id for item in every} == {dataset.id for dataset in (CLINICS, PHARMACIES, SHARED, INTERNAL)}


class TestCommunes:
    def test_the_communes_in_a_published_table_are_found(self, parts: Parts) -> None:
        assert indexed(parts).communes == ("14797", "15724", "15853")
        for viewer in Viewer:
            page = parts.index.search(SearchQuery(filters={"commune": ("15724",)}, facets=("commune",), viewer=viewer))
            assert [hit.dataset_id for hit in page.hits] == [CLINICS.id]
            assert {count.value: count.count for count in page.facets["commune"]}["15724"] == 1

    def test_a_table_that_was_not_published_tells_no_commune(self, parts: Parts) -> None:
        assert indexed(parts, PHARMACIES).communes == ()

    @pytest.mark.parametrize("dataset", [SHARED, INTERNAL], ids=lambda dataset: dataset.name)
    def test_content_that_is_not_open_tells_no_commune_not_even_to_staff(self, parts: Parts, dataset: Dataset) -> None:
        with parts.store.read() as reader:
            assert reader.version_codes([version_of(reader, dataset).id])
        found = indexed(parts, dataset)
        assert (found.communes, found.formats, found.quality) == ((), (), None)
        assert found.columns

    def test_a_former_commune_stands_for_those_that_took_its_place(self, parts: Parts) -> None:
        former = Code("14800", "Phường Đông Hải", valid_to=date(2025, 6, 30), replaced_by=("14798",))
        between = Code("14798", "Phường Đông Hương", replaced_by=("14797", "14800"))
        with parts.store.write() as transaction:
            transaction.put_code_list(replace(COMMUNES, version="2025.8", codes=(*COMMUNES.codes, former, between)))
        put_codes(parts, {"ma_xa": ("14800",)})
        assert indexed(parts).communes == ("14797", "14798", "14800")

    def test_a_new_version_brings_its_own(self, parts: Parts, published: Path) -> None:
        folder = parts.settings.home / "departments" / "so-y-te"
        with parts.store.write() as transaction:
            (source,) = transaction.sources()
            transaction.put_source(replace(source, options={"path": str(folder)}))
        rows = CLINIC_ROWS.replace("38003,", "38004,").replace(",15724,", ",14797,")
        (folder / f"{CLINICS.distributions[0].name}.csv").write_text(rows, encoding="utf-8")
        harvest(open_harvester(parts), source.id, trigger="test")
        deliver_outbox(parts)
        assert indexed(parts).communes == ("14797", "15853")
        page = parts.index.search(SearchQuery(filters={"commune": ("15724",)}))
        assert page.total == 0

    def test_what_an_older_program_published_is_filled_at_a_rebuild(self, parts: Parts) -> None:
        forget_codes(parts)
        assert indexed(parts).communes == ()
        rebuild_index(parts.indexing)
        assert parts.index.search(SearchQuery(filters={"commune": ("15724",)})).total == 1
        assert fill_codes(parts.store, parts.rows) == 0


def forget_codes(parts: Parts) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(parts.settings.folder / "catalog.db")) as connection:
        connection.execute("DELETE FROM version_codes")
        connection.commit()


class TestCodeLabels:
    GRADES = CodeList("hang", "1", "Hạng", "Grade", (Code("1", "Hạng một", "First"), Code("2", "Hạng hai", "Second")))

    @pytest.fixture
    def graded(self, parts: Parts) -> Parts:
        fields = clinic_descriptor()["fields"]
        grade = {"name": "hang", "title": "Hạng", "titleEn": "Grade", "codeList": "hang"}
        kind = {"name": "loai", "title": "Loại hình", "constraints": {"enum": ["công lập", "tư nhân"]}}
        descriptor = clinic_descriptor(version="1.1.0", fields=[*fields, grade, kind])
        with parts.store.write() as transaction:
            transaction.put_code_list(self.GRADES)
            transaction.put_table_schema(TableSchema.from_descriptor(descriptor))
        return parts

    def test_labels_of_the_codes_there_in_both_languages(self, graded: Parts) -> None:
        put_codes(graded, {"ma_xa": ("14797",), "hang": ("2",), "loai": ("bán công",)})
        assert indexed(graded).code_values == ("Hạng hai", "Second", "bán công")
        rebuild_index(graded.indexing)
        assert [hit.dataset_id for hit in graded.index.search(SearchQuery('"ban cong"')).hits] == [CLINICS.id]

    def test_where_nobody_knows_which_they_are_those_that_the_dictionary_allows(self, graded: Parts) -> None:
        allowed = ("Hạng một", "First", "Hạng hai", "Second", "công lập", "tư nhân")
        assert indexed(graded, PHARMACIES).code_values == allowed
        assert indexed(graded, SHARED).code_values == allowed

    def test_an_unknown_code_is_its_own_label(self, graded: Parts) -> None:
        put_codes(graded, {"hang": ("9",)})
        assert indexed(graded).code_values == ("9",)

    def test_they_are_no_more_words_than_there_is_room_for(self, graded: Parts) -> None:
        put_codes(graded, {"loai": tuple(f"loại {number}" for number in range(5_000))})
        labels = indexed(graded).code_values
        assert len(labels) == MOST_CODE_WORDS // 2

    def test_columns_without_a_list_are_not_coded(self) -> None:
        assert coded_columns(CLINIC_SCHEMA) == {"ma_xa": "xa-thanh-hoa"}


def test_columns_are_told_in_both_languages(parts: Parts) -> None:
    found = indexed(parts)
    assert found.columns == ("Mã cơ sở", "Tên cơ sở", "Mã xã", "Giường bệnh")
    assert found.columns_en == ("Facility code", "Name", "Commune", "Beds")


class TestTables:
    def test_they_are_told_by_title_in_both_languages_and_description(self, parts: Parts) -> None:
        told: dict[str, Any] = {"title": "Phòng khám", "title_en": "Clinics", "description": "Mỗi dòng một phòng khám."}
        with parts.store.write() as transaction:
            held = transaction.dataset(CLINICS.id)
            tables = (
                replace(held.distributions[0], **told),
                replace(held.distributions[0], id=DistributionId(stable_id("x")), name="x", **told),
            )
            transaction.put_dataset(replace(held, distributions=tables), parts.clock())
        assert indexed(parts).tables == ("Phòng khám", "Clinics", "Mỗi dòng một phòng khám.")

    def test_a_link_is_told_by_its_file_too_unless_that_says_nothing(self, parts: Parts) -> None:
        addresses = (
            "https://noi-khac.vn/tep/tr%C6%B0%E1%BB%9Dng-h%E1%BB%8Dc.2024.xlsx?v=2",
            "https://noi-khac.vn/tep/0e81a2f1-27c5-4d39-9e3b-aaaaaaaaaaaa.csv",
            "https://noi-khac.vn/geoserver/wms?file=a/b.csv",
            "https://noi-khac.vn",
            "khong-phai-dia-chi",
        )
        with_links(parts, CLINICS, addresses)
        assert indexed(parts).tables == (CLINICS.distributions[0].title, "Nơi khác", "trường-học.2024")

    def test_of_content_that_is_not_open_the_address_stays_untold(self, parts: Parts) -> None:
        with_links(parts, SHARED, ("https://noi-khac.vn/bi-mat.xlsx",))
        tables = indexed(parts, SHARED).tables
        assert "Nơi khác" in tables
        assert "bi-mat" not in tables


class TestOrganizationPath:
    def test_it_leads_upwards(self, parts: Parts) -> None:
        with parts.store.write() as transaction:
            transaction.put_organization(PROVINCE)
            transaction.put_organization(replace(HEALTH, parent_id=PROVINCE.id))
        assert indexed(parts).organization_path == ("so-y-te", "ubnd-tinh")

    def test_a_circle_ends(self, parts: Parts) -> None:
        with parts.store.write() as transaction:
            transaction.put_organization(replace(PROVINCE, parent_id=HEALTH.id))
            transaction.put_organization(replace(HEALTH, parent_id=PROVINCE.id))
        assert indexed(parts).organization_path == ("so-y-te", "ubnd-tinh")


class TestPeriod:
    def test_it_is_as_described(self, parts: Parts) -> None:
        change(parts, replace(CLINICS, temporal_start=date(2024, 1, 1)))
        found = indexed(parts)
        assert (found.temporal_start, found.temporal_end) == (date(2024, 1, 1), None)

    def test_else_from_the_periods_in_the_key(self, parts: Parts) -> None:
        found = self.with_column(parts, "year", ["ma", "ky"], "2023", "2025")
        assert (found.temporal_start, found.temporal_end) == (date(2023, 1, 1), date(2025, 12, 31))

    def test_a_day_that_is_no_key_says_nothing_of_the_period(self, parts: Parts) -> None:
        found = self.with_column(parts, "date", ["ma"], "1975-04-30", "2025-01-01")
        assert (found.temporal_start, found.temporal_end) == (None, None)

    def test_what_is_no_period_says_nothing(self, parts: Parts) -> None:
        found = self.with_column(parts, "year", ["ma", "ky"], "", "0")
        assert (found.temporal_start, found.temporal_end) == (None, None)

    def with_column(self, parts: Parts, kind: str, key: list[str], low: str, high: str) -> IndexedDataset:
        fields = [*clinic_descriptor()["fields"], {"name": "ky", "title": "Kỳ", "type": kind}]
        schema = TableSchema.from_descriptor(clinic_descriptor(version="1.1.0", fields=fields, primaryKey=key))
        with parts.store.write() as transaction:
            transaction.put_table_schema(schema)
            version = version_of(transaction)
            columns = (*version.columns, Column("ky", kind, 3, 2, low, high))
            following = replace(version, id=type(version.id)("sau"), number=2, columns=columns, schema_version="1.1.0")
            transaction.add_version(following, transaction.version_report(version.id))
        return indexed(parts)


def change(parts: Parts, dataset: Dataset) -> None:
    with parts.store.write() as transaction:
        describe(transaction, dataset, actor="test", at=parts.clock())


def test_quality_is_the_score_that_the_page_tells(parts: Parts) -> None:
    for dataset in (CLINICS, PHARMACIES):
        with parts.store.read() as reader:
            score = read_quality(reader, published_dataset(reader, dataset.name), parts.clock())
        assert score is not None
        assert indexed(parts, dataset).quality == round(score.points)


class TestRecord:
    def test_it_says_what_the_page_of_the_dataset_says_in_json_ld(self, parts: Parts) -> None:
        for dataset in (CLINICS, PHARMACIES, SHARED):
            with parts.store.read() as reader:
                public = published_dataset(reader, dataset.name)
            written = b"".join(serialize(dataset_nodes(public, Links(SITE)), JSON_LD))
            assert json.loads(indexed(parts, dataset).record) == json.loads(written)

    def test_it_is_given_with_a_hit_and_to_nobody_who_may_not_see_the_dataset(self, parts: Parts) -> None:
        rebuild_index(parts.indexing)
        page = parts.index.search(SearchQuery(records=True))
        assert {hit.dataset_id for hit in page.hits} == {CLINICS.id, PHARMACIES.id, SHARED.id}
        for hit in page.hits:
            assert f"{SITE}/dataset/{hit.name}".encode() in hit.record
            assert INTERNAL.name.encode() not in hit.record
        hidden = SearchQuery(where=Match("name", INTERNAL.name), viewer=Viewer.STAFF, records=True)
        (internal,) = parts.index.search(hidden).hits
        assert INTERNAL.title.encode() in internal.record

    @pytest.mark.parametrize("dataset", [SHARED, INTERNAL], ids=lambda dataset: dataset.name)
    def test_of_content_that_is_not_open_it_tells_nothing(self, parts: Parts, dataset: Dataset) -> None:
        record = indexed(parts, dataset).record
        for told in (b"dcat:Distribution", b"/download/", b"spdx:checksum", b"/rows"):
            assert told in indexed(parts).record
            assert told not in record

    def test_its_addresses_are_those_of_the_settings(self, parts: Parts) -> None:
        elsewhere = replace(parts, settings=parts.settings.model_copy(update={"site_url": "https://mo.example/"}))
        assert b'"https://mo.example/dataset/co-so-kham-chua-benh"' in indexed(elsewhere).record
        assert SITE.encode() not in indexed(elsewhere).record


def test_the_documents_that_data_rest_on_are_told_by_their_numbers(parts: Parts) -> None:
    with parts.store.write() as transaction:
        held = transaction.dataset(CLINICS.id)
        basis = "Quyết định số 3833/QĐ-UBND ngày 12/5/2024; Nghị định 47/2020/NĐ-CP; Quyết định số 3833/QĐ-UBND"
        transaction.put_dataset(replace(held, legal_basis=basis, register_item="Mục 7 (12/2025/QĐ-TTg)"), parts.clock())
    assert indexed(parts).decisions == ("3833/QĐ-UBND", "47/2020/NĐ-CP", "12/2025/QĐ-TTg")
