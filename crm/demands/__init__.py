"""Demands: their words and versions, and who stands behind them."""

from crm.core import contributions
from crm.demands import timeline

contributions.timeline.append(timeline.list_entries)
