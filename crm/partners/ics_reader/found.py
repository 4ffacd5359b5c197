"""What is found in a calendar file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .words import Passed


@dataclass(frozen=True)
class Skip:
    """An entry that is not shown: what it is called and when it is, as far as that could be read, and why."""

    title: str
    when: str
    reason: Passed
    detail: str = ""


@dataclass(frozen=True)
class Date:
    """One date of an entry. Instants in UTC; `rule_start` is the start that the rule gave."""

    starts_at: datetime
    ends_at: datetime
    rule_start: datetime
    title: str
    place: str
    url: str
    cancelled: bool


@dataclass(frozen=True)
class Entry:
    """Something of one UID, with its dates inside the window.

    `timezone` is an IANA name, in which all-day entries run from midnight to midnight. `rule` is the RRULE
    where there is exactly one; `first_local` the naive start of the whole series. `repeats`: it has a rule or
    dates of its own, so that its dates are told apart by `rule_start`.
    """

    uid: str
    title: str
    description: str
    place: str
    url: str
    timezone: str
    all_day: bool
    repeats: bool
    rule: str
    first_local: datetime
    # A hash of all that its author wrote: another one says that something was changed.
    digest: str = ""
    dates: list[Date] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """What a file holds. `total` VEVENTs, of which `outside` have no date inside the window."""

    name: str
    entries: list[Entry]
    skips: list[Skip]
    total: int
    outside: int
