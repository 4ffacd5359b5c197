"""The bytes of a private feed: the same for the same state of the database, day and choices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from crm.calendars.entries import feed_events, single_entry
from crm.calendars.ics import FeedCalendar, FeedEvent, write_calendar
from crm.calendars.models import FeedVariant, PrivateFeed
from crm.calendars.private_promises import promise_entries
from crm.calendars.private_texts import PrivateTeller
from crm.calendars.queries import (
    AHEAD,
    BACK,
    feed_window,
    find_instance,
    list_group_dates,
    list_group_events,
    list_known_roles,
)
from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.events.models import Event, Visibility
from crm.events.queries import exceptions_of, list_events, series_of
from crm.events.series import Instance, Window
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp
from crm.outreach.queries import list_follow_ups_due
from crm.roles.models import EventRole, RoleTaking

MOST_TASKS = 500
DAY = timedelta(days=1)


def organizer_ics(
    coalition: Coalition, feed: PrivateFeed, viewer: Viewer, today: date, language: str | None
) -> bytes:
    """What is published and an organizer may know of, and their own follow-ups.

    `language`: as links name it.
    """
    window, teller = feed_window(today, coalition.zone), PrivateTeller(feed, language)
    published = [event for event in list_events(viewer, window) if event.published_at is not None]
    tasks = list_follow_ups_due(viewer.user_id or 0, today + AHEAD, MOST_TASKS)
    entries = [
        *_events(feed, published, teller, window),
        *(_task(coalition, feed, task, language) for task in tasks),
    ]
    name = _("%(coalition)s, for organizers", coalition=coalition.name)
    return _file(coalition, feed, name, "today.index", entries, today, language)


def group_ics(
    coalition: Coalition, feed: PrivateFeed, group: Organization, today: date, language: str | None
) -> bytes:
    """What concerns a group: its events, those for all groups, the roles that it took, what it promised."""
    window, teller = feed_window(today, coalition.zone), PrivateTeller(feed, language)
    whole = list_group_events(group.id, window)
    known = {event.id for event in whole}
    single = [(event, on) for event, on in list_group_dates(group.id, window) if event.id not in known]
    entries = [
        *_events(feed, whole, teller, window),
        *(entry for event, on in single for entry in _date(event, on, teller, window)),
        *_roles(feed, group, teller, today, window),
        *promise_entries(coalition, feed, group, today, language),
    ]
    name = _("%(group)s in %(coalition)s", group=group.name, coalition=coalition.name)
    return _file(coalition, feed, name, "groups.index", entries, today, language)


def _events(
    feed: PrivateFeed, events: Iterable[Event], teller: PrivateTeller, window: Window
) -> Iterable[FeedEvent]:
    """Closed ones only where the owner, whom they name, chose to see that there is a meeting."""
    for event in events:
        if event.visibility is not Visibility.CLOSED or feed.with_closed:
            yield from feed_events(series_of(event), exceptions_of(event), teller.telling(event), window)


def _date(event: Event, on_date: date, teller: PrivateTeller, window: Window) -> Iterable[FeedEvent]:
    instance = find_instance(event, on_date)
    if instance is not None and window.holds(instance):
        yield single_entry(series_of(event), instance, teller.telling(event))


def _roles(
    feed: PrivateFeed, group: Organization, teller: PrivateTeller, today: date, window: Window
) -> Iterable[FeedEvent]:
    """What a group took on, each for as long as it takes; of closed meetings nothing."""
    for taking, role, event in list_known_roles(group.id, today - BACK):
        instance = find_instance(event, taking.on_date)
        if instance is not None and window.holds(instance):
            yield _role(feed, taking, role, event, instance, teller)


def _role(
    feed: PrivateFeed,
    taking: RoleTaking,
    role: EventRole,
    event: Event,
    instance: Instance,
    teller: PrivateTeller,
) -> FeedEvent:
    """It is told in the event's zone, and is cancelled with its date."""
    own = [taking.taken_at, role.created_at, taking.changed_at, role.changed_at]
    changed_at = max(one for one in own if one is not None)
    entry = single_entry(series_of(event), instance, teller.telling(event))
    # Higher with each change: the date's own number, and the seconds since it was first taken.
    entry.sequence += max(0, int((changed_at - taking.taken_at).total_seconds()))
    entry.stamp = max(entry.stamp, changed_at)
    entry.uid = f"role-{taking.id}-{feed.uid}"
    entry.starts_local, entry.ends_local = _shift(role, instance)
    if feed.variant is FeedVariant.FULL:
        entry.summary = f"{role.name}: {event.title}"
        entry.categories = (_("Role"),)
    return entry


def _shift(role: EventRole, instance: Instance) -> tuple[datetime, datetime]:
    """From when to when it lasts; what a role does not say is as of the date."""
    day = instance.starts_local.date()
    starts = datetime.combine(day, role.from_time) if role.from_time else instance.starts_local
    ends = datetime.combine(day, role.to_time) if role.to_time else instance.ends_local
    return starts, ends if ends > starts else ends + DAY


def _task(coalition: Coalition, feed: PrivateFeed, task: FollowUp, language: str | None) -> FeedEvent:
    """A follow-up as a day: what is to be done and about whom, nothing of what was said."""
    stamp, day = task.changed_at or task.created_at, datetime.combine(task.due_on, time())
    entry = FeedEvent(
        uid=f"{task.id}-{feed.uid}",
        # It rises with each change; two within a second are seen as one.
        sequence=int((stamp - task.created_at).total_seconds()),
        stamp=stamp,
        summary=_("Follow-up"),
        starts_local=day,
        ends_local=day + DAY,
        timezone=coalition.timezone,
        all_day=True,
        free=True,
    )
    if feed.variant is FeedVariant.FULL:
        group = task.organization
        entry.summary = f"{task.title} ({group.name})" if group else task.title
        page = ("organization_page.show", {"organization_id": group.id}) if group else ("outreach.index", {})
        entry.url = absolute_url(page[0], **page[1], lang=language)
    return entry


def _file(
    coalition: Coalition,
    feed: PrivateFeed,
    name: str,
    page: str,
    entries: Iterable[FeedEvent],
    today: date,
    language: str | None,
) -> bytes:
    """Without SOURCE: that would be the secret address itself."""
    full = feed.variant is FeedVariant.FULL
    calendar = FeedCalendar(
        name=name if full else _("Meetings"),
        url=absolute_url(page, lang=language) if full else "",
        timezone=coalition.timezone,
        cancelled_prefix=_("CANCELLED: "),
    )
    return write_calendar(calendar, entries, year=today.year)
