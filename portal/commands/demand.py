"""Searches that found nothing, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portal.commands.options import as_json, print_json, with_parts

if TYPE_CHECKING:
    from portal.wiring import Parts


@click.command("demand")
@click.option("--days", type=click.IntRange(1, 400), default=90, show_default=True, help="Bao nhiêu ngày gần đây.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Bao nhiêu mục.")
@as_json
@with_parts
def demand(parts: Parts, days: int, limit: int, json_output: bool) -> None:
    """Người dùng tìm gì mà chưa có: những câu tìm không ra kết quả, nhiều nhất trước."""
    from datetime import timedelta

    from catalog.usage import local_day, most_wanted

    with parts.store.read() as reader:
        wanted = most_wanted(reader.demand(local_day(parts.clock() - timedelta(days=days - 1))))[:limit]
    if json_output:
        print_json([{"text": item.text, "count": item.count, "last_day": item.last_day} for item in wanted])
        return
    for item in wanted:
        click.echo(f"{item.count}\t{item.last_day:%d/%m/%Y}\t{item.text}")
    if not wanted:
        click.echo("Chưa có câu tìm nào không ra kết quả.")
