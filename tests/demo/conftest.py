"""The demo, loaded once for the tests that only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings, new_field_keys
from crm import create_app
from crm.accounts.models import User
from crm.accounts.queries import find_user
from crm.coalitions.models import Coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.demo.operations import DemoAccess, load_demo
from tests import emptying
from tests.pages import ON_POSTGRESQL


@dataclass
class Demo:
    """The loaded demo, within whose city coalition the test works. Its rows are read, and of no session."""

    access: DemoAccess
    city: Coalition
    coordinator: User
    organizer: User

    @property
    def lead(self) -> Viewer:
        return Viewer(self.coordinator.id, self.coordinator.name, Role.COORDINATOR, self.city.id)

    @property
    def organizing(self) -> Viewer:
        return Viewer(self.organizer.id, self.organizer.name, Role.ORGANIZER, self.city.id)


@pytest.fixture(scope="module")
def loaded(application: Flask) -> Iterator[Demo]:
    """Its database is this module's: no test of it may write, nor ask for `app`."""
    emptying.empty(application)
    with application.app_context():
        access = _loaded_once()
        city, coordinator = find_coalition("demo"), find_user(access.coordinator)
        organizer = find_user(access.organizer)
        assert city and coordinator and organizer
        for row in (city, coordinator, organizer):
            db.session.refresh(row)
            db.session.expunge(row)
        yield Demo(access, city, coordinator, organizer)
        db.session.remove()
        db.engine.dispose()


_copy: dict[Path, DemoAccess] = {}


def _loaded_once() -> DemoAccess:
    """Load it, or lay down again what was loaded before: of SQLite there is a copy."""
    if ON_POSTGRESQL:
        access = load_demo()
        db.session.commit()
        return access
    copy = emptying.path().with_suffix(".demo")
    if copy not in _copy:
        _copy[copy] = load_demo()
        db.session.commit()
        emptying.copy_rows(emptying.path(), copy)
    else:
        emptying.copy_rows(copy, emptying.path())
    return _copy[copy]


@pytest.fixture
def demo(loaded: Demo) -> Iterator[Demo]:
    with tenancy.in_coalition(loaded.city.id):
        yield loaded


@pytest.fixture
def elsewhere(loaded: Demo, application: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another installation: an empty database beside the loaded one, and keys of its own."""
    db.session.remove()
    db.engine.dispose()
    here = db.engine.url
    if ON_POSTGRESQL:
        server = sa.create_engine(here.set(database="template1"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE elsewhere TEMPLATE {here.database}")
        url = here.set(database="elsewhere")
    else:
        url = here.set(database=str(tmp_path / "elsewhere.db"))
        shutil.copy(emptying.template(), str(url.database))
    app = create_app(
        Settings(
            database_url=url.render_as_string(hide_password=False),
            base_url="http://localhost",
            secret_key="a secret of another installation",
            field_keys=new_field_keys(),
            instance=tmp_path,
            testing=True,
            limits=False,
        )
    )
    with app.app_context():
        if ON_POSTGRESQL:
            db.session.scalar(sa.text("SELECT empty_all_tables()"))
            db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()
    if ON_POSTGRESQL:
        with server.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE elsewhere")
        server.dispose()
