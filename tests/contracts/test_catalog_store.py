"""What every ``CatalogStore`` promises: records, transactions, publications, the outbox and the audit trail."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
import sqlalchemy as sa

from catalog.dictionary import DefinitionStatus
from catalog.errors import AlreadyExists, CatalogError, EditConflict, InvalidInput, NotFound, StorageError
from catalog.issues import Report
from catalog.model import Dataset, DatasetId, DatasetStatus, DistributionId, OrganizationId, VersionId
from catalog.ports import AuditEvent, CatalogStore, Topic
from catalog.storage.engines import make_engine
from catalog.storage.migrations import head_revision
from tests.contracts.records import (
    MINUTE,
    NOW,
    communes,
    department,
    findings,
    health_source,
    pharmacies,
    publication,
    schema,
    workbook,
)


def add_department(store: CatalogStore) -> None:
    with store.write() as transaction:
        transaction.put_organization(department())


def add_pharmacies(store: CatalogStore) -> Dataset:
    add_department(store)
    with store.write() as transaction:
        return transaction.put_dataset(pharmacies(), NOW)


class TestOrganizations:
    def test_an_organization_comes_back_as_it_was_put_by_id_and_by_name(self, catalog: CatalogStore) -> None:
        add_department(catalog)
        with catalog.read() as reader:
            assert reader.organization("org-y-te") == department()
            assert reader.organization("so-y-te") == department()

    def test_organizations_come_by_name(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for name in ("so-y-te", "so-xay-dung", "ubnd-tinh", "so-y"):
                transaction.put_organization(department(name, name, ""))
        with catalog.read() as reader:
            names = [organization.name for organization in reader.organizations()]
        assert names == ["so-xay-dung", "so-y", "so-y-te", "ubnd-tinh"]

    def test_putting_again_replaces(self, catalog: CatalogStore) -> None:
        add_department(catalog)
        renamed = replace(department(), name="so-y-te-moi", contact=None)
        with catalog.write() as transaction:
            transaction.put_organization(renamed)
        with catalog.read() as reader:
            assert reader.organizations() == (renamed,)

    @pytest.mark.parametrize(("name", "code"), [("so-y-te", "khac"), ("khac", "H56.01")])
    def test_a_name_or_code_of_another_is_taken(self, catalog: CatalogStore, name: str, code: str) -> None:
        add_department(catalog)
        with catalog.write() as transaction:
            with pytest.raises(AlreadyExists):
                transaction.put_organization(department("khac", name, code))
            assert transaction.organizations() == (department(),), "the transaction can go on"

    def test_a_child_may_come_before_its_parent_but_not_without_it(self, catalog: CatalogStore) -> None:
        child = replace(department("con", "con", "1"), parent_id=OrganizationId("org-y-te"))
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.put_organization(child)
        with catalog.write() as transaction:
            transaction.put_organization(child)
            transaction.put_organization(department())
        with catalog.read() as reader:
            assert reader.organization("con").parent_id == "org-y-te"


class TestDatasets:
    def test_a_dataset_comes_back_as_it_was_put_with_its_revision(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        assert stored == replace(pharmacies(), revision=1, recorded=NOW)
        with catalog.read() as reader:
            assert reader.dataset("ds-nha-thuoc") == stored
            assert reader.dataset("nha-thuoc") == stored
            assert reader.datasets() == (stored,)

    def test_datasets_come_by_name_and_can_be_asked_for_by_id_or_organization(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        other = department("khac", "khac", "2")
        with catalog.write() as transaction:
            transaction.put_organization(other)
            transaction.put_dataset(replace(pharmacies("ds-cho", "cho"), organization_id=other.id), NOW)
        with catalog.read() as reader:
            assert [dataset.name for dataset in reader.datasets()] == ["cho", "nha-thuoc"]
            assert [d.name for d in reader.datasets(ids=[DatasetId("ds-cho"), DatasetId("la")])] == ["cho"]
            assert [dataset.name for dataset in reader.datasets(organization_id=other.id)] == ["cho"]
            assert reader.datasets(ids=[]) == ()
            assert all(len(dataset.distributions) == 2 for dataset in reader.datasets(organization_id=other.id))

    def test_more_ids_than_a_statement_has_parameters_may_be_asked_for(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        many = [DatasetId(f"la-{number}") for number in range(70_000)]
        with catalog.read() as reader:
            assert len(reader.datasets(ids=[*many, DatasetId("ds-nha-thuoc")])) == 1

    def test_the_second_of_two_edits_from_one_state_is_a_conflict(self, catalog: CatalogStore) -> None:
        seen = add_pharmacies(catalog)
        with catalog.write() as transaction:
            first = transaction.put_dataset(replace(seen, title="Sửa lần một"), NOW)
        with pytest.raises(EditConflict), catalog.write() as transaction:
            transaction.put_dataset(replace(seen, title="Sửa lần hai"), NOW)
        with catalog.read() as reader:
            assert reader.dataset("nha-thuoc") == first
        assert first.revision == 2

    def test_a_dataset_tells_when_it_was_stored_last(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.put_dataset(replace(stored, title="Sửa tên"), NOW + timedelta(days=1))
            transaction.add_datasets([pharmacies("ds-cho", "cho")], NOW + timedelta(days=2))
        with catalog.read() as reader:
            assert [item.recorded for item in reader.datasets()] == [NOW + timedelta(days=2), NOW + timedelta(days=1)]

    def test_adding_a_dataset_that_is_there_is_a_conflict(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction, pytest.raises(EditConflict):
            transaction.put_dataset(pharmacies(name="ten-khac"), NOW)

    @pytest.mark.parametrize("revision", [0, 1])
    def test_a_name_of_another_dataset_is_taken(self, catalog: CatalogStore, revision: int) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            if revision:
                transaction.put_dataset(pharmacies("ds-cho", "cho"), NOW)
            with pytest.raises(AlreadyExists):
                transaction.put_dataset(replace(pharmacies("ds-cho", "nha-thuoc"), revision=revision), NOW)

    def test_distributions_are_replaced_in_their_order(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        table, link = stored.distributions
        added = replace(table, id=DistributionId("moi"), name="moi")
        with catalog.write() as transaction:
            transaction.put_dataset(replace(stored, distributions=(link, added, table)), NOW)
        with catalog.read() as reader:
            assert reader.dataset("nha-thuoc").distributions == (link, added, table)

    def test_two_distributions_may_swap_their_names_but_not_share_one(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        table, link = stored.distributions
        swapped = (replace(table, name=link.name), replace(link, name=table.name))
        with catalog.write() as transaction:
            stored = transaction.put_dataset(replace(stored, distributions=swapped), NOW)
        with pytest.raises(AlreadyExists), catalog.write() as transaction:
            transaction.put_dataset(replace(stored, distributions=(table, replace(link, name=table.name))), NOW)

    def test_a_distribution_with_publications_cannot_be_dropped(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.add_version(publication(), findings())
        with pytest.raises(EditConflict), catalog.write() as transaction:
            transaction.put_dataset(replace(stored, distributions=stored.distributions[1:]), NOW)

    def test_a_dataset_needs_its_organization(self, catalog: CatalogStore) -> None:
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.put_dataset(pharmacies(), NOW)

    def test_the_revision_of_every_dataset_is_known(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.put_dataset(stored, NOW)
            transaction.put_dataset(replace(pharmacies("ds-cho", "cho"), status=DatasetStatus.WITHDRAWN), NOW)
        with catalog.read() as reader:
            assert reader.dataset_revisions() == {DatasetId("ds-cho"): 1, DatasetId("ds-nha-thuoc"): 2}
            assert reader.dataset_revisions([DatasetId("ds-cho"), DatasetId("khac")]) == {DatasetId("ds-cho"): 1}
            assert reader.dataset_revisions([]) == {}

    def test_the_datasets_that_were_published_last_come_first(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            for name, modified in (("chua", None), ("cu", NOW - timedelta(days=9)), ("moi", NOW + timedelta(days=1))):
                transaction.put_dataset(replace(pharmacies(f"ds-{name}", name), modified=modified), NOW)
        with catalog.read() as reader:
            assert reader.newest_datasets(3) == ("ds-moi", "ds-nha-thuoc", "ds-cu")
            assert reader.newest_datasets(9) == ("ds-moi", "ds-nha-thuoc", "ds-cu", "ds-chua")


class TestText:
    def test_vietnamese_text_comes_back_composed_however_it_was_written(self, catalog: CatalogStore) -> None:
        title = "Cơ sở khám chữa bệnh ở phường Hạc Thành, đường Lê Lợi: ĐẶNG, ữ, ỹ, 🏥"
        stored = add_pharmacies(catalog)
        decomposed = unicodedata.normalize("NFD", title)
        assert decomposed != title
        with catalog.write() as transaction:
            transaction.put_dataset(replace(stored, title=decomposed, keywords=(decomposed,)), NOW)
        with catalog.read() as reader:
            dataset = reader.dataset("nha-thuoc")
        assert (dataset.title, dataset.keywords) == (title, (title,))

    def test_a_name_is_the_same_in_both_spellings(self, catalog: CatalogStore) -> None:
        add_department(catalog)
        with catalog.write() as transaction:
            transaction.put_organization(department("mot", "tỉnh", "1"))
            with pytest.raises(AlreadyExists):
                transaction.put_organization(department("hai", unicodedata.normalize("NFD", "tỉnh"), "2"))

    @pytest.mark.parametrize("character", ["\x00", "\ud800"])
    def test_characters_that_no_database_keeps_are_refused(self, catalog: CatalogStore, character: str) -> None:
        with pytest.raises(InvalidInput), catalog.write() as transaction:
            transaction.put_organization(replace(department(), title=f"Sở {character}"))
        with catalog.read() as reader:
            assert reader.organizations() == ()

    def test_times_come_back_in_utc_to_the_microsecond(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        in_hanoi = NOW.astimezone(timezone(timedelta(hours=7)))
        with catalog.write() as transaction:
            transaction.put_dataset(replace(stored, modified=in_hanoi), NOW)
        with catalog.read() as reader:
            modified = reader.dataset("nha-thuoc").modified
        assert modified == NOW
        assert modified is not None
        assert modified.utcoffset() == timedelta(0)


class TestVersions:
    def test_a_version_and_its_report_come_back_as_they_were(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.add_version(publication(), findings())
        with catalog.read() as reader:
            version = reader.version(publication().id)
            assert version == publication()
            assert reader.version_report(version.id) == findings()

    def test_reports_of_many_versions_come_by_their_ids(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.add_version(publication(1), findings())
            transaction.add_version(publication(2), Report(7))
        first, second = publication(1).id, publication(2).id
        with catalog.read() as reader:
            found = reader.version_reports([second, first, VersionId("khong-co")])
        assert found == {first: findings(), second: Report(7)}

    def test_the_codes_of_a_version_come_back_as_they_were_put_last(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        codes = {"ma_xa": ("14797", "15853"), "loai": (), "tình trạng": ("đang hoạt động",)}
        with catalog.write() as transaction:
            transaction.add_version(publication(), findings())
            transaction.put_version_codes(publication().id, {"ma_xa": ("1",)})
            transaction.put_version_codes(publication().id, codes)
        with catalog.read() as reader:
            assert reader.version_codes([publication().id, VersionId("khong-co")]) == {publication().id: codes}
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.put_version_codes(VersionId("khong-co"), codes)

    def test_newest_versions_whose_codes_are_unknown_are_named(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.add_version(publication(1), findings())
            transaction.add_version(publication(2), findings())
        with catalog.read() as reader:
            assert reader.versions_without_codes() == {publication(2).id}
        with catalog.write() as transaction:
            transaction.put_version_codes(publication(2).id, {})
            assert transaction.versions_without_codes() == frozenset()
            assert transaction.version_codes([publication(2).id]) == {publication(2).id: {}}

    def test_versions_come_newest_first(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            for number in (1, 3, 2):
                transaction.add_version(publication(number), Report(0))
        with catalog.read() as reader:
            assert [v.number for v in reader.versions(publication().distribution_id)] == [3, 2, 1]

    def test_a_distribution_tells_its_dataset(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        known = pharmacies().distributions[0].id
        with catalog.read() as reader:
            found = reader.datasets_of([known, DistributionId("khong-co")])
        assert found == {known: pharmacies().id}

    def test_the_newest_version_of_each_distribution(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        market = pharmacies("ds-cho", "cho")
        with catalog.write() as transaction:
            transaction.put_dataset(market, NOW)
            for number in range(1, 12):
                transaction.add_version(publication(number), Report(0))
            transaction.add_version(publication(1, market), Report(0))
        with catalog.read() as reader:
            newest = {version.dataset_id: version.number for version in reader.latest_versions().values()}
            assert newest == {"ds-nha-thuoc": 11, "ds-cho": 1}
            assert reader.latest_versions([market.id]) == {
                publication(1, market).distribution_id: publication(1, market)
            }
            assert reader.latest_versions([]) == {}

    def test_a_number_is_given_once(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.add_version(publication(), findings())
        with pytest.raises(EditConflict), catalog.write() as transaction:
            transaction.add_version(replace(publication(), id=VersionId("khac")), findings())

    def test_a_version_needs_its_distribution(self, catalog: CatalogStore) -> None:
        add_department(catalog)
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.add_version(publication(), findings())

    def test_derived_files_are_added_and_replaced_by_format(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        first, second = publication(1), publication(2)
        with catalog.write() as transaction:
            transaction.add_version(first, Report(0))
            transaction.add_version(second, Report(0))
            transaction.add_derived_file(first.id, replace(workbook(), size=1))
            transaction.add_derived_file(first.id, workbook())
            transaction.add_derived_file(first.id, replace(workbook(), format="json"))
        with catalog.read() as reader:
            files = reader.derived_files([first.id, second.id])
        assert files == {first.id: (replace(workbook(), format="json"), workbook()), second.id: ()}

    def test_a_derived_file_needs_its_version(self, catalog: CatalogStore) -> None:
        with pytest.raises(NotFound), catalog.write() as transaction:
            transaction.add_derived_file(VersionId("la"), workbook())


class TestDictionary:
    def test_the_newest_schema_is_that_of_the_highest_version(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for version in ("1.9.0", "1.10.0", "1.10.0-rc.2", "1.2.0"):
                transaction.put_table_schema(schema(version))
            transaction.put_table_schema(schema(name="cho"))
        with catalog.read() as reader:
            assert reader.table_schema("nha-thuoc") == schema("1.10.0")
            assert reader.table_schema("nha-thuoc", "1.9.0") == schema("1.9.0")
            assert [(s.name, s.version) for s in reader.table_schemas()] == [("cho", "1.0.0"), ("nha-thuoc", "1.10.0")]
            assert reader.table_schema("nha-thuoc").digest == schema("1.10.0").digest

    def test_a_version_of_a_schema_may_change_until_something_is_published_with_it(self, catalog: CatalogStore) -> None:
        add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.put_table_schema(schema(title="Nháp"))
            transaction.put_table_schema(schema())
            transaction.add_version(publication(), Report(0))
        with catalog.write() as transaction:
            transaction.put_table_schema(schema())
            with pytest.raises(EditConflict):
                transaction.put_table_schema(schema(title="Khác"))
            transaction.put_table_schema(schema("1.0.1", title="Khác"))
        with catalog.read() as reader:
            assert reader.table_schema("nha-thuoc", "1.0.0") == schema()

    def test_a_schema_must_agree_with_its_descriptor(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction, pytest.raises(InvalidInput):
            transaction.put_table_schema(replace(schema(), version="9.9.9"))

    def test_a_code_list_keeps_its_order_and_leading_zeros(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.put_code_list(communes("2024.01"))
            transaction.put_code_list(communes())
        with catalog.read() as reader:
            assert reader.code_list("xa-phuong") == communes()
            assert reader.code_lists() == (communes(),)
            assert reader.code_list_versions("xa-phuong") == (communes().version, "2024.01")
            assert reader.code_list("xa-phuong", "2024.01") == communes("2024.01")
            with pytest.raises(NotFound):
                reader.code_list("xa-phuong", "1999.01")

    def test_an_issued_code_list_never_changes_and_a_draft_may(self, catalog: CatalogStore) -> None:
        fewer = replace(communes(), codes=communes().codes[:1])
        with catalog.write() as transaction:
            transaction.put_code_list(replace(communes("2026.01"), status=DefinitionStatus.DRAFT))
            transaction.put_code_list(replace(fewer, version="2026.01", status=DefinitionStatus.DRAFT))
            transaction.put_code_list(communes())
            transaction.put_code_list(communes())
        with pytest.raises(EditConflict), catalog.write() as transaction:
            transaction.put_code_list(fewer)
        with catalog.read() as reader:
            assert reader.code_list("xa-phuong").codes == fewer.codes
            assert reader.code_list("xa-phuong", communes().version) == communes()

    def test_the_versions_of_a_schema_are_listed_newest_first(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for version in ("1.9.0", "1.10.0"):
                transaction.put_table_schema(schema(version))
        with catalog.read() as reader:
            assert reader.table_schema_versions("nha-thuoc") == ("1.10.0", "1.9.0")
            assert reader.table_schema_versions("khong-co") == ()


class TestMisses:
    @pytest.mark.parametrize(
        ("method", "arguments"),
        [
            ("organization", ("la",)),
            ("dataset", ("la",)),
            ("version", ("la",)),
            ("version_report", ("la",)),
            ("table_schema", ("la",)),
            ("table_schema", ("nha-thuoc", "9.0.0")),
            ("code_list", ("la",)),
            ("source", ("la",)),
            ("run", ("la",)),
            ("outcome_report", ("la", "la")),
        ],
    )
    def test_a_miss_is_not_found(self, catalog: CatalogStore, method: str, arguments: tuple[str, ...]) -> None:
        with catalog.write() as transaction:
            transaction.put_table_schema(schema())
        with catalog.read() as reader, pytest.raises(NotFound):
            getattr(reader, method)(*arguments)


class TestTransactions:
    def test_an_error_leaves_nothing(self, catalog: CatalogStore) -> None:
        add_department(catalog)

        def publish_and_fail() -> None:
            with catalog.write() as transaction:
                transaction.put_dataset(pharmacies(), NOW)
                transaction.add_version(publication(), findings())
                transaction.add_event(Topic.DATASET, "ds-nha-thuoc", NOW)
                transaction.add_audit(AuditEvent(NOW, "may", "publish", "dataset", "ds-nha-thuoc", {}))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            publish_and_fail()
        with catalog.read() as reader:
            assert reader.datasets() == ()
            assert reader.latest_versions() == {}
            assert reader.outbox() == ()
            assert reader.audit() == ()

    def test_a_reader_keeps_its_state_while_others_write(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        with catalog.read() as reader:
            assert reader.dataset("nha-thuoc") == stored
            with catalog.write() as transaction:
                transaction.put_dataset(replace(stored, title="Tên mới"), NOW)
                transaction.put_dataset(pharmacies("ds-cho", "cho"), NOW)
            assert reader.dataset("nha-thuoc") == stored
            assert reader.datasets() == (stored,)
        with catalog.read() as reader:
            assert len(reader.datasets()) == reader.dataset_count() == 2

    def test_a_reader_does_not_wait_for_an_open_writer_and_sees_nothing_of_it(self, catalog: CatalogStore) -> None:
        stored = add_pharmacies(catalog)
        with catalog.write() as transaction:
            transaction.put_dataset(replace(stored, title="Tên mới"), NOW)
            assert transaction.dataset("nha-thuoc").title == "Tên mới", "the writer sees its own change"
            with catalog.read() as reader:
                assert reader.dataset("nha-thuoc") == stored

    def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
        self, catalog: CatalogStore, hasty_catalog: CatalogStore
    ) -> None:
        stored = add_pharmacies(catalog)
        with catalog.write() as transaction:
            changed = transaction.put_dataset(replace(stored, title="Giữ khóa"), NOW)
            with pytest.raises(StorageError), hasty_catalog.write() as waiting:
                waiting.put_dataset(replace(stored, title="Chờ"), NOW)
        with hasty_catalog.read() as reader:
            assert reader.dataset("nha-thuoc") == changed


class TestOutbox:
    def test_events_come_oldest_first_and_stay_until_acknowledged(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for minute, key in enumerate(("a", "b", "c")):
                transaction.add_event(Topic.DATASET, key, NOW - minute * MINUTE)
        with catalog.read() as reader:
            first, second, third = reader.outbox()
            assert reader.outbox(limit=2) == (first, second)
        assert [(event.topic, event.key) for event in (first, second, third)] == [
            ("dataset", "a"),
            ("dataset", "b"),
            ("dataset", "c"),
        ]
        with catalog.write() as transaction:
            transaction.acknowledge([third.id, first.id])
            transaction.acknowledge([])
        with catalog.read() as reader:
            assert reader.outbox() == (second,)

    def test_events_can_be_read_and_counted_by_topic_and_from_one_on(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            for topic, key in ((Topic.DATASET, "a"), (Topic.VERSION, "b"), (Topic.DATASET, "c"), (Topic.DATASET, "d")):
                transaction.add_event(topic, key, NOW)
        with catalog.read() as reader:
            first, _, third, fourth = reader.outbox()
            assert reader.outbox(topic=Topic.DATASET) == (first, third, fourth)
            assert reader.outbox(1, topic=Topic.DATASET, after=first.id) == (third,)
            assert reader.outbox(after=fourth.id) == ()
            assert (reader.outbox_size(), reader.outbox_size(Topic.VERSION)) == (4, 1)

    def test_ids_grow_even_after_everything_was_acknowledged(self, catalog: CatalogStore) -> None:
        with catalog.write() as transaction:
            transaction.add_event(Topic.VERSION, "a", NOW)
            before = transaction.outbox()[0].id
            transaction.acknowledge([before])
            transaction.add_event(Topic.VERSION, "b", NOW)
            assert transaction.outbox()[0].id > before


class TestAudit:
    def test_events_come_newest_first(self, catalog: CatalogStore) -> None:
        first = AuditEvent(NOW, "Cán bộ Sở Y tế", "publish", "dataset", "ds", {"lý do": "định kỳ"})
        second = AuditEvent(NOW - MINUTE, "may", "hold", "dataset", "ds", {})
        with catalog.write() as transaction:
            transaction.add_audit(first)
            transaction.add_audit(second)
        with catalog.read() as reader:
            assert reader.audit() == (second, first)
            assert reader.audit(limit=1) == (second,)

    def test_the_events_of_one_object_can_be_asked_for(self, catalog: CatalogStore) -> None:
        events = [AuditEvent(NOW, "may", "publish", "dataset", name, {}) for name in ("a", "b", "a")]
        with catalog.write() as transaction:
            transaction.add_audit(*events)
        with catalog.read() as reader:
            assert reader.audit(object_id="a") == (events[2], events[0])
            assert reader.audit(limit=1, object_id="b") == (events[1],)
            assert reader.audit(object_id="c") == ()

    @pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'khac'", "DELETE FROM audit"])
    def test_nobody_can_change_the_past(self, catalog: CatalogStore, catalog_url: str, change: str) -> None:
        event = AuditEvent(NOW, "may", "publish", "dataset", "ds", {})
        with catalog.write() as transaction:
            transaction.add_audit(event)
        engine = make_engine(catalog_url)
        with pytest.raises((CatalogError, sa.exc.IntegrityError)) as refused, engine.begin() as connection:
            connection.exec_driver_sql(change)
        assert "append-only" in str(refused.value.__cause__)
        engine.dispose()
        with catalog.read() as reader:
            assert reader.audit() == (event,)


def test_the_schema_revision_is_told(catalog: CatalogStore) -> None:
    with catalog.read() as reader:
        assert reader.schema_revision() == head_revision()


def test_a_source_comes_back_as_it_was_put_and_its_name_is_unique(catalog: CatalogStore) -> None:
    add_department(catalog)
    with catalog.write() as transaction:
        transaction.put_source(replace(health_source(), title="Cũ"))
        transaction.put_source(health_source())
        with pytest.raises(AlreadyExists):
            transaction.put_source(health_source("src-khac"))
    with catalog.read() as reader:
        assert reader.sources() == (health_source(),)
        assert reader.source("src-y-te") == reader.source("csdl-duoc") == health_source()
