"""Adding calendars by their address, and what is chosen for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.websites import has_userinfo
from crm.partners.ics_reader.fetching import NotFetched, read_address
from crm.partners.models import PartnerCalendar, PartnerDate
from crm.partners.process import is_loopback_allowed
from crm.partners.queries.calendars import address_index, find_by_address

# A calendar that was taken off the list can be put back for as long.
KEPT_AFTER_REMOVAL = timedelta(days=30)
FIELDS = ("name", "organization_id", "shown_in_calendar", "in_own_feed")
# How apps name a calendar's address; the calendar itself is on the web.
_WEBCAL = {"webcal": "https", "webcals": "https"}


def normal_address(typed: str) -> str:
    """The web address of what somebody copied. Raises Refused (field `address`) for what cannot be asked."""
    scheme, separator, rest = typed.strip().partition("://")
    web = _WEBCAL.get(scheme.lower(), scheme.lower())
    address = f"{web}://{rest}" if separator else f"https://{typed.strip()}"
    wrong = _("Write an address such as https://example.org/events.ics (http or https, on the usual port).")
    try:
        if has_userinfo(address):
            wrong = _("Leave out what stands before the “@”: a calendar is asked for without a password.")
        parts = read_address(address, any_port=is_loopback_allowed())
    except (NotFetched, ValueError):
        raise Refused(wrong, "address") from None
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/", fragment="").geturl()


def add_calendar(viewer: Viewer, values: dict[str, Any]) -> PartnerCalendar:
    """Subscribe to a calendar; the worker asks for it at once. Raises Refused (field `address`)."""
    address = normal_address(values["address"])
    before = find_by_address(address)
    if before is not None and before.removed_at is None:
        raise Refused(_("This calendar is here already, as “%(name)s”.", name=before.name), "address")
    if before is not None:
        # It was taken off the list: what was kept of it is of no use.
        forget_calendar(before)
        db.session.flush()
    now = clock.now()
    calendar = PartnerCalendar(
        address=address,
        address_index=address_index(address),
        next_at=now,
        created_by_id=viewer.user_id,
        created_at=now,
        **{name: values[name] for name in FIELDS},
    )
    db.session.add(calendar)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("Somebody has added this calendar in this moment."), "address") from None
    record(viewer, "partner_calendar.add", calendar)
    ask_now(viewer, calendar)
    return calendar


def change_calendar(viewer: Viewer, calendar: PartnerCalendar, values: dict[str, Any]) -> None:
    """Change how a calendar is called and where its dates are shown."""
    changed = [name for name in FIELDS if getattr(calendar, name) != values[name]]
    for name in changed:
        setattr(calendar, name, values[name])
    if changed:
        touch_feeds()
        record(viewer, "partner_calendar.edit", calendar, fields=changed)


def ask_now(viewer: Viewer, calendar: PartnerCalendar) -> None:
    """Have the worker ask for a calendar at once, as if it had never failed."""
    calendar.next_at, calendar.failures = clock.now(), 0
    jobs.enqueue("partners.fetch", coalition_id=calendar.coalition_id, calendar_id=calendar.id)


def pause_calendar(viewer: Viewer, calendar: PartnerCalendar) -> None:
    """Ask for a calendar no more and show nothing of it, until it is resumed."""
    if calendar.paused_at is None:
        calendar.paused_at = clock.now()
        touch_feeds()
        record(viewer, "partner_calendar.pause", calendar)


def resume_calendar(viewer: Viewer, calendar: PartnerCalendar) -> None:
    """Ask for it and show it again."""
    if calendar.paused_at is not None:
        calendar.paused_at = None
        touch_feeds()
        ask_now(viewer, calendar)
        record(viewer, "partner_calendar.resume", calendar)


def remove_calendar(viewer: Viewer, calendar: PartnerCalendar) -> None:
    """Take a calendar off the list; for 30 days it can be put back."""
    if calendar.removed_at is None:
        calendar.removed_at = clock.now()
        touch_feeds()
        record(viewer, "partner_calendar.remove", calendar)


def put_back(viewer: Viewer, calendar: PartnerCalendar) -> None:
    """Undo the removal."""
    if calendar.removed_at is not None:
        calendar.removed_at = None
        touch_feeds()
        ask_now(viewer, calendar)
        record(viewer, "partner_calendar.put_back", calendar)


def forget_calendar(calendar: PartnerCalendar) -> None:
    """Delete a calendar that was removed, with all of its dates."""
    db.session.execute(delete(PartnerDate).where(PartnerDate.calendar_id == calendar.id))
    db.session.delete(calendar)
