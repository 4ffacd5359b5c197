"""Several callers at the same moment, each with a session of their own: no group twice, none forgotten."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from crm.core import tenancy
from crm.core.db import db
from crm.outreach.models import Interaction, Outcome
from crm.queues.models import CallQueue, EntryState, QueueEntry
from crm.queues.operations import Call, hand_out, settle
from tests.queues.conftest import make_callable, make_queue


def call_at_once(app, coalition_id, callers, work):
    """Let each caller do `work(viewer, queue id)` at the same time; what each of them made of it."""
    barrier = Barrier(len(callers))
    db.session.remove()

    def begin(caller):
        viewer, queue_id = caller
        with app.app_context(), tenancy.in_coalition(coalition_id):
            barrier.wait()
            return work(viewer, queue_id)

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(begin, callers))


def call_through(viewer, queue_id) -> list[int]:
    """Call group after group until there is none; which they were."""
    called = []
    while True:
        entry = hand_out(viewer, db.session.get_one(CallQueue, queue_id))
        db.session.commit()
        if entry is None:
            return called
        called.append(entry.organization_id)
        call = Call(Outcome.REACHED, entry.contact_id)
        settle(viewer, entry, call, form_key=f"{viewer.user_id} calls {entry.id}")
        db.session.commit()


def test_two_organizers_work_through_one_queue_of_20_groups(app, coalition, organizer, coordinator):
    groups = {make_callable(f"Local {number}").id for number in range(20)}
    queue_id = make_queue(coordinator).id
    callers = [(person.viewer, queue_id) for person in (organizer, coordinator)]
    own, other = call_at_once(app, coalition.id, callers, call_through)
    assert len(own) + len(other) == 20
    assert set(own) | set(other) == groups
    assert db.session.query(Interaction).count() == 20
    assert Counter(entry.state for entry in db.session.query(QueueEntry)) == {EntryState.DONE: 20}


def test_of_two_queues_only_one_hands_out_their_only_group(app, coalition, organizer, coordinator):
    make_callable("Harbor Pilots")
    queues = [make_queue(coordinator, name=name).id for name in ("First", "Second")]

    def take(viewer, queue_id):
        entry = hand_out(viewer, db.session.get_one(CallQueue, queue_id))
        db.session.commit()
        return entry is not None

    callers = list(zip((organizer.viewer, coordinator.viewer), queues, strict=True))
    assert sorted(call_at_once(app, coalition.id, callers, take)) == [False, True]
