"""``dulieumo search synonyms``: words that mean the same to a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from portal.commands.options import as_json, machine_account, print_json, with_parts

if TYPE_CHECKING:
    from portal.wiring import Parts


@click.group()
def synonyms() -> None:
    """Từ đồng nghĩa khi tìm kiếm: liệt kê, thêm, xóa, nhập từ tệp.

    Thay đổi có hiệu lực sau vài giây, không phải khởi động lại.
    """


@synonyms.command("list")
@click.option("--shipped", is_flag=True, help="Các nhóm có sẵn trong chương trình.")
@as_json
@with_parts
def list_synonyms(parts: Parts, shipped: bool, json_output: bool) -> None:
    """Liệt kê các nhóm từ, kèm mã để xóa."""
    from catalog.synonyms import Synonyms, SynonymsId, write_group
    from search.datasets.lexicon_building import shipped_synonyms

    if shipped:
        groups = tuple(Synonyms(SynonymsId(""), terms) for terms in shipped_synonyms())
    else:
        with parts.store.read() as reader:
            groups = reader.synonyms()
    if json_output:
        print_json([{"id": group.id, "terms": list(group.terms)} for group in groups])
        return
    for group in groups:
        click.echo(f"{group.id}\t{write_group(group.terms)}".lstrip("\t"))


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
