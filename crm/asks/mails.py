"""The mails by which groups are asked: both wordings, the difference, what silence does, the link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crm.asks.models import Ask
from crm.asks.operations.days import last_moment
from crm.coalitions.models import Coalition
from crm.core.languages import name_here
from crm.core.web import absolute_url
from crm.demands.difference import WordsDifference, as_text, compare
from crm.demands.models import Endorsement
from crm.demands.queries import by_language, words_of
from crm.mail.operations import owe_mail
from crm.organizations.models import Contact
from crm.representatives.models import Purpose
from crm.representatives.operations import mail_about, make_link


def mail_ask(coalition: Coalition, ask: Ask, person: Contact, reminder: bool) -> None:
    """A question, to one person who speaks for the group, with a link of their own that answers it."""
    token = make_link(person, Purpose.ASK, about=f"ask:{ask.id}", expires_at=last_moment(ask.closes_on))
    owe_mail(
        person.email or "",
        f"asks/{ask.kind.value}",
        coalition_id=coalition.id,
        about=mail_about(person),
        link=absolute_url("groups.ask", coalition=coalition.slug, token=token),
        language=coalition.default_language,
        coalition=coalition,
        ask=ask,
        group=ask.organization.name,
        reminder=reminder,
        words=words_of(ask.version, ask.version.binding_language),
        before=words_of(ask.from_version, ask.from_version.binding_language) if ask.from_version else None,
        changes=[one for one in differences(ask) if one.changed],
        as_text=as_text,
        language_name=name_here,
    )


def mail_term(
    coalition: Coalition, person: Contact, group: str, ending: Sequence[Endorsement], until: date
) -> None:
    """That endorsements for a term end soon, and where the group can give them anew."""
    language = coalition.default_language
    owe_mail(
        person.email or "",
        "asks/term",
        coalition_id=coalition.id,
        about=mail_about(person),
        link=absolute_url("groups.enter", coalition=coalition.slug),
        language=language,
        coalition=coalition,
        group=group,
        sentences=[words_of(live.version, language).sentence for live in ending],
        until=until,
    )


def differences(ask: Ask) -> list[WordsDifference]:
    """What a question's words differ in from those that its group endorses, if it endorses any."""
    if ask.from_version is None or ask.from_version_id == ask.version_id:
        return []
    return compare(by_language(ask.from_version), by_language(ask.version), ask.version.binding_language)
