"""Nobody's name ever stands under words that it did not accept: whatever happens, in whatever order."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import NEVER_SAID, Decision, Demand, StandState
from crm.demands.operations import (
    accept_record,
    decline_record,
    record_stand,
    restore_demand,
    retire_demand,
    set_stand,
)
from crm.demands.queries import adopted_versions, list_endorsers_by_version, list_waiting_records
from tests.demands.makers import PROGRAM, adopt_new_words, adopted_demand, stand
from tests.makers import make_organization

ACCEPTS = {StandState.ENDORSED, StandState.RESERVATION}
states = st.sampled_from([state for state in StandState if state not in NEVER_SAID])
groups = st.integers(0, 1)
# The version in force, or the one so many before it.
back = st.integers(0, 2)
acts = st.one_of(
    st.tuples(st.just("adopt")),
    st.tuples(st.just("sign"), groups, back, states),
    st.tuples(st.just("record"), groups, back, states),
    st.tuples(st.just("accept"), st.integers(0, 3)),
    st.tuples(st.just("decline"), st.integers(0, 3)),
    st.tuples(st.just("retire")),
    st.tuples(st.just("restore")),
)


class World:
    """One demand, two groups, and beside them what each group said: the model to hold the program against."""

    def __init__(self) -> None:
        self.demand: Demand = adopted_demand()
        self.groups = [make_organization(f"Group {number}") for number in (1, 2)]
        # (group, version) pairs that the group accepted by an act of its own or a record that was accepted.
        self.accepted: set[tuple[int, int]] = set()
        self.last: dict[int, StandState] = {}
        self.words = 1

    def said(self, group_id: int, version_id: int, state: StandState) -> None:
        if state in ACCEPTS:
            self.accepted.add((group_id, version_id))
        if state not in (StandState.ASKED, StandState.BEFORE_BOARD):
            self.last[group_id] = state

    def adopt(self) -> None:
        adopt_new_words(self.demand, f"Words {self.words + 1}.")
        self.words += 1

    def sign(self, group: int, back: int, state: StandState) -> None:
        version = adopted_versions(self.demand)[min(back, self.words - 1)]
        set_stand(PROGRAM, self.groups[group], version, stand(state, reservation="Not all."))
        self.said(self.groups[group].id, version.id, state)

    def record(self, group: int, back: int, state: StandState) -> None:
        version = adopted_versions(self.demand)[min(back, self.words - 1)]
        record_stand(PROGRAM, self.groups[group], version, stand(state, reservation="Not all."))

    def accept(self, number: int) -> None:
        for entry in list_waiting_records()[number : number + 1]:
            accept_record(PROGRAM, entry)
            assert entry.decision is Decision.ACCEPTED
            self.said(entry.organization_id, entry.version_id, entry.state)

    def decline(self, number: int) -> None:
        for entry in list_waiting_records()[number : number + 1]:
            decline_record(PROGRAM, entry)

    def retire(self) -> None:
        retire_demand(PROGRAM, self.demand)

    def restore(self) -> None:
        restore_demand(PROGRAM, self.demand)

    def check(self) -> None:
        db.session.flush()
        for version_id, (_count, names) in list_endorsers_by_version(self.demand.id).items():
            for endorser, _reserved in names:
                assert (endorser.id, version_id) in self.accepted
                assert self.last[endorser.id] in ACCEPTS, "a withdrawn or declined group is not listed"


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=3, max_size=14))
def test_no_sequence_of_acts_lists_a_group_under_words_it_did_not_accept(coalition, sequence):
    db.session.rollback()
    world = World()
    for name, *arguments in sequence:
        act: Callable[..., None] = getattr(world, name)
        try:
            with db.session.begin_nested():
                act(*arguments)
        except Refused:
            pass
        world.check()
