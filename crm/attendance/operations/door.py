"""At the door: a page without an account, for one date alone, on which people say that they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from crm.accounts.operations import find_membership
from crm.attendance.models import Attendance, DoorWish, Presence, SignInPage, Source
from crm.attendance.operations.roll import take_turn
from crm.attendance.queries import find_by_key, find_open_page
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock, contributions
from crm.core.crypto import made_token, new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import RIGHTS, Permission, Viewer
from crm.events.models import Event, Visibility
from crm.events.queries import EventDate
from crm.events.rights import OPEN
from crm.outreach.operations import add_follow_up
from crm.rsvps.operations.saying import find_group_named

PURPOSE = "sign-in page"
# A lead is to be called within so many days.
LEAD_DUE = timedelta(days=3)


@dataclass(frozen=True)
class Arrival:
    """What somebody says at the door, checked by its form. `key`: of the form, or made by the phone."""

    key: str
    count: int
    group: str = ""
    wants_news: bool = False
    may_join: bool = False
    email: str = ""
    # The language of the form, for a mail.
    language: str = "en"


def open_page(viewer: Viewer, event: Event, one: EventDate) -> SignInPage:
    """Open the sign-in page of a date, until the midnight after it; the one that is open, if one is.

    Raises Refused where the date is cancelled.
    """
    if one.cancelled:
        raise Refused(_("This date is cancelled."))
    take_turn(event)
    now = clock.now()
    if page := find_open_page(event.id, one.on_date, now):
        return page
    # One whose night is over makes room.
    over = update(SignInPage).where(SignInPage.event_id == event.id, SignInPage.on_date == one.on_date)
    db.session.execute(over.where(SignInPage.closed_at.is_(None)).values(closed_at=now))
    seed = new_token()
    page = SignInPage(
        event_id=event.id,
        on_date=one.on_date,
        seed=seed,
        token_hash=token_hash(made_token(seed, PURPOSE)),
        opened_at=now,
        opened_by_id=viewer.user_id,
        ends_at=midnight_after(max(one.ends_at, now), one.timezone),
    )
    db.session.add(page)
    record(viewer, "attendance.open_page", page)
    return page


def midnight_after(instant: datetime, timezone: str) -> datetime:
    """The midnight with which the day of an instant ends in a zone."""
    zone = ZoneInfo(timezone)
    return datetime.combine(instant.astimezone(zone).date() + timedelta(days=1), time(0), zone)


def close_page(viewer: Viewer, event: Event, on_date: date) -> None:
    """Close the sign-in page of a date, if one is open: its address takes nothing more."""
    page = find_open_page(event.id, on_date, clock.now())
    if page is not None:
        page.closed_at = clock.now()
        record(viewer, "attendance.close_page", page)


def token_of(page: SignInPage) -> str:
    """The secret of a page's address: made again each time that it is shown, and kept nowhere."""
    return made_token(page.seed, PURPOSE)


def sign_in(coalition: Coalition, page: SignInPage, event: Event, one: EventDate, said: Arrival) -> bool:
    """Somebody came. False where this was said before under the same key: nothing is counted twice."""
    take_turn(event)
    key = f"door:{page.id}:{said.key}"
    if find_by_key(key) is not None:
        return False
    group = find_group_named(said.group) if said.group else None
    entry = Attendance(
        event_id=event.id,
        on_date=page.on_date,
        organization_id=group.id if group else None,
        group_name=said.group if said.group and group is None else None,
        state=Presence.PRESENT,
        count=said.count,
        source=Source.SIGN_IN,
        key=key,
        at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    told = said.wants_news and _ask_for_news(event, said)
    if said.may_join or (said.wants_news and not told):
        _keep_wish(entry, said)
    if said.may_join:
        _note_lead(coalition, event, one, entry, said)
    return True


def reveal_wishes(viewer: Viewer, event: Event, on_date: date) -> None:
    """Note that a host looks at the addresses that people left at the door."""
    record(viewer, "attendance.reveal", event, on=on_date.isoformat())


def _ask_for_news(event: Event, said: Arrival) -> bool:
    """Whether the program tells of the next date: of what is public, by a subscription to be confirmed."""
    if event.visibility not in OPEN or event.published_at is None:
        return False
    for part in contributions.asked_for_news:
        part(f"door:{said.key}"[:64], said.email, event.id, said.language)
    return bool(contributions.asked_for_news)


def _keep_wish(entry: Attendance, said: Arrival) -> None:
    db.session.add(
        DoorWish(
            attendance_id=entry.id,
            wants_news=said.wants_news,
            may_join=said.may_join,
            email=said.email or None,
            at=clock.now(),
        )
    )


def _note_lead(coalition: Coalition, event: Event, one: EventDate, entry: Attendance, said: Arrival) -> None:
    """A group may join: a task for the organizers. Of a closed meeting it tells nothing but the day."""
    told = {"group": said.group[:120], "day": full_date(one.starts_local), "event": event.title[:80]}
    with force_locale(coalition.default_language):
        if event.visibility is Visibility.CLOSED:
            title = _("“%(group)s” may join: said at a meeting on %(day)s.", **told)
        else:
            title = _("“%(group)s” may join: said at “%(event)s” on %(day)s.", **told)
    add_follow_up(
        Viewer(coalition_id=coalition.id),
        title=title[:300],
        due_on=clock.today(coalition.zone) + LEAD_DUE,
        owner_id=_organizer(event.created_by_id),
        organization_id=entry.organization_id,
        origin=f"door:{entry.id}",
    )


def _organizer(user_id: int | None) -> int | None:
    """Whose task it is: who made the event, if they organize here still."""
    member = find_membership(user_id) if user_id is not None else None
    return user_id if member and Permission.OUTREACH_LOG in RIGHTS[member.role] else None
