"""Which group of the directory a sign-on may come from, and by what one sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.organizations.models import Contact, Organization
from crm.organizations.names import fold, local_number, normalise_state
from crm.organizations.queries import list_alike_each, search_likely_each
from crm.organizations.resemblance import ALIKE, resemblance
from crm.organizations.websites import website_host
from crm.organizations.words import STATES

MOST = 5
# Of those that the search finds by name.
MOST_COMPARED = 25
# At a first look at hundreds.
MOST_AT_FIRST = 6
# From this on a group is worth comparing by eye; the reasons below add up to it.
WORTH_A_LOOK = 68.0
SAME_NAME = 97.0
# From this on it is the same group, as far as names can tell.
SAME_GROUP = 81.0
_STATES = frozenset(STATES.values())
_NAME_COUNTS = WORTH_A_LOOK / ALIKE
_NOTHING_IN_COMMON = 20.0
# Groups of the same name in two states are seldom one.
_ELSEWHERE = 0.75


class Told(Protocol):
    """What is compared: a sign-on, or a name of a printed list."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def website(self) -> str: ...
    @property
    def speaker_email_index(self) -> bytes: ...


@dataclass(frozen=True)
class Sent:
    """A name that stands by itself, such as one of a printed list."""

    id: int
    name: str
    place: str = ""
    website: str = ""
    speaker_email_index: bytes = b""


@dataclass(frozen=True)
class Likely:
    """A group that a sign-on may come from: how likely (0 to 100), and what they share."""

    organization: Organization
    score: float
    reasons: Sequence[LazyString]


def list_likely(
    viewer: Viewer, sign_ons: Sequence[Told], *, thorough: bool = True
) -> Mapping[int, Sequence[Likely]]:
    """The likeliest groups of the directory for each sign-on: sign-on id → the likeliest first.

    As many statements for a page of ten as for one. Not `thorough`: for a first look at hundreds, by the
    words that names share with groups of the directory; what is misspelt is not found.
    """
    by_contact = _by_contact(sign_ons)
    by_website = _by_website(sign_ons)
    names = [sign_on.name for sign_on in sign_ons]
    by_name = (
        search_likely_each(viewer, names, MOST_COMPARED)
        if thorough
        else list_alike_each(viewer, names, MOST_AT_FIRST)
    )
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


def compare(sign_on: Told, organization: Organization, speaker_is_known: bool = False) -> Likely:
    """How likely a sign-on comes from a group, by its name, number, website, place and speaker."""
    alike, reasons = _compare_names(sign_on, organization)
    score = alike * _NAME_COUNTS
    host = website_host(sign_on.website)
    if host and host == website_host(organization.website):
        reasons.append(_l("same website"))
        score = max(score, WORTH_A_LOOK) + 10 if alike > _NOTHING_IN_COMMON else WORTH_A_LOOK
    if speaker_is_known:
        reasons.append(_l("the speaker is one of its people"))
        score = max(score, WORTH_A_LOOK) + 10
    if _same_place(sign_on.place, organization):
        reasons.append(_l("same place"))
        score += 10
    elif _other_state(sign_on.place, organization) and not speaker_is_known:
        reasons.append(_l("in another state"))
        score *= _ELSEWHERE
    return Likely(organization, min(score, 100.0), reasons)


def _compare_names(sign_on: Told, organization: Organization) -> tuple[float, list[LazyString]]:
    """How alike their names are (0 to 100), and what one sees of that."""
    alike = resemblance(
        sign_on.name,
        organization.name,
        acronym=organization.acronym,
        place=sign_on.place,
        other_place=f"{organization.place} {organization.city}",
    )
    reasons = [_l("same name")] if alike >= SAME_NAME else [_l("similar name")] if alike >= ALIKE else []
    number = local_number(sign_on.name)
    if number and number == (local_number(organization.name) or organization.local_number):
        reasons.append(_l("same number of the local"))
    return alike, reasons


def _same_place(place: str, organization: Organization) -> bool:
    theirs = {fold(one).strip() for one in (organization.place, organization.city) if one}
    return bool(place) and any(part.strip() in theirs for part in fold(place).split(","))


def _other_state(place: str, organization: Organization) -> bool:
    """Whether a place ends in a state that is not the group's: `Butte, MT` and one in New Jersey."""
    told = normalise_state(place.rpartition(",")[2])
    theirs = normalise_state(organization.state)
    return told != theirs and {told, theirs} <= _STATES


def _by_contact(sign_ons: Iterable[Told]) -> dict[bytes, list[Organization]]:
    """Groups that know a speaker's address as one of their people's."""
    wanted = [one.speaker_email_index for one in sign_ons if one.speaker_email_index]
    if not wanted:
        return {}
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


def _by_website(sign_ons: Iterable[Told]) -> Sequence[Organization]:
    hosts = {host for one in sign_ons if (host := website_host(one.website))}
    if not hosts:
        return []
    told = or_(*(Organization.website.contains(host, autoescape=True) for host in sorted(hosts)))
    return db.session.scalars(
        select(Organization).where(told, Organization.archived_at.is_(None)).limit(200)
    ).all()
