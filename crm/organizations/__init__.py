"""Organizations: the groups that a coalition is made of and reaches out to."""

from crm.organizations.queries import directory_filters
from crm.organizations.queries.tagged import TAG

directory_filters.append(TAG)
