"""The engines that a catalogue is searched with, each ready to be built, served and weighed."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from portal.search_lexicon import SearchLexicon
from portal.settings import Settings
from portal.wiring import Parts, open_index
from tests.benchmarks.figures import Figure
from tests.elasticsearch_node import Access
from tests.elasticsearch_server import run_node

MEGABYTE = 1_000_000
_NAME = "dulieumo-bench"


@dataclass(frozen=True, slots=True)
class Place:
    """A catalogue whose ``parts`` search with ``engine``; ``environment`` leads a served portal to the same index."""

    engine: str
    parts: Parts
    environment: dict[str, str]
    folder: Path
    cluster: Access | None = None

    def size(self, count: int) -> Figure:
        """How large the index of so many datasets is."""
        return Figure(
            f"index of {count} datasets on {self.engine}",
            self._index_bytes() / MEGABYTE,
            _file_bytes(self.parts.settings.folder / "catalog.db") / MEGABYTE,
            "MB",
            "the catalogue in SQLite",
        )

    def memory(self) -> Figure:
        """What the served portal holds after all those questions, and the engine where it is a server of its own."""
        heap = f"; heap of the engine {self._heap_bytes() / MEGABYTE:,.0f} MB" if self.cluster else ""
        return Figure(
            f"memory of the served portal, searching on {self.engine}",
            _served_bytes() / MEGABYTE,
            _resident_bytes("self") / MEGABYTE,
            "MB",
            "this process, which searches in the same way",
            f"index {self._index_bytes() / MEGABYTE:,.0f} MB{heap}",
        )

    def _index_bytes(self) -> int:
        if self.cluster is None:
            return _file_bytes(self.folder)
        self.cluster.ask("POST", f"/{_NAME}*/_flush")
        stats = self.cluster.ask("GET", f"/{_NAME}*/_stats/store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    def _heap_bytes(self) -> int:
        assert self.cluster is not None
        nodes = self.cluster.ask("GET", "/_nodes/stats/jvm")["nodes"].values()
        return sum(int(node["jvm"]["mem"]["heap_used_in_bytes"]) for node in nodes)


def _file_bytes(place: Path) -> int:
    files = place.rglob("*") if place.is_dir() else place.parent.glob(f"{place.name}*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _served_bytes() -> int:
    """What the served portal holds in memory, all of its processes; from Linux's /proc."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children[int(stat.read_text().rpartition(")")[2].split()[1])].append(int(stat.parent.name))
    waiting = [pid for pid in children[os.getpid()] if b"portal.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    total = 0
    while waiting:
        pid = waiting.pop()
        waiting += children[pid]
        total += _resident_bytes(str(pid))
    return total


def _resident_bytes(pid: str) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def both_engines(ending: ExitStack, parts: Parts, home: Path) -> Iterator[Place]:
    """Tantivy, then Elasticsearch; where that does not start it is said and left out."""
    yield Place("tantivy", parts, {}, parts.settings.folder / "index")
    try:
        node = run_node(ending, quick=False)
    except OSError as error:
        sys.stderr.write(f"Elasticsearch is not measured: {error}\n")
        return
    url = f"{node.url.replace('http:', 'elasticsearch:')}/{_NAME}"
    environment = {"DULIEUMO_INDEX": url, "DULIEUMO_INDEX_COPY": "false"}
    settings = Settings(home=home, index=url, index_copy=False)
    index = open_index(url, SearchLexicon(parts.store), settings)
    yield Place("Elasticsearch", replace(parts, settings=settings, index=index), environment, home, node.access)
