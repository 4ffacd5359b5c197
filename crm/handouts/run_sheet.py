"""The run sheet of a date: one page for those who run it. It names people: it is the organizers' alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from flask_babel import gettext as _

from crm.calendars.words import when
from crm.coalitions.models import Coalition
from crm.core.formats import number
from crm.core.papers import sheet_of
from crm.core.permissions import Viewer
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.queries.ledger import LedgerLine, Period, list_ledger
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.events.words import venue_lines
from crm.organizations.operations import reveal_contact
from crm.organizations.queries import list_contacts
from crm.roles.models import RoleTaking
from crm.roles.queries import RoleOnDate, list_roles
from crm.roles.words import filled, shift
from crm.turnout.queries import DateTurnout, list_turnout


@dataclass(frozen=True)
class Run:
    """All that a run sheet holds. `phones`: organization id → whom to call, where that was asked for."""

    event: Event
    date: EventDate
    roles: Sequence[RoleOnDate]
    promises: Sequence[LedgerLine]
    turnout: DateTurnout
    phones: Mapping[int, str] = field(default_factory=dict)


def read_run(viewer: Viewer, event: Event, one: EventDate, *, phones: bool = False) -> Run:
    """What is known of a date. With phone numbers, that they are looked at is noted, one by one."""
    roles = list_roles(event.id, one.on_date)
    day = one.starts_local.date()
    promises = list_ledger(viewer, Period(day, day), event_id=event.id)
    ids = {taking.organization_id for role in roles for taking in role.takings}
    ids |= {line.made.organization_id for line in promises}
    known = _reveal(viewer, sorted(number for number in ids if number)) if phones else {}
    return Run(event, one, roles, promises, list_turnout([one])[0], known)


def _reveal(viewer: Viewer, organization_ids: Iterable[int]) -> dict[int, str]:
    """Whom of each group to call: the first of its people with a number."""
    found = {}
    for organization_id in organization_ids:
        called = next((one for one in list_contacts(viewer, organization_id) if one.phone), None)
        if called is not None:
            reveal_contact(viewer, called)
            found[organization_id] = f"{called.name}, {called.phone}"
    return found


def run_sheet_of(coalition: Coalition, run: Run, paper: str) -> dict[str, Any]:
    """The run sheet, for templates/print/run_sheet.typ."""
    ordered = sorted(run.roles, key=lambda one: (one.role.from_time or time(), one.role.id))
    return {
        **sheet_of(coalition, _("Run sheet"), paper),
        "event": run.event.title,
        "when": when(run.date),
        "place": ", ".join(part for part in (run.date.place_name, run.date.address, run.date.area) if part),
        "facts": [*venue_lines(run.date.venue), *_figures(run.turnout)],
        "cancelled": _("This date is cancelled.") if run.date.cancelled else "",
        "roles_heading": _("Roles"),
        "heads": [_("Time"), _("Role"), _("Filled"), _("Who")],
        "roles": [_role(one, run.phones) for one in ordered],
        "no_roles": _("No role is named yet."),
        "promises_heading": _("What groups bring"),
        "promises": [_promise(line, run.phones) for line in run.promises],
        "notes_heading": _("Notes"),
        "warning": _warning(run),
    }


def _figures(turnout: DateTurnout) -> list[str]:
    said = [_("Goal: %(count)s people.", count=number(turnout.goal))] if turnout.goal else []
    if turnout.promised:
        said.append(_("Promised: %(count)s people.", count=number(turnout.promised)))
    return said


def _role(one: RoleOnDate, phones: Mapping[int, str]) -> dict[str, Any]:
    return {
        "time": shift(one.role),
        "name": one.role.name,
        "note": one.role.note,
        "filled": filled(one),
        "open": one.open > 0,
        "who": [_taker(taking, phones) for taking in one.takings],
    }


def _taker(taking: RoleTaking, phones: Mapping[int, str]) -> str:
    who = taking.who or _("somebody")
    if taking.count > 1:
        who = f"{who} × {number(taking.count)}"
    phone = phones.get(taking.organization_id or 0)
    return f"{who} ({phone})" if phone else who


def _promise(line: LedgerLine, phones: Mapping[int, str]) -> dict[str, str]:
    made = line.made
    return {
        "who": made.organization.name,
        "what": say_amount(made.kind, made.amount, what=made.what, currency=made.currency),
        "phone": phones.get(made.organization_id, ""),
    }


def _warning(run: Run) -> str:
    if run.phones:
        return str(_("It holds names and phone numbers: keep it to yourselves, and destroy it afterwards."))
    return str(_("It may name people: keep it to yourselves, and destroy it afterwards."))
