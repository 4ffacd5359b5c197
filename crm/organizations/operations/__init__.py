"""Changing organizations and their contacts.

For one listing: `listing`. For many at once, as an import does: `bulk`. For the people: `contacts`. For
giving groups to an organizer: `assignments`.
"""

from crm.organizations.operations.assignments import assign, undo_assignment
from crm.organizations.operations.bulk import (
    delete_organizations,
    index_organizations,
    insert_organizations,
    update_organizations,
)
from crm.organizations.operations.calling import note_wrong_number, set_no_calls
from crm.organizations.operations.contacts import (
    add_contact,
    contact_columns,
    edit_contact,
    remove_contact,
    reveal_contact,
)
from crm.organizations.operations.endings import end_organization, reopen_organization
from crm.organizations.operations.listing import (
    LARGEST,
    ChangedMeanwhile,
    SameOrganization,
    archive,
    create_organization,
    edit_organization,
    restore,
)
from crm.organizations.operations.own_fields import put_own_fields
from crm.organizations.operations.words import keep_missing_words, keep_words

__all__ = [
    "LARGEST",
    "ChangedMeanwhile",
    "SameOrganization",
    "add_contact",
    "archive",
    "assign",
    "contact_columns",
    "create_organization",
    "delete_organizations",
    "edit_contact",
    "edit_organization",
    "end_organization",
    "index_organizations",
    "insert_organizations",
    "keep_missing_words",
    "keep_words",
    "note_wrong_number",
    "put_own_fields",
    "remove_contact",
    "reopen_organization",
    "restore",
    "reveal_contact",
    "set_no_calls",
    "undo_assignment",
    "update_organizations",
]
