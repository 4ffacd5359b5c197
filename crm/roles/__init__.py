"""Roles to fill: what an event needs people for, and who takes it."""

from crm.core import contributions
from crm.roles import sections

contributions.event_sections.append(sections.show_roles)
contributions.public_event_sections.append(sections.show_public_roles)
