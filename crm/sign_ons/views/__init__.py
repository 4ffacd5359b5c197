"""The pages of sign-ons: the public form, its confirmation, and the queue of the coordinators."""

from crm.sign_ons.views import confirmation, lists, public, queue, sent, several
from crm.sign_ons.views.blueprint import bp

__all__ = ["bp", "confirmation", "lists", "public", "queue", "sent", "several"]
