"""The mails to groups about demonstrations. What not everybody may know of is told behind the link alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.asks.operations.days import last_moment
from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.demonstrations.models import CoSponsorship
from crm.events.models import Event, Visibility
from crm.mail.operations import owe_mail
from crm.organizations.models import Contact
from crm.representatives.models import Purpose
from crm.representatives.operations import mail_about, make_link


def mail_invitation(coalition: Coalition, one: CoSponsorship, person: Contact, reminder: bool) -> None:
    """An invitation, to one person who speaks for the group, with a link of their own that answers it."""
    assert one.closes_on is not None  # noqa: S101 - only what is open until a day is mailed
    until = last_moment(one.closes_on)
    token = make_link(person, Purpose.ASK, about=f"co_sponsor:{one.id}", expires_at=until)
    link = absolute_url("groups.co_sponsor_asked", coalition=coalition.slug, token=token)
    _owe(coalition, one.event, person, "asked", link=link, one=one, reminder=reminder)


def mail_decided(coalition: Coalition, one: CoSponsorship, person: Contact, *, accepted: bool) -> None:
    """To who asked for their group: it stands behind the demonstration, or was not taken up."""
    link = absolute_url("groups.enter", coalition=coalition.slug)
    _owe(coalition, one.event, person, "decided", link=link, one=one, accepted=accepted)


def mail_promises(
    coalition: Coalition, event: Event, person: Contact, group: str, promises: Sequence[str]
) -> None:
    """To who speaks for a group: what it promised is due soon."""
    link = absolute_url("groups.enter", coalition=coalition.slug)
    _owe(coalition, event, person, "promises", link=link, group_name=group, promises=promises)


def _owe(
    coalition: Coalition, event: Event, person: Contact, template: str, *, link: str, **values: Any
) -> None:
    owe_mail(
        person.email or "",
        f"demonstrations/{template}",
        coalition_id=coalition.id,
        about=mail_about(person),
        link=link,
        language=coalition.default_language,
        coalition=coalition,
        event=event,
        told=event.visibility is Visibility.PUBLIC,
        group=person.organization.name,
        **values,
    )
