"""A history that happens in its own time: acts with an instant each, done in order, each at its instant.

Everything is done by the same operations as from the pages, so that ids, audit, search, follow-ups and stages
agree with each other; only the clock stands elsewhere meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from operator import itemgetter
from typing import Any

from crm.accounts.models import User
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.permissions import Role, Viewer
from crm.demands.models import DemandVersion
from crm.events.models import Event
from crm.organizations.models import Contact, Organization
from crm.targets.models import Target

Progress = Callable[[int, int], None]


@dataclass
class World:
    """The coalition that the acts work in, its people, and what earlier acts made."""

    coalition: Coalition
    coordinator: User
    organizer: User
    versions: list[DemandVersion] = field(default_factory=list)
    organizations: dict[str, Organization] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)

    @property
    def lead(self) -> Viewer:
        """The coordinator, as operations see them."""
        return Viewer(self.coordinator.id, self.coordinator.name, Role.COORDINATOR, self.coalition.id)

    @property
    def organizing(self) -> Viewer:
        """The organizer, as operations see them."""
        return Viewer(self.organizer.id, self.organizer.name, Role.ORGANIZER, self.coalition.id)

    def caller(self, number: int) -> Viewer:
        """Who works with the group of a number: every third is the coordinator's."""
        return self.lead if number % 3 == 0 else self.organizing


@dataclass
class Chronicle:
    """Acts by instant. `now` is the real present: nothing happens after it."""

    now: datetime
    world: World
    acts: list[tuple[datetime, Callable[[], Any]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day that it is where the coalition is."""
        return self.now.astimezone(self.world.coalition.zone).date()

    def add(self, days_ago: int, at: time, act: Callable[..., Any], *given: Any) -> None:
        """Let something be done some days ago at a local time; not later than a minute ago."""
        day = self.today - timedelta(days=days_ago)
        instant = datetime.combine(day, at, self.world.coalition.zone)
        self.acts.append((min(instant, self.now - timedelta(minutes=1)), partial(act, *given)))

    def happen(self, progress: Progress) -> None:
        """Do all of it, the oldest first; of one instant in the order in which it was added."""
        for done, (instant, act) in enumerate(sorted(self.acts, key=itemgetter(0)), 1):
            with clock.standing_at(instant):
                act()
            progress(done, len(self.acts))
