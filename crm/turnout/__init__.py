"""How many people come: wanted, promised, counted; and whether they become more."""

from crm.core import contributions
from crm.turnout import sections, splitting

contributions.event_sections[60] = sections.show_figures
contributions.public_event_sections[50] = sections.show_public_growth
contributions.after_event_split.append(splitting.split_turnout)
