"""The pages of who comes: the public form, one's own page, and what the hosts see."""

from crm.rsvps.views import hosts, own, public

__all__ = ["hosts", "own", "public"]
