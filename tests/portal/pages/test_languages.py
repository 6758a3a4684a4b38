"""Two languages: everything we say exists in English, and what a record has only in Vietnamese is marked so."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from portal.pages.languages import TRANSLATIONS
from tests.portal.pages.page import get

PORTAL = TRANSLATIONS.parent
KEYWORDS = {"_": None, "marked": None, "gettext": None, "counted": (1, 1)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def _messages_in_use() -> set[str]:
    found: set[str] = set()
    for folder in ("admin", "pages", "templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(PORTAL / folder),
            METHODS,
            {},
            KEYWORDS,
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def _translations() -> dict[str, tuple[str, ...]]:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="en", abort_invalid=True)
    found = {}
    for message in catalog:
        if message.id:
            key, text = message.id, message.string
            found[key if isinstance(key, str) else key[0]] = (text,) if isinstance(text, str) else tuple(text or ())
    return found


def test_every_message_has_an_english_translation() -> None:
    translated = _translations()
    missing = sorted(message for message in _messages_in_use() if not all(translated.get(message) or ("",)))
    assert missing == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(_translations()) - _messages_in_use()) == []


def test_a_translation_names_the_values_that_its_message_names() -> None:
    named = {message: message.split("%(")[1:] for message in _translations() if "%(" in message}
    for message, parts in named.items():
        for text in _translations()[message]:
            assert {part.split(")")[0] for part in parts} == {part.split(")")[0] for part in text.split("%(")[1:]}


def test_no_compiled_translation_is_kept() -> None:
    assert list(Path(TRANSLATIONS).rglob("*.mo")) == []


def test_the_path_chooses_the_language(client: FlaskClient) -> None:
    vietnamese, english = get(client, "/datasets"), get(client, "/en/datasets")
    assert vietnamese.one("html").attributes["lang"] == "vi"
    assert english.one("html").attributes["lang"] == "en"
    assert vietnamese.one("h1").words() == "Bộ dữ liệu"
    assert english.one("h1").words() == "Datasets"


def test_the_other_language_keeps_the_question(client: FlaskClient) -> None:
    page = get(client, "/datasets?q=b%E1%BB%87nh+vi%E1%BB%87n&theme=y-te")
    switch = page.links["English"]
    assert switch == "/en/datasets?q=b%E1%BB%87nh+vi%E1%BB%87n&theme=y-te"
    assert get(client, switch).links["Tiếng Việt"] == "/datasets?q=b%E1%BB%87nh+vi%E1%BB%87n&theme=y-te"


def test_links_of_an_english_page_stay_english_but_files_have_one_address(client: FlaskClient) -> None:
    page = get(client, "/en/dataset/co-so-kham-chua-benh")
    assert page.links["Department of Health"] == "/en/organization/so-y-te"
    downloads = [link for link in page.links.values() if "/download/" in link]
    assert downloads
    assert all(link.startswith("/download/") for link in downloads)
    assert page.one("link", rel="stylesheet").attributes["href"].startswith("/static/")


def test_words_that_exist_only_in_vietnamese_are_marked_on_english_pages(client: FlaskClient) -> None:
    page = get(client, "/en/dataset/co-so-kham-chua-benh")
    assert "Phòng Nghiệp vụ Y, Sở Y tế" in [element.words() for element in page.all("span", lang="vi")]
    assert not get(client, "/dataset/co-so-kham-chua-benh").all("span", lang="vi")


def test_counts_follow_the_plural_of_the_language(client: FlaskClient) -> None:
    assert "3 bộ dữ liệu" in get(client, "/datasets").words
    assert "3 datasets" in get(client, "/en/datasets").words
    assert "1 dataset for" in get(client, "/en/datasets?q=ban+le+thuoc").words
