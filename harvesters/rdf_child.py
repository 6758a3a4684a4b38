"""The process in which RDF from outside is parsed: little memory, no network, no files but those it is told.

Started by :mod:`harvesters.rdf_reading`. Every line of its input is a question in JSON (``path``, ``form``, ``base``,
``target``); it answers each with a line, and writes the datasets as JSON Lines to ``target``: nodes with what belongs
to them inside, properties by prefixed names, values in a settled order, so that equal data give equal text.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from pyexpat import ExpatError, ParserCreate
from typing import Any

import rdflib
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Identifier

MEMORY_BYTES = 4 << 30
CPU_SECONDS = 3_600
MOST_NODES = 5_000
DEEPEST = 4

_PREFIXES = {
    "http://purl.org/dc/terms/": "dct",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://schema.org/": "schema",
    "https://schema.org/": "schema",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/2006/time#": "time",
    "http://www.w3.org/ns/locn#": "locn",
    "http://www.w3.org/ns/adms#": "adms",
    "http://www.w3.org/2002/07/owl#": "owl",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/ns/hydra/core#": "hydra",
    "http://spdx.org/rdf/terms#": "spdx",
    "http://data.europa.eu/r5r/": "dcatap",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_ORDER = {prefix: place for place, prefix in enumerate(dict.fromkeys(_PREFIXES.values()))}

_DATASETS = tuple(
    URIRef(name)
    for name in ("http://www.w3.org/ns/dcat#Dataset", "http://schema.org/Dataset", "https://schema.org/Dataset")
)
_LISTED = tuple(URIRef(name) for name in ("http://www.w3.org/ns/dcat#dataset", "http://schema.org/dataset"))
_HYDRA = "http://www.w3.org/ns/hydra/core#"

# fmt: off
_FOLLOWED = frozenset(
    ("distribution", "contactPoint", "publisher", "creator", "provider", "author", "license", "temporal", "spatial",
     "temporalCoverage", "spatialCoverage", "theme", "subject", "accessService", "accessRights", "accrualPeriodicity",
     "format", "mediaType", "hasBeginning", "hasEnd", "beginning", "end", "hasEmail", "landingPage", "identifier",
     "about", "maintainer")
)
# fmt: on
"""Properties whose values belong to the dataset; what others lead to is not described with it."""


class Refused(Exception):
    """A document that is not read, and why: Vietnamese and English."""


def main() -> None:
    """Answer questions until there are no more."""
    sys.setrecursionlimit(3_000)
    rdflib.NORMALIZE_LITERALS = False
    logging.disable(logging.CRITICAL)
    _warm_up()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed: set[str] = set()
    close_doors(allowed)
    for line in sys.stdin:
        question = json.loads(line)
        allowed |= {question["path"], question["target"]}
        sys.stdout.write(json.dumps(_answered(question), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def close_doors(allowed: Collection[str]) -> None:
    """From here on this process opens no connection, starts no other, and opens no file but those ``allowed`` and, to
    read them, those of Python itself."""
    ours = (sys.prefix, sys.base_prefix)

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode = str(given[0]), given[1]
            is_ours = path.startswith(ours) and (mode is None or set(str(mode)) <= set("rbt"))
            if not (path in allowed or is_ours or isinstance(given[0], int)):
                raise PermissionError(f"{event} is not allowed here")
        elif event.startswith(("socket.", "subprocess.", "urllib.", "ftplib.", "http.", "os.system", "os.exec")):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


def _warm_up() -> None:
    """Have everything imported before the doors are closed."""
    for form, text in (
        ("xml", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
        ("turtle", "<a:b> <a:c> 'd'@vi ."),
        ("nt", ""),
        ("json-ld", '{"@context": {"a": "http://a.example/"}, "@id": "a:b", "a:c": "d"}'),
    ):
        Graph().parse(data=text, format=form)


def _answered(question: dict[str, str]) -> dict[str, Any]:
    path = Path(question["path"])
    try:
        graph = _parsed(path, question["form"], question["base"])
        with Path(question["target"]).open("w", encoding="utf-8") as target:
            count = 0
            for record in _records(graph):
                target.write(json.dumps(record, ensure_ascii=False) + "\n")
                count += 1
        return {"count": count, "total": _total(graph), "next": _next(graph)}
    except Refused as refusal:
        return {"refused": list(refusal.args)}
    except BadSyntax as error:
        return {"refused": [f"sai cú pháp ở dòng {error.lines + 1}", f"its syntax is wrong at line {error.lines + 1}"]}
    except RecursionError:
        return {"refused": ["lồng quá nhiều tầng", "it is nested too deeply"]}
    except MemoryError:
        return {"refused": ["quá lớn", "it is too large"]}
    except Exception as error:  # whatever a parser raises for a document that it does not understand
        place = getattr(error, "getLineNumber", lambda: None)()
        where, where_en = (f" ở dòng {place}", f" at line {place}") if place else ("", "")
        return {"refused": [f"sai cú pháp{where}", f"its syntax is wrong{where_en} ({type(error).__name__})"]}


# --- parsing ---------------------------------------------------------------------------------------------------------


def _parsed(path: Path, form: str, base: str) -> Graph:
    graph = Graph()
    if form == "json-ld":
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        text = json.dumps(_with_known_contexts(document), ensure_ascii=False)
        return graph.parse(data=text, format=form, publicID=base)
    if form == "xml":
        _refuse_doctype(path)
    with path.open("rb") as stream:
        return graph.parse(file=stream, format=form, publicID=base)


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


# --- datasets --------------------------------------------------------------------------------------------------------


def _records(graph: Graph) -> Iterator[dict[str, Any]]:
    typed = {subject for kind in _DATASETS for subject in graph.subjects(RDF.type, kind)}
    listed = {item for name in _LISTED for item in graph.objects(None, name) if (item, None, None) in graph}
    found = [_record(graph, subject) for subject in typed | listed if isinstance(subject, URIRef | BNode)]
    yield from sorted(found, key=lambda record: (record.get("@id", ""), json.dumps(record)))


def _record(graph: Graph, subject: Identifier) -> dict[str, Any]:
    budget = [MOST_NODES]
    record = _tree(graph, subject, (), budget)
    if budget[0] < 0:
        return {**({"@id": str(subject)} if isinstance(subject, URIRef) else {}), "_unreadable": "TOO_LARGE"}
    return record


def _tree(graph: Graph, subject: Identifier, above: tuple[Identifier, ...], budget: list[int]) -> dict[str, Any]:
    """The node with what belongs to it inside; stops describing when the budget is spent."""
    found: dict[str, list[Any]] = {}
    for predicate, value in graph.predicate_objects(subject):
        budget[0] -= 1
        if budget[0] < 0:
            break
        name = _short(str(predicate))
        said = _value(graph, value, name, (*above, subject), budget)
        if said is not None:
            found.setdefault(name, []).append(said)
    node: dict[str, Any] = {"@id": str(subject)} if isinstance(subject, URIRef) else {}
    for name in sorted(found, key=lambda name: (_ORDER.get(name.partition(":")[0], len(_ORDER)), name)):
        said = sorted(found[name], key=lambda value: json.dumps(value, sort_keys=True))
        node[name] = said[0] if len(said) == 1 else said
    return node


def _value(graph: Graph, value: Any, name: str, above: tuple[Identifier, ...], budget: list[int]) -> Any:
    if isinstance(value, Literal):
        return {"@value": str(value), "@language": value.language} if value.language else str(value)
    if name == "@type":
        return _short(str(value))
    belongs = name.rpartition(":")[2] in _FOLLOWED and len(above) < DEEPEST and value not in above
    if belongs and (value, None, None) in graph and not _is_dataset(graph, value):
        return _tree(graph, value, above, budget)
    return {"@id": str(value)} if isinstance(value, URIRef) else None


def _is_dataset(graph: Graph, node: Any) -> bool:
    return any((node, RDF.type, kind) in graph for kind in _DATASETS)


def _short(name: str) -> str:
    if name == str(RDF.type):
        return "@type"
    start, mark, local = name.rpartition("#") if "#" in name else name.rpartition("/")
    prefix = _PREFIXES.get(start + mark)
    return f"{prefix}:{local}" if prefix else name


# --- pages -----------------------------------------------------------------------------------------------------------


def _next(graph: Graph) -> list[str]:
    names = (URIRef(_HYDRA + name) for name in ("next", "nextPage"))
    return sorted({str(value) for name in names for value in graph.objects(None, name)})


def _total(graph: Graph) -> int | None:
    said = {str(value) for value in graph.objects(None, URIRef(_HYDRA + "totalItems"))}
    only = said.pop() if len(said) == 1 else ""
    return int(only) if only.isascii() and only.isdigit() and len(only) < 10 else None


if __name__ == "__main__":
    main()
