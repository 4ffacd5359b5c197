"""The demo, loaded once for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.accounts.queries import find_user
from crm.coalitions.models import Coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.demo.operations import DemoAccess, load_demo
from tests.conftest import _empty


@dataclass
class Demo:
    """The loaded demo, within whose city coalition the test works."""

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
    _empty(application)
    with application.app_context():
        access = load_demo()
        db.session.commit()
        city, coordinator = find_coalition("demo"), find_user(access.coordinator)
        organizer = find_user(access.organizer)
        assert city and coordinator and organizer
        yield Demo(access, city, coordinator, organizer)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(loaded: Demo) -> Iterator[Demo]:
    with tenancy.in_coalition(loaded.city.id):
        yield loaded
