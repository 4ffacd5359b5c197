"""What a feed says of an event: plain text, in the language chosen around it, what the public may know."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _

from crm.calendars.entries import EntryText, Telling
from crm.core.formats import clock_time, day
from crm.core.web import absolute_url
from crm.events.models import Event, Occurrence, Visibility
from crm.events.series import DateStatus, SeriesException
from crm.events.venues import Audience, Venue, told, venue_on
from crm.events.words import KIND_NAMES, venue_lines


class Teller:
    """Tells the events of one feed. `language`: to be named in links, None where it is the default."""

    def __init__(self, language: str | None) -> None:
        # Looked up and built once, as a feed tells hundreds of events.
        self._kinds = {kind: (str(name),) for kind, name in KIND_NAMES.items()}
        page = absolute_url("calendar.event", slug="event", lang=language)
        self._before, _slug, self._after = page.rpartition("/event")
        # What the addresses in its texts are made of, beside the events themselves.
        self.pages = (self._before, self._after)

    def telling(self, event: Event) -> Telling:
        """Tells one event, or a date of it."""

        def tell(exception: SeriesException | None) -> EntryText:
            url, venue = self.address(event, exception), _venue(event, exception)
            return EntryText(
                summary=event.title,
                description=description(event, exception, venue, url),
                location=", ".join(part for part in (venue.place_name, venue.address, venue.area) if part),
                url=url,
                categories=self.categories(event),
            )

        return tell

    def categories(self, event: Event) -> tuple[str, ...]:
        """Its kind, in words."""
        return self._kinds[event.kind]

    def address(self, event: Event, exception: SeriesException | None) -> str:
        """The page of the event, or of a date that differs."""
        if exception is None or (event.recurrence is None and exception.uid is None):
            return f"{self._before}/{event.slug}{self._after}"
        return f"{self._before}/{event.slug}/{exception.date.isoformat()}{self._after}"


def description(event: Event, exception: SeriesException | None, venue: Venue, url: str) -> str:
    """Why it is cancelled, what was moved, what it is, what the venue offers, and where to read more."""
    parts = [*changes(event, exception), event.description.strip(), "\n".join(venue_lines(venue))]
    if event.visibility is Visibility.AREA:
        parts.append(_("For the exact address, say on this page that you come:"))
    return "\n\n".join([part for part in parts if part] + [url])


def changes(event: Event, exception: SeriesException | None) -> list[str]:
    """That it is cancelled and why, or instead of what it is, in words."""
    one = row_of(event, exception)
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


def _venue(event: Event, exception: SeriesException | None) -> Venue:
    return told(venue_on(event, row_of(event, exception)), event.visibility, Audience.EVERYBODY)


def row_of(event: Event, exception: SeriesException | None) -> Occurrence | None:
    """What differs on the date of an exception; None for the series itself."""
    return next((one for one in event.occurrences if exception and one.on_date == exception.date), None)
