"""Who comes, who co-sponsors and who asked for it is told what changed: one mail each, once for a burst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.events.models import Event, Visibility
from crm.notices.differences import Difference, Told, What, compare
from crm.notices.models import EventSnapshot
from crm.notices.operations.keeping import QUIET
from crm.notices.operations.post import Post
from crm.notices.queries import (
    Look,
    is_rest_of_another,
    list_goes_on_as,
    list_standing_behind,
    list_subscriptions,
    load_event,
    look_at,
    wants,
)
from crm.representatives.queries import representatives_of
from crm.rsvps.queries import list_rsvps_to_tell

# Who edits on and on does not keep people from being told.
LONGEST = timedelta(minutes=30)


@dataclass(frozen=True)
class Changed:
    """What became of an event: for who was told of it, and for who only now may know of it."""

    event: Event
    before: Look
    after: Look
    differences: Sequence[Difference]
    # The event and those as which it goes on: what belongs to a date went along.
    event_ids: Sequence[int]

    @property
    def in_full(self) -> bool:
        """Whether mail may say what changed (7-safety.md): of a public event alone, before and now."""
        return self.before.visibility is Visibility.PUBLIC and self.after.visibility is Visibility.PUBLIC

    @property
    def dates(self) -> list[date]:
        """The original dates of which something was told that is not so any more."""
        return [one.on_date for one in self.differences if one.what is not What.NEW]

    def for_the_public(self) -> list[Difference]:
        """What the public may be told: nothing of what it may not know now."""
        if not self.after.is_open:
            return []
        if not self.before.is_open:
            return compare({}, self.after.dates)
        hidden = self.after.visibility is not Visibility.PUBLIC
        return [one for one in self.differences if not (hidden and one.area_alone)]


def tell_changes() -> int:
    """Tell what changed since it was kept, unless somebody is still editing; how many were mailed."""
    now = clock.now()
    kept = db.session.scalars(select(EventSnapshot).order_by(EventSnapshot.id).with_for_update()).all()
    if not kept or not _is_time(kept, now):
        return 0
    changes = [_changed(one, now) for one in kept]
    post = Post(db.session.get_one(Coalition, current_coalition_id()))
    for changed in changes:
        _to_who_comes(post, changed)
        _to_co_sponsors(post, changed)
        _to_subscribers(post, changed)
    for one in kept:
        db.session.delete(one)
    return post.send()


def _is_time(kept: Sequence[EventSnapshot], now: datetime) -> bool:
    quiet = max(one.changed_at for one in kept) + QUIET <= now
    return quiet or min(one.taken_at for one in kept) + LONGEST <= now


def _changed(kept: EventSnapshot, now: datetime) -> Changed:
    event = load_event(kept.event_id)
    seen = kept.before["visibility"]
    before = Look(
        Visibility(seen) if seen else None,
        {date.fromisoformat(on): Told.read(told) for on, told in kept.before["dates"].items()},
    )
    after, rest = look_at(event, kept.taken_at), list_goes_on_as(event.id)
    dates = dict(after.dates)
    for from_on, later in rest:
        dates |= {on: one for on, one in look_at(later, kept.taken_at).dates.items() if on >= from_on}
    if is_rest_of_another(event.id) and not before.dates:
        # Its dates are told of as those of the series from which it came.
        dates = {}
    local = now.astimezone(ZoneInfo(event.timezone)).replace(tzinfo=None)
    told = [one for one in compare(before.dates, dates) if _is_ahead(one, local)]
    return Changed(event, before, Look(after.visibility, dates), told, [event.id, *(o.id for _, o in rest)])


def _is_ahead(one: Difference, local: datetime) -> bool:
    """Whether it matters still: as it was or as it is, it has yet to end."""
    return any(told.ends > local for told in (one.was, one.now) if told)


def _to_who_comes(post: Post, changed: Changed) -> None:
    found = {one.on_date: one for one in changed.differences}
    for event_id in changed.event_ids:
        for rsvp in list_rsvps_to_tell(event_id, changed.dates):
            post.to_who_comes(rsvp, changed.event, [found[rsvp.on_date]], in_full=changed.in_full)


def _to_co_sponsors(post: Post, changed: Changed) -> None:
    standing = list_standing_behind(changed.event_ids) if changed.differences else []
    speakers = representatives_of({one.organization_id for one in standing})
    for one in standing:
        theirs = [d for d in changed.differences if one.on_date in (None, d.on_date)]
        for contact in speakers.get(one.organization_id, []) if theirs else []:
            post.to_representative(contact, changed.event, theirs, in_full=changed.in_full)


def _to_subscribers(post: Post, changed: Changed) -> None:
    told = changed.for_the_public()
    for one in list_subscriptions() if told else []:
        if wants(one, changed.event):
            in_full = changed.after.visibility is Visibility.PUBLIC and (
                not changed.before.is_open or changed.in_full
            )
            post.to_subscriber(one, changed.event, told, in_full=in_full)
