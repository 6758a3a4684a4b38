"""The check of 1,000,000 rows: ours, Frictionless, and a bare DuckDB parse of the same file; the reports must agree.

``DULIEUMO_BENCH_ROWS`` makes the file smaller while developing.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure

ROWS = int(os.environ.get("DULIEUMO_BENCH_ROWS", "1000000"))
CODES = 30_000
SHARE_OF_FAULTS = 0.002
_WORDS = (
    "hồ sơ", "giấy phép", "xây dựng", "nhà ở", "đất đai", "phường", "xã", "thị trấn", "Thanh Hóa", "Đông Tiến",
    "Hoằng Hóa", "cấp mới", "gia hạn",
)  # fmt: skip

DESCRIPTOR: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "ma_ho_so", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "ma_xa", "type": "string", "constraints": {"required": True, "pattern": r"^\d{5}$"}},
        {"name": "ten", "type": "string", "constraints": {"minLength": 2, "maxLength": 120}},
        {"name": "loai", "type": "string", "constraints": {"enum": ["cấp mới", "gia hạn", "điều chỉnh"]}},
        {"name": "ngay_nop", "type": "date"},
        {"name": "ngay_cap", "type": "date", "constraints": {"minimum": "2015-01-01"}},
        {"name": "dien_tich", "type": "number", "constraints": {"minimum": 0}},
        {"name": "so_tang", "type": "integer", "constraints": {"minimum": 0, "maximum": 60}},
        {"name": "phi", "type": "number", "constraints": {"minimum": 0, "maximum": 1_000_000_000}},
        {"name": "truc_tuyen", "type": "boolean"},
        {"name": "ghi_chu", "type": "string"},
    ],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["ma_xa"], "reference": {"resource": "xa", "fields": ["ma"]}}],
}


def measure(folder: Path) -> Iterator[Figure]:
    folder.mkdir(parents=True, exist_ok=True)
    path, codes = folder / "bang.csv", folder / "xa.csv"
    write_table(path, codes, ROWS)
    ours = _in_child(_OURS, path, codes)
    theirs = _in_child(_FRICTIONLESS, path, codes)
    bare = _in_child(_DUCKDB, path, codes)
    if ours["errors"] != theirs["errors"] or not ours["errors"]:
        raise RuntimeError(f"the reports differ: {ours['count']} and {theirs['count']} errors")
    name = f"check, {ROWS} rows × {len(DESCRIPTOR['fields'])}, {ours['count']} errors"
    yield Figure(name, ROWS / ours["seconds"], ROWS / theirs["seconds"], "rows/s", "Frictionless, the same report")
    yield Figure(name, ROWS / ours["seconds"], ROWS / bare["seconds"], "rows/s", "DuckDB, bare parse, all text")
    yield Figure("check, peak memory", ours["peak"], theirs["peak"], "MB", "Frictionless")


def write_table(path: Path, codes: Path, rows: int) -> None:
    """A seeded table with planted faults of every usual kind, and the codes that it refers to."""
    chance = random.Random(20260115)
    known = [f"{number:05d}" for number in range(CODES)]
    codes.write_text("ma\n" + "\n".join(known) + "\n", encoding="utf-8")
    first = date(2015, 1, 1)
    days = [(first + timedelta(days=number)).isoformat() for number in range(4_000)]
    notes = [" ".join(chance.choices(_WORDS, k=chance.randint(3, 9))) for _ in range(5_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(field["name"] for field in DESCRIPTOR["fields"]) + "\n")
        for number in range(rows):
            cells = [
                str(number + 1),
                f"HS{number:08d}",
                chance.choice(known),
                notes[chance.randrange(5_000)].title(),
                chance.choice(("cấp mới", "gia hạn", "điều chỉnh")),
                days[chance.randrange(4_000)],
                days[chance.randrange(4_000)],
                f"{chance.random() * 900 + 20:.1f}",
                str(chance.randrange(30)),
                str(chance.randrange(1_000_000)),
                chance.choice(("true", "false")),
                notes[chance.randrange(5_000)] if chance.random() < 0.7 else "",
            ]
            if chance.random() < SHARE_OF_FAULTS:
                _damage(cells, chance, number)
            file.write(",".join(cells) + "\n")


def _damage(cells: list[str], chance: random.Random, number: int) -> None:
    kind = chance.randrange(12)
    earlier = chance.randrange(max(number, 1))
    if kind == 0:
        cells[0] = str(earlier + 1)
    elif kind == 1:
        cells[1] = f"HS{earlier:08d}"
    elif kind == 2:
        cells[2] = chance.choice(("99999", "1234", ""))
    elif kind == 3:
        cells[4] = "thu hồi"
    elif kind == 4:
        cells[5] = "31/02/2026"
    elif kind == 5:
        cells[6] = "2014-12-31"
    elif kind == 6:
        cells[7] = "-1,5".replace(",", ".")
    elif kind == 7:
        cells[8] = chance.choice(("mười", " 12 ", "61"))
    elif kind == 8:
        cells[:] = [""] * len(cells)
    elif kind == 9:
        cells.append("thừa")
    elif kind == 10:
        del cells[-2:]
    else:
        cells[10] = "có"


_PRELUDE = """
import json, resource, sys, time, hashlib
path, codes, descriptor = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
def told(seconds, errors):
    digest = hashlib.sha256()
    count = 0
    for error in errors:
        count += 1
        digest.update(json.dumps(error, sort_keys=True, default=str).encode())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "count": count, "errors": digest.hexdigest() if count else "", "peak": peak}))
"""
_OURS = """
from pathlib import Path
from schemas.engine import Reference, check_file
allowed = frozenset((line,) for line in Path(codes).read_text().split()[1:])
started = time.perf_counter()
findings = check_file(Path(path), descriptor, references=[Reference(("ma_xa",), "xa", ("ma",), allowed)])
errors = list(findings.errors())
seconds = time.perf_counter() - started
assert findings.path_taken == "columns", findings.path_taken
told(seconds, errors)
"""
_FRICTIONLESS = """
import frictionless
from pathlib import Path
rows = [[line] for line in Path(codes).read_text().split()]
table = frictionless.Resource(name="bang", path=Path(path).name, basepath=str(Path(path).parent),
                              schema=frictionless.Schema.from_descriptor(descriptor))
lookup = frictionless.Resource(name="xa", data=rows, schema=frictionless.Schema.from_descriptor(
    {"fields": [{"name": "ma", "type": "string"}]}))
frictionless.Package(resources=[table, lookup])
started = time.perf_counter()
report = table.validate(limit_errors=0)
seconds = time.perf_counter() - started
told(seconds, [error.to_descriptor() for error in report.tasks[0].errors])
"""
_DUCKDB = """
import duckdb
connection = duckdb.connect()
connection.execute("SET threads = 2")
started = time.perf_counter()
connection.execute(
    "CREATE TABLE bang AS SELECT * FROM read_csv(?, all_varchar = true, header = true, null_padding = true,"
    " ignore_errors = true, delim = ',', quote = '\\"', parallel = true)", [path])
told(time.perf_counter() - started, [])
"""


def _in_child(program: str, path: Path, codes: Path) -> dict[str, Any]:
    """What a program measured of itself, alone in a process."""
    arguments = [sys.executable, "-c", _PRELUDE + program, str(path), str(codes), json.dumps(DESCRIPTOR)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
