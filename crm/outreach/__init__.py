"""Outreach: touches with organizations, follow-ups, stages."""

from crm.core import contributions
from crm.organizations.queries import directory_filters
from crm.outreach import filters, timeline

contributions.timeline.append(timeline.TIMELINE)
directory_filters.append(filters.QUIET)
