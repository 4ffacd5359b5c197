"""What the groups behind the demo's Saturdays promised, what came of it, and one that asks to join them."""

from __future__ import annotations

from datetime import date, time, timedelta

from crm.core.permissions import Viewer
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.meetings import DEMONSTRATION
from crm.demo.gatherings import next_saturday
from crm.demonstrations.amounts import Promise
from crm.demonstrations.models import CommitmentKind
from crm.demonstrations.operations import Count, count_delivered, promise, request_to_co_sponsor
from crm.demonstrations.queries.ledger import Period, list_ledger
from crm.organizations.models import Organization

PEOPLE, MARSHALS, SPEAKERS = CommitmentKind.TURNOUT, CommitmentKind.MARSHALS, CommitmentKind.SPEAKERS
SOUND, FLYERS, MONEY = CommitmentKind.SOUND, CommitmentKind.FLYERS, CommitmentKind.MONEY
OTHER, OUTREACH = CommitmentKind.OTHER, CommitmentKind.OUTREACH
# Since when groups promise for each Saturday, in days.
SINCE = 50
# For each Saturday: group, kind, amount, and how much of a hundred of it usually comes.
EACH = (
    ("United Port and Ferry Workers Local 12", PEOPLE, 60, 92),
    ("United Port and Ferry Workers Local 12", MARSHALS, 8, 100),
    ("Hotel, Kitchen and Laundry Workers Local 9", PEOPLE, 40, 110),
    ("Rivertown Tenants Union", PEOPLE, 25, 72),
    ("First Unitarian Society of Bellwater", SPEAKERS, 1, 100),
    ("Students for a Sanctuary Campus", PEOPLE, 35, 60),
    ("Students for a Sanctuary Campus", SOUND, 1, 100),
)
# For the next Saturday alone: group, kind, amount (of money in cents), what.
NEXT = (
    ("Bellwater School Employees’ Federation", PEOPLE, 30, ""),
    ("Gurdwara of the River Bend", OTHER, 1, "Hot meals for everybody"),
    ("Gurdwara of the River Bend", PEOPLE, 20, ""),
    ("East Slope Islamic Center", OUTREACH, 6, ""),
    ("Immigration Defense Lawyers of Bellwater", MONEY, 75_000, ""),
    ("Casa Común de la Bahía", FLYERS, 1_500, ""),
)
ASKS = "Old Mill Friends Meeting"


def add_promises(chronicle: Chronicle) -> None:
    """Promises for every Saturday and for the next one, the counts of past ones, and a request that waits."""
    world, local_now = chronicle.world, chronicle.now.astimezone(chronicle.world.coalition.zone)
    next_one = next_saturday(local_now)
    for name, kind, amount, _usual in EACH:
        chronicle.add(SINCE, time(17), _promise, world, name, None, Promise(kind, amount))
    for name, kind, amount, what in NEXT:
        chronicle.add(4, time(17), _promise, world, name, next_one, Promise(kind, amount, what))
    for week in range(1, SINCE // 7):
        day = next_one - timedelta(weeks=week)
        days_ago = (chronicle.today - day).days - 1
        if days_ago >= 0 and week > 1:
            chronicle.add(days_ago, time(11), _count, world, day, week)
    chronicle.add(2, time(9), _ask, world)


def _promise(world: World, name: str, on_date: date | None, wanted: Promise) -> None:
    event = world.events[DEMONSTRATION[0]]
    promise(world.organizing, event, world.organizations[name], on_date, wanted)


def _count(world: World, day: date, week: int) -> None:
    """Sunday's counts. Of last Saturday nothing is counted yet, as on most Sundays."""
    event, usual = world.events[DEMONSTRATION[0]], {(name, kind): much for name, kind, _n, much in EACH}
    for line in list_ledger(world.organizing, Period(day, day), event_id=event.id):
        made = line.made
        much = usual.get((made.organization.name, made.kind))
        if much is None or line.date_cancelled or line.on_date is None:
            continue
        # Neither the same each week nor up and down without reason: a little less, the longer ago.
        delivered = max(1, round(made.amount * (much - 2 * week) / 100)) if made.amount > 1 else made.amount
        count_delivered(world.caller(week), Count(made, line.on_date, delivered))


def _ask(world: World) -> None:
    """A group that nobody asked: it waits for an organizer."""
    group: Organization = world.organizations[ASKS]
    contact = world.contacts.get(ASKS)
    who = Viewer(
        name=contact.name if contact else "",
        coalition_id=world.coalition.id,
        contact_id=contact.id if contact else None,
        organization_id=group.id,
    )
    request_to_co_sponsor(who, world.events[DEMONSTRATION[0]], group)
