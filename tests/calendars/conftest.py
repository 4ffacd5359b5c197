"""The story that the feeds are held against: what a coalition plans for a winter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventAccess, EventKind, Visibility
from crm.events.operations import Change, Plan, cancel_date, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up
from tests.calendars.private import OURS, make
from tests.makers import PROGRAM, make_organization
from tests.pages import Visitor
from tests.people import Person, Representative

COORDINATOR = Viewer(name="the tests", role=Role.COORDINATOR)
TODAY = datetime(2026, 11, 21, 18, tzinfo=UTC)
SATURDAYS = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20))


@pytest.fixture
def november() -> Iterator[time_machine.Coordinates]:
    """It is Saturday, 21 November 2026, ten in the morning in Los Angeles, until a test moves the clock."""
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def plan(**values: Any) -> Plan:
    """A public meeting on a Wednesday evening, and what is given instead."""
    usual = {
        "kind": EventKind.NEIGHBORHOOD,
        "title": "Neighborhood meeting",
        "starts_local": datetime(2026, 12, 2, 19),
        "duration": timedelta(hours=2),
        "visibility": Visibility.PUBLIC,
    }
    return Plan(**{**usual, **values})


def schedule(coalition: Coalition, **values: Any) -> Event:
    """Schedule and publish."""
    event = schedule_event(PROGRAM, coalition, plan(**values))
    db.session.commit()
    return event


@pytest.fixture
def demonstration(november: time_machine.Coordinates, coalition: Coalition) -> Event:
    """Saturdays at noon until 20 January, not on 26 December, and on 2 January at two at city hall."""
    event = schedule(
        coalition,
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor",
        starts_local=datetime(2026, 11, 28, 12),
        rule=SATURDAYS,
        place_name="Pier 9",
        address="9 Harbor Way",
        skipped=frozenset({date(2026, 12, 26)}),
        changes=((date(2027, 1, 2), Change(datetime(2027, 1, 2, 14), place_name="City Hall")),),
    )
    cancel_date(PROGRAM, event, date(2026, 12, 12), "The bridge is closed")
    db.session.commit()
    return event


@pytest.fixture
def story(demonstration: Event, coalition: Coalition, organizer: Person) -> dict[str, Event]:
    """The demonstration, a meeting at home, on campus, a closed one at work, a draft, one for groups."""
    home = schedule(
        coalition,
        title="Ballard neighbors",
        visibility=Visibility.AREA,
        is_home=True,
        place_name="The Larks' house",
        address="1 Secret Street",
        area="Ballard",
    )
    campus = schedule(
        coalition,
        kind=EventKind.CAMPUS,
        title="Campus meeting",
        starts_local=datetime(2026, 11, 24, 17),
        rule=Rule(Frequency.MONTHLY, weekdays=frozenset({Weekday.TUESDAY}), nth=4),
        place_name="Student Union; room 214, second floor",
    )
    work = schedule_event(
        organizer.viewer,
        coalition,
        plan(kind=EventKind.WORKPLACE, title="Night shift", visibility=Visibility.CLOSED),
    )
    draft = schedule_event(
        PROGRAM, coalition, plan(kind=EventKind.TRAINING, title="Draft day"), publish=False
    )
    groups = schedule(
        coalition, kind=EventKind.COALITION, title="Delegates' council", visibility=Visibility.GROUPS
    )
    db.session.commit()
    return {
        "demonstration": demonstration,
        "home": home,
        "campus": campus,
        "work": work,
        "draft": draft,
        "groups": groups,
    }


@pytest.fixture
def tasks(
    november: time_machine.Coordinates, organizer: Person, coordinator: Person, coalition: Coalition
) -> FollowUp:
    """Two of the organizer's, one of somebody else."""
    group = make_organization("Dockworkers Local 19")
    mine = add_follow_up(
        organizer.viewer, title="Call back", due_on=date(2026, 11, 30), owner_id=organizer.user.id,
        organization_id=group.id,
    )  # fmt: skip
    add_follow_up(organizer.viewer, title="Book a hall", due_on=date(2026, 12, 1), owner_id=organizer.user.id)
    add_follow_up(organizer.viewer, title="Not mine", due_on=date(2026, 12, 1), owner_id=coordinator.user.id)
    db.session.commit()
    return mine


@pytest.fixture
def group_feed(story: dict[str, Event], representative: Representative, visitor: Visitor) -> str:
    """The feed of who speaks for Dockworkers Local 19, which co-sponsors one date of the demonstration."""
    march, group = story["demonstration"], representative.contact.organization_id
    db.session.add_all(
        [
            CoSponsorship(
                organization_id=group, event_id=march.id, on_date=day, state=state, asked_at=march.created_at
            )
            for day, state in (
                (date(2026, 12, 5), CoSponsorState.ACCEPTED),
                (date(2026, 12, 19), CoSponsorState.DECLINED),
            )
        ]
    )
    db.session.add(EventAccess(event_id=story["work"].id, organization_id=group))
    db.session.commit()
    return make(representative.browser, OURS, with_closed="y")
