"""The pages in a real browser: they fit a phone, need no script, ask nobody else, and can be walked by keyboard."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from portal.app import create_app
from portal.wiring import Parts
from tests.portal.sample import publish_sample
from tests.servers import give_up

CHROMIUM = shutil.which("chromium")
ADDRESSES = [
    "/",
    "/datasets",
    "/datasets?q=ban+le+thuoc&theme=y-te",
    "/datasets?q=xyzzy",
    "/dataset/co-so-kham-chua-benh",
    "/dataset/co-so-ban-le-thuoc",
    "/dataset/nhan-luc-y-te",
    "/dataset/co-so-kham-chua-benh/versions/co-so-kham-chua-benh-bang/1",
    "/organizations",
    "/organization/so-y-te",
    "/sources",
    "/source/csdl-so-y-te",
    "/schemas",
    "/schema/co-so-kham-chua-benh",
    "/about",
    "/help",
    "/help/lap-trinh-vien",
    "/styleguide",
    "/admin/sign-in",
    "/en/",
    "/en/dataset/co-so-kham-chua-benh",
]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}

if CHROMIUM is None:
    give_up("chromium", "the pages in a browser need Debian's chromium (apt-get install chromium)")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    published = publish_sample(tmp_path_factory.mktemp("cong"))
    yield published
    published.store.close()


@pytest.fixture(scope="module")
def site(parts: Parts) -> Iterator[str]:
    """The portal on a free port of this machine; its address."""
    app = create_app(parts)
    app.testing = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page being looked at, with everything that went wrong or went elsewhere meanwhile."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.troubles: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._asked)

    def go(self, address: str) -> None:
        self.page.goto(self.site + address)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.troubles.append(f"asked {request.url}")


@pytest.fixture
def visit(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh window; ``indirect`` parameters are options of the window."""
    options = {"viewport": WIDE, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    context.set_default_timeout(10_000)
    yield Visit(context.new_page(), site)
    context.close()


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("visit", [{"viewport": WIDE}, {"viewport": PHONE}], ids=["wide", "phone"], indirect=True)
def test_a_page_fits_and_asks_nobody_else(visit: Visit, address: str) -> None:
    visit.go(address)
    assert visit.troubles == []
    assert visit.page.evaluate(OVERFLOW) == 0
    expect(visit.page.locator("h1")).to_have_count(1)
    assert visit.page.get_attribute("html", "lang") == ("en" if address.startswith("/en/") else "vi")


@pytest.mark.parametrize("width", [360, 900, 1000, 1280])
def test_every_screen_has_a_box_for_questions_at_hand(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.go("/dataset/co-so-kham-chua-benh")
    if width < 900:
        visit.page.get_by_text("Menu", exact=True).click()
    expect(visit.page.get_by_role("banner").get_by_role("combobox")).to_be_in_viewport()
    assert visit.page.evaluate(OVERFLOW) == 0


CONTRAST = """() => {
  const colour = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest(".unseen")) continue;
    const style = getComputedStyle(element);
    const [one, two] = [light(colour(style.color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...faint];
}"""


@pytest.mark.parametrize(
    "visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True
)
@pytest.mark.parametrize(
    "address",
    ["/", "/datasets?q=thuoc", "/dataset/co-so-ban-le-thuoc", "/styleguide", "/organizations", "/admin/sign-in"],
)
def test_every_word_stands_out_from_its_ground(visit: Visit, address: str) -> None:
    visit.go(address)
    assert visit.page.evaluate(CONTRAST) == []


def test_the_first_key_leads_past_the_menu(visit: Visit) -> None:
    visit.go("/datasets")
    visit.page.keyboard.press("Tab")
    skip = visit.page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("main")).to_be_focused()


def test_keys_lead_from_the_question_past_the_filters_to_the_first_result(visit: Visit) -> None:
    visit.go("/datasets?q=y+te")
    visit.page.get_by_role("combobox").focus()
    for key in ("Tab", "Tab"):
        visit.page.keyboard.press(key)
    past = visit.page.get_by_role("link", name="Bỏ qua bộ lọc, tới kết quả")
    expect(past).to_be_focused()
    expect(past).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#ket-qua")).to_be_focused()
    for _ in range(4):
        visit.page.keyboard.press("Tab")
    expect(visit.page.locator(".card-title a").first).to_be_focused()


def test_focus_can_be_seen_wherever_it_goes(visit: Visit) -> None:
    visit.go("/dataset/co-so-kham-chua-benh")
    for _ in range(25):
        visit.page.keyboard.press("Tab")
        outline = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        width = visit.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert outline == "solid"
        assert width >= 2


def test_a_question_suggests_datasets_by_keyboard(visit: Visit) -> None:
    visit.go("/")
    box = visit.page.get_by_role("combobox")
    box.press_sequentially("kham chua")
    option = visit.page.get_by_role("option").first
    expect(option).to_contain_text("Cơ sở khám chữa bệnh")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    visit.page.wait_for_url("**/dataset/co-so-kham-chua-benh")
    assert visit.troubles == []


def test_suggestions_are_announced_and_go_at_a_key(visit: Visit) -> None:
    visit.go("/")
    box = visit.page.get_by_role("combobox")
    box.press_sequentially("kham chua")
    expect(box).to_have_attribute("aria-expanded", "true")
    said = visit.page.locator("form.search-large [role=status]")
    expect(said).to_have_text(f"Gợi ý: {visit.page.get_by_role('option').count()}. Dùng phím mũi tên để chọn.")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("kham chua")
    expect(said).to_be_empty()
    box.press("Enter")
    visit.page.wait_for_url("**/datasets?q=kham+chua")


def test_a_choice_among_facets_is_asked_at_once(visit: Visit) -> None:
    visit.go("/datasets")
    visit.page.get_by_role("checkbox", name="Dữ liệu mở").check()
    visit.page.wait_for_url("**/datasets?level=open")
    expect(visit.page.get_by_role("checkbox", name="Dữ liệu mở")).to_be_checked()
    expect(visit.page.get_by_role("checkbox", name="Dữ liệu mở")).to_be_focused()


def test_going_back_shows_the_boxes_that_the_list_was_asked_with(visit: Visit) -> None:
    visit.go("/datasets?q=y+te")
    box = visit.page.get_by_role("checkbox", name="Dữ liệu mở")
    box.check()
    visit.page.wait_for_url("**level=open")
    visit.page.go_back()
    visit.page.wait_for_url("**/datasets?q=y+te")
    expect(box).not_to_be_checked()


@pytest.mark.parametrize("visit", [{"viewport": PHONE}], indirect=True)
def test_a_phone_unfolds_the_facets_it_needs_and_is_led_to_what_they_found(visit: Visit) -> None:
    visit.go("/datasets")
    visit.page.get_by_text("Lọc kết quả").click()
    box = visit.page.get_by_role("checkbox", name="Dữ liệu mở")
    expect(box).to_be_hidden()
    visit.page.locator("summary", has_text="Mức chia sẻ").click()
    box.check()
    visit.page.wait_for_url("**/datasets?level=open")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    visit.page.get_by_role("link", name="Xem 2 bộ dữ liệu").click()
    expect(box).to_be_hidden()
    expect(visit.page.get_by_text("2 bộ dữ liệu", exact=True)).to_be_in_viewport()
    expect(visit.page.locator("#ket-qua")).to_be_focused()


@pytest.mark.parametrize("visit", [{"viewport": PHONE, "java_script_enabled": False}], indirect=True)
def test_without_scripts_a_phone_finds_filters_sorts_and_downloads(visit: Visit) -> None:
    visit.go("/")
    visit.page.get_by_role("searchbox").fill("kham chua benh")
    visit.page.get_by_role("button", name="Tìm").click()
    visit.page.get_by_text("Lọc kết quả").click()
    visit.page.locator("summary", has_text="Từ khóa").click()
    visit.page.get_by_role("checkbox", name="bệnh viện").first.check()
    visit.page.get_by_role("button", name="Áp dụng bộ lọc").click()
    visit.page.get_by_role("link", name="Cơ sở khám chữa bệnh").first.click()
    visit.page.get_by_role("columnheader", name="Giường bệnh").get_by_role("link").click()
    expect(visit.page.get_by_role("columnheader", name="Giường bệnh").first).to_have_attribute("aria-sort", "ascending")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Tải CSV").first.click()
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("visit", [{"viewport": PHONE}], indirect=True)
def test_the_menu_of_a_phone_opens(visit: Visit) -> None:
    visit.go("/")
    menu = visit.page.get_by_role("navigation", name="Chính")
    expect(menu).to_be_hidden()
    visit.page.get_by_text("Menu", exact=True).click()
    menu.get_by_role("link", name="Cơ quan").click()
    visit.page.wait_for_url("**/organizations")
