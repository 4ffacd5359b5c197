"""Dates of other calendars beside the coalition's own: by day for its pages, as entries for its feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.calendars.ics import FeedEvent, FeedStatus
from crm.calendars.listing import Listing
from crm.calendars.month import Month
from crm.core import contributions
from crm.core.contributions import OtherDate
from crm.core.web import absolute_url
from crm.events.queries import EventDate
from crm.events.series import Window

HIDE = "hide"


@dataclass(frozen=True)
class Others:
    """What stands beside the coalition's own dates on a page. `asked`: HIDE, or None for the address."""

    asked: str | None = None
    there_are: bool = False
    by_day: dict[date, list[OtherDate]] = field(default_factory=dict)

    def days(self, own: Iterable[tuple[date, list[EventDate]]]) -> list[tuple[date, list[EventDate]]]:
        """The days of a list, with those on which others alone have something."""
        listed = dict(own)
        return [(day, listed.get(day, [])) for day in sorted(listed.keys() | self.by_day.keys())]


def list_others(span: Month | Listing, zone: ZoneInfo, *, hide: bool) -> Others:
    """What the public calendar shows of others in a month or some weeks."""
    window = span.window(zone)
    shown = [one for one in _between(window) if one.shown]
    by_day: dict[date, list[OtherDate]] = {}
    for one in [] if hide else shown:
        day = one.starts_at.astimezone(zone).date()
        # What began before stands on the first day.
        by_day.setdefault(max(day, span.first), []).append(one)
    return Others(HIDE if hide else None, bool(shown), by_day)


def list_chosen(window: Window) -> list[OtherDate]:
    """What the coalition chose to have in its own feeds."""
    return [one for one in _between(window) if one.in_feed]


def list_other_entries(window: Window) -> list[FeedEvent]:
    """The same as entries of a calendar file."""
    return [_entry(one) for one in list_chosen(window)]


def source_of(one: OtherDate) -> str:
    """Whose calendar says so, in words."""
    return str(_("From the calendar of %(name)s.", name=one.source))


def address_of(one: OtherDate) -> str:
    """Where more is told of it; without an address of its own, our calendar."""
    return one.url or absolute_url("calendar.index")


def _between(window: Window) -> Sequence[OtherDate]:
    return [one for part in contributions.other_dates for one in part(window.starts_at, window.ends_at)]


def _entry(one: OtherDate) -> FeedEvent:
    zone = ZoneInfo(one.timezone)
    starts, ends = (moment.astimezone(zone).replace(tzinfo=None) for moment in (one.starts_at, one.ends_at))
    source = source_of(one)
    return FeedEvent(
        uid=one.uid,
        sequence=one.sequence,
        stamp=one.changed_at.astimezone(UTC),
        summary=one.title,
        starts_local=starts,
        # Some calendars name the beginning alone; an entry without length is an error in others.
        ends_local=ends if ends > starts else starts + timedelta(minutes=1),
        timezone=one.timezone,
        description=f"{source}\n\n{one.url}" if one.url else source,
        location=one.place,
        url=address_of(one),
        status=FeedStatus.CANCELLED if one.cancelled else FeedStatus.CONFIRMED,
        all_day=one.all_day,
    )
