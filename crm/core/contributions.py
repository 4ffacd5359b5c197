"""What reaches into every feature. A feature adds its part in its own `__init__.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from markupsafe import Markup
from sqlalchemy import Integer, String, bindparam

from crm.core.permissions import Viewer
from crm.core.together import Question


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened with an organization."""

    at: datetime
    icon: str
    title: str | LazyString
    text: str = ""
    who: str = ""
    url: str | None = None
    # Where a document of it is downloaded.
    document_url: str | None = None
    # Whether its day alone is known, and not the hour.
    all_day: bool = False


# What the questions of a group's page are asked with: the group, how many entries at most, the reader's
# language.
OF_GROUP = bindparam("organization_id", type_=Integer())
MOST = bindparam("most", type_=Integer())
LANGUAGE = bindparam("language", type_=String())
# By name: selects of columns for `Together`, with these parameters.
Questions = Mapping[str, Question]


@dataclass(frozen=True)
class TimelinePart:
    """What a feature adds to a group's timeline: all features' questions are asked as one statement."""

    # Each finds the newest MOST of what it asks for; none where the viewer may not know of it.
    questions: Callable[[Viewer], Questions]
    # (viewer, the rows by question) → their entries, in any order.
    tell: Callable[[Viewer, Mapping[str, Sequence[Any]]], Sequence[TimelineEntry]]


timeline: list[TimelinePart] = []

# (viewer, organization id, demand id): what else follows, in the same transaction, when what a group says to
# a demand has changed.
StandPart = Callable[[Viewer, int, int], None]
after_stand: list[StandPart] = []

# (organization id): what follows, in the same transaction, when somebody begins to speak for a group.
SpeaksPart = Callable[[int], None]
now_speaks: list[SpeaksPart] = []

# (viewer) → sections of one's own account, outside of any coalition. Empty where there is nothing to choose.
AccountPart = Callable[[Viewer], Markup]
account_sections: list[AccountPart] = []

# (user id) → what it would mean for somebody to see the groups alone that are assigned to them, in sentences.
LimitPart = Callable[[int], Sequence[str]]
limit_impact: list[LimitPart] = []

# (viewer, demand id) → sections of that demand's page: the organizers', and the public one of a demand that
# is adopted and not retired. Empty where there is nothing to show.
DemandPart = Callable[[Viewer, int], Markup]
demand_sections: list[DemandPart] = []
public_demand_sections: list[DemandPart] = []

# (viewer, event id, original local date or None for all of the event) → sections of that page: the
# organizers', and the public one, which whoever asks sees as the public does. Empty where there is nothing.
EventPart = Callable[[Viewer, int, date | None], Markup]
# By the place where they stand, from the top.
event_sections: dict[int, EventPart] = {}
public_event_sections: dict[int, EventPart] = {}


def sections_of(parts: dict[int, EventPart], viewer: Viewer, event_id: int, on: date | None) -> list[Markup]:
    """What the features add to the page of an event or of one date, in its order."""
    return [part(viewer, event_id, on) for _place, part in sorted(parts.items())]


# (earlier event id, later event id, first original date that went): what follows for what belongs to a whole
# series, when from that date on it goes on as another event. What belongs to a date (a row that has both
# `event_id` and `on_date`) has gone along by itself.
SplitPart = Callable[[int, int, date], None]
after_event_split: list[SplitPart] = []

# (event id): what keeps something of an event as it was, before anything of it changes.
ChangePart = Callable[[int], None]
before_event_change: list[ChangePart] = []


@dataclass(frozen=True)
class BusyTime:
    """A time at which something else is on: aware UTC, in plain words, and whose calendar says so."""

    title: str
    starts_at: datetime
    ends_at: datetime
    source: str


# (beginning, end), aware UTC → what lies at least partly between them, for warnings of two things at once.
# Asked for organizers alone, inside the coalition's scope; nothing in it may be secret from any of them.
BusyPart = Callable[[datetime, datetime], Sequence[BusyTime]]
busy: list[BusyPart] = []


@dataclass(frozen=True)
class OtherDate:
    """A date that somebody else's calendar says, beside the coalition's own: all of it is public.

    Instants are aware UTC; `timezone` (IANA) is where it is told, and where it runs from midnight to midnight
    when it lasts `all_day`. `shown`: in the public calendar; `in_feed`: in the coalition's own feed, under
    `uid`.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    all_day: bool
    cancelled: bool
    place: str
    url: str
    # Whose calendar says so.
    source: str
    shown: bool
    in_feed: bool
    uid: str
    sequence: int
    changed_at: datetime


# (beginning, end), aware UTC → what lies at least partly between them, soonest first.
OtherDatesPart = Callable[[datetime, datetime], Sequence[OtherDate]]
other_dates: list[OtherDatesPart] = []

# (key of the press, address, event id, language): somebody at a date asked to be told of the next one. Of
# events that the public knows alone; it counts once it is confirmed from the mailbox.
NewsPart = Callable[[str, str, int, str], None]
asked_for_news: list[NewsPart] = []


@dataclass(frozen=True)
class Notice:
    """Something that who organizes should see to, on top of each page of the workbench."""

    text: str
    url: str | None
    label: str


# What the features have to say there to who looks.
NoticePart = Callable[[], Sequence[Notice]]
workbench_notices: list[NoticePart] = []
