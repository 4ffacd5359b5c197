"""Mornings: what a person has to do that day, mailed to those who want it."""

from crm.core import contributions
from crm.mornings import choosing

contributions.account_sections.append(choosing.show_choice)
