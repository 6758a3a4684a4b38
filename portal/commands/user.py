"""``dulieumo user``: who may sign in. A password is read from the terminal or from stdin, never from the command line,
where other users of the machine could see it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from portal.commands.options import as_json, machine_account, print_json, with_parts

if TYPE_CHECKING:
    from catalog.people import User
    from catalog.ports import CatalogReader
    from portal.wiring import Parts

_ROLES = ("administrator", "steward")
_ROLE_LABELS = {"administrator": "quản trị cổng", "steward": "phụ trách dữ liệu"}

_role_help = "administrator: quản trị cả cổng; steward: phụ trách dữ liệu của cơ quan."
_organization_help = "Mã hoặc tên của cơ quan; lặp lại được."


@click.group()
def user() -> None:
    """Người được đăng nhập: thêm, liệt kê, sửa, cho nghỉ, đặt lại mật khẩu.

    Mật khẩu hỏi trên màn hình, hoặc đọc dòng đầu của stdin khi chạy trong tập lệnh.
    """


@user.command("add")
@click.argument("name")
@click.option("--full-name", required=True, metavar="HỌ TÊN")
@click.option("--email", default="", metavar="ĐỊA CHỈ")
@click.option("--role", type=click.Choice(_ROLES), default="steward", show_default=True, help=_role_help)
@click.option("--organization", "organizations", multiple=True, metavar="MÃ", help=_organization_help)
@as_json
@with_parts
def add(
    parts: Parts,
    name: str,
    full_name: str,
    email: str,
    role: str,
    organizations: tuple[str, ...],
    json_output: bool,
) -> None:
    """Thêm người dùng NAME; người đó phải tự đổi mật khẩu khi đăng nhập lần đầu."""
    from catalog.managing_people import add_user
    from catalog.people import Role

    added = add_user(
        parts.store,
        parts.passwords,
        name=name,
        full_name=full_name,
        email=email,
        role=Role(role),
        organizations=organizations,
        password=_read_password(),
        actor=machine_account(),
        at=parts.clock(),
    )
    _say(parts, added, f"Đã thêm {added.name}.", json_output)


@user.command("list")
@as_json
@with_parts
def list_users(parts: Parts, json_output: bool) -> None:
    """Liệt kê mọi người dùng, cả người đã cho nghỉ."""
    with parts.store.read() as reader:
        found = reader.users()
        names = _organization_names(reader)
    if json_output:
        print_json([_as_json(person, names) for person in found])
        return
    for person in found:
        state = "" if person.is_active else "\tđã cho nghỉ"
        click.echo(f"{person.name}\t{person.full_name}\t{_roles(person, names)}{state}")
    click.echo(f"{len(found)} người dùng.")


@user.command("edit")
@click.argument("name")
@click.option("--full-name", metavar="HỌ TÊN")
@click.option("--email", metavar="ĐỊA CHỈ")
@click.option("--role", type=click.Choice(_ROLES), help=_role_help)
@click.option("--organization", "organizations", multiple=True, metavar="MÃ", help=_organization_help)
@as_json
@with_parts
def edit(
    parts: Parts,
    name: str,
    full_name: str | None,
    email: str | None,
    role: str | None,
    organizations: tuple[str, ...],
    json_output: bool,
) -> None:
    """Sửa những gì được cho, giữ nguyên phần còn lại; quyền mới có hiệu lực ngay."""
    from catalog.managing_people import edit_user
    from catalog.people import Role

    edited = edit_user(
        parts.store,
        name,
        full_name=full_name,
        email=email,
        role=None if role is None else Role(role),
        organizations=organizations or None,
        actor=machine_account(),
        at=parts.clock(),
    )
    _say(parts, edited, f"Đã sửa {edited.name}.", json_output)


@user.command("disable")
@click.argument("name")
@as_json
@with_parts
def disable(parts: Parts, name: str, json_output: bool) -> None:
    """Cho NAME nghỉ: không đăng nhập được nữa, mọi phiên đang mở kết thúc ngay."""
    from catalog.managing_people import disable_user

    disabled = disable_user(parts.store, name, actor=machine_account(), at=parts.clock())
    _say(parts, disabled, f"{disabled.name} không đăng nhập được nữa.", json_output)


@user.command("enable")
@click.argument("name")
@as_json
@with_parts
def enable(parts: Parts, name: str, json_output: bool) -> None:
    """Cho NAME đăng nhập lại, với mật khẩu cũ."""
    from catalog.managing_people import enable_user

    enabled = enable_user(parts.store, name, actor=machine_account(), at=parts.clock())
    _say(parts, enabled, f"{enabled.name} đăng nhập lại được.", json_output)


@user.command("password")
@click.argument("name")
@as_json
@with_parts
def password(parts: Parts, name: str, json_output: bool) -> None:
    """Đặt lại mật khẩu của NAME; mọi phiên đang mở kết thúc, và người đó phải tự đổi khi đăng nhập."""
    from catalog.managing_people import set_password

    changed = set_password(
        parts.store, parts.passwords, name, _read_password(), actor=machine_account(), at=parts.clock()
    )
    _say(parts, changed, f"Đã đặt lại mật khẩu của {changed.name}.", json_output)


@user.command("forget-device")
@click.argument("name")
@as_json
@with_parts
def forget_device(parts: Parts, name: str, json_output: bool) -> None:
    """Tắt xác thực hai lớp của NAME, khi người đó mất điện thoại."""
    from catalog.managing_people import remove_second_factor

    person = remove_second_factor(parts.store, name, actor=machine_account(), at=parts.clock())
    _say(parts, person, f"{person.name} đăng nhập chỉ bằng mật khẩu; hãy nhắc bật lại xác thực hai lớp.", json_output)


def _read_password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Gõ lại mật khẩu", err=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _say(parts: Parts, person: User, sentence: str, json_output: bool) -> None:
    if json_output:
        with parts.store.read() as reader:
            print_json(_as_json(person, _organization_names(reader)))
    else:
        click.echo(sentence)


def _organization_names(reader: CatalogReader) -> dict[str, str]:
    return {organization.id: organization.name for organization in reader.organizations()}


def _roles(person: User, names: Mapping[str, str]) -> str:
    told = []
    for membership in person.memberships:
        where = f" {names[membership.organization_id]}" if membership.organization_id else ""
        told.append(_ROLE_LABELS[membership.role] + where)
    return ", ".join(told)


def _as_json(person: User, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": person.name,
        "full_name": person.full_name,
        "email": person.email,
        "roles": [
            {
                "role": membership.role.value,
                "organization": names[membership.organization_id] if membership.organization_id else None,
            }
            for membership in person.memberships
        ],
        "active": person.is_active,
        "must_change_password": person.must_change_password,
        "created_at": person.created_at,
    }
