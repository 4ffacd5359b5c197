"""What a row changes of an event that is here already; doing it, and setting it back.

A filled cell replaces, an empty one leaves. Who may know of an event, and of what kind it is, stay, but that
a place may become a home. Days and hours of a series by a rule are changed on its own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, Occurrence, OccurrenceState, Visibility
from crm.events.operations import Change, Plan, change_date, edit_event
from crm.events.queries import series_of
from crm.events.recurrence import RecurrenceError
from crm.events.venues import FIELDS
from crm.exchange.comparing import Changes
from crm.exchange.fields import own_field
from crm.exchange.own import compare_own
from crm.exchange.rows import Said
from crm.organizations.names import fold

_TEXTS = ("title", "description", "place_name", "address", "area", "online_url")
# What a series by a rule has of its own.
TIMES = ("starts_local", "minutes", "dates")


def present(event: Event) -> dict[str, Any]:
    """What an import can change of an event, plain; `dates` are its further ones, as a row has them."""
    extras = [one for one in event.occurrences if one.extra_uid and one.state is OccurrenceState.SCHEDULED]
    return {
        **{name: getattr(event, name) for name in _TEXTS},
        "starts_local": event.starts_local.isoformat(timespec="minutes"),
        "minutes": event.duration_minutes,
        "dates": sorted([_begins(one), one.duration_minutes] for one in extras),
        "is_home": event.is_home,
        "visibility": event.visibility.value,
        "organization_id": event.organization_id,
    }


def _begins(one: Occurrence) -> str:
    return one.starts_local.isoformat(timespec="minutes") if one.starts_local else one.on_date.isoformat()


def compare_event(
    said: Said, event: Event, host: tuple[int, str] | None, own: Mapping[int, str], *, fill_only: bool
) -> Changes:
    """What a row changes of its event, in whose own fields `own` stands; `host`: the group that it names."""
    changes, here = Changes(), present(event)
    new = {"title": said.name, **said.values}
    for name in _TEXTS:
        if new.get(name) and fold(new[name]) != fold(here[name]) and not (fill_only and here[name]):
            changes.put(name, here[name], new[name])
    for name in TIMES:
        # An event has a beginning and an end, always: only filling in, neither is anything to fill.
        empty = name == "dates" and not here[name]
        if new.get(name) and new[name] != here[name] and (empty or not fill_only):
            changes.put(name, here[name], new[name])
    if host is not None and host[0] != event.organization_id and not (fill_only and event.organization_id):
        changes.values["organization_id"] = host[0]
        changes.tell("host", event.organization.name if event.organization else None, host[1])
    if new.get("is_home") and not event.is_home:
        changes.put("is_home", None, True)
        if event.visibility is Visibility.PUBLIC:
            changes.values["visibility"] = Visibility.AREA.value
    changes.own = compare_own(said.own, own, fill_only=fill_only)
    for field_id, value in changes.own.items():
        changes.tell(own_field(field_id), own.get(field_id, ""), value)
    return changes


def leave_times(changes: Changes) -> bool:
    """Leave the days and hours of a series as they are; whether a row would have changed any."""
    left = [name for name in TIMES if changes.values.pop(name, None) is not None]
    changes.told = [change for change in changes.told if change[0] not in TIMES]
    return bool(left)


def change_event(viewer: Viewer, event: Event, values: Mapping[str, Any]) -> bool:
    """Let an event be as `values` (of `present`) say; False where it can't be, and nothing is changed."""
    if not values:
        return True
    try:
        with db.session.begin_nested():
            if values.keys() - {"organization_id"}:
                edit_event(viewer, event, plan_of(event, values))
                put_dates(viewer, event, values.get("dates", ()))
            if "organization_id" in values:
                event.organization_id = values["organization_id"]
            db.session.flush()
    except (Refused, RecurrenceError):
        return False
    return True


def plan_of(event: Event, values: Mapping[str, Any]) -> Plan:
    """An event as it is, but for what `values` say."""
    here = present(event)
    new = {**here, **values}
    starts = datetime.fromisoformat(new["starts_local"])
    plan = Plan(
        kind=event.kind,
        title=new["title"],
        starts_local=starts,
        duration=timedelta(minutes=new["minutes"]),
        visibility=Visibility(new["visibility"]),
        rule=series_of(event).rule,
        description=new["description"],
        skipped=frozenset(map(date.fromisoformat, event.skipped)),
        picked=days_of(starts, new["dates"]),
    )
    kept = {name: new[name] if name in new else getattr(event, name) for name in FIELDS}
    return replace(plan, **kept)


def days_of(starts: datetime, dates: Any) -> frozenset[date]:
    """The days that are picked for an event, its first among them; none of a single date."""
    others = frozenset(datetime.fromisoformat(begins).date() for begins, _minutes in dates)
    return others | {starts.date()} if others else others


def put_dates(viewer: Viewer, event: Event, dates: Any) -> None:
    """Give those further dates their own hour and length that have one. Raises Refused."""
    there = {one.on_date: one for one in event.occurrences}
    for begins, minutes in dates:
        starts = datetime.fromisoformat(begins)
        one = there[starts.date()]
        if (one.starts_local, one.duration_minutes) != (starts, minutes):
            length = timedelta(minutes=minutes) if minutes else None
            change = Change(starts, length, **{name: getattr(one, name) for name in FIELDS})
            change_date(viewer, event, one.on_date, change)
