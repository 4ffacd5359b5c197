"""The outreach page: who was talked with, who has gone quiet, how far everybody is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.paging import encode_cursor
from crm.organizations.models import Stage
from crm.outreach.models import Outcome
from crm.outreach.queries import count_groups, list_quiet_groups, list_touches
from tests.counting import count_queries
from tests.makers import make_organizations
from tests.outreach.conftest import make_group, touch

OUTREACH = "/harbor/organize/outreach/"
pytestmark = pytest.mark.usefixtures("noon")


def test_the_first_day_says_what_to_do(organizer):
    page = organizer.browser.page(OUTREACH)
    assert "No touch is logged yet" in page.text
    assert "Choose a group" in page.links()


def test_touches_are_there_newest_first_and_by_pages(organizer, observer, group, noon):
    for hours in range(13):
        touch(organizer, group, at=noon - timedelta(hours=hours), note=f"note {hours}.")
    page = observer.browser.page(OUTREACH)
    assert "Call: Left message" in page.text
    assert "note 0." in page.text
    assert "note 12." not in page.text
    older = observer.browser.page(page.links()["Next"])
    assert "note 12." in older.text
    assert "note 0." not in older.text


def test_groups_that_nobody_touched_for_thirty_days_have_gone_quiet(organizer, coalition, noon):
    quiet = make_group("Quiet", stage=Stage.ACTIVE, last_touch_at=noon - timedelta(days=31))
    make_group("Fresh", stage=Stage.ACTIVE, last_touch_at=noon - timedelta(days=29))
    make_group("Resting", stage=Stage.DORMANT, last_touch_at=noon - timedelta(days=99))
    make_group("Archived", stage=Stage.ACTIVE, last_touch_at=noon - timedelta(days=99), archived_at=noon)
    assert list(list_quiet_groups(clock.now(), 8)) == [quiet]


def test_my_groups_and_those_without_anyone(organizer, coalition):
    make_group("Mine", assignee_id=organizer.user.id)
    make_group("Nobodys")
    page = organizer.browser.page(OUTREACH)
    assert count_groups().without_anyone == 1
    assert page.links()["Mine"]
    assert "Nobodys" not in page.links()
    assert page.links()["Nobody looks after"].endswith("?assignee=nobody")


def test_stages_are_counted_and_lead_to_the_directory(organizer, coalition):
    make_group("Alpha", stage=Stage.CONTACTED)
    make_group("Beta", stage=Stage.CONTACTED)
    assert count_groups().stages[Stage.CONTACTED] == 2
    assert organizer.browser.page(OUTREACH).links()["Contacted"].endswith("?stage=contacted")


def test_nothing_of_another_coalition_is_listed_or_counted(organizer, outsider, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_group("Prairie Growers", assignee_id=outsider.user.id)
        touch(outsider, theirs, Outcome.REACHED)
    assert not list_touches().items
    assert set(count_groups().stages.values()) == {0}
    assert "Prairie" not in organizer.browser.page(OUTREACH).text
    assert outsider.browser.get(OUTREACH).status_code == 404


def test_the_pages_ask_the_database_as_often_with_10_groups_as_with_200(organizer, coalition, noon):
    def fill(count: int, name: str) -> None:
        columns = {
            "stage": Stage.ACTIVE,
            "last_touch_at": noon - timedelta(days=40),
            "assignee_id": organizer.user.id,
        }
        make_organizations(count, name, **columns)
        group = make_group(f"{name % 0} touched")
        for _ in range(count):
            touch(organizer, group)

    fill(10, "Few %03d")
    few = count_queries(lambda: organizer.browser.page(OUTREACH))
    fill(200, "Many %03d")
    db.session.commit()
    assert count_queries(lambda: organizer.browser.page(OUTREACH)) == few == 7


@pytest.mark.parametrize(
    "cursor",
    [
        "not a cursor",
        ["2026-11-21T12:00:00", 1],
        ["2026-11-21T12:00:00+00:00", 10**30],
        ["2026-11-21T12:00:00+00:00", True],
        ["0001-01-01T00:00:00+14:00", 1],
        [None, None],
    ],
)
def test_a_made_up_cursor_gives_the_first_page(cursor, organizer, group):
    touch(organizer, group, note="the newest")
    text = cursor if isinstance(cursor, str) else encode_cursor(cursor)
    for way in ("after", "before"):
        assert "the newest" in organizer.browser.page(f"{OUTREACH}?{way}={text}").text


def test_what_no_row_can_have_as_its_number_is_no_address(organizer, group):
    number = 10**20
    for path in (
        f"organizations/{number}/log",
        f"outreach/touches/{number}",
        f"outreach/follow-ups/{number}",
    ):
        assert organizer.browser.get(f"/harbor/organize/{path}").status_code == 404
