"""Two submits at the same moment, in two processes' manner: each with a session of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from crm.core import clock, tenancy
from crm.core.db import db
from crm.organizations.models import Organization, Stage
from crm.outreach.models import Channel, Interaction, Outcome, StageChange
from crm.outreach.operations import Touch, log_touch
from tests.outreach.conftest import stage_of


def log_at_once(app, organizer, group, keys: list[str]) -> list[int]:
    """Log one touch for each key, all at once; the ids of what was made."""
    barrier = Barrier(len(keys))
    coalition_id, group_id = group.coalition_id, group.id
    db.session.remove()

    def log(key: str) -> int:
        with app.app_context(), tenancy.in_coalition(coalition_id):
            barrier.wait()
            told = Touch(Channel.CALL, Outcome.REACHED, clock.now())
            logged = log_touch(
                organizer.viewer, db.session.get_one(Organization, group_id), told, form_key=key
            )
            db.session.commit()
            return logged.interaction.id

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(log, keys))


def test_one_press_that_arrives_six_times_at_once_is_one_touch(app, organizer, group):
    made = log_at_once(app, organizer, group, ["the same key of one form"] * 6)
    assert len(set(made)) == 1
    assert db.session.query(Interaction).count() == db.session.query(StageChange).count() == 1


def test_of_touches_at_once_the_first_moves_the_stage_and_the_others_find_it_moved(app, organizer, group):
    log_at_once(app, organizer, group, [f"the key of form number {number}" for number in range(6)])
    assert db.session.query(Interaction).count() == 6
    assert db.session.query(StageChange).count() == 1
    assert stage_of(db.session.get_one(Organization, group.id)) is Stage.IN_CONVERSATION
