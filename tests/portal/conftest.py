"""The small published catalogue as fixtures. Both are shared by a module's tests: read, never change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal.app import create_app
from portal.wiring import Parts
from tests.portal.sample import publish_sample


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """See :mod:`tests.portal.sample` for what is in it. The clock stands still, so the same page is the same twice."""
    published = publish_sample(tmp_path_factory.mktemp("cong"))
    now = published.clock()
    yield replace(published, clock=lambda: now)
    published.store.close()


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    app = create_app(parts)
    app.testing = True
    return app.test_client()
