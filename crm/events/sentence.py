"""Says a series back as organizers say it: "Every Saturday at 12:00 noon until …, not on December 26"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, time
from itertools import chain, groupby

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from crm.core.formats import clock_time
from crm.events.recurrence import LAST, Frequency, Rule
from crm.events.series import DateStatus, Matched, Series, SeriesException, match_exceptions

_YEAR_NEEDED_AFTER = 300  # days after the first date; from then on "December 26" could be last year's

# Whole sentences, as the word for "first" changes with the weekday's gender in many languages.
_MONTHLY: dict[int | None, Callable[[int, str], str]] = {
    1: lambda every, day: ngettext(
        "On the first %(weekday)s of each month",
        "Every %(num)s months on the first %(weekday)s",
        every,
        weekday=day,
    ),
    2: lambda every, day: ngettext(
        "On the second %(weekday)s of each month",
        "Every %(num)s months on the second %(weekday)s",
        every,
        weekday=day,
    ),
    3: lambda every, day: ngettext(
        "On the third %(weekday)s of each month",
        "Every %(num)s months on the third %(weekday)s",
        every,
        weekday=day,
    ),
    4: lambda every, day: ngettext(
        "On the fourth %(weekday)s of each month",
        "Every %(num)s months on the fourth %(weekday)s",
        every,
        weekday=day,
    ),
    LAST: lambda every, day: ngettext(
        "On the last %(weekday)s of each month",
        "Every %(num)s months on the last %(weekday)s",
        every,
        weekday=day,
    ),
}


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _listing(words: Iterable[str]) -> str:
    return str(format_list(list(words), locale=_locale()))


def say_time(value: datetime | time) -> str:
    """2:00 PM; noon and midnight by name, as nobody is sure which is AM."""
    if (value.hour, value.minute) == (12, 0):
        return str(_("12:00 noon"))
    if (value.hour, value.minute) == (0, 0):
        return str(_("12:00 midnight"))
    return clock_time(value)


def _at(value: datetime) -> str:
    """ "at 2:00 PM"; the hour said chooses the form, as in Spanish "a la 1:00", "a las 2:00"."""
    told = say_time(value)
    hour = int(told.partition(":")[0]) if told.partition(":")[0].isascii() else value.hour
    return str(ngettext("at %(time)s", "at %(time)s", hour, time=told))


def _full_day(value: date) -> str:
    """Wednesday, January 20, 2027."""
    return str(format_date(value, "full", locale=_locale()))


def _day_of(value: date, first: date) -> str:
    """December 26; with its year where it could be taken for another."""
    if (value - first).days > _YEAR_NEEDED_AFTER:
        return str(format_date(value, "long", locale=_locale()))
    return str(format_skeleton("MMMMd", value, locale=_locale()))


def _days(rule: Rule) -> str:
    names = get_day_names("wide", "format", _locale())
    weekdays = _listing(names[day] for day in sorted(rule.weekdays))
    if rule.frequency is Frequency.DAILY:
        return str(ngettext("Every day", "Every %(num)s days", rule.every))
    if rule.frequency is Frequency.WEEKLY:
        return str(
            ngettext(
                "Every %(weekdays)s", "Every %(num)s weeks on %(weekdays)s", rule.every, weekdays=weekdays
            )
        )
    return _MONTHLY[rule.nth](rule.every, weekdays)


def say_rule(rule: Rule | None, starts_local: datetime) -> str:
    """The rule with its time and end, or the day and time of a one-off. No full stop."""
    if rule is None:
        when = _full_day(starts_local.date())
        return str(_("%(when)s %(at_time)s", when=when, at_time=_at(starts_local)))
    told = str(_("%(when)s %(at_time)s", when=_days(rule), at_time=_at(starts_local)))
    if rule.count is not None:
        return str(ngettext("%(series)s, once", "%(series)s, %(num)s times", rule.count, series=told))
    if rule.until is not None:
        last = _full_day(rule.until)
        return str(_("%(series)s until %(last_day)s", series=told, last_day=last))
    return told


def _say_picked(days: Sequence[datetime]) -> str:
    """On 28 November, 5 and 19 December at noon: the month once for each run of days in it."""
    runs = [list(run) for _month, run in groupby(days, lambda day: (day.year, day.month))]
    told = []
    for run in runs:
        whole = [_day_of(day.date(), days[0].date()) for day in run]
        bare = [str(format_skeleton("d", day.date(), locale=_locale())) for day in run]
        month_first = not whole[0].startswith(bare[0])
        told += [whole[0], *bare[1:]] if month_first else [*bare[:-1], whole[-1]]
    return str(_("On %(days)s %(at_time)s", days=_listing(told), at_time=_at(days[0])))


def _picked(series: Series, matched: Matched, since: date | None) -> list[datetime]:
    """Without a rule: its days at the one usual time, where there are several; cancelled ones too."""
    usual = series.starts_local
    if series.rule is not None:
        return []
    days = [start for start, one in matched.extras if _is_plain(start, one, usual)]
    return sorted(day for day in [usual, *days] if not since or day.date() >= since) if days else []


def _is_plain(start: datetime, one: SeriesException, usual: datetime) -> bool:
    """Whether a day beside the first is held as the first is."""
    return not one.place and one.duration is None and start == datetime.combine(one.date, usual.time())


def _place_words(exception: SeriesException) -> str:
    return str(_("at %(place)s", place=exception.place)) if exception.place else ""


def _moved(original: datetime, exception: SeriesException, first: date) -> str:
    """What one date is instead: only what differs is said."""
    starts = exception.starts_local or original
    day, place = _day_of(original.date(), first), _place_words(exception)
    if starts.date() != original.date():
        words = " ".join(filter(None, (_day_of(starts.date(), first), _at(starts), place)))
        return str(_("on %(moved)s instead of %(day)s", moved=words, day=day))
    time_words = _at(starts) if starts.time() != original.time() else ""
    words = " ".join(filter(None, (day, time_words, place)))
    return str(_("on %(moved)s instead", moved=words)) if words != day else ""


def _extra(starts: datetime, exception: SeriesException, first: date) -> str:
    words = " ".join(filter(None, (_day_of(starts.date(), first), _at(starts), _place_words(exception))))
    return str(_("also on %(day)s", day=words))


def _exceptions(matched: Matched, first: date, since: date | None, picked: Collection[datetime]) -> list[str]:
    overrides = [(start, one) for start, one in matched.overrides.values() if not since or one.date >= since]
    extras = [(start, one) for start, one in matched.extras if not since or start.date() >= since]
    parts = []
    skipped = [one.date for _start, one in overrides if one.status is DateStatus.SKIPPED]
    cancelled = [one.date for _start, one in chain(overrides, extras) if one.status is DateStatus.CANCELLED]
    if skipped:
        parts.append(str(_("not on %(days)s", days=_listing(_day_of(day, first) for day in skipped))))
    if cancelled:
        days = _listing(_day_of(day, first) for day in sorted(cancelled))
        parts.append(str(_("cancelled on %(days)s", days=days)))
    scheduled = DateStatus.SCHEDULED
    parts += [_moved(start, one, first) for start, one in overrides if one.status is scheduled]
    beside = [(start, one) for start, one in extras if one.status is scheduled and start not in picked]
    parts += [_extra(start, one, first) for start, one in beside]
    return [part for part in parts if part]


def say_series(
    series: Series, exceptions: Sequence[SeriesException] = (), *, since: date | None = None
) -> str:
    """The whole series in one sentence, in the reader's language, without a full stop.

    Dates before `since` (local) are left out of what differs, so that an old series stays short.
    """
    matched = match_exceptions(series, exceptions)
    picked = _picked(series, matched, since)
    told = _say_picked(picked) if picked else say_rule(series.rule, series.starts_local)
    return "; ".join([told, *_exceptions(matched, series.starts_local.date(), since, picked)])
