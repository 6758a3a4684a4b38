"""Writes requirements.lock: exact versions with hashes, runtime first, then what only development needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
HEADER = (
    "# Made by `make lock` from pyproject.toml; do not edit. The part below “# development” is for tests and lint.\n"
)


def compiled(*arguments: str) -> str:
    command = [
        str(UV), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-annotate", "--no-header", *arguments,
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def blocks(text: str) -> list[str]:
    """One requirement with its hashes each."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith((" ", "\t")):
            found[-1] += line
        elif line.strip():
            found.append(line)
    return found


with tempfile.NamedTemporaryFile("w", suffix=".in") as build:
    build.write("setuptools>=77\n")
    build.flush()
    everything = blocks(compiled("pyproject.toml", build.name, "--extra", "dev"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.writelines(everything)
        pins.flush()
        runtime = blocks(compiled("pyproject.toml", build.name, "--constraint", pins.name))
names = {block.split("==")[0] for block in runtime}
development = [block for block in everything if block.split("==")[0] not in names]
(ROOT / "requirements.lock").write_text(HEADER + "".join(runtime) + "# development\n" + "".join(development))
