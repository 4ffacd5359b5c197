"""Two people at the same moment, each with a session of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from crm.asks.models import Ask, AskState
from crm.asks.operations import adopt, answer_endorse, answer_withdraw
from crm.asks.operations.closing import close_asks
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import Change, DemandVersion, EndorsementChange, Source, StandState
from crm.demands.operations import Terms
from crm.demands.queries import current_coalition
from tests.asks.makers import (
    START,
    ask_of,
    asks_of,
    change_words,
    on_day,
    speaker_of,
    speaking,
    stand_of_group,
    write_draft,
)
from tests.demands.makers import PROGRAM


def at_once(app, coalition_id: int, acts: Sequence[Callable[[], object]], when=START) -> list[str]:
    """Do all acts at the same moment; of each "done", or "refused"."""
    barrier = Barrier(len(acts))
    db.session.commit()
    db.session.remove()

    def run(act: Callable[[], object]) -> str:
        with app.app_context(), tenancy.in_coalition(coalition_id), clock.standing_at(when):
            barrier.wait()
            try:
                act()
                db.session.commit()
            except Refused:
                db.session.rollback()
                return "refused"
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_representatives_at_once_one_answers(app, coalition, demand, group, rosa):
    change_words(coalition, demand)
    who, other, ask_id = speaking(rosa), speaking(speaker_of(group, "Sol Vega")), ask_of(group).id
    coalition_id = coalition.id
    said = at_once(
        app,
        coalition_id,
        [
            lambda: answer_endorse(who, db.session.get_one(Ask, ask_id)),
            lambda: answer_withdraw(other, db.session.get_one(Ask, ask_id)),
        ],
    )
    assert sorted(said) == ["done", "refused"]
    assert ask_of(group).state is AskState.ANSWERED
    expected = StandState.ENDORSED if said[0] == "done" else StandState.WITHDRAWN
    assert stand_of_group(group, demand).state is expected


def test_the_same_answer_six_times_at_once_is_one_answer(app, coalition, demand, group, rosa):
    change_words(coalition, demand)
    who, ask_id = speaking(rosa), ask_of(group).id
    said = at_once(app, coalition.id, [lambda: answer_endorse(who, db.session.get_one(Ask, ask_id))] * 6)
    assert said == ["done"] * 6
    lines = select(EndorsementChange).where(EndorsementChange.source == Source.GROUP)
    assert len(db.session.scalars(lines).all()) == 1


def test_an_answer_while_newer_words_are_adopted_is_of_the_words_that_were_read(
    app, coalition, demand, group, rosa
):
    second = change_words(coalition, demand).id
    who, ask_id, draft_id = speaking(rosa), ask_of(group).id, write_draft(demand, "Third words.").id

    def take_over() -> None:
        adopt(PROGRAM, current_coalition(), db.session.get_one(DemandVersion, draft_id), terms=Terms())

    said = at_once(
        app, coalition.id, [lambda: answer_endorse(who, db.session.get_one(Ask, ask_id)), take_over]
    )
    assert said[1] == "done"
    live, newest = stand_of_group(group, demand), asks_of(group)[-1]
    assert live.version_id == second if said[0] == "done" else live.version_id != draft_id
    assert (newest.version_id, newest.state) == (draft_id, AskState.OPEN)
    assert live.reconfirm_by is not None


def test_an_answer_at_the_moment_of_the_last_day_and_the_daily_work_do_not_both_count(
    app, coalition, demand, group, rosa
):
    change_words(coalition, demand, Change.EDITORIAL)
    ask = ask_of(group)
    ask.mailed_at = START
    who, ask_id = speaking(rosa), ask.id
    with on_day(15):
        late = clock.now()
    said = at_once(
        app, coalition.id, [lambda: answer_withdraw(who, db.session.get_one(Ask, ask_id)), close_asks], late
    )
    assert said == ["refused", "done"]
    assert ask_of(group).state is AskState.CARRIED
    assert stand_of_group(group, demand).state is StandState.ENDORSED


def test_two_workers_at_once_carry_over_once(app, coalition, demand, group, rosa):
    change_words(coalition, demand, Change.EDITORIAL)
    ask_of(group).mailed_at = START
    with on_day(15):
        late = clock.now()
    assert at_once(app, coalition.id, [close_asks, close_asks], late) == ["done", "done"]
    silent = select(EndorsementChange).where(EndorsementChange.source == Source.SILENCE)
    assert len(db.session.scalars(silent).all()) == 1
