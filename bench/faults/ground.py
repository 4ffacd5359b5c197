"""What is there before the first request: a coalition with demands, a meeting with a door, an organizer."""

from __future__ import annotations

from datetime import timedelta

from bench.faults.browser import Browser
from bench.faults.load import Arrivals, Client, Lists, SignOns
from bench.faults.site import Site
from bench.many import cookie_of
from bench.seed import BENCH, SLUG
from crm.accounts.operations import create_user, join
from crm.attendance.operations import open_page, token_of
from crm.coalitions.models import Coalition
from crm.coalitions.operations import create_coalition
from crm.core import clock, tenancy
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.permissions import Role
from crm.core.tickets import ticket_of
from crm.demands.models import DemandKind
from crm.demands.operations import Words, adopt_version, create_demand
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.queries import find_date

ORGANIZER = "organizer@people.example"


def lay_ground(site: Site) -> list[Client]:
    """Fill the empty database; who will ask, every second and more often, none of them begun."""
    with site.app.app_context():
        coalition = create_coalition(slug=SLUG, name="Benchmark", timezone="UTC")
        db.session.commit()
        with tenancy.in_coalition(coalition.id):
            join(create_user(ORGANIZER, "Omar Ganizer", new_token()), Role.ORGANIZER)
            adopt_demands()
            door = _open_door(coalition)
            db.session.commit()
            cookie = cookie_of(site.app, ORGANIZER)
        db.session.remove()

    def ticket(key: str) -> str:
        with site.app.app_context():
            return ticket_of(key)

    def somebody(cookie: str = "") -> Browser:
        return Browser(site.port, cookie)

    return [
        *(SignOns(ticket, somebody(), 0.3, seed) for seed in range(2)),
        *(Arrivals(door, somebody(), 0.15, seed) for seed in range(2, 5)),
        Lists(somebody(cookie), 1.0, 5),
    ]


def adopt_demands() -> None:
    for number in range(3):
        words = {"en": Words(f"Demand {number}: a safe city for everyone.")}
        demand = create_demand(BENCH, kind=DemandKind.MINIMUM, binding_language="en", wordings=words)
        adopt_version(BENCH, demand.versions[0])


def _open_door(coalition: Coalition) -> str:
    """The address of the sign-in page of a meeting that goes on."""
    starts = clock.now().replace(tzinfo=None, microsecond=0) - timedelta(minutes=30)
    plan = Plan(
        kind=EventKind.COALITION,
        title="Coalition meeting",
        starts_local=starts,
        duration=timedelta(hours=8),
        visibility=Visibility.PUBLIC,
    )
    event = schedule_event(BENCH, coalition, plan)
    db.session.flush()
    one = find_date(event, BENCH, starts.date())
    if one is None:
        raise RuntimeError("the meeting has no date")
    return f"/{SLUG}/sign-in/{token_of(open_page(BENCH, event, one))}"
