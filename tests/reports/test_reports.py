"""What came of outreach: by local week, kind of group and organizer; the page, its days, and the file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.core import clock
from crm.core.db import db
from crm.demands.models import StandState
from crm.organizations.models import Organization
from crm.organizations.models import OrganizationKind as Kind
from crm.outreach.models import Channel, Outcome
from crm.outreach.operations import Touch, log_touch
from crm.reports.queries import Figures, show_report
from crm.reports.weeks import Span, usual_span
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization, make_organizations
from tests.pages import defaults

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
PAGE = "/harbor/organize/reports/"
SEATTLE = ZoneInfo("America/Los_Angeles")


@pytest.fixture(autouse=True)
def saturday(app):
    app.config["FIXED_CLOCK"] = NOW.isoformat()
    yield
    app.config["FIXED_CLOCK"] = None


def touched(person, group, at, outcome=Outcome.REACHED):
    log_touch(person.viewer, group, Touch(Channel.CALL, outcome, at))


def asked(group, demand, at, *states):
    """Ask, and what the group said to it in the hours after."""
    for hours, state in enumerate((StandState.ASKED, *states)):
        with clock.standing_at(at + timedelta(hours=hours)):
            endorse(group, demand, state=state)


@pytest.fixture
def bakers(coalition, organizer):
    return make_organization("Bakers", kind=Kind.UNION, assignee_id=organizer.user.id)


def test_a_touch_is_of_its_week_here_and_of_who_logged_it(coalition, organizer, coordinator, bakers):
    chapel = make_organization("Chapel", kind=Kind.CONGREGATION)
    # In Los Angeles it is Sunday still; the clock went back on 1 November.
    touched(organizer, bakers, datetime(2026, 11, 16, 7, 59, 59, 900_000, tzinfo=UTC), Outcome.NO_ANSWER)
    touched(organizer, bakers, datetime(2026, 11, 16, 8, tzinfo=UTC))
    touched(coordinator, chapel, datetime(2026, 10, 26, 7, tzinfo=UTC), Outcome.SAID_NO)
    touched(coordinator, chapel, datetime(2026, 10, 26, 6, 59, tzinfo=UTC), Outcome.LEFT_MESSAGE)
    touched(coordinator, chapel, datetime(2026, 8, 31, 6, 59, tzinfo=UTC))
    report = show_report(usual_span(date(2026, 11, 21), coalition.zone))
    weeks = dict(zip(report.span.mondays, report.everything.weeks, strict=True))
    assert {monday: (week.touches, week.reached) for monday, week in weeks.items() if week.touches} == {
        date(2026, 10, 19): (1, 0),
        date(2026, 10, 26): (1, 1),
        date(2026, 11, 9): (1, 0),
        date(2026, 11, 16): (1, 1),
    }
    assert (report.span.first, len(weeks)) == (date(2026, 8, 31), 12)
    assert report.everything.total.reach_rate == 50
    assert report.by_kind[Kind.CONGREGATION].total == Figures(touches=2, reached=1)
    assert report.by_organizer[organizer.user.id].total == Figures(touches=2, reached=1)
    assert report.names == {organizer.user.id: "Omar Ganizer", coordinator.user.id: "Cora Dinator"}


def test_an_ask_counts_once_with_what_the_group_says_today(coalition, organizer, bakers):
    homes, buses = adopted_demand("Homes."), adopted_demand("Buses.")
    chapel = make_organization("Chapel", kind=Kind.CONGREGATION)
    week = datetime(2026, 11, 3, 20, tzinfo=UTC)
    asked(bakers, homes, week, StandState.BEFORE_BOARD, StandState.ENDORSED)
    asked(bakers, buses, week, StandState.DECLINED)
    asked(chapel, homes, week + timedelta(days=7))
    with clock.standing_at(week):
        endorse(make_organization("By itself", kind=Kind.UNION), homes)
    report = show_report(usual_span(date(2026, 11, 21), coalition.zone))
    assert report.everything.total == Figures(asked=3, endorsed=1, refused=1)
    assert (report.everything.total.open, report.everything.total.conversion) == (1, 33)
    assert report.by_kind[Kind.UNION].total == Figures(asked=2, endorsed=1, refused=1)
    assert report.by_organizer[organizer.user.id].total.asked == 2
    assert report.by_organizer[None].total == Figures(asked=1)
    # What was said before a span is no first ask in it.
    later = show_report(Span(date(2026, 11, 9), date(2026, 11, 21), coalition.zone))
    assert later.everything.total == Figures(asked=1)
    assert [week.asked for week in later.everything.weeks] == [1, 0]


def test_days_and_clocks_of_a_zone():
    year = Span(date(2026, 1, 1), date(2026, 12, 31), SEATTLE)
    changes = year.offsets()
    assert [(until.isoformat(), ahead // 3600) for until, ahead in changes] == [
        ("2026-03-08T10:00:00+00:00", -8),
        ("2026-11-01T09:00:00+00:00", -7),
        ("2027-01-01T08:00:00+00:00", -8),
    ]
    assert (year.mondays[0], year.mondays[-1]) == (date(2025, 12, 29), date(2026, 12, 28))
    # The clocks change in the night that ends the span.
    assert len(Span(date(2026, 10, 31), date(2026, 10, 31), SEATTLE).offsets()) == 1
    assert len(Span(date(2026, 11, 1), date(2026, 11, 1), SEATTLE).offsets()) == 2
    assert Span(date(2026, 11, 1), date(2026, 11, 1), ZoneInfo("UTC")).offsets()[0][1] == 0


def test_the_page_tells_it_and_the_file_holds_it(
    coalition, organizer, coordinator, observer, outsider, bakers
):
    touched(organizer, bakers, NOW - timedelta(days=1))
    asked(bakers, adopted_demand("Homes."), NOW - timedelta(days=2), StandState.ENDORSED)
    page = organizer.browser.page(PAGE)
    assert "August 31, 2026 to November 21, 2026" in page.text
    assert "Omar Ganizer 1 1 100 % 1 1 100 % 0" in page.text
    charts = [svg for svg in page.tree.iter() if str(svg.tag).endswith("svg") and svg.get("role") == "img"]
    assert len(charts) == 4 + 2
    form = page.form("report.csv")
    answer = organizer.browser.post(form.get("action"), data=defaults(form))
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 1 + 3 * 12
    assert rows[12] == ["2026-11-16", "Everything", "", "1", "1", "1", "1", "0", "0"]
    assert rows[-1][:4] == ["2026-11-16", "Organizer", "Omar Ganizer", "1"]
    assert (
        "downloaded the report"
        in coordinator.browser.opened("audit").page("/harbor/organize/settings/audit").text
    )
    shown = observer.browser.page(f"{PAGE}?lang=es")
    assert "Omar Ganizer" in shown.text and "CSV" not in shown.text
    assert outsider.browser.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("first=2026-11-22", "This is before the first day."),
        ("last=2026-11-22", "This day is yet to come."),
        ("first=2024-01-01", "A report is of two years at the longest."),
        ("first=0026-01-01", "Check the year."),
        ("last=9999-12-31", "This day is yet to come."),
        ("first=yesterday", "Write the day as year-month-day, such as 2026-11-28."),
    ],
)
def test_days_that_cannot_be_are_told_beside_them(coalition, organizer, query, error):
    page = organizer.browser.page(f"{PAGE}?{query}", status=422)
    assert page.errors() == [error]
    assert query.partition("=")[2] in {one.get("value") for one in page.tree.iter("input")}


def test_a_day_alone_has_weeks_around_it(coalition, organizer):
    page = organizer.browser.page(f"{PAGE}?last=2026-06-30")
    assert "April 14, 2026 to June 30, 2026" in page.text
    assert "Nothing in these days" in page.text


def test_the_page_asks_as_often_for_many_as_for_few(coalition, organizer):
    homes, counts = adopted_demand("Homes."), []
    for number in (2, 14):
        for one in make_organizations(number, f"Group %02d of {number}"):
            group = db.session.get_one(Organization, one)
            touched(organizer, group, NOW - timedelta(days=one % 60))
            asked(group, homes, NOW - timedelta(days=one % 30))
        db.session.commit()
        counts.append(count_queries(lambda: organizer.browser.page(PAGE)))
    assert counts[0] == counts[1]
