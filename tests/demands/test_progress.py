"""Endorsements by week: what came in, what ended, how many endorse."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from crm.audit.queries import was_done
from crm.core import clock
from crm.core.db import db
from crm.demands.models import StandState
from crm.demands.operations import retire_demand
from crm.demands.queries.progress import Period, show_progress
from crm.organizations.models import OrganizationKind
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, endorse
from tests.makers import make_organization

PAGE = "/harbor/organize/endorsements/progress"
TODAY = date(2026, 11, 21)


def said_at(moment, group, demand, state=StandState.ENDORSED):
    with clock.standing_at(moment):
        endorse(group, demand, state=state)


def at(month, day, hour=20, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes.")


@pytest.fixture
def bakers(coalition):
    return make_organization("Bakers", kind=OrganizationKind.UNION)


def told(line):
    """The weeks in which something happened."""
    return {
        week.starts: (week.new, week.again, week.ended, week.total)
        for week in line.weeks
        if week.new or week.again or week.ended
    }


def test_the_first_endorsement_is_new_and_what_ends_is_taken_off(coalition, homes, bakers):
    chapel = make_organization("Chapel", kind=OrganizationKind.CONGREGATION)
    said_at(at(10, 1), bakers, homes, StandState.ASKED)
    said_at(at(10, 7), bakers, homes)
    said_at(at(10, 8), bakers, homes, StandState.RESERVATION)
    said_at(at(10, 8), chapel, homes, StandState.DECLINED)
    said_at(at(10, 14), chapel, homes)
    said_at(at(10, 21), bakers, homes, StandState.WITHDRAWN)
    said_at(at(11, 4), bakers, homes)
    progress = show_progress(Period.WEEKS, TODAY, coalition.zone)
    assert told(progress.everything) == {
        date(2026, 10, 5): (1, 0, 0, 1),
        date(2026, 10, 12): (1, 0, 0, 2),
        date(2026, 10, 19): (0, 0, 1, 1),
        date(2026, 11, 2): (0, 1, 0, 2),
    }
    assert told(progress.by_kind[OrganizationKind.CONGREGATION]) == {date(2026, 10, 12): (1, 0, 0, 1)}
    assert progress.by_demand[homes.id].total == 2
    assert len(progress.everything.weeks) == 12


def test_a_week_ends_at_midnight_where_the_coalition_is(coalition, homes, bakers):
    said_at(at(11, 16, 7, 59).replace(second=59, microsecond=900_000), bakers, homes)
    said_at(at(11, 16, 8), make_organization("Chapel"), homes)
    weeks = told(show_progress(Period.WEEKS, TODAY, coalition.zone).everything)
    assert list(weeks) == [date(2026, 11, 9), date(2026, 11, 16)]


def test_what_came_before_a_period_counts_in_its_total(coalition, homes, bakers):
    said_at(datetime(2024, 5, 1, tzinfo=UTC), bakers, homes)
    said_at(at(2, 3), make_organization("Chapel"), homes)
    weeks, year, everything = (show_progress(one, TODAY, coalition.zone).everything for one in Period)
    assert [(line.new, line.total) for line in (weeks, year, everything)] == [(0, 2), (1, 2), (2, 2)]
    assert year.weeks[0].starts == date(2025, 12, 29)
    assert everything.weeks[0].starts == date(2024, 4, 29)


def test_retired_demands_and_archived_groups_count_for_nothing(coalition, homes, bakers):
    old, gone = adopted_demand("Old."), make_organization("Gone")
    endorse(bakers, old)
    endorse(gone, homes)
    retire_demand(PROGRAM, old)
    gone.archived_at = gone.created_at
    db.session.flush()
    assert show_progress(Period.ALL, clock.today(coalition.zone), coalition.zone).by_demand == {}


def test_the_page_draws_each_chart_with_its_figures(organizer, homes, bakers):
    with clock.standing_at(at(11, 21)):
        endorse(bakers, homes)
        db.session.commit()
        page = organizer.browser.page(PAGE)
        whole = organizer.browser.page(f"{PAGE}?period=all&lang=es")
    assert "1 nuevos, 0 terminados, 1 respaldan ahora." in whole.text
    assert "agosto de 2026" in whole.text
    for shown in ("New endorsements by week", "1. Homes.", "Union", "1 new, 0 ended, 1 endorse now."):
        assert shown in page.text
    charts = [svg for svg in page.tree.iter() if str(svg.tag).endswith("svg") and svg.get("role") == "img"]
    assert len(charts) == 4
    assert "Progress" in organizer.browser.page("/harbor/organize/endorsements/").text


def test_an_empty_page_says_so_and_a_strange_period_is_the_first(organizer, homes):
    db.session.commit()
    assert "No group endorses a demand yet" in organizer.browser.page(f"{PAGE}?period=x").text


def test_the_figures_as_csv(coalition, organizer, observer, homes, bakers):
    with clock.standing_at(at(11, 21)):
        endorse(bakers, homes)
        db.session.commit()
        answer = organizer.browser.submit(PAGE, "progress.csv").response
        assert not [one for one in observer.browser.page(PAGE).forms() if "csv" in one.get("action", "")]
        assert was_done("progress.csv", coalition.id)
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 1 + 3 * 12
    assert rows[12] == ["2026-11-16", "Everything", "", "1", "0", "0", "1"]
    assert rows[-1] == ["2026-11-16", "Demand", "Homes.", "1", "0", "0", "1"]


def test_who_may_look(observer, outsider, homes):
    db.session.commit()
    assert observer.browser.get(PAGE).status_code == 200
    assert outsider.browser.get(PAGE).status_code == 404


def test_the_page_asks_the_database_as_often_for_many_as_for_few(organizer, homes):
    counts = []
    for number in (3, 40):
        for one in range(number):
            endorse(make_organization(f"Group {one} of {number}"), homes)
        db.session.commit()
        organizer.browser.page(PAGE)
        counts.append(count_queries(lambda: organizer.browser.page(PAGE)))
    assert counts[0] == counts[1]
