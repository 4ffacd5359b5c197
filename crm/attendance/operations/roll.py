"""What organizers note of who came, and put right."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.attendance.models import Attendance, Presence, Source
from crm.attendance.queries import find_by_key, list_entries_of
from crm.attendance.rules import KEY, AttendanceRules
from crm.audit.operations import record
from crm.coalitions.operations import hold_coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.organizations.models import Organization

MOST_PEOPLE = 5_000


def set_group(
    viewer: Viewer,
    event: Event,
    on_date: date,
    organization: Organization,
    state: Presence | None,
    count: int = 1,
) -> None:
    """Say of a group that it came with so many, did not come, or is excused; None takes back what was said.

    It holds for the whole group: what came from the door before is in it, what comes after is added.
    Raises Refused (field `count`).
    """
    people = count if state is Presence.PRESENT else 0
    _check_count(people, least=1 if state is Presence.PRESENT else 0)
    take_turn(event)
    entries = list(list_entries_of(event.id, on_date, organization.id))
    if not entries:
        entries = [_entry(viewer, event, on_date, f"group:{event.id}:{on_date}:{organization.id}")]
        entries[0].organization_id = organization.id
    for entry in entries:
        entry.state, entry.count = state or Presence.PRESENT, 0
    entries[0].count = people
    record(viewer, "attendance.group", event, on=on_date.isoformat(), organization_id=organization.id)


def count_heads(viewer: Viewer, event: Event, on_date: date, count: int) -> None:
    """Note how many were in the room; 0 takes it back. Raises Refused (field `heads`)."""
    _check_count(count, field="heads")
    take_turn(event)
    key = f"heads:{event.id}:{on_date}"
    entry = find_by_key(key) or _entry(viewer, event, on_date, key, Source.HEAD_COUNT)
    entry.count = count
    record(viewer, "attendance.heads", event, on=on_date.isoformat())


def add_delegate(
    viewer: Viewer,
    event: Event,
    on_date: date,
    organization: Organization,
    name: str,
    state: Presence,
    *,
    rules: AttendanceRules,
    key: str,
) -> None:
    """Note a delegate by name: present, absent or excused. The same key notes them once.

    Raises Refused (field `delegate`) where the coalition keeps no names.
    """
    if not rules.names:
        raise Refused(_("This coalition does not keep the names of delegates."), "delegate")
    take_turn(event)
    key = f"delegate:{key}"
    if find_by_key(key) is not None:
        return
    entry = _entry(viewer, event, on_date, key)
    entry.organization_id, entry.delegate = organization.id, name
    entry.state, entry.count = state, int(state is Presence.PRESENT)
    record(viewer, "attendance.delegate", event, on=on_date.isoformat(), organization_id=organization.id)


def tell_group(viewer: Viewer, entry: Attendance, organization: Organization) -> None:
    """Say which group a typed name means. Only of an entry that has none yet."""
    if entry.organization_id is None and entry.source is Source.SIGN_IN:
        entry.organization_id, entry.group_name = organization.id, None
        record(viewer, "attendance.tell_group", entry, organization_id=organization.id)


def remove_entry(viewer: Viewer, entry: Attendance) -> None:
    """Take an entry back; its name goes with it. A phone that sends it again adds nothing."""
    if entry.count or entry.delegate or entry.group_name:
        entry.count, entry.delegate, entry.group_name, entry.state = 0, None, None, Presence.PRESENT
        record(viewer, "attendance.remove", entry)


def set_rules(viewer: Viewer, rules: AttendanceRules) -> None:
    """Let other rules about attendance hold. Names that are kept already go as they would have gone."""
    coalition = hold_coalition()
    if coalition.settings.get(KEY) != rules.kept():
        coalition.settings = {**coalition.settings, KEY: rules.kept()}
        record(viewer, "attendance.rules", coalition)


def take_turn(event: Event) -> None:
    """Two who write at once write one after the other."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())


def _entry(
    viewer: Viewer, event: Event, on_date: date, key: str, source: Source = Source.ORGANIZER
) -> Attendance:
    entry = Attendance(
        event_id=event.id,
        on_date=on_date,
        state=Presence.PRESENT,
        count=0,
        source=source,
        key=key,
        at=clock.now(),
        entered_by_id=viewer.user_id,
    )
    db.session.add(entry)
    return entry


def _check_count(count: int, *, least: int = 0, field: str = "count") -> None:
    if not least <= count <= MOST_PEOPLE:
        raise Refused(_("Give a number from %(least)s to %(most)s.", least=least, most=MOST_PEOPLE), field)
