"""A page as its reader meets it: headings, links, words; read with the standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "use", "path", "circle"}
_UNREAD = {"script", "style"}
_INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "q", "small", "span", "strong", "time", "wbr"}


@dataclass(slots=True)
class Element:
    """One element with its attributes and all the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    def words(self) -> str:
        return " ".join(self.text.split())


@dataclass(slots=True)
class Page:
    """A parsed answer; ``elements`` in the order of the document."""

    status: int
    html: str
    elements: list[Element] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag whose attributes are these; ``class_`` asks for one class among several."""
        return [element for element in self.elements if element.tag == tag and _has(element, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attributes}"
        return found[0]

    @property
    def words(self) -> str:
        """All the text of the body, blanks joined."""
        return self.one("body").words()

    @property
    def links(self) -> dict[str, str]:
        """Addresses of links by their words (the last, where several say the same)."""
        return {element.words(): element.attributes["href"] for element in self.all("a")}


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        actual = element.attributes.get(name.rstrip("_").replace("_", "-"))
        if name == "class_":
            if value not in (actual or "").split():
                return False
        elif actual != value:
            return False
    return True


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part_words(tag)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._page.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._page.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._part_words(tag)
        for element in reversed(self._open):
            self._open.remove(element)
            if element.tag == tag:
                break

    def _part_words(self, tag: str) -> None:
        """Words of two blocks are two words."""
        if tag not in _INLINE:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        unread = any(element.tag in _UNREAD for element in self._open)
        for element in self._open:
            if not unread or element.tag in _UNREAD:
                element.text += data


def get(client: FlaskClient, address: str) -> Page:
    """The page at an address, whatever its status."""
    answer = client.get(address)
    return read(answer.get_data(as_text=True), answer.status_code)


def read(html: str, status: int = 200) -> Page:
    """A piece of HTML, parsed."""
    page = Page(status, html)
    _Reader(page).feed(html)
    return page
