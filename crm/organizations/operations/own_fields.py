"""What stands in the coalition's own fields, of a group's listing."""

from __future__ import annotations

from collections.abc import Mapping

from crm.audit import operations as audit
from crm.core import clock
from crm.core.permissions import Viewer
from crm.fields.definitions import Subject
from crm.fields.operations import put_values
from crm.organizations.models import Organization


def put_own_fields(viewer: Viewer | None, organization: Organization, values: Mapping[int, str]) -> list[str]:
    """Let values stand in the fields of a group; the names of those that changed. Raises Refused.

    Whoever has the listing open in a form is told (its edition is raised).
    """
    changed = [f"field_{one}" for one in put_values(Subject.ORGANIZATION, organization.id, values)]
    if changed:
        organization.edition += 1
        organization.updated_at = clock.now()
        audit.record(viewer, "organization.edit", organization, fields=changed)
    return changed
