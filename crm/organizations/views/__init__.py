"""The pages of organizations: the directory, a listing's forms, the contacts' forms."""

from crm.organizations.views import contacts, directory, endings, listing, saved_views, tags
from crm.organizations.views.blueprint import bp

__all__ = ["bp", "contacts", "directory", "endings", "listing", "saved_views", "tags"]
