"""A series that goes on otherwise from one of its dates on: "from this date on".

RANGE=THISANDFUTURE is understood by few (5-calendars.md), so the old series ends the day before and the
rest is an event with a UID of its own. What differs on a later date goes along with it, and so does
whatever else belongs to a date; of what belongs to the whole series each feature says what holds then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.operations import record
from crm.core import clock, contributions
from crm.core.db import Model, db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.core.tenancy import Tenant
from crm.events.models import Event, EventAccess, EventSplit, Occurrence
from crm.events.operations.changing import (
    about_to_change,
    changed,
    keep_before_rest,
    new_uid,
    rule_dates,
    span,
)
from crm.events.operations.plans import Plan, apply_plan, check_plan, check_widening, unused_slug
from crm.events.queries import exceptions_of, series_of
from crm.events.queries.finding import index_events
from crm.events.recurrence import Rule, local_dates, to_stored
from crm.events.series import DateStatus, SeriesException

# A table that has these holds what belongs to a date of an event.
_OF_A_DATE = {"event_id", "on_date"}


def split_series(viewer: Viewer, event: Event, on_date: date, plan: Plan) -> Event:
    """Let a series go on as another event from one of its dates on. Raises Refused, RecurrenceError."""
    rule = _check(event, on_date, plan)
    about_to_change(event)
    event.recurrence = to_stored(replace(rule, until=on_date - timedelta(days=1), count=None))
    skipped = event.skipped
    event.skipped = [day for day in skipped if day < on_date.isoformat()]
    changed(event)
    later = _rest_of(event)
    _take_dates(event, later, on_date)
    apply_plan(later, plan)
    db.session.add(later)
    span(event)
    db.session.flush()
    _take_along(event, later, on_date)
    index_events([later])
    # One goes on as the next: what had gone on from this one goes on from the rest.
    gone_on = update(EventSplit).where(EventSplit.earlier_id == event.id)
    db.session.execute(gone_on.values(earlier_id=later.id))
    db.session.add(EventSplit(earlier_id=event.id, later_id=later.id, from_on=on_date))
    for part in contributions.after_event_split:
        part(event.id, later.id, on_date)
    record(viewer, "event.split", event, later=later.id, on=on_date.isoformat())
    return later


def _check(event: Event, on_date: date, plan: Plan) -> Rule:
    """The rule that is split. Raises Refused where it can't be, or the rest is not as it may be."""
    rule = series_of(event).rule
    if rule is None or event.cancelled_at is not None:
        raise Refused(_("This is not a series that goes on."), "starts_on")
    if on_date not in rule_dates(event, on_date) or on_date.isoformat() in event.skipped:
        raise Refused(_("There is no date of this event on %(day)s.", day=full_date(on_date)), "starts_on")
    if on_date == event.starts_local.date():
        raise Refused(_("This is its first date. Change the whole event instead."), "starts_on")
    if plan.starts_local.date() < on_date:
        day = full_date(on_date)
        raise Refused(_("The rest begins on %(day)s, or later.", day=day), "starts_on")
    check_widening(event, plan.visibility)
    check_plan(plan, event.timezone)
    keep_before_rest(event, plan.rule, plan.starts_local)
    return rule


def _rest_of(event: Event) -> Event:
    """The event of the rest: published as the old one is. Its numbers go on from there, as its extra dates
    do, whose entries calendar apps know already.
    """
    now = clock.now()
    return Event(
        slug=unused_slug(event.title, event.visibility),
        uid=new_uid(),
        timezone=event.timezone,
        sequence=event.sequence,
        published_at=event.published_at,
        cancel_reason="",
        organization_id=event.organization_id,
        created_by_id=event.created_by_id,
        created_at=now,
        changed_at=now,
    )


def _take_dates(event: Event, later: Event, from_on: date) -> None:
    for one in [one for one in event.occurrences if one.on_date >= from_on]:
        later.occurrences.append(one)


def _take_along(event: Event, later: Event, from_on: date) -> None:
    """Whatever belongs to a date goes with it, and whoever was named on the series is named on the rest."""
    for mapper in Model.registry.mappers:
        model = mapper.class_
        if (
            model is Occurrence
            or not issubclass(model, Tenant)
            or not set(mapper.columns.keys()) >= _OF_A_DATE
        ):
            continue
        columns = mapper.columns
        its_own = update(model).where(columns.event_id == event.id, columns.on_date >= from_on)
        db.session.execute(its_own.values(event_id=later.id))
    for named in db.session.scalars(select(EventAccess).where(EventAccess.event_id == event.id)).all():
        db.session.add(
            EventAccess(event_id=later.id, user_id=named.user_id, organization_id=named.organization_id)
        )


def rest_of_rule(event: Event, on_date: date) -> Rule | None:
    """The rule as it goes on from a date: of a number of dates, those that are left."""
    rule = series_of(event).rule
    if rule is None or rule.count is None:
        return rule
    before = datetime.combine(on_date, datetime.min.time())
    gone = sum(1 for _start in local_dates(rule, event.starts_local, before=before))
    return replace(rule, count=max(1, rule.count - gone))


def exceptions_from(event: Event, on_date: date) -> list[SeriesException]:
    """What differs on later dates and goes along with them."""
    later = [one for one in exceptions_of(event) if one.date >= on_date]
    return [one for one in later if one.status is not DateStatus.SKIPPED]
