"""The organizers' pages of steps and of the ladder."""

from crm.policies.views import ladder, steps

__all__ = ["ladder", "steps"]
