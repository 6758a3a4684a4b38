"""Real clients, unchanged, against the portal over loopback: what they can do is the promise of the APIs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ckanapi
import pandas
import pytest
import rdflib
import requests
from werkzeug.serving import make_server

from portal.app import create_app
from tests.portal.sample import publish_sample

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal that serves the sample catalogue, and names itself by that address."""
    parts = publish_sample(tmp_path_factory.mktemp("cong"))
    server = make_server("127.0.0.1", 0, create_app(parts), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = parts.settings.model_copy(update={"site_url": address})
    server.app = create_app(replace(parts, settings=settings))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    parts.store.close()


@pytest.fixture
def remote(site: str) -> Iterator[Any]:
    with ckanapi.RemoteCKAN(site, apikey="khong-can", user_agent="thu/1.0") as portal:
        yield portal


def run(*command: str) -> str:
    """What a command of the environment prints; it may start others of them."""
    path = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [BIN / command[0], *command[1:]], capture_output=True, text=True, timeout=60, check=False, env=path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ckanapi_reads_the_catalogue(remote: Any) -> None:
    assert remote.action.package_list() == ["co-so-ban-le-thuoc", "co-so-kham-chua-benh", "nhan-luc-y-te"]
    package = remote.action.package_show(id="co-so-kham-chua-benh")
    assert package["organization"]["name"] == "so-y-te"
    assert [resource["format"] for resource in package["resources"]] == ["CSV", "XLSX", "JSON", "Parquet"]
    with pytest.raises(ckanapi.NotAuthorized):
        remote.action.package_create(name="moi")
    assert remote.action.recently_changed_packages_activity_list()[0]["object_id"]
    found = remote.action.package_search(q="benh vien", fq="organization:so-y-te", rows=5)
    assert "co-so-kham-chua-benh" in [result["name"] for result in found["results"]]
    with pytest.raises(ckanapi.NotFound):
        remote.action.package_show(id="khong-co")
    with pytest.raises(ckanapi.NotAuthorized):
        remote.action.package_show(id="kiem-tra-noi-bo")
    with pytest.raises(ckanapi.ValidationError):
        remote.action.package_show()


def test_ckanapi_reads_rows_with_get_and_post(site: str, remote: Any) -> None:
    [csv] = [r for r in remote.action.package_show(id="co-so-kham-chua-benh")["resources"] if r["datastore_active"]]
    posted = remote.action.datastore_search(resource_id=csv["id"], filters={"ma_xa": ["14797", "15853"]}, sort="giuong")
    assert [record["ma"] for record in posted["records"]] == ["38002", "38001"]
    with ckanapi.RemoteCKAN(site, get_only=True) as by_get:
        assert by_get.action.datastore_search(resource_id=csv["id"], q="dong tien")["total"] == 2


def test_the_ckanapi_command_line_searches_and_dumps_everything(site: str) -> None:
    names = {json.loads(line)["name"] for line in run("ckanapi", "search", "datasets", "-r", site).splitlines()}
    assert names == {"co-so-ban-le-thuoc", "co-so-kham-chua-benh", "nhan-luc-y-te"}
    dumped = run("ckanapi", "dump", "datasets", "--all", "-r", site).splitlines()
    assert {json.loads(line)["name"] for line in dumped} == names
    with_rows = run("ckanapi", "dump", "datasets", "co-so-kham-chua-benh", "-d", "-R", "-r", site)
    [csv] = [r for r in json.loads(with_rows)["resources"] if r["datastore_active"]]
    assert [field["id"] for field in csv["datastore_fields"]] == ["_id", "ma", "ten", "ma_xa", "giuong"]
    organizations = run("ckanapi", "dump", "organizations", "--all", "-r", site).splitlines()
    assert "so-y-te" in {json.loads(line)["name"] for line in organizations}
    groups = run("ckanapi", "dump", "groups", "--all", "-r", site).splitlines()
    assert "y-te" in {json.loads(line)["name"] for line in groups}
    assert run("ckanapi", "dump", "users", "--all", "-r", site) == ""


def test_a_ckan_harvester_walks_through_all_pages(site: str) -> None:
    """The very requests of ckanext-harvest: pages by id until an empty one, then what changed since the last job."""
    base = f"{site}/api/3/action"
    ids = []
    for start in range(10):
        answer = requests.get(f"{base}/package_search?rows=1&start={start}&sort=id asc", timeout=10).json()
        if not answer["result"]["results"]:
            break
        ids += [result["id"] for result in answer["result"]["results"]]
    assert len(ids) == len(set(ids)) == 3
    fq = "organization:so-y-te OR organization:khac metadata_modified:[2026-11-01T00:00:00.000000Z TO *]"
    changed = requests.get(f"{base}/package_search", params={"rows": "100", "start": "0", "fq": fq}, timeout=10).json()
    assert changed["result"]["count"] == 3
    organization = changed["result"]["results"][0]["organization"]["id"]
    shown = requests.get(f"{base}/organization_show", params={"id": organization}, timeout=10).json()
    assert shown["result"]["name"] == "so-y-te"


def test_frictionless_accepts_the_data_package_and_the_schema(site: str) -> None:
    dataset = f"{site}/dataset/co-so-kham-chua-benh"
    out = run("frictionless", "validate", f"{dataset}/datapackage.json", "--json")
    assert json.loads(out)["valid"] is True
    assert json.loads(out)["stats"]["tasks"] == 1
    csv = f"{site}/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv"
    out = run("frictionless", "validate", csv, "--schema", f"{site}/schemas/co-so-kham-chua-benh.json", "--json")
    report = json.loads(out)
    assert report["valid"] is True
    assert report["tasks"][0]["stats"]["rows"] == 3


def test_frictionless_would_notice_a_wrong_table(site: str, tmp_path: Path) -> None:
    wrong = tmp_path / "sai.csv"
    wrong.write_text("ma,ten,ma_xa,giuong\n99,Trạm,14797,ba\n", encoding="utf-8")
    schema = f"{site}/schemas/co-so-kham-chua-benh/1.0.0.json"
    done = subprocess.run(
        [BIN / "frictionless", "validate", wrong.name, "--schema", schema, "--json"],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    codes = {error["type"] for error in json.loads(done.stdout)["tasks"][0]["errors"]}
    assert codes == {"constraint-error", "type-error"}


def test_pandas_reads_the_download_and_the_rows(site: str) -> None:
    frame = pandas.read_csv(
        f"{site}/download/co-so-kham-chua-benh/co-so-kham-chua-benh-bang.csv", dtype={"ma": "str", "ma_xa": "str"}
    )
    assert list(frame.columns) == ["ma", "ten", "ma_xa", "giuong"]
    assert frame["ma_xa"].tolist() == ["14797", "15853", "15724"]
    described = requests.get(f"{site}/api/v1/datasets/co-so-kham-chua-benh", timeout=10).json()
    rows = pandas.read_csv(described["tables"][0]["rows_url"] + "?_format=csv&_fields=ten,giuong&_sort=-giuong")
    assert rows["giuong"].tolist()[:2] == [1200, 5]


def test_what_the_catalogue_promises_about_a_file_is_what_arrives(site: str) -> None:
    graph = rdflib.Graph().parse(data=requests.get(f"{site}/catalog.ttl", timeout=10).content, format="turtle")
    query = """
        SELECT ?url ?size ?sum WHERE { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; spdx:checksum ?c .
        ?c spdx:checksumValue ?sum }"""
    namespaces = {"dcat": rdflib.DCAT, "spdx": rdflib.Namespace("http://spdx.org/rdf/terms#")}
    found = list(graph.query(query, initNs=namespaces))
    assert len(found) == 4
    for url, size, checksum in found:  # type: ignore[misc]  # rows of a SELECT
        content = requests.get(str(url), timeout=10).content
        assert len(content) == int(str(size))
        assert hashlib.sha256(content).hexdigest() == str(checksum).lower()
