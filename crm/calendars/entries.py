"""A series as VEVENTs: one master with its rule, one VEVENT for each date that differs.

A moved or cancelled date keeps the master's UID and names the start that the rule gave (RECURRENCE-ID); a
date that was never announced is an EXDATE; an extra date is a VEVENT with a UID of its own, as some apps
ignore RDATE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crm.calendars.ics import FeedEvent, FeedStatus
from crm.events.recurrence import to_rrule
from crm.events.series import (
    DateStatus,
    Instance,
    Matched,
    Series,
    SeriesException,
    Window,
    different_instances,
    expand,
    match_exceptions,
)


@dataclass(frozen=True, slots=True)
class EntryText:
    """What a reader of the feed may be told of one date. Plain text; `url` absolute."""

    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


Telling = Callable[[SeriesException | None], EntryText]
"""Gives the text of the series (None) or of one date that differs."""


def feed_events(
    series: Series, exceptions: Iterable[SeriesException], tell: Telling, window: Window
) -> list[FeedEvent]:
    """The VEVENTs of a series: master first, then single dates by their original date.

    A rule is published whole while any of its instances is inside the window; single dates (one-offs and
    extra ones) are published when they are inside themselves.
    """
    exceptions = list(exceptions)
    if series.rule is None:
        return [_entry(series, one, tell) for one in expand(series, exceptions, window)]
    matched = match_exceptions(series, exceptions)
    different = different_instances(series, matched)
    made = [one for one in different if one.original_local is not None]
    extra = [one for one in different if one.original_local is None and window.holds(one)]
    plain = [one for one in expand(series, exceptions, window, limit=len(extra) + 1) if one not in extra]
    master = []
    if plain:
        rrule = to_rrule(series.rule, series.starts_local, series.zone)
        master = [_master(series, rrule, matched, tell), *(_entry(series, one, tell) for one in made)]
    return master + [_entry(series, one, tell) for one in extra]


def _master(series: Series, rrule: str, matched: Matched, tell: Telling) -> FeedEvent:
    text, cancelled = tell(None), series.status is DateStatus.CANCELLED
    skipped = [start for start, one in matched.overrides.values() if one.status is DateStatus.SKIPPED]
    return FeedEvent(
        uid=series.uid,
        sequence=series.sequence,
        stamp=series.changed_at,
        summary=text.summary,
        starts_local=series.starts_local,
        ends_local=series.starts_local + series.duration,
        timezone=series.timezone,
        description=text.description,
        location=text.location,
        url=text.url,
        status=FeedStatus.CANCELLED if cancelled else FeedStatus.CONFIRMED,
        rrule=rrule,
        exdates=skipped,
        categories=text.categories,
    )


def _entry(series: Series, instance: Instance, tell: Telling) -> FeedEvent:
    exception = instance.exception
    text = tell(exception)
    return FeedEvent(
        uid=instance.uid,
        # The sum: it rises with each change of the series and of the date, and is never below the master's.
        sequence=series.sequence + (exception.sequence if exception else 0),
        stamp=max(series.changed_at, exception.changed_at) if exception else series.changed_at,
        summary=text.summary,
        starts_local=instance.starts_local,
        ends_local=instance.ends_local,
        timezone=series.timezone,
        description=text.description,
        location=text.location,
        url=text.url,
        status=FeedStatus.CANCELLED if instance.cancelled else FeedStatus.CONFIRMED,
        recurrence_id=instance.original_local if series.rule is not None else None,
        categories=text.categories,
    )


def single_entry(series: Series, instance: Instance, tell: Telling) -> FeedEvent:
    """One date for whoever wants no more than that.

    Of a series it is no part then (its rule is not in the file), so its UID is its own: made of the stored
    one and the date in its address, neither of which ever changes.
    """
    entry = _entry(series, instance, tell)
    if instance.original_local is not None and series.rule is not None:
        entry.uid = f"{instance.date:%Y%m%d}-{series.uid}"
        entry.recurrence_id = None
    return entry
