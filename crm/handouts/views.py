"""Handouts of an event as PDF: the flyer for everybody, the run sheet for its organizers."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.papers import hold_back, paper_asked, pdf_answer
from crm.core.permissions import ANONYMOUS, Permission, viewer
from crm.core.web import allowed
from crm.events.models import Event, Visibility
from crm.events.queries import EventDate, exceptions_of, find_event, find_event_on, series_of
from crm.events.sentence import say_series
from crm.events.series import SeriesException
from crm.handouts.flyer import UPS, flyer_of
from crm.handouts.queries import next_date
from crm.handouts.run_sheet import read_run, run_sheet_of
from crm.roles.queries import comes_once

bp = Blueprint("handouts", __name__, url_prefix="/<coalition>")


@bp.route("/events/<slug>/flyer.pdf")
@allowed(Permission.PUBLIC)
def flyer(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The flyer of an event; of a series with its rule and the next date."""
    event = _public(slug)
    one = next_date(event, ANONYMOUS, clock.now()) or abort(404)
    said = (
        "" if comes_once(event) else say_series(series_of(event), told_exceptions(event), since=one.on_date)
    )
    return _flyer(coalition, event, one, said, f"{event.slug}.pdf")


@bp.route("/events/<slug>/<on_date>/flyer.pdf")
@allowed(Permission.PUBLIC)
def date_flyer(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The flyer of one date."""
    event, one = find_event_on(ANONYMOUS, slug, on_date) or abort(404)
    return _flyer(coalition, event, one, "", f"{event.slug}-{one.on_date}.pdf")


def told_exceptions(event: Event) -> list[SeriesException]:
    """What differs on single dates, without its place where the place is not for everybody."""
    found = exceptions_of(event)
    return found if event.visibility is Visibility.PUBLIC else [replace(one, place=None) for one in found]


def _public(slug: str) -> Event:
    """An event that everybody may know of; else 404."""
    return find_event(ANONYMOUS, slug) or abort(404)


def _flyer(coalition: Coalition, event: Event, one: EventDate, said: str, name: str) -> ResponseReturnValue:
    paper, up = paper_asked(), request.args.get("up", "1")
    if up not in {str(number) for number in UPS} or one.cancelled:
        abort(404)
    hold_back()
    language = str(get_locale())
    data = flyer_of(coalition, event, one, said, paper=paper, up=int(up), language=language)
    return pdf_answer(coalition, "flyer.typ", data, name)


@bp.route("/organize/events/<slug>/<on_date>/run-sheet.pdf")
@allowed(Permission.EVENT_EDIT)
def run_sheet(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Who does what and brings what, without phone numbers."""
    event, one = _own(slug, on_date)
    data = run_sheet_of(coalition, read_run(viewer(), event, one), paper_asked())
    return pdf_answer(coalition, "run_sheet.typ", data, f"{slug}-{on_date}-run-sheet.pdf", public=False)


@bp.post("/organize/events/<slug>/<on_date>/run-sheet.pdf")
@allowed(Permission.CONTACT_REVEAL)
def run_sheet_with_phones(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The same with a number to call of each group; that they were looked at is noted."""
    event, one = _own(slug, on_date)
    wanted = request.form.get("phones") == "yes"
    run = read_run(viewer(), event, one, phones=wanted)
    db.session.commit()
    data = run_sheet_of(coalition, run, paper_asked())
    return pdf_answer(coalition, "run_sheet.typ", data, f"{slug}-{on_date}-run-sheet.pdf", public=False)


def _own(slug: str, on_date: str) -> tuple[Event, EventDate]:
    return find_event_on(viewer(), slug, on_date) or abort(404)
