"""The mails to a group's speaker, in the language of the form."""

from __future__ import annotations

from typing import Any, Protocol

from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.demands.models import StandState
from crm.mail.models import OutgoingMail
from crm.mail.operations import forget_mail, owe, write_mail
from crm.organizations.models import Organization
from crm.sign_ons.models import SignOn


class Speakers(Protocol):
    """Whom a mail is written to: a sign-on, or what is sent to be one."""

    @property
    def name(self) -> Any:
        """The group's."""

    @property
    def speaker_email(self) -> Any:
        """Where to."""

    @property
    def language(self) -> Any:
        """Of the form."""


def write_link(coalition: Coalition, sent: Speakers, token: str) -> OutgoingMail:
    """The link to confirm, not owed yet: about no sign-on so far."""
    return _write(coalition, sent, "confirm", link=_url(coalition, sent, "sign_ons.confirm", token=token))


def owe_link(link: OutgoingMail, sign_on_id: int) -> None:
    """Owe the link to a sign-on."""
    link.about = f"sign_on:{sign_on_id}"
    owe(link)


def mail_link(coalition: Coalition, sign_on: SignOn, token: str) -> None:
    """The link to confirm. A link that waits unsent is taken back: it holds no more."""
    forget_mail(f"sign_on:{sign_on.id}")
    owe_link(write_link(coalition, sign_on, token), sign_on.id)


def mail_already_confirmed(coalition: Coalition, sign_on: SignOn) -> None:
    """To who sends the same form again: it is confirmed already, and waits."""
    _owe(coalition, sign_on, "already_confirmed")


def mail_question(coalition: Coalition, sign_on: SignOn, token: str) -> None:
    """What a coordinator asks the speaker, with the link to correct the form and confirm it again."""
    forget_mail(f"sign_on:{sign_on.id}")
    link = _url(coalition, sign_on, "sign_ons.confirm", token=token)
    _owe(coalition, sign_on, "asked", link=link, question=sign_on.question or "")


def mail_listed(coalition: Coalition, sign_on: SignOn, organization: Organization) -> None:
    """The group is listed: under which name, behind which demands, and where to see it."""
    endorses = any(answer.state is StandState.ENDORSED for answer in sign_on.answers)
    _owe(
        coalition,
        sign_on,
        "listed" if endorses else "accepted",
        name=organization.name,
        endorsers_url=_url(coalition, sign_on, "endorsers.index"),
        demands_url=_url(coalition, sign_on, "public_demands.index"),
        group_url=_url(coalition, sign_on, "groups.enter"),
    )


def mail_declined(coalition: Coalition, sign_on: SignOn, reason: str) -> None:
    """Why the coalition does not list the group."""
    _owe(coalition, sign_on, "declined", reason=reason)


def _owe(
    coalition: Coalition, sign_on: SignOn, template: str, link: str | None = None, **values: str
) -> None:
    mail = _write(coalition, sign_on, template, link, **values)
    mail.about = f"sign_on:{sign_on.id}" if link else ""
    owe(mail)


def _write(
    coalition: Coalition, sent: Speakers, template: str, link: str | None = None, **values: str
) -> OutgoingMail:
    return write_mail(
        sent.speaker_email,
        f"sign_ons/{template}",
        coalition_id=coalition.id,
        link=link,
        language=sent.language,
        coalition=coalition,
        sign_on=sent,
        **values,
    )


def _url(coalition: Coalition, sent: Speakers, endpoint: str, **values: str) -> str:
    """In the language of the form, where it is not the one that the coalition's pages have by themselves."""
    if sent.language != coalition.default_language:
        values["lang"] = sent.language
    return absolute_url(endpoint, coalition=coalition.slug, **values)
