"""Goals and counts of a date: the official one, the room, the public page."""

from __future__ import annotations

import pytest

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.events.models import EventKind, Visibility
from crm.events.queries import find_date
from crm.turnout.models import Method, TurnoutCount
from crm.turnout.operations import (
    Counted,
    add_count,
    choose_count,
    remove_count,
    restore_count,
    set_goal,
    show_growth,
)
from crm.turnout.queries import list_turnout, show_turnout
from tests.counting import count_queries
from tests.turnout.conftest import WEEK


def figures(event, viewer, day):
    one = find_date(event, viewer, day)
    assert one is not None
    return list_turnout([one])[0]


def counted(low: int, high: int | None = None) -> Counted:
    return Counted(Method.ENTRY, low, high, counted_by="Two marshals at the gate")


def test_the_latest_count_is_official_unless_another_is_chosen(march, organizer, first):
    viewer = organizer.viewer
    one = add_count(viewer, march, first, counted(300, 340))
    two = add_count(viewer, march, first, Counted(Method.AREA, area_m2=400, per_m2=1.5, counted_by="Cora"))
    assert (two.low, two.high) == (600, 600)
    assert figures(march, viewer, first).official.id == two.id
    choose_count(viewer, one)
    now = figures(march, viewer, first)
    assert (now.official.id, now.is_chosen) == (one.id, True)
    remove_count(viewer, one)
    assert figures(march, viewer, first).official.id == two.id
    restore_count(viewer, one)
    assert figures(march, viewer, first).official.id == one.id
    choose_count(viewer, one, chosen=False)
    assert figures(march, viewer, first).official.id == two.id
    set_goal(viewer, march, first, 500)
    assert figures(march, viewer, first).goal == 500


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Counted(Method.AREA, area_m2=400), "area_m2"),
        (Counted(Method.ENTRY), "low"),
        (Counted(Method.PHOTO, 300, 200), "high"),
        (Counted(Method.ESTIMATE, 20_000_000), "low"),
    ],
)
def test_a_count_that_cannot_be_is_refused_beside_its_field(march, organizer, first, wrong, field):
    with pytest.raises(Refused) as refused:
        add_count(organizer.viewer, march, first, wrong)
    assert refused.value.field == field


def test_counted_in_the_room_and_told_in_a_sentence(march, organizer, observer, first):
    last = first + 9 * WEEK
    for week in range(9):
        add_count(organizer.viewer, march, first + week * WEEK, counted(300, 300))
    db.session.commit()
    page_of = f"/harbor/organize/turnout/{march.slug}/{last.isoformat()}"
    browser = organizer.browser
    page = browser.submit(page_of, "counted_by", 422, low="many")
    assert "Give a whole number" in page.errors()[0] and "Say who counted." in page.errors()
    page = browser.submit(page, "counted_by", low="380", high="420", counted_by="Two marshals")
    assert "380 to 420" in page.text and "official" in page.text
    page = browser.submit(page, "goal", goal="500")
    assert "500" in page.text
    room = browser.page("/harbor/organize/turnout/").text
    assert "Up a third on last week." in room and "380 to 420" in room
    assert "Up a third on last week." in browser.page(f"/harbor/organize/events/{march.slug}").text
    assert observer.browser.get("/harbor/organize/turnout/").status_code == 200
    denied = observer.browser.post(f"{page_of}/goal", data={"goal": "1"})
    assert denied.status_code in (400, 403)


def test_pressed_twice_is_counted_once(march, organizer, first):
    page_of = f"/harbor/organize/turnout/{march.slug}/{first.isoformat()}"
    page = organizer.browser.page(page_of)
    for _press in range(2):
        organizer.browser.submit(page, "counted_by", low="300", counted_by="Two marshals")
    assert db.session.query(TurnoutCount).count() == 1


def test_the_growth_is_public_only_where_the_organizers_want_it(march, organizer, visitor, first):
    for week in range(4):
        add_count(organizer.viewer, march, first + week * WEEK, counted(300 + 10 * week))
        set_goal(organizer.viewer, march, first + week * WEEK, 777)
    public, day = f"/harbor/events/{march.slug}", f"/harbor/events/{march.slug}/{first.isoformat()}"
    assert "How many came" not in visitor.page(day).text
    show_growth(organizer.viewer, march, True)
    text = visitor.page(public).text
    assert "We are growing" in text and "Counted as they came in" in text
    assert "777" not in text and "at the gate" not in text
    assert "How many came 300" in visitor.page(day).text
    page = organizer.browser.submit(f"/harbor/organize/turnout/{march.slug}", "/show")
    assert "off the public page" in page.text
    assert "We are growing" not in visitor.page(public).text


def test_what_is_no_demonstration_or_not_known_has_no_turnout(march, organizer, outsider, visitor, first):
    page_of = f"/harbor/organize/turnout/{march.slug}"
    assert outsider.browser.get(page_of).status_code == 404
    assert visitor.get(page_of).status_code == 302
    march.visibility = Visibility.CLOSED
    db.session.commit()
    assert organizer.browser.get(page_of).status_code == 404
    march.visibility, march.kind = Visibility.PUBLIC, EventKind.TRAINING
    db.session.commit()
    assert organizer.browser.get(page_of).status_code == 404


def test_a_stall_is_warned_of(march, organizer, first):
    for week, people in enumerate((300, 400, 380, 390, 400)):
        add_count(organizer.viewer, march, first + week * WEEK, counted(people))
    db.session.commit()
    assert "It stalls." in organizer.browser.page(f"/harbor/organize/turnout/{march.slug}").text
    add_count(organizer.viewer, march, first + 5 * WEEK, counted(500))
    db.session.commit()
    assert "It stalls." not in organizer.browser.page(f"/harbor/organize/turnout/{march.slug}").text


def test_the_room_asks_the_database_as_often_with_ten_counts_as_with_one(coalition, march, organizer, first):
    def look():
        show_turnout(organizer.viewer, clock.now(), coalition.zone)

    add_count(organizer.viewer, march, first, counted(300))
    few = count_queries(look)
    for week in range(9):
        add_count(organizer.viewer, march, first + week * WEEK, counted(300))
    assert count_queries(look) == few
