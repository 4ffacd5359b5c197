"""Who comes to a date: said without an account, limited where places are, cancelled by a link."""

from crm.core import contributions
from crm.rsvps import sections
from crm.rsvps.operations import follow_split

contributions.event_sections[50] = sections.show_coming
contributions.public_event_sections[10] = sections.show_public
contributions.after_event_split.append(follow_split)
