"""Reading organizations: one (`single`), many (`directory`), by what they are called (`naming`), and by
their people (`people`).
"""

from crm.organizations.queries.directory import (
    MOST_COUNTED,
    Directory,
    Filters,
    count_directory,
    list_ids,
    list_places_and_sectors,
    list_rows,
    narrow_groups,
    show_directory,
)
from crm.organizations.queries.naming import (
    find_by_identity,
    map_external_ids,
    map_identities,
    search_likely_each,
    search_organizations,
    search_organizations_each,
)
from crm.organizations.queries.ordering import COLUMNS, Order
from crm.organizations.queries.people import (
    asked_number,
    mail_index,
    name_words,
    phone_index,
    search_contacts,
    word_index,
)
from crm.organizations.queries.single import (
    find_assignment,
    find_contact,
    find_organization,
    is_within,
    list_affiliates,
    list_contacts,
    load_organization,
)

__all__ = [
    "COLUMNS",
    "MOST_COUNTED",
    "Directory",
    "Filters",
    "Order",
    "asked_number",
    "count_directory",
    "find_assignment",
    "find_by_identity",
    "find_contact",
    "find_organization",
    "is_within",
    "list_affiliates",
    "list_contacts",
    "list_ids",
    "list_places_and_sectors",
    "list_rows",
    "load_organization",
    "mail_index",
    "map_external_ids",
    "map_identities",
    "name_words",
    "narrow_groups",
    "phone_index",
    "search_contacts",
    "search_likely_each",
    "search_organizations",
    "search_organizations_each",
    "show_directory",
    "word_index",
]
