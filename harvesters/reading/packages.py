"""Opens the parts of a zipped workbook within limits, and refuses what cannot be one.

Nothing that an archive says of its own sizes is believed: every stream counts what really comes out of it. XML with a
document type is refused (entities could unpack to gigabytes or name files), and nothing outside the file is ever read.
"""

from __future__ import annotations

import io
import re
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml

from catalog.errors import SourceUnreadable

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MAX_UNPACKED_BYTES = 1_500_000_000
MAX_STRINGS_BYTES = 300_000_000
MAX_SMALL_PART_BYTES = 50_000_000
MAX_SHEETS = 1_000
MAX_CELLS = 30_000_000
MAX_CHARACTERS = 2_000_000_000
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
BLOCK_BYTES = 1 << 17

PAGE_BEGINS = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<style")
"""How a web page begins, in small letters."""
FLAT_MARKS = (b"urn:schemas-microsoft-com:office:spreadsheet", b"opendocument.spreadsheet")
"""What workbooks of one XML file say of themselves, Excel's and LibreOffice's."""

_DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    expat.ExpatError,
    ParseError,
    DefusedXmlException,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    ArithmeticError,
)


class TooLarge(Exception):
    """What is read outgrows a limit."""


class Damaged(ValueError):
    """What is read is no workbook, or not a whole one."""


@contextmanager
def refusing_damage(path: Path, program: str = "Excel") -> Iterator[None]:
    """Raises ``SourceUnreadable`` for whatever a damaged or oversized workbook makes its readers raise."""
    try:
        yield
    except TooLarge as error:
        raise too_large(path) from error
    except _DAMAGES as error:
        raise damaged(path, program) from error


def too_large(path: Path) -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: bảng tính quá lớn; xóa các ô thừa ở xa, hoặc chia nhỏ, hoặc lưu dạng CSV UTF-8.",
        f"File “{path.name}”: the workbook is too large; clear far stray cells, split it, or save it as CSV UTF-8.",
        file=path.name,
    )


def damaged(path: Path, program: str = "Excel") -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: không phải tệp {program} đọc được, có thể bị hỏng hoặc chưa tải đủ;"
        f" mở bằng {program} rồi lưu lại dạng .xlsx.",
        f"File “{path.name}”: not a readable {program} workbook, maybe damaged or cut off;"
        f" open it in {program} and save it again as .xlsx.",
        file=path.name,
    )


def locked(path: Path, program: str = "Excel") -> SourceUnreadable:
    how = "File › Info › Protect" if program == "Excel" else "lưu lại, bỏ chọn “Lưu với mật khẩu”"
    return SourceUnreadable(
        f"Tệp “{path.name}”: bảng tính ({program}) đặt mật khẩu; bỏ mật khẩu ({how}) rồi gửi lại.",
        f"File “{path.name}”: the workbook ({program}) is locked with a password; remove it and send the file again.",
        file=path.name,
    )


def too_many_sheets(path: Path, count: int) -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: có {count} trang tính, nhiều hơn {MAX_SHEETS}; tách các bảng cần gửi ra một tệp riêng.",
        f"File “{path.name}”: it has {count} sheets, more than {MAX_SHEETS}; send the tables in a file of their own.",
        file=path.name,
    )


class LocalNames(dict[str, str]):
    """Names of elements without their namespace prefix, remembered: ``x:c`` is ``c``."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        self[name] = local
        return local


class Package:
    """A zip archive whose parts are found whatever the case or slashes of their names."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        weakref.finalize(self, self._archive.close)
        infos = self._archive.infolist()
        if sum(part.file_size for part in infos) > MAX_UNPACKED_BYTES:
            raise TooLarge(path.name)
        self._parts = {_plain_name(part.filename): part for part in infos}
        if any(part.flag_bits & 1 for part in infos):
            raise Damaged("locked archive")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return _plain_name(name) in self._parts

    def stream(self, name: str, limit: int = MAX_UNPACKED_BYTES) -> PartStream:
        """The unpacked bytes of a part, counted; raises ``KeyError`` where there is none, ``TooLarge`` at ``limit``."""
        return PartStream(self._archive.open(self._parts[_plain_name(name)]), limit)

    def xml(self, name: str) -> Element | None:
        """A small part as a tree, ``None`` where it is absent."""
        if name not in self:
            return None
        with self.stream(name, MAX_SMALL_PART_BYTES) as stream:
            tree: Element = SafeXml.fromstring(stream.read(), forbid_dtd=True)
        return tree

    def bytes(self, name: str) -> bytes:
        with self.stream(name, MAX_SMALL_PART_BYTES) as stream:
            return stream.read()


class PartStream:
    """Blocks of a part until it outgrows ``limit``."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    def __enter__(self) -> PartStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def blocks(self) -> Iterator[bytes]:
        while block := self._stream.read(BLOCK_BYTES):
            self._left -= len(block)
            if self._left < 0:
                raise TooLarge("part")
            yield block

    def read(self) -> bytes:
        whole = io.BytesIO()
        for block in self.blocks():
            whole.write(block)
        return whole.getvalue()


def _plain_name(name: str) -> str:
    return re.sub(r"/+", "/", name.replace("\\", "/")).lstrip("/").casefold()


def xml_parser(namespace_separator: str | None = None) -> XMLParserType:
    """An expat parser that joins texts and refuses a document type; with a separator, names come as their namespace,
    the separator and the local name."""
    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise Damaged("document type")


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """The attribute with this local name, in whatever namespace; empty where it is not said."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Descendants with this local name, in document order."""
    return (item for item in element.iter() if isinstance(item.tag, str) and local_name(item) == name)
