"""The organizers' pages of co-sponsors and of what they bring."""

from crm.demonstrations.views import inviting, promises, season
from crm.demonstrations.views.co_sponsors import bp

__all__ = ["bp", "inviting", "promises", "season"]
