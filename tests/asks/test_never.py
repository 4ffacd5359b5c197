"""Nobody's name ever stands under words that it did not accept, whatever is adopted, answered, left to time.

The truth is kept beside the program, in this test's own terms: a group accepts a version by its own act or by
a record that a coordinator accepts; and by the silence of the whole time to object, after it was told of an
editorial change, from a version that it had accepted, if it objected to nothing on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.asks.jobs import do_day
from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations import (
    adopt,
    answer_board,
    answer_decline,
    answer_endorse,
    answer_not_right,
    answer_object,
    answer_with_reservation,
    answer_withdraw,
    ask_groups,
    ask_objectors,
    extend_asks,
)
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import Change, StandState
from crm.demands.operations import (
    Terms,
    accept_record,
    record_stand,
    restore_demand,
    retire_demand,
    set_stand,
)
from crm.demands.queries import (
    adopted_versions,
    list_endorsers_by_version,
    list_waiting_records,
)
from tests.asks.makers import START, ZONE, speaker_of, speaking, write_draft
from tests.demands.makers import PROGRAM, adopted_demand, stand
from tests.makers import make_organization

ACCEPTS = {StandState.ENDORSED, StandState.RESERVATION}
OBJECTION_DAYS = 14
SAID = [StandState.ENDORSED, StandState.RESERVATION, StandState.DECLINED, StandState.WITHDRAWN]
groups = st.integers(0, 2)
back = st.integers(0, 2)
acts = st.one_of(
    st.tuples(st.just("adopt"), st.sampled_from(list(Change))),
    st.tuples(st.just("sign"), groups, back, st.sampled_from(SAID)),
    st.tuples(st.just("record"), groups, back, st.sampled_from(SAID), st.none() | st.integers(1, 40)),
    st.tuples(st.just("accept"), st.integers(0, 2)),
    st.tuples(st.just("ask"), st.sampled_from([AskKind.ENDORSE, AskKind.CONFIRM])),
    st.tuples(st.just("answer"), groups, st.sampled_from(
        ["endorse", "reservation", "withdraw", "decline", "object", "not_right", "board"])),
    st.tuples(st.just("objectors")),
    st.tuples(st.just("extend"), st.integers(1, 30)),
    # What most depends on: newer words, and time.
    st.tuples(st.just("adopt"), st.sampled_from(list(Change))),
    st.tuples(st.just("adopt"), st.just(Change.EDITORIAL)),
    st.tuples(st.just("days"), st.integers(1, 20)),
    st.tuples(st.just("days"), st.integers(14, 40)),
    st.tuples(st.just("days"), st.integers(15, 16)),
    st.tuples(st.just("retire")),
    st.tuples(st.just("restore")),
)  # fmt: skip


class World:
    """One demand, three groups (the last has nobody to write to), and what each of them truly accepted."""

    def __init__(self, coalition) -> None:
        self.coalition = coalition
        self.demand = adopted_demand()
        self.groups = [make_organization(f"Group {number}") for number in (1, 2, 3)]
        self.speakers = [speaking(speaker_of(group, f"Ann {group.id}")) for group in self.groups[:2]]
        self.today: date = START.astimezone(ZONE).date()
        # group → versions (by number) that it accepts → since when.
        self.accepted: dict[int, dict[int, date]] = {group.id: {} for group in self.groups}
        # What each version changed of the one before, and since when it is in force.
        self.changes: dict[int, Change | None] = {1: None}
        self.adopted_on: dict[int, date] = {1: self.today}
        self.objected: dict[int, set[int]] = {group.id: set() for group in self.groups}
        for number in range(len(self.groups)):
            self.sign(number, 0, StandState.ENDORSED)

    # what the groups and the coalition do

    def adopt(self, change: Change) -> None:
        draft = write_draft(self.demand, f"Words {len(self.changes) + 1}.")
        adopt(PROGRAM, self.coalition, draft, terms=Terms(change, "Because."))
        self.changes[draft.number], self.adopted_on[draft.number] = change, self.today

    def sign(self, group: int, back: int, state: StandState) -> None:
        version = self._version(back)
        set_stand(PROGRAM, self.groups[group], version, stand(state, reservation="Not all."))
        self._said(self.groups[group].id, version.number, state)

    def record(self, group: int, back: int, state: StandState, days: int | None) -> None:
        until = self.today + timedelta(days=days) if days else None
        told = stand(state, reservation="Not all.", until=until)
        record_stand(PROGRAM, self.groups[group], self._version(back), told)

    def accept(self, number: int) -> None:
        for entry in list_waiting_records()[number : number + 1]:
            accept_record(PROGRAM, entry)
            self._said(entry.organization_id, entry.version.number, entry.state)

    def ask(self, kind: AskKind) -> None:
        ids = [group.id for group in self.groups]
        ask_groups(PROGRAM, self._version(0), ids, kind, self.today + timedelta(days=20))

    def answer(self, group: int, how: str) -> None:
        if group >= len(self.speakers):
            return
        who, own = self.speakers[group], self.groups[group].id
        ask = db.session.scalars(
            select(Ask).where(Ask.organization_id == own).order_by(Ask.id.desc())
        ).first()
        if ask is None:
            return
        was_open = ask.state is AskState.OPEN
        {
            "endorse": lambda: answer_endorse(who, ask),
            "reservation": lambda: answer_with_reservation(who, ask, "Not all."),
            "withdraw": lambda: answer_withdraw(who, ask),
            "decline": lambda: answer_decline(who, ask, "No."),
            "object": lambda: answer_object(who, ask, "No."),
            "not_right": lambda: answer_not_right(who, ask, "No."),
            "board": lambda: answer_board(who, ask, self.today + timedelta(days=25)),
        }[how]()
        if was_open:
            self._answered(own, ask.version.number, how)

    def objectors(self) -> None:
        ask_objectors(PROGRAM, self._version(0), self.today + timedelta(days=10))

    def extend(self, days: int) -> None:
        extend_asks(PROGRAM, self._version(0), self.today + timedelta(days=days))

    def retire(self) -> None:
        retire_demand(PROGRAM, self.demand)

    def restore(self) -> None:
        restore_demand(PROGRAM, self.demand)

    # what is true

    def _version(self, back: int):
        versions = adopted_versions(self.demand)
        return versions[min(back, len(versions) - 1)]

    def _answered(self, group: int, number: int, how: str) -> None:
        if how in {"endorse", "reservation"}:
            self._said(group, number, StandState.ENDORSED)
        elif how in {"withdraw", "decline"}:
            self._said(group, number, StandState.WITHDRAWN)
        elif how == "object":
            self.objected[group].add(number)

    def _said(self, group: int, number: int, state: StandState) -> None:
        if state in ACCEPTS:
            self.accepted[group].setdefault(number, self.today)
        else:
            self.accepted[group].clear()

    def may_stand_under(self, group: int, number: int) -> bool:
        """Whether a group accepted a version: by an act, or by silence from one that it accepted before."""
        since = self.accepted[group]
        if number in since:
            return True
        return (
            any(
                all(self.changes[step] is Change.EDITORIAL for step in range(first + 1, number + 1))
                and not self.objected[group] & set(range(first + 1, number + 1))
                and self.today > max(day, self.adopted_on[number]) + timedelta(days=OBJECTION_DAYS)
                for first, day in since.items()
                if first < number
            )
            and group != self.groups[2].id
        )

    def check(self) -> None:
        db.session.flush()
        numbers = {version.id: version.number for version in self.demand.versions}
        for version_id, (_count, names) in list_endorsers_by_version(self.demand.id).items():
            for endorser, _reserved in names:
                assert self.may_stand_under(endorser.id, numbers[version_id])


def pass_days(world: World, days: int) -> None:
    """Each day has its work; a day in the middle is missed."""
    for number in range(days):
        world.today += timedelta(days=1)
        if number == days // 2 and days > 5:
            continue
        with at(world.today):
            do_day()
        world.check()


def at(day: date):
    return clock.standing_at(datetime.combine(day, time(9), ZONE))


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=4, max_size=10))
@example([("adopt", Change.SUBSTANCE), ("adopt", Change.EDITORIAL), ("days", 20)])
@example([("adopt", Change.EDITORIAL), ("adopt", Change.SUBSTANCE), ("days", 20)])
@example([("adopt", Change.EDITORIAL), ("answer", 0, "object"), ("days", 20)])
@example([("adopt", Change.EDITORIAL), ("answer", 0, "object"), ("adopt", Change.EDITORIAL), ("days", 20)])
@example(
    [
        ("adopt", Change.EDITORIAL),
        ("days", 13),
        ("answer", 0, "withdraw"),
        ("sign", 0, 1, StandState.ENDORSED),
        ("days", 5),
    ]
)
@example([("adopt", Change.EDITORIAL), ("days", 13), ("retire",), ("days", 3), ("restore",), ("days", 2)])
def test_no_sequence_of_acts_and_days_lists_a_group_under_words_it_did_not_accept(
    coalition, monkeypatch, sequence
):
    # Nothing is kept, so that every example begins anew.
    monkeypatch.setattr(db.session, "commit", db.session.flush)
    db.session.rollback()
    with at(START.astimezone(ZONE).date()):
        world = World(coalition)
    for name, *arguments in sequence:
        with at(world.today):
            if name == "days":
                pass_days(world, *arguments)
                continue
            act: Callable[..., None] = getattr(world, name)
            try:
                with db.session.begin_nested():
                    act(*arguments)
            except Refused:
                pass
            world.check()
