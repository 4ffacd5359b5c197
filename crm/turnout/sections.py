"""What an event's pages show of its turnout."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import g, render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event, EventKind
from crm.events.queries import find_date
from crm.events.queries.parts import list_parts
from crm.turnout.models import METHOD_NAMES
from crm.turnout.queries import TurnoutPage, is_shown, list_shown_parts, list_turnout, show_turnout
from crm.turnout.words import chart_of, range_text, sentence, trend_text

WORDS = {"method_names": METHOD_NAMES, "range_text": range_text, "trend_text": trend_text}


def show_figures(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: a date's goal, promises and count; of a series, how it grows."""
    event = db.session.get_one(Event, event_id)
    if event.kind is not EventKind.DEMONSTRATION or not viewer.can(Permission.TURNOUT_VIEW):
        return Markup()
    figures, said = None, ""
    if on_date is not None:
        one = find_date(event, viewer, on_date)
        figures = list_turnout([one])[0] if one else None
    else:
        said = sentence(show_turnout(viewer, clock.now(), g.coalition.zone, list_parts(viewer, event)).growth)
    page = render_template(
        "turnout/_section.html", event=event, on_date=on_date, figures=figures, said=said, **WORDS
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_public_growth(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody, where the organizers want it: the growth of the event; of a date, how many came."""
    if not is_shown(event_id):
        return Markup()
    event = db.session.get_one(Event, event_id)
    if on_date is not None:
        one = find_date(event, viewer, on_date)
        figures = list_turnout([one])[0] if one else None
        if figures is None or figures.official is None:
            return Markup()
        page = render_template("turnout/_public_date.html", count=figures.official, **WORDS)
    else:
        shown = show_turnout(viewer, clock.now(), g.coalition.zone, list_shown_parts(viewer, event))
        if not shown.growth.counted:
            return Markup()
        page = _growth(shown)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _growth(shown: TurnoutPage) -> str:
    """The chart without the goals, which are the organizers' own, and how it was counted."""
    growth = replace(shown.growth, weeks=[replace(week, goal=None) for week in shown.growth.weeks])
    first = growth.weeks[0].monday
    used = {
        one.official.method for one in shown.dates if one.official and one.date.starts_local.date() >= first
    }
    return render_template(
        "turnout/_public.html",
        growth=growth,
        chart=chart_of(growth),
        said=sentence(growth),
        methods=", ".join(str(name) for method, name in METHOD_NAMES.items() if method in used),
    )
