"""The turnout room: the growth of all demonstrations, of one, and the counts of a date."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.events.models import Event, EventKind
from crm.events.queries import EventDate, find_date, find_event
from crm.events.queries.parts import list_parts
from crm.events.recurrence import RecurrenceError, read_date
from crm.roles.queries import list_roles
from crm.turnout import operations
from crm.turnout.forms import CountForm, GoalForm
from crm.turnout.models import METHOD_NAMES, TurnoutCount
from crm.turnout.queries import WEEKS_SHOWN, TurnoutPage, find_count, is_shown, list_turnout, show_turnout
from crm.turnout.words import chart_of, next_week_text, range_text, sentence, trend_text

bp = Blueprint("turnout", __name__, url_prefix="/<coalition>/organize/turnout")
YEAR = 53


@bp.context_processor
def words() -> dict[str, object]:
    """How figures are told."""
    return {"method_names": METHOD_NAMES, "range_text": range_text, "trend_text": trend_text}


def wanted(slug: str) -> Event:
    """A demonstration that the viewer may know of; else 404."""
    event = find_event(viewer(), slug)
    return event if event is not None and event.kind is EventKind.DEMONSTRATION else abort(404)


def _wanted_date(event: Event, text: str) -> EventDate:
    return find_date(event, viewer(), read_date(text) or abort(404)) or abort(404)


def _weeks() -> int:
    return YEAR if request.args.get("period") == "year" else WEEKS_SHOWN


@bp.route("/")
@allowed(Permission.TURNOUT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The growth of all demonstrations together, and their dates."""
    shown = show_turnout(viewer(), clock.now(), coalition.zone, weeks=_weeks())
    return _growth_page(shown, None)


@bp.route("/<slug>")
@allowed(Permission.TURNOUT_VIEW)
def event(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The growth of one demonstration, and its dates: those before it was split and after it too."""
    found = wanted(slug)
    shown = show_turnout(viewer(), clock.now(), coalition.zone, list_parts(viewer(), found), _weeks())
    return _growth_page(shown, found)


def _growth_page(shown: TurnoutPage, event: Event | None) -> str:
    now = clock.now()
    coming = [one.date for one in shown.dates if one.date.ends_at > now]
    roles = list_roles(coming[-1].event_id, coming[-1].on_date) if coming else []
    return render_template(
        "turnout/growth.html",
        event=event,
        shown=shown,
        chart=chart_of(shown.growth),
        said=sentence(shown.growth, roles),
        is_public=event is not None and is_shown(event.id),
        year=_weeks() == YEAR,
        now=now,
    )


@bp.route("/<slug>/<on_date>")
@allowed(Permission.TURNOUT_VIEW)
def date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """One date: its goal, what was promised, its counts."""
    event = wanted(slug)
    return _date_page(event, _wanted_date(event, on_date), CountForm(), None)


@bp.post("/<slug>/<on_date>/goal")
@allowed(Permission.TURNOUT_COUNT)
def goal(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Say how many people are wanted."""
    event, form = wanted(slug), GoalForm()
    one = _wanted_date(event, on_date)
    if not form.validate_on_submit():
        return _date_page(event, one, CountForm(formdata=None), form)
    operations.set_goal(viewer(), event, one.on_date, form.goal.data)
    db.session.commit()
    flash(_("The goal is noted.") if form.goal.data else _("There is no goal any more."), "success")
    return redirect(url_for(".date", slug=slug, on_date=on_date), 303)


@bp.post("/<slug>/<on_date>/count")
@allowed(Permission.TURNOUT_COUNT)
def count(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Enter a count."""
    event, form = wanted(slug), CountForm()
    one = _wanted_date(event, on_date)
    if not form.validate_on_submit():
        return _date_page(event, one, form, None)
    try:
        _count_once(event, one, form)
    except Refused as refused:
        form.refuse(refused.field or "low", refused.message)
        return _date_page(event, one, form, None)
    flash(_("The count is noted."), "success")
    return redirect(url_for(".date", slug=slug, on_date=on_date), 303)


def _count_once(event: Event, one: EventDate, form: CountForm) -> TurnoutCount:
    counted = form.counted()
    return make_once(
        TurnoutCount, key_of(form), lambda: operations.add_count(viewer(), event, one.on_date, counted)
    )


def _date_page(event: Event, one: EventDate, form: CountForm, goal: GoalForm | None) -> ResponseReturnValue:
    (figures,) = list_turnout([one])
    goal_form = goal or GoalForm(formdata=None, goal=figures.goal)
    page = render_template(
        "turnout/date.html",
        event=event,
        one=one,
        figures=figures,
        form=form,
        goal_form=goal_form,
        begun=one.starts_at <= clock.now(),
    )
    return page, 422 if form.errors or goal_form.errors else 200


@bp.post("/<slug>/counts/<int:count_id>/remove")
@allowed(Permission.TURNOUT_COUNT)
def remove(coalition: Coalition, slug: str, count_id: int) -> ResponseReturnValue:
    """Take a count back."""
    one = _count(wanted(slug), count_id)
    operations.remove_count(viewer(), one)
    db.session.commit()
    flash_undo(_("The count is taken back."), url_for(".restore", slug=slug, count_id=one.id))
    return _to_date(slug, one)


@bp.post("/<slug>/counts/<int:count_id>/restore")
@allowed(Permission.TURNOUT_COUNT)
def restore(coalition: Coalition, slug: str, count_id: int) -> ResponseReturnValue:
    """Count it after all."""
    one = _count(wanted(slug), count_id)
    operations.restore_count(viewer(), one)
    db.session.commit()
    flash(_("The count is there again."), "success")
    return _to_date(slug, one)


@bp.post("/<slug>/counts/<int:count_id>/choose")
@allowed(Permission.TURNOUT_COUNT)
def choose(coalition: Coalition, slug: str, count_id: int) -> ResponseReturnValue:
    """Go by this count; or, pressed on the one that is gone by, by the latest."""
    one = _count(wanted(slug), count_id)
    operations.choose_count(viewer(), one, chosen=request.form.get("latest") != "yes")
    db.session.commit()
    flash(_("This is the official count now.") if request.form.get("latest") != "yes"
          else _("The latest count is the official one."), "success")  # fmt: skip
    return _to_date(slug, one)


@bp.post("/<slug>/show")
@allowed(Permission.TURNOUT_COUNT)
def publish(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Let the growth stand on the event's public page, or take it off."""
    event, shown = wanted(slug), request.form.get("shown") == "yes"
    operations.show_growth(viewer(), event, shown)
    db.session.commit()
    said = _("The growth stands on the public page.") if shown else _("The growth is off the public page.")
    flash_undo(said, url_for(".publish", slug=slug), shown="no" if shown else "yes")
    return redirect(url_for(".event", slug=slug), 303)


@bp.post("/<slug>/<on_date>/next-week")
@allowed(Permission.EVENT_EDIT)
def next_week(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The same a week later."""
    event = wanted(slug)
    one = _wanted_date(event, on_date)
    try:
        made = operations.repeat_next_week(viewer(), coalition, event, one)
        db.session.commit()
    except (Refused, RecurrenceError) as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".date", slug=slug, on_date=on_date), 303)
    _say_with_undo(made)
    page = url_for("events.show_date", slug=made.event.slug, on_date=made.on_date.isoformat())
    return redirect(page, 303)


def _say_with_undo(made: operations.NextWeek) -> None:
    """What was done, and a button that takes back just that."""
    if not made.did_anything:
        flash(next_week_text(made), "success")
        return
    flash_undo(
        next_week_text(made),
        url_for(".not_next_week", slug=made.event.slug, on_date=made.on_date.isoformat()),
        made="" if made.how is operations.How.THERE else "yes",
        goal="yes" if made.goal else "",
        roles=" ".join(map(str, made.role_ids)),
        groups=" ".join(map(str, made.asked.ids)),
    )


def _done() -> operations.Done:
    """What a press of "same next week" did, from the button that takes it back."""
    ids = {
        name: [int(one) for one in request.form.get(name, "").split() if one.isdecimal() and len(one) < 16]
        for name in ("roles", "groups")
    }
    made, goal = (request.form.get(name) == "yes" for name in ("made", "goal"))
    return operations.Done(made, goal, ids["roles"], ids["groups"])


@bp.post("/<slug>/<on_date>/next-week/undo")
@allowed(Permission.EVENT_EDIT)
def not_next_week(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Take back what "same next week" did."""
    event, done = wanted(slug), _done()
    one = _wanted_date(event, on_date)
    try:
        operations.call_off_next_week(viewer(), event, one.on_date, done)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    else:
        flash(_("It is cancelled, and calendars show it so.") if done.made
              else _("All of it is taken back."), "success")  # fmt: skip
    return redirect(url_for("events.show_date", slug=slug, on_date=on_date), 303)


def _count(event: Event, count_id: int) -> TurnoutCount:
    return find_count(event.id, count_id) or abort(404)


def _to_date(slug: str, one: TurnoutCount) -> ResponseReturnValue:
    return redirect(url_for(".date", slug=slug, on_date=one.on_date.isoformat()), 303)
