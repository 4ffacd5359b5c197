"""How likely two listings are one group, and why. It computes, and reads nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from crm.organizations.names import (
    bare_number,
    fold,
    group_number,
    local_number,
    normalise,
    normalise_city,
    normalise_state,
    similarity,
)
from crm.organizations.resemblance import ALIKE, resemblance
from crm.organizations.websites import website_host
from crm.organizations.words import SMALL_WORDS

SAME_NAME = 97.0
# From this on two are worth comparing by eye.
WORTH_A_LOOK = 70
# What more than so many groups have in common tells none of them from the others.
MOST_ALIKE = 15
# Names of which so little is alike are two groups that share an office, whatever else is the same.
_HARDLY_ALIKE = 45.0
_EACH = 12
_ELSEWHERE = 30
# What stands behind the dash is a part of what stands before it: a club of a council, a post of an order.
_DASH = re.compile(r"\s[–—-]\s")
_SPELLED_ALIKE = 90.0
# What is more than a name: known of a person, or of the group itself.
_TELLING = frozenset({"website", "mail", "phone", "number"})


@dataclass(frozen=True)
class Listed:
    """As much of a group's listing as tells whether it is another."""

    id: int
    name: str
    acronym: str = ""
    city: str = ""
    state: str = ""
    place: str = ""
    local_number: str = ""
    website: str = ""
    parent_id: int | None = None
    # Blind indexes of its people's addresses and numbers.
    mails: frozenset[bytes] = field(default_factory=frozenset)
    phones: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def number(self) -> str:
        """The number that tells it from others of its union: of the local, or of the unit."""
        return bare_number(self.local_number) or local_number(self.name) or group_number(self.name) or ""


@dataclass(frozen=True)
class Likeness:
    """Two groups (the lower id first), 0 to 100, and words of `words.REASONS`."""

    first_id: int
    second_id: int
    score: int
    reasons: list[str]


def find_likely(groups: Sequence[Listed], most: int) -> list[Likeness]:
    """The likeliest pairs among groups, at most `most`: compared are those that share something rare."""
    by_id = {group.id: group for group in groups}
    found = []
    for first, second in sorted(_pairs(groups)):
        likeness = compare(by_id[first], by_id[second])
        if likeness is not None:
            found.append(likeness)
    return sorted(found, key=lambda one: (-one.score, one.first_id, one.second_id))[:most]


def compare(one: Listed, other: Listed) -> Likeness | None:
    """How likely two groups are one; None where they are two, or nothing says that they are one.

    A group and the one that it is part of are two, and so are those of which the numbers differ or one alone
    has a number: a local and its union share a name, a website and often a person.
    """
    if other.id < one.id:
        one, other = other, one
    if one.number != other.number or one.id == other.parent_id or other.id == one.parent_id:
        return None
    if _are_parts(one.name, other.name):
        return None
    alike = _names_alike(one, other)
    if alike < _HARDLY_ALIKE:
        return None
    reasons = ["same_name"] if alike >= SAME_NAME else ["similar_name"] if alike >= ALIKE else []
    reasons += _shared(one, other)
    elsewhere = _differ(normalise_city(one.city), normalise_city(other.city))
    if _differ(normalise_state(one.state), normalise_state(other.state)):
        elsewhere = True
    telling = len(_TELLING & set(reasons))
    score = 0.8 * alike + _EACH * telling + (5 if "city" in reasons else 0)
    score -= _ELSEWHERE if elsewhere else 0
    if score < WORTH_A_LOOK or (alike < ALIKE and not telling):
        return None
    return Likeness(one.id, other.id, min(round(score), 100), reasons)


def _are_parts(name: str, other: str) -> bool:
    """Whether the names say that they are two parts of one whole, or it and a part, as lists write them."""
    (whole, *part), (other_whole, *other_part) = (_DASH.split(one, maxsplit=1) for one in (name, other))
    if not (part or other_part) or normalise(whole) != normalise(other_whole):
        return False
    return not (part and other_part) or similarity(part[0], other_part[0]) < _SPELLED_ALIKE


def _names_alike(one: Listed, other: Listed) -> float:
    where = (f"{one.place} {one.city}", f"{other.place} {other.city}")
    return max(
        resemblance(a.name, b.name, acronym=b.acronym, place=pa, other_place=pb)
        for a, b, pa, pb in ((one, other, *where), (other, one, where[1], where[0]))
    )


def _shared(one: Listed, other: Listed) -> Iterator[str]:
    host = website_host(one.website)
    if host and host == website_host(other.website):
        yield "website"
    if one.mails & other.mails:
        yield "mail"
    if one.phones & other.phones:
        yield "phone"
    city = normalise_city(one.city)
    if city and city == normalise_city(other.city):
        yield "number" if one.number else "city"


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _pairs(groups: Iterable[Listed]) -> set[tuple[int, int]]:
    """Pairs of ids that share something that few groups have."""
    sharing: dict[object, list[int]] = defaultdict(list)
    for group in groups:
        for mark in _marks(group):
            sharing[mark].append(group.id)
    found: set[tuple[int, int]] = set()
    for ids in sharing.values():
        if 2 <= len(ids) <= MOST_ALIKE:
            found.update((min(pair), max(pair)) for pair in combinations(ids, 2))
    return found


def _marks(group: Listed) -> set[object]:
    """What a group may share with another: its words, two by two too, its number, website and people."""
    words = [word for word in normalise(group.name).split() if word not in SMALL_WORDS]
    short = "".join(word[0] for word in words)
    marks: set[object] = {("word", word) for word in words if not word[0].isdigit()}
    marks |= {("words", *sorted(pair)) for pair in combinations(sorted(set(words))[:8], 2)}
    marks |= {("short", one) for one in (short, fold(group.acronym).replace(".", "")) if 3 <= len(one) <= 9}
    marks |= {("short", word) for word in words if 3 <= len(word) <= 9}
    marks |= {("mail", one) for one in group.mails} | {("phone", one) for one in group.phones}
    if host := website_host(group.website):
        marks.add(("website", host))
    if group.number and group.city:
        marks.add(("number", group.number, normalise_city(group.city)))
    return marks
