"""The editor of an event: form fields in, a plan out."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import FormKey, LongText, Part, Text, options
from crm.events.date_forms import EventDay, VenueForm
from crm.events.models import Event, EventKind, OccurrenceState, Visibility
from crm.events.operations import Change, Plan, rest_of_rule
from crm.events.queries import series_of
from crm.events.recurrence import LAST, Frequency, RecurrenceError, Rule, Weekday, first_instance
from crm.events.rights import starting_visibility
from crm.events.venues import FIELDS
from crm.events.words import KIND_NAMES, VISIBILITY_TEXTS

PICKED = "picked"
REPEATS = {
    "": _l("Once"),
    PICKED: _l("On days that I pick"),
    Frequency.WEEKLY.value: _l("Every week, or every few weeks"),
    Frequency.MONTHLY.value: _l("Every month, or every few months"),
    Frequency.DAILY.value: _l("Every day, or every few days"),
}
NTHS = {1: _l("First"), 2: _l("Second"), 3: _l("Third"), 4: _l("Fourth"), LAST: _l("Last")}
ENDS = {"open": _l("Stays open"), "until": _l("Until a date"), "count": _l("After a number of dates")}
WEEKDAYS = {
    Weekday.MONDAY: _l("Monday"),
    Weekday.TUESDAY: _l("Tuesday"),
    Weekday.WEDNESDAY: _l("Wednesday"),
    Weekday.THURSDAY: _l("Thursday"),
    Weekday.FRIDAY: _l("Friday"),
    Weekday.SATURDAY: _l("Saturday"),
    Weekday.SUNDAY: _l("Sunday"),
}
# The exceptions that can be typed at once; more are made on the event's own page, date by date.
SKIPPED_ROWS = 4
CHANGED_ROWS = 3
PICKED_ROWS = 6


class InsteadForm(Part):
    """On one date: another time, another place, or another day."""

    on_date = EventDay(_l("On"), validators=[Optional()])
    moved_on = EventDay(_l("Instead on"), validators=[Optional()])
    at_time = TimeField(_l("At"), validators=[Optional()])
    place_name = Text(_l("Where"))

    def change(self, starts: datetime) -> tuple[date, Change] | None:
        """The date and what differs on it; None for an empty row."""
        if self.on_date.data is None:
            return None
        day, at_time = self.moved_on.data, self.at_time.data
        moved = None
        if day or at_time:
            moved = datetime.combine(day or self.on_date.data, at_time or starts.time())
        return self.on_date.data, Change(starts_local=moved, place_name=self.place_name.data or None)


class EventForm(VenueForm):
    """One editor for one-off and series, in the organizers' own terms."""

    kind = RadioField(_l("What is it"), choices=options(KIND_NAMES), coerce=EventKind)
    form_key = FormKey()
    reviewed = HiddenField()
    # How the event was when the editor was opened, so that two who change it at once see each other.
    seen = HiddenField()
    title = Text(_l("Title"), [InputRequired()])
    description = LongText(_l("What people should know"), longest=4000)
    starts_on = EventDay(_l("Day, or first day"), [InputRequired(_l("Choose a day."))])
    starts_at = TimeField(_l("Begins at"), [InputRequired(_l("Choose a time."))])
    ends_at = TimeField(_l("Ends at"), [InputRequired(_l("Choose a time."))])
    picked = FieldList(
        EventDay(_l("And on"), [Optional()]), label=_l("And on"), min_entries=PICKED_ROWS, max_entries=61
    )
    repeats = RadioField(_l("How often"), choices=options(REPEATS), default="", validate_choice=True)
    every = IntegerField(_l("Every how many"), [Optional(), NumberRange(1, 365)], default=1)
    weekdays = SelectMultipleField(
        _l("On which days"),
        choices=options({int(day): name for day, name in WEEKDAYS.items()}),
        coerce=int,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
        description=_l("Nothing ticked: the weekday of the first day."),
    )
    nth = SelectField(_l("Which one of the month"), choices=options(NTHS), coerce=int, default=1)
    ends = RadioField(_l("How long"), choices=options(ENDS), default="open")
    until = EventDay(_l("Until"), [Optional()])
    count = IntegerField(_l("How many times"), [Optional(), NumberRange(1, 999)])
    skipped = FieldList(
        EventDay(_l("Not on"), [Optional()]), label=_l("Not on"), min_entries=SKIPPED_ROWS, max_entries=40
    )
    changes = FieldList(
        FormField(InsteadForm), label=_l("Different on"), min_entries=CHANGED_ROWS, max_entries=20
    )
    visibility = RadioField(
        _l("Who may know of it"),
        choices=options({"": _l("As usual for its kind"), **VISIBILITY_TEXTS}),
        default="",
        coerce=lambda value: Visibility(value) if value else None,
    )

    def starts_local(self) -> datetime:
        """Wall time of the day and hour that were typed."""
        return datetime.combine(self.starts_on.data, self.starts_at.data)

    def duration(self) -> timedelta:
        """From the beginning to the end; an end at or before the beginning is on the next day."""
        starts, ends = self.starts_local(), datetime.combine(self.starts_on.data, self.ends_at.data)
        return (ends if ends > starts else ends + timedelta(days=1)) - starts

    def rule(self) -> Rule | None:
        """The rule of the series. Raises RecurrenceError with the field that is wrong."""
        if self.repeats.data in ("", PICKED):
            return None
        frequency, ends = Frequency(self.repeats.data), self.ends.data
        if ends == "until" and self.until.data is None:
            raise RecurrenceError("until", _("Choose the last day."))
        if ends == "count" and self.count.data is None:
            raise RecurrenceError("count", _("Say how many times."))
        days = frozenset(Weekday(day) for day in self.weekdays.data or [])
        if not days:
            days = frozenset({Weekday(self.starts_on.data.weekday())})
        return Rule(
            frequency,
            every=self.every.data or 1,
            weekdays=frozenset() if frequency is Frequency.DAILY else days,
            nth=self.nth.data if frequency is Frequency.MONTHLY else None,
            until=self.until.data if ends == "until" else None,
            count=self.count.data if ends == "count" else None,
        )

    def plan(self) -> Plan:
        """What was typed, as an operation takes it. Raises RecurrenceError with the field that is wrong."""
        rule, starts = self.rule(), self.starts_local()
        if rule is not None:
            starts = first_instance(rule, starts)
        kind, is_home = self.kind.data, self.is_home.data
        changes = [row.form.change(starts) for row in self.changes]
        picked = {day for day in self.picked.data if day and day != starts.date()}
        return Plan(
            kind=kind,
            title=self.title.data,
            starts_local=starts,
            duration=self.duration(),
            visibility=self.visibility.data or starting_visibility(kind, is_home=is_home),
            rule=rule,
            description=self.description.data,
            skipped=frozenset(day for day in self.skipped.data if day) if rule else frozenset(),
            changes=tuple(change for change in changes if change),
            picked=frozenset(picked) if self.repeats.data == PICKED else frozenset(),
            **self.venue(),
        )

    def stamp(self) -> str:
        """A digest of all that was typed: what was read back is what is saved."""
        typed = {k: v for k, v in self.values.items() if k not in {"reviewed", "seen", "form_key"}}
        return hashlib.sha256(repr(sorted(typed.items())).encode()).hexdigest()


def typed_from(event: Event) -> dict[str, Any]:
    """The fields of the editor as an event fills them."""
    rule, starts = series_of(event).rule, event.starts_local
    typed: dict[str, Any] = {
        name: getattr(event, name) for name in ("kind", "title", "description", "visibility", *FIELDS)
    }
    skipped = [date.fromisoformat(day) for day in event.skipped]
    typed["skipped"] = skipped + [None] * max(1, SKIPPED_ROWS - len(skipped))
    if rule is None:
        days = picked_days(event)
        if len(days) > 1 or any(one.extra_uid for one in event.occurrences):
            others = days[1:]
            typed |= {"repeats": PICKED, "picked": others + [None] * max(1, PICKED_ROWS - len(others))}
            starts = datetime.combine(days[0], starts.time())
    else:
        typed |= typed_rule(rule)
    ends = starts + timedelta(minutes=event.duration_minutes)
    return typed | {"starts_on": starts.date(), "starts_at": starts.time(), "ends_at": ends.time()}


def typed_rule(rule: Rule) -> dict[str, Any]:
    """The fields of the editor as a rule fills them."""
    return {
        "repeats": rule.frequency.value,
        "every": rule.every,
        "weekdays": sorted(int(day) for day in rule.weekdays),
        "nth": rule.nth or 1,
        "ends": "until" if rule.until else "count" if rule.count else "open",
        "until": rule.until,
        "count": rule.count,
    }


def picked_days(event: Event) -> list[date]:
    """The days on which an event without a rule takes place; of one that is cancelled whole, its own day."""
    off = {one.on_date for one in event.occurrences if one.state is OccurrenceState.CANCELLED}
    extras = [one.on_date for one in event.occurrences if one.extra_uid]
    return sorted({event.starts_local.date(), *extras} - off) or [event.starts_local.date()]


def typed_rest(event: Event, on_date: date) -> dict[str, Any]:
    """The editor for the rest of a series, from one of its dates on."""
    typed = typed_from(event)
    rule = rest_of_rule(event, on_date)
    typed |= typed_rule(rule) if rule else {}
    skipped = [day for day in typed["skipped"] if day and day >= on_date]
    typed["skipped"] = skipped + [None] * max(1, SKIPPED_ROWS - len(skipped))
    return typed | {"starts_on": on_date}
