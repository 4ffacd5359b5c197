"""Twelve weeks of outreach: groups are listed, called, visited; they answer, or their boards will."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.demands.models import DecidedHow, Source, StandState
from crm.demands.operations import Stand, accept_record, record_stand, set_stand, standings_at_the_end
from crm.demands.operations.asking import mark_asked
from crm.demands.operations.turns import hold_demands
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.groups import GROUPS, Group
from crm.demo.content.people import person, slug
from crm.demo.content.places import coordinates
from crm.organizations.models import OrganizationKind, Stage
from crm.organizations.operations import add_contact, create_organization
from crm.outreach.models import Channel, FollowUp, Outcome
from crm.outreach.operations import (
    NextStep,
    Touch,
    add_follow_up,
    finish_follow_up,
    log_touch,
    move_stage,
)
from crm.outreach.operations.handing import hand_over

STATES = {
    "e": StandState.ENDORSED,
    "w": StandState.ENDORSED,
    "r": StandState.RESERVATION,
    "b": StandState.BEFORE_BOARD,
    "n": StandState.DECLINED,
    "a": StandState.ASKED,
}
SOURCES = (Source.MINUTES, Source.SIGNED_PAPER, Source.MEETING, Source.CALL)
DECIDED = (DecidedHow.MEMBERSHIP_VOTE, DecidedHow.BOARD, DecidedHow.DELEGATES, DecidedHow.OFFICER)
RESERVATION = "Supports it, and asks that school nurses keep their present duty to report injuries."
NOTES = (
    "Wants the demands in both languages before their next meeting.",
    "Asked who else of their sector is in. Sent the list.",
    "They can lend a sound system and two marshals.",
    "Good talk. Their members ask most about data sharing.",
    "Will bring it up under new business.",
    "Left a message with the front desk; call before noon.",
    "Prefers text messages over mail.",
    "They hold their own assembly on the first Sunday.",
    "Asked for a speaker of ours for ten minutes.",
    "Ready to host a neighborhood meeting in their hall.",
    "Would like to see the exact wording, not a summary.",
)
# What the organizer hands to the coordinator.
HANDED = "Ask which demand their board doubts"
# (title, group, is it the coordinator's, due in days, written down so many days ago)
TASKS = (
    ("Send the marshal training dates", "Rivertown Tenants Union", True, -4, 9),
    ("Ask for the signed resolution", "Old Mill Books", False, -2, 6),
    ("Call back about the hall", "Casa Común de la Bahía", False, 0, 3),
    ("Bring flyers in Spanish", "Panadería La Espiga", False, 0, 2),
    ("Confirm who speaks on Saturday", "Bellwater School Employees’ Federation", True, 0, 2),
    ("Ask about buses from the campus", "Bellwater State Student Union", True, 2, 1),
    ("Visit their Wednesday dinner", "Harbor Choir", False, 3, 1),
    (HANDED, "Stagehands and Projectionists Local 5", False, 5, 4),
    ("Thank them for the sound system", "Radio Bellwater 98.9 Volunteers", True, 6, 1),
)
# Unions and their locals came from one list on the first day, parents before their affiliates.
PARENTS = {group.parent for group in GROUPS}
FOUNDERS_LISTED = 100
# Of every so many groups one is an organizer's to record and the coordinator's to accept.
RECORDED = 4
FIRST_TOUCH, SECOND_TOUCH, CHECK_IN = 9, 5, 21
# What a group says of its own, after it was asked so many days before the week in which it answers.
ANSWERED, ASKED = frozenset("ernb"), 7


def add_outreach(chronicle: Chronicle) -> None:
    """The story of every group, and what is still to be done."""
    world = chronicle.world
    for number, group in enumerate(GROUPS):
        answered = group.week * 7 + number % 3 + (1 if group.week else 0)
        listed = FOUNDERS_LISTED if group.parent or group.name in PARENTS else answered + 14
        chronicle.add(listed, time(9 + number // 60, number % 60), list_group, world, number, group)
        _add_touches(chronicle, number, group, answered)
        _add_answers(chronicle, number, group, answered)
        if group.stands[:4] in {"eeee", "eeer", "eere"} and group.week > 2:
            chronicle.add(answered - 7, time(18), _make_active, world, number, group)
    _add_asks(chronicle)
    for title, name, leads, due, written in TASKS:
        due_on = chronicle.today + timedelta(days=due)
        chronicle.add(written, time(16, 30), _note_task, world, title, name, leads, due_on)
    chronicle.add(1, time(17), _hand_on, world)


def _add_asks(chronicle: Chronicle) -> None:
    """Three groups of four were asked before they answered, those of a week together."""
    for week in {group.week for group in GROUPS}:
        for place in range(len(GROUPS[0].stands)):
            names = [
                group.name
                for number, group in enumerate(GROUPS)
                if group.week == week and group.stands[place] in ANSWERED and number % 4
            ]
            if names:
                chronicle.add(week * 7 + ASKED, time(17, place), _ask_groups, chronicle.world, place, names)


def _ask_groups(world: World, place: int, names: list[str]) -> None:
    hold_demands()
    mark_asked(world.lead, world.versions[place], [world.organizations[name].id for name in names])


def list_group(world: World, number: int, group: Group) -> None:
    """Put a group into the directory, with a person to ask for at most of them."""
    values = {
        "name": group.name,
        "kind": group.kind,
        "place": group.place,
        "city": "Bellwater",
        "size": group.size,
        "size_public": group.size is not None and group.size_public,
        "sector": group.sector,
        "local_number": group.number,
        "parent_id": world.organizations[group.parent].id if group.parent else None,
        "website": f"https://{slug(group.name)}.example" if number % 4 else "",
        "assignee_id": None if group.stands == "------" else world.caller(number).user_id,
    }
    organization = create_organization(world.caller(number), values)
    organization.latitude, organization.longitude = coordinates(group.place, number)
    world.organizations[group.name] = organization
    if number % 6 != 5:
        contact = add_contact(world.caller(number), organization, person(number, group.name))
        world.contacts[group.name] = contact


def _add_touches(chronicle: Chronicle, number: int, group: Group, answered: int) -> None:
    last = _last_outcome(group)
    if last is None:
        return
    world, minute = chronicle.world, number * 7 % 60
    first = Outcome.LEFT_MESSAGE if number % 2 else Outcome.NO_ANSWER
    chronicle.add(answered + FIRST_TOUCH, time(10, minute), touch, world, number, group, first)
    if number % 4:
        second = Outcome.MEETING_SET if number % 3 == 0 else Outcome.REACHED
        chronicle.add(answered + SECOND_TOUCH, time(14, minute), touch, world, number, group, second)
    chronicle.add(answered, time(11, minute), touch, world, number, group, last)
    for days_ago in range(answered - CHECK_IN, 0, -CHECK_IN):
        chronicle.add(days_ago, time(15, minute), touch, world, number, group, Outcome.REACHED)


def _last_outcome(group: Group) -> Outcome | None:
    """How the talk ended that came before the answer; None where nobody has called yet."""
    if set(group.stands) & set("erw"):
        return Outcome.SAID_YES
    if "b" in group.stands:
        return Outcome.ASKS_BOARD
    if "n" in group.stands:
        return Outcome.SAID_NO
    return Outcome.REACHED if "a" in group.stands else None


def touch(world: World, number: int, group: Group, outcome: Outcome) -> None:
    """Log one touch at the present instant of the history."""
    meeting = outcome in {Outcome.SAID_YES, Outcome.ASKS_BOARD}
    channels = (Channel.MEETING, Channel.ONE_ON_ONE, Channel.VISIT) if meeting else tuple(Channel)[:3]
    now = clock.now()
    contact = world.contacts.get(group.name)
    told = Touch(
        channel=channels[number % 3],
        outcome=outcome,
        at=now,
        contact_id=contact.id if contact else None,
        note=NOTES[(number + now.day) % len(NOTES)] if meeting or outcome is Outcome.REACHED else "",
    )
    viewer = world.caller(number)
    step = None
    if outcome is Outcome.ASKS_BOARD:
        due_on = now.astimezone(world.coalition.zone).date() + timedelta(days=1)
        step = NextStep("Send the exact wording to their board", due_on, viewer.user_id)
    logged = log_touch(viewer, world.organizations[group.name], told, next_step=step)
    if logged.follow_up is not None:
        finish_follow_up(viewer, logged.follow_up)


def _add_answers(chronicle: Chronicle, number: int, group: Group, answered: int) -> None:
    board_on = chronicle.today + timedelta(days=group.board)
    decided_on = chronicle.today - timedelta(days=answered)
    said = {
        place: (_stand(number, group, letter, board_on, decided_on), letter != "w")
        for place, letter in enumerate(group.stands)
        if letter != "-"
    }
    if said:
        chronicle.add(answered, time(19), _answer_all, chronicle.world, number, group, said)


def _stand(number: int, group: Group, letter: str, board_on: date, decided_on: date) -> Stand:
    state = STATES[letter]
    decided = state in {StandState.ENDORSED, StandState.RESERVATION, StandState.DECLINED}
    how = DecidedHow.OFFICER if group.kind is OrganizationKind.BUSINESS else DECIDED[number % 3]
    return Stand(
        state,
        SOURCES[number % 4],
        decided_how=how if decided else None,
        decided_on=decided_on if decided else None,
        board_on=board_on if state is StandState.BEFORE_BOARD else None,
        reservation=RESERVATION if state is StandState.RESERVATION else "",
    )


def _answer_all(world: World, number: int, group: Group, said: dict[int, tuple[Stand, bool]]) -> None:
    """All that a group said on one evening; where it stands is counted once, after the last of it."""
    with standings_at_the_end(world.lead):
        for place, (stand, accepted) in said.items():
            _answer(world, number, group, place, stand, accepted)


def _answer(world: World, number: int, group: Group, place: int, stand: Stand, accepted: bool) -> None:
    """What a group said: noted by the coordinator, or by an organizer for the coordinator to accept."""
    organization, version = world.organizations[group.name], world.versions[place]
    if accepted and number % RECORDED:
        set_stand(world.lead, organization, version, stand)
        return
    entry = record_stand(world.organizing, organization, version, stand)
    if accepted:
        accept_record(world.lead, entry)


def _make_active(world: World, number: int, group: Group) -> None:
    move_stage(world.caller(number), world.organizations[group.name], Stage.ACTIVE)


def _note_task(world: World, title: str, name: str, leads: bool, due_on: date) -> FollowUp:
    owner = world.lead if leads else world.organizing
    return add_follow_up(
        owner,
        title=title,
        due_on=due_on,
        owner_id=owner.user_id,
        organization_id=world.organizations[name].id,
    )


def _hand_on(world: World) -> None:
    task = select(FollowUp.id).where(FollowUp.title == HANDED, FollowUp.owner_id == world.organizing.user_id)
    hand_over(world.organizing, world.lead.user_id or 0, db.session.scalars(task).all())
