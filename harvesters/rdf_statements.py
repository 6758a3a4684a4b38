"""The statements of an RDF document, by what they are about; for the child process (:mod:`harvesters.rdf_child`) alone.

Oxigraph parses first, which takes a tenth of the time. What it refuses is given to rdflib, which is more patient with
what portals write: a document is refused only if both refuse it, for rdflib's reason. Neither ever fetches anything: no
context of JSON-LD that lies elsewhere is let through, and a DOCTYPE is refused before an XML parser sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from pyexpat import ExpatError, ParserCreate
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph
import rdflib
from rdflib import BNode, Graph, URIRef

_FORMATS = {
    "xml": pyoxigraph.RdfFormat.RDF_XML,
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "json-ld": pyoxigraph.RdfFormat.JSON_LD,
}


_MARK = b"\xef\xbb\xbf"
_MARKUP = "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral"
_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
_NUMBER = re.compile(r"-?\d\.\d+E-?\d+", re.ASCII)


class Text(NamedTuple):
    """A literal, as it is written; its language in small letters."""

    value: str
    language: str


Term: TypeAlias = "str | Text"
"""An address, ``_:`` and the name of a blank node, or a text."""

Statements: TypeAlias = "dict[str, dict[tuple[str, Term], None]]"
"""By subject, the predicates (addresses) and objects of every statement about it, each once."""


class Refused(Exception):
    """A document that is not read, and why: Vietnamese and English."""


def is_blank(term: Term) -> bool:
    return isinstance(term, str) and term.startswith("_:")


def statements_of(path: Path, form: str, base: str) -> Statements:
    """All statements of the document, of its named graphs too. ``base`` is where it came from. Raises ``Refused``, and
    whatever rdflib raises for a document that it does not understand."""
    text = _with_known_contexts_only(path) if form == "json-ld" else None
    if form == "xml":
        _refuse_doctype(path)
    try:
        return _collected(_by_oxigraph(path, text, form, base))
    except (SyntaxError, ValueError):
        return _collected(_by_rdflib(path, text, form, base))


def warm_up() -> None:
    """Have everything imported, before doors are closed."""
    for form, text in (
        ("xml", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
        ("turtle", "<a:b> <a:c> 'd'@vi ."),
        ("nt", ""),
        ("json-ld", '{"@context": {"a": "http://a.example/"}, "@id": "a:b", "a:c": "d"}'),
    ):
        Graph().parse(data=text, format=form)


Statement: TypeAlias = tuple[str, str, Term]


def _collected(statements: Iterable[Statement]) -> Statements:
    found: Statements = {}
    for subject, predicate, term in statements:
        said = found.get(subject)
        if said is None:
            said = found[subject] = {}
        said[predicate, term] = None
    return found


def _by_oxigraph(path: Path, text: str | None, form: str, base: str) -> Iterator[Statement]:
    """Raises ``SyntaxError`` and ``ValueError``. It is lenient with characters that no address may have."""
    names: dict[str, str] = {}
    with path.open("rb") as stream:
        if stream.read(3) != _MARK:
            stream.seek(0)
        for said in pyoxigraph.parse(text or stream, _FORMATS[form], base_iri=base, lenient=True):
            subject, term = _term(said.subject), _term(said.object)
            predicate = said.predicate.value
            # A member of JSON that its context does not know is no statement.
            if ":" in predicate and isinstance(subject, str) and term is not None:
                yield subject, names.setdefault(predicate, predicate), term


def _term(term: Any) -> Term | None:
    kind = type(term)
    if kind is pyoxigraph.NamedNode:
        return str(term.value)
    if kind is pyoxigraph.Literal:
        return _literal(term)
    return f"_:{term.value}" if kind is pyoxigraph.BlankNode else None


def _literal(term: pyoxigraph.Literal) -> Text:
    value, language = term.value, term.language
    if language:
        return Text(value, language.lower())
    if "<" in value and term.datatype.value == _MARKUP:
        raise ValueError("markup is written in another way by rdflib")
    if "E" in value and _NUMBER.fullmatch(value) and term.datatype.value == _DOUBLE:
        return Text(repr(float(value)), "")  # a number of JSON, as rdflib writes it
    return Text(value, "")


def _by_rdflib(path: Path, text: str | None, form: str, base: str) -> Iterator[Statement]:
    graph = Graph()
    if text is not None:
        graph.parse(data=text, format=form, publicID=base)
    else:
        with path.open("rb") as stream:
            graph.parse(file=stream, format=form, publicID=base)
    for (subject, predicate, term), _ in graph.store.triples((None, None, None)):  # of its named graphs too
        if isinstance(subject, URIRef | BNode):
            yield _plain(subject), str(predicate), _plain(term)


def _plain(term: Any) -> Any:
    if isinstance(term, rdflib.Literal):
        return Text(str(term), (term.language or "").lower())
    return f"_:{term}" if isinstance(term, BNode) else str(term)


# --- what is never let through ---------------------------------------------------------------------------------------


def _refuse_doctype(path: Path) -> None:
    class Begun(Exception):
        """The first element was met: no DOCTYPE can follow."""

    def refuse(*declared: object) -> None:
        raise Refused("có DOCTYPE, không được phép", "it has a DOCTYPE, which is not allowed")

    def begin(*element: object) -> None:
        raise Begun

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except Begun:
        return
    except ExpatError as error:
        raise Refused(f"sai XML ở dòng {error.lineno}", f"its XML is wrong at line {error.lineno}") from None


def _with_known_contexts_only(path: Path) -> str:
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    return json.dumps(_with_known_contexts(document), ensure_ascii=False)


def _with_known_contexts(value: Any) -> Any:
    """The document with no context that would have to be fetched: that of schema.org is known, others are refused."""
    if isinstance(value, list):
        return [_with_known_contexts(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _known_context(item) if name == "@context" else _with_known_contexts(item) for name, item in value.items()
    }


def _known_context(context: Any) -> Any:
    if isinstance(context, list):
        return [_known_context(item) for item in context]
    if isinstance(context, str):
        if context.rstrip("/#").split("://")[-1] in (
            "schema.org",
            "www.schema.org",
            "schema.org/docs/jsonldcontext.json",
        ):
            return {"@vocab": "http://schema.org/"}
        raise Refused(
            f"dùng @context ở địa chỉ khác ({context[:100]}); cổng nguồn cần đặt @context trong chính tài liệu",
            f"it uses a @context at another address ({context[:100]}); it must hold its @context itself",
        )
    if isinstance(context, dict):
        if "@import" in context:
            raise Refused("dùng @import trong @context", "it uses @import in its @context")
        return _with_known_contexts(context)
    return context
