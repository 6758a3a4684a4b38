"""``dulieumo held``: tables that the gate holds for a person, and what two persons decide about them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from portal.commands.options import as_json, print_json, with_parts

if TYPE_CHECKING:
    from catalog.holding import HeldTable
    from catalog.releases import Release
    from portal.wiring import Parts

EXIT_FOUND = 1

_STATES = {
    "requested": "đang chờ người thứ hai duyệt",
    "approved": "đã duyệt",
    "refused": "đã từ chối",
    "superseded": "hết hiệu lực vì bảng đã đổi",
}


def _by(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--by", "person", required=True, metavar="TÊN", help="Tên người thực hiện.")(command)


class _GroupThatLists(click.Group):
    """Lists what is held when no command is named; ``--json`` goes to the list then."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] == "--json":
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_GroupThatLists)
def held() -> None:
    """Bảng bị giữ lại: liệt kê, xem vì sao, đề nghị và duyệt công bố (hai người khác nhau), hoặc từ chối.

    Duyệt chỉ có giá trị cho đúng nội dung và đúng các phát hiện đã xem; dữ liệu đổi thì bảng lại bị giữ.
    """


@held.command("list")
@as_json
@with_parts
def list_held(parts: Parts, json_output: bool) -> None:
    """Liệt kê các bảng đang bị giữ. Mã thoát 1 nếu có."""
    from catalog.holding import held_tables

    with parts.store.read() as reader:
        found = held_tables(reader)
    if json_output:
        print_json([_table_json(item) for item in found])
    else:
        for item in found:
            codes = ", ".join(dict.fromkeys(issue.code for issue in item.holds))
            state = f" — {_STATES[item.release.state]}" if item.release else ""
            click.echo(f"{item.source.name}\t{item.table.key}\t{codes}{state}")
        click.echo(f"{len(found)} bảng đang bị giữ.")
    if found:
        sys.exit(EXIT_FOUND)


@held.command("show")
@click.argument("source")
@click.argument("table")
@as_json
@with_parts
def show(parts: Parts, source: str, table: str, json_output: bool) -> None:
    """Vì sao bảng TABLE của nguồn SOURCE bị giữ, và ai đã đề nghị, quyết định gì."""
    from catalog.holding import held_table

    with parts.store.read() as reader:
        found = held_table(reader, source, table)
        history = reader.releases(found.source.id, table)
    if json_output:
        print_json({**_table_json(found), "history": [_release_json(item) for item in history]})
        return
    click.echo(f"{found.source.title}: {found.table.key}, {found.outcome.row_count} dòng")
    for issue in found.holds:
        click.echo(f"  {issue.code}: {issue.message}")
        for example in issue.examples:
            click.echo(f"      dòng {example.row}: {example.value}" if example.row else f"      {example.value}")
        if issue.remedy:
            click.echo(f"      → {issue.remedy}")
    for item in history:
        click.echo(f"  {_STATES[item.state]}: {_told(item)}")


def _told(release: Release) -> str:
    asked = f"{release.requested_by} đề nghị ngày {release.requested_at:%d/%m/%Y}, lý do: {release.reason}"
    if release.decided_at is None or not release.decided_by:
        return asked
    why = f", lý do: {release.decision}" if release.decision else ""
    return f"{asked}; {release.decided_by} quyết định ngày {release.decided_at:%d/%m/%Y}{why}"


@held.command("request")
@click.argument("source")
@click.argument("table")
@click.option("--reason", required=True, metavar="LÝ DO", help="Vì sao công bố được, ít nhất 10 ký tự; được công khai.")
@_by
@as_json
@with_parts
def request(parts: Parts, source: str, table: str, reason: str, person: str, json_output: bool) -> None:
    """Đề nghị công bố bảng TABLE của nguồn SOURCE đúng như đang có."""
    from catalog.holding import request_release
    from schemas.personal_data import mask_inside

    release = request_release(
        parts.store, source, table, reason=reason, requested_by=person, at=parts.clock(), mask=mask_inside
    )
    _say(release, "Đã ghi đề nghị công bố; người thứ hai duyệt bằng “dulieumo held approve”.", json_output)


@held.command("approve")
@click.argument("source")
@click.argument("table")
@_by
@as_json
@with_parts
def approve(parts: Parts, source: str, table: str, person: str, json_output: bool) -> None:
    """Duyệt đề nghị đang chờ (người duyệt khác người đề nghị) và thu thập lại ngay.

    Mã thoát: 0 đã công bố; 1 bảng vẫn bị giữ hoặc bị loại.
    """
    from catalog.holding import approve_release
    from portal.harvest_runs import harvest_sources, run_as_json
    from portal.worker import deliver_outbox

    release = approve_release(parts.store, source, table, approved_by=person, at=parts.clock())
    if not json_output:
        click.echo("Đã duyệt; đang thu thập lại.")
    with parts.store.read() as reader:
        origin = reader.source(source)
    runs = list(harvest_sources(parts, (origin,), trigger="release", quiet=json_output))
    deliver_outbox(parts)
    with parts.store.read() as reader:
        outcome = reader.last_outcomes(origin.id)[table]
    if json_output:
        print_json({"release": _release_json(release), "runs": [run_as_json(parts, item, run) for item, run in runs]})
    if outcome.outcome not in ("published", "unchanged"):
        sys.exit(EXIT_FOUND)


@held.command("refuse")
@click.argument("source")
@click.argument("table")
@click.option("--reason", required=True, metavar="LÝ DO", help="Vì sao không công bố được, ít nhất 10 ký tự.")
@_by
@as_json
@with_parts
def refuse(parts: Parts, source: str, table: str, reason: str, person: str, json_output: bool) -> None:
    """Từ chối đề nghị đang chờ; bảng vẫn bị giữ."""
    from catalog.holding import refuse_release
    from schemas.personal_data import mask_inside

    release = refuse_release(
        parts.store, source, table, reason=reason, refused_by=person, at=parts.clock(), mask=mask_inside
    )
    _say(release, "Đã từ chối; bảng vẫn bị giữ.", json_output)


def _say(release: Release, sentence: str, json_output: bool) -> None:
    if json_output:
        print_json(_release_json(release))
    else:
        click.echo(sentence)


def _table_json(item: HeldTable) -> dict[str, object]:
    return {
        "source": item.source.name,
        "table": item.table.key,
        "rows": item.outcome.row_count,
        "held_at": item.outcome.finished_at,
        "findings": [
            {
                "code": issue.code,
                "field": issue.field,
                "count": issue.count,
                "message": issue.message,
                "remedy": issue.remedy,
                "examples": [{"row": example.row, "value": example.value} for example in issue.examples],
            }
            for issue in item.holds
        ],
        "release": _release_json(item.release) if item.release else None,
    }


def _release_json(release: Release) -> dict[str, object]:
    return {
        "id": release.id,
        "table": release.table_key,
        "state": release.state,
        "reason": release.reason,
        "requested_by": release.requested_by,
        "requested_at": release.requested_at,
        "decided_by": release.decided_by,
        "decided_at": release.decided_at,
        "decision": release.decision,
        "findings": [{"code": item.code, "field": item.field, "count": item.count} for item in release.findings],
    }
