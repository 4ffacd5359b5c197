"""Reading organizations: one (`single`), many (`directory`), by what they are called (`naming`), and by
their people (`people`).
"""

from crm.organizations.queries.directory import (
    MOST_COUNTED,
    Choices,
    Directory,
    Filters,
    count_directory,
    list_choices,
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
from crm.organizations.queries.narrowing import (
    Control,
    DirectoryFilter,
    Found,
    OptionRows,
    directory_filters,
    only_number,
    option_rows,
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
    "Choices",
    "Control",
    "Directory",
    "DirectoryFilter",
    "Filters",
    "Found",
    "OptionRows",
    "Order",
    "asked_number",
    "count_directory",
    "directory_filters",
    "find_assignment",
    "find_by_identity",
    "find_contact",
    "find_organization",
    "is_within",
    "list_affiliates",
    "list_choices",
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
    "only_number",
    "option_rows",
    "phone_index",
    "search_contacts",
    "search_likely_each",
    "search_organizations",
    "search_organizations_each",
    "show_directory",
    "word_index",
]
