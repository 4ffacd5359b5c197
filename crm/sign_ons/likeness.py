"""Which group of the directory a sign-on may come from, and by what one sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from rapidfuzz import fuzz
from sqlalchemy import or_, select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.organizations.models import Contact, Organization
from crm.organizations.names import SIMILAR, fold, local_number, normalise, similarity
from crm.organizations.queries import search_organizations_each
from crm.sign_ons.models import SignOn

MOST = 5
# Of those that the search finds by name.
MOST_COMPARED = 25
# From this on a group is worth comparing by eye; the reasons below add up to it.
WORTH_A_LOOK = 68.0
SAME_NAME = 97.0
# Addresses under which many groups have their pages say nothing about who a group is.
SHARED_HOSTS = frozenset(
    "facebook.com instagram.com twitter.com x.com linktr.ee sites.google.com wixsite.com wordpress.com "
    "blogspot.com weebly.com actionnetwork.org unionactive.com".split()
)
_WORD = re.compile(r"[a-z]{4,}")
# Words that half of all groups have in their names.
_COMMON = frozenset(
    "local union international association american united workers national community church council "
    "coalition committee organization brotherhood employees students student group chapter first city".split()
)


@dataclass(frozen=True)
class Likely:
    """A group that a sign-on may come from: how likely (0 to 100), and what they share."""

    organization: Organization
    score: float
    reasons: Sequence[LazyString]


def list_likely(viewer: Viewer, sign_ons: Sequence[SignOn]) -> Mapping[int, Sequence[Likely]]:
    """The likeliest groups of the directory for each sign-on: sign-on id → the likeliest first.

    As many statements for a page of them as for one.
    """
    by_contact = _by_contact(sign_ons)
    by_website = _by_website(sign_ons)
    by_name = search_organizations_each(viewer, [sign_on.name for sign_on in sign_ons], limit=MOST_COMPARED)
    found = {}
    for sign_on, called in zip(sign_ons, by_name, strict=True):
        host = website_host(sign_on.website)
        known = [one for one in by_website if host and website_host(one.website) == host]
        known += by_contact.get(sign_on.speaker_email_index, [])
        candidates = {one.id: one for one in [*known, *called]}
        contacts = {one.id for one in by_contact.get(sign_on.speaker_email_index, [])}
        scored = [compare(sign_on, one, one.id in contacts) for one in candidates.values()]
        likely = sorted((one for one in scored if one.score >= WORTH_A_LOOK), key=lambda one: -one.score)
        found[sign_on.id] = likely[:MOST]
    return found


def compare(sign_on: SignOn, organization: Organization, speaker_is_known: bool = False) -> Likely:
    """How likely a sign-on comes from a group, by its name, number, website, place and speaker."""
    alike = _name_likeness(sign_on.name, organization)
    reasons: list[LazyString] = []
    score = alike * 0.85
    if alike >= SAME_NAME:
        reasons.append(_l("same name"))
    elif alike >= SIMILAR:
        reasons.append(_l("similar name"))
    number = local_number(sign_on.name)
    if number and number == (local_number(organization.name) or organization.local_number):
        reasons.append(_l("same number of the local"))
    host = website_host(sign_on.website)
    if host and host == website_host(organization.website):
        reasons.append(_l("same website"))
        score += 50
    if speaker_is_known:
        reasons.append(_l("the speaker is one of its people"))
        score += 50
    if _same_place(sign_on.place, organization):
        reasons.append(_l("same place"))
        score += 10
    return Likely(organization, min(score, 100.0), reasons)


def website_host(website: str) -> str:
    """The host that tells a group by its website; empty for none, and for those that many groups share."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    shared = any(host == one or host.endswith("." + one) for one in SHARED_HOSTS)
    return "" if shared else host


def _name_likeness(name: str, organization: Organization) -> float:
    """As `names.similarity`, and besides: an acronym for a name, a short name for one with its union's."""
    alike = similarity(name, organization.name)
    acronym = organization.acronym and fold(organization.acronym) == fold(name)
    if acronym:
        return 95.0
    return max(alike, _short_form(normalise(name), normalise(organization.name)))


def _short_form(one: str, other: str) -> float:
    """`Teamsters Local 6` in `Local 6 of the Brotherhood of Teamsters`: every telling word of the shorter."""
    short, long = sorted((one.split(), other.split()), key=len)
    numbers = [[word for word in words if word[0].isdigit()] for words in (short, long)]
    if numbers[0] != numbers[1]:
        return 0.0
    telling = [word for word in short if _WORD.fullmatch(word) and word not in _COMMON]
    held = [word for word in telling if any(fuzz.ratio(word, there) >= 88 for there in long)]
    if len(held) < len(telling):
        return 0.0
    return 88.0 if telling and (numbers[0] or len(telling) > 1) else 82.0 if numbers[0] else 0.0


def _same_place(place: str, organization: Organization) -> bool:
    theirs = {fold(one).strip() for one in (organization.place, organization.city) if one}
    return bool(place) and any(part.strip() in theirs for part in fold(place).split(","))


def _by_contact(sign_ons: Iterable[SignOn]) -> dict[bytes, list[Organization]]:
    """Groups that know a speaker's address as one of their people's."""
    wanted = [one.speaker_email_index for one in sign_ons]
    query = (
        select(Contact.email_index, Organization)
        .join(Organization, Organization.id == Contact.organization_id)
        .where(Contact.email_index.in_(wanted), Organization.archived_at.is_(None))
        .limit(200)
    )
    found: dict[bytes, list[Organization]] = {}
    for index, organization in db.session.execute(query):
        if index is not None:
            found.setdefault(bytes(index), []).append(organization)
    return found


def _by_website(sign_ons: Iterable[SignOn]) -> Sequence[Organization]:
    hosts = {host for one in sign_ons if (host := website_host(one.website))}
    if not hosts:
        return []
    told = or_(*(Organization.website.contains(host, autoescape=True) for host in sorted(hosts)))
    return db.session.scalars(
        select(Organization).where(told, Organization.archived_at.is_(None)).limit(200)
    ).all()
