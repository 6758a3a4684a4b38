"""The three rules of the house, and what a command may cost before it does anything."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_imports_follow_the_three_rules() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_module_of_the_domain_is_held_to_its_rule() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (domain,) = [
        contract for contract in tools["importlinter"]["contracts"] if contract["name"].startswith("the domain")
    ]
    modules = {f"catalog.{path.stem}" for path in (ROOT / "catalog").glob("*.py")} - {"catalog.__init__"}
    assert set(domain["source_modules"]) == modules


def test_the_top_level_holds_only_the_agreed_rooms() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rooms = {line.split("/", 1)[0] for line in tracked.splitlines() if "/" in line}
    assert rooms <= {"portal", "harvesters", "catalog", "schemas", "publishers", "search", "tests", "docker", ".ci"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("portal.cli", {"sqlalchemy", "flask", "frictionless", "pandas", "pyarrow", "duckdb", "rich", "pydantic"}),
        ("portal.app", {"frictionless", "pandas", "pyarrow", "rdflib", "alembic", "xlsxwriter"}),
        ("catalog.harvesting", {"sqlalchemy", "flask", "pandas", "pyarrow", "duckdb"}),
    ],
)
def test_heavy_libraries_load_where_they_are_used(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(' '.join(sorted(name for name in sys.modules if '.' not in name)))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not heavy & set(loaded.split())
