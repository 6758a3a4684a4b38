"""What the styles of an ODS workbook tell: fonts, bold and raised letters, how numbers are shown, what is hidden.

OpenDocument 1.3, part 3: styles 16, number styles 16.29. A style says only what differs from its parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harvesters.reading.number_formats import PERCENT, PLAIN, NumberFormat, number_format
from harvesters.reading.workbook_cells import Look, font_encoding

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, STYLE, TABLE, TEXT, NUMBER = (
    f"{_NAMESPACE}{name}:1.0 " for name in ("office", "style", "table", "text", "datastyle")
)
DRAWING = f"{_NAMESPACE}drawing:1.0 "
FO, SVG = f"{_NAMESPACE}xsl-fo-compatible:1.0 ", f"{_NAMESPACE}svg-compatible:1.0 "
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "

_MOST_STYLES = 100_000
_DEEPEST = 20
_MOST_DIGITS = 40
_BOLD = ("bold", "600", "700", "800", "900")


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What one style says of its own; ``None`` where it leaves a thing to its parent."""

    parent: str = ""
    font: str | None = None
    bold: bool | None = None
    format: str | None = None
    raised: bool | None = None
    shown: bool = True


@dataclass(slots=True)
class Styles:
    """Collects styles from the events of the XML parser, of both parts that hold some, and answers by name."""

    looks: list[Look] = field(default_factory=lambda: [Look()])
    _styles: dict[tuple[str, str], CellStyle] = field(default_factory=dict)
    _fonts: dict[str, str] = field(default_factory=dict)
    _formats: dict[str, NumberFormat] = field(default_factory=dict)
    _numbers: dict[tuple[str, bool], int] = field(default_factory=dict)
    _current: tuple[str, str] | None = None
    _format_name: str = ""
    _code: str = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == STYLE + "font-face":
            self._fonts[attributes.get(STYLE + "name", "")] = attributes.get(SVG + "font-family", "").strip("'\" ")
        elif name in (STYLE + "style", STYLE + "default-style"):
            self._begin_style(attributes)
        elif name == STYLE + "text-properties":
            self._told_of_text(attributes)
        elif name == STYLE + "table-properties" and self._current and attributes.get(TABLE + "display") == "false":
            self._styles[self._current] = replace(self._styles[self._current], shown=False)
        elif name.startswith(NUMBER):
            self._told_of_number(name.removeprefix(NUMBER), attributes)

    def end(self, name: str, text: str) -> None:
        if name == NUMBER + "text" and self._format_name and text:
            self._code += f'"{text}"'.replace('"%"', "%")
        elif name in (STYLE + "style", STYLE + "default-style"):
            self._current = None
        elif name.startswith(NUMBER) and name.endswith("-style") and self._format_name:
            self._formats[self._format_name] = number_format(self._code) if self._code else PLAIN
            self._format_name = ""

    def _begin_style(self, attributes: Mapping[str, str]) -> None:
        if len(self._styles) >= _MOST_STYLES:
            raise ValueError("too many styles")
        self._current = (attributes.get(STYLE + "family", ""), attributes.get(STYLE + "name", ""))
        self._styles[self._current] = CellStyle(
            attributes.get(STYLE + "parent-style-name", ""), format=attributes.get(STYLE + "data-style-name")
        )

    def _told_of_text(self, attributes: Mapping[str, str]) -> None:
        if self._current is None:
            return
        style = self._styles[self._current]
        named, family = attributes.get(STYLE + "font-name"), attributes.get(FO + "font-family")
        weight, position = attributes.get(FO + "font-weight"), attributes.get(STYLE + "text-position")
        font = self._fonts.get(named, named) if named is not None else family
        self._styles[self._current] = replace(
            style,
            font=style.font if font is None else font.strip("'\" "),
            bold=style.bold if weight is None else weight in _BOLD,
            raised=style.raised if position is None else _is_raised(position),
        )

    def _told_of_number(self, name: str, attributes: Mapping[str, str]) -> None:
        if name.endswith("-style"):
            self._format_name = attributes.get(STYLE + "name", "")
            self._code = ""
        elif name == "number" and self._format_name:
            digits = min(int(attributes.get(NUMBER + "min-integer-digits") or 0), _MOST_DIGITS)
            decimals = min(int(attributes.get(NUMBER + "decimal-places") or 0), _MOST_DIGITS)
            grouped = attributes.get(NUMBER + "grouping") == "true"
            divided = float(attributes.get(NUMBER + "display-factor") or 1) >= 1_000
            self._code += ("#,##0" if grouped else "0" * digits or "#") + ("." + "0" * decimals if decimals else "")
            self._code += "," if divided else ""

    def look(self, name: str, value_type: str) -> int:
        """The number of the look of a cell with this style and type of value."""
        key = (name, value_type == "percentage")
        if key not in self._numbers:
            style = self._whole("table-cell", name)
            shown = self._formats.get(style.format or "", PLAIN)
            if key[1] and shown.kind != PERCENT:
                shown = NumberFormat(PERCENT)
            elif not key[1] and shown.kind == PERCENT:
                shown = PLAIN
            self._numbers[key] = len(self.looks)
            self.looks.append(Look(*font_encoding(style.font or ""), bool(style.bold), shown))
        return self._numbers[key]

    def span(self, name: str) -> tuple[str | None, bool]:
        """The font of a piece of text with this style, if it has one of its own, and whether it is raised."""
        style = self._whole("text", name, rooted=False)
        return style.font, bool(style.raised)

    def is_hidden(self, name: str) -> bool:
        """Whether sheets with this style are hidden."""
        return not self._styles.get(("table", name), CellStyle()).shown

    def _whole(self, family: str, name: str, *, rooted: bool = True) -> CellStyle:
        """The style with what it leaves to its parents, at last to the default of its family."""
        found = CellStyle()
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name))
            if style is None:
                break
            found = _joined(found, style)
            name = style.parent
            if not name:
                break
        if not rooted:
            return found
        found = _joined(found, self._styles.get((family, "Default"), CellStyle()))
        return _joined(found, self._styles.get((family, ""), CellStyle()))


def _joined(style: CellStyle, parent: CellStyle) -> CellStyle:
    return CellStyle(
        font=parent.font if style.font is None else style.font,
        bold=parent.bold if style.bold is None else style.bold,
        format=parent.format if style.format is None else style.format,
        raised=parent.raised if style.raised is None else style.raised,
    )


def _is_raised(position: str) -> bool:
    first = position.split()[0] if position.split() else ""
    return first == "super" or (first.endswith("%") and first[0].isdigit() and first not in ("0%", "100%"))
