"""What the page of a group shows beside the group itself: one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import get_locale

from crm.core import contributions
from crm.core.contributions import LANGUAGE, OF_GROUP, TimelineEntry, TimelinePart
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.core.together import Question, Together
from crm.demands.queries import (
    NOWHERE,
    GroupStanding,
    Said,
    ask_for_said,
    ask_for_standing,
    read_said,
)
from crm.demonstrations.queries import ask_for_co_sponsorships
from crm.organizations.queries import ask_for_affiliates, ask_for_people
from crm.organizations.queries.endings import ask_for_succeeded
from crm.outreach.models import FollowUp
from crm.outreach.queries import Task, ask_for_tasks, read_tasks

MOST_TASKS = 20
MOST_AFFILIATES = 100
# So many viewers' statements are kept: each is a few hundred kilobytes.
VIEWERS = 16


@dataclass(frozen=True)
class Around:
    """What is known around a group."""

    # The newest first.
    entries: Sequence[TimelineEntry]
    more_entries: bool
    # Whom to call first on top; nobody for who may not know of them.
    people: Sequence[Any]
    tasks: Sequence[Task]
    said: Sequence[Said]
    standing: GroupStanding
    # Groups under it, and those that it goes on for, by name.
    affiliates: Sequence[Any]
    more_affiliates: bool
    succeeded: Sequence[Any]
    # The newest first.
    co_sponsored: Sequence[Any]


def show_around(viewer: Viewer, organization_id: int, most: int) -> Around:
    """All of it, with at most so many entries of the timeline."""
    together, parts = _asked_by(viewer, current_coalition_id())
    values = {"organization_id": organization_id, "most": most + 1, "language": str(get_locale())}
    found = together.ask(values)
    entries = [entry for part in parts for entry in part.tell(viewer, found)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    affiliates = sorted(found["affiliates"], key=_by_name)
    return Around(
        entries=entries[:most],
        more_entries=len(entries) > most,
        people=sorted(found.get("people", ()), key=lambda one: (not one.is_primary, one.id)),
        tasks=read_tasks(found["tasks"]),
        said=read_said(found["said"]),
        standing=GroupStanding(*found["standing"][0]) if found["standing"] else NOWHERE,
        affiliates=affiliates[:MOST_AFFILIATES],
        more_affiliates=len(affiliates) > MOST_AFFILIATES,
        succeeded=sorted(found["succeeded"], key=_by_name),
        co_sponsored=sorted(found["co_sponsored"], key=lambda one: (one.asked_at, one.id), reverse=True),
    )


@lru_cache(maxsize=VIEWERS)
def _asked_by(viewer: Viewer, _coalition_id: int) -> tuple[Together, Sequence[TimelinePart]]:
    """What a viewer asks of any group, and the parts of the timeline that tell of it."""
    questions: dict[str, Question] = {
        "tasks": ask_for_tasks(FollowUp.organization_id == OF_GROUP, limit=MOST_TASKS),
        "said": ask_for_said(OF_GROUP, LANGUAGE),
        "standing": ask_for_standing(OF_GROUP),
        "affiliates": ask_for_affiliates(OF_GROUP, MOST_AFFILIATES + 1),
        "succeeded": ask_for_succeeded(OF_GROUP),
        "co_sponsored": ask_for_co_sponsorships(viewer, OF_GROUP),
    }
    if viewer.can(Permission.CONTACT_VIEW):
        questions["people"] = ask_for_people(OF_GROUP)
    told = [(part, part.questions(viewer)) for part in contributions.timeline]
    for _part, asked in told:
        questions |= asked
    return Together(questions), [part for part, asked in told if asked]


def _by_name(group: Any) -> tuple[str, int]:
    return group.sort_name or "", group.id
