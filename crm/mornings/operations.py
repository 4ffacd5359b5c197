"""Wanting a morning mail, not wanting it any more, and sending it."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from crm.coalitions.models import Coalition, Membership
from crm.core import clock
from crm.core.crypto import made_token, new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.core.web import absolute_url
from crm.mail.operations import owe_mail
from crm.mornings.models import MorningMail
from crm.mornings.queries import LEAVE, Morning, find_by_link, leave_token, list_untold, read_mornings

# So many tasks stand in a mail; the others are told by their number.
MOST_LISTED = 20


def want_mornings(viewer: Viewer) -> None:
    """From the next morning on. Wanted twice is wanted. Raises Refused for who has no follow-ups here."""
    if viewer.user_id is None or not viewer.can(Permission.OUTREACH_LOG):
        raise Refused(_("The morning mail is for organizers and coordinators."))
    here = db.session.get_bind().dialect.name
    insert = postgresql.insert if here == "postgresql" else sqlite.insert
    salt = new_token()
    row = {
        "coalition_id": current_coalition_id(),
        "user_id": viewer.user_id,
        "salt": salt,
        "leave_hash": token_hash(made_token(salt, LEAVE)),
        "since": clock.now(),
    }
    db.session.execute(insert(MorningMail).values(**row).on_conflict_do_nothing())


def stop_mornings(user_id: int) -> None:
    """No more, in the chosen coalition. Stopped twice is stopped."""
    db.session.execute(delete(MorningMail).where(MorningMail.user_id == user_id))


def leave(token: str) -> None:
    """No more, by the link in a mail. Again, or with a link of nobody's: nothing happens."""
    one = find_by_link(token)
    if one is not None:
        db.session.delete(one)


def forget_former() -> None:
    """Delete the wishes of those who belong to the chosen coalition no more: back again, they ask anew."""
    belong = select(Membership.user_id)
    db.session.execute(delete(MorningMail).where(MorningMail.user_id.not_in(belong)))


def send_mornings(coalition: Coalition, today: date) -> int:
    """Owe each person who wants it the mail of the day, where there is something to tell; how many.

    Done twice on a day it is done once.
    """
    wishes, now = list_untold(today), clock.now()
    mornings = read_mornings(wishes, today) if wishes else {}
    for one in wishes:
        if one.user_id in mornings:
            _owe(coalition, one, mornings[one.user_id], today)
        one.told_on, one.told_until = today, now
    return len(mornings)


def _owe(coalition: Coalition, one: MorningMail, morning: Morning, today: date) -> None:
    listed = morning.tasks[:MOST_LISTED]
    owe_mail(
        one.user.email,
        "mornings/work",
        coalition_id=coalition.id,
        about=f"morning:{one.user_id}",
        link=absolute_url("today.index", coalition=coalition.slug),
        unsubscribe=absolute_url("mornings.leave_page", coalition=coalition.slug, token=leave_token(one)),
        language=one.user.language or coalition.default_language,
        coalition=coalition,
        name=one.user.name,
        overdue=[task for task in listed if task.due_on < today],
        due=[task for task in listed if task.due_on == today],
        more=len(morning.tasks) - len(listed),
        handovers=morning.handovers,
        groups=morning.groups,
    )
