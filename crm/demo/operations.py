"""Making the demo, and taking it away again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select

from crm.accounts.operations import create_user, join, new_password_hash
from crm.coalitions.models import Coalition
from crm.coalitions.operations import create_coalition, edit_settings
from crm.coalitions.queries import find_coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.core.transactions import reading
from crm.demands.models import DemandKind
from crm.demands.operations import Words, adopt_version, create_demand
from crm.demo.arrivals import add_arrivals
from crm.demo.assembly import add_assemblies
from crm.demo.calling import add_calling
from crm.demo.campaign import add_campaign
from crm.demo.chronicle import Chronicle, World
from crm.demo.coming import add_coming
from crm.demo.content.demands import DEMANDS, LANGUAGE
from crm.demo.content.groups import GROUPS
from crm.demo.content.people import COORDINATOR, ORGANIZER
from crm.demo.cosponsors import add_co_sponsors
from crm.demo.gatherings import add_gatherings
from crm.demo.listing import add_list
from crm.demo.outreach import add_outreach
from crm.demo.partner import add_partner
from crm.demo.promises import add_promises
from crm.demo.removal import remove_coalitions
from crm.demo.rewording import add_rewording
from crm.demo.sorting import add_sorting
from crm.demo.stages import add_stages
from crm.demo.turnout import add_turnout
from crm.demo.volume import add_events, add_organizations
from crm.duplicates.operations import look_for_likely, propose

SLUG, PARENT_SLUG = "demo", "demo-national"
NAME, PARENT_NAME = "Bellwater Sanctuary Coalition", "National Assembly of Sanctuary Coalitions"
ABOUT = "Unions, congregations, students and neighbors of Bellwater for a city that protects everybody in it."
ZONE = "America/Los_Angeles"
# Of letters and digits that are not taken for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
BEGAN, ADOPTED = 110, 104
# (what is being done, how much of it, of how much)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DemoAccess:
    """How to sign in to the demo: two addresses and the password of both, which is kept nowhere else."""

    coordinator: str
    organizer: str
    password: str


def has_demo() -> bool:
    """Whether this database holds the demo."""
    return db.session.scalar(select(Coalition.id).where(Coalition.is_demo).limit(1)) is not None


def load_demo(
    *, organizations: int = 0, events: int = 0, progress: Progress = lambda *_step: None
) -> DemoAccess:
    """Make the demo, of at least so many organizations and events; the caller commits.

    The history is told up to the present instant. Raises Refused where there is a demo, or a coalition of
    its name, already. Holds the write lock until the commit: seconds, or about a minute for 10,000 groups.
    """
    with reading():
        if has_demo():
            raise Refused("The demo is here already. `flask demo remove` takes it away.")
    password = "-".join("".join(secrets.choice(ALPHABET) for _letter in range(4)) for _part in range(4))
    password_hash = new_password_hash(password)
    now = clock.now()
    with clock.standing_at(now - timedelta(days=BEGAN)):
        world = _make_coalition(password_hash)
    with tenancy.in_coalition(world.coalition.id):
        _tell(Chronicle(now, world), lambda done, of: progress("What happened", done, of))
        propose(look_for_likely())
        add_organizations(world, organizations - len(GROUPS), lambda done, of: progress("Groups", done, of))
        add_events(world, events - len(world.events), lambda done, of: progress("Events", done, of))
    return DemoAccess(COORDINATOR[0], ORGANIZER[0], password)


def remove_demo() -> list[str]:
    """Take the demo coalitions away with all that is theirs; their names. The caller commits.

    Raises Refused where there is none.
    """
    coalitions = db.session.scalars(select(Coalition).where(Coalition.is_demo).order_by(Coalition.id)).all()
    if not coalitions:
        raise Refused("There is no demo in this database.")
    names = [coalition.name for coalition in coalitions]
    remove_coalitions(coalitions, (COORDINATOR[0], ORGANIZER[0]))
    return names


def _make_coalition(password_hash: str) -> World:
    if find_coalition(SLUG) or find_coalition(PARENT_SLUG):
        raise Refused(f"There is another coalition at /{SLUG}/ or /{PARENT_SLUG}/.")
    national = create_coalition(slug=PARENT_SLUG, name=PARENT_NAME, timezone="America/New_York", demo=True)
    city = create_coalition(
        slug=SLUG, name=NAME, timezone=ZONE, parent=national, place="Bellwater", demo=True
    )
    people = [create_user(*one, password_hash=password_hash) for one in (COORDINATOR, ORGANIZER)]
    with tenancy.in_coalition(national.id):
        join(people[0], Role.COORDINATOR)
    with tenancy.in_coalition(city.id):
        edit_settings(city, {"about": ABOUT, "contact_email": "hello@demo.example"})
        join(people[0], Role.COORDINATOR)
        join(people[1], Role.ORGANIZER)
    return World(city, people[0], people[1])


def _tell(chronicle: Chronicle, progress: Callable[[int, int], None]) -> None:
    for number, (kind, english, spanish) in enumerate(DEMANDS):
        words = {"en": english, "es": spanish}
        chronicle.add(ADOPTED, time(18, number), _adopt, chronicle.world, kind, words)
    add_campaign(chronicle)
    add_rewording(chronicle)
    add_outreach(chronicle)
    add_gatherings(chronicle)
    add_co_sponsors(chronicle)
    add_promises(chronicle)
    add_turnout(chronicle)
    add_arrivals(chronicle)
    add_assemblies(chronicle)
    add_coming(chronicle)
    add_partner(chronicle)
    add_calling(chronicle)
    add_stages(chronicle)
    add_sorting(chronicle)
    add_list(chronicle)
    chronicle.happen(progress)


def _adopt(world: World, kind: DemandKind, words: dict[str, Words]) -> None:
    demand = create_demand(world.lead, kind=kind, binding_language=LANGUAGE, wordings=words)
    (draft,) = demand.versions
    adopt_version(world.lead, draft)
    world.versions.append(draft)
