"""Lists of events: each becomes a draft, which nobody but organizers knows of; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from crm.exchange.lists.event_cells import parse_event
from crm.exchange.lists.events import event_keys
from crm.exchange.models import ImportRow, RowOutcome
from crm.exchange.operations.framing import Frame, Met
from crm.exchange.operations.staging import Prepared
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries.groups_meant import Meant
from crm.exchange.queries.worked_on import find_kept_events
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.organizations.derived import plain_words
from crm.partners.operations.events import remove_event

USUAL_MINUTES = 120


@dataclass
class _Event(Met):
    """A row with the event that it tells of, where that is here already."""

    key: str = ""
    # What of the key is of its id or title, whenever it begins.
    begins: str = ""
    event_id: int | None = None
    is_moved: bool = False


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
        known = _Known([one.said for one in batch], sorted({one.begins for one in batch}))
        for one in batch:
            one.event_id = one.row.record_id = known.find(one.said, one.key)
            one.is_moved = one.event_id is None and known.is_moved(one.begins)

    def foresee(self, one: _Event) -> None:
        if one.event_id is not None:
            one.row.outcome = RowOutcome.UNCHANGED
        elif one.is_moved:
            one.said.tell("", Problem("event_moved"))
        if one.group.problem and one.said.group:
            host = shortened(next(iter(one.said.group.values())))
            one.said.tell("", Problem("event_host", {"text": host}))

    def write(self, viewer: Viewer, coalition: Coalition, batch: Sequence[_Event]) -> None:
        for one in batch:
            one.row.outcome = RowOutcome.UNCHANGED
            if one.event_id is None:
                _make(viewer, coalition, one)

    def take_away(self, rows: Sequence[ImportRow]) -> set[int]:
        """All but those that somebody has changed or published, or something names."""
        ids = self.ids_of(rows)
        kept = find_kept_events(self.task, ids)
        events = db.session.scalars(select(Event).where(Event.id.in_(set(ids) - kept)))
        return kept | {event.id for event in events.all() if not remove_event(event)}


def _make(viewer: Viewer, coalition: Coalition, one: _Event) -> None:
    event = _schedule(viewer, coalition, one.said)
    if event is None:
        one.refuse(Problem("event_refused"))
        return
    event.organization_id, event.form_key = one.group.group_id, one.key
    db.session.flush()
    one.row.outcome, one.row.record_id = RowOutcome.CREATE, event.id


class _Known:
    """The events that are here already: by their list's id, else by title and beginning. Two statements."""

    def __init__(self, rows: Sequence[Said], begins: Sequence[str]) -> None:
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
        duration=timedelta(minutes=values.get("minutes", USUAL_MINUTES)),
        visibility=starting_visibility(kind, is_home=is_home),
        description=values.get("description", ""),
        place_name=values.get("place_name", ""),
        address=values.get("address", ""),
        area=values.get("area", ""),
        is_home=is_home,
        online_url=values.get("online_url", ""),
    )
