"""Lists of events: drafts, once, in the coalition's time; and back."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from crm.core.db import db
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import publish_event
from crm.exchange.lists.joining import join_timeslots
from crm.exchange.lists.presets import find_preset
from crm.exchange.models import Import, ListKind
from tests.counting import count_queries
from tests.exchange.sheets import IMPORT, csv_of, put_in, read_in, send_file, take_back
from tests.makers import make_organization
from tests.pages import defaults
from tests.people import Person

HEAD = ["Event ID", "Title", "Type", "Start", "End", "Venue", "Address", "City", "Host", "Private address"]
MARCH = ["1", "March on City Hall", "RALLY", "2026-12-05 12:00"]
EVENTS = [
    HEAD,
    [*MARCH, "2:30 pm", "City Hall", "1 Main St", "Tacoma", "Dockers Local 4", ""],
    ["2", "House meeting", "house party", "2026-12-07T02:00:00Z", "2026-12-07T03:30:00Z", "", "9 Elm St", "",
     "Nobody Knows Us", "yes"],
    ["3", "Shop floor", "workplace meeting", "12/8/26 10 pm", "1 am", "", "", "", "", ""],
    ["4", "Odd", "seance", "12/9/26 18:00", "12/8/26 18:00", "", "", "", "", ""],
    ["5", "No hour", "", "12/9/26", "", "", "", "", "", ""],
    ["6", "", "", "12/9/26 18:00", "", "", "", "", "", ""],
    ["7", "The end of days", "", "9999-12-31T23:59:00-10:00", "", "", "", "", "", ""],
    [*MARCH, "", "", "", "", "", ""],
]  # fmt: skip


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.starts_local)))


def counts() -> dict[str, int]:
    last = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert last is not None
    return {name: last.counts.get(name, 0) for name in ("create", "unchanged", "repeat", "skip", "refuse")}


def test_events_come_in_as_drafts_once(november: None, organizer: Person):
    dockers = make_organization("Dockers Local 4")
    preview = organizer.browser.page(read_in(organizer, "events.csv", csv_of(EVENTS))).text
    for told in (
        "The same event as in line 2.",
        "“seance” is no kind of event that is known.",
        "two hours are taken",
        "“12/9/26” says no hour.",
        "The row has no title.",
        "The host “Nobody Knows Us” is not plainly one group here: it was left out.",
    ):
        assert told in preview, told
    result = put_in(organizer, "events.csv", csv_of(EVENTS))
    assert counts() == {"create": 4, "unchanged": 0, "repeat": 1, "skip": 0, "refuse": 3}
    march, house, shop, odd = events()
    assert all(event.published_at is None for event in events())
    assert (march.kind, march.starts_local, march.duration_minutes, march.address) == (
        EventKind.DEMONSTRATION, datetime(2026, 12, 5, 12), 150, "1 Main St, Tacoma",
    )  # fmt: skip
    assert (march.organization_id, march.visibility) == (dockers.id, Visibility.PUBLIC)
    assert (house.starts_local, house.duration_minutes, house.visibility) == (
        datetime(2026, 12, 6, 18), 90, Visibility.AREA,
    )  # fmt: skip
    assert (shop.visibility, shop.duration_minutes, odd.duration_minutes) == (Visibility.CLOSED, 180, 120)
    assert "March on City Hall" in organizer.browser.page(result + "/rows/create").text
    put_in(organizer, "events.csv", csv_of(EVENTS))
    assert counts()["unchanged"] == 4 and len(events()) == 4
    moved = [HEAD, [*EVENTS[1][:3], "2026-12-06 12:00", *EVENTS[1][4:]]]
    put_in(organizer, "moved.csv", csv_of(moved), source="events")
    assert events()[0].starts_local == datetime(2026, 12, 6, 12) and len(events()) == 4


def test_undoing_takes_drafts_away_and_leaves_what_was_published(november: None, organizer: Person):
    result = put_in(organizer, "events.csv", csv_of(EVENTS))
    publish_event(organizer.viewer, events()[0])
    db.session.commit()
    asked = organizer.browser.page(result + "/undo").text
    assert "Undo: remove 3, set back 0" in asked and "has been changed or published since" in asked
    take_back(organizer, result)
    assert [event.title for event in events()] == ["March on City Hall"]
    assert "March on City Hall" in organizer.browser.page(result).text


def test_pages_of_many_events_cost_what_those_of_few_do(november: None, organizer: Person):
    spent = []
    for number in (3, 20):
        rows = ([f"Meeting {n}", f"2026-12-{n + 1:02} 18:00"] for n in range(number))
        page = put_in(organizer, "events.csv", csv_of([["Title", "Start"], *rows])) + "/rows/create"
        spent.append(count_queries(lambda page=page: organizer.browser.page(page)))
    assert spent[0] == spent[1] <= 8
    assert organizer.browser.page(IMPORT).text.count("Events") >= 2


def test_a_real_calendar_of_a_county_is_read_whole(november: None, organizer: Person, real_data: Path):
    content = (real_data / "events_king_county_wa.csv").read_bytes()
    read_in(organizer, "events_king_county_wa.csv", content)
    last = db.session.scalars(select(Import)).one()
    assert last.about is ListKind.EVENTS
    assert last.counts.get("create", 0) + last.counts.get("repeat", 0) == 369, last.counts


MOBILIZE = [
    ["id", "title", "description", "organization__slug", "event_type", "timezone", "location__venue",
     "deleted_date"],
    ["10", "Call night", "<p>Bring a <b>phone</b></p><p>&amp; tea</p>", "d4", "TRAINING", "US/Eastern",
     "Hall", ""],
    ["11", "No dates yet", "", "d4", "MEETING", "", "", ""],
    ["12", "Gone", "", "d4", "MEETING", "", "", "2026-01-01 00:00:00+00"],
]  # fmt: skip
TIMESLOTS = [
    ["id", "start_date", "end_date", "event_id", "deleted_date"],
    ["100", "2026-12-02 02:00:00+00", "2026-12-02 04:00:00+00", "10", ""],
    ["101", "2026-12-09 02:30:00+00", "2026-12-09 04:00:00+00", "10", ""],
    ["102", "2026-12-16 02:00:00+00", "2026-12-16 03:00:00+00", "10", "2026-11-01 00:00:00+00"],
    ["103", "2026-12-16 02:00:00+00", "2026-12-16 03:00:00+00", "12", ""],
]


def test_mobilize_keeps_dates_in_a_file_of_their_own(
    november: None, app: Flask, organizer: Person, tmp_path: Path
):
    paths = [tmp_path / "events.csv", tmp_path / "timeslots.csv"]
    for path, rows in zip(paths, (MOBILIZE, TIMESLOTS), strict=True):
        path.write_bytes(csv_of(rows))
    browser = organizer.browser
    form = defaults(browser.page(IMPORT).form("file"))
    second = FileStorage(io.BytesIO(csv_of(TIMESLOTS)), "timeslots.csv", "timeslots")
    columns = send_file(browser, IMPORT, "events.csv", csv_of(MOBILIZE), **{**form, "timeslots": second})
    assert "Recognized as an export of Mobilize." in columns.text and "further_dates" in columns.text
    alone = send_file(browser, IMPORT, "timeslots.csv", csv_of(TIMESLOTS), **form)
    assert alone.status_code == 422 and "which say when and not what" in alone.text
    wrong = FileStorage(io.BytesIO(csv_of(EVENTS)), "events.csv", "timeslots")
    refused = send_file(browser, IMPORT, "events.csv", csv_of(MOBILIZE), **{**form, "timeslots": wrong})
    assert refused.status_code == 422 and "The dates do not belong to these events" in refused.text
    arguments = ["import", "events", str(paths[0]), "--timeslots", str(paths[1]), "--coalition", "harbor"]
    db.session.commit()
    for told in (
        "1 created, 0 changed, 0 unchanged, 1 skipped",
        "0 created, 0 changed, 1 unchanged, 1 skipped",
    ):
        ran = app.test_cli_runner().invoke(args=arguments)
        assert ran.stdout == f"{told}, 1 refused.\n"
    [first] = events()
    [second_night] = first.occurrences
    assert (first.starts_local, first.duration_minutes) == (datetime(2026, 12, 1, 18), 120)
    assert (second_night.starts_local, second_night.duration_minutes) == (datetime(2026, 12, 8, 18, 30), 90)
    assert (first.kind, first.place_name, first.description) == (
        EventKind.TRAINING, "Hall", "Bring a phone\n& tea",
    )  # fmt: skip


def test_the_real_columns_of_mobilize_are_recognised(real_data: Path):
    head = (real_data / "import_layouts/mobilize_events_view.csv").read_text().splitlines()[0].split(",")
    preset = find_preset(head)
    assert preset is not None and preset.name == "Mobilize"
    slots = real_data / "import_layouts/mobilize_timeslots_view.csv"
    events_file = io.BytesIO((",".join(head) + "\n5" + "," * (len(head) - 1) + "x\n").encode())
    slots_file = io.BytesIO(slots.read_bytes().rstrip() + b"\n7,2026-12-02 02:00:00+00,,5,,,,\n")
    with join_timeslots(events_file, "events.csv", slots_file, "timeslots.csv", UTC) as joined:
        assert joined.read().decode().splitlines()[1].endswith("5,2026-12-02 02:00:00+00,,")
