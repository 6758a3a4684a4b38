"""``dulieumo search synonyms``: words that mean the same to a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from portal.commands.options import as_json, machine_account, print_json, with_parts

if TYPE_CHECKING:
    from catalog.synonyms import Synonyms
    from portal.wiring import Parts


@click.group()
def synonyms() -> None:
    """Từ đồng nghĩa khi tìm kiếm: liệt kê, thêm, xóa, nhập từ tệp; tắt, bật nhóm có sẵn.

    Thay đổi có hiệu lực sau vài giây, không phải khởi động lại.
    """


@synonyms.command("list")
@click.option("--shipped", is_flag=True, help="Các nhóm có sẵn trong chương trình.")
@as_json
@with_parts
def list_synonyms(parts: Parts, shipped: bool, json_output: bool) -> None:
    """Liệt kê các nhóm từ, kèm mã để xóa; nhóm có sẵn kèm mã để tắt, bật."""
    from catalog.synonyms import write_group

    with parts.store.read() as reader:
        stored = reader.synonyms()
    if shipped:
        listed = _shipped(stored)
    else:
        listed = [{"id": group.id, "terms": list(group.terms)} for group in stored if not group.switches_off]
    if json_output:
        print_json(listed)
        return
    for group in listed:
        off = "\t(đã tắt)" if group.get("off") else ""
        click.echo(f"{group['id']}\t{write_group(tuple(group['terms']))}{off}")


def _shipped(stored: Sequence[Synonyms]) -> list[dict[str, Any]]:
    from catalog.synonyms import key_of, switches_of
    from search.datasets.lexicon_building import shipped_synonyms

    return [
        {"id": key_of(terms), "terms": list(terms), "off": bool(switches_of(terms, stored))}
        for terms in shipped_synonyms()
    ]


@synonyms.command("off")
@click.argument("key", metavar="MÃ")
@with_parts
def off(parts: Parts, key: str) -> None:
    """Tắt nhóm có sẵn có mã này (xem bằng list --shipped)."""
    from catalog.editing_synonyms import switch_off
    from catalog.synonyms import write_group
    from search.datasets.lexicon_building import shipped_group

    terms = shipped_group(key)
    switch_off(parts.store, terms, actor=machine_account(), at=parts.clock())
    click.echo(f"Đã tắt: {write_group(terms)}")


@synonyms.command("on")
@click.argument("key", metavar="MÃ")
@with_parts
def on(parts: Parts, key: str) -> None:
    """Bật lại nhóm có sẵn có mã này."""
    from catalog.editing_synonyms import switch_on
    from catalog.synonyms import write_group
    from search.datasets.lexicon_building import shipped_group

    terms = shipped_group(key)
    switch_on(parts.store, terms, actor=machine_account(), at=parts.clock())
    click.echo(f"Đã bật lại: {write_group(terms)}")


@synonyms.command("add")
@click.argument("terms", metavar="TỪ TỪ...", nargs=-1, required=True)
@with_parts
def add(parts: Parts, terms: tuple[str, ...]) -> None:
    """Thêm một nhóm: mỗi đối số là một từ, ví dụ: add HTX "hợp tác xã"."""
    from catalog.editing_synonyms import add_synonyms
    from catalog.synonyms import read_group, write_group

    group = add_synonyms(parts.store, read_group(write_group(terms)), actor=machine_account(), at=parts.clock())
    click.echo(f"{group.id}\t{write_group(group.terms)}")


@synonyms.command("remove")
@click.argument("group_id", metavar="MÃ")
@with_parts
def remove(parts: Parts, group_id: str) -> None:
    """Xóa nhóm có mã này (xem bằng list)."""
    from catalog.editing_synonyms import remove_synonyms
    from catalog.synonyms import SynonymsId, write_group

    group = remove_synonyms(parts.store, SynonymsId(group_id), actor=machine_account(), at=parts.clock())
    click.echo(f"Đã xóa: {write_group(group.terms)}")


@synonyms.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@with_parts
def import_file(parts: Parts, file: TextIO) -> None:
    """Nhập các nhóm từ tệp FILE (UTF-8; “-” là đầu vào chuẩn): mỗi dòng một nhóm, cách nhau bằng dấu “=”."""
    from catalog.editing_synonyms import import_synonyms
    from catalog.errors import InvalidInput
    from catalog.synonyms import read_groups

    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise InvalidInput("Tệp không phải UTF-8; hãy lưu lại dạng UTF-8.", "The file is not UTF-8.") from error
    added = import_synonyms(parts.store, read_groups(text), actor=machine_account(), at=parts.clock())
    click.echo(f"Đã thêm {len(added)} nhóm từ.")
