"""Any series that an editor can make, with any dates moved, cancelled, skipped and added, for hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from crm.events.recurrence import LAST, Frequency, Rule, Weekday, first_instance, local_dates
from crm.events.series import DateStatus, Series, SeriesException

# Two in which the clocks change on the organizers' dates, two on other days of the week or hours, one by half
# an hour, one south of the equator, one that never changes, one without a yearly rule.
ZONES = (
    "America/Los_Angeles",
    "Europe/London",
    "Asia/Jerusalem",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Tokyo",
    "Africa/Casablanca",
)
FIRST, LAST_START = datetime(2026, 9, 1), datetime(2027, 4, 1)
WINDOW = (datetime(2026, 8, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC))


@st.composite
def rules(draw: st.DrawFn, earliest: date) -> Rule | None:
    """A rule, or none (a one-off)."""
    frequency = draw(st.sampled_from([None, *Frequency]))
    if frequency is None:
        return None
    weekdays, nth = frozenset[Weekday](), None
    if frequency is Frequency.WEEKLY:
        weekdays = draw(st.frozensets(st.sampled_from(Weekday), min_size=1, max_size=4))
    if frequency is Frequency.MONTHLY:
        weekdays = frozenset({draw(st.sampled_from(Weekday))})
        nth = draw(st.sampled_from([1, 2, 3, 4, LAST]))
    end = draw(st.sampled_from(["until", "count", "open"]))
    return Rule(
        frequency,
        every=draw(st.integers(1, 4)),
        weekdays=weekdays,
        nth=nth,
        until=earliest + timedelta(days=draw(st.integers(65, 300))) if end == "until" else None,
        count=draw(st.integers(1, 60)) if end == "count" else None,
    )


@st.composite
def exceptions(draw: st.DrawFn, series: Series) -> list[SeriesException]:
    """Dates of the rule that differ, and dates beside it."""
    starts = list(local_dates(series.rule, series.starts_local, limit=40))
    different = draw(st.lists(st.sampled_from(starts), max_size=5, unique=True)) if series.rule else []
    made = [draw(_override(start)) for start in different]
    taken = {start.date() for start in local_dates(series.rule, series.starts_local, limit=600)}
    days = draw(st.lists(st.integers(1, 200), max_size=3, unique=True))
    for number, days_later in enumerate(days):
        starts_local = series.starts_local + timedelta(days=days_later, minutes=30)
        if starts_local.date() not in taken:
            made.append(
                SeriesException(starts_local.date(), starts_local=starts_local, uid=f"{series.uid}-{number}")
            )
    return made


@st.composite
def _override(draw: st.DrawFn, start: datetime) -> SeriesException:
    moved = draw(st.one_of(st.none(), st.integers(-300, 300)))
    return SeriesException(
        start.date(),
        status=draw(st.sampled_from(DateStatus)),
        starts_local=None if moved is None else start + timedelta(minutes=15 * moved),
        duration=draw(st.one_of(st.none(), st.just(timedelta(minutes=45)))),
        place=draw(st.sampled_from([None, "City Hall"])),
        sequence=draw(st.integers(0, 3)),
    )


@st.composite
def series_with_exceptions(draw: st.DrawFn) -> tuple[Series, list[SeriesException]]:
    """A series around a change of the clocks."""
    quarters = draw(st.integers(0, 95))
    earliest = draw(st.dates(FIRST.date(), LAST_START.date()))
    rule = draw(rules(earliest))
    starts = datetime.combine(earliest, datetime.min.time()) + timedelta(minutes=15 * quarters)
    series = Series(
        uid="series",
        starts_local=first_instance(rule, starts) if rule else starts,
        duration=timedelta(minutes=draw(st.sampled_from([30, 60, 120, 300]))),
        timezone=draw(st.sampled_from(ZONES)),
        rule=rule,
        sequence=draw(st.integers(0, 3)),
    )
    return series, draw(exceptions(series))


Made = tuple[Series, list[SeriesException]]


@st.composite
def series_in_parts(draw: st.DrawFn) -> tuple[Made, list[Made]]:
    """A series, and the same as it stands in calendars: whole, or split from one of its dates on."""
    series, different = draw(series_with_exceptions())
    starts = list(local_dates(series.rule, series.starts_local, limit=40))[1:]
    skipped = {one.date for one in different if one.status is DateStatus.SKIPPED}
    possible = [start for start in starts if start.date() not in skipped]
    if not possible or draw(st.booleans()):
        return (series, different), [(series, different)]
    return (series, different), split(series, different, draw(st.sampled_from(possible)))


def split(series: Series, different: list[SeriesException], start: datetime) -> list[Made]:
    """The old series until the day before, and the rest as a series with a UID of its own."""
    rule, day = series.rule, start.date()
    assert rule is not None
    gone = sum(1 for _one in local_dates(rule, series.starts_local, before=start))
    left = replace(rule, count=rule.count - gone) if rule.count else rule
    ended = replace(rule, until=day - timedelta(days=1), count=None)
    earlier = replace(series, rule=ended, sequence=series.sequence + 1)
    later = replace(series, uid=f"{series.uid}-rest", starts_local=start, rule=left)
    return [
        (earlier, [one for one in different if one.date < day]),
        (later, [one for one in different if one.date >= day]),
    ]
