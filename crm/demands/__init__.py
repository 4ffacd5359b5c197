"""Demands: their words and versions, and who stands behind them."""

from crm.core import contributions
from crm.demands import filters, timeline
from crm.organizations.queries import directory_filters

contributions.timeline.append(timeline.TIMELINE)
directory_filters.extend([filters.UNASKED, filters.BOARD])
