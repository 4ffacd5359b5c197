"""The pages of groups that are listed twice: the list of likely ones, the comparison, what was merged."""

from crm.duplicates.views import comparing, listing
from crm.duplicates.views.blueprint import bp

__all__ = ["bp", "comparing", "listing"]
