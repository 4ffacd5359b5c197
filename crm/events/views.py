"""The organizers' pages of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock, contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events import operations
from crm.events.forms import EventForm, typed_from
from crm.events.meanwhile import differences, hold
from crm.events.models import Event, EventKind
from crm.events.operations import Plan
from crm.events.own_fields import event_fields, keep_own, seen_of, typed_own
from crm.events.queries import (
    AHEAD,
    EventDate,
    exceptions_of,
    find_date,
    find_date_now,
    find_event,
    find_later,
    list_event_dates,
    list_named_groups,
    list_named_people,
    series_of,
)
from crm.events.queries.conflicts import Clash, Span, list_clashes, spans_of
from crm.events.queries.parts import week_of
from crm.events.recurrence import RecurrenceError, read_date
from crm.events.sentence import say_series
from crm.events.series import Window, expand
from crm.events.words import KIND_NAMES, VISIBILITY_NAMES, VISIBILITY_TEXTS, venue_lines
from crm.fields.inputs import with_inputs

bp = Blueprint("events", __name__, url_prefix="/<coalition>/organize/events")
BEFORE = timedelta(days=60)
READ_BACK = 10
# So many of a series' dates are held against what else is on.
MOST_COMPARED = 60
# The rule's own names for what the form has under another.
FIELDS = {"starts_local": "starts_on", "duration": "ends_at"}


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names of kinds and visibilities, for every template that shows an event."""
    return {
        "event_kinds": KIND_NAMES,
        "event_visibilities": VISIBILITY_NAMES,
        "event_visibility_texts": VISIBILITY_TEXTS,
        "venue_lines": venue_lines,
    }


def wanted(slug: str) -> Event:
    """The event of an address, if the viewer may know of it; else 404."""
    return find_event(viewer(), slug) or abort(404)


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    """Describe an event, read back what was understood, then schedule it or keep it as a draft."""
    form = with_inputs(EventForm, event_fields())(kind=EventKind.NEIGHBORHOOD)
    timezone = coalition.timezone
    if not form.validate_on_submit():
        return render_editor(form, None, timezone, None)
    plan = checked_plan(form, timezone)
    if plan is None or form.reviewed.data != form.stamp():
        return render_editor(form, plan, timezone, None)
    draft = "draft" in request.form

    def schedule() -> Event:
        event = operations.schedule_event(viewer(), coalition, plan, publish=not draft)
        keep_own(viewer(), event, form)
        return event

    event = make_once(Event, key_of(form), schedule)
    told = _("Kept “%(title)s” as a draft.") if draft else _("Scheduled “%(title)s”.")
    flash(told % {"title": event.title}, "success")
    return redirect(url_for("events.show", slug=event.slug))


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def edit(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Change the whole event; single dates are changed on their own."""
    event = wanted(slug)
    typed = typed_from(event) | typed_own(event) | {"seen": seen_of(event)}
    form = with_inputs(EventForm, event_fields())(data=typed)
    if not form.validate_on_submit():
        return render_editor(form, None, event.timezone, event)
    hold(event)
    if form.seen.data != seen_of(event):
        return meanwhile(form, event)
    plan = checked_plan(form, event.timezone, event)
    if plan is None or form.reviewed.data != form.stamp():
        return render_editor(form, plan, event.timezone, event)
    if not attempt(form, lambda: _change(event, plan, form)):
        return render_editor(form, None, event.timezone, event)
    flash(_("Changed “%(title)s”.", title=event.title), "success")
    return redirect(url_for("events.show", slug=event.slug))


def _change(event: Event, plan: Plan, form: EventForm) -> None:
    operations.edit_event(viewer(), event, plan)
    keep_own(viewer(), event, form)


def meanwhile(form: EventForm, event: Event) -> ResponseReturnValue:
    """Somebody else changed it since the editor was opened: both versions, before anything is saved."""
    found = differences(form, typed_from(event) | typed_own(event))
    if not found:  # what is typed is what is kept: the button was pressed twice, or both did the same
        return redirect(url_for("events.show", slug=event.slug))
    form.seen.data, form.reviewed.data = seen_of(event), ""
    return render_editor(form, None, event.timezone, event, changed=found)


def attempt(form: Form, act: Callable[[], object], otherwise: str = "title") -> bool:
    """Do an act and commit it; a refusal goes beside its field."""
    try:
        act()
        db.session.commit()
    except (Refused, RecurrenceError) as error:
        db.session.rollback()
        refuse(form, error, otherwise)
        return False
    return True


def refuse(form: Form, error: Refused | RecurrenceError, otherwise: str = "title") -> None:
    """Put a refusal beside the field that it is about, or the one that is named."""
    field = FIELDS.get(error.field or "", error.field or "")
    form.refuse(field if field in form else otherwise, error.message)


def checked_plan(form: EventForm, timezone: str, event: Event | None = None) -> Plan | None:
    """The plan that was typed, or None with the error beside its field."""
    try:
        plan = form.plan()
        operations.check_plan(plan, timezone)
        if event is not None:
            operations.check_widening(event, plan.visibility)
    except (Refused, RecurrenceError) as error:
        refuse(form, error)
        return None
    return plan


def render_editor(
    form: EventForm, plan: Plan | None, timezone: str, event: Event | None, **more: object
) -> ResponseReturnValue:
    """The editor; with a plan, what was understood on top: the sentence, the next ten dates, what collides.

    `more`: `since`, the date from which on a series is to go on otherwise; `changed`, what somebody else did.
    """
    read_back = None
    if plan is not None and not form.errors:
        since = more.get("since")
        read_back = _read_back(plan, timezone, event, since if isinstance(since, date) else None)
        form.reviewed.data = form.stamp()
    page = render_template(
        "events/editor.html", form=form, event=event, read_back=read_back, zone=timezone, **more
    )
    return page, 422 if form.errors or "changed" in more else 200


def _read_back(plan: Plan, timezone: str, event: Event | None, since: date | None) -> dict[str, object]:
    """What a plan would make, in words."""
    series, exceptions = operations.series_of_plan(plan, timezone, None if since else event)
    if event is not None and since is not None:
        exceptions = [*exceptions, *operations.exceptions_from(event, since)]
    around = datetime.combine(series.starts_local, time(), series.zone)
    window = Window(around - timedelta(days=1), around + AHEAD * 3)
    dates = expand(series, exceptions, window, limit=MOST_COMPARED)
    clashes = list_clashes(viewer(), spans_of(dates), series.zone, besides=event.id if event else None)
    sentence = say_series(series, exceptions)
    return {"sentence": sentence, "dates": dates[:READ_BACK], "plan": plan, "clashes": clashes}


@bp.route("/<slug>")
@allowed(Permission.EVENT_VIEW)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """An event with its dates."""
    event, now = wanted(slug), clock.now()
    today = now.astimezone(coalition.zone).date()
    dates = list_event_dates(event, viewer(), Window(now - BEFORE, now + AHEAD))
    return render_template(
        "events/show.html",
        event=event,
        dates=dates,
        sentence=say_series(series_of(event), exceptions_of(event), since=today),
        upcoming=[one for one in dates if one.ends_at > now],
        people=list_named_people(event),
        groups=list_named_groups(event),
        later=find_later(viewer(), event),
        natural_end=operations.natural_end(event),
        sections=contributions.sections_of(contributions.event_sections, viewer(), event.id, None),
    )


@bp.route("/<slug>/<on_date>/")
@allowed(Permission.EVENT_VIEW)
def show_date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """One date of an event, with all that belongs to it."""
    event, asked = wanted(slug), read_date(on_date) or abort(404)
    one = find_date(event, viewer(), asked)
    if one is None:
        later, _one = find_date_now(viewer(), event, asked) or abort(404)
        return redirect(url_for(".show_date", slug=later.slug, on_date=on_date), 301)
    return render_template(
        "events/date.html",
        event=event,
        one=one,
        week=week_of(viewer(), event, one.on_date),
        now=clock.now(),
        clashes=clashes_of(event, one),
        sections=contributions.sections_of(contributions.event_sections, viewer(), event.id, one.on_date),
    )


def clashes_of(event: Event, one: EventDate) -> list[Clash]:
    """What else is on at the time of a date, if it takes place."""
    spans = [] if one.cancelled else [Span(one.starts_at, one.ends_at)]
    return list_clashes(viewer(), spans, ZoneInfo(event.timezone), besides=event.id)


def hint_at_clashes(event: Event, on_date: date) -> None:
    """Say what else is on when a date now is: a hint, never a refusal."""
    one = find_date(event, viewer(), on_date)
    clashes = clashes_of(event, one) if one else []
    names = [f"{clash.title} ({clash.source})" if clash.source else clash.title for clash in clashes]
    if names:
        text = ngettext(
            "Something else is on then: %(what)s.",
            "%(num)s other things are on then: %(what)s.",
            len(names),
            what="; ".join(names),
        )
        flash(text, "notice")


def wanted_date(event: Event, text: str) -> EventDate:
    """One date of an event by the date in its address; else 404."""
    on_date = read_date(text) or abort(404)
    return find_date(event, viewer(), on_date) or abort(404)
