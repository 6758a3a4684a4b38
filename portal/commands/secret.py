"""``dulieumo secret``: the key of the portal, and what is encrypted with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from portal.commands.options import machine_account, with_parts

if TYPE_CHECKING:
    from portal.wiring import Parts


@click.group()
def secret() -> None:
    """Khóa của cổng (DULIEUMO_SECRET_KEY) và những bí mật được mã hóa bằng khóa đó.

    Đổi khóa: đặt khóa mới vào DULIEUMO_SECRET_KEY và khóa cũ vào DULIEUMO_SECRET_KEYS_OLD,
    chạy “dulieumo secret renew”, rồi bỏ khóa cũ.
    """


@secret.command("new-key")
def new_key() -> None:
    """In một khóa ngẫu nhiên để đặt vào DULIEUMO_SECRET_KEY."""
    from portal.secrets import new_key

    click.echo(new_key())


@secret.command("renew")
@with_parts
def renew(parts: Parts) -> None:
    """Mã hóa lại bằng khóa hiện tại những bí mật còn dùng khóa cũ."""
    from catalog.ports import AuditEvent
    from portal.codes import TotpCodes
    from portal.source_access import secret_context

    count = 0
    codes = TotpCodes(parts.vault)
    with parts.store.write() as transaction:
        for source in transaction.sources():
            options = {
                name: parts.vault.renewed(value, secret_context(source.id, name))
                for name, value in source.options.items()
            }
            changed = sorted(name for name in options if options[name] != source.options[name])
            if changed:
                transaction.put_source(replace(source, options=options))
                details = {"name": source.name, "options": ", ".join(changed)}
                event = AuditEvent(
                    parts.clock(), machine_account(), "source.renew-secrets", "source", source.id, details
                )
                transaction.add_audit(event)
            count += len(changed)
        for user in transaction.users():
            factor = transaction.second_factor(user.id)
            if factor is not None and (renewed := codes.renewed(factor)) != factor:
                transaction.put_second_factor(renewed)
                count += 1
    click.echo(f"Đã mã hóa lại {count} bí mật.")
