"""``dulieumo search``: the search index beside the catalogue it is a copy of."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from portal.commands.options import as_json, print_json, with_parts

if TYPE_CHECKING:
    from catalog.index_keeping import IndexComparison
    from catalog.indexing import Progress
    from portal.wiring import Parts

EXIT_FOUND = 1

_NAMED = 20
_SECONDS_BETWEEN = 2.0

_MEMBERS = {"index": "Chỉ mục", "copy": "Bản sao nhúng"}
_STATES = {
    "agrees": "khớp với cơ sở dữ liệu",
    "differs": "sai lệch",
    "missing": "phải dựng lại",
    "down": "không hỏi được",
}
_DIFFERENCES = {
    "missing": "thiếu",
    "older": "giữ bản cũ",
    "newer": "giữ bản mà cơ sở dữ liệu không có",
    "surplus": "thừa",
}


@click.group()
def search() -> None:
    """Chỉ mục tìm kiếm: một bản sao của cơ sở dữ liệu, luôn dựng lại được.

    Bộ chạy nền (worker) tự giao thay đổi và tự sửa; các lệnh này để xem và để làm ngay.
    """


@search.command("check")
@as_json
@with_parts
def search_check(parts: Parts, json_output: bool) -> None:
    """Nêu sai lệch giữa cơ sở dữ liệu, chỉ mục và bản sao nhúng. Mã thoát 1 nếu có."""
    from catalog.index_keeping import compare_index

    found = compare_index(parts.indexing)
    _tell(found, json_output)
    if not all(item.agrees for item in found):
        sys.exit(EXIT_FOUND)


@search.command("repair")
@as_json
@with_parts
def search_repair(parts: Parts, json_output: bool) -> None:
    """Sửa đúng những bộ dữ liệu sai lệch; chỉ dựng lại toàn bộ khi chỉ mục mất, thuộc phiên bản khác hoặc sai phần lớn.

    Mã thoát: 0 đã khớp; 1 vẫn còn sai lệch; 3 không hỏi được chỉ mục.
    """
    from catalog.index_keeping import compare_index, mend_index
    from portal.index_leases import alone_or_refused

    with alone_or_refused(parts):
        done = mend_index(parts.indexing, compare_index(parts.indexing), _shown(json_output))
    found = compare_index(parts.indexing)
    if all(item.agrees for item in found):
        parts.indexing.trust(True)
    if not json_output:
        click.echo(f"Đã ghi lại {done} bộ dữ liệu.")
    _tell(found, json_output)
    if not all(item.agrees for item in found):
        sys.exit(EXIT_FOUND)


@search.command("rebuild")
@as_json
@with_parts
def search_rebuild(parts: Parts, json_output: bool) -> None:
    """Dựng chỉ mục mới (và bản sao nhúng) từ cơ sở dữ liệu rồi chuyển sang; trong lúc dựng vẫn tìm trên bản cũ."""
    from catalog.indexing import rebuild_index
    from portal.index_leases import alone_or_refused

    begun = time.monotonic()
    with alone_or_refused(parts):
        count = rebuild_index(parts.indexing, progress=_shown(json_output))
    parts.indexing.trust(True)
    if json_output:
        print_json({"datasets": count, "seconds": round(time.monotonic() - begun, 1)})
    else:
        click.echo(f"Chỉ mục có {count} bộ dữ liệu.")


def _shown(json_output: bool) -> Progress:
    """Writes to stderr every two seconds how far it is."""
    told_at = time.monotonic()

    def show(done: int, of: int) -> None:
        nonlocal told_at
        now = time.monotonic()
        if not json_output and now - told_at >= _SECONDS_BETWEEN:
            told_at = now
            click.echo(f"{done}/{of} bộ dữ liệu …", err=True)

    return show


def _tell(found: tuple[IndexComparison, ...], json_output: bool) -> None:
    if json_output:
        print_json([_as_json(item) for item in found])
        return
    for item in found:
        click.echo(f"{_MEMBERS[item.member]}: {_STATES[item.state]} ({item.held}/{item.datasets} bộ dữ liệu).")
        if item.trouble is not None:
            click.echo(f"  {item.trouble.message}")
        for name, words in _DIFFERENCES.items():
            ids = getattr(item, name)
            if ids:
                more = " …" if len(ids) > _NAMED else ""
                click.echo(f"  {words} {len(ids)}: {', '.join(ids[:_NAMED])}{more}")
    if found and found[0].waiting:
        click.echo(f"Còn {found[0].waiting} thay đổi đang chờ giao cho chỉ mục.")


def _as_json(item: IndexComparison) -> dict[str, object]:
    return {
        "member": item.member,
        "state": item.state,
        "datasets": item.datasets,
        "held": item.held,
        "waiting": item.waiting,
        **{name: {"count": len(getattr(item, name)), "first": getattr(item, name)[:_NAMED]} for name in _DIFFERENCES},
        "error": None if item.trouble is None else {"code": item.trouble.code, "message": item.trouble.message},
    }
