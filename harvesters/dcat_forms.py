"""Tells how a catalogue is written by how it begins, and by its media type where that leaves a doubt."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.errors import SourceUnreadable
from harvesters.json_items import is_lines

DATA_JSON, JSON_LINES, JSON_LD, XML, TURTLE, NTRIPLES = "data.json", "lines", "json-ld", "xml", "turtle", "nt"

_HEAD = 1 << 16
_BY_MEDIA_TYPE = {
    "text/turtle": TURTLE,
    "application/x-turtle": TURTLE,
    "text/n3": TURTLE,
    "application/n-triples": NTRIPLES,
    "application/rdf+xml": XML,
    "application/xml": XML,
    "text/xml": XML,
}
_LINES = re.compile(r"\.(jsonl|ndjson)(\.gz)?$")
_DATA_JSON = re.compile(r'"datasets?"\s*:\s*\[')
_JSON_LD = re.compile(
    r'"@graph"\s*:|"@context"\s*:\s*[\[{]|"(?:dcat|dct|dcterms|schema):\w+"\s*:|"http://www\.w3\.org/ns/dcat#'
    r'|"@context"\s*:\s*"https?://schema\.org'
)
_TURTLE = re.compile(r"(@prefix|@base|prefix|base)\s|_:\w|<[a-z][\w+.-]*:[^<>\s]*>\s|#", re.IGNORECASE)


def form_of(path: Path, content_type: str, shown: str) -> str:
    """How the document at ``path`` is written. Raises ``SourceUnreadable`` for what is no catalogue, above all a web
    page; ``shown`` names it there."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    media_type = content_type.partition(";")[0].strip().lower()
    declared = _BY_MEDIA_TYPE.get(media_type, "")
    if head[:200].lower().startswith(("<!doctype html", "<html")) or "<html" in head[:500].lower():
        raise _refused(
            shown,
            "đây là một trang web (HTML); nhập địa chỉ của chính danh mục, ví dụ …/data.json hoặc …/catalog.ttl",
            "it is a web page (HTML); give the address of the catalogue itself, such as …/data.json",
        )
    if head.startswith(("<?xml", "<!", "<rdf:")):
        return XML
    if head.startswith("{") or (head.startswith("[") and declared not in (TURTLE, NTRIPLES)):
        return _form_of_json(path, head, media_type, shown)
    if _TURTLE.match(head):
        return NTRIPLES if declared == NTRIPLES else TURTLE
    if not head:
        raise _refused(shown, "tài liệu trống", "it is empty")
    if declared:
        return declared
    raise _refused(shown, "không phải JSON, RDF/XML hay Turtle", "it is neither JSON nor RDF/XML nor Turtle")


def _form_of_json(path: Path, head: str, media_type: str, shown: str) -> str:
    if "ndjson" in media_type or "jsonl" in media_type or _LINES.search(shown.partition("?")[0]) or is_lines(path):
        return JSON_LINES
    if _DATA_JSON.search(head) and '"@graph"' not in head:
        return DATA_JSON
    return JSON_LD if media_type == "application/ld+json" or _JSON_LD.search(head) else DATA_JSON


def _refused(shown: str, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"Không đọc được danh mục ở “{shown}”: {why}.",
        f"The catalogue at “{shown}” cannot be read: {why_en}.",
        url=shown,
    )
