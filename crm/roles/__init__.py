"""Roles to fill: what an event needs people for, and who takes it."""

from crm.core import contributions
from crm.roles import sections, splitting

contributions.event_sections[40] = sections.show_roles
contributions.public_event_sections[30] = sections.show_public_roles
contributions.after_event_split.append(splitting.split_roles)
