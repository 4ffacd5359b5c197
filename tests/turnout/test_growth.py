"""The growth: weeks, the fitted line, a stall, and the sentence in English and Spanish."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask_babel import force_locale

from crm.roles.models import EventRole, RoleKind
from crm.roles.queries import RoleOnDate
from crm.turnout.growth import DatedTurnout, fit_line, grow, is_stalled, monday_of
from crm.turnout.words import change, sentence, trend_text

SATURDAY = date(2026, 9, 5)
WEEK = timedelta(days=7)


def weekly(*counts: tuple[int, int] | None, joined: int = 0):
    """A growth of one date a week; None: nobody counted. `joined`: new groups in the last week."""
    dates = [
        DatedTurnout(SATURDAY + WEEK * at, 100, *(count or (None, None))) for at, count in enumerate(counts)
    ]
    return grow(dates, [dates[-1].day] * joined, dates[0].day, dates[-1].day, 12)


def role(kind: RoleKind, needed: int) -> RoleOnDate:
    return RoleOnDate(EventRole(kind=kind, needed=needed, label=""), SATURDAY)


def test_two_dates_of_a_week_stand_together_and_a_week_without_one_is_there():
    dates = [
        DatedTurnout(SATURDAY, 100, 80, 100),
        DatedTurnout(SATURDAY - timedelta(days=3), 50, 40, 60),
        DatedTurnout(SATURDAY + 2 * WEEK, 200),
    ]
    growth = grow(dates, [SATURDAY, SATURDAY + WEEK], SATURDAY, SATURDAY + 2 * WEEK, 12)
    assert [(w.promised, w.low, w.high, w.new_groups, w.has_date) for w in growth.weeks] == [
        (150, 120, 160, 1, True),
        (0, None, None, 1, False),
        (200, None, None, 0, True),
    ]
    assert growth.weeks[0].monday == monday_of(SATURDAY) and growth.weeks[0].monday.weekday() == 0


def test_the_line_is_least_squares_over_the_middles():
    assert fit_line([(0, 100), (1, 200)]) is None
    assert fit_line([(0, 1), (1, 3), (2, 5)]) == pytest.approx((1, 2))
    assert fit_line([(0, 10), (1, 0), (2, 20), (3, 10)]) == pytest.approx((7, 2))
    growth = weekly((90, 110), None, (290, 310), (390, 410))
    assert growth.slope == pytest.approx(100)
    assert [round(week.trend or 0) for week in growth.weeks] == [100, 200, 300, 400]
    assert weekly((1, 1), (2, 2)).slope is None


@pytest.mark.parametrize(
    ("middles", "stalled"),
    [
        ([100, 200, 150, 150, 150], True),
        ([100, 200, 150, 201, 150], False),
        ([200, 200, 200, 200], True),
        ([300, 200, 100], False),
        ([200, 100, 100, 201], False),
    ],
)
def test_a_stall_is_three_counted_weeks_without_a_new_best(middles, stalled):
    assert is_stalled(middles) is stalled


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (300, 400, "Up a third on last week"),
        (400, 300, "Down a quarter on last week"),
        (500, 510, "As many as last week"),
        (200, 402, "Twice as many as last week"),
        (1000, 1400, "Up 40 percent on last week"),
        (0, 5, "Up from nobody last week"),
    ],
)
def test_a_change_is_said_plainly(app, before, now, said):
    assert change(before, now, "last week") == said


def test_the_sentence_of_the_week(app):
    marshals = RoleOnDate(EventRole(kind=RoleKind.MARSHALS, needed=1, label=""), SATURDAY)
    growth = weekly((280, 320), (380, 420), joined=6)
    assert sentence(growth, [marshals]) == "Up a third on last week; six new groups; marshals one short."
    assert sentence(weekly((300, 300), None, (400, 400))) == "Up a third on the week of Mon, Aug 31."
    two = [role(RoleKind.MEDICS, 2), role(RoleKind.SOUND, 1)]
    assert sentence(weekly((480, 520)), two) == "480 to 520 counted; two roles open."
    assert sentence(weekly(None)) == ""
    assert trend_text(weekly((100, 100), (200, 200), (300, 300))) == (
        "By the trend, 100 more people each week."
    )


def test_the_sentence_in_spanish(app):
    with force_locale("es"):
        growth = weekly((280, 320), (380, 420), joined=6)
        said = sentence(growth, [role(RoleKind.MARSHALS, 1)])
    assert said == (
        "Un tercio más que la semana pasada; seis grupos nuevos; personas de seguridad: falta una persona."
    )
