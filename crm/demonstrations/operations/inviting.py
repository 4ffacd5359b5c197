"""Inviting groups to stand behind a demonstration: one, several, or all that a filter leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import insert

from crm.asks.operations.days import check_until, today_here
from crm.audit.operations import record
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations.turns import wait_for_event
from crm.demonstrations.queries.plans import InvitationPlan, plan_invitations
from crm.events.models import Event, EventKind, Visibility
from crm.events.queries import exceptions_of, series_of
from crm.events.series import Window, expand
from crm.organizations.models import Organization

MAIL = "co_sponsors.mail"
# So long a group has to answer, where nobody says otherwise.
ANSWER_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Invitation:
    """To what groups are invited, and until when they can answer by their link."""

    event: Event
    on_date: date | None
    closes_on: date
    # Whether whose group it is asks by phone where nobody can be written to; else such groups are left out.
    by_phone: bool = True
    # When the mails go out; None: at once.
    send_at: datetime | None = None


def invite_groups(
    viewer: Viewer, wanted: Invitation, organization_ids: Iterable[int], *, form_key: str | None = None
) -> int:
    """Invite groups; how many. Left out are those of whom `plan_invitations` says why.

    Who said no before is asked again, in the row that it has. The same form key a second time does nothing,
    and gives 0. Raises Refused (fields `on_date`, `until`, `by_phone`).
    """
    event = wanted.event
    check_invitation(wanted)
    wait_for_event(event)
    period = hashlib.sha256(form_key.encode()).hexdigest()[:40] if form_key else None
    if period and jobs.is_known(MAIL, period):
        return 0
    plan = plan_invitations(event, wanted.on_date, organization_ids, today_here())
    groups = _chosen(plan, wanted.by_phone)
    _open(viewer, wanted, plan, groups)
    if period:
        jobs.enqueue_once(MAIL, period, coalition_id=current_coalition_id())
    else:
        jobs.enqueue(MAIL, coalition_id=current_coalition_id(), run_at=wanted.send_at)
    if groups:
        record(viewer, "co_sponsor.invite", event, groups=len(groups))
    return len(groups)


def check_invitation(wanted: Invitation) -> None:
    """Raises Refused where groups could not open what they are invited to, or have no time to answer."""
    event = wanted.event
    if event.kind is not EventKind.DEMONSTRATION:
        raise Refused(_("Groups co-sponsor demonstrations; this is another kind of event."), "on_date")
    if event.published_at is None or event.cancelled_at is not None:
        raise Refused(_("Groups are invited to what is published and takes place."), "on_date")
    if event.visibility is Visibility.CLOSED:
        raise Refused(_("This is closed: a mail to groups would tell of it. Ask them in person."), "on_date")
    last = last_day(event, wanted.on_date)
    if last is not None and last < today_here():
        raise Refused(_("This is over."), "on_date")
    check_until(wanted.closes_on)
    if last is not None and wanted.closes_on > last:
        raise Refused(_("It is over on %(day)s: choose a day until then.", day=full_date(last)), "until")


def default_closing(event: Event, on_date: date | None) -> date:
    """A last day for answers that fits: two weeks from now, and not after it is over."""
    today = today_here()
    last = last_day(event, on_date)
    wanted = today + ANSWER_WITHIN
    return max(min(wanted, last), today + timedelta(days=1)) if last is not None else wanted


def last_day(event: Event, on_date: date | None) -> date | None:
    """The local day on which a date (moved or not), or the whole event, is over; None: its end is open.

    Raises Refused (field `on_date`) for a date that does not take place.
    """
    if on_date is None:
        return event.last_on if event.recurrence else event.first_on
    zone = ZoneInfo(event.timezone)
    around = datetime.combine(on_date, time(), zone)
    window = Window(around - timedelta(days=400), around + timedelta(days=400))
    dates = expand(series_of(event), exceptions_of(event), window)
    found = next((one for one in dates if one.date == on_date), None)
    if found is None or found.cancelled:
        raise Refused(_("There is no such date, or it is cancelled."), "on_date")
    return found.starts_local.date()


def _chosen(plan: InvitationPlan, by_phone: bool) -> list[Organization]:
    if plan.by_phone and not (plan.asked or by_phone):
        text = _("Nobody of these groups can be written to. Tick this, or nobody is asked.")
        raise Refused(text, "by_phone")
    return plan.asked + (plan.by_phone if by_phone else [])


def _open(viewer: Viewer, wanted: Invitation, plan: InvitationPlan, groups: list[Organization]) -> None:
    """New rows for who has none; who was asked before, and said no or nothing, is asked in its own."""
    now, fresh = clock.now(), []
    for group in groups:
        one = plan.standing.get(group.id)
        if one is None:
            fresh.append(_row(viewer, wanted, group, now))
            continue
        one.state, one.asked_at, one.asked_by_id = CoSponsorState.ASKED, now, viewer.user_id
        one.closes_on = wanted.closes_on
        one.mailed_at = one.reminded_on = one.call_id = None
        one.answered_at = one.answered_by_id = one.contact_id = None
        one.edition += 1
    db.session.flush()
    if fresh:
        db.session.execute(insert(CoSponsorship), fresh)


def _row(viewer: Viewer, wanted: Invitation, group: Organization, now: datetime) -> dict[str, object]:
    return {
        "organization_id": group.id,
        "event_id": wanted.event.id,
        "on_date": wanted.on_date,
        "state": CoSponsorState.ASKED,
        "asked_at": now,
        "asked_by_id": viewer.user_id,
        "closes_on": wanted.closes_on,
    }
