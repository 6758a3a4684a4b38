"""The command line. Light on purpose: heavy libraries are loaded inside the commands that need them.

Exit codes: 0 all is well; 1 the command ran and found something wrong (a table held or rejected, a drift); 2 the
command was called wrongly; 3 the command could not do its work.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.errors import CatalogError
from portal.commands.demand import demand
from portal.commands.held import held
from portal.commands.options import as_json, machine_account, print_json, with_parts
from portal.commands.report import report
from portal.commands.schema import schema
from portal.commands.search import search
from portal.commands.secret import secret
from portal.commands.source import source
from portal.commands.synonyms import synonyms
from portal.commands.user import user

if TYPE_CHECKING:
    from portal.wiring import Parts

EXIT_FOUND = 1
EXIT_UNABLE = 3


class _Group(click.Group):
    """Turns what the domain raises into one sentence and an exit code, for every command."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CatalogError as error:
            click.echo(f"Lỗi [{error.code}]: {error.message}", err=True)
            ctx.exit(EXIT_UNABLE)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dulieumo", prog_name="dulieumo")
def main() -> None:
    """dulieumo: cổng dữ liệu mở của một tỉnh.

    Thu thập bảng từ các sở, kiểm tra theo từ điển dữ liệu, công bố thành phiên bản, tìm và tải.
    Mọi thứ chương trình ghi nằm trong DULIEUMO_HOME (mặc định .dulieumo/).

    Mã thoát: 0 tốt; 1 có bảng bị giữ, bị loại hoặc có sai lệch; 2 gọi lệnh sai; 3 không làm được.
    """


@main.command()
@with_parts
def init(parts: Parts) -> None:
    """Tạo thư mục, cơ sở dữ liệu trống và chỉ mục trống."""
    from portal.serving import prepare

    count = prepare(parts)
    click.echo(f"Sẵn sàng trong {parts.settings.folder} ({count} bộ dữ liệu).")


@main.group()
def db() -> None:
    """Cơ sở dữ liệu danh mục."""


@db.command("upgrade")
@with_parts
def db_upgrade(parts: Parts) -> None:
    """Nâng cấu trúc cơ sở dữ liệu lên bản mới nhất; chạy lại không sao."""
    parts.store.upgrade()
    with parts.store.read() as reader:
        click.echo(f"Cơ sở dữ liệu ở bản {reader.schema_revision()}.")


@main.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--due", is_flag=True, help="Mọi nguồn đã đến kỳ hoặc bị ngắt giữa chừng.")
@click.option("--all", "everything", is_flag=True, help="Mọi nguồn đang bật.")
@click.option("--full", is_flag=True, help="Đọc lại toàn bộ, cả những gì nguồn báo là không đổi.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ đọc, sửa, loại, đổi những gì; không ghi gì.")
@as_json
@with_parts
def harvest(
    parts: Parts, names: tuple[str, ...], due: bool, everything: bool, full: bool, dry_run: bool, json_output: bool
) -> None:
    """Thu thập SOURCE (tên nguồn), kiểm tra và công bố."""
    from catalog.editing_sources import read_anew
    from catalog.schedule import due_sources
    from portal.harvest_runs import harvest_sources, run_as_json
    from portal.worker import deliver_outbox

    if sum((bool(names), due, everything)) != 1:
        raise click.UsageError("Cho tên nguồn, hoặc --due, hoặc --all.")
    with parts.store.read() as reader:
        if names:
            chosen = tuple(reader.source(name) for name in names)
        elif due:
            chosen = due_sources(reader, parts.clock())
        else:
            chosen = tuple(item for item in reader.sources() if item.enabled)
    if dry_run:
        from portal.dry_runs import show_dry_runs

        if not show_dry_runs(parts, chosen, as_json=json_output):
            sys.exit(EXIT_FOUND)
        return
    for wanted in chosen if full else ():
        read_anew(parts.store, wanted.id, actor=machine_account(), at=parts.clock())
    runs = list(harvest_sources(parts, chosen, trigger="cli", quiet=json_output))
    deliver_outbox(parts)
    if json_output:
        print_json([run_as_json(parts, item, run) for item, run in runs])
    if any(run.state != "success" for _, run in runs):
        sys.exit(EXIT_FOUND)


@main.command()
@click.option(
    "--profile",
    type=click.Choice(["mo-phong", "thanh-hoa"]),
    default="mo-phong",
    help="Bộ sở mẫu nào.",
    show_default=True,
)
@click.option("--data", type=click.Path(path_type=Path), help="Thư mục số liệu thật, cho --profile thanh-hoa.")
@with_parts
def demo(parts: Parts, profile: str, data: Path | None) -> None:
    """Dựng cơ sở dữ liệu của các sở mẫu và thu thập; chạy lại không đổi gì."""
    from portal.demo.running import run_demo

    if profile == "thanh-hoa" and data is None:
        raise click.UsageError("--profile thanh-hoa cần --data PATH.")
    run_demo(parts, profile, data)


@main.command()
@click.option("--once", is_flag=True, help="Làm xong việc đang có rồi dừng.")
@with_parts
def worker(parts: Parts, once: bool) -> None:
    """Chạy nền: thu thập nguồn đến kỳ, giao việc còn lại cho chỉ mục và tệp dẫn xuất."""
    from portal.worker import work

    work(parts, once=once)


@main.command()
@click.option("--host", help="Địa chỉ lắng nghe; mặc định DULIEUMO_HOST hoặc 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Cổng; mặc định PORT hoặc 8000.")
def serve(host: str | None, port: int | None) -> None:
    """Phục vụ cổng cho người dùng và chương trình."""
    from portal.serving import serve_portal

    serve_portal(host, port)


@main.command()
@click.option("--hashes", is_flag=True, help="Đọc và băm lại mọi tệp.")
@click.option("--repair", "mend", is_flag=True, help="Sửa những gì sửa được: chỉ mục, bản sao dòng, tệp thừa.")
@as_json
@with_parts
def check(parts: Parts, hashes: bool, mend: bool, json_output: bool) -> None:
    """Nêu mọi sai lệch giữa cơ sở dữ liệu, tệp, chỉ mục và bản sao dòng."""
    from catalog.checking import find_drift, repair
    from portal.index_leases import alone_or_refused
    from portal.worker import deliver_outbox

    if mend:
        deliver_outbox(parts)
    drift = find_drift(parts.indexing, parts.files, hashes=hashes)
    if mend and drift:
        with alone_or_refused(parts):
            repair(parts.indexing, parts.files, drift)
        drift = find_drift(parts.indexing, parts.files, hashes=hashes)
    if json_output:
        print_json([{"kind": d.kind, "key": d.key, "message": d.message, "repairable": d.repairable} for d in drift])
    else:
        for item in drift:
            click.echo(f"{item.kind}\t{item.message}")
        click.echo(f"{len(drift)} sai lệch." if drift else "Không có sai lệch.")
    if drift:
        sys.exit(EXIT_FOUND)


search.add_command(synonyms)
main.add_command(held)
search.add_command(demand)
main.add_command(schema)
main.add_command(search)
main.add_command(report)
main.add_command(source)
main.add_command(secret)
main.add_command(user)


if __name__ == "__main__":
    main()
