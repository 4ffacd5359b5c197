"""What a feed says of an event: plain text, in the language chosen around it, what the public may know."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _

from crm.calendars.entries import EntryText, Telling
from crm.calendars.queries import PUBLIC
from crm.core.formats import clock_time, day
from crm.core.web import absolute_url
from crm.events.models import Event, Occurrence, Visibility
from crm.events.queries import place_on
from crm.events.rights import tells_address
from crm.events.series import DateStatus, SeriesException
from crm.events.words import KIND_NAMES


class Teller:
    """Tells the events of one feed. `language`: to be named in links, None where it is the default."""

    def __init__(self, language: str | None) -> None:
        # Looked up and built once, as a feed tells hundreds of events.
        self._kinds = {kind: (str(name),) for kind, name in KIND_NAMES.items()}
        page = absolute_url("calendar.event", slug="event", lang=language)
        self._before, _slug, self._after = page.rpartition("/event")

    def telling(self, event: Event) -> Telling:
        """Tells one event, or a date of it."""

        def tell(exception: SeriesException | None) -> EntryText:
            url = self._address(event, exception)
            return EntryText(
                summary=event.title,
                description=description(event, exception, url),
                location=location(event, exception),
                url=url,
                categories=self._kinds[event.kind],
            )

        return tell

    def _address(self, event: Event, exception: SeriesException | None) -> str:
        """The page of the event, or of a date that differs."""
        if exception is None or (event.recurrence is None and exception.uid is None):
            return f"{self._before}/{event.slug}{self._after}"
        return f"{self._before}/{event.slug}/{exception.date.isoformat()}{self._after}"


def location(event: Event, exception: SeriesException | None) -> str:
    """Where: of an area event the neighborhood alone."""
    place, address, area = place_on(event, _row(event, exception))
    parts = (place, address, area) if tells_address(event.visibility, PUBLIC) else (area,)
    return ", ".join(part for part in parts if part)


def description(event: Event, exception: SeriesException | None, url: str) -> str:
    """Why it is cancelled, what was moved, what it is, and where to read more."""
    parts = [*_changes(event, exception), event.description.strip()]
    if event.visibility is Visibility.AREA:
        parts.append(_("The exact address is not public."))
    return "\n\n".join([part for part in parts if part] + [url])


def _changes(event: Event, exception: SeriesException | None) -> list[str]:
    one = _row(event, exception)
    cancelled = event.cancelled_at is not None or (exception and exception.status is DateStatus.CANCELLED)
    if cancelled:
        reason = (one.cancel_reason if one else "") or event.cancel_reason
        return [_("Cancelled: %(reason)s", reason=reason) if reason else _("Cancelled.")]
    if exception is None or exception.uid is not None or exception.starts_local is None:
        return []
    was = datetime.combine(exception.date, event.starts_local.time())
    if abs(was - exception.starts_local) < timedelta(minutes=1):
        return []
    return [_("Moved: this is instead of %(day)s, %(time)s.", day=day(was.date()), time=clock_time(was))]


def _row(event: Event, exception: SeriesException | None) -> Occurrence | None:
    return next((one for one in event.occurrences if exception and one.on_date == exception.date), None)
