"""RDF written as a stream: Turtle, RDF/XML, JSON-LD and N-Triples from the same nodes, in constant memory.

Written by hand because a library that first builds a graph needs minutes and gigabytes for a large catalogue. All four
forms of the same nodes are the same graph; strictness of escaping is what the tests of this module are about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, cast

import orjson

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Iri(NamedTuple):
    """A reference, absolute."""

    value: str


class Text(NamedTuple):
    """A text, with its language where it has one."""

    value: str
    language: str = ""


class Typed(NamedTuple):
    """A value with its datatype, a prefixed name such as ``xsd:date``."""

    value: str
    datatype: str


class Node(NamedTuple):
    """Statements about one thing; without an ``iri`` it is a blank node and stands inside another. Types and
    predicates are prefixed names of :data:`PREFIXES`."""

    iri: str | None
    types: tuple[str, ...]
    properties: tuple[tuple[str, Term], ...]


Term = Iri | Text | Typed | Node


@dataclass(frozen=True, slots=True)
class RdfFormat:
    """One written form. ``node`` renders one top-level node; ``separator`` stands between two."""

    extension: str
    media_type: str
    head: str
    separator: str
    tail: str
    writer: Callable[[], Callable[[Node], str]]


def serialize(nodes: Iterable[Node], form: RdfFormat, *, block: int = 65_536) -> Iterator[bytes]:
    """The nodes as a document, in pieces of about ``block`` characters."""
    write = form.writer()
    pieces = [form.head]
    size = 0
    separator = ""
    for node in nodes:
        piece = separator + write(node)
        separator = form.separator
        pieces.append(piece)
        size += len(piece)
        if size >= block:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    pieces.append(form.tail)
    yield "".join(pieces).encode()


# --- escaping --------------------------------------------------------------------------------------------------------

_NOT_IN_IRI = re.compile(r"[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_PLAIN = re.compile(r"[\x00-\x1f&<>\"\\\ud800-\udfff\ufffe\uffff]")
_TURTLE_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@lru_cache(maxsize=4096)
def _safe_iri(iri: str) -> str:
    """``iri`` with everything that no IRI may hold (RFC 3987) written as %XX; letters of any script may stay."""
    if _NOT_IN_IRI.search(iri):
        iri = _NOT_IN_IRI.sub(lambda m: "".join(f"%{b:02X}" for b in m.group().encode("utf-8", "replace")), iri)
    start, mark, fragment = iri.partition("#")
    return f"{start}#{fragment.replace('#', '%23')}" if mark else iri


def _escaped(text: str, escapes: dict[int, str]) -> str:
    """``text`` by ``escapes``, without the characters that XML cannot carry, so that every form says the same."""
    if not _NOT_PLAIN.search(text):
        return text
    return _NOT_IN_XML.sub("", text).translate(escapes)


@lru_cache(maxsize=256)
def _full(name: str) -> str:
    """The IRI that a prefixed name stands for."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


# --- Turtle ----------------------------------------------------------------------------------------------------------


def _turtle_term(term: Term) -> str:
    if isinstance(term, Iri):
        return f"<{_safe_iri(term.value)}>"
    if isinstance(term, Text):
        text = f'"{_escaped(term.value, _TURTLE_ESCAPES)}"'
        return f"{text}@{term.language}" if term.language else text
    if isinstance(term, Typed):
        return f'"{_escaped(term.value, _TURTLE_ESCAPES)}"^^{term.datatype}'
    return "[ " + _turtle_statements(term) + " ]"


def _turtle_statements(node: Node) -> str:
    statements = [f"a {', '.join(node.types)}"] if node.types else []
    statements += [f"{name} {_turtle_term(term)}" for name, term in node.properties]
    return " ;\n  ".join(statements)


def _turtle_node(node: Node) -> str:
    if not node.types and not node.properties:
        return ""
    return f"<{_safe_iri(node.iri or '')}> {_turtle_statements(node)} .\n"


TURTLE = RdfFormat(
    "ttl",
    "text/turtle",
    "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + "\n",
    "\n",
    "",
    lambda: _turtle_node,
)


# --- N-Triples -------------------------------------------------------------------------------------------------------


def _triples_writer() -> Callable[[Node], str]:
    labels = count(1)

    def node_triples(node: Node, lines: list[str]) -> str:
        subject = f"<{_safe_iri(node.iri)}>" if node.iri else f"_:b{next(labels)}"
        lines += [f"{subject} <{_full('rdf:type')}> <{_full(name)}> .\n" for name in node.types]
        for name, term in node.properties:
            if isinstance(term, Node):
                written = node_triples(term, lines)
            elif isinstance(term, Typed):
                written = _turtle_term(Text(term.value)) + f"^^<{_full(term.datatype)}>"
            else:
                written = _turtle_term(term)
            lines.append(f"{subject} <{_full(name)}> {written} .\n")
        return subject

    def write(node: Node) -> str:
        lines: list[str] = []
        node_triples(node, lines)
        return "".join(lines)

    return write


N_TRIPLES = RdfFormat("nt", "application/n-triples", "", "", "", _triples_writer)


# --- RDF/XML ---------------------------------------------------------------------------------------------------------


def _xml_property(name: str, term: Term) -> str:
    if isinstance(term, Iri):
        return f'<{name} rdf:resource="{_escaped(_safe_iri(term.value), _XML_ESCAPES)}"/>'
    if isinstance(term, Text):
        language = f' xml:lang="{term.language}"' if term.language else ""
        return f"<{name}{language}>{_escaped(term.value, _XML_ESCAPES)}</{name}>"
    if isinstance(term, Typed):
        value = _escaped(term.value, _XML_ESCAPES)
        return f'<{name} rdf:datatype="{_full(term.datatype)}">{value}</{name}>'
    return f"<{name}>{_xml_node(term)}</{name}>"


def _xml_node(node: Node) -> str:
    about = f' rdf:about="{_escaped(_safe_iri(node.iri), _XML_ESCAPES)}"' if node.iri else ""
    types = "".join(f'<rdf:type rdf:resource="{_full(name)}"/>' for name in node.types)
    properties = "\n  ".join(_xml_property(name, term) for name, term in node.properties)
    return f"<rdf:Description{about}>{types}\n  {properties}\n</rdf:Description>"


RDF_XML = RdfFormat(
    "rdf",
    "application/rdf+xml",
    '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF'
    + "".join(f'\n  xmlns:{name}="{iri}"' for name, iri in PREFIXES.items())
    + ">\n",
    "\n",
    "\n</rdf:RDF>\n",
    lambda: _xml_node,
)


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


def _json_object(node: Node) -> dict[str, Any]:
    described: dict[str, Any] = {"@id": _safe_iri(node.iri)} if node.iri else {}
    if node.types:
        described["@type"] = node.types
    for name, term in node.properties:
        written: dict[str, Any]
        if type(term) is Iri:
            written = {"@id": _safe_iri(term.value)}
        elif type(term) is Text:
            written = {"@value": _json_text(term.value)}
            if term.language:
                written["@language"] = term.language
        elif type(term) is Typed:
            written = {"@value": _json_text(term.value), "@type": term.datatype}
        else:
            written = _json_object(cast(Node, term))
        if name in described:
            described[name].append(written)
        else:
            described[name] = [written]
    return described


def _json_text(text: str) -> str:
    return text if text.isprintable() else _NOT_IN_XML.sub("", text)


def _json_node(node: Node) -> str:
    return orjson.dumps(_json_object(node)).decode()


JSON_LD = RdfFormat(
    "jsonld",
    "application/ld+json",
    '{"@context":' + orjson.dumps(PREFIXES).decode() + ',"@graph":[\n',
    ",\n",
    "\n]}\n",
    lambda: _json_node,
)


def json_ld_graph(nodes: Iterable[Node]) -> bytes:
    """The nodes as members of a ``@graph``, without the brackets around it."""
    return orjson.dumps(list(map(_json_object, nodes)))[1:-1]


def json_ld_document(*graphs: bytes) -> bytes:
    """A document of what :func:`json_ld_graph` wrote: the same statements as :func:`serialize` writes, much faster
    where many documents have graphs in common."""
    return b"".join((_JSON_LD_HEAD, b",\n".join(filter(None, graphs)), _JSON_LD_TAIL))


_JSON_LD_HEAD, _JSON_LD_TAIL = JSON_LD.head.encode(), JSON_LD.tail.encode()

RDF_FORMATS: dict[str, RdfFormat] = {
    "ttl": TURTLE,
    "rdf": RDF_XML,
    "xml": RDF_XML,
    "jsonld": JSON_LD,
    "nt": N_TRIPLES,
}
"""The forms by the extension they are asked for with."""
