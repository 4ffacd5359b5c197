"""Events and their dates: scheduling, single dates, who may know of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import EventKind, Visibility
from crm.events.operations import (
    Change,
    Plan,
    add_date,
    cancel_date,
    cancel_event,
    change_date,
    edit_event,
    extend_series,
    restore_date,
    schedule_event,
    set_visibility,
)
from crm.events.queries import (
    find_date,
    find_event,
    list_closed_owners,
    list_dates,
    list_event_dates,
    list_named_people,
    list_upcoming,
)
from crm.events.queries.parts import week_of
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.events.series import Window

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PUBLIC = Viewer()
WINTER = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
SATURDAYS = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20))


def saturdays(**changes) -> Plan:
    values = {
        "kind": EventKind.DEMONSTRATION,
        "title": "March on the Harbor",
        "starts_local": datetime(2026, 11, 28, 12),
        "duration": timedelta(hours=2),
        "visibility": Visibility.PUBLIC,
        "rule": SATURDAYS,
        "place_name": "Pier 9",
        "address": "9 Harbor Way",
        "skipped": frozenset({date(2026, 12, 26)}),
        "changes": ((date(2027, 1, 2), Change(datetime(2027, 1, 2, 14), place_name="City Hall")),),
    }
    return Plan(**{**values, **changes})


@pytest.fixture
def march(coalition, organizer):
    event = schedule_event(organizer.viewer, coalition, saturdays())
    db.session.commit()
    return event


def days(dates) -> list[date]:
    return [one.starts_local.date() for one in dates]


def test_a_series_is_told_with_what_differs(march):
    dates = list_event_dates(march, PUBLIC, WINTER)
    assert days(dates) == [
        date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 12), date(2026, 12, 19),
        date(2027, 1, 2), date(2027, 1, 9), date(2027, 1, 16),
    ]  # fmt: skip
    moved = dates[4]
    assert (moved.starts_local, moved.place_name) == (datetime(2027, 1, 2, 14), "City Hall")
    assert moved.moved_from == datetime(2027, 1, 2, 12)


def test_a_cancelled_date_stays_and_says_why_and_can_be_restored(march, organizer):
    cancel_date(organizer.viewer, march, date(2026, 12, 12), "The bridge is closed")
    db.session.commit()
    one = find_date(march, PUBLIC, date(2026, 12, 12))
    assert one and one.cancelled and one.cancel_reason == "The bridge is closed"
    restore_date(organizer.viewer, march, date(2026, 12, 12))
    db.session.commit()
    one = find_date(march, PUBLIC, date(2026, 12, 12))
    assert one and not one.cancelled


def test_each_change_raises_the_sequence_and_the_feeds_version_and_never_the_uid(march, organizer, coalition):
    uid, sequence, version = march.uid, march.sequence, coalition.feed_version
    edit_event(organizer.viewer, march, saturdays(title="Harbor march"))
    db.session.commit()
    db.session.refresh(coalition)
    assert march.uid == uid and march.sequence == sequence + 1 and coalition.feed_version > version
    first = change_date(organizer.viewer, march, date(2026, 12, 5), Change(datetime(2026, 12, 6, 12)))
    before = first.sequence
    change_date(organizer.viewer, march, date(2026, 12, 5), Change(datetime(2026, 12, 6, 13)))
    assert first.sequence == before + 1
    assert days(list_event_dates(march, PUBLIC, WINTER))[1] == date(2026, 12, 6)


def test_an_extra_date_is_added_once(march, organizer):
    add_date(organizer.viewer, march, datetime(2026, 12, 24, 18))
    db.session.commit()
    assert date(2026, 12, 24) in days(list_event_dates(march, PUBLIC, WINTER))
    for taken in (datetime(2026, 12, 24, 19), datetime(2026, 12, 19, 9)):
        with pytest.raises(Refused):
            add_date(organizer.viewer, march, taken)


def test_a_date_that_the_series_does_not_have_is_refused(march, organizer, coalition):
    for day in (date(2026, 12, 26), date(2026, 12, 27)):
        with pytest.raises(Refused):
            cancel_date(organizer.viewer, march, day, "")
    with pytest.raises(Refused) as refused:
        schedule_event(organizer.viewer, coalition, saturdays(skipped=frozenset({date(2026, 12, 27)})))
    assert refused.value.field == "skipped"
    none_left = Rule(Frequency.WEEKLY, weekdays=SATURDAYS.weekdays, until=date(2026, 12, 5))
    both = frozenset({date(2026, 11, 28), date(2026, 12, 5)})
    with pytest.raises(Refused, match="no date is left"):
        schedule_event(organizer.viewer, coalition, saturdays(rule=none_left, skipped=both, changes=()))
    with pytest.raises(Refused, match="leaves this day out"):
        add_date(organizer.viewer, march, datetime(2026, 12, 26, 9))


def test_a_series_can_go_on_longer(march, organizer):
    extend_series(organizer.viewer, march, date(2027, 2, 10))
    db.session.commit()
    assert days(list_event_dates(march, PUBLIC, WINTER))[-1] == date(2027, 2, 6)


def test_the_week_of_a_series_counts_its_dates(march):
    assert [
        week_of(PUBLIC, march, day) for day in (date(2026, 11, 28), date(2026, 12, 19), date(2027, 1, 2))
    ] == [
        1,
        4,
        5,
    ]


def test_noon_stays_noon_when_the_clocks_change(coalition, organizer):
    plan = saturdays(
        starts_local=datetime(2026, 10, 24, 12), skipped=frozenset(), changes=(),
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), count=3),
    )  # fmt: skip
    event = schedule_event(organizer.viewer, coalition, plan)
    dates = list_event_dates(event, PUBLIC, Window(NOW - timedelta(days=60), NOW))
    assert {one.starts_local.hour for one in dates} == {12}
    assert {one.starts_at.hour for one in dates} == {19, 20}


def test_a_closed_meeting_is_known_to_those_named_alone(coalition, organizer, coordinator, observer):
    plan = saturdays(kind=EventKind.WORKPLACE, visibility=Visibility.CLOSED, title="Night shift")
    event = schedule_event(organizer.viewer, coalition, plan)
    db.session.commit()
    assert [one.title for one in list_upcoming(organizer.viewer, NOW, limit=1)] == ["Night shift"]
    for viewer in (coordinator.viewer, observer.viewer, PUBLIC):
        assert list_upcoming(viewer, NOW) == []
        assert find_event(viewer, event.slug) is None
    assert list_closed_owners(coordinator.viewer) == [("Omar Ganizer", 1)]


def test_an_area_event_tells_strangers_the_neighborhood_alone(coalition, organizer):
    schedule_event(organizer.viewer, coalition, saturdays(visibility=Visibility.AREA, area="Ballard"))
    db.session.commit()
    public, known = list_upcoming(PUBLIC, NOW)[0], list_upcoming(organizer.viewer, NOW)[0]
    assert (public.area, public.place_name, public.address) == ("Ballard", "", "")
    assert (known.place_name, known.address) == ("Pier 9", "9 Harbor Way")


def test_a_draft_is_nobody_elses(coalition, organizer, observer):
    schedule_event(organizer.viewer, coalition, saturdays(), publish=False)
    db.session.commit()
    assert list_upcoming(PUBLIC, NOW) == [] and list_upcoming(observer.viewer, NOW) == []
    assert list_upcoming(organizer.viewer, NOW)


def test_only_a_coordinator_widens_what_is_published(coalition, organizer, coordinator):
    event = schedule_event(organizer.viewer, coalition, saturdays(visibility=Visibility.GROUPS))
    for viewer in (organizer.viewer, coordinator.viewer):
        with pytest.raises(Refused):
            edit_event(viewer, event, saturdays(visibility=Visibility.PUBLIC))
    with pytest.raises(Refused):
        set_visibility(organizer.viewer, event, Visibility.PUBLIC)
    set_visibility(coordinator.viewer, event, Visibility.PUBLIC)
    assert event.visibility is Visibility.PUBLIC
    set_visibility(organizer.viewer, event, Visibility.CLOSED)
    assert [user.id for user in list_named_people(event)] == [organizer.user.id]


def test_a_cancelled_event_shows_all_its_dates_as_cancelled(march, organizer):
    cancel_event(organizer.viewer, march, "We won")
    db.session.commit()
    assert {one.cancelled for one in list_dates(PUBLIC, WINTER)} == {True}
    assert list_upcoming(PUBLIC, NOW, cancelled=False) == []


def test_another_coalition_has_none_of_it(march, outsider, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        assert list_upcoming(outsider.viewer, NOW) == []
        assert find_event(outsider.viewer, march.slug) is None
