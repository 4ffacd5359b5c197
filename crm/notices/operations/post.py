"""The mails of one telling, gathered by address: whoever is told for several reasons gets one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.mail.operations import owe_mail
from crm.notices.differences import Difference, What, say
from crm.notices.models import ChangeSubscription
from crm.notices.queries import leave_token
from crm.organizations.models import Contact
from crm.organizations.queries import mail_index
from crm.rsvps.models import Rsvp
from crm.rsvps.operations import own_url

# A series that is moved as a whole is told by its next dates.
MOST_LINES = 12


@dataclass
class Item:
    """What one mail says of one event: all of it, or (`title` empty) that there is something to look at."""

    title: str
    differences: dict[object, Difference]
    link: str


@dataclass
class Letter:
    """One mail to one person."""

    address: str
    language: str
    about: str
    items: dict[int, Item] = field(default_factory=dict)
    unsubscribe: str | None = None


class Post:
    """Gathers, then sends."""

    def __init__(self, coalition: Coalition) -> None:
        self._coalition = coalition
        self._letters: dict[bytes, Letter] = {}

    def to_who_comes(self, rsvp: Rsvp, event: Event, told: Sequence[Difference], *, in_full: bool) -> None:
        """To somebody who said that they come; the link is to their own page."""
        letter = self._letter(rsvp.email or "", rsvp.language, f"rsvp:{rsvp.id}")
        self._add(letter, event, told, own_url(self._coalition, rsvp), in_full=in_full)

    def to_representative(
        self, contact: Contact, event: Event, told: Sequence[Difference], *, in_full: bool
    ) -> None:
        """To somebody who speaks for a group that co-sponsors it."""
        language = self._coalition.default_language
        letter = self._letter(contact.email or "", language, f"representative:{contact.id}")
        link = absolute_url("groups.index", coalition=self._coalition.slug)
        self._add(letter, event, told, link, in_full=in_full)

    def to_subscriber(
        self, one: ChangeSubscription, event: Event, told: Sequence[Difference], *, in_full: bool
    ) -> None:
        """To somebody who asked for it; such mail is unsubscribed from by one press."""
        letter = self._letter(one.email, one.language, f"change_subscription:{one.id}")
        letter.unsubscribe = leave_url(self._coalition, one)
        link = absolute_url("calendar.event", coalition=self._coalition.slug, slug=event.slug)
        self._add(letter, event, told, link, in_full=in_full)

    def send(self) -> int:
        """Owe every mail; how many there are."""
        for letter in self._letters.values():
            items = list(letter.items.values())
            whats = {one.what for item in items for one in item.differences.values()}
            owe_mail(
                letter.address,
                "notices/changed",
                coalition_id=self._coalition.id,
                about=letter.about,
                language=letter.language,
                unsubscribe=letter.unsubscribe,
                coalition=self._coalition,
                items=items,
                only_new=whats == {What.NEW},
                say=say,
                most=MOST_LINES,
            )
        return len(self._letters)

    def _letter(self, address: str, language: str, about: str) -> Letter:
        return self._letters.setdefault(mail_index(address), Letter(address, language, about))

    def _add(
        self, letter: Letter, event: Event, told: Sequence[Difference], link: str, *, in_full: bool
    ) -> None:
        item = letter.items.setdefault(event.id, Item(event.title if in_full else "", {}, link))
        item.differences |= {one.on_date: one for one in told}


def leave_url(coalition: Coalition, one: ChangeSubscription) -> str:
    """Where one press ends the mails, whole."""
    return absolute_url("changes.leave_page", coalition=coalition.slug, token=leave_token(one))
