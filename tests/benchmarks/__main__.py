"""`make bench`: each figure beside a named reference measured in the same run; also written to bench.json.

``python -m tests.benchmarks NAME …`` measures these alone (without names: all); bench.json then holds no others.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figures import Figure

NAMES = (
    "check_throughput", "harvest_throughput", "metadata_throughput", "search_at_scale", "search_ranking",
    "search_publishers",
)  # fmt: skip


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"{', '.join(unknown)}: not known; there are {', '.join(NAMES)}")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="dulieumo-bench-") as folder:
        for name in names or NAMES:
            for figure in import_module(f"tests.benchmarks.{name}").measure(Path(folder) / name):
                print(figure, f"(load {os.getloadavg()[0]:.1f})", flush=True)
                figures.append(figure)
    result = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "figures": [f.as_json() for f in figures],
    }
    Path("bench.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
