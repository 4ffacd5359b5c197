"""Breadth: where the coalition has no member, no meeting, or was not in touch for too long."""

from crm.breadth.squares import SQUARE
from crm.organizations.queries import directory_filters

directory_filters.append(SQUARE)
