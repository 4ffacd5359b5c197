"""A list that says otherwise of events that are here: foreseen, changed, and set back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from crm.core.db import db
from crm.events.models import Event, EventKind, OccurrenceState, Visibility
from crm.events.operations import Plan, edit_event, publish_event, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.exchange.lists.events import PUBLISHED
from crm.exchange.models import Existing, Import
from crm.exchange.operations.event_changes import plan_of
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field
from crm.fields.queries import list_values
from tests.exchange.sheets import csv_of, put_in, read_in, take_back
from tests.makers import PROGRAM, make_organization
from tests.people import Person

HEAD = ["Event ID", "Title", "Type", "Start", "End", "Further dates", "Venue", "Host", "Chairs"]
FIRST = [
    HEAD,
    ["1", "Call night", "training", "12/1/26 6 pm", "8 pm", "12/8/26; 12/15/26 7 pm", "Hall", "", "20"],
    ["2", "Picket", "picket", "12/2/26 12:00", "1 pm", "", "Gate 4", "", ""],
    ["3", "Shop floor", "workplace", "12/3/26 18:00", "", "", "", "", ""],
]
SECOND = [
    HEAD,
    [
        "1",
        "Call night",
        "",
        "12/1/26 6 pm",
        "9 pm",
        "12/8/26; 12/22/26",
        "Union Hall",
        "Dockers Local 4",
        "25",
    ],
    ["2", "Picket", "", "12/2/26 13:00", "", "", "", "", ""],
    ["3", "Shop floor", "", "12/3/26 19:00", "", "", "", "", ""],
]  # fmt: skip


def event(title: str) -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.title == title)).one()


def counts() -> dict[str, int]:
    last = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert last is not None
    return {name: last.counts.get(name, 0) for name in ("create", "change", "unchanged", "refuse")}


def days(one: Event) -> list[tuple[datetime | None, OccurrenceState]]:
    return [(day.starts_local, day.state) for day in one.occurrences]


def test_a_second_list_changes_drafts_and_no_published_event_unticked(
    november: None, organizer: Person, coordinator: Person
):
    chairs = add_field(PROGRAM, Subject.EVENT, "Chairs", FieldKind.NUMBER, (), "").id
    dockers = make_organization("Dockers Local 4")
    put_in(organizer, "events.csv", csv_of(FIRST))
    call = event("Call night")
    assert [at for at, _state in days(call)] == [datetime(2026, 12, 8, 18), datetime(2026, 12, 15, 19)]
    assert list_values(Subject.EVENT, call.id) == {chairs: "20"}
    put_in(organizer, "events.csv", csv_of(FIRST))
    assert counts() == {"create": 0, "change": 0, "unchanged": 3, "refuse": 0}
    publish_event(organizer.viewer, event("Picket"))
    db.session.commit()
    # A closed meeting that somebody is not named on is neither shown nor changed by their list.
    preview = organizer.browser.page(read_in(coordinator, "events.csv", csv_of(SECOND))).text
    assert "Shop floor" not in preview
    assert counts() == {"create": 0, "change": 1, "unchanged": 1, "refuse": 1}
    for told in (
        "Minutes that it takes: 120 → 180",
        "Name of the place: Hall → Union Hall",
        "The group that hosts it: Dockers Local 4",
        "Chairs: 20 → 25",
        "Begins: December 2, 2026, 12:00 PM → December 2, 2026, 1:00 PM",
        "It is published: what this row changes would be told to people.",
    ):
        assert told in preview, told
    result = put_in(coordinator, "events.csv", csv_of(SECOND), defaults={PUBLISHED: True})
    assert counts() == {"create": 0, "change": 2, "unchanged": 1, "refuse": 0}
    call, picket = event("Call night"), event("Picket")
    assert (call.place_name, call.duration_minutes, call.organization_id) == ("Union Hall", 180, dockers.id)
    assert [at for at, _state in days(call)] == [datetime(2026, 12, 8, 18), datetime(2026, 12, 22, 18)]
    assert (picket.starts_local.hour, picket.place_name, picket.sequence) == (13, "Gate 4", 2)
    assert event("Shop floor").starts_local.hour == 18
    # What somebody changed since stays, the rest goes back to what it was.
    edit_event(organizer.viewer, call, plan_of(call, {"place_name": "Library"}))
    db.session.commit()
    take_back(coordinator, result)
    call, picket = event("Call night"), event("Picket")
    assert (call.place_name, call.duration_minutes, call.organization_id) == ("Library", 120, None)
    assert [at for at, _state in days(call)] == [datetime(2026, 12, 8, 18), datetime(2026, 12, 15, 19)]
    assert (picket.starts_local.hour, list_values(Subject.EVENT, call.id)) == (12, {chairs: "20"})
    assert "has been changed or published since" in coordinator.browser.page(result).text


def test_a_series_keeps_its_days_and_a_home_is_told_to_fewer(november: None, coordinator: Person, coalition):
    weekly = Plan(
        kind=EventKind.COALITION,
        title="Assembly",
        starts_local=datetime(2026, 12, 1, 18),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}), count=4),
    )
    made = schedule_event(coordinator.viewer, coalition, weekly, publish=False)
    uid = made.uid
    db.session.commit()
    rows = [
        ["UID", "Title", "Start", "Duration", "Venue", "Address", "Private address"],
        [uid, "Assembly", "12/1/26 18:00", "90", "Rosa's", "1 Elm St", "yes"],
    ]
    put_in(coordinator, "fill.csv", csv_of([rows[0], [uid, "Meeting", *rows[1][2:4]]]), Existing.FILL)
    assert event("Assembly").duration_minutes == 120
    page = put_in(coordinator, "a.csv", csv_of(rows))
    one = event("Assembly")
    assert (one.duration_minutes, one.place_name, one.is_home) == (120, "Rosa's", True)
    assert one.visibility is Visibility.AREA and one.recurrence
    assert "It is a series here" in coordinator.browser.page(page).text
