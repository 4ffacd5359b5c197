"""Organizations: the groups that a coalition is made of and reaches out to."""

from crm.organizations.queries import directory_filters
from crm.organizations.queries.own_fields import OWN_FIELDS
from crm.organizations.queries.tagged import TAG

directory_filters.extend((TAG, OWN_FIELDS))
