"""Breadth gaps: what is missing where, counted by the database, and the page, map and file that tell it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from crm.breadth.address import Asked
from crm.breadth.gaps import Across, Lack, Narrowed, make_table
from crm.breadth.mapping import draw_map
from crm.breadth.queries import count_cells, count_spots, list_meetings
from crm.core.db import db
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, cancel_event, schedule_event
from crm.organizations.models import Organization
from crm.organizations.models import OrganizationKind as Kind
from crm.organizations.operations import insert_organizations
from crm.organizations.queries import Filters, list_ids
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization
from tests.pages import defaults

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
PAGE = "/harbor/organize/reports/breadth/"


@pytest.fixture(autouse=True)
def noon(app):
    app.config["FIXED_CLOCK"] = NOW.isoformat()
    yield
    app.config["FIXED_CLOCK"] = None


def listed(name, kind, place, sector="", **more):
    return make_organization(name, kind=kind, place=place, sector=sector, **more)


@pytest.fixture
def city(coalition):
    """Ballard: two unions, one a member, and a chapel. Fremont: two unions, students. One is nowhere."""
    homes = adopted_demand("Homes.")
    bakers = listed("Bakers", Kind.UNION, "Ballard", "Food", size=300, last_touch_at=NOW - timedelta(days=3))
    endorse(bakers, homes)
    listed("Cooks", Kind.UNION, "Ballard", "Food", last_touch_at=NOW - timedelta(days=90))
    listed("Chapel", Kind.CONGREGATION, "ballard", last_touch_at=NOW - timedelta(days=61))
    listed("Drivers", Kind.UNION, "Fremont", "Transport", size=40, last_touch_at=NOW - timedelta(days=59))
    listed("Sailors", Kind.UNION, "Fremont", "Transport")
    listed("Student union", Kind.STUDENT_GROUP, "Fremont", "Education")
    listed("Nowhere", Kind.BUSINESS, "")
    listed("Gone", Kind.BUSINESS, "Ballard", archived_at=NOW)
    db.session.commit()
    return coalition


def meeting(person, coalition, **changes):
    values = {
        "kind": EventKind.NEIGHBORHOOD,
        "title": "We meet",
        "starts_local": datetime(2026, 12, 3, 19),
        "duration": timedelta(hours=2),
        "visibility": Visibility.PUBLIC,
        "place_name": "Hall",
        "area": "Ballard",
    }
    event = schedule_event(person.viewer, coalition, Plan(**{**values, **changes}))
    db.session.commit()
    return event


def gaps(lack, across=Across.PLACES_KINDS, meetings=(), narrowed=Narrowed()):  # noqa: B008
    """(row, column) of what lacks, the widest first."""
    table = make_table(across, count_cells(*across.axes, narrowed), meetings, lack, NOW)
    assert table.counts[lack] == len(table.widest)
    return [(gap.text.lower(), gap.column) for gap in table.widest]


def test_a_gap_has_groups_and_no_member(city):
    assert gaps(Lack.MEMBER) == [
        ("fremont", "union"),
        ("ballard", "congregation"),
        ("fremont", "student_group"),
    ]
    assert gaps(Lack.MEMBER, Across.SECTORS_KINDS) == [
        ("transport", "union"),
        ("education", "student_group"),
    ]
    assert gaps(Lack.MEMBER, Across.PLACES_SECTORS, narrowed=Narrowed(kind=Kind.UNION)) == [
        ("fremont", "Transport")
    ]
    table = make_table(
        Across.PLACES_KINDS, count_cells(*Across.PLACES_KINDS.axes, Narrowed()), (), Lack.MEMBER, NOW
    )
    cell = table.rows[1].cells[Kind.UNION]
    assert (cell.groups, cell.members, cell.people) == (2, 1, 300)
    assert (table.without, table.columns) == (1, [Kind.UNION, Kind.CONGREGATION, Kind.STUDENT_GROUP])


def test_a_gap_was_not_touched_for_sixty_days(city):
    assert gaps(Lack.TOUCH) == [("ballard", "congregation"), ("fremont", "student_group")]
    assert gaps(Lack.TOUCH, Across.SECTORS_KINDS) == [("education", "student_group")]


def test_a_meeting_counts_where_it_is_held_and_for_whom(city, organizer):
    sailors = db.session.scalars(select(Organization).where(Organization.name == "Sailors")).one()
    meeting(organizer, city)
    hosted = meeting(organizer, city, kind=EventKind.WORKPLACE, area="", title="Crew")
    hosted.organization_id = sailors.id
    called_off = meeting(organizer, city, kind=EventKind.CAMPUS, area="Fremont", title="Campus")
    cancel_event(organizer.viewer, called_off, "")
    meeting(organizer, city, area="Fremont", starts_local=datetime(2027, 3, 1, 19), title="Too far")
    meeting(organizer, city, area="Fremont", kind=EventKind.DEMONSTRATION, title="No meeting")
    meetings = list_meetings(organizer.viewer, NOW, Narrowed())
    assert gaps(Lack.MEETING, meetings=meetings) == [("ballard", "union"), ("fremont", "student_group")]
    assert gaps(Lack.MEETING, Across.SECTORS_KINDS, meetings) == [
        ("food", "union"),
        ("education", "student_group"),
    ]
    assert list_meetings(organizer.viewer, NOW, Narrowed(kind=Kind.CONGREGATION))[0].place == "ballard"


def test_what_one_may_not_know_of_counts_for_nothing(city, organizer, coordinator):
    meeting(organizer, city, kind=EventKind.WORKPLACE, visibility=Visibility.CLOSED)
    assert [one.place for one in list_meetings(organizer.viewer, NOW, Narrowed())] == ["ballard"]
    assert list_meetings(coordinator.viewer, NOW, Narrowed()) == []


def test_the_table_opens_what_fills_each_gap(city, organizer, observer, outsider):
    page = organizer.browser.page(PAGE)
    assert "Fremont Union 2 40" in page.text
    links = page.links()
    union = links["Open these groups: Fremont, Union"]
    assert {
        name for name in organizer.browser.page(union).links() if name in {"Drivers", "Sailors", "Cooks"}
    } == {
        "Drivers",
        "Sailors",
    }
    assert "2 groups" in organizer.browser.page(links["Call them: Fremont, Union"]).text
    assert "1 of 2" in page.text
    untouched = organizer.browser.page(f"{PAGE}?lacks=touch&across=sectors-kinds&kind=student_group")
    assert "Education" in untouched.text and "Transport" not in untouched.form("across").itertext()
    missing = observer.browser.page(f"{PAGE}?lacks=meeting&lang=es")
    assert "CSV" not in missing.text
    assert outsider.browser.get(PAGE).status_code == 404
    assert "No group matches" in organizer.browser.page(f"{PAGE}?place=Atlantis&from=x&lacks=x").text


def test_a_host_is_found_where_a_meeting_is_missing(city, organizer, visitor):
    page = organizer.browser.page(f"{PAGE}?lacks=meeting")
    host = organizer.browser.page(page.links()["Find a host: Fremont, Student group"])
    assert "Campus meeting · Fremont · Student group" in host.text
    form = visitor.page(host.links()["See the form"].removeprefix("http://localhost"))
    fields = {one.get("name"): one for one in form.tree.iter("input")}
    assert fields["area"].get("value") == "Fremont"
    chosen = [one.get("value") for one in form.tree.iter("input") if one.get("checked") is not None]
    assert chosen == ["campus"]
    assert "No group is listed there" in organizer.browser.page(f"{PAGE}host?place=Atlantis").text


def test_the_file_holds_every_cell_and_that_it_was_taken_is_noted(city, organizer, coordinator):
    form = organizer.browser.page(PAGE).form("gaps.csv")
    answer = organizer.browser.post(form.get("action"), data=defaults(form))
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[1] == ["Fremont", "Union", "2", "0", "40", "0", "2026-09-23", "no member"]
    assert len(rows) == 5
    assert (
        "downloaded the table of gaps"
        in coordinator.browser.opened("audit").page("/harbor/organize/settings/audit").text
    )


def test_the_map_gathers_what_is_near_and_counts_what_is_not_drawn(coalition, organizer):
    north = [
        {"name": f"North {at}", "place": "Ballard", "latitude": 47.66 + at / 3000, "longitude": -122.38}
        for at in range(30)
    ]
    south = [
        {"name": f"South {at}", "place": "Georgetown", "latitude": 47.55, "longitude": -122.32 - at / 3000}
        for at in range(12)
    ]
    ids = insert_organizations(north + south)
    db.session.execute(
        update(Organization).where(Organization.id.in_(ids[: len(north)])).values(last_touch_at=NOW)
    )
    listed("By its place", Kind.CONGREGATION, "Georgetown")
    listed("Nowhere", Kind.UNION, "Atlantis")
    listed("Washington office", Kind.UNION, "Capitol Hill DC", latitude=38.9, longitude=-77.0)
    db.session.commit()
    drawn = draw_map(count_spots(Narrowed()), frozenset({"ballard"}), Lack.TOUCH, NOW)
    assert (drawn.unplaced, drawn.outside) == (1, 1)
    assert sum(circle.cell.groups for circle in drawn.circles) == 43
    gap = [circle for circle in drawn.circles if circle.lacks]
    assert {place for circle in gap for place, _text in circle.places} == {"georgetown"}
    has = [circle for circle in drawn.circles if not circle.lacks]
    assert max(circle.y for circle in has) < min(circle.y for circle in gap)
    assert [circle.number for circle in gap] == list(range(1, len(gap) + 1))
    # Degrees of longitude are shorter here than those of latitude: the map is true to shape.
    assert drawn.miles == 2
    no_meeting = draw_map(count_spots(Narrowed()), frozenset({"ballard"}), Lack.MEETING, NOW)
    assert {circle.lacks for circle in no_meeting.circles if circle.places[0][0] == "ballard"} == {False}
    # Each circle opens exactly its groups.
    for circle in drawn.circles:
        there = list_ids(organizer.viewer, Filters.asked({"square": circle.square}))
        assert len(there) == circle.cell.groups, circle
    assert Filters.asked({"square": "1:2:3"}).active == 0
    opened = organizer.browser.page(f"/harbor/organize/organizations/?square={gap[0].square}")
    assert "On the map" in opened.text and "One circle" in opened.text
    page = organizer.browser.page(f"{PAGE}map?lacks=touch")
    assert "1 group lies far outside" in page.text
    assert "Georgetown" in page.links()
    # The circle itself is a link, which says what it stands for.
    assert page.response.text.count('<a class="map-link"') == len(drawn.circles)
    assert "<title>Georgetown: no touch (Members: 0 of " in page.response.text
    assert "No group matches" in organizer.browser.page(f"{PAGE}map?kind=business").text


def test_a_map_of_one_corner_and_of_nothing(coalition, organizer):
    assert "No group has coordinates yet" in organizer.browser.page(f"{PAGE}map").text
    listed("Alone", Kind.UNION, "Ballard", latitude=47.66, longitude=-122.38)
    drawn = draw_map(count_spots(Narrowed()), frozenset(), Lack.MEMBER, NOW)
    assert len(drawn.circles) == 1 and drawn.height < 900
    assert (drawn.circles[0].x, drawn.circles[0].y) == (480, drawn.height / 2)


def test_both_pages_ask_as_often_for_many_as_for_few(coalition, organizer):
    counts = []
    for number in (3, 60):
        insert_organizations([
            {"name": f"Group {at} of {number}", "kind": Kind.UNION, "sector": "Food", "place": f"Place {at}",
             "latitude": 47 + at / 100, "longitude": -122 + at / 90}
            for at in range(number)
        ])  # fmt: skip
        db.session.commit()
        for url in (PAGE, f"{PAGE}map"):
            counts.append(count_queries(partial(organizer.browser.page, url)))
    assert counts[:2] == counts[2:]
    later = organizer.browser.page(f"{PAGE}?from=50")
    assert "51 to" in later.text


def test_strange_addresses_ask_for_the_ordinary():
    assert Asked.of({"lacks": "x", "across": "", "from": "-1", "kind": "robot"}) == Asked()
    assert Asked.of({"from": "900000"}).start == 100_000
