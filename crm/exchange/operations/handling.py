"""Which operations the rows of each kind of list go through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.exchange.models import Import, ImportRow, ListKind
from crm.exchange.operations.applying import apply_groups
from crm.exchange.operations.contacts import apply_people, prepare_people, remove_people, set_people_back
from crm.exchange.operations.events import apply_events, keep_known_events, prepare_events, remove_events
from crm.exchange.operations.interactions import (
    apply_touches,
    keep_known_touches,
    prepare_touches,
    remove_touches,
)
from crm.exchange.operations.staging import Prepared, prepare_groups
from crm.exchange.operations.undoing import remove_groups, set_groups_back
from crm.exchange.plan import Plan
from crm.exchange.tables import Row

Rows = Sequence[ImportRow]


class _Remove(Protocol):
    def __call__(self, task: Import, rows: Rows, *, last: bool) -> bool: ...


@dataclass(frozen=True)
class _Handling:
    prepare: Callable[[Import, Coalition, Sequence[Row], Plan], list[Prepared]]
    apply: Callable[[Viewer, Import, Coalition, Rows], None]
    set_back: Callable[[Import, Rows], bool]
    remove: _Remove


_HANDLINGS: Mapping[ListKind, _Handling] = {
    ListKind.ORGANIZATIONS: _Handling(prepare_groups, apply_groups, set_groups_back, remove_groups),
    ListKind.CONTACTS: _Handling(prepare_people, apply_people, set_people_back, remove_people),
    ListKind.INTERACTIONS: _Handling(prepare_touches, apply_touches, keep_known_touches, remove_touches),
    ListKind.EVENTS: _Handling(prepare_events, apply_events, keep_known_events, remove_events),
}


def prepare_batch(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows and find out what each will do. Writes nothing."""
    return _HANDLINGS[task.about].prepare(task, coalition, rows, plan)


def apply_batch(viewer: Viewer, task: Import, coalition: Coalition, rows: Rows) -> None:
    """Do what the staged rows of a batch say; `task`, which is locked, counts them as done."""
    _HANDLINGS[task.about].apply(viewer, task, coalition, rows)


def set_back(task: Import, rows: Rows) -> bool:
    """Set back what rows changed of what was here before; `task` is locked. True: they are done with."""
    return _HANDLINGS[task.about].set_back(task, rows)


def remove_made(task: Import, rows: Rows, *, last: bool) -> bool:
    """Remove what rows made, but what somebody has worked on; whether a further pass may remove more."""
    return _HANDLINGS[task.about].remove(task, rows, last=last)
