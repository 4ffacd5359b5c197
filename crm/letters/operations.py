"""Reminding groups of the day of their board: before it, and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.web import absolute_url
from crm.demands.models import Demand, DemandVersion, Endorsement, StandState
from crm.demands.queries import words_of
from crm.mail.models import OutgoingMail
from crm.mail.operations import owe_mail
from crm.organizations.models import Contact, Organization
from crm.representatives.queries import representatives_of

# Which mail, and between how many days from today the board's day lies. The day that is meant is the first
# that comes; the others are for a server that was off on it.
MAILS = (("before", 1, 2), ("after", -3, -1))


def remind_boards(coalition: Coalition, today: date) -> None:
    """Mail whoever speaks for a group two days before its board meets and one day after, each once.

    Six statements for any number of groups, and what a mail costs.
    """
    for when, first, last in MAILS:
        stands = _before_their_board(today + timedelta(days=first), today + timedelta(days=last))
        people = representatives_of({live.organization_id for live in stands})
        told = _told(when)
        for (_id, day), meeting in groupby(stands, key=lambda live: (live.organization_id, live.board_on)):
            group = list(meeting)
            for person in people.get(group[0].organization_id, []):
                about = f"board:{when}:{day}:{person.id}"
                if person.email and about not in told:
                    _mail(coalition, person, group, when, about)


def _before_their_board(first: date, last: date) -> Sequence[Endorsement]:
    query = (
        select(Endorsement)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .join(Demand, Demand.id == Endorsement.demand_id)
        .where(
            Endorsement.state == StandState.BEFORE_BOARD,
            Endorsement.board_on.between(first, last),
            Organization.archived_at.is_(None),
            Demand.retired_at.is_(None),
        )
        .options(
            joinedload(Endorsement.organization),
            joinedload(Endorsement.demand),
            joinedload(Endorsement.version).selectinload(DemandVersion.wordings),
        )
        .order_by(Endorsement.organization_id, Endorsement.board_on, Endorsement.id)
    )
    return db.session.scalars(query).all()


def _told(when: str) -> set[str]:
    query = select(OutgoingMail.about).where(OutgoingMail.about.startswith(f"board:{when}:", autoescape=True))
    return set(db.session.scalars(query))


def _mail(
    coalition: Coalition, person: Contact, stands: Iterable[Endorsement], when: str, about: str
) -> None:
    stands = list(stands)
    language = coalition.default_language
    owe_mail(
        person.email or "",
        f"letters/board_{when}",
        coalition_id=coalition.id,
        about=about,
        link=absolute_url("groups.enter", coalition=coalition.slug),
        language=language,
        coalition=coalition,
        group=stands[0].organization.name,
        day=stands[0].board_on,
        sentences=[words_of(live.version, language).sentence for live in stands],
        packet=absolute_url(
            "letters.packet",
            coalition=coalition.slug,
            demand=[live.demand.slug for live in stands],
            answer="group",
        ),
    )
