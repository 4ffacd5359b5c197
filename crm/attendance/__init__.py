"""Who came: by group, by delegate where the coalition wants that, or a head count alone."""

from crm.attendance import sections
from crm.core import contributions

contributions.event_sections[20] = sections.show_attendance
contributions.timeline.append(sections.TIMELINE)
