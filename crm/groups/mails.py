"""The mails to who speaks for a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.groups.models import NameRequest
from crm.mail.operations import owe_mail
from crm.organizations.models import Contact
from crm.representatives.models import INVITATION_HOLDS, LINK_HOLDS
from crm.representatives.operations import mail_about


def mail_links(coalition: Coalition, links: Sequence[tuple[Contact, str]], language: str) -> None:
    """One mail to one address: a link for each group that it speaks for. `links`: contact and token."""
    urls = [
        (contact.organization.name, _url(coalition, language, "groups.link", token=token))
        for contact, token in links
    ]
    _owe(
        coalition,
        links[0][0],
        "link",
        language,
        link=urls[0][1],
        groups=urls,
        minutes=int(LINK_HOLDS.total_seconds() // 60),
    )


def mail_invitation(coalition: Coalition, contact: Contact, token: str, inviter: str, language: str) -> None:
    """To who is invited to speak for a group."""
    link = _url(coalition, language, "groups.invitation", token=token)
    _owe(coalition, contact, "invitation", language, link=link, inviter=inviter, days=INVITATION_HOLDS.days)


def mail_removed(coalition: Coalition, contact: Contact, language: str) -> None:
    """To who does not speak for a group any more, as long as their address is known."""
    _owe(coalition, contact, "removed", language)


def mail_joined(coalition: Coalition, told: Contact, joined: Contact, language: str) -> None:
    """To who speaks for a group: somebody else does from now on, too."""
    _owe(coalition, told, "joined", language, name=joined.name)


def mail_name_decided(coalition: Coalition, asked: NameRequest, *, accepted: bool, reason: str) -> None:
    """To who asked for another name: it is listed under it, or why not."""
    if asked.contact is not None and asked.contact.email:
        template = "name_accepted" if accepted else "name_declined"
        _owe(coalition, asked.contact, template, asked.language, name=asked.name, reason=reason)


def _owe(
    coalition: Coalition,
    contact: Contact,
    template: str,
    language: str,
    *,
    link: str | None = None,
    **values: Any,
) -> None:
    if not contact.email:
        return
    owe_mail(
        contact.email,
        f"groups/{template}",
        coalition_id=coalition.id,
        about=mail_about(contact) if link else "",
        link=link,
        language=language,
        coalition=coalition,
        group=contact.organization.name,
        **values,
    )


def _url(coalition: Coalition, language: str, endpoint: str, **values: str) -> str:
    """In the reader's language, where it is not the one that the coalition's pages have by themselves."""
    if language != coalition.default_language:
        values["lang"] = language
    return absolute_url(endpoint, coalition=coalition.slug, **values)
