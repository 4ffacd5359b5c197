"""A series that was split is one to people: its chart, trend, stall and week number go on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, set_visibility, split_series
from crm.events.queries.parts import list_parts, week_of
from crm.events.recurrence import Frequency, RecurrenceError, Rule, Weekday
from crm.turnout.models import Method
from crm.turnout.operations import Counted, add_count, set_goal, show_growth
from crm.turnout.queries import is_shown, show_turnout
from tests.makers import make_organization
from tests.turnout.conftest import WEEK

PEOPLE = (300, 400, 500, 480, 490, 470)


def go_on(organizer, event, day, until=None):
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor",
        starts_local=datetime.combine(day, datetime.min.time()).replace(hour=13),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=until),
        place_name="Pier 9",
    )
    return split_series(organizer.viewer, event, day, plan)


def test_the_growth_and_the_weeks_go_on_over_every_split(coalition, march, organizer, visitor, first):
    viewer, group = organizer.viewer, make_organization("Dockworkers Local 19")
    answer_co_sponsorship(viewer, ask_to_co_sponsor(viewer, march, group), CoSponsorState.ACCEPTED)
    for week, people in enumerate(PEOPLE):
        add_count(viewer, march, first + week * WEEK, Counted(Method.ENTRY, people, counted_by="Two"))
    set_goal(viewer, march, first + 5 * WEEK, 777)
    show_growth(viewer, march, True)
    whole = show_turnout(viewer, clock.now(), coalition.zone, [march]).growth
    assert whole.stalls and whole.slope
    # Twice, the second time before the first: the parts are March, middle, last.
    last = go_on(organizer, march, first + 5 * WEEK)
    with pytest.raises(RecurrenceError):
        go_on(organizer, march, first + 2 * WEEK)
    middle = go_on(organizer, march, first + 2 * WEEK, first + 4 * WEEK)
    db.session.commit()
    for part in (march, middle, last):
        parts = list_parts(viewer, part)
        assert [one.id for one in parts] == [march.id, middle.id, last.id]
        assert show_turnout(viewer, clock.now(), coalition.zone, parts).growth == whole
    at = [(march, 1), (middle, 2), (middle, 4), (last, 5), (last, 9)]
    assert [week_of(viewer, one, first + week * WEEK) for one, week in at] == [2, 3, 5, 6, 10]
    assert "It stalls." in organizer.browser.page(f"/harbor/organize/turnout/{last.slug}").text
    text = visitor.page(f"/harbor/events/{last.slug}").text
    assert "Down" in text and "300" in text and "777" not in text
    # What somebody may not know of is neither drawn nor counted for them.
    set_visibility(viewer, middle, Visibility.CLOSED)
    assert [one.id for one in list_parts(Viewer(), last)] == [march.id, last.id]
    assert week_of(Viewer(), last, first + 5 * WEEK) == 3
    show_growth(viewer, last, False)
    assert not is_shown(march.id) and not is_shown(last.id)
