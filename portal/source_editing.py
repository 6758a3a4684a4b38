"""What command line and pages share when people look after sources: options checked by their kind, secrets sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from catalog.editing import describe
from catalog.editing_sources import add_source, changed_meanwhile, edit_source, new_source_id, put_tables
from catalog.errors import InvalidInput, NotFound
from catalog.model import (
    AccessLevel,
    Dataset,
    DatasetId,
    DatasetStatus,
    Distribution,
    DistributionId,
    Frequency,
    Organization,
    stable_id,
)
from catalog.ports import CatalogTransaction
from catalog.source_kinds import VARIABLE
from catalog.sources import HarvestSource, SourceTable
from catalog.vietnamese import slug
from catalog.vocabularies import PROVINCE_TERMS, THEMES
from harvesters import kind_of
from portal.notice_addresses import EMAIL, WEBHOOK, checked_notice_addresses
from portal.secrets import is_encrypted
from portal.source_access import sealed
from portal.wiring import Parts

HIDDEN = "•••"
"""Stands for a secret that is stored; sent back unchanged it leaves the secret as it is."""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """What a person fills in to add a source; ``options`` are those of the kind, as text."""

    name: str
    organization: str
    kind: str
    options: Mapping[str, str]
    title: str = ""
    description: str = ""
    frequency: str = Frequency.MONTHLY
    cron: str = ""
    quiet_hours: str = ""
    notify_email: str = ""
    notify_webhook: str = ""


def add(parts: Parts, draft: SourceDraft, *, actor: str) -> HarvestSource:
    """Add a source. Raises ``InvalidInput`` (an option, the name, the schedule, where to tell of trouble),
    ``AlreadyExists``, ``NotFound``."""
    return add_source(parts.store, drafted(parts, draft), actor=actor, at=parts.clock())


def drafted(parts: Parts, draft: SourceDraft) -> HarvestSource:
    """The source that a draft describes, secrets sealed, not stored: for trying it out beforehand."""
    with parts.store.read() as reader:
        organization = _organization(reader.organizations(), draft.organization)
    told_at = checked_notice_addresses(parts.settings, {EMAIL: draft.notify_email, WEBHOOK: draft.notify_webhook})
    source = HarvestSource(
        id=new_source_id(),
        name=draft.name or slug(draft.title),
        title=draft.title or draft.name,
        organization_id=organization.id,
        kind=kind_of(draft.kind).name,
        options=kind_of(draft.kind).checked_options(draft.options),
        tables=(),
        frequency=_frequency(draft.frequency),
        description=draft.description,
        cron=draft.cron,
        quiet_hours=draft.quiet_hours,
        notify_email=told_at[EMAIL],
        notify_webhook=told_at[WEBHOOK],
    )
    return sealed(source, parts.vault)


def seal_of(source: HarvestSource) -> str:
    """Stands for a source as it is, so that a form can tell whether somebody changed it meanwhile."""
    return hashlib.sha256(repr(source).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def edited(
    parts: Parts, source: HarvestSource, changes: Mapping[str, str], options: Mapping[str, str]
) -> HarvestSource:
    """``source`` with the changes that :func:`edit` describes, secrets sealed, not stored: for trying them out."""
    with parts.store.read() as reader:
        fields = checked_notice_addresses(parts.settings, changes)
        if organization := fields.pop("organization", ""):
            source = replace(source, organization_id=_organization(reader.organizations(), organization).id)
    if "frequency" in fields:
        source = replace(source, frequency=_frequency(fields.pop("frequency")))
    source = replace(source, **fields)  # type: ignore[arg-type]  # the rest are texts
    kept = {**source.options, **{name: value for name, value in options.items() if value != HIDDEN}}
    _require_secrets_anew(source, kept)
    return sealed(replace(source, options=_checked(source, kept)), parts.vault)


def _require_secrets_anew(source: HarvestSource, wanted: Mapping[str, str]) -> None:
    """A secret that was given for one server is not sent to another: who moves a source enters it again."""
    kept = [name for name, value in source.options.items() if is_encrypted(value) and wanted.get(name) == value]
    names = {*source.options, *wanted}
    if kept and any(_host(source.options.get(name, "")) != _host(wanted.get(name, "")) for name in names):
        said = "địa chỉ đã đổi sang máy khác, nên phải gõ lại mục này"
        said_en = "the address now names another host, so this has to be typed again"
        raise InvalidInput(
            f"{', '.join(kept)}: {said}.",
            f"{', '.join(kept)}: {said_en}.",
            options=dict.fromkeys(kept, f"{said[0].upper()}{said[1:]}."),
            options_en=dict.fromkeys(kept, f"{said_en[0].upper()}{said_en[1:]}."),
        )


def _host(text: str) -> str:
    """The host an address names; an address that holds a variable is compared as a whole, other texts not at all."""
    if VARIABLE.search(text):
        return text
    try:
        return urlsplit(text).netloc.rpartition("@")[2].lower()
    except ValueError:
        return text


def edit(
    parts: Parts, key: str, changes: Mapping[str, str], options: Mapping[str, str], *, actor: str, seen: str = ""
) -> HarvestSource:
    """Change a source. ``changes`` hold texts of :class:`SourceDraft` but ``kind`` and ``options``; ``options`` those
    to change, an empty text takes one away, :data:`HIDDEN` leaves a secret. Raises as :func:`add`, and
    ``EditConflict`` if the source is not any more what ``seen`` (:func:`seal_of`) stands for."""
    with parts.store.read() as reader:
        former = reader.source(key)
    if seen and seen != seal_of(former):
        raise changed_meanwhile(former)
    wanted = edited(parts, former, changes, options)
    return edit_source(parts.store, wanted, actor=actor, at=parts.clock(), former=former if seen else None)


def _checked(source: HarvestSource, options: Mapping[str, str]) -> dict[str, str]:
    """Options checked by their kind; what is sealed already was checked when it was given."""
    stored = {name: value for name, value in options.items() if is_encrypted(value)}
    return kind_of(source.kind).checked_options(options) | stored


def shown_options(source: HarvestSource) -> dict[str, str]:
    """The options as they may be shown: a secret is :data:`HIDDEN`, unless it names a variable."""
    kind = kind_of(source.kind)

    def shown(name: str, value: str) -> str:
        option = kind.option(name)
        secret = option is None or option.secret or is_encrypted(value)
        return HIDDEN if secret and not VARIABLE.fullmatch(value) else value

    return {name: shown(name, value) for name, value in source.options.items()}


def add_table(
    parts: Parts,
    key: str,
    *,
    locator: str,
    schema: str,
    dataset: str,
    title: str = "",
    theme: str = "",
    table_key: str = "",
    actor: str,
) -> SourceTable:
    """Harvest one more table of a source into ``dataset``, which is made as a draft if there is none of this name: it
    shows nowhere until it is described and published. Raises ``NotFound`` for schema and source, ``InvalidInput``."""
    with parts.store.write() as transaction:
        source = transaction.source(key)
        described = transaction.table_schema(schema)
        target = _target(transaction, source, dataset, title or described.title, theme)
        distribution = Distribution(
            id=DistributionId(stable_id("distribution", target.id, described.name)),
            name=described.name,
            title=described.title,
            title_en=described.title_en,
            schema_name=described.name,
        )
        if all(item.id != distribution.id for item in target.distributions):
            target = replace(target, distributions=(*target.distributions, distribution))
        describe(transaction, target, actor=actor, at=parts.clock())
    table = SourceTable(
        table_key or slug(described.name, limit=60), locator, target.id, distribution.id, described.name
    )
    put_tables(parts.store, key, (*source.tables, table), actor=actor, at=parts.clock())
    return table


def _target(transaction: CatalogTransaction, source: HarvestSource, name: str, title: str, theme: str) -> Dataset:
    try:
        return transaction.dataset(name)
    except NotFound:
        if theme not in THEMES:
            raise InvalidInput(
                f"Chưa có bộ dữ liệu “{name}”; để tạo mới, hãy cho chủ đề: {', '.join(THEMES)}.",
                f"There is no dataset “{name}”; to make one, name its theme: {', '.join(THEMES)}.",
                option="theme",
            ) from None
    organization = transaction.organization(source.organization_id)
    contact = organization.contact
    if contact is None:
        raise InvalidInput(
            f"Cơ quan “{organization.title}” chưa có đầu mối liên hệ; bổ sung trước khi tạo bộ dữ liệu.",
            f"“{organization.title}” has no contact point; give it one before its datasets.",
            option="organization",
        )
    return Dataset(
        id=DatasetId(stable_id("dataset", name)),
        name=slug(name),
        title=title,
        title_en=title,
        description="",
        organization_id=organization.id,
        theme=theme,
        keywords=(),
        license_id=PROVINCE_TERMS,
        access_level=AccessLevel.OPEN,
        frequency=source.frequency,
        contact=contact,
        status=DatasetStatus.DRAFT,
    )


def remove_table(parts: Parts, key: str, table_key: str, *, actor: str) -> HarvestSource:
    """Harvest a table no longer; what it published stays. Raises ``NotFound``."""
    with parts.store.read() as reader:
        source = reader.source(key)
    kept = tuple(table for table in source.tables if table.key != table_key)
    if len(kept) == len(source.tables):
        raise NotFound.of("bảng", table_key)
    return put_tables(parts.store, key, kept, actor=actor, at=parts.clock())


def _organization(organizations: Iterable[Organization], key: str) -> Organization:
    found = next((item for item in organizations if key in (item.id, item.code, item.name)), None)
    if found is None:
        raise NotFound.of("cơ quan", key)
    return found


def _frequency(text: str) -> Frequency:
    try:
        return Frequency(text)
    except ValueError:
        listed = ", ".join(item.value for item in Frequency)
        raise InvalidInput(
            f"Kỳ “{text}” không có; chọn một trong: {listed}.",
            f"There is no period “{text}”; choose one of: {listed}.",
            option="frequency",
        ) from None
