"""Holds a table that may have lost something at its source: for a person to look at, while the last good version stays
public. Each finding says what was and what is."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.issues import Dimension, Issue, Severity
from catalog.model import SourceShape, Version
from catalog.ports import StagedTable
from catalog.vietnamese import grouped

SHRINK_LIMIT = 0.2
"""A table, or another catalogue, that lost more than this share of its rows or datasets is held."""

GROWTH_LIMIT = 3
"""A table with more than this many times the rows of its last version is held: rows read twice, a filter forgotten."""

FEW_ROWS = 100
"""Below this many rows growth says nothing."""

_NAMES_SHOWN = 8


def guard(staged: StagedTable, latest: Version | None) -> Iterator[Issue]:
    """What speaks against publishing ``staged`` after ``latest`` without a person having looked."""
    if staged.row_count == 0:
        yield _hold(
            "empty-table",
            ("Bảng nguồn không có dòng nào.", "The source table has no rows."),
            ("Kiểm tra lại nguồn; nếu bảng thật sự trống, xác nhận để công bố.", "Confirm if it is really empty."),
        )
    elif latest is not None:
        yield from _sizes(staged.row_count, latest.row_count)
    if latest is not None and latest.source_shape is not None and staged.shape is not None:
        yield from shape_changes(latest.source_shape, staged.shape)


def _sizes(now: int, before: int) -> Iterator[Issue]:
    if now < before * (1 - SHRINK_LIMIT):
        yield _hold(
            "shrunken-table",
            (
                f"Bảng giảm từ {grouped(before)} xuống {grouped(now)} dòng, mất {grouped(before - now)} dòng.",
                f"The table fell from {before} to {now} rows, {before - now} are gone.",
            ),
            (
                "Kiểm tra nguồn có bị xóa nhầm không; nếu đúng, xác nhận để công bố.",
                "Check that nothing was deleted by mistake; confirm if the fall is right.",
            ),
            count=before - now,
        )
    elif before >= FEW_ROWS and now > before * GROWTH_LIMIT:
        yield _hold(
            "grown-table",
            (
                f"Bảng tăng từ {grouped(before)} lên {grouped(now)} dòng, gấp hơn {GROWTH_LIMIT} lần.",
                f"The table grew from {before} to {now} rows, more than {GROWTH_LIMIT} times.",
            ),
            (
                "Kiểm tra có đọc trùng dữ liệu không; nếu đúng, xác nhận để công bố.",
                "Check that nothing was read twice; confirm if the growth is right.",
            ),
            count=now - before,
        )


def shape_changes(before: SourceShape, now: SourceShape) -> Iterator[Issue]:
    """Columns that came, went or changed their type at the source, and a key that is another."""
    gone = [name for name in before.columns if name not in now.columns]
    new = [name for name in now.columns if name not in before.columns]
    retyped = [
        f"{name}: {kind} → {now.columns[name]}"
        for name, kind in before.columns.items()
        if kind and now.columns.get(name) and now.columns[name] != kind
    ]
    parts = [
        (gone, f"mất {_listed(gone)}", f"gone: {_listed(gone)}"),
        (new, f"thêm {_listed(new)}", f"new: {_listed(new)}"),
        (retyped, f"đổi kiểu {_listed(retyped)}", f"retyped: {_listed(retyped)}"),
    ]
    said = [(text, text_en) for names, text, text_en in parts if names]
    if said:
        yield _hold(
            "source-columns-changed",
            (
                f"Cột của bảng nguồn đã đổi: {'; '.join(text for text, _ in said)}.",
                f"The columns of the source table changed: {'; '.join(text for _, text in said)}.",
            ),
            (
                "Hỏi đơn vị quản lý nguồn; sửa từ điển nếu thay đổi là thật, hoặc xác nhận để công bố.",
                "Ask who keeps the source; change the dictionary if this is meant, or confirm.",
            ),
            count=len(gone) + len(new) + len(retyped),
        )
    if before.key and now.key != before.key:
        yield _hold(
            "source-key-changed",
            (
                f"Khóa của bảng nguồn đổi từ ({', '.join(before.key)}) thành ({', '.join(now.key) or 'không có'}).",
                f"The key of the source table changed from ({', '.join(before.key)}) to ({', '.join(now.key)}).",
            ),
            (
                "Kiểm tra các dòng còn được nhận ra như trước không; nếu đúng, xác nhận để công bố.",
                "Check that rows are still recognised as before; confirm if they are.",
            ),
        )


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" … (+{rest})" if rest > 0 else "")


def _hold(code: str, said: tuple[str, str], remedy: tuple[str, str], count: int = 1) -> Issue:
    return Issue(
        code=code,
        severity=Severity.HOLD,
        dimension=Dimension.COMPLETE,
        message=said[0],
        message_en=said[1],
        remedy=remedy[0],
        remedy_en=remedy[1],
        count=count,
    )
