"""The morning after a date, who asked for it is told of the next one of the series."""

from __future__ import annotations

from datetime import datetime

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.core.tenancy import current_coalition_id
from crm.core.web import absolute_url
from crm.events.models import Visibility
from crm.events.queries import EventDate, list_event_dates
from crm.events.rights import OPEN
from crm.events.series import Window
from crm.mail.operations import owe_mail
from crm.notices.models import ChangeSubscription
from crm.notices.operations.post import leave_url
from crm.notices.queries import AHEAD, list_series_subscriptions


def tell_of_next() -> int:
    """Mail who has not been told since the last date; how many. Twice is once."""
    now, told = clock.now(), 0
    coalition = db.session.get_one(Coalition, current_coalition_id())
    for one in list_series_subscriptions():
        event = one.event
        if event is None or event.published_at is None or event.visibility not in OPEN:
            continue
        dates = list_event_dates(event, ANONYMOUS, Window(one.created_at, now + AHEAD))
        last = _last_of(dates, now)
        following = next((d for d in dates if d.starts_at > now and not d.cancelled), None)
        if last is None or one.told_after == last.on_date or following is None:
            continue
        one.told_after = last.on_date
        _mail(coalition, one, following)
        told += 1
    return told


def _last_of(dates: list[EventDate], now: datetime) -> EventDate | None:
    ended = [one for one in dates if one.ends_at <= now and not one.cancelled]
    return ended[-1] if ended else None


def _mail(coalition: Coalition, one: ChangeSubscription, following: EventDate) -> None:
    address = {"slug": following.slug, "on_date": following.on_date.isoformat()}
    owe_mail(
        one.email,
        "notices/next",
        coalition_id=coalition.id,
        about=f"change_subscription:{one.id}",
        link=absolute_url("rsvps.say", coalition=coalition.slug, **address),
        unsubscribe=leave_url(coalition, one),
        language=one.language,
        coalition=coalition,
        # Of an event that is not wholly public a mail holds the link alone.
        one=following if following.visibility is Visibility.PUBLIC else None,
    )
