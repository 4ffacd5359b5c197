"""Demonstrations: who stands behind them, and what each group promises and brings."""

from crm.core import contributions
from crm.demonstrations import sections, splitting, timeline

contributions.event_sections[30] = sections.show_co_sponsors
contributions.public_event_sections[20] = sections.show_public
contributions.timeline.append(timeline.list_entries)
contributions.after_event_split.append(splitting.go_along)
