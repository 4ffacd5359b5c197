"""A demand of the demo that is worded anew: groups are asked, some have answered; and a term that ended."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import select

from crm.asks.models import Ask, AskState
from crm.asks.operations import adopt, answer_endorse, answer_with_reservation, answer_withdraw
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, Change, Endorsement, StandState
from crm.demands.operations import Terms, edit_draft, lapse, write_version
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.demands import LANGUAGE
from crm.demo.content.rewording import (
    ANSWERS,
    DAYS_LEFT,
    ENGLISH,
    PLACE,
    REASON,
    RESERVATION,
    SPANISH,
    TERM_OVER,
    TERM_PLACE,
)
from crm.organizations.models import Contact, Organization
from crm.representatives.operations import let_speak

REWORDED = 9


def add_rewording(chronicle: Chronicle) -> None:
    """Add the new words, the answers to them, and an endorsement whose term ends."""
    world = chronicle.world
    chronicle.add(REWORDED + 1, time(17), _let_people_speak, world)
    chronicle.add(REWORDED, time(19), _reword, world)
    for days_ago, state in ANSWERS:
        chronicle.add(days_ago, time(20), _answer, world, state)
    chronicle.add(TERM_OVER, time(6), _end_term, world)


def _let_people_speak(world: World) -> None:
    """Whoever is known of a group by a mail address speaks for it."""
    for contact in world.contacts.values():
        if contact.email:
            let_speak(world.lead, contact)


def _reword(world: World) -> None:
    draft = write_version(world.lead, world.versions[PLACE].demand)
    words = {LANGUAGE: ENGLISH, "es": SPANISH}
    edit_draft(world.lead, draft, binding_language=LANGUAGE, wordings=words, edition=draft.edition)
    until = clock.today(world.coalition.zone) + timedelta(days=REWORDED + DAYS_LEFT)
    adopt(world.lead, world.coalition, draft, terms=Terms(Change.SUBSTANCE, REASON, until))
    # Whoever answers from now on is shown the new words.
    world.versions[PLACE] = draft


def _answer(world: World, state: StandState) -> None:
    """The next group that can be written to and has not answered yet answers, by who speaks for it."""
    version = world.versions[PLACE]
    found = (
        select(Ask, Contact)
        .join(Organization, Organization.id == Ask.organization_id)
        .join(Contact, Contact.organization_id == Organization.id)
        .where(Ask.version_id == version.id, Ask.state == AskState.OPEN, Contact.speaks_since.is_not(None))
        .order_by(Organization.sort_name)
        .limit(1)
    )
    row = db.session.execute(found).first()
    if row is None:
        return
    ask, contact = row
    who = Viewer(
        name=contact.name,
        coalition_id=world.coalition.id,
        contact_id=contact.id,
        organization_id=contact.organization_id,
    )
    if state is StandState.RESERVATION:
        answer_with_reservation(who, ask, RESERVATION)
    elif state is StandState.WITHDRAWN:
        answer_withdraw(who, ask)
    else:
        answer_endorse(who, ask)


def _end_term(world: World) -> None:
    """The endorsement of the first group behind a demand was given until yesterday."""
    found = (
        select(Endorsement)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(
            Endorsement.demand_id == world.versions[TERM_PLACE].demand_id,
            Endorsement.state.in_(ACCEPTING),
            Endorsement.reconfirm_by.is_(None),
        )
        .order_by(Organization.sort_name.desc())
        .limit(1)
    )
    live = db.session.scalars(found).one()
    live.until = clock.today(world.coalition.zone) - timedelta(days=1)
    lapse(world.lead, live)
