"""In the demo a partner's calendar stands beside the coalition's own; nobody asks for it: it is nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from crm.core import clock
from crm.core.db import db
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.partner import ANNOUNCED, CALENDAR, PASSED_OVER, Announced
from crm.partners.ics_reader.found import Date, Entry, Reading, Skip
from crm.partners.ics_reader.words import Passed
from crm.partners.models import PartnerCalendar
from crm.partners.operations import keep_known
from crm.partners.queries.calendars import address_index


def add_partner(chronicle: Chronicle) -> None:
    """Subscribed to three weeks ago, read this morning."""
    world = chronicle.world
    chronicle.add(21, time(10), _subscribe, world)
    chronicle.add(0, time(6), _read, world)


def _subscribe(world: World) -> None:
    name, address, group = CALENDAR
    now = clock.now()
    db.session.add(
        PartnerCalendar(
            name=name,
            address=address,
            address_index=address_index(address),
            organization_id=world.organizations[group].id,
            in_own_feed=False,
            next_at=now,
            created_by_id=world.lead.user_id,
            created_at=now,
        )
    )
    db.session.flush()


def _read(world: World) -> None:
    calendar = db.session.query(PartnerCalendar).one()
    title, when, why = PASSED_OVER
    entries = [_entry(world, number, one) for number, one in enumerate(ANNOUNCED)]
    skips = [Skip(title, when, Passed(why))]
    total = len(entries) + len(skips)
    keep_known(calendar, Reading(CALENDAR[0], entries, skips, total, 0), world.coalition.zone)


def _entry(world: World, number: int, one: Announced) -> Entry:
    zone = world.coalition.zone
    dates = list(_dates(world, one))
    return Entry(
        uid=f"{number}@tenants.example",
        title=one.title,
        description="",
        place=one.place,
        url="",
        timezone=zone.key,
        all_day=one.at is None,
        repeats=one.times > 1,
        rule="",
        first_local=dates[0].starts_at.astimezone(zone).replace(tzinfo=None),
        dates=dates,
    )


def _dates(world: World, one: Announced) -> Iterator[Date]:
    zone, today = world.coalition.zone, clock.today(world.coalition.zone)
    monday = today - timedelta(days=today.weekday())
    for turn in range(one.times):
        day = monday + timedelta(weeks=one.weeks + turn * one.every, days=one.weekday)
        starts = datetime.combine(day, one.at or time(), zone)
        ends = starts + (timedelta(minutes=one.minutes) if one.at else timedelta(days=5))
        first, last = starts.astimezone(UTC), ends.astimezone(UTC)
        yield Date(first, last, first, one.title, one.place, "", turn == one.cancelled)
