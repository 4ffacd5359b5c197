"""The mails to who comes, in the language of their form."""

from __future__ import annotations

from typing import Any

from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.events.models import Visibility
from crm.mail.operations import forget_mail, owe_mail
from crm.rsvps.models import Rsvp
from crm.rsvps.queries import find_open_date, link_token


def mail_said(coalition: Coalition, rsvp: Rsvp) -> None:
    """What was said, with the link that confirms it and takes it back. One that waits unsent is replaced."""
    forget_mail(about(rsvp))
    _owe(coalition, rsvp, "said")


def mail_place_free(coalition: Coalition, rsvp: Rsvp) -> None:
    """From the waiting list: there is a place now."""
    _owe(coalition, rsvp, "place_free")


def about(rsvp: Rsvp) -> str:
    """What the mails to somebody who comes are about."""
    return f"rsvp:{rsvp.id}"


def own_url(coalition: Coalition, rsvp: Rsvp) -> str:
    """The page of what somebody said, whole, in the language of their form."""
    values: dict[str, Any] = {"coalition": coalition.slug, "token": link_token(rsvp)}
    if rsvp.language != coalition.default_language:
        values["lang"] = rsvp.language
    return absolute_url("rsvps.show", **values)


def _owe(coalition: Coalition, rsvp: Rsvp, template: str) -> None:
    if not rsvp.email:
        return
    owe_mail(
        rsvp.email,
        f"rsvps/{template}",
        coalition_id=coalition.id,
        about=about(rsvp),
        link=own_url(coalition, rsvp),
        language=rsvp.language,
        coalition=coalition,
        rsvp=rsvp,
        # Of an event that is not wholly public a mail holds the link alone.
        one=find_open_date(rsvp.event, rsvp.on_date) if rsvp.event.visibility is Visibility.PUBLIC else None,
    )
