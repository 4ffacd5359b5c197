"""What a group promised, in its private feed: a day on which it is due, until it is counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from crm.calendars.ics import FeedEvent
from crm.calendars.models import FeedVariant, PrivateFeed
from crm.calendars.queries import AHEAD, BACK
from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.queries.ledger import LedgerLine, Period, list_ledger
from crm.events.models import Visibility
from crm.organizations.models import Organization

DAY = timedelta(days=1)


def promise_entries(
    coalition: Coalition, feed: PrivateFeed, group: Organization, today: date, language: str | None
) -> Iterable[FeedEvent]:
    """The open promises of a group for what it may know of; for closed events none.

    What it brings to each date of a series has no day of its own: that is the date.
    """
    viewer = Viewer(organization_id=group.id)
    lines = list_ledger(viewer, Period(today - BACK, today + AHEAD), organization_id=group.id)
    for line in lines:
        closed = line.made.event.visibility is Visibility.CLOSED
        if line.is_open() and not line.by_series and not closed and line.made.event.cancelled_at is None:
            yield _entry(coalition, feed, line, language)


def _entry(coalition: Coalition, feed: PrivateFeed, line: LedgerLine, language: str | None) -> FeedEvent:
    made, day = line.made, datetime.combine(line.due_on, time())
    stamp = max(_changes(line))
    entry = FeedEvent(
        uid=f"promise-{made.id}-{feed.uid}",
        # It rises with each change, of the promise or of what it is for.
        sequence=max(0, int((stamp - made.promised_at).total_seconds())),
        stamp=stamp,
        summary=_("Due"),
        starts_local=day,
        ends_local=day + DAY,
        timezone=coalition.timezone,
        all_day=True,
        free=True,
    )
    if feed.variant is FeedVariant.FULL:
        said = say_amount(made.kind, made.amount, what=made.what, currency=made.currency)
        entry.summary = _("Due: %(promise)s (%(event)s)", promise=said, event=made.event.title)
        entry.url = absolute_url("groups.index", lang=language)
    return entry


def _changes(line: LedgerLine) -> Iterable[datetime]:
    made, event = line.made, line.made.event
    yield made.changed_at or made.promised_at
    yield event.changed_at
    yield from (one.changed_at for one in event.occurrences if one.on_date == line.on_date)
