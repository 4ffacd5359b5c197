"""What a coordinator may want to know of who sent a sign-on. Sentences, never a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select

from crm.core.db import db
from crm.organizations.models import Contact, Organization
from crm.organizations.websites import website_host
from crm.sign_ons.likeness import SAME_GROUP, Likely
from crm.sign_ons.models import SignOn
from crm.sign_ons.queries import count_from_address

# A group of so many people mostly has addresses of its own.
LARGE = 5_000
# A person who works for several groups is nothing rare; from here on it is worth a sentence.
MANY = 3
_DOMAINS = Path(__file__).with_name("mail_domains.txt")


def list_hints(sign_on: SignOn, likely: Sequence[Likely] = ()) -> list[str]:
    """Neutral sentences on the address and its owner; `likely` are the groups that it may be."""
    host = sign_on.speaker_email.rpartition("@")[2].lower()
    found = [*_of_address(sign_on, host), *_of_contacts(sign_on, likely)]
    groups = count_from_address(sign_on)
    if groups > MANY:
        text = ngettext(
            "%(num)s group was signed on from this address.",
            "%(num)s groups were signed on from this address.",
            groups,
        )
        found.append(text)
    return found


def _of_address(sign_on: SignOn, host: str) -> Iterable[str]:
    sort = _sort_of(host)
    website = website_host(sign_on.website)
    if sort == "once":
        yield _("The address is at %(host)s, where anybody opens one for an hour.", host=host)
    elif sort == "free":
        if (sign_on.size or 0) >= LARGE:
            yield _(
                "The address is at %(host)s, where anybody can have one, and the group tells of many people.",
                host=host,
            )
    elif website and not _belong_together(host, website):
        yield _("The address is at %(host)s, the website at %(website)s.", host=host, website=website)


def _of_contacts(sign_on: SignOn, likely: Sequence[Likely]) -> Iterable[str]:
    """Where the group is here already with people of its own, and the speaker is none of them."""
    groups = {one.organization.id: one.organization for one in likely if one.score >= SAME_GROUP}
    if not groups:
        return
    query = select(Contact.organization_id, Contact.email_index).where(
        Contact.organization_id.in_(groups),
        Contact.removed_at.is_(None),
        or_(Contact.is_primary, Contact.speaks_since.is_not(None)),
    )
    known: dict[int, set[bytes]] = {}
    for organization_id, index in db.session.execute(query):
        known.setdefault(organization_id, set()).add(bytes(index or b""))
    for group in _unknown_to(sign_on, groups, known):
        yield _("Somebody else is known here as speaking for “%(name)s”.", name=group.name)


def _unknown_to(
    sign_on: SignOn, groups: Mapping[int, Organization], known: Mapping[int, set[bytes]]
) -> Iterable[Organization]:
    mine = bytes(sign_on.speaker_email_index)
    return (groups[key] for key, people in known.items() if mine not in people)


def _belong_together(host: str, website: str) -> bool:
    return host == website or host.endswith(f".{website}") or website.endswith(f".{host}")


def _sort_of(host: str) -> str:
    """`once`, `free`, or empty for a domain that is neither, as far as we know."""
    parts = host.split(".")
    above = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return next((sort for one in above if (sort := _domains().get(one))), "")


@lru_cache(maxsize=1)
def _domains() -> Mapping[str, str]:
    """Domain → its sort."""
    lines = _DOMAINS.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {domain: sort for sort, domain in pairs}
