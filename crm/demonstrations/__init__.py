"""Demonstrations: who stands behind them, and what each group promises and brings."""

from functools import partial

from crm.asks.operations.rounds import tell_late
from crm.core import contributions
from crm.demonstrations import sections, splitting, timeline
from crm.demonstrations.operations.telling import INVITATIONS

contributions.event_sections[30] = sections.show_co_sponsors
contributions.public_event_sections[20] = sections.show_public
contributions.timeline.append(timeline.TIMELINE)
contributions.now_speaks.append(partial(tell_late, INVITATIONS))
contributions.after_event_split.append(splitting.go_along)
