"""``dulieumo source``: what the pages for sources do, on the command line."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from catalog.model import Frequency
from portal.commands.options import as_json, machine_account, print_json, with_parts

if TYPE_CHECKING:
    from catalog.source_kinds import Option, SourceKind
    from catalog.sources import HarvestRun, HarvestSource
    from portal.wiring import Parts

EXIT_FOUND = 1


@click.group()
def source() -> None:
    """Nguồn thu thập: khai báo, thử kết nối, sửa, tạm dừng, xóa."""


def _described(command: Callable[..., None]) -> Callable[..., None]:
    """Options that ``add`` and ``edit`` share."""
    periods = click.Choice([item.value for item in Frequency])
    for option in (
        click.option("--title", help="Tên đầy đủ."),
        click.option("--description", help="Mô tả ngắn."),
        click.option("--frequency", type=periods, help="Kỳ thu thập."),
        click.option("--cron", help="Lịch cron thay cho kỳ, giờ Việt Nam; ví dụ “30 2 * * 1”."),
        click.option("--quiet-hours", metavar="TỪ-ĐẾN", help="Giờ không thu thập, ví dụ 7-17."),
        click.option("--notify-email", help="Thư báo khi có sự cố."),
        click.option("--notify-webhook", help="Địa chỉ https nhận báo sự cố."),
        click.option("--option", "options", multiple=True, metavar="MỤC=GIÁ_TRỊ", help="Một mục của loại nguồn."),
        click.option("--secret", "secrets", multiple=True, metavar="MỤC", help="Mục bí mật, sẽ được hỏi."),
    ):
        command = option(command)
    return command


@source.command("kinds")
@click.argument("kind", required=False)
@as_json
def kinds(kind: str | None, json_output: bool) -> None:
    """Các loại nguồn và những mục phải khai của từng loại."""
    from harvesters import KINDS, kind_of

    found = [kind_of(name) for name in ([kind] if kind else KINDS)]
    if json_output:
        print_json([_kind_json(item) for item in found])
        return
    for item in found:
        click.echo(f"{item.name}: {item.title}. {item.help}")
        for option in item.options:
            click.echo(f"    {_option_line(option)}")
        if item.locator_help:
            click.echo(f"    Bảng: {item.locator_help}")


def _option_line(option: Option) -> str:
    marks = [mark for mark, is_so in (("bắt buộc", option.required), ("bí mật", option.secret)) if is_so]
    said = [*marks, *([f"mặc định {option.default}"] if option.default else []), *option.choices]
    return f"{option.name}: {option.title}{' (' + ', '.join(said) + ')' if said else ''}. {option.help}"


def _kind_json(kind: SourceKind) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": kind.name,
        "title": kind.title,
        "title_en": kind.title_en,
        "reads": [what for what, is_so in (("tables", kind.reads_tables), ("catalog", kind.reads_catalog)) if is_so],
        "options": [asdict(option) for option in kind.options],
    }


@source.command("add")
@click.argument("name")
@click.option("--organization", required=True, metavar="MÃ", help="Mã hoặc tên cơ quan chủ quản.")
@click.option("--kind", required=True, help="Loại nguồn; xem `dulieumo source kinds`.")
@_described
@as_json
@with_parts
def add(
    parts: Parts,
    name: str,
    organization: str,
    kind: str,
    options: tuple[str, ...],
    secrets: tuple[str, ...],
    json_output: bool,
    **fields: str | None,
) -> None:
    """Khai báo nguồn NAME. Bí mật được mã hóa, hoặc ghi ${DULIEUMO_SOURCE_…} để lấy từ biến môi trường."""
    from portal import source_editing

    given = {key: value for key, value in fields.items() if value is not None}
    draft = source_editing.SourceDraft(name, organization, kind, _pairs(options, secrets), **given)
    _tell(parts, source_editing.add(parts, draft, actor=machine_account()), json_output)


@source.command("edit")
@click.argument("name")
@click.option("--organization", metavar="MÃ", help="Mã hoặc tên cơ quan chủ quản.")
@click.option("--rename", "new_name", metavar="TÊN", help="Tên mới.")
@_described
@as_json
@with_parts
def edit(
    parts: Parts,
    name: str,
    new_name: str | None,
    options: tuple[str, ...],
    secrets: tuple[str, ...],
    json_output: bool,
    **fields: str | None,
) -> None:
    """Sửa nguồn NAME; những gì không nêu giữ nguyên, giá trị trống (MỤC=) bỏ mục đó."""
    from portal import source_editing

    changes = {key: value for key, value in {**fields, "name": new_name}.items() if value is not None}
    edited = source_editing.edit(parts, name, changes, _pairs(options, secrets), actor=machine_account())
    _tell(parts, edited, json_output)


def _pairs(options: Iterable[str], secrets: Iterable[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts as a mapping; secrets are asked for, or read line by line where nobody can be asked."""
    pairs = {}
    for text in options:
        key, is_there, value = text.partition("=")
        if not is_there:
            raise click.UsageError(f"“{text}” phải viết MỤC=GIÁ_TRỊ.")
        pairs[key.strip()] = value
    for key in secrets:
        pairs[key] = getpass.getpass(f"{key}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    return pairs


@source.command("list")
@as_json
@with_parts
def list_sources(parts: Parts, json_output: bool) -> None:
    """Mọi nguồn: loại, trạng thái lượt mới nhất, lần tới."""
    from catalog.schedule import next_due

    now = parts.clock()
    with parts.store.read() as reader:
        found = [(item, next(iter(reader.runs(item.id, limit=1)), None)) for item in reader.sources()]
    if json_output:
        print_json([{**_source_json(item), "latest_run": run and _run_json(run)} for item, run in found])
        return
    for item, run in found:
        due = next_due(item, run, now)
        when = "tạm dừng" if not item.enabled else f"lần tới {due:%Y-%m-%d %H:%M} UTC" if due else "khi có yêu cầu"
        click.echo(f"{item.name}\t{item.kind}\t{run.state if run else 'chưa chạy'}\t{when}\t{item.title}")
    click.echo(f"{len(found)} nguồn.")


@source.command("show")
@click.argument("name")
@as_json
@with_parts
def show(parts: Parts, name: str, json_output: bool) -> None:
    """Một nguồn: cấu hình (không bí mật), các bảng, bản ghi bị loại, những lượt gần đây."""
    from catalog.sources import CATALOG_KEY
    from portal.report_texts import listing_counts, report_lines

    with parts.store.read() as reader:
        found = reader.source(name)
        runs = reader.runs(found.id, limit=10)
        listing = reader.last_outcomes(found.id).get(CATALOG_KEY)
        report = reader.outcome_report(listing.run_id, CATALOG_KEY) if listing else None
    if json_output:
        listed = listing and {"outcome": listing.outcome, "counts": dict(listing.counts)}
        print_json({**_source_json(found), "catalog": listed, "runs": [_run_json(run) for run in runs]})
        return
    _tell(parts, found, False)
    if listing and report:
        click.echo(f"  danh mục: {listing_counts(listing)}")
        for line in report_lines(report, unit="bản ghi"):
            click.echo(f"    {line}")
    for table in found.tables:
        click.echo(f"  bảng {table.key}: {table.locator} → {table.schema_name}")
    for run in runs:
        click.echo(f"  lượt {run.requested_at:%Y-%m-%d %H:%M} UTC: {run.state}{' — ' + run.error if run.error else ''}")


@source.command("test")
@click.argument("name")
@click.option("--tables", is_flag=True, help="Liệt kê cả các bảng đọc được.")
@as_json
@with_parts
def test(parts: Parts, name: str, tables: bool, json_output: bool) -> None:
    """Thử kết nối từng bước và giải thích chỗ không được. Mã thoát 1 nếu có bước hỏng."""
    from portal.source_access import SourceAccess

    with parts.store.read() as reader:
        found = reader.source(name)
    access = SourceAccess.of(parts)
    steps = list(access.check(found))
    offered = list(access.offered(found)) if tables and all(step.is_well for step in steps) else []
    if json_output:
        told = [{"step": step.title_en, "ok": step.is_well, "message": step.message} for step in steps]
        shown = [{"locator": t.locator, "title": t.title, "columns": t.columns} for t in offered]
        print_json({"steps": told, "tables": shown})
    else:
        for step in steps:
            click.echo(f"{'✓' if step.is_well else '✗'} {step.title}: {step.message}")
        for table in offered:
            click.echo(f"  {table.locator}\t{', '.join(table.columns) or table.title}")
    if not all(step.is_well for step in steps):
        sys.exit(EXIT_FOUND)


@source.command("pause")
@click.argument("name")
@with_parts
def pause(parts: Parts, name: str) -> None:
    """Không thu thập NAME theo lịch nữa."""
    _set_paused(parts, name, paused=True)


@source.command("resume")
@click.argument("name")
@with_parts
def resume(parts: Parts, name: str) -> None:
    """Thu thập NAME theo lịch trở lại."""
    _set_paused(parts, name, paused=False)


def _set_paused(parts: Parts, name: str, *, paused: bool) -> None:
    from catalog.editing_sources import pause_source

    found = pause_source(parts.store, name, paused=paused, actor=machine_account(), at=parts.clock())
    click.echo(f"{found.title}: {'tạm dừng' if paused else 'thu thập theo lịch'}.")


@source.command("cancel")
@click.argument("name")
@with_parts
def cancel(parts: Parts, name: str) -> None:
    """Dừng lượt đang chờ hoặc đang chạy của NAME."""
    from catalog.editing_sources import cancel_run

    run = cancel_run(parts.store, name, actor=machine_account(), at=parts.clock())
    click.echo("Đã hủy." if run.state.is_over else "Đã yêu cầu; lượt đang chạy sẽ dừng trong vài giây.")


@source.command("remove")
@click.argument("name")
@click.option("--withdraw", is_flag=True, help="Thu hồi cả các bộ dữ liệu lấy từ danh mục của nguồn.")
@click.confirmation_option("--yes", prompt="Xóa nguồn và lịch sử thu thập của nó?")
@with_parts
def remove(parts: Parts, name: str, withdraw: bool) -> None:
    """Xóa nguồn NAME; những gì đã công bố vẫn còn, trừ khi có --withdraw."""
    from catalog.editing_sources import remove_source
    from portal.worker import deliver_outbox

    found = remove_source(parts.store, name, withdraw=withdraw, actor=machine_account(), at=parts.clock())
    deliver_outbox(parts)
    click.echo(f"Đã xóa nguồn {found.title}.")


@source.command("add-table")
@click.argument("name")
@click.option("--locator", required=True, help="Bảng, tệp, câu SELECT hoặc đường dẫn trong nguồn.")
@click.option("--schema", required=True, help="Lược đồ bảng trong từ điển.")
@click.option("--dataset", required=True, metavar="TÊN", help="Bộ dữ liệu nhận bảng; chưa có thì tạo bản nháp.")
@click.option("--theme", default="", help="Chủ đề của bộ dữ liệu mới.")
@click.option("--title", default="", help="Tên của bộ dữ liệu mới.")
@click.option("--key", default="", help="Khóa của bảng trong nguồn; mặc định theo lược đồ.")
@with_parts
def add_table(
    parts: Parts, name: str, locator: str, schema: str, dataset: str, theme: str, title: str, key: str
) -> None:
    """Thu thập thêm một bảng của nguồn NAME."""
    from portal import source_editing

    table = source_editing.add_table(
        parts,
        name,
        locator=locator,
        schema=schema,
        dataset=dataset,
        title=title,
        theme=theme,
        table_key=key,
        actor=machine_account(),
    )
    click.echo(f"Bảng {table.key} → {table.schema_name}.")


@source.command("remove-table")
@click.argument("name")
@click.argument("key")
@with_parts
def remove_table(parts: Parts, name: str, key: str) -> None:
    """Không thu thập bảng KEY của nguồn NAME nữa."""
    from portal import source_editing

    source_editing.remove_table(parts, name, key, actor=machine_account())
    click.echo(f"Đã bỏ bảng {key}.")


def _tell(parts: Parts, found: HarvestSource, json_output: bool) -> None:
    from portal.source_editing import shown_options

    if json_output:
        print_json(_source_json(found))
        return
    with parts.store.read() as reader:
        owner = reader.organization(found.organization_id)
    when = f"cron “{found.cron}”" if found.cron else found.frequency.label
    quiet = f", nghỉ {found.quiet_hours} giờ" if found.quiet_hours else ""
    click.echo(f"{found.name}: {found.title} ({found.kind}) — {owner.title}; {when}{quiet}")
    for name, value in shown_options(found).items():
        click.echo(f"  {name} = {value}")


def _source_json(found: HarvestSource) -> dict[str, Any]:
    from portal.source_editing import shown_options

    return {
        "name": found.name,
        "title": found.title,
        "kind": found.kind,
        "organization_id": found.organization_id,
        "options": shown_options(found),
        "frequency": found.frequency,
        "cron": found.cron,
        "quiet_hours": found.quiet_hours,
        "enabled": found.enabled,
        "tables": [{"key": table.key, "locator": table.locator, "schema": table.schema_name} for table in found.tables],
    }


def _run_json(run: HarvestRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "state": run.state,
        "trigger": run.trigger,
        "requested_at": run.requested_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(),
        "error": run.error,
    }
