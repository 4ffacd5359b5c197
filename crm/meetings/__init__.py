"""What a meeting talks about and what comes of it: agenda, minutes, decisions, action items."""

from crm.core import contributions
from crm.meetings import sections

contributions.event_sections[10] = sections.show_meeting
contributions.public_event_sections[40] = sections.show_published
