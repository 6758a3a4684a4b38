"""The form of a source, made from the options its kind declares: what is shown, what comes back, what is wrong with it.

A secret that is stored is never sent to a browser, not even encrypted: its field is empty, and stays so to leave the
secret as it is. Where a source is to read from another host than before, its secrets have to be typed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from catalog.errors import CatalogError, Forbidden
from catalog.people import Action, may
from catalog.source_kinds import VARIABLE
from catalog.sources import HarvestSource
from catalog.vietnamese import slug
from harvesters.kinds import Kind
from portal.admin.guard import user
from portal.admin.reach import BelongsTo
from portal.pages.languages import _, plain_in_language
from portal.source_editing import HIDDEN, SourceDraft, seal_of, shown_options

OPTION, FORGET = "option.", "forget."
TEXTS = ("title", "name", "organization", "description", "notify_email", "notify_webhook")


@dataclass(frozen=True, slots=True)
class SourceForm:
    """What the page shows. ``values`` and ``errors`` by the name of the field; ``kept`` names the secrets that are
    stored; ``general`` is what concerns no single field; ``seen`` stands for the source as it was when it was read."""

    kind: Kind
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    general: str = ""
    seen: str = ""

    def with_error(self, error: CatalogError) -> SourceForm:
        """The same form, saying beside its fields what is wrong."""
        errors, general = _errors_of(error, self.kind)
        return SourceForm(self.kind, self.values, errors, self.kept, general, self.seen)


def empty_form(kind: Kind, organization: str) -> SourceForm:
    values = {"organization": organization, **{OPTION + item.name: item.default for item in kind.options}}
    return SourceForm(kind, values)


def form_of(source: HarvestSource, organization: str, kind: Kind) -> SourceForm:
    """The form filled in with what is stored."""
    shown = shown_options(source)
    options = {OPTION + item.name: shown.get(item.name, item.default) for item in kind.options}
    kept = {name for name, value in shown.items() if value == HIDDEN}
    if source.notify_webhook:
        kept.add("notify_webhook")
    values = {
        "title": source.title,
        "name": source.name,
        "organization": organization,
        "description": source.description,
        "notify_email": source.notify_email,
        **{name: "" if value == HIDDEN else value for name, value in options.items()},
    }
    return SourceForm(kind, values, kept=frozenset(kept), seen=seal_of(source))


def sent_back(kind: Kind, sent: MultiDict[str, str], kept: frozenset[str] = frozenset()) -> SourceForm:
    """The form as it was sent, without the secrets in it: they are typed again."""
    secret = {OPTION + item.name for item in kind.options if item.secret} | {"notify_webhook"}
    names = (*TEXTS, *(OPTION + item.name for item in kind.options))
    values = {name: "" if name in secret else sent.get(name, "") for name in names}
    return SourceForm(kind, values, kept=kept, seen=sent.get("seen", ""))


def draft_of(kind: Kind, sent: MultiDict[str, str]) -> SourceDraft:
    """What a person wants to add. Raises ``Forbidden`` for what only the server's administrators may ask for."""
    title = sent.get("title", "")
    return SourceDraft(
        name=sent.get("name", "").strip() or slug(title, limit=60),
        organization=sent.get("organization", ""),
        kind=kind.name,
        options=sent_options(kind, sent),
        title=title,
        description=sent.get("description", ""),
        notify_email=sent.get("notify_email", "").strip(),
        notify_webhook=sent.get("notify_webhook", "").strip(),
    )


def sent_changes(sent: MultiDict[str, str]) -> dict[str, str]:
    """The texts of a source that are to be changed, for :func:`portal.source_editing.edit`."""
    changes = {name: sent[name].strip() for name in TEXTS if name in sent}
    if not changes.get("notify_webhook") and FORGET + "notify_webhook" not in sent:
        changes.pop("notify_webhook", None)
    return changes


def sent_options(kind: Kind, sent: MultiDict[str, str], kept: frozenset[str] = frozenset()) -> dict[str, str]:
    """The options that were sent; :data:`HIDDEN` for a secret that is ``kept`` and stays."""
    options: dict[str, str] = {}
    for item in kind.options:
        value = sent.get(OPTION + item.name, "")
        if item.secret and not value and item.name in kept and FORGET + item.name not in sent:
            value = HIDDEN
        options[item.name] = "" if value and value == item.default else value  # a default that is left alone may change
    return options


def check_reach(kind: Kind, options: Mapping[str, str], owner: BelongsTo, former: HarvestSource | None = None) -> None:
    """Raises ``Forbidden`` where the person may not make a source read what these options name."""
    stored = former.options if former else {}
    changed = {name: value for name, value in options.items() if value not in (HIDDEN, stored.get(name, ""))}
    reaches = kind.reads_server(options) or any(VARIABLE.search(value) for value in changed.values())
    if changed and reaches and not may(user(), Action.SOURCE_REACH_SERVER, owner):
        raise Forbidden(
            "Chỉ người quản trị cổng được khai nguồn đọc tệp, cơ sở dữ liệu hoặc biến môi trường của chính máy chủ thu"
            " thập; hãy nhờ người quản trị khai mục này.",
            "Only an administrator may let a source read files, databases or variables of the harvesting server"
            " itself; ask one to set this option.",
            action=Action.SOURCE_REACH_SERVER.value,
        )


def _errors_of(error: CatalogError, kind: Kind) -> tuple[dict[str, str], str]:
    details = error.details
    options, options_en = details.get("options"), details.get("options_en")
    message = plain_in_language(error.message, error.message_en)
    if isinstance(options, Mapping):
        english = options_en if isinstance(options_en, Mapping) else {}
        told = {OPTION + name: plain_in_language(text, english.get(name, text)) for name, text in options.items()}
        return told, "" if all(kind.option(str(name)) for name in options) else message
    name = str(details.get("option", ""))
    if kind.option(name):
        return {OPTION + name: message}, ""
    if name in TEXTS:
        return {name: message}, ""
    return {}, message


def secrets_are_due(form: SourceForm) -> str:
    """What to say where a page comes back after secrets were typed into it."""
    return (
        _("Mật khẩu và khóa không được gửi ngược về trình duyệt; hãy gõ lại trước khi lưu.")
        if any(item.secret for item in form.kind.options)
        else ""
    )
