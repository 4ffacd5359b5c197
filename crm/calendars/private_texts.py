"""What a private feed says of an event: what its owner may know, and of that what may leave the house.

It goes to whoever holds the address, and to the firm that runs the calendar app. So each class of event has
its own short list (docs/security/visibility.md), and nothing in it leads back to the feed's own address.
"""

from __future__ import annotations

from flask_babel import gettext as _

from crm.calendars.entries import EntryText, Telling
from crm.calendars.models import FeedVariant, PrivateFeed
from crm.calendars.texts import Teller, changes, row_of
from crm.core.web import absolute_url
from crm.events.models import Event, Visibility
from crm.events.rights import OPEN
from crm.events.series import SeriesException
from crm.events.venues import Audience, told, venue_on


class PrivateTeller:
    """Tells the events of one private feed. `language`: as links name it, None where it is the default."""

    def __init__(self, feed: PrivateFeed, language: str | None) -> None:
        self._feed = feed
        self._language = language
        self._public = Teller(language)
        self._audience = Audience.GROUPS if feed.membership_id is None else Audience.MEMBERS

    def telling(self, event: Event) -> Telling:
        """Tells one event, or a date of it."""
        if event.visibility is Visibility.CLOSED:
            return lambda _exception: EntryText(summary=_("Meeting"))
        if self._feed.variant is FeedVariant.TIME_ONLY:
            return lambda one: EntryText(summary=_("Meeting"), location=self.location(event, one))
        if event.visibility is Visibility.PUBLIC:
            return self._public.telling(event)
        return lambda one: self._inside(event, one)

    def _inside(self, event: Event, one: SeriesException | None) -> EntryText:
        """An event to which not everybody may come as they like."""
        url = self._public.address(event, one) if event.visibility in OPEN else self._page(event)
        parts = [*changes(event, one), event.description.strip(), url]
        return EntryText(
            summary=event.title,
            description="\n\n".join(part for part in parts if part),
            location=self.location(event, one),
            url=url,
            categories=self._public.categories(event),
        )

    def location(self, event: Event, one: SeriesException | None) -> str:
        """Where: of what is not for everybody the neighborhood alone, unless its owner chose otherwise."""
        venue = venue_on(event, row_of(event, one))
        if event.visibility is Visibility.PUBLIC or self._feed.with_addresses:
            venue = told(venue, event.visibility, self._audience)
        else:
            venue = told(venue, Visibility.AREA, Audience.EVERYBODY)
        return ", ".join(part for part in (venue.place_name, venue.address, venue.area) if part)

    def _page(self, event: Event) -> str:
        """Where its owner reads more, once signed in."""
        if self._feed.membership_id is not None:
            return absolute_url("events.show", slug=event.slug, lang=self._language)
        return absolute_url("groups.index", lang=self._language)
