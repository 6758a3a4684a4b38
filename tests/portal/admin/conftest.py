"""A portal with an administrator and a steward of the department of health."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from catalog.model import Organization, OrganizationId, OrganizationKind, stable_id
from catalog.sources import HarvestSource
from catalog.storage.database import SqlCatalogStore
from portal.app import create_app
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.catalog.examples import CLINICS, example_source
from tests.catalog.persons import QUICK, add_administrator, add_steward
from tests.portal.admin.browser import Browser, Hand, settle
from tests.portal.sample import CLINIC_ROWS, describe_source

FINANCE = Organization(
    id=OrganizationId(stable_id("organization", "so-tai-chinh")),
    name="so-tai-chinh",
    code="H56.05",
    title="Sở Tài chính",
    title_en="Department of Finance",
    kind=OrganizationKind.DEPARTMENT,
)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", site_url="http://du-lieu.test")


@pytest.fixture
def parts(settings: Settings, store: SqlCatalogStore, clock: Hand) -> Parts:
    """``quan-tri`` and ``lan`` have chosen their passwords; ``moi`` has not yet."""
    for add, name in ((add_administrator, "quan-tri"), (add_steward, "lan"), (add_steward, "moi")):
        add(store, name)
    settle(store, "quan-tri", "lan")
    opened = open_parts(settings)
    opened.store.close()
    return replace(opened, store=store, passwords=QUICK, clock=clock)


@pytest.fixture
def app(parts: Parts) -> Flask:
    app = create_app(parts)
    app.testing = True
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def source(parts: Parts, tmp_path: Path) -> HarvestSource:
    """A folder of the department of health, with one table of clinics."""
    table = CLINICS.distributions[0].name
    described = example_source("csdl-so-y-te", CLINICS)
    return describe_source(parts, described, CLINICS, folder=tmp_path / "so-y-te", files={f"{table}.csv": CLINIC_ROWS})


@pytest.fixture
def others(parts: Parts) -> HarvestSource:
    """A source of the department of finance."""
    source = replace(
        example_source("ngan-sach"), title="Hệ thống ngân sách", organization_id=FINANCE.id, options={"path": "/kin"}
    )
    with parts.store.write() as transaction:
        transaction.put_organization(FINANCE)
        transaction.put_source(source)
    return source


@pytest.fixture
def steward(browser: Browser) -> Browser:
    """Signed in as ``lan``, who looks after the data of the department of health."""
    browser.sign_in("lan")
    return browser


@pytest.fixture
def administrator(app: Flask) -> Browser:
    """Signed in as ``quan-tri``."""
    browser = Browser(app)
    browser.sign_in("quan-tri")
    return browser
