"""Organizations: the groups that a coalition is made of and reaches out to."""

from crm.core import contributions
from crm.organizations.queries import directory_filters, limiting
from crm.organizations.queries.own_fields import OWN_FIELDS
from crm.organizations.queries.tagged import TAG

contributions.limit_impact.append(limiting.tell_groups)
directory_filters.extend((TAG, OWN_FIELDS))
