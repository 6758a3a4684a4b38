"""Pages for people, rendered on the server. A view reads the request, asks the catalogue, renders; nothing else.

Complete without JavaScript. Knows no engine: it asks through the doors in :mod:`catalog.ports`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from catalog.errors import CatalogError
from catalog.vocabularies import format_title
from portal.communes import KeptCommunes
from portal.context import LANGUAGES, language, parts
from portal.pages import (
    dataset,
    dataset_list,
    dictionary,
    guides,
    home,
    old_addresses,
    organizations,
    reports,
    sources,
    states,
    styleguide,
    suggest,
    versions,
)
from portal.pages.assets import icon, static_file
from portal.pages.languages import (
    PoDomain,
    _,
    counted,
    foreign,
    in_language,
    in_other_language,
    plain_in_language,
    site_root,
)
from portal.pages.markdown import render_markdown, summarize
from portal.pages.overview import OVERVIEW, KeptOverview
from portal.pages.preview import write_bound
from portal.pages.writing import (
    host_of,
    local_time,
    write_bound_day,
    write_day,
    write_moment,
    write_number,
    write_size,
    write_span,
)
from portal.suggesting import KEPT_NAMES, KeptNames


def register(app: Flask) -> None:
    """Add the pages, their words and their ways of writing to the application."""
    babel = Babel(app, default_locale="vi", locale_selector=language)
    babel.domain_instance = PoDomain()
    app.extensions[OVERVIEW] = KeptOverview()
    app.extensions[dataset_list.COMMUNES] = KeptCommunes()
    app.extensions[KEPT_NAMES] = KeptNames()
    for module in (
        home,
        dataset_list,
        suggest,
        dataset,
        versions,
        reports,
        organizations,
        sources,
        dictionary,
        guides,
        old_addresses,
        styleguide,
    ):
        app.register_blueprint(module.pages)
    _teach_templates(app)


def _teach_templates(app: Flask) -> None:
    """What every template may call."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=lambda value: write_number(value, language()),
        size=lambda value: write_size(value, language()),
        day=lambda value: write_day(value, language()),
        moment=lambda value: write_moment(value, language()),
        ago=write_ago,
        markdown=render_markdown,
        summary=summarize,
        path=path_of,
        host=host_of,
        format_title=format_title,
    )
    app.jinja_env.globals.update(
        language=language,
        languages=LANGUAGES,
        in_language=in_language,
        plain_in_language=plain_in_language,
        foreign=foreign,
        counted=counted,
        in_other_language=in_other_language,
        site_root=site_root,
        site=lambda: parts().settings,
        now=lambda: parts().clock(),
        canonical=canonical,
        static_file=static_file,
        icon=icon,
        span=lambda start, end: write_span(start, end, language()),
        freshness_state=states.freshness_state,
        outcome_state=states.outcome_state,
        run_state=states.run_state,
        severity_state=states.severity_state,
        access_state=states.access_state,
        trouble_in_words=states.trouble_in_words,
        ordered_counts=states.ordered_counts,
        count_words=states.COUNTS,
        state=states.State,
        broken_email=broken_email,
        bound=write_bound,
        bound_day=lambda bound: write_bound_day(bound, language()),
        type_in_words=dictionary.type_in_words,
        rules_in_words=dictionary.rules_in_words,
        status_in_words=dictionary.status_in_words,
    )


def canonical(code: str = "") -> str:
    """The address of this page under the configured site, without its question; in another language if one is named."""
    code = code or language()
    return parts().settings.public_url + ("" if code == LANGUAGES[0] else f"/{code}") + request.path


def path_of(address: str) -> str:
    """A link of ours without the host, so that it stays on the address the reader came by."""
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def broken_email(address: str) -> Markup:
    """An address that may break after its @ in a narrow column."""
    return Markup("@<wbr>").join(address.split("@"))


def write_ago(moment: datetime) -> Markup:
    """How long ago, or how soon, in the words one would use; the exact moment in the title."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"),
        write_moment(moment, language()),
        _distance(moment, parts().clock()),
    )


def _distance(moment: datetime, now: datetime) -> str:
    days = _days_between(local_time(moment).date(), local_time(now).date())
    if abs(now - moment) < timedelta(hours=20) or days == 0:
        return _near(now - moment)
    amount = abs(days)
    if amount < 45:
        return counted("%(count)s ngày trước", amount) if days > 0 else counted("còn %(count)s ngày", amount)
    if amount < 365:
        months = round(amount / 30.4)
        return counted("%(count)s tháng trước", months) if days > 0 else counted("còn %(count)s tháng", months)
    years = max(round(amount / 365.25), 1)
    return counted("%(count)s năm trước", years) if days > 0 else counted("còn %(count)s năm", years)


def _near(passed: timedelta) -> str:
    minutes = round(abs(passed).total_seconds() / 60)
    if minutes < 1:
        return _("vừa xong")
    if minutes < 60:
        return (
            counted("%(count)s phút trước", minutes) if passed > timedelta() else counted("còn %(count)s phút", minutes)
        )
    hours = round(minutes / 60)
    return counted("%(count)s giờ trước", hours) if passed > timedelta() else counted("còn %(count)s giờ", hours)


def _days_between(earlier: date, later: date) -> int:
    return (later - earlier).days


def error_page(error: HTTPException | CatalogError) -> Response:
    """What happened, why, and what to do now. Asks nothing of the database, which may be what is missing."""
    status = error.code or 500 if isinstance(error, HTTPException) else error.http_status
    code = "" if isinstance(error, HTTPException) else error.code
    known = status if status in (400, 401, 403, 404, 405, 410, 413, 503, 507) else 500 if status >= 500 else 400
    detail = ""
    if isinstance(error, CatalogError) and status < 500:
        detail = error.message if language() == "vi" else error.message_en
    page = render_template("error.html", status=status, known=known, code=code, detail=detail)
    response = make_response(page, status)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers[name] = value
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response
