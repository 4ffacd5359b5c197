"""A series said back in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel, force_locale

from crm.events.recurrence import LAST, Frequency, RecurrenceError, Rule, Weekday
from crm.events.sentence import say_rule, say_series
from crm.events.series import DateStatus, Series, SeriesException
from scripts import messages

NOON = datetime(2026, 11, 21, 12)
SATURDAY = frozenset({Weekday.SATURDAY})
SATURDAYS = Rule(Frequency.WEEKLY, weekdays=SATURDAY, until=date(2027, 1, 20))
MARCH = Series("march", NOON, timedelta(hours=2), "America/Los_Angeles", SATURDAYS)
SKIPPED = SeriesException(date(2026, 12, 26), DateStatus.SKIPPED)
MOVED = SeriesException(date(2027, 1, 2), starts_local=datetime(2027, 1, 2, 14), place="City Hall")
EXTRA = SeriesException(date(2027, 1, 31), starts_local=datetime(2027, 1, 31, 13), uid="extra")


@pytest.fixture(scope="module")
def speaker(tmp_path_factory) -> Flask:
    """An app with the catalogue of this feature alone."""
    folder: Path = tmp_path_factory.mktemp("translations")
    compiled = folder / "es" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, messages.read("events", "es"))
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    Babel(app)
    return app


@pytest.fixture
def english(speaker) -> Iterator[None]:
    with speaker.test_request_context(), force_locale("en"):
        yield


@pytest.fixture
def spanish(speaker) -> Iterator[None]:
    with speaker.test_request_context(), force_locale("es"):
        yield


def plain(text: str) -> str:
    """With ordinary blanks: Babel writes a narrow one before PM."""
    return text.replace("\u202f", " ")


def test_the_demonstration_is_said_as_organizers_say_it(english):
    assert plain(say_series(MARCH, [SKIPPED, MOVED])) == (
        "Every Saturday at 12:00 noon until Wednesday, January 20, 2027; not on December 26; "
        "on January 2 at 2:00 PM at City Hall instead"
    )


def test_the_demonstration_is_said_in_spanish(spanish):
    assert plain(say_series(MARCH, [SKIPPED, MOVED])) == (
        "Cada sábado a las 12:00 del mediodía hasta el miércoles, 20 de enero de 2027; "
        "excepto el 26 de diciembre; con cambio el 2 de enero a las 14:00 en City Hall"
    )


RULES: list[tuple[Rule | None, datetime, str]] = [
    (None, NOON, "Saturday, November 21, 2026 at 12:00 noon"),
    (replace(SATURDAYS, until=None), NOON, "Every Saturday at 12:00 noon"),
    (
        Rule(Frequency.WEEKLY, every=2, weekdays=SATURDAY | {Weekday.MONDAY}, count=8),
        NOON.replace(hour=18, minute=30),
        "Every 2 weeks on Monday and Saturday at 6:30 PM, 8 times",
    ),
    (Rule(Frequency.DAILY, count=1), NOON.replace(hour=0), "Every day at 12:00 midnight, once"),
    (Rule(Frequency.DAILY, every=3), NOON.replace(hour=9), "Every 3 days at 9:00 AM"),
]


@pytest.mark.parametrize(("rule", "starts", "sentence"), RULES)
def test_every_rule_has_its_sentence(english, rule, starts, sentence):
    assert plain(say_rule(rule, starts)) == sentence


@pytest.mark.parametrize(
    ("nth", "each", "every_other"),
    [
        (1, "On the first Saturday of each month at", "Every 2 months on the first Saturday at"),
        (2, "On the second Saturday of each month at", "Every 2 months on the second Saturday at"),
        (3, "On the third Saturday of each month at", "Every 2 months on the third Saturday at"),
        (4, "On the fourth Saturday of each month at", "Every 2 months on the fourth Saturday at"),
        (LAST, "On the last Saturday of each month at", "Every 2 months on the last Saturday at"),
    ],
)
def test_months_are_said_by_their_week(english, nth, each, every_other):
    rule = Rule(Frequency.MONTHLY, weekdays=SATURDAY, nth=nth)
    assert say_rule(rule, NOON).startswith(each)
    assert say_rule(replace(rule, every=2), NOON).startswith(every_other)


@pytest.mark.parametrize(
    ("hour", "told"),
    [(1, "a la 1:00"), (2, "a las 2:00"), (13, "a las 13:00"), (0, "a las 12:00 de la medianoche")],
)
def test_spanish_says_the_hour_in_its_form(spanish, hour, told):
    assert plain(say_rule(Rule(Frequency.DAILY), NOON.replace(hour=hour))) == f"Cada día {told}"


@pytest.mark.parametrize(
    ("exception", "told"),
    [
        (SKIPPED, "not on December 26"),
        (replace(SKIPPED, status=DateStatus.CANCELLED), "cancelled on December 26"),
        (SeriesException(date(2026, 12, 26), place="City Hall"), "on December 26 at City Hall instead"),
        (replace(MOVED, place=None), "on January 2 at 2:00 PM instead"),
        (
            replace(MOVED, starts_local=datetime(2027, 1, 3, 14)),
            "on January 3 at 2:00 PM at City Hall instead of January 2",
        ),
        (EXTRA, "also on January 31 at 1:00 PM"),
        (replace(EXTRA, place="City Hall"), "also on January 31 at 1:00 PM at City Hall"),
        (replace(EXTRA, status=DateStatus.CANCELLED), "cancelled on January 31"),
    ],
)
def test_what_differs_on_a_date_is_said(english, exception, told):
    assert plain(say_series(MARCH, [exception])).split("; ")[1:] == [told]


def test_nothing_is_said_of_what_does_not_differ_or_is_nowhere(english):
    same = SeriesException(date(2026, 12, 5), starts_local=datetime(2026, 12, 5, 12))
    orphan = SeriesException(date(2026, 12, 6), DateStatus.CANCELLED)
    hidden = replace(EXTRA, status=DateStatus.SKIPPED)
    assert say_series(MARCH, [same, orphan, hidden]) == say_series(MARCH)


def test_several_dates_are_listed_and_past_ones_left_out(english):
    skipped = [SeriesException(date(2026, 12, day), DateStatus.SKIPPED) for day in (5, 19, 26)]
    assert say_series(MARCH, skipped).endswith("not on December 5, December 19, and December 26")
    assert say_series(MARCH, skipped, since=date(2026, 12, 19)).endswith("not on December 19 and December 26")
    assert say_series(MARCH, [*skipped, EXTRA], since=date(2027, 2, 1)) == say_series(MARCH)


def test_a_date_of_another_year_says_so(english):
    longer = replace(MARCH, rule=replace(SATURDAYS, until=None))
    assert say_series(longer, [SeriesException(date(2027, 12, 25), DateStatus.SKIPPED)]).endswith(
        "not on December 25, 2027"
    )


def test_errors_speak_the_readers_language(spanish):
    with pytest.raises(RecurrenceError) as refused:
        Rule(Frequency.WEEKLY)
    assert str(refused.value) == "Elija al menos un día de la semana."


PICKED = replace(MARCH, rule=None, starts_local=datetime(2026, 11, 28, 12))


def on(*days: date, **changes) -> list[SeriesException]:
    return [
        SeriesException(day, starts_local=datetime.combine(day, time(12)), uid=day.isoformat(), **changes)
        for day in days
    ]


def test_picked_days_are_said_in_one_breath(english):
    days = on(date(2026, 12, 5), date(2026, 12, 19))
    assert say_series(PICKED, days) == "On November 28, December 5, and 19 at 12:00 noon"
    late = SeriesException(date(2027, 1, 2), starts_local=datetime(2027, 1, 2, 14), uid="late")
    off = [replace(days[0], status=DateStatus.CANCELLED), days[1], late]
    first, *others = say_series(PICKED, off).split("; ")
    assert first == "On November 28, December 5, and 19 at 12:00 noon"
    assert others == ["cancelled on December 5", "also on January 2 at 2:00\u202fPM"]
    assert say_series(PICKED, days, since=date(2026, 12, 1)) == "On December 5 and 19 at 12:00 noon"


def test_picked_days_in_spanish_have_their_month_at_the_end(spanish):
    days = on(date(2026, 12, 5), date(2026, 12, 19))
    assert "28 de noviembre, 5 y 19 de diciembre" in say_series(PICKED, days)
