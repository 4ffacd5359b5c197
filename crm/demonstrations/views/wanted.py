"""What the pages of co-sponsors ask for in their addresses."""

from __future__ import annotations

from datetime import date

from flask import abort, url_for
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from crm.core import clock
from crm.core.formats import day
from crm.core.permissions import viewer
from crm.demonstrations.models import Commitment, CoSponsorship
from crm.demonstrations.queries import find_co_sponsorship, find_commitment
from crm.events.models import Event, EventKind
from crm.events.queries import AHEAD, EventDate, find_date, find_event, list_event_dates
from crm.events.recurrence import read_date
from crm.events.series import Window


def wanted(slug: str) -> Event:
    """A demonstration that the viewer may know of; else 404."""
    event = find_event(viewer(), slug)
    if event is None or event.kind is not EventKind.DEMONSTRATION:
        abort(404)
    return event


def wanted_date(event: Event, text: str) -> EventDate | None:
    """The date that an address names; none for an empty one, 404 for one that there is not."""
    if not text:
        return None
    asked = read_date(text) or abort(404)
    return find_date(event, viewer(), asked) or abort(404)


def wanted_row(event: Event, co_sponsorship_id: int) -> CoSponsorship:
    """One of the event's requests; else 404."""
    return find_co_sponsorship(co_sponsorship_id, event.id) or abort(404)


def wanted_promise(event: Event, commitment_id: int) -> Commitment:
    """One of the event's promises; else 404."""
    return find_commitment(commitment_id, event_id=event.id) or abort(404)


def offer_dates(field: SelectField, event: Event, *, past: bool = False) -> None:
    """All of the event, and each date that lies ahead, to choose from."""
    now = clock.now()
    since = now - AHEAD if past else now
    dates = list_event_dates(event, viewer(), Window(since, now + AHEAD)) if event.recurrence else []
    field.choices = [
        SelectChoice("", _("The whole series") if event.recurrence else _("This event")),
        *(SelectChoice(one.on_date.isoformat(), day(one.starts_local)) for one in dates if not one.cancelled),
    ]


def chosen_date(field: SelectField) -> date | None:
    """What was chosen; None for all of the event, and for what is no date at all."""
    return read_date(field.data) if field.data else None


def ledger_url(event: Event, on_date: date | None) -> str:
    """The ledger of a date, or of all of the event."""
    return url_for("co_sponsors.ledger", slug=event.slug, date=on_date.isoformat() if on_date else None)
