"""The application under test, on a fresh database for each test."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from config import Settings, new_field_keys
from crm import create_app
from crm.calendars.feeds import FRONT, SHELF
from crm.core import tenancy, transactions
from crm.core.db import db
from tests import emptying, postgres
from tests.pages import ON_POSTGRESQL, Visitor

pytest_plugins = ["tests.people"]

# The same examples each time: whoever looks for new ones asks for the profile "search". None has a time to be
# ready in: the machine may have other work.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=200, deadline=None)
hypothesis.settings.load_profile("same")

# To look for garbage after every few hundred objects took an eighth of the time of all tests.
gc.set_threshold(100_000, 50, 100)

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_configure() -> None:
    """Ended from outside (`scripts/test`), it ends the servers that it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database, or only counts how often it is asked, is told nothing new by another one: it
    runs beside SQLite alone.
    """
    if ON_POSTGRESQL:
        config.hook.pytest_deselected(items=[one for one in items if not _says_more_elsewhere(one)])
        items[:] = filter(_says_more_elsewhere, items)


def _says_more_elsewhere(item: pytest.Item) -> bool:
    return "database_url" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("one_database")


def pytest_collection_finish() -> None:
    """Say that all modules are read and compiled, where `scripts/test` waits for it."""
    if told := os.environ.get("TESTS_COLLECTED"):
        Path(told).touch()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if ON_POSTGRESQL:
        yield postgres.start()
        postgres.stop()
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/muster.db"


@pytest.fixture(scope="session")
def application(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Flask]:
    settings = Settings(
        database_url=database_url,
        base_url="http://localhost",
        secret_key="a secret of the tests",
        field_keys=new_field_keys(),
        instance=tmp_path_factory.mktemp("instance"),
        testing=True,
        limits=False,
        extra={"ARGON2_CHEAP": True},
    )
    app = create_app(settings)
    app.test_client_class = Visitor
    if pytestconfig.cache:
        # What a run of the tests, or one beside it, compiled is taken as long as the template stands so.
        kept = pytestconfig.cache.mkdir("templates")
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(kept))
    with app.app_context():
        upgrade()
    emptying.prepare(app)
    gc.freeze()
    yield app
    emptying.end(app)


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application, its database as the migrations leave it, within an application context."""
    emptying.empty(application)
    # Coalitions are numbered anew: what was kept for the one of another test is not of this one.
    application.extensions[SHELF].clear()
    application.extensions[FRONT].clear()
    with application.app_context():
        yield application
        db.session.remove()


@pytest.fixture(autouse=True)
def _no_scope_left() -> Iterator[None]:
    """A test starts in no coalition and writing, whatever the one before left behind."""
    token = tenancy.enter(None)
    transactions.set_reading(False)
    yield
    tenancy.leave(token)
    transactions.set_reading(False)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Nobody signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def real_data() -> Path:
    """The folder of real public data, where it is present."""
    if not DATA.is_dir():
        pytest.skip("the real data does not lie beside this checkout")
    return DATA
