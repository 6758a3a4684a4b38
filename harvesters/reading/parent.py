"""Has a file read by a child process with limits, and makes of its answer a staged table with what there is to say."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.dictionary import TableSchema
from catalog.errors import SourceUnreadable, StorageFull
from catalog.issues import Dimension, Example, Issue, Severity
from catalog.layout import (
    Confidence,
    Evidence,
    LayoutProposal,
    LooseText,
    RowNumbers,
    TableLayout,
)
from catalog.model import SourceShape
from catalog.ports import StagedTable
from harvesters.staging import staging_path

logger = logging.getLogger(__name__)

WALL_SECONDS = 900
FRACTIONS = "1"
"""The unit of fractions of one, as the gate knows it."""
SHOWN_EVIDENCE = 12
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SYSTEMROOT")


def read_file(
    path: Path,
    schema: TableSchema | None,
    folder: Path,
    *,
    layout: TableLayout | None = None,
    sheet: str = "",
    key: str = "bang",
    target: Path | None = None,
) -> StagedTable:
    """The table of a file, staged in ``folder`` (or at ``target``). ``sheet`` names a sheet of a workbook or leads to
    the records of JSON. Raises ``SourceUnreadable`` with place and remedy, whatever the file does to its reader."""
    if not path.is_file():
        raise SourceUnreadable(
            f"Không có tệp “{path.name}”; kiểm tra lại đường dẫn.", f"There is no file “{path.name}”.", file=path.name
        )
    place = target or staging_path(folder, 0, key)
    question = {
        "path": str(path.absolute()),
        "target": str(place.absolute()),
        "schema": None if schema is None else dict(schema.descriptor),
        "layout": None if layout is None else layout.as_json(),
        "place": sheet,
    }
    reading = _ask(path, question, place)
    return _table(reading, place, key, schema, accepted=layout is not None)


def child_environment() -> dict[str, str]:
    """The variables that a process for files from outside may see: none that could hold a secret."""
    return {**{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}, "PYTHONUTF8": "1"}


def _ask(path: Path, question: Mapping[str, Any], target: Path) -> Mapping[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603  our own module and a number
            [sys.executable, "-m", "harvesters.reading.child", str(os.getpid())],
            input=json.dumps(question, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env=child_environment(),
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        target.unlink(missing_ok=True)
        raise _given_up(path, "quá thời gian", "it took too long") from None
    except ValueError:
        answer = {}
    if "reading" in answer:
        reading: Mapping[str, Any] = answer["reading"]
        return reading
    target.unlink(missing_ok=True)
    error = answer.get("error", {})
    if not error:
        # What the child said last names a place in our code; the lines before it may quote the file.
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        logger.warning("reading %s ended with code %s (%s)", path.name, done.returncode, said)
    if error.get("message"):
        message, message_en = error["message"], error["message_en"]
        if error["code"] == StorageFull.code:
            raise StorageFull(message, message_en)
        if path.name not in message:
            message, message_en = f"Tệp “{path.name}”: {message}", f"File “{path.name}”: {message_en}"
        raise SourceUnreadable(message, message_en, **{**error["details"], "file": path.name})
    raise _given_up(path, "quá lớn hoặc bị hỏng", "it is too large or damaged")


def _given_up(path: Path, why: str, why_en: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"Tệp “{path.name}”: đã ngừng đọc vì {why}; chia nhỏ, bỏ các ô thừa hoặc lưu lại dạng CSV UTF-8.",
        f"File “{path.name}”: reading was given up, {why_en}; split it, or save it as CSV UTF-8.",
        file=path.name,
    )


def _table(
    reading: Mapping[str, Any], place: Path, key: str, schema: TableSchema | None, *, accepted: bool
) -> StagedTable:
    proposal = _proposal(reading["proposal"])
    differences = tuple(Evidence(**item) for item in reading["differences"])
    units = {
        column.field or column.label: column.unit or proposal.layout.unit
        for column in proposal.layout.columns
        if column.unit or (proposal.layout.unit and _is_number(schema, column.field))
    } | dict.fromkeys(reading["percents"], FRACTIONS)
    return StagedTable(
        key=key,
        path=place,
        columns=tuple(reading["columns"]),
        row_count=reading["row_count"],
        sha256=reading["sha256"],
        row_numbers=RowNumbers(tuple((copy, source) for copy, source in reading["breaks"])),
        notices=tuple(_notices(proposal, differences, reading["remarks"], accepted=accepted)),
        around=tuple(LooseText(**item) for item in reading["around"]),
        units=units,
        proposal=proposal,
        shape=_shape(proposal.layout, reading["columns"]),
    )


def _shape(layout: TableLayout, staged: list[str]) -> SourceShape:
    """The columns as the file itself calls them, whether they are staged by its labels or by the dictionary's names:
    accepting a layout changes nothing at the source."""
    labels = [column.label or f"cot_{column.position}" for column in layout.columns]
    return SourceShape(dict.fromkeys(labels or staged, ""))


def _is_number(schema: TableSchema | None, name: str) -> bool:
    field = schema.field(name) if schema else None
    return field is not None and field.type in ("integer", "number")


def _proposal(stored: Mapping[str, Any]) -> LayoutProposal:
    return LayoutProposal(
        TableLayout.from_json(stored["layout"]),
        Confidence(stored["confidence"]),
        tuple(Evidence(**item) for item in stored["evidence"]),
        tuple(stored["unmatched"]),
        tuple(stored["missing"]),
        tuple(stored["others"]),
    )


def _notices(
    proposal: LayoutProposal, differences: tuple[Evidence, ...], remarks: list[list[str]], *, accepted: bool
) -> Iterator[Issue]:
    for message, message_en in remarks:
        yield _notice("reading-remark", Severity.NOTE, message, message_en)
    if differences:
        yield replace(
            _with_evidence(
                "layout-changed",
                "Tệp không còn đúng cách trình bày đã chấp nhận",
                "The file no longer fits its accepted layout",
                differences,
            ),
            remedy="Gửi tệp theo mẫu cũ; nếu mẫu đổi thật, duyệt cách đọc mới.",
            remedy_en="Send the file in the former layout; if the form has changed, accept the new one.",
        )
    elif not accepted and proposal.confidence is not Confidence.PLAIN:
        unsure = proposal.confidence is Confidence.UNSURE
        yield replace(
            _with_evidence(
                "layout-unsure" if unsure else "layout-unconfirmed",
                "Chưa chắc bảng nằm thế nào trong tệp" if unsure else "Cách đọc tệp này chưa ai xác nhận",
                "It is not certain how the table lies in the file" if unsure else "Nobody has accepted this layout yet",
                proposal.evidence,
            ),
            remedy="Xem cách đọc dưới đây; đúng thì duyệt một lần, lần sau máy tự đọc như vậy.",
            remedy_en="Look at how the file was read; accept it once, and it will be read so from then on.",
        )


def _with_evidence(code: str, message: str, message_en: str, evidence: tuple[Evidence, ...]) -> Issue:
    shown = evidence[:SHOWN_EVIDENCE]
    vietnamese = " ".join(item.message for item in shown)
    english = " ".join(item.message_en for item in shown)
    issue = _notice(code, Severity.HOLD, f"{message}. {vietnamese}".strip(), f"{message_en}. {english}".strip())
    return replace(issue, examples=tuple(Example(item.row) for item in shown if item.row)[:5])


def _notice(code: str, severity: Severity, message: str, message_en: str) -> Issue:
    return Issue(code, severity, Dimension.CONSISTENT, message, message_en)
