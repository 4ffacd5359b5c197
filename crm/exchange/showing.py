"""Rows of any list as the pages show them, and what they are called there."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import load_only

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.formats import clock_time, full_date
from crm.core.permissions import viewer
from crm.core.tenancy import current_coalition_id
from crm.events.models import Event
from crm.events.rights import visible_to
from crm.exchange import rendering
from crm.exchange.fields import own_number
from crm.exchange.lists import contacts, events
from crm.exchange.lists.vocabulary import GroupField
from crm.exchange.models import Import, ImportRow, ListKind, RowOutcome
from crm.exchange.rendering import Change, RowView
from crm.exchange.rows import Said, read_said
from crm.exchange.undo import REASONS
from crm.fields.definitions import Subject
from crm.fields.queries import own_fields, tell
from crm.organizations.models import Contact, Organization
from crm.outreach.models import CHANNEL_NAMES, OUTCOME_NAMES, Channel, Interaction, Outcome

_SAME = {
    RowOutcome.REPEAT: _l("Repeats within the file"),
    RowOutcome.SKIP: _l("Skipped"),
    RowOutcome.REFUSE: _l("Refused"),
    RowOutcome.UNCHANGED: _l("Here already, unchanged"),
}
OUTCOME_TITLES: Mapping[ListKind, Mapping[RowOutcome, Any]] = {
    ListKind.ORGANIZATIONS: rendering.OUTCOME_TITLES,
    ListKind.CONTACTS: {
        **_SAME, RowOutcome.CREATE: _l("New people"), RowOutcome.CHANGE: _l("People who change"),
    },
    ListKind.INTERACTIONS: {
        **_SAME, RowOutcome.CREATE: _l("New touches"), RowOutcome.CHANGE: _l("Touches that change"),
    },
    ListKind.EVENTS: {
        **_SAME, RowOutcome.CREATE: _l("New events"), RowOutcome.CHANGE: _l("Events that change"),
    },
}  # fmt: skip
# What the first column of a table of rows is called, and what is said of undoing.
WORDS: Mapping[ListKind, Mapping[str, Any]] = {
    ListKind.ORGANIZATIONS: {
        "row": _l("Group"),
        "removed": _l("new groups to remove"),
        "set_back": _l("changed groups to set back"),
        "staying": _l("new groups that stay"),
        "title": _l("New groups that stay"),
    },
    ListKind.CONTACTS: {
        "row": _l("Person"),
        "removed": _l("new people to remove"),
        "set_back": _l("changed people to set back"),
        "staying": _l("new people who stay"),
        "title": _l("New people who stay"),
    },
    ListKind.INTERACTIONS: {
        "row": _l("Touch"),
        "removed": _l("touches to remove"),
        "set_back": _l("touches to set back"),
        "staying": _l("touches that stay"),
        "title": _l("Touches that stay"),
    },
    ListKind.EVENTS: {
        "row": _l("Event"),
        "removed": _l("events to remove"),
        "set_back": _l("events to set back"),
        "staying": _l("events that stay"),
        "title": _l("Events that stay"),
    },
}
_CHANGES: Mapping[str, Any] = {
    "is_primary": contacts.LABELS[contacts.PersonField.PRIMARY],
    "no_calls": contacts.LABELS[contacts.PersonField.NO_CALLS],
    "since_on": contacts.LABELS[contacts.PersonField.SINCE],
    "until_on": contacts.LABELS[contacts.PersonField.UNTIL],
    "title": events.LABELS[events.EventField.TITLE],
    "description": events.LABELS[events.EventField.DESCRIPTION],
    "place_name": events.LABELS[events.EventField.PLACE],
    "address": events.LABELS[events.EventField.ADDRESS],
    "area": events.LABELS[events.EventField.AREA],
    "online_url": events.LABELS[events.EventField.ONLINE],
    "minutes": events.LABELS[events.EventField.MINUTES],
    "starts_local": _l("Begins"),
    "dates": _l("Further dates"),
    "is_home": _l("Somebody's home"),
    "host": _l("The group that hosts it"),
}


def show_rows(task: Import, rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows for the page, those already wiped by what they made; at most three statements."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.show_rows(rows)
    rows = list(rows)
    shown = _SHOWN[task.about](rows)
    return [_show(row, shown) for row in rows]


def show_staying(task: Import, rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows of which something stayed, with the reasons and no more."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.show_staying(rows)
    rows = list(rows)
    return _staying(task, rows, {row.id: (row.undone or "").split() for row in rows})


def list_staying(task: Import, reasons: Mapping[int, Iterable[str]]) -> list[RowView]:
    """What will stay if an import is undone: groups by their ids, of other lists the rows by theirs."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.list_staying(reasons)
    query = select(ImportRow).where(ImportRow.id.in_(list(reasons))).order_by(ImportRow.id)
    return _staying(task, db.session.scalars(query).all(), reasons)


def _staying(task: Import, rows: Sequence[ImportRow], reasons: Mapping[int, Iterable[str]]) -> list[RowView]:
    shown = _SHOWN[task.about](rows)
    return [
        RowView(
            row.line,
            shown.name(row, None),
            row.organization_id,
            facts=shown.facts(row, None),
            url=shown.url(row),
            staying=[str(REASONS[word]) for word in sorted(reasons[row.id])],
        )
        for row in rows
    ]


def _show(row: ImportRow, shown: _Shown) -> RowView:
    said = read_said(row.said) if row.said is not None else None
    return RowView(
        line=row.line,
        name=shown.name(row, said) or (said.name if said else ""),
        organization_id=row.organization_id,
        facts=shown.facts(row, said),
        url=shown.url(row),
        changes=[_change(*change) for change in said.changes] if said else (),
        problems=[(column, problem.message) for column, problem in said.list_problems()] if said else (),
    )


def _change(name: str, before: Any, after: Any) -> Change:
    if own := own_fields().find(own_number(name) or 0, Subject.EVENT):
        return Change(own.label, tell(own, before), tell(own, after))
    label = _CHANGES.get(name) or contacts.LABELS[contacts.PersonField(name)]
    return Change(str(label), *(rendering.short(_value(name, value)) for value in (before, after)))


def _value(name: str, value: Any) -> str:
    """A value of a person or an event as people read it."""
    if value in (None, "", []):
        return ""
    if name == "starts_local":
        return _moment(value)
    if name == "dates":
        return " · ".join(_moment(begins) for begins, _minutes in value)
    return _("yes") if value is True else str(value)


def _moment(text: str) -> str:
    at = datetime.datetime.fromisoformat(text)
    return f"{full_date(at.date())}, {clock_time(at)}"


class _Shown(ABC):
    """What a table needs to know of what its rows made, or are about."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        ids = {row.organization_id for row in rows if row.organization_id}
        query = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
        self.groups = {row.id: row.name for row in db.session.execute(query)} if ids else {}

    def group(self, row: ImportRow, said: Said | None) -> str:
        """The group that a row is about: as the directory calls it, else as the row does."""
        called = self.groups.get(row.organization_id or 0)
        return called or (said.group.get(GroupField.GROUP, "") if said else "")

    @abstractmethod
    def name(self, row: ImportRow, said: Said | None) -> str:
        """Whom or what a row is about."""

    @abstractmethod
    def facts(self, row: ImportRow, said: Said | None) -> list[str]:
        """What is told of it in a line."""

    def url(self, row: ImportRow) -> str:
        """The row's own page, where it is none of a group."""
        return ""


class _People(_Shown):
    """People: their name, their role, their group."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        super().__init__(rows)
        ids = {row.contact_id for row in rows if row.contact_id}
        query = select(Contact).where(Contact.id.in_(ids)).options(load_only(Contact.name, Contact.role))
        self.people = {one.id: one for one in db.session.scalars(query)} if ids else {}

    def name(self, row: ImportRow, said: Said | None) -> str:
        known = self.people.get(row.contact_id or 0)
        return said.name if said else (known.name or known.role) if known else ""

    def facts(self, row: ImportRow, said: Said | None) -> list[str]:
        known = self.people.get(row.contact_id or 0)
        role = said.values.get("role", "") if said else known.role if known else ""
        return [fact for fact in (role, self.group(row, said)) if fact]


class _Touches(_Shown):
    """Touches: their group, the day, what it was and came of it."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        super().__init__(rows)
        ids = {row.record_id for row in rows if row.record_id}
        columns = Interaction.id, Interaction.at, Interaction.channel, Interaction.outcome
        query = select(*columns).where(Interaction.id.in_(ids))
        self.zone = db.session.get_one(Coalition, current_coalition_id()).zone
        self.touches = {one.id: one for one in db.session.execute(query)} if ids else {}

    def name(self, row: ImportRow, said: Said | None) -> str:
        return self.group(row, said)

    def facts(self, row: ImportRow, said: Said | None) -> list[str]:
        made = self.touches.get(row.record_id or 0)
        if made is not None:
            parts = full_date(made.at.astimezone(self.zone).date()), made.channel, made.outcome
        elif said is not None and said.values:
            day = datetime.date.fromisoformat(said.values["on"])
            parts = full_date(day), Channel(said.values["channel"]), Outcome(said.values["outcome"])
        else:
            return []
        return [parts[0], str(CHANNEL_NAMES[parts[1]]), str(OUTCOME_NAMES[parts[2]])]


class _Events(_Shown):
    """Events: their title, when and where they are, which group hosts them."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        super().__init__(rows)
        ids = {row.record_id for row in rows if row.record_id}
        columns = Event.id, Event.slug, Event.title, Event.starts_local, Event.place_name
        query = select(*columns).where(Event.id.in_(ids), visible_to(viewer()))
        self.events = {one.id: one for one in db.session.execute(query)} if ids else {}

    def name(self, row: ImportRow, said: Said | None) -> str:
        made = self.events.get(row.record_id or 0)
        return str(made.title) if made else said.name if said else ""

    def url(self, row: ImportRow) -> str:
        made = self.events.get(row.record_id or 0)
        return url_for("events.show", slug=made.slug) if made else ""

    def facts(self, row: ImportRow, said: Said | None) -> list[str]:
        made, values = self.events.get(row.record_id or 0), said.values if said else {}
        starts = made.starts_local if made else values.get("starts_local")
        if isinstance(starts, str):
            starts = datetime.datetime.fromisoformat(starts)
        day = [full_date(starts.date()), clock_time(starts)] if starts else []
        if more := len(values.get("dates", ())):
            day.append(ngettext("and %(num)s more date", "and %(num)s more dates", more))
        place = made.place_name if made else values.get("place_name", "")
        return [fact for fact in (*day, place, self.group(row, said)) if fact]


_SHOWN: Mapping[ListKind, type[_Shown]] = {
    ListKind.CONTACTS: _People,
    ListKind.INTERACTIONS: _Touches,
    ListKind.EVENTS: _Events,
}
