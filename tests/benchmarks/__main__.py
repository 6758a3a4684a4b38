"""`make bench`: each figure beside a named reference measured in the same run; also written to bench.json."""

from __future__ import annotations

import json
import platform
import tempfile
from pathlib import Path

from tests.benchmarks import check_throughput, harvest_throughput, metadata_throughput, search_latency
from tests.benchmarks.figures import Figure


def main() -> None:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="dulieumo-bench-") as name:
        for module in (check_throughput, harvest_throughput, metadata_throughput, search_latency):
            for figure in module.measure(Path(name) / module.__name__.rpartition(".")[2]):
                print(figure, flush=True)
                figures.append(figure)
    result = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "figures": [f.as_json() for f in figures],
    }
    Path("bench.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
