"""Lists of events: each becomes a draft, which nobody but organizers knows of, or changes one; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from crm.accounts.queries import list_coordinators
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan as EventPlan
from crm.events.operations import name_on_event, schedule_event
from crm.events.recurrence import RecurrenceError
from crm.events.rights import starting_visibility
from crm.exchange.comparing import Changes
from crm.exchange.lists.event_cells import USUAL_MINUTES, parse_event
from crm.exchange.lists.events import PUBLISHED, event_keys
from crm.exchange.models import Existing, ImportRow, RowOutcome
from crm.exchange.operations.event_changes import (
    change_event,
    compare_event,
    days_of,
    leave_times,
    present,
    put_dates,
)
from crm.exchange.operations.framing import Frame, Met
from crm.exchange.operations.staging import Prepared
from crm.exchange.own import back_own, kept_own
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries.events_meant import EventMeant, Told, find_events, load_events
from crm.exchange.queries.groups_meant import Meant
from crm.exchange.queries.worked_on import find_kept_events
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.exchange.undo import Undo, read_undo
from crm.fields.definitions import Subject
from crm.fields.operations import put_values
from crm.fields.queries import list_values_of
from crm.partners.operations.events import remove_event


@dataclass
class _Event(Met):
    """A row with the event that it tells of, where that is here already, and what it changes of it."""

    key: str = ""
    # What of the key is of its id or title, whenever it begins.
    begins: str = ""
    meant: EventMeant = field(default_factory=EventMeant)
    # None where it is new, or not to be known by who started the import.
    event: Event | None = None
    changes: Changes = field(default_factory=Changes)
    # What stands in the coalition's own fields.
    own: Mapping[int, str] = field(default_factory=dict)

    @property
    def told(self) -> Told:
        """By what the event is found."""
        values = self.said.values
        starts = datetime.fromisoformat(values["starts_local"])
        return Told(self.said.name, starts, self.key, self.begins, values.get("number", ""))

    @property
    def host(self) -> tuple[int, str] | None:
        """The group that hosts it."""
        return (self.group.group_id, self.group.name) if self.group.group_id else None


class Events(Frame[_Event]):
    """Events, with the groups that host them."""

    needs_group = False
    same = "same_event"
    stays = "event"

    def parse(self, row: Row, plan: Plan) -> Said:
        return parse_event(row, plan)

    def met(self, row: Prepared | ImportRow, said: Said, group: Meant) -> _Event:
        return _Event(row, said, group, *event_keys(said, self.task.source))

    def identify(self, one: _Event) -> str:
        return one.key

    def meet(self, batch: Sequence[_Event]) -> None:
        besides = [one.row.id for one in batch if isinstance(one.row, ImportRow)]
        meant = find_events(self.task, [one.told for one in batch], besides)
        ids = [found.event_id for found in meant if found.event_id is not None]
        events = load_events(self.task, ids)
        own = list_values_of(list(events), Subject.EVENT) if any(one.said.own for one in batch) else {}
        for one, found in zip(batch, meant, strict=True):
            one.meant, one.row.record_id = found, found.event_id
            one.event, one.own = events.get(found.event_id or 0), own.get(found.event_id or 0, {})

    def foresee(self, one: _Event) -> None:
        self._settle(one)
        if one.meant.is_moved:
            one.said.tell("", Problem("event_moved"))
        if one.group.problem and one.said.group:
            host = shortened(next(iter(one.said.group.values())))
            one.said.tell("", Problem("event_host", {"text": host}))

    def _settle(self, one: _Event) -> bool:
        """Say what becomes of an event that is here already; whether the row changes it."""
        event = one.event
        if one.meant.event_id is None:
            return False
        one.row.outcome = RowOutcome.UNCHANGED
        if event is None:
            return False
        fill_only = self.task.existing is Existing.FILL
        one.changes = compare_event(one.said, event, one.host, one.own, fill_only=fill_only)
        if event.recurrence and leave_times(one.changes):
            _tell_once(one.said, Problem("event_series"))
        one.said.changes = one.changes.told
        if not one.changes.told:
            return False
        if event.cancelled_at is not None:
            one.refuse(Problem("event_cancelled"))
        elif event.published_at is not None and not self.task.defaults.get(PUBLISHED):
            one.refuse(Problem("event_published"))
        else:
            one.row.outcome = RowOutcome.CHANGE
            return True
        return False

    def write(self, viewer: Viewer, coalition: Coalition, batch: Sequence[_Event]) -> None:
        for one in batch:
            if one.meant.event_id is None:
                _make(viewer, coalition, one)
            elif self._settle(one):
                _change(viewer, one)

    def put_back(self, rows: Sequence[ImportRow]) -> set[int]:
        """What somebody has changed or published since stays."""
        viewer = Viewer(self.task.owner_id, "", None, self.task.coalition_id)
        changed = [row for row in rows if row.undo]
        ids = self.ids_of(changed)
        events = {event.id: event for event in db.session.scalars(select(Event).where(Event.id.in_(ids)))}
        own = list_values_of(ids, Subject.EVENT) if ids else {}
        staying: set[int] = set()
        for row in changed:
            event = events.get(row.record_id or 0)
            if event and not _set_back(viewer, event, own.get(event.id, {}), read_undo(row.undo)):
                staying.add(row.id)
        return staying

    def take_away(self, rows: Sequence[ImportRow]) -> set[int]:
        """All but those that somebody has changed or published, or something names."""
        ids = self.ids_of(rows)
        kept = find_kept_events(self.task, ids)
        events = db.session.scalars(select(Event).where(Event.id.in_(set(ids) - kept)))
        return kept | {event.id for event in events.all() if not remove_event(event)}


def _tell_once(said: Said, problem: Problem) -> None:
    """Tell what the preview may have told already."""
    if problem.code not in {told.code for _column, told in said.list_problems()}:
        said.tell("", problem)


def _make(viewer: Viewer, coalition: Coalition, one: _Event) -> None:
    event = _schedule(viewer, coalition, one.said)
    if event is None:
        one.refuse(Problem("event_refused"))
        return
    event.organization_id, event.form_key = one.group.group_id, one.key
    db.session.flush()
    one.row.outcome, one.row.record_id = RowOutcome.CREATE, event.id


def _change(viewer: Viewer, one: _Event) -> None:
    event, changes = one.event, one.changes
    if event is None or isinstance(one.row, Prepared):
        return
    before, was_published = present(event), event.published_at is not None
    if not change_event(viewer, event, changes.values):
        one.said.changes = []
        one.refuse(Problem("event_known"))
        return
    _put_own(viewer, event, changes.own)
    after = present(event)
    kept = {name: [before[name], after[name]] for name in changes.values}
    kept["published"] = [was_published, was_published]
    one.row.undo = Undo(kept, own=kept_own(changes.own, one.own)).as_json()


def _put_own(viewer: Viewer, event: Event, values: Mapping[int, str]) -> None:
    if changed := put_values(Subject.EVENT, event.id, values) if values else []:
        record(viewer, "event.edit", event, fields=[f"field_{field_id}" for field_id in changed])


def _set_back(viewer: Viewer, event: Event, own: Mapping[int, str], undo: Undo) -> bool:
    """Set back what a row changed of an event; whether that is all of it."""
    now = {**present(event), "published": event.published_at is not None}
    if event.cancelled_at is not None or now["published"] != undo.values["published"][1]:
        return False
    back = {name: was for name, (was, after) in undo.values.items() if now[name] == after}
    whole = len(back) == len(undo.values)
    del back["published"]
    own_back, stays = back_own(undo.own, own)
    _put_own(viewer, event, own_back)
    return change_event(viewer, event, back) and whole and not stays


def _schedule(viewer: Viewer, coalition: Coalition, said: Said) -> Event | None:
    """A draft of what a row says; None where it cannot be, and nothing is kept."""
    try:
        with db.session.begin_nested():
            event = schedule_event(viewer, coalition, _plan(said.name, said.values), publish=False)
            put_dates(viewer, event, said.values.get("dates", ()))
            put_values(Subject.EVENT, event.id, {int(one): value for one, value in said.own.items()})
    except (Refused, RecurrenceError):
        return None
    if event.visibility is Visibility.CLOSED and viewer.user_id is None:
        # The operator is nobody who could be named on it.
        for coordinator, _membership in list_coordinators():
            name_on_event(viewer, event, coordinator.id)
    return event


def _plan(title: str, values: Mapping[str, Any]) -> EventPlan:
    kind, is_home = EventKind(values["kind"]), bool(values.get("is_home"))
    starts = datetime.fromisoformat(values["starts_local"])
    return EventPlan(
        kind=kind,
        title=title,
        starts_local=starts,
        duration=timedelta(minutes=values.get("minutes", USUAL_MINUTES)),
        visibility=starting_visibility(kind, is_home=is_home),
        description=values.get("description", ""),
        place_name=values.get("place_name", ""),
        address=values.get("address", ""),
        area=values.get("area", ""),
        is_home=is_home,
        online_url=values.get("online_url", ""),
        picked=days_of(starts, values.get("dates", ())),
    )
