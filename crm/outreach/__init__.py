"""Outreach: touches with organizations, follow-ups, stages."""

from crm.core import contributions
from crm.outreach import timeline

contributions.timeline.append(timeline.list_entries)
