"""A portal with an administrator and a steward of the department of health."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from catalog.storage.database import SqlCatalogStore
from portal.app import create_app
from portal.settings import Settings
from portal.wiring import Parts, open_parts
from tests.catalog.persons import QUICK, add_administrator, add_steward
from tests.portal.admin.browser import Browser, Hand, settle


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
