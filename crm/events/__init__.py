"""What people come to: events, series, dates."""

from crm.core import contributions
from crm.events import own_fields

contributions.event_sections[5] = own_fields.show_own
contributions.after_event_split.append(own_fields.go_along)
