"""What is handed out on paper: flyers and run sheets."""

from crm.core import contributions
from crm.handouts import sections

contributions.event_sections[70] = sections.show_handouts
contributions.public_event_sections[70] = sections.show_flyers
