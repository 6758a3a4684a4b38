"""The quick parser and the patient one say the same of a document, and neither asks anybody else about it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib

from harvesters import rdf_statements
from harvesters.rdf_datasets import Described
from harvesters.rdf_statements import Refused, Statements, statements_of
from tests.harvesters.test_dcat_rdf import written

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own parser of JSON-LD

BASE = "https://cong.example/danh-muc/tai-lieu"
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
CONTEXT = {"@vocab": DCAT, "dct": DCT}
ONE = {"@id": "http://a.example/1", "@type": "Dataset"}


def json_ld(said: Any, **context: Any) -> bytes:
    return json.dumps({"@context": {**CONTEXT, **context}, **said}, ensure_ascii=False).encode()


def xml(body: str, more: str = "") -> bytes:
    names = f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="{DCAT}" xmlns:dct="{DCT}"'
    return f"<rdf:RDF {names} {more}>{body}</rdf:RDF>".encode()


def turtle(body: str) -> bytes:
    return f"@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . @base <http://b.example/x/y> . {body}".encode()


ALIKE: dict[str, tuple[str, bytes]] = {
    **{f"a whole catalogue as {syntax}": (form, written(syntax)) for syntax, form in (
        ("turtle", "turtle"), ("nt", "nt"), ("json-ld", "json-ld"), ("xml", "xml"), ("pretty-xml", "xml"),
    )},
    "terms with a language": ("json-ld", json_ld({**ONE, "ten": "A"}, ten={"@id": "dct:title", "@language": "vi"})),
    "texts by language": (
        "json-ld",
        json_ld({**ONE, "t": {"vi": "Một", "en": ["One"]}}, t={"@id": "dct:title", "@container": "@language"}),
    ),
    "lists": ("json-ld", json_ld({**ONE, "kw": ["a", "b"]}, kw={"@id": "keyword", "@container": "@list"})),
    "reversed": (
        "json-ld",
        json_ld({"@id": "http://a.example/o", "of": ONE}, of={"@reverse": "dct:publisher"}),
    ),
    "nested": ("json-ld", json_ld({**ONE, "meta": {"dct:title": "x"}}, meta="@nest")),
    "contexts of types": (
        "json-ld",
        json_ld({**ONE, "t": "x"}, **{"@version": 1.1, "Dataset": {"@id": "Dataset", "@context": {"t": "dct:title"}}}),
    ),
    "contexts of terms": (
        "json-ld",
        json_ld(
            {**ONE, "d": {"u": "http://x.example/f"}},
            d={"@id": "distribution", "@context": {"u": {"@id": "downloadURL", "@type": "@id"}}},
        ),
    ),
    "numbers": ("json-ld", json_ld({**ONE, "byteSize": 1024, "a": 1.5, "b": 1e30, "c": True, "d": None})),
    "blank nodes with names": (
        "json-ld",
        json_ld({"@graph": [{**ONE, "distribution": {"@id": "_:d"}}, {"@id": "_:d", "dct:title": "f"}]}),
    ),
    "another base": ("json-ld", json_ld({"@id": "bo/1", "@type": "Dataset"}, **{"@base": "http://b.example/"})),
    "aliases": ("json-ld", json_ld({"ma": "http://a.example/1", "loai": "Dataset"}, ma="@id", loai="@type")),
    "by index": (
        "json-ld",
        json_ld({**ONE, "by": {"a": {"@id": "http://x.example/"}}}, by={"@id": "distribution", "@container": "@index"}),
    ),
    "by identifier": (
        "json-ld",
        json_ld({**ONE, "by": {"http://x.example/": {"dct:title": "t"}}}, by={"@id": "dct:x", "@container": "@id"}),
    ),
    "included": ("json-ld", json_ld({"@id": "http://a.example/c", "@included": [{**ONE, "dct:title": "inc"}]})),
    "members without a meaning": (
        "json-ld",
        json.dumps({"@context": {"dcat": DCAT}, "@id": "http://a.example/1", "@type": "dcat:Dataset", "x": 1}).encode(),
    ),
    "a named graph": ("json-ld", json_ld({"@id": "http://a.example/g", "@graph": [{**ONE, "dct:title": "x"}]})),
    "a large language tag": ("json-ld", json_ld({**ONE, "dct:title": {"@value": "y", "@language": "vi-VN"}})),
    "a base in XML": (
        "xml",
        xml('<dcat:Dataset rdf:about="1"><dcat:distribution rdf:resource="../f"/></dcat:Dataset>', 'xml:base="http://b.example/x/"'),
    ),
    "markup in XML": (
        "xml",
        xml('<dcat:Dataset rdf:ID="q"><dct:title rdf:parseType="Literal"><b>x</b> y</dct:title></dcat:Dataset>'),
    ),
    "attributes": (
        "xml",
        xml('<dcat:Dataset rdf:about="http://a.example/1" dct:title="a" xml:lang="vi"><dct:publisher '
            'rdf:parseType="Resource"><dct:title>P</dct:title></dct:publisher></dcat:Dataset>'),
    ),
    "CDATA": (
        "xml",
        xml("<dcat:Dataset><dct:title>a &lt; b &#7897; <![CDATA[<p>c</p>]]></dct:title></dcat:Dataset>"),
    ),
    "nodes with names": (
        "xml",
        xml('<dcat:Dataset rdf:about="http://a.example/1"><dcat:distribution><rdf:Description rdf:nodeID="n">'
            '<dct:title>1</dct:title></rdf:Description></dcat:distribution></dcat:Dataset>'),
    ),
    "another encoding": (
        "xml",
        b'<?xml version="1.0" encoding="iso-8859-1"?>'
        + xml("<dcat:Dataset><dct:title>café</dct:title></dcat:Dataset>").decode().encode("latin-1"),
    ),
    "a mark before XML": ("xml", b"\xef\xbb\xbf" + xml('<dcat:Dataset rdf:about=""/>')),
    "addresses that may not be": (
        "xml",
        xml('<dcat:Dataset rdf:about="http://a.example/á b"><dct:title xml:lang="VI"> a </dct:title></dcat:Dataset>'),
    ),
    "long texts and numbers": (
        "turtle",
        turtle('<1> a dcat:Dataset ; dct:title """nhiều\ndòng "q" """@vi-VN , \'x\' ; dcat:n 5, 5.0, 1e3, true .'),
    ),
    "nested nodes": (
        "turtle",
        turtle("[] a dcat:Dataset ; dct:publisher [ dct:title 'P' ; dct:publisher [ dct:title 'Q' ] ] ."),
    ),
    "said twice": ("turtle", turtle("_:b a dcat:Dataset ; dct:title '1' . _:b dct:title '2', '1' .")),
    "escapes": ("turtle", turtle("<http://a.example/{x}> a dcat:Dataset ; dct:title '\\u1ED9' . <> a dcat:Dataset .")),
    "a mark before Turtle": ("turtle", b"\xef\xbb\xbf" + turtle("<http://a.example/a b> a dcat:Dataset .")),
    "listed": ("turtle", turtle("dct:x dcat:dataset <d1> . <d1> dct:title 'listed' .")),
}  # fmt: skip


def told(statements: Statements) -> tuple[list[dict[str, Any]], int | None, list[str]]:
    described = Described(statements)
    return list(described.records()), described.total, described.next


@pytest.fixture(autouse=True)
def _literals_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the child."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def slowly(path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> Statements:
    """By rdflib alone."""

    def refuse(*_: object, **__: object) -> None:
        raise SyntaxError

    with monkeypatch.context() as patched:
        patched.setattr(pyoxigraph, "parse", refuse)
        return statements_of(path, form, BASE)


@pytest.mark.parametrize("case", ALIKE)
def test_both_parsers_find_the_same_records(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form, document = ALIKE[case]
    path = tmp_path / "tai-lieu"
    path.write_bytes(document)
    found = told(statements_of(path, form, BASE))
    assert found[0]
    assert found == told(slowly(path, form, monkeypatch))


BETTER: dict[str, tuple[str, bytes, Callable[[list[dict[str, Any]]], bool]]] = {
    "a whole number with a point": (
        "json-ld",
        json_ld({**ONE, "byteSize": 2048.0}),
        lambda found: found[0]["dcat:byteSize"] == "2048",
    ),
    "an address that is a question alone": (
        "turtle",
        turtle("<?trang=2> a dcat:Dataset ."),
        lambda found: found[0]["@id"] == "http://b.example/x/y?trang=2",
    ),
    "N-Triples with blanks in addresses": (
        "nt",
        f"<http://a.example/a b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{DCAT}Dataset> .\n".encode(),
        lambda found: found[0]["@id"] == "http://a.example/a b",
    ),
    "JSON-LD with blanks in addresses": (
        "json-ld",
        json_ld({**ONE, "distribution": {"downloadURL": {"@id": "http://x.example/a b.csv"}}}),
        lambda found: found[0]["dcat:distribution"]["dcat:downloadURL"]["@id"] == "http://x.example/a b.csv",
    ),
}


@pytest.mark.parametrize("case", BETTER)
def test_what_the_quick_parser_understands_better(case: str, tmp_path: Path) -> None:
    form, document, is_right = BETTER[case]
    path = tmp_path / "tai-lieu"
    path.write_bytes(document)
    assert is_right(told(statements_of(path, form, BASE))[0])


@pytest.mark.parametrize("forbidden", ["context", "import", "scoped"])
def test_the_quick_parser_asks_nobody_for_a_context(forbidden: str) -> None:
    """Even if such a document came to it: doors that Python holds shut are no doors to it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        context = {
            "context": address,
            "import": {"@import": address},
            "scoped": {"a": {"@id": "b:c", "@context": address}},
        }
        document = json.dumps({"@context": context[forbidden], "@id": "b:d", "a": {"a": "c"}})
        asked: list[object] = []
        waiting = threading.Thread(target=_wait_for_a_call, args=(listener, asked))
        waiting.start()
        with pytest.raises((SyntaxError, ValueError)):
            list(pyoxigraph.parse(document, pyoxigraph.RdfFormat.JSON_LD, base_iri=BASE, lenient=True))
        waiting.join()
    assert asked == []


def _wait_for_a_call(listener: socket.socket, asked: list[object]) -> None:
    try:
        asked.append(listener.accept())
    except TimeoutError:
        return


def test_no_document_with_a_foreign_context_reaches_either_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(rdf_statements, "_by_oxigraph")
    monkeypatch.delattr(rdf_statements, "_by_rdflib")
    path = tmp_path / "tai-lieu"
    path.write_text('{"@context": "http://127.0.0.1:9/x"}')
    with pytest.raises(Refused):
        statements_of(path, "json-ld", BASE)
