"""A real Elasticsearch for tests and, by ``python -m tests.elasticsearch_server``, for trying the portal on one.

``DULIEUMO_TEST_ELASTICSEARCH`` names one (``http://host:9200``, without credentials, allowed to create indexes);
without it servers of our own start, see :mod:`tests.elasticsearch_distribution` for where they come from. Where none
starts the tests are skipped, unless ``DULIEUMO_TEST_REQUIRE`` names ``elasticsearch``. What kills, freezes or secures
a server always runs on one of our own.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import write_certificates
from tests.elasticsearch_distribution import VERSION, obtain
from tests.elasticsearch_node import Access, ElasticsearchNode, free_ports
from tests.elasticsearch_sharing import share
from tests.servers import give_up

ALONE = {"discovery.type": "single-node"}
PORT = 9200


@dataclass(frozen=True)
class ElasticsearchServer:
    """A running server that many tests share; each keeps to indexes under a name of its own."""

    access: Access

    @property
    def url(self) -> str:
        """``http://HOST:PORT``."""
        return self.access.url

    @contextmanager
    def name(self) -> Iterator[str]:
        """A new name; every index whose name begins with it is deleted at the end."""
        name = f"dulieumo-test-{uuid.uuid4().hex}"
        try:
            yield name
        finally:
            for index in self.access.ask("GET", f"/_cat/indices/{name}*?format=json&h=index&expand_wildcards=all"):
                self.access.ask("DELETE", f"/{index['index']}")


@contextmanager
def share_elasticsearch(folder: Path) -> Iterator[ElasticsearchServer]:
    """The server that the environment names, or one for all processes that share ``folder``; gone with the last."""
    with ExitStack() as ending:
        with _or_give_up():
            address = _given() or ending.enter_context(share(folder))
        yield ElasticsearchServer(Access(address))


@contextmanager
def start_elasticsearch(*, quick: bool = True) -> Iterator[ElasticsearchServer]:
    """The server that the environment names, or a node of our own that ends with the block; see :func:`start_node`."""
    with ExitStack() as ending:
        yield ElasticsearchServer(Access(_given() or ending.enter_context(start_node(quick=quick)).url))


def _given() -> str:
    return os.environ.get("DULIEUMO_TEST_ELASTICSEARCH", "").rstrip("/")


@contextmanager
def start_node(*, quick: bool = True) -> Iterator[ElasticsearchNode]:
    """One node without security that ends with the block, and that may be killed, frozen and started again.

    Not ``quick``: compiled for speed as in production, where something is measured.
    """
    with ExitStack() as ending:
        with _or_give_up():
            node = run_node(ending, quick=quick)
        yield node


@contextmanager
def start_cluster(nodes: int = 3) -> Iterator[tuple[ElasticsearchNode, ...]]:
    """One cluster of ``nodes`` nodes without security, each of which may become master."""
    names = [f"node-{number}" for number in range(1, nodes + 1)]
    ports = free_ports(2 * nodes)
    together: dict[str, object] = {
        "cluster.name": f"dulieumo-test-{uuid.uuid4().hex}",
        "cluster.initial_master_nodes": names,
        "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports[nodes:]],
    }
    with ExitStack() as ending:
        with _or_give_up():
            cluster = []
            for name, http, transport in zip(names, ports[:nodes], ports[nodes:], strict=True):
                own = {"node.name": name, "transport.port": transport}
                cluster.append(_new_node(ending, Access(f"http://127.0.0.1:{http}"), together | own))
                cluster[-1].start()
            for node in cluster:
                node.wait_until_it_answers()
            cluster[0].access.ask("GET", f"/_cluster/health?wait_for_nodes={nodes}&timeout=60s")
        yield tuple(cluster)


@contextmanager
def start_secured() -> Iterator[ElasticsearchNode]:
    """One node that wants TLS and credentials; its ``access`` has the authority and the password of ``elastic``."""
    password = secrets.token_urlsafe(16)
    with ExitStack() as ending:
        with _or_give_up():
            certificates = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="dulieumo-tls-")))
            write_certificates(certificates)
            access = Access(f"https://127.0.0.1:{free_ports(1)[0]}", certificates / "authority.pem", password)
            secured: dict[str, object] = {
                "xpack.security.enabled": True,
                "xpack.security.http.ssl.enabled": True,
                "xpack.security.http.ssl.certificate": "server.pem",
                "xpack.security.http.ssl.key": "server.key",
            }
            node = _new_node(
                ending, access, ALONE | secured, [certificates / name for name in ("server.pem", "server.key")]
            )
            node.add_to_keystore("bootstrap.password", password)
            node.start()
            node.wait_until_it_answers()
        yield node


def run_node(ending: ExitStack, port: int = 0, *, quick: bool = True) -> ElasticsearchNode:
    """One node without security that answers, on a free port unless one is named; raises ``OSError``."""
    if port:
        socket.create_server(("127.0.0.1", port)).close()  # else another server there would answer in its place
    node = _new_node(ending, Access(f"http://127.0.0.1:{port or free_ports(1)[0]}"), ALONE, quick=quick)
    node.start()
    node.wait_until_it_answers()
    return node


def _new_node(
    ending: ExitStack,
    access: Access,
    settings: Mapping[str, object],
    configuration: Sequence[Path] = (),
    *,
    quick: bool = True,
) -> ElasticsearchNode:
    distribution = obtain()
    folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="dulieumo-es-")))
    node = ElasticsearchNode(distribution, folder, access, settings, configuration, quick)
    ending.callback(node.kill)
    return node


@contextmanager
def _or_give_up() -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        give_up("elasticsearch", f"Elasticsearch does not start here: {error}")


def main() -> None:
    """Runs one node on ``ES_PORT`` (9200) until Ctrl-C, and says how the portal is led to it."""
    for ended_by in (signal.SIGINT, signal.SIGTERM):  # a shell lets its background jobs ignore Ctrl-C
        signal.signal(ended_by, signal.default_int_handler)
    try:
        with ExitStack() as ending:
            node = run_node(ending, int(os.environ.get("ES_PORT", PORT)), quick=False)
            address = node.url.replace("http:", "elasticsearch:")
            sys.stdout.write(
                f"Elasticsearch {VERSION}: {node.url} (Ctrl-C để dừng; dữ liệu mất khi dừng)\n"
                f"(Ctrl-C to stop; what it holds is lost then)\n\n  export DULIEUMO_INDEX={address}/dulieumo\n\n"
            )
            sys.stdout.flush()
            node.wait_until_it_ends()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"Elasticsearch: {error}")


if __name__ == "__main__":
    main()
