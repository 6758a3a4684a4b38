"""JSON, NDJSON, GeoJSON and XML as a book of one sheet: a row per record, the header made of all their keys.

Numbers keep their digits as they were written, nested values become JSON text. What is no list of records is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError

from catalog.errors import SourceUnreadable
from catalog.layout import LooseText
from harvesters.reading.grid import EMPTY_CELL, Book, Cell, CellKind, Row, Sheet

LARGEST_BYTES = 200_000_000
_PLACES = ("records", "data", "items", "results", "result", "rows", "features", "value")
GEOMETRY = "geometry"


class _Number(str):
    """A number as it was written."""


def open_json(path: Path, record_path: str = "") -> Book:
    """JSON of records: a list of objects at ``record_path`` or at a usual place, GeoJSON features, or one object per
    line. Raises ``SourceUnreadable``."""
    if path.stat().st_size > LARGEST_BYTES:
        _refuse(path, "lớn quá 200 MB; lưu dạng CSV", "it is larger than 200 MB; save it as CSV")
    text = _text(path)
    try:
        document = _parse(text)
    except json.JSONDecodeError as error:
        if "Extra data" in error.msg:
            return _book("ndjson", _lines(path, text))
        _refuse(path, f"sai JSON ở dòng {error.lineno}", f"no JSON at line {error.lineno}")
    except (ValueError, RecursionError) as error:
        _refuse(path, f"sai JSON ({error})", f"no JSON ({error})")
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        return _geojson(path, document)
    return _book("json", _records(path, document, record_path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(path, f"không phải UTF-8 (byte {error.start})", f"not UTF-8 (byte {error.start})")


def _parse(text: str) -> Any:
    return json.loads(
        text, parse_int=_Number, parse_float=_Number, parse_constant=_constant, object_pairs_hook=_without_repeats
    )


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key repeated: {next(name for name in names if names.count(name) > 1)}")
    return found


def _lines(path: Path, text: str) -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                record = _parse(line)
            except (ValueError, RecursionError):
                _refuse(path, f"sai JSON ở dòng {number}", f"no JSON at line {number}")
            if not isinstance(record, dict):
                _refuse(path, f"dòng {number} không phải bản ghi", f"line {number} is no record")
            records.append(record)
    return records


def _records(path: Path, document: Any, record_path: str) -> list[Mapping[str, Any]]:
    found = document
    for part in filter(None, record_path.split(".")):
        found = found.get(part) if isinstance(found, dict) else None
    if not record_path:
        found = _usual_place(document, 3)
    if isinstance(found, list) and found and all(isinstance(item, dict) for item in found):
        return list(found)
    if isinstance(found, dict) and found and all(isinstance(values, list) for values in found.values()):
        lengths = {len(values) for values in found.values()}
        if len(lengths) == 1:
            return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    raise _refusal(path, "không có danh sách bản ghi", "it holds no list of records")


def _usual_place(document: Any, depth: int) -> Any:
    """Where the records are: here, or under a key of a usual name, or under the only key that leads to some."""
    if not isinstance(document, dict) or depth == 0:
        return document
    for name in _PLACES:
        if isinstance(document.get(name), list | dict):
            return _usual_place(document[name], depth - 1)
    lists = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if len(lists) == 1 else document


def _geojson(path: Path, document: Mapping[str, Any]) -> Book:
    features = document.get("features")
    if not isinstance(features, list):
        _refuse(path, "GeoJSON không có “features”", "GeoJSON without “features”")
    records = []
    for feature in features:
        if not isinstance(feature, dict):
            _refuse(path, "có đối tượng không phải Feature", "it holds something that is no Feature")
        record = dict(feature.get("properties") or {})
        geometry = feature.get("geometry")
        record[GEOMETRY] = geometry
        if isinstance(geometry, dict) and geometry.get("type") == "Point" and len(geometry.get("coordinates", ())) >= 2:
            longitude, latitude = geometry["coordinates"][:2]
            record.setdefault("kinh_do", longitude)
            record.setdefault("vi_do", latitude)
        records.append(record)
    loose = tuple(
        LooseText(f"thuộc tính chung “{name}” của GeoJSON", _shown(value)[:2_000])
        for name, value in document.items()
        if name not in ("type", "features")
    )
    return _book("geojson", records, loose)


def open_xml(path: Path) -> Book:
    """XML of records: the element that repeats most; its attributes and children are the columns. No DTD, no entities.
    Raises ``SourceUnreadable``."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import parse

    if path.stat().st_size > LARGEST_BYTES:
        _refuse(path, "lớn quá 200 MB; lưu dạng CSV", "it is larger than 200 MB; save it as CSV")
    try:
        root = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException:
        _refuse(path, "có DOCTYPE hoặc thực thể, không được phép", "it has a DOCTYPE or entities, which is not allowed")
    except (ParseError, ValueError, RecursionError) as error:
        _refuse(path, f"sai XML ({error})", f"no XML ({error})")
    return _book("xml", [_record(element) for element in _repeated(path, root)])


def _repeated(path: Path, root: Element) -> list[Element]:
    best: list[Element] = []
    for parent in root.iter():
        groups: dict[str, list[Element]] = {}
        for child in parent:
            if len(child) or child.attrib:
                groups.setdefault(str(child.tag), []).append(child)
        for group in groups.values():
            if len(group) > len(best):
                best = group
    if not best:
        _refuse(path, "không có phần tử lặp lại làm bản ghi", "no element repeats that could be a record")
    return best


def _record(element: Element) -> dict[str, Any]:
    record: dict[str, Any] = {_local(name): value for name, value in element.attrib.items()}
    for child in element:
        text = (child.text or "").strip()
        record[_local(str(child.tag))] = (
            text if not len(child) else " ".join(filter(None, map(str.strip, child.itertext())))
        )
    return record


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _book(kind: str, records: Sequence[Mapping[str, Any]], loose: tuple[LooseText, ...] = ()) -> Book:
    names = list(dict.fromkeys(name for record in records for name in record))

    def rows() -> Iterator[Row]:
        yield Row(1, tuple(Cell(name) for name in names))
        for number, record in enumerate(records, 2):
            yield Row(number, tuple(_cell(record.get(name)) for name in names))

    return Book(kind, (Sheet("", rows),), loose=loose)


def _cell(value: Any) -> Cell:
    text = _shown(value)
    if not text:
        return EMPTY_CELL
    return Cell(text, CellKind.NUMBER if isinstance(value, _Number) else CellKind.TEXT)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    return _json(value)


def _json(value: Any) -> str:
    """JSON text in which numbers stand as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + _joined(f"{json.dumps(name, ensure_ascii=False)}: {_json(item)}" for name, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + _joined(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _refuse(path: Path, why: str, why_en: str) -> NoReturn:
    raise _refusal(path, why, why_en)


def _refusal(path: Path, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(f"Tệp “{path.name}”: {why}.", f"File “{path.name}”: {why_en}.", file=path.name)
