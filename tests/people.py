"""Who is always at hand: a coalition with its coordinator, organizer and observer, and an outsider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.accounts.passwords import hash_password
from crm.accounts.queries import mail_index
from crm.coalitions.models import Coalition, Membership
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.groups.operations.entering import viewer_of
from crm.organizations.models import Contact, Organization
from crm.representatives.operations import let_speak, start_session
from tests.makers import PROGRAM, make_contact, make_organization
from tests.pages import Visitor
from tests.rows import lay_down

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """A user, their viewer for operations and queries, and their browser."""

    user: User
    viewer: Viewer
    browser: Visitor


@dataclass
class Representative:
    """Who speaks for a group: the contact, their viewer for operations, and their browser."""

    contact: Contact
    viewer: Viewer
    browser: Visitor


@pytest.fixture
def coalition(app: Flask) -> Iterator[Coalition]:
    """The coalition of the test, chosen for what the test itself does with the database."""
    made = found("harbor", "Harbor City Coalition", "America/Los_Angeles")
    with tenancy.in_coalition(made.id):
        yield made


@pytest.fixture
def other_coalition(app: Flask) -> Coalition:
    """Another tenant of the same installation."""
    return found("prairie", "Prairie Coalition", "America/Chicago")


def found(slug: str, name: str, timezone: str) -> Coalition:
    """The row that create_coalition makes, committed (tests/site/test_ground.py holds it to that)."""
    made = lay_down(Coalition, slug=slug, name=name, timezone=timezone, created_at=clock.now())
    db.session.commit()
    return made


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def enroll(where: Coalition, role: Role, name: str) -> User:
    """The rows that create_user and join make, not yet committed (held to that in the same place)."""
    address = f"{name.lower().replace(' ', '.')}@people.example"
    user = lay_down(
        User,
        email=address,
        email_index=mail_index(address),
        name=name,
        password_hash=_password_hash(),
        created_at=clock.now(),
    )
    with tenancy.in_coalition(where.id):
        lay_down(Membership, coalition_id=where.id, user_id=user.id, role=role, since=clock.now())
    return user


@pytest.fixture
def person_in(app: Flask) -> Callable[[Coalition, Role, str], Person]:
    """Make a signed-in member: person_in(coalition, Role.ORGANIZER, "Name")."""

    def make(where: Coalition, role: Role, name: str) -> Person:
        user = enroll(where, role, name)
        viewer = Viewer(user.id, user.name, role, where.id)
        browser: Visitor = app.test_client()  # type: ignore[assignment]
        return Person(user, viewer, browser.sign_in(user))

    return make


@pytest.fixture
def coordinator(coalition: Coalition, person_in: Callable[..., Person]) -> Person:
    return person_in(coalition, Role.COORDINATOR, "Cora Dinator")


@pytest.fixture
def organizer(coalition: Coalition, person_in: Callable[..., Person]) -> Person:
    return person_in(coalition, Role.ORGANIZER, "Omar Ganizer")


@pytest.fixture
def observer(coalition: Coalition, person_in: Callable[..., Person]) -> Person:
    return person_in(coalition, Role.OBSERVER, "Olga Server")


@pytest.fixture
def outsider(other_coalition: Coalition, person_in: Callable[..., Person]) -> Person:
    """A coordinator of another coalition: signed in, and a stranger here."""
    return person_in(other_coalition, Role.COORDINATOR, "Otto Sider")


@pytest.fixture
def representative_of(app: Flask) -> Callable[..., Representative]:
    """Make somebody who speaks for a group, come in already: representative_of(organization, "Name")."""

    def make(organization: Organization, name: str = "Rosa Lark") -> Representative:
        address = f"{name.lower().replace(' ', '.')}@groups.example"
        contact = make_contact(organization, name, email=address)
        let_speak(PROGRAM, contact)
        secret = start_session(contact)
        db.session.commit()
        browser: Visitor = app.test_client()  # type: ignore[assignment]
        return Representative(contact, viewer_of(contact), browser.come_in(secret))

    return make


@pytest.fixture
def representative(coalition: Coalition, representative_of: Callable[..., Representative]) -> Representative:
    """Who speaks for Dockworkers Local 19."""
    return representative_of(make_organization("Dockworkers Local 19", size=1200, place="Harbor"))
