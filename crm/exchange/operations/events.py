"""Lists of events: each becomes a draft, which nobody but organizers knows of; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from crm.accounts.queries import list_coordinators
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan as EventPlan
from crm.events.operations import name_on_event, schedule_event
from crm.events.recurrence import RecurrenceError
from crm.events.rights import starting_visibility
from crm.exchange.lists.events import event_keys, parse_event
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.exchange.operations.staging import Prepared, keep_applied, mark_repeats
from crm.exchange.operations.undoing import keep_undone
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries import REACHING
from crm.exchange.queries.groups_meant import Meant, find_groups
from crm.exchange.queries.worked_on import find_kept_events
from crm.exchange.rows import Said, read_said
from crm.exchange.tables import Row
from crm.organizations.derived import plain_words
from crm.partners.operations.events import remove_event


def prepare_events(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows of events and find out what each will do. Writes nothing."""
    batch = [_read(row, plan) for row in rows]
    reaching = [one for one in batch if one.outcome in REACHING]
    keys = [event_keys(one.said, task.source) for one in reaching]
    for one, (key, _begins) in zip(reaching, keys, strict=True):
        one.said.identity = key
    mark_repeats(task.id, reaching, "same_event")
    known = _Known([one.said for one in reaching], keys)
    for one, hosts, (key, begins) in zip(reaching, _hosts(task, reaching), keys, strict=True):
        if one.outcome is not RowOutcome.CREATE:
            continue
        one.organization_id = hosts.group_id
        one.record_id = known.find(one.said, key)
        if one.record_id is not None:
            one.outcome = RowOutcome.UNCHANGED
        elif known.is_moved(begins):
            one.said.tell("", Problem("event_moved"))
        if hosts.problem and one.said.group:
            one.said.tell("", Problem("event_host", {"text": shortened(next(iter(one.said.group.values())))}))
    return batch


def apply_events(viewer: Viewer, task: Import, coalition: Coalition, rows: Sequence[ImportRow]) -> None:
    """Make drafts of the events of a batch of staged rows; `task`, which is locked, counts it as done."""
    said = [read_said(row.said or "") for row in rows]
    keys = [event_keys(one, task.source) for one in said]
    known = _Known(said, keys)
    groups = find_groups([one.group for one in said], task.source)
    for row, one, (key, _begins), host in zip(rows, said, keys, groups, strict=True):
        row.organization_id, row.record_id = host.group_id, None
        row.outcome = RowOutcome.UNCHANGED
        if known.find(one, key) is None:
            event = _schedule(viewer, coalition, one)
            if event is None:
                row.outcome, row.has_problems = RowOutcome.REFUSE, True
                one.tell("", Problem("event_refused"))
            else:
                event.organization_id, event.form_key = host.group_id, key
                db.session.flush()
                row.outcome, row.record_id = RowOutcome.CREATE, event.id
                known.add(key, event.id)
        row.said = one.as_json() if row.has_problems else None
    keep_applied(task, rows)


def _read(row: Row, plan: Plan) -> Prepared:
    said = parse_event(row, plan)
    if any(problem.is_skip for _column, problem in said.list_problems()):
        return Prepared(row.line, said, RowOutcome.SKIP)
    return Prepared(row.line, said, RowOutcome.CREATE if said.values else RowOutcome.REFUSE)


def _hosts(task: Import, batch: Sequence[Prepared]) -> list[Meant]:
    return find_groups([one.said.group for one in batch], task.source)


class _Known:
    """The events that are here already: by their list's id, else by title and beginning. Two statements."""

    def __init__(self, rows: Sequence[Said], keys: Sequence[tuple[str, str]]) -> None:
        begins = sorted({begin for _key, begin in keys})
        prefixed = [Event.form_key.startswith(begin) for begin in begins]
        columns = select(Event.form_key, Event.id)
        found = db.session.execute(columns.where(or_(*prefixed))) if prefixed else ()
        self._by_key = {str(row.form_key): row.id for row in found}
        self._begins = {key.rpartition("-")[0] + "-" for key in self._by_key}
        starts = {datetime.fromisoformat(one.values["starts_local"]) for one in rows}
        titled = select(Event.title, Event.starts_local, Event.id).where(Event.starts_local.in_(starts))
        there = db.session.execute(titled) if starts else ()
        self._by_title = {(plain_words(row.title), row.starts_local): row.id for row in there}

    def find(self, said: Said, key: str) -> int | None:
        """The event that a row tells of."""
        starts = datetime.fromisoformat(said.values["starts_local"])
        return self._by_key.get(key) or self._by_title.get((plain_words(said.name), starts))

    def is_moved(self, begins: str) -> bool:
        """Whether there is one of the same id, or title, at another time."""
        return begins in self._begins

    def add(self, key: str, event_id: int) -> None:
        """One that was made just now."""
        self._by_key[key] = event_id


def _schedule(viewer: Viewer, coalition: Coalition, said: Said) -> Event | None:
    """A draft of what a row says; None where it cannot be."""
    try:
        event = schedule_event(viewer, coalition, _plan(said.name, said.values), publish=False)
    except (Refused, RecurrenceError):
        return None
    if event.visibility is Visibility.CLOSED and viewer.user_id is None:
        # The operator is nobody who could be named on it.
        for coordinator, _membership in list_coordinators():
            name_on_event(viewer, event, coordinator.id)
    return event


def _plan(title: str, values: Mapping[str, Any]) -> EventPlan:
    kind, is_home = EventKind(values["kind"]), bool(values.get("is_home"))
    return EventPlan(
        kind=kind,
        title=title,
        starts_local=datetime.fromisoformat(values["starts_local"]),
        duration=timedelta(minutes=values["minutes"]),
        visibility=starting_visibility(kind, is_home=is_home),
        description=values.get("description", ""),
        place_name=values.get("place_name", ""),
        address=values.get("address", ""),
        area=values.get("area", ""),
        is_home=is_home,
        online_url=values.get("online_url", ""),
    )


def keep_known_events(task: Import, rows: Sequence[ImportRow]) -> bool:
    """Rows of events that were here already left nothing behind."""
    for row in rows:
        row.undone = ""
    keep_undone(task, rows)
    return True


def remove_events(task: Import, rows: Sequence[ImportRow], *, last: bool) -> bool:
    """Remove the events of rows, but those that somebody has changed or published, or something names."""
    ids = [row.record_id for row in rows if row.record_id]
    kept = find_kept_events(task, ids)
    events = db.session.scalars(select(Event).where(Event.id.in_(set(ids) - kept)))
    kept |= {event.id for event in events.all() if not remove_event(event)}
    for row in rows:
        row.undone = "event" if row.record_id in kept else ""
    keep_undone(task, rows)
    return False
