"""A call queue of the demo's groups, half an evening into it."""

from __future__ import annotations

from datetime import time, timedelta

from crm.core import clock
from crm.core.permissions import Viewer
from crm.demo.chronicle import Chronicle, World
from crm.organizations.queries import Filters
from crm.outreach.models import Outcome
from crm.outreach.operations import NextStep
from crm.queues.models import CallQueue
from crm.queues.operations import Call, create_queue, hand_out, settle

# The second on the list.
DEMAND = 1
SCRIPT = (
    "I call for the Bellwater Sanctuary Coalition. Forty groups stand behind this demand, and yours has not "
    "said yet. Could your members take it up at their next meeting? I can come and speak for ten minutes."
)
# What came of the calls of one evening: the outcome, the note for the next caller, whether to look at it.
CALLS = (
    (Outcome.REACHED, "", False),
    (Outcome.NO_ANSWER, "The office is open from two to six.", False),
    (Outcome.CALL_BACK, "Ask for whoever keeps the calendar.", False),
    (Outcome.ASKS_BOARD, "They want the exact wording before their board.", True),
    (Outcome.LEFT_MESSAGE, "", False),
)


def add_calling(chronicle: Chronicle) -> None:
    """Yesterday evening two of them began to call whoever has not answered a demand."""
    chronicle.add(1, time(17, 45), _call, chronicle.world)


def _call(world: World) -> None:
    values = {
        "name": "Who has not answered demand 2",
        "demand_id": world.versions[DEMAND].demand_id,
        "script": SCRIPT,
        "cooling_days": 7,
    }
    queue = create_queue(world.lead, values, filters=Filters())
    for number, (outcome, note, flagged) in enumerate(CALLS):
        _call_next(world.caller(number), queue, outcome, note, flagged)


def _call_next(viewer: Viewer, queue: CallQueue, outcome: Outcome, note: str, flagged: bool) -> None:
    entry = hand_out(viewer, queue)
    if entry is None:
        return
    back_at = clock.now() + timedelta(days=1, hours=16) if outcome is Outcome.CALL_BACK else None
    step = NextStep("Call back", (clock.now() + timedelta(days=2)).date(), viewer.user_id)
    call = Call(
        outcome,
        entry.contact_id,
        back_at=back_at,
        next_step=step if outcome in {Outcome.CALL_BACK, Outcome.ASKS_BOARD} else None,
        for_next=note,
        flagged=flagged,
    )
    settle(viewer, entry, call, form_key=f"demo:queue:{entry.id}")
