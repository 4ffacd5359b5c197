"""Somebody says that they come to a date, confirms it, changes it, takes it back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.operations import find_membership
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import made_token, new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import RIGHTS, Permission, Role, Viewer
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.mail.operations import forget_mail
from crm.organizations.models import Organization
from crm.organizations.names import normalise
from crm.organizations.queries import mail_index, search_likely_each
from crm.outreach.operations import add_follow_up
from crm.rsvps.models import MOST_PEOPLE, Rsvp, RsvpState
from crm.rsvps.operations.mails import about, mail_said
from crm.rsvps.operations.places import move_up, take_turn
from crm.rsvps.operations.retention import WIPED
from crm.rsvps.queries import PURPOSE, room_on

# A lead is to be called within so many days.
LEAD_DUE = timedelta(days=3)
# The program looks up what everybody who works with the coalition may.
_PROGRAM = Viewer(role=Role.OBSERVER)


@dataclass(frozen=True)
class Coming:
    """What somebody says, checked by its form. `group`: that may join; empty where none."""

    people: int
    name: str = ""
    email: str = ""
    wants_next: bool = False
    group: str = ""
    language: str = "en"


def say_coming(coalition: Coalition, event: Event, one: EventDate, ticket_key: str, said: Coming) -> Rsvp:
    """Somebody comes to a date, or waits for a place; their link is mailed where they gave an address.

    The same press is the same answer; what was corrected and sent again takes the place of what was sent. An
    address that said so before is mailed its link once more, and nothing changes. Raises Refused where the
    date is cancelled or over.
    """
    refuse_late(one)
    take_turn(event.id)
    key = hashlib.sha256(f"{ticket_key} {event.id} {one.on_date}".encode()).hexdigest()
    before = db.session.scalars(select(Rsvp).where(Rsvp.form_key == key)).one_or_none()
    if before is not None:
        if before.state is RsvpState.CANCELLED or _is_same(before, said):
            return before
        before.form_key = new_token()
        _take_back(coalition, before)
    if said.email and (known := _find_address(event, one, said.email)):
        mail_said(coalition, known)
        return known
    rsvp = _new(event, one, key, said)
    mail_said(coalition, rsvp)
    if said.group:
        _note_lead(coalition, event, one, rsvp, said.group)
    return rsvp


def refuse_late(one: EventDate) -> None:
    """Raise Refused where nobody can come to a date any more."""
    if one.cancelled:
        raise Refused(_("This date is cancelled."))
    if one.ends_at <= clock.now():
        raise Refused(_("This date is over."))


def confirm_rsvp(rsvp: Rsvp) -> bool:
    """The owner of the address confirms; False where they did before, or nothing is left to confirm."""
    take_turn(rsvp.event_id)
    _refresh(rsvp)
    if rsvp.confirmed_at is not None or rsvp.email is None or rsvp.state is RsvpState.CANCELLED:
        return False
    rsvp.confirmed_at = clock.now()
    return True


def change_people(coalition: Coalition, rsvp: Rsvp, people: int) -> None:
    """More come, or fewer. Raises Refused (field `people`) where there is no place for more."""
    take_turn(rsvp.event_id)
    _refresh(rsvp)
    if rsvp.state is RsvpState.CANCELLED or not 1 <= people <= MOST_PEOPLE:
        raise Refused(_("Give a number from 1 to %(most)s.", most=MOST_PEOPLE), "people")
    room = room_on(rsvp.event_id, rsvp.on_date)
    if rsvp.state is RsvpState.COMING and not (people <= rsvp.people or room.fits(people - rsvp.people)):
        raise Refused(_("There are not enough places left for so many. Nothing was changed."), "people")
    rsvp.people = people
    move_up(coalition, rsvp.event_id, rsvp.on_date)


def cancel_rsvp(coalition: Coalition, rsvp: Rsvp) -> bool:
    """Somebody does not come after all: who waits moves up, their name and address are wiped. Once."""
    take_turn(rsvp.event_id)
    _refresh(rsvp)
    if rsvp.state is RsvpState.CANCELLED:
        return False
    _take_back(coalition, rsvp)
    return True


def reveal_rsvps(viewer: Viewer, event: Event, rsvps: list[Rsvp]) -> None:
    """Note that a host looks at names and addresses of who comes."""
    record(viewer, "rsvp.reveal", event, contacts=sum(1 for one in rsvps if one.name or one.email))


def _take_back(coalition: Coalition, rsvp: Rsvp) -> None:
    rsvp.state, rsvp.cancelled_at, rsvp.wants_next = RsvpState.CANCELLED, clock.now(), False
    for column, nothing in WIPED.items():
        setattr(rsvp, column, nothing)
    forget_mail(about(rsvp))
    move_up(coalition, rsvp.event_id, rsvp.on_date)


def _refresh(rsvp: Rsvp) -> None:
    """Read it afresh, once it is one's turn."""
    query = select(Rsvp).where(Rsvp.id == rsvp.id).execution_options(populate_existing=True)
    db.session.scalars(query).one()


def _is_same(rsvp: Rsvp, said: Coming) -> bool:
    told = (rsvp.people, rsvp.name or "", rsvp.email or "", rsvp.wants_next)
    return told == (said.people, said.name, said.email, said.wants_next)


def _find_address(event: Event, one: EventDate, address: str) -> Rsvp | None:
    query = select(Rsvp).where(
        Rsvp.event_id == event.id,
        Rsvp.on_date == one.on_date,
        Rsvp.email_index == mail_index(address),
        Rsvp.state != RsvpState.CANCELLED,
    )
    return db.session.scalars(query).one_or_none()


def _new(event: Event, one: EventDate, key: str, said: Coming) -> Rsvp:
    salt = new_token()
    fits = room_on(event.id, one.on_date).fits(said.people)
    rsvp = Rsvp(
        event_id=event.id,
        event=event,
        on_date=one.on_date,
        form_key=key,
        people=said.people,
        state=RsvpState.COMING if fits else RsvpState.WAITING,
        name=said.name or None,
        email=said.email or None,
        email_index=mail_index(said.email) if said.email else None,
        language=said.language,
        wants_next=said.wants_next,
        salt=salt,
        token_hash=token_hash(made_token(salt, PURPOSE)),
        created_at=clock.now(),
    )
    db.session.add(rsvp)
    db.session.flush()
    return rsvp


def _note_lead(coalition: Coalition, event: Event, one: EventDate, rsvp: Rsvp, group: str) -> None:
    """A group may join: a task for the organizers, about the group where it is listed under that name."""
    with force_locale(coalition.default_language):
        title = _(
            "“%(group)s” may join: somebody of it comes to “%(event)s” on %(day)s. Its hosts see who.",
            group=group[:100],
            event=event.title[:80],
            day=full_date(one.starts_local),
        )
    listed = find_group_named(group)
    add_follow_up(
        Viewer(coalition_id=coalition.id),
        title=title[:300],
        due_on=clock.today(coalition.zone) + LEAD_DUE,
        owner_id=_organizer(event.created_by_id),
        organization_id=listed.id if listed else None,
        origin=f"rsvp:{rsvp.id}",
    )


def find_group_named(name: str) -> Organization | None:
    """The listed group that bears a name, written one way or the other; None where it could be several."""
    (likely,) = search_likely_each(_PROGRAM, [name], 10)
    same = [one for one in likely if normalise(one.name) == normalise(name)]
    return same[0] if len(same) == 1 else None


def _organizer(user_id: int | None) -> int | None:
    """Whose task it is: who made the event, if they organize here still."""
    member = find_membership(user_id) if user_id is not None else None
    return user_id if member and Permission.OUTREACH_LOG in RIGHTS[member.role] else None
