"""Sources in the pages for operators: seen, added, tried out, run, paused and removed by those who look after them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.issues import Report
from catalog.sources import HarvestSource, RunState
from portal.wiring import Parts
from portal.worker import work
from tests.catalog.examples import CLINICS, HEALTH
from tests.portal.admin.browser import Browser
from tests.portal.admin.source_forms import fields_of, send_form, stored
from tests.portal.pages.page import read

SECRET = "m4t-khau-rat-bi-mat"
OF_THE_SERVER = [
    ("files", {"option__path": "/etc"}),
    ("files", {"option__path": "${DULIEUMO_HOME}"}),
    ("sql", {"option__url": "sqlite:////var/lib/dulieumo/catalog.db"}),
    ("sql", {"option__url": "postgresql:///dulieumo"}),
    ("sql", {"option__url": "postgresql://dulieumo@localhost/dulieumo"}),
    ("sql", {"option__url": "postgresql://dulieumo@127.1.2.3/dulieumo"}),
    ("sql", {"option__url": "postgresql://dulieumo@[::1]/dulieumo"}),
    ("sql", {"option__url": "postgresql://xa.test/dulieumo?host=/var/run/postgresql"}),
    ("sql", {"option__url": "postgresql://xa.test/a", "option__password": "${DULIEUMO_SOURCE_MAT_KHAU}"}),
]


class TestWhoSeesWhat:
    def test_a_steward_sees_the_sources_of_the_own_organization(
        self, steward: Browser, administrator: Browser, source: HarvestSource, others: HarvestSource
    ) -> None:
        page = steward.open("/admin/sources")
        assert source.title in page.words
        assert others.title not in page.words
        assert "1 trên 1 nguồn" in page.words
        assert others.title in administrator.open("/admin/sources").words

    def test_a_source_of_others_is_as_if_it_did_not_exist(self, steward: Browser, others: HarvestSource) -> None:
        for page in ("", "/edit", "/test", "/pause", "/remove"):
            hidden = steward.get(f"/admin/source/{others.name}{page}")
            unknown = steward.get(f"/admin/source/khong-co{page}")
            assert hidden.status_code == unknown.status_code == 404
            assert others.title not in hidden.text

    def test_nothing_can_be_done_to_it(
        self, steward: Browser, parts: Parts, source: HarvestSource, others: HarvestSource
    ) -> None:
        token = steward.token(steward.open(f"/admin/source/{source.name}"))
        for act in ("run", "cancel", "pause", "resume", "remove", "edit", "test"):
            assert steward.post(f"/admin/source/{others.name}/{act}", {"csrf": token}).status_code == 404, act
        with parts.store.read() as reader:
            assert reader.source(others.id) == others
            assert reader.runs(others.id) == ()

    def test_runs_of_others_are_hidden_too(
        self, steward: Browser, administrator: Browser, source: HarvestSource, others: HarvestSource
    ) -> None:
        answer = administrator.send(f"/admin/source/{others.name}", f"/admin/source/{others.name}/run")
        address = answer.headers["Location"]
        assert administrator.open(address).status == 200
        for page in (address, f"{address}/bang", f"{address}/bang/errors.csv"):
            assert steward.get(page).status_code == 404
        assert others.title not in steward.open("/admin/runs").words
        assert others.title in administrator.open("/admin/runs").words


class TestList:
    def test_it_is_narrowed_by_organization_and_state(
        self, administrator: Browser, source: HarvestSource, others: HarvestSource
    ) -> None:
        assert "1 trên 2 nguồn" in administrator.open("/admin/sources?organization=so-tai-chinh").words
        assert "2 trên 2 nguồn" in administrator.open("/admin/sources?state=never").words
        assert "Không có nguồn nào như vậy" in administrator.open("/admin/sources?state=paused").words
        administrator.send(f"/admin/source/{source.name}/pause", f"/admin/source/{source.name}/pause")
        page = administrator.open("/admin/sources?state=paused")
        assert source.title in page.words
        assert others.title not in page.words


class TestAdding:
    def test_the_form_is_made_of_the_options_of_the_kind(self, steward: Browser, source: HarvestSource) -> None:
        assert steward.open("/admin/sources/new").links["Cơ sở dữ liệu"] == "/admin/sources/new/sql"
        page = steward.open("/admin/sources/new/sql")
        assert page.one("input", name="option.url").attributes["type"] == "text"
        assert page.one("input", name="option.password").attributes["type"] == "password"
        assert "Dạng SQLAlchemy, không có mật khẩu" in page.words
        assert steward.get("/admin/sources/new/khong-co").status_code == 404

    def test_a_source_is_added_paused_and_its_secret_is_never_shown(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        page = send_form(
            steward,
            "/admin/sources/new/sql",
            title="Cơ sở dữ liệu dược",
            option__url="postgresql://doc@may-chu.test/duoc",
            option__password=SECRET,
        )
        assert "Đã thêm nguồn, đang tạm dừng" in page.words
        added = stored(parts, "co-so-du-lieu-duoc")
        assert (added.organization_id, added.enabled, added.kind) == (HEALTH.id, False, "sql")
        for address in ("", "/edit", "/test"):
            html = steward.open(f"/admin/source/{added.name}{address}").html
            assert SECRET not in html
            assert added.options["password"] not in html
        with parts.store.read() as reader:
            assert [(event.actor, event.action) for event in reader.audit(object_id=added.id)] == [
                ("lan", "source.create")
            ]

    def test_what_is_wrong_is_told_beside_its_field_and_secrets_are_not_sent_back(
        self, steward: Browser, source: HarvestSource
    ) -> None:
        page = send_form(steward, "/admin/sources/new/sql", title="Dược", option__url="", option__password=SECRET)
        assert page.status == 400
        wrong = page.one("input", aria_invalid="true")
        assert wrong.attributes["name"] == "option.url"
        assert "còn trống" in page.one("p", id="option.url-error").words()
        assert SECRET not in page.html
        assert page.one("input", name="title").attributes["value"] == "Dược"

    @pytest.mark.parametrize(
        ("field", "typed", "told", "told_en"),
        [
            ("notify_email", "can bo@so.example", "không đúng dạng ten@co-quan.vn", "not like name@office.vn"),
            ("notify_webhook", "https://10.0.0.5/m4t", "dải dành riêng", "internal or reserved network"),
            ("notify_webhook", "https://a:m4t@so.example/", "chứa tên hoặc mật khẩu", "holds a name or password"),
        ],
    )
    def test_where_to_tell_of_trouble_is_checked_beside_its_field(
        self, administrator: Browser, parts: Parts, field: str, typed: str, told: str, told_en: str
    ) -> None:
        for prefix, words in (("", told), ("/en", told_en)):
            page = send_form(
                administrator,
                f"{prefix}/admin/sources/new/dcat",
                title="Danh mục",
                option__url="https://so.example/data.json",
                **{field: typed},
            )
            assert page.status == 400
            assert page.one("input", aria_invalid="true").attributes["name"] == field
            assert words in page.one("p", id=f"{field}-error").words()
            assert "m4t" not in page.html
        with parts.store.read() as reader:
            assert not [item for item in reader.sources() if item.title == "Danh mục"]

    def test_a_steward_cannot_add_one_for_another_organization(
        self, steward: Browser, parts: Parts, source: HarvestSource, others: HarvestSource
    ) -> None:
        page = send_form(
            steward,
            "/admin/sources/new/sql",
            title="Của người khác",
            organization="so-tai-chinh",
            option__url="postgresql://doc@may-chu.test/tien",
        )
        assert page.status == 403
        with parts.store.read() as reader:
            assert len(reader.sources()) == 2

    @pytest.mark.parametrize("do", ["save", "test"])
    def test_only_an_administrator_lets_a_source_read_the_server_itself(
        self, steward: Browser, parts: Parts, source: HarvestSource, do: str
    ) -> None:
        for kind, options in OF_THE_SERVER:
            page = send_form(steward, f"/admin/sources/new/{kind}", do=do, title="Tệp của máy", **options)
            assert page.status == 403, options
            assert "Chỉ người quản trị cổng được khai nguồn đọc tệp" in page.words
        with parts.store.read() as reader:
            assert len(reader.sources()) == 1

    def test_an_administrator_may(self, administrator: Browser, parts: Parts, source: HarvestSource) -> None:
        send_form(administrator, "/admin/sources/new/files", title="Tệp của máy", option__path="/srv/tep")
        assert stored(parts, "tep-cua-may").options == {"path": "/srv/tep"}


class TestTryingOut:
    def test_a_draft_is_tried_out_without_being_saved(
        self, administrator: Browser, parts: Parts, source: HarvestSource, tmp_path: Path
    ) -> None:
        page = send_form(
            administrator, "/admin/sources/new/files", do="test", title="Tệp", option__path=str(tmp_path / "so-y-te")
        )
        assert page.status == 200
        assert "Kết nối tốt" in page.words
        assert "có 1 tệp đọc được" in page.words
        assert "Chưa lưu gì" in page.words
        with parts.store.read() as reader:
            assert len(reader.sources()) == 1

    def test_a_step_that_fails_explains_itself(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        address = f"/admin/source/{source.name}/test"
        answer = steward.send(address, address)
        assert "Kết nối tốt" in answer.text
        with parts.store.write() as transaction:
            transaction.put_source(replace(source, options={"path": "/khong-co"}))
        page = read(steward.send(address, address).get_data(as_text=True))
        assert "Chưa kết nối được" in page.words
        assert "không mở được thư mục; kiểm tra đường dẫn và quyền đọc" in page.words


class TestEditing:
    def test_a_change_is_saved_and_named_in_the_history(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        page = send_form(steward, f"/admin/source/{source.name}/edit", title="Tên mới")
        assert "Đã lưu thay đổi" in page.words
        assert stored(parts, source.name) == replace(source, title="Tên mới")
        assert "lan sửa nguồn: title" in page.words

    def test_a_secret_stays_until_another_is_typed_or_it_is_taken_away(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        url = "postgresql://doc@may-chu.test/duoc"
        send_form(steward, "/admin/sources/new/sql", title="duoc", option__url=url, option__password=SECRET)
        first = stored(parts, "duoc").options["password"]
        edit = "/admin/source/duoc/edit"
        send_form(steward, edit, option__schema="kho")
        assert stored(parts, "duoc").options == {"url": url, "schema": "kho", "password": first}
        send_form(steward, edit, option__password="khac")
        assert stored(parts, "duoc").options["password"] not in (first, "khac")
        send_form(steward, edit, forget__password="yes")
        assert stored(parts, "duoc").options == {"url": url, "schema": "kho"}

    @pytest.mark.parametrize("do", ["save", "test"])
    def test_a_stored_secret_never_goes_to_another_host(
        self, steward: Browser, parts: Parts, source: HarvestSource, do: str
    ) -> None:
        url = "postgresql://doc@may-chu.test/duoc"
        send_form(steward, "/admin/sources/new/sql", title="duoc", option__url=url, option__password=SECRET)
        before = stored(parts, "duoc")
        edit = "/admin/source/duoc/edit"
        page = send_form(steward, edit, do=do, option__url="postgresql://doc@ke-trom.test/duoc")
        assert page.status == 400
        assert "lại" in page.one("p", id="option.password-error").words()
        assert stored(parts, "duoc") == before
        send_form(steward, edit, option__url="postgresql://doc@may-moi.test/duoc", option__password="moi")
        assert stored(parts, "duoc").options["url"] == "postgresql://doc@may-moi.test/duoc"

    def test_the_slower_of_two_is_told(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        page = steward.open(f"/admin/source/{source.name}/edit")
        fields = fields_of(page, title="Chậm") | {"csrf": steward.token(page), "do": "save"}
        send_form(steward, f"/admin/source/{source.name}/edit", title="Nhanh")
        answer = steward.post(f"/admin/source/{source.name}/edit", fields)
        assert answer.status_code == 409
        assert "vừa được người khác sửa" in answer.text
        assert stored(parts, source.name).title == "Nhanh"

    def test_a_steward_cannot_give_it_to_another_organization(
        self, steward: Browser, parts: Parts, source: HarvestSource, others: HarvestSource
    ) -> None:
        page = send_form(steward, f"/admin/source/{source.name}/edit", organization="so-tai-chinh")
        assert page.status == 403
        assert stored(parts, source.name) == source

    def test_fields_that_no_form_has_change_nothing(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        send_form(steward, f"/admin/source/{source.name}/edit", kind="sql", enabled="", tables="", id="khac", cron="x")
        assert stored(parts, source.name) == source


class TestRunning:
    def test_everything_is_read_again_where_that_is_asked_for(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        here = f"/admin/source/{source.name}"
        assert "Đọc lại toàn bộ" not in steward.open(here).words, "nothing was read so far"
        steward.send(here, f"{here}/run")
        work(parts, once=True)
        with parts.store.write() as transaction:
            (last,) = transaction.last_outcomes(source.id).values()
            transaction.add_outcome(replace(last, fingerprint="etag-1"), Report(3))
        assert "Đọc lại toàn bộ" in steward.open(here).words
        steward.send(here, f"{here}/run", full="1")
        with parts.store.read() as reader:
            assert [item.fingerprint for item in reader.last_outcomes(source.id).values()] == [""]
            assert reader.audit(1, object_id=source.id)[0].details["full"] == "true"

    def test_from_the_button_to_the_page_of_the_run(
        self, steward: Browser, parts: Parts, source: HarvestSource
    ) -> None:
        answer = steward.send(f"/admin/source/{source.name}", f"/admin/source/{source.name}/run")
        address = answer.headers["Location"]
        waiting = steward.open(address)
        assert "Đang chờ" in waiting.words
        assert waiting.one("meta", http_equiv="refresh").attributes["content"] == "3"
        again = steward.post(f"/admin/source/{source.name}/run", {"csrf": steward.token(waiting)})
        assert again.headers["Location"] == address, "a second start leads to the run there is"
        work(parts, once=True)
        page = steward.open(address)
        assert not page.all("meta", http_equiv="refresh")
        assert "Đã công bố bản mới" in page.words
        assert "3 dòng" in page.words
        assert re.search(r"Đọc [\d,]+ giây Kiểm tra [\d,]+ giây Ghi tệp [\d,]+ giây", page.words)
        assert "Ai gọi lan" in page.words
        report = steward.open(f"{address}/{source.tables[0].key}")
        assert report.status == 200
        assert "Dòng đã kiểm 3" in report.words
        assert "Thu thập lại ngay" in page.words

    def test_a_run_is_cancelled(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        here = f"/admin/source/{source.name}"
        address = steward.send(here, f"{here}/run").headers["Location"]
        answer = steward.send(address, f"{here}/cancel")
        assert answer.headers["Location"] == address
        with parts.store.read() as reader:
            (run,) = reader.runs(source.id)
        assert run.state is RunState.CANCELLED
        assert "Đã dừng" in steward.open(address).words
        late = steward.post(f"{here}/cancel", {"csrf": steward.token(steward.open(here))})
        assert "đã kết thúc trước khi dừng" in steward.open(late.headers["Location"]).words

    def test_the_list_of_runs_is_narrowed(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        steward.send(f"/admin/source/{source.name}", f"/admin/source/{source.name}/run")
        work(parts, once=True)
        assert "1 lượt gần nhất" in steward.open(f"/admin/runs?state=success&source={source.name}").words
        assert "Không có lượt nào như vậy" in steward.open("/admin/runs?state=failed").words
        assert "1 lượt gần nhất" in steward.open("/admin/runs?page=99").words


class TestPausingAndRemoving:
    def test_it_is_paused_and_resumed(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        here = f"/admin/source/{source.name}"
        page = steward.open(steward.send(f"{here}/pause", f"{here}/pause").headers["Location"])
        assert "Đã tạm dừng" in page.words
        assert not stored(parts, source.name).enabled
        steward.send(here, f"{here}/resume")
        assert stored(parts, source.name).enabled

    def test_it_is_removed_after_a_question(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        here = f"/admin/source/{source.name}/remove"
        assert "Mất: cấu hình, lịch sử" in steward.open(here).words
        answer = steward.send(here, here)
        assert "Đã xóa nguồn" in steward.open(answer.headers["Location"]).words
        with parts.store.read() as reader:
            assert reader.sources() == ()
            assert reader.dataset(CLINICS.name).name == CLINICS.name

    def test_not_while_it_runs(self, steward: Browser, parts: Parts, source: HarvestSource) -> None:
        here = f"/admin/source/{source.name}"
        steward.send(here, f"{here}/run")
        page = steward.open(f"{here}/remove")
        assert "Nguồn đang được thu thập" in page.words
        assert f"{here}/remove" not in [form.attributes["action"] for form in page.all("form")]
        assert steward.post(f"{here}/remove", {"csrf": steward.token(page)}).status_code == 409


def test_every_page_reads_in_english(administrator: Browser, parts: Parts, source: HarvestSource) -> None:
    run = administrator.send(f"/admin/source/{source.name}", f"/admin/source/{source.name}/run").headers["Location"]
    work(parts, once=True)
    for address in (
        "/admin/sources",
        "/admin/sources/new",
        "/admin/sources/new/dcat",
        f"/admin/source/{source.name}",
        f"/admin/source/{source.name}/edit",
        f"/admin/source/{source.name}/test",
        f"/admin/source/{source.name}/pause",
        f"/admin/source/{source.name}/remove",
        "/admin/runs",
        run,
        f"{run}/{source.tables[0].key}",
    ):
        page = administrator.open(f"/en{address}")
        assert page.status == 200, address
        assert page.one("html").attributes["lang"] == "en"
