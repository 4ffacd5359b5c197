"""Outreach: touches with organizations, follow-ups, stages."""

from crm.core import contributions
from crm.organizations.queries import directory_filters
from crm.outreach import filters, limiting, timeline

contributions.timeline.append(timeline.TIMELINE)
contributions.limit_impact.append(limiting.tell_tasks)
directory_filters.append(filters.QUIET)
