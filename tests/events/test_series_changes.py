"""A series that goes on: otherwise from a date on, longer, and events on days that somebody picked."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import ask_to_co_sponsor
from crm.events.models import Event, OccurrenceState
from crm.events.operations import (
    Change,
    add_date,
    cancel_date,
    change_date,
    edit_event,
    extend_series,
    natural_end,
    publish_event,
    rest_of_rule,
    schedule_event,
    split_series,
)
from crm.events.queries import find_date, find_date_now, find_later, list_event_dates
from crm.events.recurrence import Frequency, RecurrenceError, Rule
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_values
from crm.fields.queries import list_values
from tests.events.conftest import SATURDAYS, WINTER, once, plan_of
from tests.makers import make_organization

PUBLIC = Viewer()
JANUARY = date(2027, 1, 2)


def days(event: Event) -> list[date]:
    return [one.starts_local.date() for one in list_event_dates(event, PUBLIC, WINTER)]


def rest(**changes):
    values = {"starts_local": datetime(2027, 1, 2, 15), "place_name": "City Hall", "address": ""}
    return plan_of(**{**values, "skipped": frozenset(), "changes": (), **changes})


def test_from_a_date_on_it_is_another_event_and_nothing_is_lost(march, organizer, coordinator):
    before, uid, sequence = days(march), march.uid, march.sequence
    cancel_date(organizer.viewer, march, date(2027, 1, 9), "Storm")
    extra = add_date(organizer.viewer, march, datetime(2027, 1, 7, 18))
    group = make_organization()
    for on_date in (None, date(2026, 12, 5), date(2027, 1, 9)):
        asked = ask_to_co_sponsor(organizer.viewer, march, group, on_date)
        asked.state = CoSponsorState.ACCEPTED
    extra_uid = extra.extra_uid
    meal = add_field(organizer.viewer, Subject.EVENT, "Meal", FieldKind.TEXT, (), "")
    put_values(Subject.EVENT, march.id, {meal.id: "Soup"})
    later = split_series(organizer.viewer, march, JANUARY, rest())
    db.session.commit()
    assert list_values(Subject.EVENT, later.id) == list_values(Subject.EVENT, march.id) == {meal.id: "Soup"}
    assert (march.uid, march.recurrence) == (uid, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270101")
    assert later.uid != uid and later.sequence >= march.sequence > sequence
    assert sorted(days(march) + days(later)) == sorted([*before, date(2027, 1, 7)])
    assert [one.on_date for one in march.occurrences] == []
    told = {one.on_date: one for one in list_event_dates(later, PUBLIC, WINTER)}
    assert told[date(2027, 1, 9)].cancel_reason == "Storm"
    assert [one.extra_uid for one in later.occurrences if one.extra_uid] == [extra_uid]
    # Moved to two by hand before; it goes along as it was.
    assert told[JANUARY].starts_local.hour == 14 and told[date(2027, 1, 16)].starts_local.hour == 15
    stands = {(one.event_id, one.on_date) for one in db.session.query(CoSponsorship)}
    dated = {(march.id, date(2026, 12, 5)), (later.id, date(2027, 1, 9))}
    assert stands == {(march.id, None), (later.id, None)} | dated


def test_an_old_address_leads_to_the_date_where_it_is_now(march, organizer, visitor):
    later = split_series(organizer.viewer, march, JANUARY, rest(title="March on city hall"))
    last = split_series(
        organizer.viewer, later, date(2027, 1, 16), rest(starts_local=datetime(2027, 1, 16, 9))
    )
    between = split_series(
        organizer.viewer, march, date(2026, 12, 12), rest(starts_local=datetime(2026, 12, 12, 9),
        rule=Rule(Frequency.WEEKLY, weekdays=SATURDAYS.weekdays, until=date(2026, 12, 31))),
    )  # fmt: skip
    db.session.commit()
    assert [find_later(PUBLIC, one) for one in (march, between, later, last)] == [between, later, last, None]
    found = find_date_now(PUBLIC, march, date(2027, 1, 16))
    assert found and found[0] is last and find_date(march, PUBLIC, date(2027, 1, 16)) is None
    for slug in ("march-on-the-harbor/2027-01-16", "march-on-the-harbor/2027-01-02"):
        assert visitor.get(f"/harbor/events/{slug}").status_code == 301
    # A calendar file is given at once, where it was asked for: some apps follow no redirect.
    [old], [now] = (
        icalendar.Calendar.from_ical(visitor.get(f"/harbor/events/{slug}/2027-01-16.ics").data).walk("VEVENT")
        for slug in (march.slug, last.slug)
    )
    assert old == now and str(now["UID"]) == f"20270116-{last.uid}" and last.slug in str(now["URL"])
    assert visitor.get(f"/harbor/events/{march.slug}/2027-01-17.ics").status_code == 404
    assert "It goes on" in visitor.get("/harbor/events/march-on-the-harbor").text


def test_what_cannot_be_split_is_refused(march, organizer, coalition):
    single = schedule_event(organizer.viewer, coalition, once(title="Rally"))
    db.session.commit()
    for event, day, plan in (
        (march, date(2026, 11, 28), rest()),  # its first date
        (march, date(2026, 12, 26), rest(starts_local=datetime(2026, 12, 26, 12))),  # not announced
        (march, JANUARY, rest(starts_local=datetime(2026, 12, 19, 12))),  # begins before
        (single, date(2026, 11, 28), rest()),
    ):
        with pytest.raises(Refused) as refused:
            split_series(organizer.viewer, event, day, plan)
        assert refused.value.field == "starts_on"
        db.session.rollback()


def test_what_went_on_as_another_event_is_not_run_into(march, organizer):
    split_series(organizer.viewer, march, JANUARY, rest())
    for change in (
        lambda: extend_series(organizer.viewer, march, date(2027, 2, 20)),
        lambda: extend_series(organizer.viewer, march, None),
        lambda: edit_event(organizer.viewer, march, plan_of()),
    ):
        with pytest.raises(RecurrenceError) as refused:
            change()
        assert refused.value.field == "until"
    extend_series(organizer.viewer, march, date(2026, 12, 31))


def test_of_a_number_of_dates_the_rest_goes_on(march, organizer):
    edit_event(
        organizer.viewer, march, plan_of(rule=Rule(Frequency.WEEKLY, weekdays=SATURDAYS.weekdays, count=8))
    )
    left = rest_of_rule(march, JANUARY)
    assert left and left.count == 3
    assert natural_end(march) == date(2027, 4, 16)


def test_the_natural_end_is_three_months_on(march, organizer):
    assert natural_end(march) == date(2027, 4, 20)
    extend_series(organizer.viewer, march, natural_end(march))
    assert march.recurrence == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270420"
    extend_series(organizer.viewer, march, None)
    assert natural_end(march) is None


PICKED = frozenset({date(2026, 12, 5), date(2026, 12, 19)})


def test_picked_days_keep_their_names_whatever_is_picked_next(november, coalition, organizer):
    event = schedule_event(organizer.viewer, coalition, once(picked=PICKED))
    db.session.commit()
    assert days(event) == [date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 19)]
    names = {one.on_date: one.extra_uid for one in event.occurrences} | {date(2026, 11, 28): event.uid}
    assert len(set(names.values())) == 3
    # The first is taken out, one is new, and all are an hour later.
    new = frozenset({date(2026, 12, 19), date(2026, 12, 12)})
    edit_event(organizer.viewer, event, once(starts_local=datetime(2026, 12, 5, 13), picked=new))
    db.session.commit()
    told = {one.on_date: one for one in list_event_dates(event, PUBLIC, WINTER)}
    assert [day for day, one in told.items() if one.cancelled] == [date(2026, 11, 28)]
    assert {one.starts_local.hour for one in told.values()} == {13} and len(told) == 4
    assert event.uid == names[date(2026, 11, 28)]
    assert all(
        one.extra_uid == names.get(one.on_date, one.extra_uid) for one in event.occurrences if one.extra_uid
    )
    # Picked again, the first takes place after all; what is taken out stays as cancelled.
    edit_event(organizer.viewer, event, once(picked=frozenset({date(2026, 12, 12)})))
    told = {one.on_date: one.cancelled for one in list_event_dates(event, PUBLIC, WINTER)}
    assert told == {date(2026, 11, 28): False, date(2026, 12, 5): True, date(2026, 12, 12): False,
                    date(2026, 12, 19): True}  # fmt: skip


def test_before_it_is_published_a_day_is_simply_gone(november, coalition, organizer):
    event = schedule_event(organizer.viewer, coalition, once(picked=PICKED), publish=False)
    edit_event(organizer.viewer, event, once(starts_local=datetime(2026, 12, 19, 12)))
    db.session.commit()
    publish_event(organizer.viewer, event)
    assert days(event) == [date(2026, 12, 19)] and event.occurrences == []


def test_a_one_off_that_moves_stays_the_one_it_was(november, coalition, organizer):
    event = schedule_event(organizer.viewer, coalition, once())
    edit_event(organizer.viewer, event, once(starts_local=datetime(2026, 11, 29, 12)))
    assert days(event) == [date(2026, 11, 29)] and event.occurrences == []


def test_a_series_becomes_picked_days(march, organizer):
    edit_event(organizer.viewer, march, once(picked=frozenset({JANUARY, date(2027, 1, 9)})))
    db.session.commit()
    assert days(march) == [date(2026, 11, 28), JANUARY, date(2027, 1, 9)]
    assert all(one.state is OccurrenceState.SCHEDULED and one.extra_uid for one in march.occurrences)


def test_a_date_follows_the_series_in_what_is_the_same(march, organizer):
    day = date(2026, 12, 5)
    told = find_date(march, PUBLIC, day)
    assert told
    change = Change(
        told.starts_local, march_length(march), "Pier 9", "9 Harbor Way", childcare="From three years"
    )
    one = change_date(organizer.viewer, march, day, change)
    assert (one.starts_local, one.duration_minutes, one.place_name, one.childcare) == (
        None, None, None, "From three years"
    )  # fmt: skip
    edit_event(organizer.viewer, march, plan_of(place_name="Pier 12"))
    told = find_date(march, PUBLIC, day)
    assert told and (told.place_name, told.venue.childcare) == ("Pier 12", "From three years")
    assert told.timezone == str(ZoneInfo(march.timezone))


def march_length(event: Event):
    return list_event_dates(event, PUBLIC, WINTER)[0].ends_local - event.starts_local
