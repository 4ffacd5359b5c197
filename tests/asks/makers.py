"""Demands with endorsers, newer words, and who answers for a group. The commit is the test's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crm.asks.models import Ask
from crm.asks.operations import adopt
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import Change, Demand, DemandVersion, Endorsement
from crm.demands.operations import Terms, Words, edit_draft, write_version
from crm.organizations.models import Contact, Organization
from tests.demands.makers import PROGRAM
from tests.makers import make_contact

NEW = "No city help for any raid or deportation."
# Noon of the coalition's first day in these tests.
START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")


def write_draft(demand: Demand, sentence: str = NEW) -> DemandVersion:
    """A draft of the next version."""
    draft = write_version(PROGRAM, demand)
    edit_draft(PROGRAM, draft, binding_language="en", wordings={"en": Words(sentence)}, edition=draft.edition)
    db.session.flush()
    return draft


def change_words(
    coalition: Coalition,
    demand: Demand,
    change: Change = Change.SUBSTANCE,
    *,
    viewer: Viewer = PROGRAM,
    sentence: str = NEW,
    answers_by: date | None = None,
) -> DemandVersion:
    """Newer words in force, with all that they ask; a reason is given as by a coordinator alone."""
    draft = write_draft(demand, sentence)
    adopt(viewer, coalition, draft, terms=Terms(change, "It was unclear.", answers_by))
    db.session.flush()
    return draft


def speaker_of(group: Organization, name: str = "Rosa Lark") -> Contact:
    """Somebody who speaks for a group, with an address."""
    address = f"{name.lower().replace(' ', '.')}@group{group.id}.example"
    contact = make_contact(group, name, email=address)
    contact.speaks_since = clock.now()
    db.session.flush()
    return contact


def speaking(contact: Contact) -> Viewer:
    """A representative as they look at their group's page."""
    return Viewer(
        name=contact.name,
        coalition_id=contact.coalition_id,
        contact_id=contact.id,
        organization_id=contact.organization_id,
    )


def ask_of(group: Organization) -> Ask:
    """The newest question to a group."""
    query = select(Ask).where(Ask.organization_id == group.id).order_by(Ask.id.desc())
    return db.session.scalars(query.execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def asks_of(group: Organization) -> list[Ask]:
    """All questions to a group, the oldest first."""
    query = select(Ask).where(Ask.organization_id == group.id).order_by(Ask.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def stand_of_group(group: Organization, demand: Demand) -> Endorsement:
    """What a group says to a demand now."""
    query = select(Endorsement).where(
        Endorsement.organization_id == group.id, Endorsement.demand_id == demand.id
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


@contextmanager
def on_day(day: int) -> Iterator[date]:
    """Noon of the day so many days after the start."""
    wall = START.astimezone(ZONE).date() + timedelta(days=day)
    with clock.standing_at(datetime.combine(wall, time(12), ZONE)):
        yield wall
