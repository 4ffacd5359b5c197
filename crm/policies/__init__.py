"""How far a demand has come with each target, and which demand a win opens."""

from crm.core import contributions
from crm.policies import sections

contributions.demand_sections += [sections.show_reached, sections.show_ladder]
contributions.public_demand_sections.append(sections.show_public)
