"""Which operations the rows of each kind of list go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.exchange.models import Import, ImportRow, ListKind
from crm.exchange.operations.applying import apply_groups
from crm.exchange.operations.contacts import People
from crm.exchange.operations.events import Events
from crm.exchange.operations.framing import Frame
from crm.exchange.operations.interactions import Touches
from crm.exchange.operations.staging import Prepared, prepare_groups
from crm.exchange.operations.undoing import remove_groups, set_groups_back
from crm.exchange.plan import Plan
from crm.exchange.tables import Row

Rows = Sequence[ImportRow]
_FRAMES: Mapping[ListKind, type[Frame[Any]]] = {
    ListKind.CONTACTS: People,
    ListKind.INTERACTIONS: Touches,
    ListKind.EVENTS: Events,
}


def prepare_batch(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows and find out what each will do. Writes nothing."""
    if task.about is ListKind.ORGANIZATIONS:
        return prepare_groups(task, coalition, rows, plan)
    return _FRAMES[task.about](task).prepare(rows, plan)


def apply_batch(viewer: Viewer, task: Import, coalition: Coalition, rows: Rows) -> None:
    """Do what the staged rows of a batch say; `task`, which is locked, counts them as done."""
    if task.about is ListKind.ORGANIZATIONS:
        apply_groups(viewer, task, coalition, rows)
    else:
        _FRAMES[task.about](task).apply(viewer, coalition, rows)


def set_back(task: Import, rows: Rows) -> bool:
    """Set back what rows changed of what was here before; `task` is locked. True: they are done with."""
    if task.about is ListKind.ORGANIZATIONS:
        return set_groups_back(task, rows)
    return _FRAMES[task.about](task).set_back(rows)


def remove_made(task: Import, rows: Rows, *, last: bool) -> bool:
    """Remove what rows made, but what somebody has worked on; whether a further pass may remove more."""
    if task.about is ListKind.ORGANIZATIONS:
        return remove_groups(task, rows, last=last)
    return _FRAMES[task.about](task).remove(rows)
